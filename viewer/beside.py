"""What stands on every page that gathers: allergies, diagnoses and key results, each with its sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hie.exchange.records.allergies import Allergy
from hie.exchange.records.medication_hints import Source
from hie.exchange.records.medications import CurrentMedication
from hie.exchange.records.problems import Problem
from hie.exchange.records.results import Item, Latest, usual_unit
from hie.exchange.records.series import Point
from hie.record.folding import folded
from hie.record.identifiers import FacilityCode
from hie.record.times import day_of
from viewer.drawing import Sign
from viewer.formats import NULL, plain_day, shown_unit
from viewer.locale import Words
from viewer.parts import Tone
from viewer.results_sheet import Shown, shown_of

Signs = Mapping[FacilityCode, Sign]
_BRACKETED = re.compile(r"(.*[^（(\s])\s*[（(]([^（()）]+)[)）]")


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
    """As its source wrote it."""
    normal: str
    """What that is in the unit of the item, where it was converted."""
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
    """Every facility that says it."""


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
    """Write a key result as the page of results does, and what was measured before in the same unit."""
    cell = _cell(one.point, one.item, shown, words)
    before = _cell(one.before, one.item, shown, words) if one.before else None
    return Result(
        one.item.name,
        _value(cell, one.point, one.item, words),
        _converted(cell, one.item),
        f"{cell.sign}{cell.word}",
        cell.tone,
        cell.told,
        f"/patients/{patient}/results/{one.item.code}" if one.item.code else f"/patients/{patient}/results",
        words(
            "med.before",
            value=f"{_value(before, one.before, one.item, words)} {_converted(before, one.item)}".strip(),
        )
        if before and one.before
        else "",
        stands(Source(one.point.written.entry, one.point.written.custodian, one.day, ""), shown, words),
    )


def _cell(point: Point, item: Item, shown: Signs, words: Words) -> Shown:
    return shown_of(point, item, _row_unit(item), shown, words)


def _row_unit(item: Item) -> str:
    return item.analyte.unit.name if item.analyte else ""


def _value(cell: Shown, point: Point, item: Item, words: Words) -> str:
    """Write what stood there with its unit; of a unit that is only spelled otherwise, the usual spelling."""
    own = "" if point.written.unit == NULL else point.written.unit.strip()
    if not own:
        unit = words("results.no_unit") if cell.unit else ""
    elif not cell.unit and point.normal is not None and point.normal.comparable:
        unit = _row_unit(item)
    else:
        unit = usual_unit(own)
    return f"{cell.value.strip()} {shown_unit(unit)}".strip()


def _converted(cell: Shown, item: Item) -> str:
    return f"{cell.normal} {shown_unit(_row_unit(item))}".strip() if cell.normal else ""


def allergies_told(found: Iterable[Allergy], shown: Signs, words: Words) -> list[Beside]:
    """Write allergies, each substance once: what happened and how sure it is, and every source.

    SS-MIX2 leaves AL1-5 empty, so hospitals write the reaction behind the substance, in brackets.
    """
    same: dict[str, list[Allergy]] = {}
    for one in found:
        same.setdefault(folded(_apart(one.text)[0]), []).append(one)
    lines = []
    for all_of_it in same.values():
        alike = len({one.text for one in all_of_it}) == 1
        named = all_of_it[0].text if alike else _apart(all_of_it[0].text)[0]
        remark = (
            *(one.said.category.text for one in all_of_it),
            *(one.said.severity.text for one in all_of_it),
            *(() if alike else (_apart(one.text)[1] for one in all_of_it)),
            *(one.said.reaction for one in all_of_it),
            *(one.said.verification.text for one in all_of_it),
        )
        lines.append(Beside(named, _remark(remark, words), _sources(all_of_it, shown, words)))
    return lines


def _apart(text: str) -> tuple[str, str]:
    """Take what stands in brackets behind a substance apart from it."""
    match = _BRACKETED.fullmatch(text.strip())
    return (match[1], match[2]) if match else (text, "")


def problems_told(found: Iterable[Problem], shown: Signs, words: Words) -> list[Beside]:
    """Write diagnoses, each once with every source: the same name and the same code of ICD-10."""
    same: dict[tuple[str, str, bool], list[Problem]] = {}
    for one in found:
        key = (folded(one.text), folded(one.said.icd10.replace(".", "")), one.said.suspected)
        same.setdefault(key, []).append(one)
    return [_problem(all_of_it, shown, words) for all_of_it in same.values()]


def _problem(all_of_it: Sequence[Problem], shown: Signs, words: Words) -> Beside:
    first = all_of_it[0]
    suspected = words("problem.suspected")
    onsets = [day for one in all_of_it if (day := day_of(one.said.onset))]
    remark = (
        words("problem.primary") if any(one.said.primary for one in all_of_it) else "",
        suspected if first.said.suspected and suspected not in first.text else "",
        words("med.since", day=plain_day(min(onsets), words)) if onsets else "",
    )
    return Beside(first.text, _remark(remark, words), _sources(all_of_it, shown, words))


def _remark(parts: Iterable[str], words: Words) -> str:
    return words("list.dot").join(dict.fromkeys(filter(None, parts)))


def _sources(found: Sequence[Allergy | Problem], shown: Signs, words: Words) -> tuple[Stands, ...]:
    places = dict.fromkeys(Source(one.entry, one.custodian, one.day, "") for one in found)
    return tuple(stands(one, shown, words) for one in places)
