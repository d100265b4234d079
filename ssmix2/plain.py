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
    MedicationRequest,
    Observation,
    Record,
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
    for field in ("medication", "local", "usage", "category", "route", "site", "injection_kind"):
        del rest[field]
    rest["unit"] = rest.pop("dose_unit")
    codings: Plain = {}
    for field in ("usage", "category", "route", "site", "injection_kind"):
        codings |= _coding(field, getattr(one, field))
    return {**_item(one.medication, one.local), **rest, **codings}


def _condition(one: Condition) -> Plain:
    rest = one._asdict()
    codings: Plain = {}
    for field in ("outcome", "category", "department"):
        codings |= _coding(field, rest.pop(field))
    rest |= {"code": one.code.code, "disease": one.code.text, "system": one.code.system}
    return {**rest, **codings}


def _encounter(one: Encounter) -> Plain:
    return one._asdict()


def _allergy(one: AllergyIntolerance) -> Plain:
    return {
        "code": one.substance.code,
        "name": one.substance.text,
        "system": one.substance.system,
        **_coding("category", one.category),
        **_coding("severity", one.severity),
        "reaction": one.reaction,
    }


def _coverage(one: Coverage) -> Plain:
    return {**_coding("kind", one.kind), "insurer": one.insurer, "start": one.start, "end": one.end}


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
    }


TYPES: dict[type, str] = {Demographics: "Patient"}
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
}
