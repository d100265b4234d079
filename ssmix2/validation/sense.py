"""Rules about what belongs together: RX-01, RX-02, LAB-01, LNK-01 (fact sheet §7.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ssmix2.er7 import Segment, component, repetitions, subcomponent
from ssmix2.fields import CODINGS, DURATIONS
from ssmix2.validation.rule import INFORMATION, WARNING, Rule, Subject, Violation, at

_INTERNAL = "21"
_TOLERANCE = Decimal("0.01")
_GROUP = re.compile(r"(?:.*_)?(\d{1,2})(?:_(\d{3}))?", re.ASCII)
_RANGE = re.compile(r"\s*(-?\d{1,20}(?:\.\d{1,20})?)\s*[-~〜]\s*(-?\d{1,20}(?:\.\d{1,20})?)\s*", re.ASCII)
_LOW, _HIGH = frozenset({"L", "LL", "<"}), frozenset({"H", "HH", ">"})
_NORMAL = frozenset({"N"})
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_LONGEST = 20
_UID = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+", re.ASCII)
_UID_LIMIT = 64


def _amounts(subject: Subject) -> Iterator[Violation]:
    """Compare what is dispensed with what is taken, for drugs taken by the day."""
    for number, (_, drug, timing) in enumerate(_drugs(subject), 1):
        if drug is None or timing is None or CODINGS[drug[27]].code != _INTERNAL:
            continue
        # A supplement (alternate days, days of the week) breaks the plain product (doubt Q12).
        if len(repetitions(timing[3])) > 1 or not _same_unit(drug):
            continue
        total, daily = _decimal(drug[10]), _decimal(component(drug[19], 1))
        days = _decimal(DURATIONS[timing[6]])
        if total is None or daily is None or days is None or not total:
            continue
        if abs(daily * days - total) > total * _TOLERANCE:
            yield Violation(at("RXE", number, 10), "The total is not the daily dose times the days.")


def _one_usage_per_group(subject: Subject) -> Iterator[Violation]:
    if subject.name.data_kind != "OMP-01":
        return
    usages: dict[str, tuple[str, ...]] = {}
    for number, (order, _, timing) in enumerate(_drugs(subject), 1):
        group = _GROUP.fullmatch(order[4].strip())
        if timing is None or group is None:
            continue
        usage = (timing[3], DURATIONS[timing[6]], timing[7], timing[11])
        if usages.setdefault(group[1].zfill(2), usage) != usage:
            yield Violation(at("TQ1", number, 3), "Drugs of one Rp are taken differently.")


def _drugs(subject: Subject) -> Iterator[tuple[Segment, Segment | None, Segment | None]]:
    """Yield ORC, RXE and TQ1 of each order group of a prescription or injection."""
    order: Segment | None = None
    drug: Segment | None = None
    timing: Segment | None = None
    for segment in subject.message.segments:
        if segment[0] == "ORC":
            if order:
                yield order, drug, timing
            order, drug, timing = segment, None, None
        elif segment[0] == "RXE":
            drug = segment
        elif segment[0] == "TQ1":
            timing = segment
    if order:
        yield order, drug, timing


def _same_unit(drug: Segment) -> bool:
    """Say whether RXE-11 and the unit inside RXE-19 are the same."""
    daily_unit = component(drug[19].replace("&", "^"), 2).strip()
    return not daily_unit or daily_unit == component(drug[11], 1).strip()


def _flags(subject: Subject) -> Iterator[Violation]:
    for number, result in enumerate(subject.message.every("OBX"), 1):
        limits, value = _RANGE.fullmatch(result[7]), _decimal(result[5])
        flag = result[8].strip()
        if limits is None or value is None or not flag:
            continue
        expected = _NORMAL
        if value < Decimal(limits[1]):
            expected = _LOW
        elif value > Decimal(limits[2]):
            expected = _HIGH
        if flag in _LOW | _HIGH | _NORMAL and flag not in expected:
            yield Violation(at("OBX", number, 8), "The flag does not agree with value and reference range.")


def _studies(subject: Subject) -> Iterator[Violation]:
    for number, link in enumerate(subject.message.every("IPC"), 1):
        study = subcomponent(component(link[3], 1), 1).strip()
        if not component(link[1], 1).strip():
            yield Violation(at("IPC", number, 1), "The link has no accession number.")
        if study and (len(study) > _UID_LIMIT or not _UID.fullmatch(study)):
            yield Violation(at("IPC", number, 3), "The study's identifier is no UID of DICOM.")


def _decimal(text: str) -> Decimal | None:
    """Read a number of HL7 of a length that can be one; exponents and the like are none."""
    text = text.strip()
    return Decimal(text) if len(text) <= _LONGEST and _NUMBER.fullmatch(text) else None


RULES = (
    Rule("RX-01", WARNING, "§7.5", _amounts),
    Rule("RX-02", WARNING, "§7.5", _one_usage_per_group),
    Rule("LAB-01", INFORMATION, "§7.5", _flags),
    Rule("LNK-01", WARNING, "§7.5", _studies),
)
