"""OMD 食事オーダ: message in, records out."""

import pytest

from hie.record.clinical import Coding
from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import ALLERGY, KNOWN, MEAL, TAKEN_BACK, VISIT, filed, orc
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "OMD^O03^OMD_O03"
TIMES_A_DAY = "TQ1|1||TID&１日３回&HL70335"
GRUEL = MEAL._replace(
    foods=(Coding("012", "五分粥", "99FOD"),),
    texts=("塩分控えめ",),
    frequency=(Coding("TID", "１日３回", "HL70335"),),
    start="2025030318",
    end="2025030612",
)
EXAMPLES = (
    Example(
        "A diet from supper on, and a supplement in the morning, until a day that is named",
        named("OMD"),
        message(
            EVENT,
            f"{VISIT}\n{KNOWN}\n{orc()}\n{TIMES_A_DAY}||||2025030318|2025030612\n"
            "ODS|D||012^五分粥^99FOD|塩分控えめ\n"
            "ODS|S|B^朝食^99MEL|901^栄養補助飲料^99FOD",
        ),
        (
            GRUEL,
            GRUEL._replace(
                kind="S",
                meals=(Coding("B", "朝食", "99MEL"),),
                foods=(Coding("901", "栄養補助飲料", "99FOD"),),
                texts=(),
            ),
            ALLERGY,
        ),
        filed(DocumentClass.MEAL, 4),
    ),
    Example(
        "A diet without a last meal runs until the next one, and counts no days",
        named("OMD"),
        message(EVENT, f"{VISIT}\n{orc()}\n{TIMES_A_DAY}||||2025030507\nODS|D||000^絶食^99FOD"),
        (GRUEL._replace(foods=(Coding("000", "絶食", "99FOD"),), texts=(), start="2025030507", end=""),),
        filed(DocumentClass.MEAL, 0, day=20250305),
    ),
    Example(
        "The last day of the calendar is no last meal",
        named("OMD"),
        message(EVENT, f"{VISIT}\n{orc()}\n{TIMES_A_DAY}||||2025030318|99991231\nODS|D||012^五分粥^99FOD"),
        (GRUEL._replace(texts=(), end="99991231"),),
        filed(DocumentClass.MEAL, 0),
    ),
    Example(
        "Each meal with its own TQ1: the order runs from the first to the last",
        named("OMD"),
        message(
            EVENT,
            f"{VISIT}\n{orc()}\n"
            "TQ1|1||M&朝&HL70335||||2025030407|2025030507\nTQ1|2||V&夕&HL70335||||2025030318|2025030418\n"
            "ODS|D|B^朝食^99MEL~D^夕食^99MEL|001^常食^99FOD~050^麺^99FOD",
        ),
        (
            MEAL._replace(
                meals=(Coding("B", "朝食", "99MEL"), Coding("D", "夕食", "99MEL")),
                foods=(Coding("001", "常食", "99FOD"), Coding("050", "麺", "99FOD")),
                frequency=(Coding("M", "朝", "HL70335"), Coding("V", "夕", "HL70335")),
                start="2025030318",
                end="2025030507",
            ),
        ),
        filed(DocumentClass.MEAL, 3),
    ),
    Example(
        "A diet is taken back",
        named("OMD"),
        message(EVENT, f"{VISIT}\n{orc('CA')}\n{TIMES_A_DAY}||||2025030318\nODS|D||012^五分粥^99FOD"),
        (GRUEL._replace(texts=(), end="", status="CA"),),
        TAKEN_BACK,
    ),
    Example(
        "A message without a meal is reported",
        named("OMD"),
        message(EVENT, f"{VISIT}\n{orc()}"),
        (),
        filed(DocumentClass.MEAL, 0),
        findings=("REQ-SEG-ODS",),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
