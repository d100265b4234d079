"""An invented order desk: segments around an order, and records with nothing in them yet."""

from __future__ import annotations

from hie.record.clinical import (
    AllergyIntolerance,
    Coding,
    DiagnosticReport,
    MedicationAdministration,
    MedicationRequest,
    NutritionOrder,
    Observation,
    Place,
    Procedure,
    ServiceRequest,
)
from hie.record.entry import DocumentClass, EntryStatus

NOTHING = Coding()
ORDER = "000000000700101"
ORDERED = "20250303090500"
DOCTOR = "D0900^服部^愛^^^^^^^L^^^^^I"
NURSE = "N0310^入江^移^^^^^^^L^^^^^I"
CARDIOLOGY = Coding("08", "循環器科", "HL70069")
VISIT = f"PV1|0001|O|08^^^^^C||||{DOCTOR}|||08"
KNOWN = "AL1|1|DA^薬剤アレルギー^HL70127|P01^見本系抗菌剤^99ALG"
ALLERGY = AllergyIntolerance(
    Coding("DA", "薬剤アレルギー", "HL70127"), Coding("P01", "見本系抗菌剤", "99ALG"), NOTHING, ""
)
TAKEN_BACK = {"status": EntryStatus.WITHDRAWN, "service_day": 20250303}
"""Facts of an order that was cancelled."""


def filed(kind: DocumentClass, items: int, *, day: int = 20250303, **more: object) -> dict[str, object]:
    """Give the facts of an order that stands."""
    facts = {"document_class": kind, "status": EntryStatus.APPROVED, "service_day": day}
    return {**facts, "department": "08", "item_count": items, **more}


def orc(control: str = "NW", *, group: str = "", status: str = "", parent: str = "") -> str:
    """Write ORC."""
    who = f"{DOCTOR}||{DOCTOR}"
    return f"ORC|{control}|{ORDER}||{group}|{status}|||{parent}|{ORDERED}|{who}|||||08^循環器科^HL70069"


REQUEST = ServiceRequest(
    order_number=ORDER,
    code=NOTHING,
    local=NOTHING,
    items=(),
    specimen=NOTHING,
    site=NOTHING,
    collected_at="",
    scheduled_at="",
    priority=Coding("R", "ルーチン", "HL70485"),
    reason="",
    danger=NOTHING,
    control="NW",
    status="",
    ordered_at=ORDERED,
    orderer="服部 愛",
    department=CARDIOLOGY,
)
REPORT = DiagnosticReport(ORDER, NOTHING, "", "", "", NOTHING, CARDIOLOGY, "服部 愛")
RESULT = Observation(
    code=NOTHING,
    local=NOTHING,
    value="",
    value_text="",
    value_type="ST",
    unit="",
    unit_code="",
    reference_range="",
    flag="",
    status="F",
    observed_at="",
    group=NOTHING,
    specimen=NOTHING,
    sub_id="",
)
PROCEDURE = Procedure(NOTHING, NOTHING, "", "RS", NOTHING, (), (), "", "", ())
MEAL = NutritionOrder(ORDER, "D", (), (), (), (), "", "", "NW", ORDERED, "服部 愛")
DRUG = MedicationRequest(
    order_number=ORDER,
    group="01",
    medication=NOTHING,
    local=NOTHING,
    dose="",
    dose_unit="",
    daily_dose="",
    total="",
    total_unit="",
    form="",
    usage=NOTHING,
    usage_supplements=(),
    days="",
    occurrences="",
    start="",
    end="",
    condition="",
    category=NOTHING,
    dispensing=(),
    instructions=(),
    route=NOTHING,
    site=NOTHING,
    component="",
    rate="",
    prescription_number="",
    status="NW",
    ordered_at=ORDERED,
    orderer="服部 愛",
    injection_kind=NOTHING,
)
GIVEN = MedicationAdministration(
    order_number=ORDER,
    group="01",
    medication=NOTHING,
    local=NOTHING,
    dose="",
    dose_unit="",
    form="",
    start="",
    end="",
    notes=(),
    performer="入江 移",
    place=Place("", "3E", "312", "2"),
    rate="",
    lots=(),
    expirations=(),
    manufacturer=NOTHING,
    status="CP",
    refusal=NOTHING,
    route=NOTHING,
    site=NOTHING,
    device=NOTHING,
    method=NOTHING,
    ordered_at=ORDERED,
    orderer="服部 愛",
    control="NW",
)
