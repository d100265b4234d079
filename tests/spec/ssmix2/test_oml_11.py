"""OML-11 検体検査結果通知: message in, records out."""

import pytest

from hie.record.clinical import Coding, DiagnosticReport, Observation, ParentResult
from hie.record.entry import DocumentClass, EntryStatus
from tests.messages import of, read
from tests.spec.ssmix2.desk import REPORT, RESULT, TAKEN_BACK, VISIT, orc
from tests.spec.ssmix2.example import Example, check, message, named, says

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


BLOOD, SERUM = Coding("019", "全血(添加物入り)", "JC10"), Coding("023", "血清", "JC10")
HAEMATOLOGY, CHEMISTRY = Coding("E001", "血液学的検査", "99O03"), Coding("E002", "生化学的検査", "99O03")
FIRST = REPORT._replace(
    code=HAEMATOLOGY,
    collected_at="202503030841",
    reported_at="20250303101000",
    status="CM",
    specimen=BLOOD,
)
SECOND = FIRST._replace(code=CHEMISTRY, collected_at="202503030843", reported_at="", specimen=SERUM)
WHITE = Observation(
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
    group=HAEMATOLOGY,
    specimen=BLOOD,
    sub_id="",
)
CULTURED = Coding("E006", "微生物学的検査", "99O03")
TESTED = Coding("E007", "薬剤感受性検査", "99O03")
SPUTUM = Coding("061", "喀痰", "JC10")
GROWN = RESULT._replace(
    code=Coding("6B010000006174114", "培養同定菌名", "JC10"),
    value="2001^E.coli",
    value_text="E.coli",
    value_type="CWE",
    observed_at="20250303",
    group=CULTURED,
    specimen=SPUTUM,
    sub_id="1",
)
SENSITIVE = GROWN._replace(
    code=Coding("6C205000006174211", "PIPC", "JC10"),
    value="S",
    value_text="S",
    value_type="ST",
    flag="S",
    group=TESTED,
    sub_id="",
)
CULTURE = "\n".join(
    (
        VISIT,
        "SPM|1|||061^喀痰^JC10|||||||||||||20250303",
        "OBR|1|000000000700101||E006^微生物学的検査^99O03|||20250303",
        orc("SC", status="CM"),
        "NTE|1||口腔内常在菌あり",
        "OBX|1|CWE|6B010000006174114^培養同定菌名^JC10|1|2001^E.coli^JANIS||||||F",
        "OBX|2|ST|6B010000006174112^菌量^JC10|1|2+||||||F",
        "NTE|1||再検済\nNTE|2||電話連絡済",
        "OBX|3|CWE|6B010000006174114^培養同定菌名^JC10|2|1301^S.aureus^JANIS||||||F",
        (
            f"OBR|2|000000000700101||E007^薬剤感受性検査^99O03|||20250303{'|' * 19}"
            "6B010000006174114&培養同定菌名&JC10^1^E.coli"
        ),
        "OBX|1|ST|6C205000006174211^PIPC^JC10||S|||S|||F",
        (
            f"OBR|3|000000000700101||E007^薬剤感受性検査^99O03|||20250303{'|' * 19}"
            "6B010000006174114&培養同定菌名&JC10^2^S.aureus"
        ),
        "OBX|1|ST|6C205000006174211^PIPC^JC10||R|||R|||F",
    )
)
CREATININE = RESULT._replace(
    code=Coding("3C015000002327101", "クレアチニン", "JC10"),
    value="0.71",
    value_text="0.71",
    value_type="NM",
    observed_at="202503030843",
    group=CHEMISTRY,
    specimen=SERUM,
)
CULTURE_HEAD = FIRST._replace(code=CULTURED, collected_at="20250303", reported_at="", specimen=SPUTUM)
ORGANISM = Coding("6B010000006174114", "培養同定菌名", "JC10")
EXAMPLES = (
    Example(
        "Every result stands behind its panel, with its specimen and time",
        named("OML-11"),
        message(MESSAGE, PANEL),
        (
            FIRST,
            WHITE,
            WHITE._replace(
                code=Coding("2A030000001930101", "ヘモグロビン", "JC10"),
                local=Coding("W03", "Ｈｂ", "99LAB"),
                value="14.0",
                value_text="14.0",
                unit="g/dL",
                unit_code="g/dL",
                reference_range="13.7-16.8",
                flag="N",
                observed_at="202503030840",
            ),
            SECOND,
            WHITE._replace(
                code=Coding("5C070000002306201", "ＣＲＰ", "JC10"),
                local=Coding("B40", "ＣＲＰ", "99LAB"),
                value="<0.5",
                value_text="<0.5",
                value_type="ST",
                unit="mg/dL",
                unit_code="mg/dL",
                reference_range="0.00-0.14",
                flag="",
                observed_at="202503030843",
                group=CHEMISTRY,
                specimen=SERUM,
            ),
        ),
        {
            "document_class": DocumentClass.LABORATORY_RESULT,
            "status": EntryStatus.APPROVED,
            "service_day": 20250303,
            "department": "08",
            "item_count": 3,
            "abnormal_count": 1,
        },
    ),
    Example(
        "A culture: organism and quantity are paired, susceptibilities name their organism, notes stay",
        named("OML-11"),
        message(MESSAGE, CULTURE),
        (
            CULTURE_HEAD._replace(note="口腔内常在菌あり"),
            GROWN,
            GROWN._replace(
                code=Coding("6B010000006174112", "菌量", "JC10"),
                value="2+",
                value_text="2+",
                value_type="ST",
                note="再検済\n電話連絡済",
            ),
            GROWN._replace(value="1301^S.aureus", value_text="S.aureus", sub_id="2"),
            CULTURE_HEAD._replace(code=TESTED, parent=ParentResult(ORGANISM, "1", "E.coli")),
            SENSITIVE,
            CULTURE_HEAD._replace(code=TESTED, parent=ParentResult(ORGANISM, "2", "S.aureus")),
            SENSITIVE._replace(value="R", value_text="R", flag="R"),
        ),
        {"item_count": 5, "abnormal_count": 0},
    ),
    Example(
        "A result without specimen and department takes its material from the item",
        named("OML-11"),
        message(
            MESSAGE,
            "OBR|1|000000000700101||E002^生化学的検査^99O03|||202503030843\n"
            "OBX|1|NM|3C015000002327101^クレアチニン^JC10||0.71||||||F",
        ),
        (
            SECOND._replace(status="", specimen=Coding(), department=Coding(), orderer=""),
            CREATININE,
        ),
        {"department": ""},
        findings=("REQ-SEG-SPM",),
    ),
    Example(
        "A result that was deleted (D) or was somebody else's (W) is not there; one that cannot be (X) is",
        named("OML-11"),
        message(
            MESSAGE,
            f"{VISIT}\nSPM|1|||023^血清^JC10|||||||||||||202503030843\n"
            f"OBR|1|000000000700101||E002^生化学的検査^99O03|||202503030843\n{orc('SC', status='CM')}\n"
            "OBX|1|NM|3C015000002327101^クレアチニン^JC10||7.1|||H|||W\nNTE|1||別患者の検体\n"
            "OBX|2|NM|3C015000002327101^クレアチニン^JC10||0.71||||||F\n"
            "OBX|3|NM|3H015000002326101^カリウム^JC10||9.9|||HH|||D\n"
            "OBX|4|NM|3H015000002326101^カリウム^JC10||||||||X\nNTE|1||検体量不足",
        ),
        (
            SECOND,
            CREATININE,
            CREATININE._replace(
                code=Coding("3H015000002326101", "カリウム", "JC10"),
                value="",
                value_text="",
                status="X",
                note="検体量不足",
            ),
        ),
        {"item_count": 2, "abnormal_count": 0},
    ),
    Example(
        "What is said of a specimen stands with its first panel",
        named("OML-11"),
        message(
            MESSAGE,
            f"{VISIT}\nSPM|1|||023^血清^JC10|||||||||||||202503030843\n"
            f"OBR|1|000000000700101||E002^生化学的検査^99O03|||202503030843\n{orc('SC', status='CM')}\n"
            "OBX|1|NM|3C015000002327101^クレアチニン^JC10||0.71||||||F\n"
            "SPM|2|||019^全血(添加物入り)^JC10|||||||||||||202503030841\nNTE|1||凝固あり\nNTE|2||再採血願います\n"
            f"OBR|2|000000000700101||E001^血液学的検査^99O03|||202503030841\n{orc('SC', status='CM')}\n"
            "NTE|1||参考値",
        ),
        (
            SECOND,
            CREATININE,
            FIRST._replace(reported_at="", note="凝固あり\n再採血願います\n参考値"),
        ),
    ),
    Example(
        "An order that stands before its request belongs to that one alone",
        named("OML-11"),
        message(
            MESSAGE,
            f"{VISIT}\nSPM|1|||023^血清^JC10|||||||||||||202503030843\n"
            f"{orc('SC', status='CM')}\n"
            "OBR|1|000000000700101||E002^生化学的検査^99O03|||202503030843\n"
            "OBX|1|NM|3C015000002327101^クレアチニン^JC10||0.71||||||F\n"
            f"{orc('SC', status='IP').replace('08^循環器科', '01^内科')}\n"
            "OBR|2|000000000700101||E001^血液学的検査^99O03|||202503030841\n"
            f"{orc('SC', status='CA')}\n"
            "OBR|3|000000000700101||E007^薬剤感受性検査^99O03|||202503030843",
        ),
        (
            SECOND,
            CREATININE,
            SECOND._replace(
                code=HAEMATOLOGY,
                collected_at="202503030841",
                status="IP",
                department=Coding("01", "内科", "HL70069"),
            ),
            SECOND._replace(code=TESTED, status="CA"),
        ),
        {"department": "08"},
    ),
    Example(
        "Results whose orders are all cancelled are taken back",
        named("OML-11"),
        message(
            MESSAGE,
            "SPM|1|||019^全血(添加物入り)^JC10|||||||||||||202503030841\n"
            f"OBR|1|000000000700101||E001^血液学的検査^99O03|||202503030841\n{orc('CA', status='CA')}",
        ),
        (FIRST._replace(reported_at="", status="CA"),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)


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


def test_a_note_of_a_specimen_without_request_stands_with_its_first_result() -> None:
    body = "SPM|1|||023^血清^JC10\nNTE|1||溶血\nOBX|1|NM|3C015^項目^JC10||0.71||||||F\nNTE|1||再検済"
    (result,) = of(read("OML-11", MESSAGE, body), Observation)
    assert result.note == "溶血\n再検済"


def test_an_order_behind_the_results_of_the_last_request_is_its_own() -> None:
    body = (
        "SPM|1|||023^血清^JC10\nOBR|1|||E002^生化学的検査^99O03\n"
        f"OBX|1|NM|3C015000002327101^クレアチニン^JC10||0.71||||||F\n{orc('SC', status='IP')}"
    )
    (report,) = of(read("OML-11", MESSAGE, body), DiagnosticReport)
    assert (report.status, report.order_number) == ("IP", "000000000700101")


def test_only_a_message_of_cancelled_orders_withdraws_the_entry() -> None:
    cancelled = PANEL.replace("ORC|SC|", "ORC|CA|")
    assert read("OML-11", MESSAGE, cancelled).facts.status is EntryStatus.WITHDRAWN
    partly = PANEL.replace("ORC|SC|", "ORC|CA|", 1)
    assert read("OML-11", MESSAGE, partly).facts.status is EntryStatus.APPROVED
    assert read("OML-11", MESSAGE, cancelled, flag="2").facts.status is EntryStatus.DEPRECATED
    assert read("OML-11", MESSAGE, PANEL, flag="0").facts.status is EntryStatus.WITHDRAWN
