"""What stands on every page that gathers: allergies, diagnoses and key results, each with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hie.exchange.records.allergies import Allergy
from hie.exchange.records.medication_hints import Source
from hie.exchange.records.medications import CurrentMedication
from hie.exchange.records.problems import Problem
from hie.exchange.records.results import Latest
from hie.record.identifiers import FacilityCode
from hie.record.times import day_of
from viewer.drawing import Sign
from viewer.formats import NULL, plain_day, shown_unit, shown_value
from viewer.locale import Words
from viewer.parts import Tone
from viewer.results import tone_of
from viewer.results_sheet import told_of

Signs = Mapping[FacilityCode, Sign]


class Stands(NamedTuple):
    """Where something stands: its facility, its day, and the entry that says it."""

    sign: Sign
    day: str
    entry: int
    text: str = ""


class Result(NamedTuple):
    """A key result: newest first, the one before it beside."""

    name: str
    value: str
    word: str
    tone: Tone
    told: str
    address: str
    before: str
    source: Stands


class Beside(NamedTuple):
    """An allergy or a diagnosis."""

    text: str
    remark: str
    sources: tuple[Stands, ...]
    """Every facility that says it in the same words."""


def facilities_of(
    now: CurrentMedication, said: Iterable[Allergy | Problem], results: Iterable[Latest]
) -> set[FacilityCode]:
    """Return every facility that these name."""
    return {
        *(one.custodian for one in (*now.drugs, *now.ended)),
        *(one.custodian for hint in now.hints for one in hint.sources),
        *(one.custodian for one in said),
        *(one.point.written.custodian for one in results),
    }


def stands(one: Source, shown: Signs, words: Words, text: str = "") -> Stands:
    """Say where something stands."""
    return Stands(shown[one.custodian], plain_day(one.day, words), one.entry, text)


def result_of(one: Latest, patient: str, shown: Signs, words: Words) -> Result:
    """Write a key result as its hospital wrote it, with what was measured before."""
    written = one.point.written
    tone = tone_of(written.flag)
    sign = {Tone.HIGH: "▲", Tone.LOW: "▼", Tone.ATTENTION: "!"}.get(tone, "")
    word = "" if tone is Tone.PLAIN else words.either(f"flag.{written.flag}", written.flag)
    before = one.before.written if one.before else None
    return Result(
        one.item.name,
        _value(written.value, written.unit),
        f"{sign}{word}",
        tone,
        told_of(one.point, one.item, shown[written.custodian].name, words),
        f"/patients/{patient}/results/{one.item.code}" if one.item.code else f"/patients/{patient}/results",
        words("med.before", value=_value(before.value, before.unit)) if before else "",
        stands(Source(written.entry, written.custodian, one.day, ""), shown, words),
    )


def _value(value: str, unit: str) -> str:
    return f"{shown_value(value).strip()} {'' if unit == NULL else shown_unit(unit)}".strip()


def together(some: Iterable[Beside]) -> list[Beside]:
    """Say once what several facilities say in the same words."""
    found: dict[tuple[str, str], Beside] = {}
    for one in some:
        known = found.get(one[:2])
        found[one[:2]] = known._replace(sources=known.sources + one.sources) if known else one
    return list(found.values())


def allergy_of(one: Allergy, shown: Signs, words: Words) -> Beside:
    """Write an allergy with what happened and how sure it is."""
    said = one.said
    remark = (said.category.text, said.severity.text, said.reaction, said.verification.text)
    return Beside(
        one.text,
        words("list.dot").join(filter(None, remark)),
        (stands(Source(one.entry, one.custodian, one.day, ""), shown, words),),
    )


def problem_of(one: Problem, shown: Signs, words: Words) -> Beside:
    """Write a diagnosis with its marks and since when."""
    said = one.said
    remark = (
        words("problem.primary") if said.primary else "",
        words("problem.suspected") if said.suspected else "",
        words("med.since", day=plain_day(day_of(said.onset), words)) if day_of(said.onset) else "",
    )
    return Beside(
        one.text,
        words("list.dot").join(filter(None, remark)),
        (stands(Source(one.entry, one.custodian, one.day, ""), shown, words),),
    )
