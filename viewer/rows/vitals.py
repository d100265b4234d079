"""Vital signs: what was measured, one column for each time of day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import Observation
from hie.record.entry import DocumentClass
from viewer.formats import moment, shown_unit, shown_value
from viewer.locale import Words
from viewer.parts import Cell, Line, Part, Table, Tone
from viewer.results import tone_of
from viewer.rows import Look, Row

Item = tuple[str, str]
"""Name and unit: what one line of the table is about."""


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw one table for each day: items down, times across."""
    words = look.words
    records = opened.reading.records if opened.reading else ()
    days: dict[str, list[Observation]] = {}
    for record in records:
        if isinstance(record, Observation):
            days.setdefault(record.observed_at[:8], []).append(record)
    for day in sorted(days):
        yield _table(day, days[day], words)


def _table(day: str, results: Sequence[Observation], words: Words) -> Table:
    times = sorted({one.observed_at for one in results})
    lines: dict[Item, dict[str, list[Observation]]] = {}
    for one in results:
        item = (one.code.text or one.local.text or one.code.code or one.local.code, shown_unit(one.unit))
        lines.setdefault(item, {}).setdefault(one.observed_at, []).append(one)
    return Table(
        heading=words("vital.heading"),
        aside=moment(day, words),
        columns=(words("lab.item"), *(_clock(at, words) for at in times)),
        lines=tuple(
            Line((Cell(name, remark=unit), *(_cell(measured.get(at, ()), words) for at in times)))
            for (name, unit), measured in lines.items()
        ),
    )


def _clock(at: str, words: Words) -> str:
    """Write the time of day; the whole moment where there is none."""
    return f"{at[8:10]}:{at[10:12]}" if len(at) >= len("YYYYMMDDHHMM") else moment(at, words)


def _cell(results: Sequence[Observation], words: Words) -> Cell:
    """Write what was measured at one time; out of range is said by letter and word as well."""
    if not results:
        return Cell("")
    worst = next((one for one in results if tone_of(one.flag) is not Tone.PLAIN), results[0])
    tone = tone_of(worst.flag)
    said = "" if tone is Tone.PLAIN else words.either(f"flag.{worst.flag}", "")
    return Cell(
        ", ".join(shown_value(one.value_text or one.value) for one in results),
        tone,
        number=worst.value_type == "NM",
        code="" if tone is Tone.PLAIN else worst.flag,
        remark=" ".join(filter(None, (said, *(one.note for one in results)))),
    )


ROW = Row("vitals", 110, frozenset({DocumentClass.VITAL_SIGN}), detail, items="laboratory")
