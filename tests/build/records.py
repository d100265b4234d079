"""Clinical records in one line each; what a test does not name is ordinary."""

from __future__ import annotations

from typing import Any

from hie.record.clinical import (
    AllergyIntolerance,
    Coding,
    Condition,
    Demographics,
    DiagnosticReport,
    Encounter,
    MedicationRequest,
    Observation,
)
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import HumanName, PatientFacts, Sex
from hie.record.times import Day

NONE = Coding()
INTERNAL = Coding("21", "内服", "JHSP0003")
WHEN_NEEDED = Coding("22", "頓用", "JHSP0003")
EXTERNAL = Coding("23", "外用", "JHSP0003")
AFTER_BREAKFAST = Coding("1011000400000000", "内服・経口・１日１回朝食後", "JAMISDP01")

DRUG = MedicationRequest(
    order_number="",
    group="01",
    medication=Coding("999000101", "見本降圧錠５ｍｇ", "HOT9"),
    local=NONE,
    dose="1",
    dose_unit="錠",
    daily_dose="1",
    total="28",
    total_unit="錠",
    form="錠剤",
    usage=AFTER_BREAKFAST,
    usage_supplements=(),
    days="28",
    occurrences="",
    start="20240510",
    end="",
    condition="",
    category=INTERNAL,
    dispensing=("外来処方", "院外処方"),
    instructions=(),
    route=Coding("PO", "口", "HL70162"),
    site=NONE,
    component="",
    rate="",
    prescription_number="RX20240510-0001",
    status="NW",
    ordered_at="20240510101500",
    orderer="五日 右京",
    injection_kind=NONE,
)
RESULT = Observation(
    code=Coding("3C015000002327101", "クレアチニン", "JC10"),
    local=NONE,
    value="0.71",
    value_text="0.71",
    value_type="NM",
    unit="mg/dL",
    unit_code="mg/dL",
    reference_range="0.46-0.79",
    flag="N",
    status="F",
    observed_at="202405100905",
    group=Coding("E002", "生化学的検査", "99O03"),
    specimen=Coding("023", "血清", "JC10"),
    sub_id="",
)
REPORT = DiagnosticReport(
    order_number="",
    code=RESULT.group,
    collected_at="202405100905",
    reported_at="20240510134200",
    status="CM",
    specimen=RESULT.specimen,
    department=Coding("01", "内科", "HL70069"),
    orderer="五日 右京",
)
PROBLEM = Condition(
    code=Coding("20061651", "高血圧症", "MDCDX2"),
    icd10="I10",
    name="高血圧症",
    instance="000000000200001",
    action="AD",
    onset="20190401",
    end="",
    outcome=NONE,
    suspected=False,
    primary=False,
    category=Coding("O", "外来時", "JHSD0004"),
    department=Coding("01", "内科", "HL70069"),
    restricted=False,
)
VISIT = Encounter(
    event="A04",
    patient_class="O",
    at="202405100905",
    admitted_at="202405100905",
    discharged_at="",
    department="01",
    ward="",
    room="",
    bed="",
    attending="五日 右京",
    disposition="",
)
PENICILLIN = AllergyIntolerance(
    Coding("DA", "薬剤アレルギー", "HL70127"), Coding("P01", "ペニシリン系抗菌剤", "99ALG"), NONE, ""
)


def drug(name: str, **changes: Any) -> MedicationRequest:
    """Prescribe a drug of this name."""
    return DRUG._replace(medication=DRUG.medication._replace(text=name), **changes)


CODES = {
    "クレアチニン": RESULT.code.code,
    "白血球数": "2A010000001930901",
    "ヘモグロビン": "2A030000001930101",
    "ＣＲＰ": "5C070000002306201",
    "身長": "9N001000000000001",
    "体重": "9N006000000000001",
}


def result(name: str, value: str, **changes: Any) -> Observation:
    """Report a value of a test of this name, under the code JLAC10 gives it."""
    code = Coding(CODES.get(name, "9Z999000002399901"), name, "JC10")
    return RESULT._replace(**{"code": code, "value": value, "value_text": value, **changes})


def admission(at: str) -> Encounter:
    """Admit at these twelve digits."""
    return VISIT._replace(event="A01", patient_class="I", at=at, admitted_at=at, ward="3F", room="301")


def discharge(at: str, admitted_at: str) -> Encounter:
    """Discharge at these twelve digits."""
    return VISIT._replace(
        event="A03", patient_class="I", at=at, admitted_at=admitted_at, discharged_at=at, disposition="01"
    )


def person(facility: FacilityCode, number: str, name: HumanName, born: Day, sex: Sex) -> Demographics:
    """Say who somebody is at a facility."""
    facts = PatientFacts(LocalPatientId(facility, number), name, born, sex)
    return Demographics(
        facts, "見本県試験市二丁目２番２号", "999-0002", "099-000-2222", "099-000-4444", "20240510092950"
    )
