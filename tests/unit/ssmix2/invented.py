"""Invented messages of the ten kinds the writer knows, about one invented person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hie.record.clinical import (
    AllergyIntolerance,
    Coding,
    Condition,
    Coverage,
    Demographics,
    DiagnosticReport,
    Encounter,
    Exposure,
    Material,
    MedicationAdministration,
    MedicationRequest,
    NutritionOrder,
    Observation,
    Performer,
    Place,
    Procedure,
    Record,
    ServiceRequest,
    StudyLink,
)
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import HumanName, PatientFacts, Sex
from hie.record.times import Day
from ssmix2.layout import NO_ORDER, UNDATED_KINDS, FileName
from ssmix2.writer import Envelope, Practitioner, file_name, write

FACILITY = FacilityCode("1312345678")
PATIENT_ID = "0012345678"
ORDER = "000000000104711"
DAY = "20240510"
INTERNAL_MEDICINE = Coding("01", "内科", "HL70069")
NOTHING = Coding()

PERSON = Demographics(
    patient=PatientFacts(
        LocalPatientId(FACILITY, PATIENT_ID),
        HumanName("五日", "右京", "イツカ", "ウキョウ"),
        Day(19700115),
        Sex.FEMALE,
    ),
    address="見本県試験市二丁目２番２号",
    postal_code="999-0002",
    home_phone="099-000-2222",
    work_phone="099-000-4444",
    updated_at="20240510092950",
)

ENVELOPE = Envelope(
    application="KARTE1",
    facility_name="見本病院",
    sent_at="20240510101502004",
    control_id="20240510000001",
    order_number=ORDER,
    department=INTERNAL_MEDICINE,
    practitioner=Practitioner("D0107", "期日", "応枝"),
    ordered_at="20240510101500",
    patient_class="O",
    facility_id="HOSP",
    accession_number="A0000001",
    study_instance_uid="1.2.392.200250.99.1",
    modality="CT",
)
WITHOUT_ORDER = ENVELOPE._replace(order_number=NO_ORDER)

DRUG = MedicationRequest(
    order_number=ORDER,
    group="01",
    medication=Coding("999000101", "見本糖期剤錠５ｍｇ", "HOT9"),
    local=Coding("L0001", "見本剤", "99LOC"),
    dose="1",
    dose_unit="錠",
    daily_dose="1",
    total="28",
    total_unit="錠",
    form="錠剤",
    usage=Coding("1011000400000000", "内服・経口・１日１回朝食後", "JAMISDP01"),
    usage_supplements=(),
    days="28",
    occurrences="",
    start=DAY,
    end="",
    condition="",
    category=Coding("21", "内服", "JHSP0003"),
    dispensing=("外来処方", "院外処方"),
    instructions=("一包化",),
    route=Coding("PO", "口", "HL70162"),
    site=NOTHING,
    component="",
    rate="",
    prescription_number="RX20240510-0001",
    status="NW",
    ordered_at="20240510101500",
    orderer="期日 応枝",
    injection_kind=NOTHING,
)
OINTMENT = DRUG._replace(
    group="02",
    medication=Coding("999000404", "見本保湿軟膏０．３％", "HOT9"),
    dose='""',
    dose_unit='""',
    daily_dose="",
    total="2",
    total_unit="本",
    form="軟膏・ゲル",
    usage=Coding("2B72000000000000", "外用・塗布・１日２回", "JAMISDP01"),
    days="",
    category=Coding("23", "外用", "JHSP0003"),
    route=Coding("AP", "外用", "HL70162"),
    site=Coding("77R", "右手", "JAMISDP01"),
)
INFUSION = DRUG._replace(
    group="01_001",
    medication=Coding("999000505", "見本輸液５００ｍＬ", "HOT9"),
    dose="500",
    dose_unit="mL",
    daily_dose="",
    total="",
    total_unit="",
    form="注射剤",
    usage=NOTHING,
    days="",
    start="2024051010",
    category=Coding("02", "点滴", "JHSI0009"),
    dispensing=("定時",),
    instructions=(),
    route=Coding("IV", "静脈内", "HL70162"),
    component="B",
    rate="100 mL/hr",
    prescription_number="",
    injection_kind=Coding("00", "一般", "JHSI0002"),
    volume="510 mL",
)
ADDITIVE = INFUSION._replace(
    medication=Coding("999000606", "見本添加剤", "HOT9"), dose="10", dose_unit="mL", component="A"
)

WHOLE_BLOOD = Coding("019", "全血(添加物入り)", "JC10")
HAEMATOLOGY = Coding("E001", "血液学的検査", "99O03")
REPORT = DiagnosticReport(
    ORDER, HAEMATOLOGY, "202405100905", "20240510134200", "CM", WHOLE_BLOOD, INTERNAL_MEDICINE, "期日 応枝"
)
HAEMOGLOBIN = Observation(
    code=Coding("2A030000001930101", "ヘモグロビン", "JC10"),
    local=Coding("01003", "Ｈｂ", "99LAB"),
    value="9.8",
    value_text="9.8",
    value_type="NM",
    unit="g/dL",
    unit_code="g/dL",
    reference_range="11.6-14.8",
    flag="L",
    status="F",
    observed_at="202405100905",
    group=HAEMATOLOGY,
    specimen=WHOLE_BLOOD,
    sub_id="",
)
QUALITATIVE = HAEMOGLOBIN._replace(
    code=Coding("2A990000001930952", "異型リンパ球", "JC10"),
    value="  +-",
    value_text="  +-",
    value_type="ST",
    unit="",
    unit_code="",
    reference_range="",
    flag="",
)
EXAMINATION = REPORT._replace(
    code=Coding("6000000000000000", "胸部ＣＴ", "JJ1017-16P"), specimen=NOTHING, status=""
)
REQUEST = ServiceRequest(
    order_number=ORDER,
    code=EXAMINATION.code,
    local=NOTHING,
    items=(),
    specimen=NOTHING,
    site=NOTHING,
    collected_at="",
    scheduled_at="202405111000",
    priority=Coding("R", "ルーチン", "HL70485"),
    reason="",
    danger=NOTHING,
    control="NW",
    status="",
    ordered_at="20240510101500",
    orderer="期日 応枝",
    department=INTERNAL_MEDICINE,
)
QUESTION = HAEMOGLOBIN._replace(
    code=Coding("01-02", "体重", "JSHR001"),
    local=NOTHING,
    value="52.3",
    value_text="52.3",
    unit="kg",
    unit_code="kg",
    reference_range="",
    flag="",
    status="O",
    observed_at="",
    group=REQUEST.code,
    specimen=NOTHING,
)
STUDY = StudyLink("A0000001", "RP1", "1.2.392.200250.99.1", "SPS1", "CT")
SCANNED = Procedure(
    code=EXAMINATION.code,
    local=NOTHING,
    times="1",
    control="RS",
    surcharge=NOTHING,
    performers=(Performer(Coding("TC-02.EM-01", "", ""), "入江 移"),),
    materials=(Material(Coding("DE-02", "", ""), Coding("999000707", "見本造影剤", "HOT9"), "50", "mL", ""),),
    start="",
    end="",
    exposures=(Exposure("120 kV", "200 mA", "100 cm", "0.5 s", "1", "息止め"),),
)
SCOPED = SCANNED._replace(
    code=Coding("10000000001", "上部消化管内視鏡", "LENDO"),
    performers=(Performer(Coding("DR-02.EM-01", "実施医師", "JSHR"), "入江 移"),),
    materials=(
        Material(
            Coding("DE-06", "スコープ", "JSHR"), Coding("4900000000001", "見本スコープ", "JAN"), "1", "本", ""
        ),
    ),
    start="202405100910",
    end="202405100925",
    exposures=(),
)
ELECTROCARDIOGRAM = EXAMINATION._replace(code=Coding("9A110", "標準１２誘導心電図", "JC10"), status="F")
HEART_RATE = HAEMOGLOBIN._replace(
    code=Coding("9A110000000000049", "心拍数", "JC10"),
    value="72",
    value_text="72",
    unit="/min",
    unit_code="/min",
    flag="",
    reference_range="",
    group=ELECTROCARDIOGRAM.code,
    specimen=NOTHING,
)
BLOOD_TEST = REQUEST._replace(
    code=HAEMATOLOGY,
    items=(HAEMOGLOBIN.code, QUALITATIVE.code),
    specimen=WHOLE_BLOOD,
    site=Coding("01", "左前腕", "99SIT"),
    collected_at="202405100905",
    scheduled_at="202405100900",
    status="IP",
)
MEAL = NutritionOrder(
    order_number=ORDER,
    kind="D",
    meals=(Coding("B", "朝食", "99MEL"), Coding("D", "夕食", "99MEL")),
    foods=(Coding("012", "五分粥", "99FOD"),),
    texts=("塩分控えめ",),
    frequency=(Coding("BID", "１日２回", "HL70335"),),
    start="2024051018",
    end="2024051207",
    status="NW",
    ordered_at="20240510101500",
    orderer="期日 応枝",
)
GIVEN = MedicationAdministration(
    order_number=ORDER,
    group="01",
    medication=DRUG.medication,
    local=NOTHING,
    dose="1",
    dose_unit="錠",
    form="",
    start="202405101900",
    end="202405101900",
    notes=(),
    performer="入江 移",
    place=Place("", "5E", "501", "2"),
    rate="",
    lots=(),
    expirations=(),
    manufacturer=NOTHING,
    status="CP",
    refusal=NOTHING,
    route=DRUG.route,
    site=NOTHING,
    device=NOTHING,
    method=NOTHING,
    ordered_at=DRUG.ordered_at,
    orderer=DRUG.orderer,
    control="NW",
)
DRIPPED = GIVEN._replace(
    group="01_001",
    medication=INFUSION.medication,
    dose="500",
    dose_unit="mL",
    end="202405102100",
    notes=("左手に実施",),
    rate="250mL/h",
    route=INFUSION.route,
    site=Coding("ARM", "腕", "HL70550"),
    device=Coding("IVP", "点滴ポンプ", "HL70164"),
)
HEIGHT = HAEMOGLOBIN._replace(
    code=Coding("9N001000000000001", "身長", "JC10"),
    local=NOTHING,
    value="158.4",
    value_text="158.4",
    unit="cm",
    unit_code="cm",
    reference_range="",
    flag="",
    observed_at="",
    group=NOTHING,
    specimen=NOTHING,
)
ALLERGY = AllergyIntolerance(
    Coding("DA", "薬剤アレルギー", "HL70127"), Coding("P01", "見本系抗菌剤", "99ALG"), NOTHING, ""
)
INSURANCE = Coverage(Coding("06", "組合管掌健康保険", "JHSD0001"), "06999999", "20240401", "")

PNEUMONIA = Condition(
    code=Coding("20053814", "肺炎", "MDCDX2"),
    icd10="J189",
    name="肺炎の疑い",
    instance="000000000200002",
    action="AD",
    onset=DAY,
    end="",
    outcome=NOTHING,
    suspected=True,
    primary=True,
    category=Coding("O", "外来時", "JHSD0004"),
    department=INTERNAL_MEDICINE,
    restricted=False,
)

VISIT = Encounter("A04", "O", "202405100900", "202405100900", "", "01", "", "", "", "期日 応枝", "")
ADMISSION = Encounter("A01", "I", "202405101400", "202405101400", "", "01", "32", "302", "1", "期日 応枝", "")
DISCHARGE = ADMISSION._replace(
    event="A03",
    at="202405101600",
    admitted_at="202405011000",
    discharged_at="202405101600",
    disposition="01",
)

CASES: dict[str, tuple[Envelope, tuple[Record, ...]]] = {
    "ADT-00": (WITHOUT_ORDER, (HEIGHT, ALLERGY, INSURANCE)),
    "ADT-12": (WITHOUT_ORDER, (VISIT,)),
    "ADT-22": (WITHOUT_ORDER, (ADMISSION,)),
    "ADT-52": (WITHOUT_ORDER, (DISCHARGE,)),
    "PPR-01": (WITHOUT_ORDER, (PNEUMONIA,)),
    "OMD": (ENVELOPE, (MEAL, ALLERGY)),
    "OMP-01": (ENVELOPE, (DRUG, OINTMENT, ALLERGY)),
    "OMP-11": (ENVELOPE, (DRUG, GIVEN, GIVEN._replace(group="02", status="NA"), ALLERGY)),
    "OMP-02": (ENVELOPE, (INFUSION, ADDITIVE)),
    "OMP-12": (ENVELOPE, (INFUSION, ADDITIVE, DRIPPED, DRIPPED._replace(site=NOTHING))),
    "OML-01": (ENVELOPE, (BLOOD_TEST,)),
    "OML-11": (ENVELOPE, (REPORT, HAEMOGLOBIN, QUALITATIVE)),
    "OMG-01": (ENVELOPE, (REQUEST, QUESTION)),
    "OMG-11": (ENVELOPE, (EXAMINATION, SCANNED, STUDY)),
    "OMG-02": (ENVELOPE, (REQUEST, QUESTION)),
    "OMG-12": (ENVELOPE, (EXAMINATION, SCOPED, STUDY)),
    "OMG-03": (ENVELOPE, (REQUEST._replace(reason="動悸"), QUESTION, ALLERGY)),
    "OMG-13": (ENVELOPE, (ELECTROCARDIOGRAM, HEART_RATE)),
}


def care_date(kind: str) -> str:
    """Give the folder's date of a case."""
    return "-" if kind in UNDATED_KINDS else DAY


def named(kind: str, envelope: Envelope | None = None, flag: str = "1") -> FileName:
    """Name the file of a case."""
    return file_name(kind, envelope or CASES[kind][0], PATIENT_ID, care_date(kind), flag)


def content(kind: str, records: Sequence[Record] | None = None) -> bytes:
    """Write a case, with other records where they are given."""
    envelope, usual = CASES[kind]
    return write(kind, envelope, PERSON, usual if records is None else records)


def put(root: Path, name: FileName, data: bytes) -> Path:
    """File `data` under `name` in a storage."""
    path = root / name.locator()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def fill(root: Path) -> None:
    """File every case."""
    for kind in CASES:
        put(root, named(kind), content(kind))
