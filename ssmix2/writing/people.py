"""ADT-00 and ADT-61 as text: a person, contacts, insurances, allergies (fact sheet §4.3 to §4.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hie.record.clinical import AllergyIntolerance, Coverage, Demographics, Observation, Record
from hie.record.errors import Invalid
from ssmix2.writing.fields import NULL, cwe, doctor, escaped, join, required, time
from ssmix2.writing.segments import Frame, evn, full_pid, nk1, obx, order_pv1, pid

ALLERGY_TYPE = "ADT^A60^ADT_A60"
_PROFILE_ORDER = (Observation, AllergyIntolerance, Coverage)
_REACTION_LIMIT, _TEXT_LIMIT = 15, 60
_IDENTIFIED = frozenset({"D", "U"})


def demographics_type(framed: Frame) -> str:
    """MSH-9 of ADT-00: update, or deletion of the patient's record."""
    return "ADT^A23^ADT_A21" if framed.envelope.cancelled else "ADT^A08^ADT_A01"


def demographics(framed: Frame, person: Demographics, records: Sequence[Record]) -> Iterator[str]:
    """Write ADT-00: the person, profile results, allergies, insurances, in the order of the grammar.

    A deletion (A23) names the person only; its grammar has no place for contacts.
    """
    yield evn(framed.envelope)
    yield full_pid(person)
    if not framed.envelope.cancelled:
        for number, contact in enumerate(person.contacts, 1):
            yield nk1(number, contact)
    yield order_pv1(framed, set_id="0001", service=False)
    if person.disabled:
        yield join("DB1", "1", "PT", "", escaped(person.disabled))
    if framed.envelope.cancelled and records:
        raise Invalid("the deletion of a person (A23) holds nothing but the person")
    for kind in _PROFILE_ORDER:
        for set_id, record in enumerate((item for item in records if isinstance(item, kind)), 1):
            yield _profile(set_id, record)


def allergies(framed: Frame, person: Demographics, records: Sequence[Record]) -> Iterator[str]:
    """Write ADT-61: every allergy of the patient."""
    if not records:
        raise Invalid("ADT-61 holds at least one allergy")
    yield evn(framed.envelope)
    yield pid(person)
    yield order_pv1(framed, set_id="0001")
    for set_id, record in enumerate(records, 1):
        if not isinstance(record, AllergyIntolerance):
            raise Invalid("ADT-61 holds allergies only")
        yield _iam(framed, set_id, record)


def _iam(framed: Frame, set_id: int, allergy: AllergyIntolerance) -> str:
    if allergy.action.code in _IDENTIFIED:
        required(allergy.instance, "IAM-7")
    known = framed.envelope.practitioner
    return join(
        "IAM",
        str(set_id),
        cwe(allergy.category),
        required(cwe(allergy.substance), "IAM-3"),
        cwe(allergy.severity),
        _short(allergy.reaction, _REACTION_LIMIT, "IAM-5"),
        required(cwe(allergy.action), "IAM-6"),
        escaped(allergy.instance),
        _short(allergy.reason, _TEXT_LIMIT, "IAM-8"),
        cwe(allergy.sensitivity) + "|",
        time(allergy.onset, "IAM-11"),
        _short(allergy.onset_text, _TEXT_LIMIT, "IAM-12"),
        time(allergy.reported_at, "IAM-13") + "|||",
        cwe(allergy.verification),
        doctor(allergy.verified_by, known) + "|",
        time(allergy.verified_at, "IAM-20"),
    )


def _short(text: str, limit: int, place: str) -> str:
    if len(text) > limit:
        raise Invalid(f"{place} has at most {limit} characters")
    return escaped(text)


def _profile(set_id: int, record: Observation | AllergyIntolerance | Coverage) -> str:
    if isinstance(record, Observation):
        if any(record.group) or any(record.specimen):
            raise Invalid("OBX of ADT-00 stands in no panel and has no specimen")
        return obx(set_id, record)
    if isinstance(record, AllergyIntolerance):
        return al1(set_id, record)
    return in1("IN1", set_id, record)


def al1(set_id: int, allergy: AllergyIntolerance) -> str:
    """Write one allergy as orders and ADT-00 say it: its kind and what it is to."""
    if any(allergy.severity) or allergy != AllergyIntolerance(*allergy[:2], allergy.severity, ""):
        raise Invalid(
            "AL1-4, AL1-5 are not used in SS-MIX2; what else is known of an allergy stands in ADT-61"
        )
    return join("AL1", str(set_id), cwe(allergy.category), required(cwe(allergy.substance), "AL1-3"))


def in1(segment: str, set_id: int, coverage: Coverage) -> str:
    """Write one insurance or public expense; ZI1 of PPR-01 has the same fields."""
    kind = required(cwe(coverage.kind), f"{segment}-2")
    numbers = "~".join(map(escaped, (coverage.symbol, coverage.number, coverage.branch)))
    return join(
        segment,
        str(set_id),
        kind,
        (escaped(coverage.insurer) or NULL) + "|" * 6,
        numbers if coverage.symbol or coverage.branch else escaped(coverage.number),
        escaped(coverage.group),
        time(coverage.start, f"{segment}-12"),
        time(coverage.end, f"{segment}-13") + "|",
        escaped(coverage.plan) + "|",
        cwe(coverage.relationship),
    )
