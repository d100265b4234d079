"""Our own twins of the published SS-MIX2 samples: the same words of an invented person, by our writer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hie.record.clinical import Coding, Coverage, Demographics, DiagnosticReport, Record
from hie.record.identifiers import FacilityCode
from hie.record.people import HumanName, Sex
from hie.record.times import Day
from ssmix2.extended_writer import content_folder, write_folder
from ssmix2.layout import NO_DATE, NO_ORDER, UNDATED_KINDS
from ssmix2.writer import Envelope, Practitioner, file_name, write
from ssmix2.writing.vital_signs import write_vital_signs
from tests.build.records import (
    EXTERNAL,
    NONE,
    PENICILLIN,
    PROBLEM,
    REPORT,
    RESULT,
    WHEN_NEEDED,
    drug,
    person,
    result,
)

FACILITY = FacilityCode("1312345678")
HANAKO, HANAKO_BORN = HumanName("試験", "花子", "シケン", "ハナコ"), Day(19700115)
TARO, TARO_BORN = HumanName("見本", "太郎", "ミホン", "タロウ"), Day(20040401)
ENVELOPE = Envelope(
    application="KARTE1",
    facility_name="見本病院",
    sent_at="20240510101502004",
    control_id="20240510000001",
    order_number=NO_ORDER,
    department=Coding("01", "内科", "HL70069"),
    practitioner=Practitioner("D0107", "五日", "右京"),
    ordered_at="20240510101500",
    patient_class="O",
    facility_id="HOSP",
    accession_number="A0000001",
    study_instance_uid="1.2.392.200250.99.1",
    modality="CT",
)
PRESCRIBED, EXAMINED, CULTIVATED = "000000000104711", "000000000104712", "081251234567800"
BLOOD = {
    "group": Coding("E001", "血液学的検査", "99O03"),
    "specimen": Coding("019", "全血(添加物入り)", "JC10"),
}
PLAIN = {"value_type": "ST", "unit": "", "unit_code": "", "reference_range": "", "flag": ""}
BODY = {"group": NONE, "specimen": NONE, "observed_at": "", "reference_range": "", "flag": ""}

PRESCRIPTION: tuple[Record, ...] = tuple(
    one._replace(order_number=PRESCRIBED)
    for one in (
        drug("見本カルシウム拮抗錠５ｍｇ"),
        drug("見本利尿剤錠２０ｍｇ", dose="0.5", daily_dose="0.5", total="14", instructions=("粉砕指示",)),
        drug(
            "見本鎮痛錠２５ｍｇ",
            group="02",
            usage=Coding("1050110020000000", "内服・経口・疼痛時１日２回まで", "JAMISDP01"),
            category=WHEN_NEEDED,
            daily_dose="",
            days="",
            occurrences="10",
            total="10",
            condition="１日２回まで",
        ),
        drug(
            "見本保湿軟膏０．３％",
            group="03",
            usage=Coding("2B72000000000000", "外用・塗布・１日２回", "JAMISDP01"),
            category=EXTERNAL,
            dose='""',
            dose_unit='""',
            daily_dose="",
            days="",
            total="2",
            total_unit="本",
            form="軟膏、ゲル",
            route=Coding("AP", "外用", "HL70162"),
            site=Coding("77R", "右手", "JAMISDP01"),
        ),
    )
)
LABORATORY: tuple[Record, ...] = (
    REPORT._replace(order_number=EXAMINED, code=BLOOD["group"], specimen=BLOOD["specimen"]),
    result(
        "白血球数",
        "11.2",
        unit="×10^3/μL",
        unit_code=".10*3/uL",
        reference_range="3.3-8.6",
        flag="H",
        **BLOOD,
    ),
    result(
        "ヘモグロビン", "9.8", unit="g/dL", unit_code="g/dL", reference_range="11.6-14.8", flag="L", **BLOOD
    ),
    REPORT._replace(order_number=EXAMINED),
    result("クレアチニン", "0.71"),
    result("ＣＲＰ", "< 0.02", value_type="ST", reference_range="0.00-0.14", flag=""),
    result("ＨＢｓ抗原", "  -", status="P", **PLAIN),
)
DIAGNOSES: tuple[Record, ...] = (
    PROBLEM._replace(primary=True),
    PROBLEM._replace(
        code=Coding("20053814", "肺炎", "MDCDX2"),
        icd10="J189",
        name="肺炎の疑い",
        instance="000000000200002",
        onset="20240510",
        suspected=True,
    ),
)
ABOUT_HANAKO: tuple[Record, ...] = (
    result("身長", "158.4", unit="cm", unit_code="cm", **BODY),
    result("体重", "52.3", unit="kg", unit_code="kg", **BODY),
    result("血液型-ABO式", "AB", **{**PLAIN, **BODY}),
    PENICILLIN,
    Coverage(Coding("06", "組合管掌健康保険", "JHSD0001"), "06999999", "20240401", ""),
)
_GROWN = result(
    "",
    "",
    group=Coding("6B0100000017742", "培養同定(一般細菌)", "JC10"),
    specimen=Coding("017", "血液", "JC10"),
    **PLAIN,
)
CULTURE: tuple[Record, ...] = (
    REPORT._replace(order_number=CULTIVATED, code=_GROWN.group, specimen=_GROWN.specimen),
    *(
        _GROWN._replace(
            code=Coding(code, text, "JC10"), value=value, value_text=value, sub_id=number, flag="A"
        )
        for number, value, code, text in (
            ("1", "E.Coli", "6B010000001774214", "菌名判定"),
            ("1", "(+)", "6B010000001774211", "菌量"),
            ("2", "S.Aureus", "6B010000001774214", "菌名判定"),
            ("2", "(2+)", "6B010000001774211", "菌量"),
        )
    ),
)


def write_twins(folder: Path) -> Path:
    """Write `examples`, `nho/standard_root` and `nho/extended_root` below `folder`, as the published lie."""
    hanako = (HANAKO, HANAKO_BORN, Sex.FEMALE)
    for kind, order, records in (
        ("OMP-01", PRESCRIBED, PRESCRIPTION),
        ("OML-11", EXAMINED, LABORATORY),
        ("PPR-01", NO_ORDER, DIAGNOSES),
        ("ADT-00", NO_ORDER, ABOUT_HANAKO),
    ):
        _put(folder / "examples", "0012345678", hanako, kind, ENVELOPE._replace(order_number=order), records)
    envelope = ENVELOPE._replace(
        order_number=CULTIVATED, sent_at="20080203163012345", ordered_at="20080124090000"
    )
    taro = (TARO, TARO_BORN, Sex.MALE)
    path = _put(folder / "nho/standard_root", "0123456789", taro, "OML-11", envelope, CULTURE, "20080126")
    # the published file ends its lines as another system does
    path.write_bytes(path.read_bytes().replace(b"\r", b"\n"))
    whose = person(FACILITY, "0123456789", *taro)
    for key, pulses in (
        ("000000020160101", {"0800": "65", "1500": "98", "2000": "80"}),
        ("000002016010115", {"1500": "98"}),
    ):
        _put_vital_signs(folder / "nho/extended_root", whose, key, pulses)
    return folder


def _put_vital_signs(root: Path, whose: Demographics, key: str, pulses: dict[str, str]) -> None:
    """Write the pulse of 2016-01-01, as a sheet of the whole day or of one time of it."""
    sheet = DiagnosticReport(key, Coding("01", "バイタル", "99ABC"), "20160101", "", "F", NONE, NONE, "")
    measured = [
        RESULT._replace(
            code=Coding("9P300000000000001", "脈拍", "JC10"), value=value, value_text=value,
            unit="回／１分", unit_code="(hb)", reference_range="50-90", flag="H" if value == "98" else "",
            observed_at=f"20160101{clock}", group=sheet.code, specimen=NONE,
        )
        for clock, value in pulses.items()
    ]  # fmt: skip
    envelope = ENVELOPE._replace(order_number=key, sent_at="20160102000100158", patient_class="I")
    content = write_vital_signs(envelope, whose, sheet, measured)
    kind = "L-OBSERVATIONS^OBSERVATIONS^99ZL01"
    name = content_folder("0123456789", "20160101", kind, key, "20160101150032100")
    write_folder(root, name, {"main_document.hl7": content})


def _put(  # noqa: PLR0913, PLR0917  what a file is made of
    root: Path,
    number: str,
    who: tuple[HumanName, Day, Sex],
    kind: str,
    envelope: Envelope,
    records: Sequence[Record],
    at: str = "20240510",
) -> Path:
    content = write(kind, envelope, person(FACILITY, number, *who), records)
    path = root / file_name(kind, envelope, number, NO_DATE if kind in UNDATED_KINDS else at).locator()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
