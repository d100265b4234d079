"""OMG-11 放射線検査の実施通知: message in, records out."""

import pytest

from hie.record.clinical import Coding, Exposure, Material, Performer
from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import NURSE, PROCEDURE, REPORT, RESULT, TAKEN_BACK, VISIT, filed
from tests.spec.ssmix2.examined import ABDOMEN, CHEST, IPC, STUDY, group
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "OMI^Z23^OMI_Z23"
SCANNED = REPORT._replace(code=ABDOMEN, collected_at="202503031001", reported_at="202503031200", status="F")
DONE = group("NW", ABDOMEN, at="202503031001", status="F")
EXAMPLES = (
    Example(
        "What was done, by whom, with what, how the pictures were taken, and the study they are in",
        named("OMG-11"),
        message(
            EVENT,
            f"{VISIT}\n{DONE}\nOBX|1|TX|03-01^所見^JSHR001||息止め不良||||||F\n"
            f"ZE1|1|RS|{'^'.join(ABDOMEN)}|1|A1^造影剤使用^99ADD|TC-02^EM-01|{NURSE}|DE-02|"
            "999100707^見本造影剤^HOT9^50^ML&mL&MR9P~900^半切^99FLM^1^SHT&枚&MR9P^2\n"
            "ZE2|1|120^kV|200^mA&mA&ISO+|100^cm|0.5^s|2|息止め\n"
            f"{IPC}",
        ),
        (
            SCANNED,
            RESULT._replace(
                code=Coding("03-01", "所見", "JSHR001"),
                value="息止め不良",
                value_text="息止め不良",
                value_type="TX",
                observed_at="202503031001",
                group=ABDOMEN,
            ),
            PROCEDURE._replace(
                code=ABDOMEN,
                times="1",
                surcharge=Coding("A1", "造影剤使用", "99ADD"),
                performers=(Performer(Coding("TC-02.EM-01", "", ""), "入江 移"),),
                materials=(
                    Material(
                        Coding("DE-02", "", ""), Coding("999100707", "見本造影剤", "HOT9"), "50", "mL", ""
                    ),
                    Material(Coding("DE-02", "", ""), Coding("900", "半切", "99FLM"), "1", "枚", "2"),
                ),
                exposures=(Exposure("120 kV", "200 mA", "100 cm", "0.5 s", "2", "息止め"),),
            ),
            STUDY,
        ),
        filed(DocumentClass.IMAGING_PERFORMED, 1, link="ACC0303001"),
    ),
    Example(
        "Children are the examinations, and the study that every group repeats is one",
        named("OMG-11"),
        message(
            EVENT,
            "\n".join(
                (
                    VISIT,
                    group("NW", CHEST, at="202503031001"),
                    IPC,
                    group("PA", CHEST, at="202503031001"),
                    IPC,
                    group("CH", CHEST, at="202503031001"),
                    f"ZE1|1|RS|{'^'.join(CHEST)}|2",
                    IPC,
                    group("CH", ABDOMEN, at="202503031015"),
                    IPC,
                )
            ),
        ),
        (
            SCANNED._replace(code=CHEST, status=""),
            PROCEDURE._replace(code=CHEST, times="2"),
            SCANNED._replace(collected_at="202503031015", status=""),
            STUDY,
        ),
        filed(DocumentClass.IMAGING_PERFORMED, 1, link="ACC0303001"),
    ),
    Example(
        "Without IPC nothing joins the images",
        named("OMG-11"),
        message(EVENT, f"{VISIT}\n{DONE}"),
        (SCANNED,),
        {"link": ""},
    ),
    Example(
        "A performance is taken back",
        named("OMG-11"),
        message(EVENT, f"{VISIT}\n{DONE.replace('ORC|NW', 'ORC|CA')}\n{IPC}"),
        (SCANNED, STUDY),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
