"""Rules about types and codes: NUM-…, TYP-…, COD-… (fact sheet §7.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hie.record.times import UNKNOWN_DAY, day_of
from ssmix2.er7 import NULL, Segment, component, repetitions, subcomponent
from ssmix2.fields import CODINGS, USAGES
from ssmix2.segments import ITEMS
from ssmix2.validation.rule import INFORMATION, WARNING, Rule, Subject, Violation, at

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_TIME = re.compile(
    r"(?P<day>\d{4}(?:\d{2}(?:\d{2})?)?)(?P<time>(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d(?:\.?\d{1,4})?)?)?|24(?:0{2}){0,2})?"
    r"(?:[+-]\d{4})?",
    re.ASCII,
)
_JLAC10 = re.compile(r"[0-9A-Z]{15}(?:[0-9A-Z]{2})?", re.ASCII)
_DISEASE = re.compile(r"\d{8}", re.ASCII)
_ICD10 = re.compile(r"[A-Z][0-9A-Z]{2,4}", re.ASCII)
_USAGE = re.compile(r"[0-9A-Za-z]{16}", re.ASCII)
_ITEMS_SYSTEM, _DISEASES, _USAGES_SYSTEM = "JC10", "MDCDX2", "JAMISDP01"
_MATERIAL = slice(9, 12)
_DAY_DIGITS, _MONTH_DIGITS, _MONTHS = 8, 6, 12
_LABORATORY_TYPES = frozenset({"NM", "ST", "CWE"})
_IMAGING_TYPES = _LABORATORY_TYPES | {"TX", "FT", "TS", "DT", "TM", "XCN", "ZRD", "ED", "RP"}

NUMBERS: dict[str, tuple[int, ...]] = {
    "MSH": (13,),
    "PID": (25,),
    "PV1": (26, 27, 32, 33, 46, 47, 48, 49),
    "PV2": (10, 11, 20),
    "OBX": (9,),
    "IN1": (33, 34, 39),
    "PRB": (6, 20),
    "TQ1": (14,),
    "RXE": (3, 4, 10, 12, 16, 17, 25, 28, 33, 39),
    "RXA": (1, 2, 6, 13, 23),
    "RXC": (3, 5, 8),
    "SPM": (13, 26),
    "OBR": (37,),
    "ZE1": (4,),
    "ZE2": (6,),
}
"""Fields of type NM."""

QUANTITIES: dict[str, tuple[int, ...]] = {
    "TQ1": (2, 5, 6, 13),
    "RXE": (19,),
    "ZE2": (2, 3, 4, 5),
    "SPM": (12, 25),
}
"""Fields of type CQ, whose first component is a number."""

NUMBER_PARTS: dict[str, dict[int, tuple[int, ...]]] = {
    **{name: dict.fromkeys(fields, (1,)) for name, fields in QUANTITIES.items()},
    "PID": dict.fromkeys((13, 14), (5, 6, 7, 8)),
    "NK1": {**dict.fromkeys((5, 6), (5, 6, 7, 8)), 13: (3, 4)},
    "IN1": dict.fromkeys((4, 11), (3, 4)),
    "IAM": {19: (3, 4)},
    "ORC": {21: (3, 4), 23: (5, 6, 7, 8)},
    "TQ1": {**dict.fromkeys(QUANTITIES["TQ1"], (1,)), 3: (3, 4, 5, 9)},
    "ZE1": {9: (4, 6), 10: (5, 6, 7, 8)},
}
"""Components of type NM: CQ.1, XTN.5 to 8, XON.3 and 4, RPT.3 to 5 and 9, ZRD.4 and 6."""

_WITH_NUMBERS = {name: tuple(fields) for name, fields in NUMBER_PARTS.items()}

MOMENTS: dict[str, tuple[int, ...]] = {
    "MSH": (7,),
    "EVN": (2, 3, 6),
    "PID": (7, 33),
    "PV1": (44, 45),
    "PV2": (8, 9, 47),
    "IN1": (12, 13),
    "IAM": (11, 13, 20),
    "PRB": (2, 7, 8, 9, 15, 16),
    "ORC": (9, 15),
    "TQ1": (7, 8),
    "RXE": (18, 32),
    "RXA": (3, 4, 22),
    "SPM": (17,),
    "OBR": (7, 8, 22, 36),
    "OBX": (14,),
}
"""Fields of type TS, DT or DR; of a range the start."""


def _result_numbers(subject: Subject) -> Iterator[Violation]:
    for number, result in enumerate(subject.message.every("OBX"), 1):
        if result[2].strip() == "NM" and not all(map(_is_number, repetitions(result[5]))):
            yield Violation(at("OBX", number, 5), "A value of type NM is no number of HL7.")


def _numbers(subject: Subject) -> Iterator[Violation]:
    for place, segment, field in _fields(subject, NUMBERS):
        if not _is_number(segment[field]):
            yield Violation(place, "A field of type NM is no number of HL7.", f"NUM-{segment[0]}-{field}")
    for place, segment, field in _fields(subject, _WITH_NUMBERS):
        for part in NUMBER_PARTS[segment[0]][field]:
            if not all(_is_number(component(one, part)) for one in repetitions(segment[field])):
                message = "A component of type NM is no number of HL7."
                yield Violation(f"{place}.{part}", message, f"NUM-{segment[0]}-{field}.{part}")


def _value_types(subject: Subject) -> Iterator[Violation]:
    kind = subject.name.data_kind
    allowed = _LABORATORY_TYPES if kind.startswith("OML") else _IMAGING_TYPES
    for number, result in enumerate(subject.message.every("OBX"), 1):
        if result[2] and result[2].strip() not in allowed:
            yield Violation(at("OBX", number, 2), "The value type is not used in this data kind.")


def _moments(subject: Subject) -> Iterator[Violation]:
    for place, segment, field in _fields(subject, MOMENTS):
        if not _is_moment(component(segment[field], 1)):
            yield Violation(place, "A date or time is not well formed.")


def _items(subject: Subject) -> Iterator[Violation]:
    material = ""
    number = 0
    for segment in subject.message.segments:
        if segment[0] == "SPM":
            specimen = CODINGS[segment[4]]
            material = specimen.code if specimen.system == _ITEMS_SYSTEM else ""
        elif segment[0] == "OBX":
            number += 1
            item = ITEMS[segment[3]][0]
            if item.system == _ITEMS_SYSTEM:
                yield from _item(item.code, material, at("OBX", number, 3))


def _item(code: str, material: str, place: str) -> Iterator[Violation]:
    if not _JLAC10.fullmatch(code):
        yield Violation(place, "A JLAC10 code has not 17 (or 15) letters and digits.")
    elif material and code[_MATERIAL] != material:
        yield Violation(place, "The material of the item is not that of its specimen.")


def _diseases(subject: Subject) -> Iterator[Violation]:
    for number, problem in enumerate(subject.message.every("PRB"), 1):
        disease = CODINGS[problem[3]]
        if disease.system == _DISEASES and not _DISEASE.fullmatch(disease.code):
            yield Violation(at("PRB", number, 3), "A disease's management number has not eight digits.")
        icd10 = CODINGS[problem[10]]
        if icd10.system == "I10" and icd10.code and not _ICD10.fullmatch(icd10.code):
            yield Violation(at("PRB", number, 10), "An ICD-10 code is a letter and two to four characters.")


def _usages(subject: Subject) -> Iterator[Violation]:
    for number, timing in enumerate(subject.message.every("TQ1"), 1):
        usage = USAGES[timing[3]][0] if timing[3] else None
        if usage and usage.code and usage.system == _USAGES_SYSTEM and not _is_usage(usage.code):
            yield Violation(
                at("TQ1", number, 3), "A usage code has 16 characters and as many slots as doses."
            )


def _is_usage(code: str) -> bool:
    """Check length, and at meals that digit 4 counts the slots used in digits 5 to 9 and the hours behind."""
    if not _USAGE.fullmatch(code):
        return False
    if code[2] != "1":
        return True
    slots = sum(slot != "0" for slot in code[4:9]) + sum(slot.isalpha() for slot in code[9:])
    return int(code[3], 36) == slots


def _local_items(subject: Subject) -> Iterator[Violation]:
    if not subject.name.data_kind.startswith("OML"):
        return
    for number, result in enumerate(subject.message.every("OBX"), 1):
        if result[3] and ITEMS[result[3]][0].system != _ITEMS_SYSTEM:
            yield Violation(at("OBX", number, 3), "The item has no JLAC10 code.")


def _fields(subject: Subject, table: dict[str, tuple[int, ...]]) -> Iterator[tuple[str, Segment, int]]:
    """Yield place, segment and field number of every filled field that the table names."""
    counted: dict[str, int] = {}
    for segment in subject.message.segments:
        name = segment[0]
        counted[name] = number = counted.get(name, 0) + 1
        for field in table.get(name, ()):
            if segment[field] and segment[field] != NULL:
                yield at(name, number, field), segment, field


def _is_number(text: str) -> bool:
    return text in {"", NULL} or _NUMBER.fullmatch(text) is not None


def _is_moment(text: str) -> bool:
    found = _TIME.fullmatch(subcomponent(text, 1).strip())
    if not found:
        return False
    day = found["day"]
    if len(day) == _DAY_DIGITS:
        return day_of(day) != UNKNOWN_DAY
    return found["time"] is None and (len(day) < _MONTH_DIGITS or 1 <= int(day[4:]) <= _MONTHS)


RULES = (
    Rule("NUM-OBX-5", WARNING, "§7.5", _result_numbers),
    Rule("NUM", WARNING, "§7.5", _numbers),
    Rule("TYP-01", WARNING, "§7.5", _value_types),
    Rule("TYP-02", WARNING, "§7.5", _moments),
    Rule("COD-02", WARNING, "§7.5", _items),
    Rule("COD-03", INFORMATION, "§7.5", _diseases),
    Rule("COD-04", INFORMATION, "§7.5", _usages),
    Rule("COD-05", INFORMATION, "§7.5", _local_items),
)
