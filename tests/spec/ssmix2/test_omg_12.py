"""OMG-12 内視鏡検査の実施通知: message in, records out."""

import pytest

from hie.record.clinical import Coding, Material, Performer
from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import DOCTOR, NURSE, PROCEDURE, REPORT, RESULT, TAKEN_BACK, VISIT, filed
from tests.spec.ssmix2.examined import IPC, STOMACH, STUDY, group
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "OMI^Z23^OMI_Z23"
SEEN = REPORT._replace(code=STOMACH, collected_at="202503030910", reported_at="202503031200", status="F")
DONE = group("NW", STOMACH, at="202503030910", status="F")
LINK = IPC.replace("CT^^DCM", "ES^^DCM")
EXAMPLES = (
    Example(
        "The OBX behind ZE1 say who, with what, from when to when, and what was found",
        named("OMG-12"),
        message(
            EVENT,
            f"{VISIT}\n{DONE}\nZE1|1|RS|{'^'.join(STOMACH)}|1\n"
            f"OBX|1|XCN|DR-02.EM-01^実施医師^JSHR||{DOCTOR}||||||F\n"
            f"OBX|2|XCN|NS-01.EM-01^看護師^JSHR||{NURSE}||||||F\n"
            "OBX|3|ZRD|DE-06^スコープ^JSHR||4900000000001^見本スコープ^JAN^1^HON&本&MR9P||||||F\n"
            "OBX|4|TS|TM-P1^開始^JSHR||202503030910||||||F\n"
            "OBX|5|TS|TM-P2^終了^JSHR||202503030925||||||F\n"
            "OBX|6|TS|TM-B1^生検^JSHR||202503030918||||||F\nNTE|1||前庭部\n"
            f"{LINK}",
        ),
        (
            SEEN,
            PROCEDURE._replace(
                code=STOMACH,
                times="1",
                performers=(
                    Performer(Coding("DR-02.EM-01", "実施医師", "JSHR"), "服部 愛"),
                    Performer(Coding("NS-01.EM-01", "看護師", "JSHR"), "入江 移"),
                ),
                materials=(
                    Material(
                        Coding("DE-06", "スコープ", "JSHR"),
                        Coding("4900000000001", "見本スコープ", "JAN"),
                        "1",
                        "本",
                        "",
                    ),
                ),
                start="202503030910",
                end="202503030925",
            ),
            RESULT._replace(
                code=Coding("TM-B1", "生検", "JSHR"),
                value="202503030918",
                value_text="202503030918",
                value_type="TS",
                group=STOMACH,
                note="前庭部",
            ),
            STUDY._replace(modality="ES"),
        ),
        filed(DocumentClass.ENDOSCOPY, 1, link="ACC0303001"),
    ),
    Example(
        "A performance is taken back",
        named("OMG-12"),
        message(EVENT, f"{VISIT}\n{DONE.replace('ORC|NW', 'ORC|CA')}\n{LINK}"),
        (SEEN, STUDY._replace(modality="ES")),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
