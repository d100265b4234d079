"""ADT-00, ADT-12, ADT-22, ADT-52 as text (fact sheet §2.1, §4.3 to §4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hie.record.clinical import AllergyIntolerance, Coverage, Demographics, Encounter, Observation, Record
from hie.record.errors import Invalid
from ssmix2.writing.fields import cwe, escaped, join, required, time
from ssmix2.writing.segments import Frame, evn, full_pid, obx, order_pv1, pid, pv1

_STRUCTURES = {"A04": "ADT_A01", "A01": "ADT_A01", "A11": "ADT_A09", "A03": "ADT_A03", "A13": "ADT_A01"}
_EVENTS = {"ADT-12": {"A04"}, "ADT-22": {"A01", "A11"}, "ADT-52": {"A03", "A13"}}
_DISCHARGES = {"A03", "A13"}
_PROFILE_ORDER = (Observation, AllergyIntolerance, Coverage)


def demographics_type(framed: Frame) -> str:
    """MSH-9 of ADT-00: update, or deletion of the patient's record."""
    return "ADT^A23^ADT_A21" if framed.envelope.cancelled else "ADT^A08^ADT_A01"


def demographics(framed: Frame, person: Demographics, records: Sequence[Record]) -> Iterator[str]:
    """Write ADT-00: the person, profile results, allergies, insurances, in the order of the grammar."""
    yield evn(framed.envelope)
    yield full_pid(person)
    yield order_pv1(framed, set_id="0001", service=False)
    if framed.envelope.cancelled and records:
        raise Invalid("the deletion of a person (A23) holds nothing but the person")
    for kind in _PROFILE_ORDER:
        for set_id, record in enumerate((item for item in records if isinstance(item, kind)), 1):
            yield _profile(set_id, record)


def encounter_type(kind: str, records: Sequence[Record]) -> str:
    """MSH-9 of ADT-12, ADT-22 and ADT-52 from the one encounter they hold."""
    event = the_encounter(records).event
    if event not in _EVENTS[kind]:
        raise Invalid(f"MSH-9 of {kind} is one of {', '.join(sorted(_EVENTS[kind]))}")
    return f"ADT^{event}^{_STRUCTURES[event]}"


def encounter(framed: Frame, person: Demographics, records: Sequence[Record]) -> Iterator[str]:
    """Write a visit, an admission or a discharge, or the cancelling of one."""
    stay = the_encounter(records)
    field = "discharged_at" if stay.event in _DISCHARGES else "admitted_at"
    place = "PV1-45" if stay.event in _DISCHARGES else "PV1-44"
    happened = required(getattr(stay, field) or stay.at, place)
    if stay.at not in {"", happened}:
        raise Invalid(f"{place} is the time of the event itself")
    yield evn(framed.envelope)
    yield pid(person)
    yield pv1(stay._replace(**{field: happened}), framed.envelope)


def the_encounter(records: Sequence[Record]) -> Encounter:
    """Give the encounter, or raise `Invalid`: these kinds hold exactly one."""
    if len(records) != 1 or not isinstance(records[0], Encounter):
        raise Invalid("this kind holds exactly one encounter")
    return records[0]


def _profile(set_id: int, record: Observation | AllergyIntolerance | Coverage) -> str:
    if isinstance(record, Observation):
        if any(record.group) or any(record.specimen):
            raise Invalid("OBX of ADT-00 stands in no panel and has no specimen")
        return obx(set_id, record)
    if isinstance(record, AllergyIntolerance):
        return _al1(set_id, record)
    return _in1(set_id, record)


def _al1(set_id: int, allergy: AllergyIntolerance) -> str:
    if any(allergy.severity) or allergy.reaction:
        raise Invalid("AL1-4 and AL1-5 are not used in SS-MIX2")
    return join("AL1", str(set_id), cwe(allergy.category), required(cwe(allergy.substance), "AL1-3"))


def _in1(set_id: int, coverage: Coverage) -> str:
    kind = required(cwe(coverage.kind), "IN1-2")
    days = (time(coverage.start, "IN1-12"), time(coverage.end, "IN1-13"))
    return join("IN1", str(set_id), kind, escaped(coverage.insurer) + "|" * 8, *days)
