"""Records as JSON objects for other programs: every text as it stood in the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hie.record.clinical import (
    AllergyIntolerance,
    Coding,
    Condition,
    Coverage,
    Demographics,
    DiagnosticReport,
    Encounter,
    MedicationAdministration,
    MedicationRequest,
    NutritionOrder,
    Observation,
    Procedure,
    Record,
    ResearchStudy,
    ServiceRequest,
    StudyLink,
)
from hie.record.findings import Finding
from hie.record.times import UNKNOWN_DAY

Plain = dict[str, Any]
"""One JSON object."""


def finding(one: Finding) -> Plain:
    """Give a finding's rule, severity, place and sentence."""
    return {"rule": one.code, "severity": one.severity.value, "place": one.place, "message": one.message}


def record(one: Record) -> Plain:
    """Give a record with its FHIR name in `type`."""
    return {"type": TYPES.get(type(one), type(one).__name__), **_WRITERS[type(one)](one)}


def _coding(field: str, coding: Coding) -> Plain:
    """Give a coding as its text under the field's name, its code and system beside it."""
    return {field: coding.text or coding.code, f"{field}_code": coding.code, f"{field}_system": coding.system}


def _item(coding: Coding, local: Coding) -> Plain:
    return {
        "code": coding.code,
        "name": coding.text,
        "system": coding.system,
        "local_code": local.code,
        "local_name": local.text,
    }


def _observation(one: Observation) -> Plain:
    rest = one._asdict()
    for field in ("code", "local", "group", "specimen"):
        del rest[field]
    return {
        **_item(one.code, one.local),
        **rest,
        **_coding("group", one.group),
        **_coding("specimen", one.specimen),
    }


def _medication(one: MedicationRequest) -> Plain:
    rest = one._asdict()
    del rest["medication"], rest["local"]
    rest["unit"] = rest.pop("dose_unit")
    return {**_item(one.medication, one.local), **_spread(rest)}


def _administration(one: MedicationAdministration) -> Plain:
    rest = one._asdict()
    del rest["medication"], rest["local"], rest["place"]
    rest["unit"] = rest.pop("dose_unit")
    return {**_item(one.medication, one.local), **_spread(rest), **one.place._asdict()}


def _request(one: ServiceRequest) -> Plain:
    rest = one._asdict()
    del rest["code"], rest["local"]
    return {**_item(one.code, one.local), **_spread(rest)}


def _procedure(one: Procedure) -> Plain:
    rest = one._asdict()
    del rest["code"], rest["local"]
    for field in ("performers", "materials", "exposures"):
        rest[field] = [_spread(part._asdict()) for part in getattr(one, field)]
    return {**_item(one.code, one.local), **_spread(rest)}


def _fields(one: NutritionOrder | StudyLink | ResearchStudy) -> Plain:
    return _spread(one._asdict())


def _spread(fields: Plain) -> Plain:
    """Give each coding as text, code and system, and each list of codings as a list of such."""
    found: Plain = {}
    for field, value in fields.items():
        if isinstance(value, Coding):
            found |= _coding(field, value)
        elif isinstance(value, tuple) and value and isinstance(value[0], Coding):
            found[field] = [{"code": each.code, "name": each.text, "system": each.system} for each in value]
        else:
            found[field] = value
    return found


def _condition(one: Condition) -> Plain:
    rest = one._asdict()
    codings: Plain = {}
    for field in ("outcome", "category", "department"):
        codings |= _coding(field, rest.pop(field))
    rest |= {"code": one.code.code, "disease": one.code.text, "system": one.code.system}
    rest["teeth"] = [_coding("tooth", tooth) for tooth in one.teeth]
    return {**rest, **codings}


def _encounter(one: Encounter) -> Plain:
    rest = one._asdict()
    places = {
        f"{name}_{part}": text
        for name in ("prior", "reserved")
        for part, text in rest.pop(name)._asdict().items()
    }
    return rest | places


def _allergy(one: AllergyIntolerance) -> Plain:
    return {
        "code": one.substance.code,
        "name": one.substance.text,
        "system": one.substance.system,
        **_coding("category", one.category),
        **_coding("severity", one.severity),
        "reaction": one.reaction,
        **_coding("action", one.action),
        "instance": one.instance,
        "reason": one.reason,
        **_coding("sensitivity", one.sensitivity),
        "onset": one.onset,
        "onset_text": one.onset_text,
        "reported_at": one.reported_at,
        **_coding("verification", one.verification),
        "verified_by": one.verified_by,
        "verified_at": one.verified_at,
    }


def _coverage(one: Coverage) -> Plain:
    rest = one._asdict()
    codings = {**_coding("kind", rest.pop("kind")), **_coding("relationship", rest.pop("relationship"))}
    return {**codings, **rest}


def _patient(one: Demographics) -> Plain:
    facts = one.patient
    return {
        "id": facts.source.value,
        "name": facts.name.kanji,
        "kana": facts.name.kana,
        "birth_date": "" if facts.birth_day == UNKNOWN_DAY else f"{facts.birth_day:08d}",
        "sex": facts.sex.value,
        "address": one.address,
        "postal_code": one.postal_code,
        "phone": one.home_phone,
        "work_phone": one.work_phone,
        "updated_at": one.updated_at,
        "disabled": one.disabled,
        "contacts": [
            {
                "name": contact.name.kanji,
                "kana": contact.name.kana,
                **_coding("relationship", contact.relationship),
                "address": contact.address,
                "postal_code": contact.postal_code,
                "phone": contact.home_phone,
                "work_phone": contact.work_phone,
            }
            for contact in one.contacts
        ],
    }


def _report(one: DiagnosticReport) -> Plain:
    return {
        "order_number": one.order_number,
        "code": one.code.code,
        "name": one.code.text,
        "system": one.code.system,
        "collected_at": one.collected_at,
        "reported_at": one.reported_at,
        "status": one.status,
        **_coding("specimen", one.specimen),
        **_coding("department", one.department),
        "orderer": one.orderer,
        **_coding("parent", one.parent.code),
        "parent_sub_id": one.parent.sub_id,
        "parent_value": one.parent.text,
        "note": one.note,
    }


TYPES: dict[type, str] = {Demographics: "Patient", StudyLink: "ImagingStudy"}
"""FHIR names where the record's class has another."""

_WRITERS: dict[type, Callable[[Any], Plain]] = {
    Observation: _observation,
    MedicationRequest: _medication,
    Condition: _condition,
    Encounter: _encounter,
    AllergyIntolerance: _allergy,
    Coverage: _coverage,
    Demographics: _patient,
    DiagnosticReport: _report,
    MedicationAdministration: _administration,
    NutritionOrder: _fields,
    ServiceRequest: _request,
    Procedure: _procedure,
    StudyLink: _fields,
    ResearchStudy: _fields,
}
