"""Rule TYP-03: fields are no longer than their type allows (fact sheet §4, §7.5)."""

from __future__ import annotations

from collections.abc import Iterator

from ssmix2.er7 import component, repetitions
from ssmix2.validation.rule import INFORMATION, Rule, Subject, Violation, at

LENGTHS: dict[str, dict[int, int]] = {
    "MSH": {3: 227, 7: 26, 9: 15, 10: 20, 11: 3, 12: 60, 18: 16, 20: 20, 21: 427},
    "PID": {1: 4, 3: 250, 5: 250, 7: 26, 8: 1},
    "PV1": {1: 4, 2: 1, 3: 80, 10: 3, 36: 3},
    "ORC": {1: 2, 2: 22, 3: 22, 4: 22, 5: 2},
    "RXE": {3: 20, 15: 20, 23: 8},
    "OBX": {1: 4, 2: 3, 4: 20, 7: 60, 8: 5, 11: 1},
    "OBR": {2: 22, 3: 22, 13: 300},
    "IAM": {5: 15, 8: 60, 12: 60},
    "PRB": {3: 260, 4: 60, 17: 80},
    "ZPR": {7: 199},
    "ODS": {4: 80},
    "ZE1": {3: 483, 12: 199},
    "ZE2": {7: 199},
    "IPC": {1: 80, 3: 70},
}
"""Characters of one repetition; MSH-18 of the whole field."""

PARTS: dict[str, dict[int, dict[int, int]]] = {
    "PID": {3: {1: 30}, 11: {8: 100}},
    "NK1": {4: {8: 100}},
    "ORC": {22: {8: 100}},
}
"""Characters of one component, where that is what is limited (CX.1, XAD.8)."""


def _lengths(subject: Subject) -> Iterator[Violation]:
    counted: dict[str, int] = {}
    for segment in subject.message.segments:
        name = segment[0]
        counted[name] = number = counted.get(name, 0) + 1
        for field, limit in LENGTHS.get(name, {}).items():
            raw = segment[field]
            if len(raw) > limit and max(map(len, repetitions(raw))) > limit:
                yield Violation(
                    at(name, number, field), f"The field is longer than the {limit} characters allowed."
                )
        for field, parts in PARTS.get(name, {}).items():
            if segment[field]:
                yield from _parts(segment[field], parts, at(name, number, field))


def _parts(raw: str, parts: dict[int, int], place: str) -> Iterator[Violation]:
    for part, limit in parts.items():
        if any(len(component(one, part)) > limit for one in repetitions(raw)):
            yield Violation(
                f"{place}.{part}", f"The component is longer than the {limit} characters allowed."
            )


RULES = (Rule("TYP-03", INFORMATION, "§7.5", _lengths),)
