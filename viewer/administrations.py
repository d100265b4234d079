"""What was given of a prescription or an injection, as a table beside its order."""

from __future__ import annotations

from collections.abc import Sequence

from hie.record.clinical import MedicationAdministration
from viewer.formats import NULL, amount, clock_time, moment, shown_unit
from viewer.locale import Words
from viewer.parts import Cell, Line, Table, Tone

COMPLETE = "CP"


def given_table(records: Sequence[MedicationAdministration], words: Words) -> Table:
    """Draw one line per drug given; what was not given, or only in part, asks for attention."""
    return Table(
        heading=words("given.heading"),
        aside="",
        columns=tuple(words(f"given.{key}") for key in ("drug", "dose", "time", "route", "who", "status")),
        lines=tuple(_line(one, words) for one in records),
        stacks=True,
    )


def _line(one: MedicationAdministration, words: Words) -> Line:
    name = one.medication.text or one.local.text or one.medication.code
    remarks = (
        words("rx.strength", amount=shown_unit(one.strength)) if one.strength else "",
        one.rate,
        *one.notes,
        *(words("given.lot", lot=lot) for lot in one.lots),
        one.manufacturer.text,
        one.refusal.text or one.refusal.code,
    )
    tone = Tone.PLAIN if one.status in {"", COMPLETE} else Tone.ATTENTION
    route = (one.route, one.site, one.device, one.method)
    ways = " ".join(way.text or way.code for way in route if any(way))
    return Line(
        (
            Cell(name, remark=" ".join(text for text in remarks if text and text != NULL)),
            Cell(amount(one.dose, one.dose_unit)),
            Cell(_when(one, words)),
            Cell(ways),
            Cell(" ".join(filter(None, (one.performer, one.place.ward, one.place.room, one.place.bed)))),
            Cell(words.either(f"given.status.{one.status}", one.status) if one.status else "", tone),
        ),
        tone,
    )


def _when(one: MedicationAdministration, words: Words) -> str:
    """From when to when; the end's day only where it is another."""
    if one.end in {"", one.start}:
        return moment(one.start, words)
    end = clock_time(one.end) if one.end[:8] == one.start[:8] else moment(one.end, words)
    return f"{moment(one.start, words)}{f'〜{end}' if end else ''}"
