"""OML-11 検体検査結果通知: message in, records out."""

from hie.record.clinical import Coding, DiagnosticReport, Observation
from hie.record.entry import DocumentClass, EntryStatus
from tests.messages import of, read

MESSAGE = "OUL^R22^OUL_R22"
PANEL = r"""
PV1|0001|O|08^^^^^C||||D0900^服部^愛^^^^^^^L^^^^^I|||08
SPM|1|250303000111||019^全血(添加物入り)^JC10|||||||||||||202503030840
OBR|1|000000000700101|F25030300011|E001^血液学的検査^99O03|||202503030841|||||||||||||||20250303101000
ORC|SC|000000000700101|F25030300011||CM||||20250303101000|||D0900^服部^愛^^^^^^^L^^^^^I|||||08^循環器科^HL70069
OBX|1|NM|2A990000001930901^白血球数^JC10^W01^ＷＢＣ^99LAB||3.1|.10*3/uL^×10\S\3/μL^ISO+|3.3-8.6|L|||F|||202503030842
OBX|2|NM|2A030000001930101^ヘモグロビン^JC10^W03^Ｈｂ^99LAB||14.0|g/dL^g/dL^ISO+|13.7-16.8|N|||F
SPM|2|250303000112||023^血清^JC10|||||||||||||202503030843^202503030844
OBR|2|000000000700101|F25030300011|E002^生化学的検査^99O03|||202503030843
ORC|SC|000000000700101|F25030300011||CM||||20250303101000|||D0900^服部^愛^^^^^^^L^^^^^I|||||08^循環器科^HL70069
OBX|1|ST|5C070000002306201^ＣＲＰ^JC10^B40^ＣＲＰ^99LAB||<0.5|mg/dL^mg/dL^ISO+|0.00-0.14||||F
"""


def test_every_result_becomes_an_observation_under_its_panel_and_specimen() -> None:
    reading = read("OML-11", MESSAGE, PANEL)
    blood, chemistry = of(reading, DiagnosticReport)
    white, haemoglobin, protein = of(reading, Observation)
    material = Coding("019", "全血(添加物入り)", "JC10")
    assert white == Observation(
        code=Coding("2A990000001930901", "白血球数", "JC10"),
        local=Coding("W01", "ＷＢＣ", "99LAB"),
        value="3.1",
        value_text="3.1",
        value_type="NM",
        unit="×10^3/μL",
        unit_code=".10*3/uL",
        reference_range="3.3-8.6",
        flag="L",
        status="F",
        observed_at="202503030842",
        group=Coding("E001", "血液学的検査", "99O03"),
        specimen=material,
        sub_id="",
    )
    assert blood == DiagnosticReport(
        order_number="000000000700101",
        code=Coding("E001", "血液学的検査", "99O03"),
        collected_at="202503030841",
        reported_at="20250303101000",
        status="CM",
        specimen=material,
        department=Coding("08", "循環器科", "HL70069"),
        orderer="服部 愛",
    )
    assert haemoglobin.observed_at == "202503030840", "the specimen's time where the result has none"
    assert (protein.value, protein.observed_at, protein.specimen.code) == ("<0.5", "202503030843", "023")
    assert chemistry.reported_at == ""
    assert reading.findings == ()


def test_the_entry_counts_results_and_those_out_of_range() -> None:
    facts = read("OML-11", MESSAGE, PANEL).facts
    assert facts.document_class is DocumentClass.LABORATORY_RESULT
    assert (facts.item_count, facts.abnormal_count, facts.service_day) == (3, 1, 20250303)
    assert facts.department == "08"
    assert facts.key == ("20250303", "OML-11", "000000000700101", "20250303091500000")


def test_values_stay_as_they_were_written() -> None:
    body = "SPM|1|||001^尿^JC10\nOBR|1|000000000700101||E003^尿検査^99O03\n" + "\n".join(
        f"OBX|1|{kind}|1A010000000190111^尿蛋白^JC10||{value}||||||F"
        for kind, value in (
            *(("ST", value) for value in ("<0.5", " 3 +", "  -", '""', "", " 1 - 4", "50~60", "a\\S\\b")),
            ("CWE", "2001^E.Coli^JANIS~1301^S.aureus^JANIS"),
            ("CWE", "(+)"),
            ("CWE", "^判定不能"),
            ("CWE", '""'),
        )
    )
    observations = of(read("OML-11", MESSAGE, body), Observation)
    assert [(one.value, one.value_text) for one in observations] == [
        ("<0.5", "<0.5"),
        (" 3 +", " 3 +"),
        ("  -", "  -"),
        ('""', '""'),
        ("", ""),
        (" 1 - 4", " 1 - 4"),
        ("50~60", "50~60"),
        ("a^b", "a^b"),
        ("2001^E.Coli~1301^S.aureus", "E.Coli, S.aureus"),
        ("(+)", "(+)"),
        ("^判定不能", "判定不能"),
        ('""', '""'),
    ]


def test_a_local_item_before_the_standard_one_changes_nothing() -> None:
    body = (
        "SPM|1|||023^血清^JC10\nOBR|1|000000000700101||E002^生化学的検査^99O03\n"
        "OBX|1|NM|B11^ＣＲＥ^99LAB^3C015000002327101^クレアチニン^JC10||0.71|mg/dL^mg/dL^ISO+|||||F\n"
        "OBX|1|NM|B12^院内項目^99LAB||5||男\\T\\女 1-9||||F"
    )
    standard, local = of(read("OML-11", MESSAGE, body), Observation)
    assert (standard.code.code, standard.local.code) == ("3C015000002327101", "B11")
    assert local.reference_range == "男&女 1-9"
    assert (local.code, local.local) == (Coding("B12", "院内項目", "99LAB"), Coding())


def test_trailing_blanks_of_codes_are_no_part_of_them() -> None:
    body = (
        "SPM|1|||023 ^血清^JC10 \nOBR|1|000000000700101||E002 ^生化学的検査^99O03\n"
        "OBX|1|NM|3C015000002327101 ^クレアチニン^JC10||0.71|mg/dL ^mg/dL^ ISO+|0.46-0.79|H |||F"
    )
    reading = read("OML-11", MESSAGE, body)
    (observation,) = of(reading, Observation)
    assert (observation.code.code, observation.unit_code, observation.flag) == (
        "3C015000002327101",
        "mg/dL",
        "H",
    )
    assert (observation.specimen.code, observation.group.code) == ("023", "E002")
    assert reading.facts.abnormal_count == 1


def test_a_result_without_specimen_takes_its_material_from_the_item() -> None:
    body = (
        "OBR|1|000000000700101||E002^生化学的検査^99O03|||202503030843\n"
        "OBX|1|NM|3C015000002327101^クレアチニン^JC10||0.71||||||F\n"
        "OBX|2|NM|LOCAL^院内^99LAB||1||||||F"
    )
    reading = read("OML-11", MESSAGE, body)
    (report,) = of(reading, DiagnosticReport)
    creatinine, local = of(reading, Observation)
    assert report.specimen == Coding()
    assert creatinine.specimen == Coding("023", "血清", "JC10")
    assert creatinine.observed_at == "202503030843"
    assert local.specimen == Coding()
    assert [finding.code for finding in reading.findings] == ["REQ-SEG-SPM"]


def test_an_order_before_its_request_and_repeated_set_ids_are_read_by_place() -> None:
    body = (
        "SPM|1|||023^血清^JC10\n"
        "ORC|SC|000000000700101|||IP||||||||||||08^循環器科^HL70069\n"
        "OBR|1|||E002^生化学的検査^99O03|||202503030843|||||||||D0900^服部^愛\n"
        "OBX|1|NM|3C015000002327101^クレアチニン^JC10||0.71||||||F\n"
        "NTE|1||再検済\n"
        "OBX|1|NM|3C025000002327101^尿素窒素^JC10||15||||||F\n"
        "OBR|1|000000000700101||E009^その他^99O03\n"
    )
    reading = read("OML-11", MESSAGE, body)
    first, second = of(reading, DiagnosticReport)
    assert (first.order_number, first.status, first.department.code) == ("000000000700101", "IP", "08")
    assert (first.orderer, second.code.code) == ("服部 愛", "E009")
    assert [one.group.code for one in of(reading, Observation)] == ["E002", "E002"]


def test_a_message_without_request_is_read_as_far_as_it_goes() -> None:
    reading = read("OML-11", MESSAGE, "SPM|1|||023^血清^JC10\nOBX|1|NM|3C015^項目^JC10||0.71||||||F")
    assert [type(one) for one in reading.records] == [Observation]
    assert [finding.code for finding in reading.findings] == ["REQ-SEG-OBR"]
    assert reading.facts.department == ""


def test_only_a_message_of_cancelled_orders_withdraws_the_entry() -> None:
    cancelled = PANEL.replace("ORC|SC|", "ORC|CA|")
    assert read("OML-11", MESSAGE, cancelled).facts.status is EntryStatus.WITHDRAWN
    partly = PANEL.replace("ORC|SC|", "ORC|CA|", 1)
    assert read("OML-11", MESSAGE, partly).facts.status is EntryStatus.APPROVED
    assert read("OML-11", MESSAGE, cancelled, flag="2").facts.status is EntryStatus.DEPRECATED
    assert read("OML-11", MESSAGE, PANEL, flag="0").facts.status is EntryStatus.WITHDRAWN
