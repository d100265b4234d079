"""Visits and the events of a stay as text: ADT-01, ADT-12 to ADT-52 (fact sheet §2.1, §2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hie.record.clinical import NOWHERE, Demographics, Encounter, Record
from hie.record.errors import Invalid
from ssmix2.kinds import KINDS
from ssmix2.writing.fields import join, required, time
from ssmix2.writing.segments import Frame, evn, pid, place, pv1


class _Event(NamedTuple):
    """Where one event keeps its own time, besides what every event has."""

    structure: str
    """MSH-9.3"""
    dated_by: tuple[str, ...]
    """All fields that repeat the time of the event."""


_EVENTS = {
    "A54": _Event("ADT_A54", ("EVN-6",)),
    "A55": _Event("ADT_A52", ("EVN-6",)),
    "A04": _Event("ADT_A01", ("PV1-44",)),
    "A14": _Event("ADT_A05", ("PV2-8", "EVN-3")),
    "A27": _Event("ADT_A21", ("PV2-8", "EVN-3")),
    "A01": _Event("ADT_A01", ("PV1-44",)),
    "A11": _Event("ADT_A09", ("PV1-44",)),
    "A21": _Event("ADT_A21", ("EVN-6",)),
    "A52": _Event("ADT_A52", ("EVN-6",)),
    "A22": _Event("ADT_A21", ("EVN-6",)),
    "A53": _Event("ADT_A52", ("EVN-6",)),
    "A15": _Event("ADT_A15", ("PV2-8", "EVN-6")),
    "A26": _Event("ADT_A21", ("PV2-8", "EVN-6")),
    "A02": _Event("ADT_A02", ("EVN-6",)),
    "A12": _Event("ADT_A09", ("EVN-6",)),
    "A16": _Event("ADT_A16", ("PV2-9", "EVN-3")),
    "A25": _Event("ADT_A21", ("PV2-9", "EVN-3")),
    "A03": _Event("ADT_A03", ("PV1-45",)),
    "A13": _Event("ADT_A01", ("PV1-45",)),
}
_RESERVING = frozenset({"A26", "A27"})
_LEAVES = frozenset({"A21", "A22", "A52", "A53"})
_RETURN_CANCELLED = "A53"


def encounter_type(kind: str, records: Sequence[Record]) -> str:
    """MSH-9 of an ADT kind from the one encounter it holds."""
    event = the_encounter(records).event
    allowed = [message.partition("^")[2] for message in KINDS[kind].messages]
    if event not in allowed:
        raise Invalid(f"MSH-9 of {kind} is one of {', '.join(allowed)}")
    return f"ADT^{event}^{_EVENTS[event].structure}"


def encounter(framed: Frame, person: Demographics, records: Sequence[Record]) -> Iterator[str]:
    """Write a visit or one event of a stay, planned, done or taken back."""
    stay = the_encounter(records)
    dated_by = _EVENTS[stay.event].dated_by
    _must_hold_together(stay)
    known = {"PV1-44": stay.admitted_at, "PV1-45": stay.discharged_at, "PV2-9": stay.expected_discharge}
    own = required(stay.at or known.get(dated_by[0], ""), dated_by[0])
    for field in dated_by:
        if known.get(field, own) not in {"", own}:
            raise Invalid(f"{field} is the time of the event itself")
        known[field] = own
    planned = known.get("EVN-3") or stay.expected_return
    yield evn(framed.envelope, planned=planned, reason=stay.reason, occurred=known.get("EVN-6", ""))
    yield pid(person)
    where = stay._replace(admitted_at=known["PV1-44"], discharged_at=known["PV1-45"])
    yield pv1(where, framed.envelope)
    ahead = (
        place(stay.reserved, "PV2-1") + "|" * 6,
        time(known.get("PV2-8", ""), "PV2-8"),
        time(known["PV2-9"], "PV2-9") + "|" * 37,
        time(stay.expected_return, "PV2-47"),
    )
    if any(part.strip("|") for part in ahead):
        yield join("PV2", *ahead)


def _must_hold_together(stay: Encounter) -> None:
    """Raise `Invalid` for what the event cannot say (§2.2)."""
    if stay.reserved != NOWHERE and stay.event not in _RESERVING:
        raise Invalid("PV2-1 belongs to A26 and A27")
    if stay.expected_return and stay.event not in _LEAVES:
        raise Invalid("PV2-47 belongs to leaves")
    if stay.event == _RETURN_CANCELLED:
        required(stay.expected_return, "PV2-47")


def the_encounter(records: Sequence[Record]) -> Encounter:
    """Give the encounter, or raise `Invalid`: these kinds hold exactly one."""
    if len(records) != 1 or not isinstance(records[0], Encounter):
        raise Invalid("this kind holds exactly one encounter")
    return records[0]
