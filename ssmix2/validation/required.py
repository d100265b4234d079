"""Rules about what must be there: REQ-<segment>-<field>, REQ-SEG-<segment>, RE-… (fact sheet §7.3)."""

from __future__ import annotations

from collections.abc import Iterator

from ssmix2.er7 import Segment
from ssmix2.kinds import KINDS
from ssmix2.validation.rule import ERROR, INFORMATION, WARNING, Rule, Subject, Violation, at

_RX = frozenset({"OMP-01", "OMP-11"})
_INJECTIONS = frozenset({"OMP-02", "OMP-12"})
_MEDICATION = _RX | _INJECTIONS
_LABORATORY = frozenset({"OML-01", "OML-11"})
_RADIOLOGY_ENDOSCOPY = frozenset({"OMG-01", "OMG-11", "OMG-02", "OMG-12"})
_PHYSIOLOGY = frozenset({"OMG-03", "OMG-13"})
_IMAGING = _RADIOLOGY_ENDOSCOPY | _PHYSIOLOGY
_ADMISSIONS = frozenset(kind for kind in KINDS if kind.startswith("ADT"))
_ORDERS = _MEDICATION | _LABORATORY | _IMAGING | {"OMD", "PPR-01"}
_ANY = frozenset(KINDS)

REQUIRED: tuple[tuple[str, tuple[int, ...], frozenset[str]], ...] = (
    ("MSH", (2, 7, 9, 10, 11, 12, 18), _ANY),  # MSH-1 is the separator itself: rule MSH-A
    ("EVN", (2,), _ANY),
    ("PID", (3, 5, 7, 8), _ANY),
    ("PV1", (2,), _ANY),
    ("NK1", (1,), _ANY),
    ("DB1", (1, 2, 4), _ANY),
    ("AL1", (1, 3), _ANY),
    ("IN1", (1, 2), _ANY),
    ("IAM", (1, 3, 6), _ANY),
    ("ZPR", (2,), _ANY),
    ("ODS", (1, 3), _ANY),
    ("RXC", (1, 2, 3, 4), _ANY),
    ("RXA", (1, 2, 3, 4, 5, 6), _ANY),
    ("CTI", (1,), _ANY),
    ("SPM", (4,), _ANY),
    ("IPC", (1, 3, 5), _ANY),
    ("PRB", (1, 2, 3, 4), _ANY),
    ("ORC", (1, 2), _ORDERS),
    ("ORC", (4,), _MEDICATION),
    ("ORC", (9, 12), _IMAGING),
    ("ORC", (17,), _INJECTIONS | _PHYSIOLOGY),
    ("ORC", (29,), _INJECTIONS),
    ("RXE", (2, 3, 5), _MEDICATION),
    ("RXE", (10, 11), _RX),
    ("RXR", (1,), _MEDICATION),
    ("TQ1", (1,), _IMAGING | {"OML-01"}),
    ("TQ1", (9,), _IMAGING),
    ("OBR", (2, 4), _LABORATORY | _IMAGING),
    ("OBR", (1,), _PHYSIOLOGY),
    ("OBX", (3, 11), _ANY - _ADMISSIONS),
    ("OBX", (2,), _INJECTIONS | _IMAGING),
    ("OBX", (5,), _RADIOLOGY_ENDOSCOPY),
    ("ZE1", (1,), frozenset({"OMG-12"})),
    ("ZE1", (2, 3), frozenset({"OMG-11", "OMG-12"})),
)
"""Segment, fields, kinds: the field is filled wherever the segment stands; `""` counts as filled."""

KEYS = frozenset({("MSH", 9), ("PID", 3), ("ORC", 2), ("OBR", 2), ("PRB", 4), ("IPC", 1), ("IPC", 3)})
"""Fields without which content cannot be located; their absence is an error."""

MUST_EXIST: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_ADMISSIONS, ("EVN", "PID", "PV1")),
    **dict.fromkeys(("ADT-21", "ADT-41", "ADT-51"), ("EVN", "PID", "PV1", "PV2")),
    "ADT-61": ("EVN", "PID", "IAM"),
    "PPR-01": ("PID", "PRB"),
    "OMD": ("PID", "ORC", "ODS"),
    **dict.fromkeys(("OMP-01", "OMP-02"), ("PID", "ORC", "RXE", "TQ1", "RXR")),
    **dict.fromkeys(("OMP-11", "OMP-12"), ("PID", "ORC", "RXA", "RXR")),
    "OML-01": ("PID", "SPM", "ORC", "OBR"),
    "OML-11": ("PID", "SPM", "OBR"),
    **dict.fromkeys(("OMG-01", "OMG-02", "OMG-03"), ("PID", "ORC", "TQ1", "OBR")),
    **dict.fromkeys(("OMG-11", "OMG-12"), ("PID", "ORC", "TQ1", "OBR", "IPC")),
    "OMG-13": ("PID", "OBR"),
}
"""Segments of fact sheet §2.3; MSH is rule MSH-A."""

MUST_EXIST_IN_EVENT = {"ADT^A53": ("PV2",)}
"""Segments that one event of a kind needs beyond those of its kind."""

MAY_BE_EMPTY: tuple[tuple[str, tuple[int, ...], frozenset[str]], ...] = (
    ("EVN", (7,), _ANY),
    ("SPM", (1, 2, 8, 17), _ANY),
    ("ORC", (5, 29), _LABORATORY),
    ("TQ1", (7, 9), frozenset({"OML-01"})),
)
"""Required but may be empty (RE): worth knowing when a facility never fills them."""


def _required(subject: Subject) -> Iterator[Violation]:
    for name, number, field in _empty_fields(subject, REQUIRED):
        severity = ERROR if (name, field) in KEYS else WARNING
        yield Violation(
            at(name, number, field), "A required field is empty.", f"REQ-{name}-{field}", severity
        )


def _segments(subject: Subject) -> Iterator[Violation]:
    present = {segment[0] for segment in subject.message.segments}
    in_event = MUST_EXIST_IN_EVENT.get(subject.message.event, ())
    for name in (*MUST_EXIST.get(subject.name.data_kind, ()), *in_event):
        if name not in present:
            yield Violation("message", f"There is no {name} segment.", f"REQ-SEG-{name}")


def _update_time(subject: Subject) -> Iterator[Violation]:
    person = subject.message.first("PID")
    if person and not person[33] and subject.message.event == "ADT^A08":
        yield Violation(at("PID", 1, 33), "A required field is empty.", "REQ-PID-33")


def _final_value(subject: Subject) -> Iterator[Violation]:
    for number, result in enumerate(subject.message.every("OBX"), 1):
        if result[11].strip() == "F" and not result[5]:
            yield Violation(at("OBX", number, 5), "A final result has no value.", "REQ-OBX-5")


def _empty(subject: Subject) -> Iterator[Violation]:
    for name, number, field in _empty_fields(subject, MAY_BE_EMPTY):
        message = "A field that is required but may be empty is empty."
        yield Violation(at(name, number, field), message, f"RE-{name}-{field}")


def _empty_fields(
    subject: Subject, table: tuple[tuple[str, tuple[int, ...], frozenset[str]], ...]
) -> Iterator[tuple[str, int, int]]:
    """Yield segment, occurrence and field of every empty field that the table names for this kind."""
    segments: dict[str, list[Segment]] = {}
    for segment in subject.message.segments:
        segments.setdefault(segment[0], []).append(segment)
    for name, fields, kinds in table:
        if subject.name.data_kind in kinds or kinds is _ANY:
            for number, segment in enumerate(segments.get(name, ()), 1):
                yield from ((name, number, field) for field in fields if not segment[field])


RULES = (
    Rule("REQ", WARNING, "§7.3", _required),
    Rule("REQ-SEG", ERROR, "§2.3", _segments),
    Rule("REQ-PID-33", WARNING, "§7.3", _update_time),
    Rule("REQ-OBX-5", WARNING, "§7.3", _final_value),
    Rule("RE", INFORMATION, "§7.3", _empty),
)
