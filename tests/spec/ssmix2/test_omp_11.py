"""OMP-11 処方実施通知: message in, records out."""

import pytest

from hie.record.clinical import Coding
from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import ALLERGY, DRUG, GIVEN, KNOWN, NURSE, TAKEN_BACK, VISIT, filed, orc
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "RAS^O17^RAS_O17"
TABLET = "999100101^見本降圧剤錠^HOT9"
PLACE = "3E^312^2^^^N"
STRONG = f"RXA|0|1|202503030800|202503030800|{TABLET}|1|TAB^錠^MR9P|||{NURSE}|{PLACE}||5|MG^mg^MR9P||||||CP"
BY_MOUTH = "RXR|PO^口^HL70162"
SWALLOWED = f"RXA|0|1|202503030800|202503030800|{TABLET}|1|TAB^錠^MR9P|||{NURSE}|{PLACE}|||||||||CP"
TAKEN = f"{SWALLOWED}\n{BY_MOUTH}"
GROUP = "000000000700101_01_001"
ONE = GIVEN._replace(
    medication=Coding("999100101", "見本降圧剤錠", "HOT9"),
    dose="1",
    dose_unit="錠",
    start="202503030800",
    end="202503030800",
    route=Coding("PO", "口", "HL70162"),
)
PLAN = (
    f"RXE||{TABLET}|1||TAB^錠^MR9P|||||14|TAB^錠^MR9P\n"
    "TQ1|1||1011000400000000&１日１回朝食後&JAMISDP01|||14^D&日&ISO+|20250303\nRXR|PO^口^HL70162\n"
)
PLANNED = DRUG._replace(
    medication=ONE.medication,
    dose="1",
    dose_unit="錠",
    total="14",
    total_unit="錠",
    usage=Coding("1011000400000000", "１日１回朝食後", "JAMISDP01"),
    days="14",
    start="20250303",
    route=ONE.route,
)
EXAMPLES = (
    Example(
        "A drug that was taken, and the order it belongs to apart from it",
        named("OMP-11"),
        message(EVENT, f"{KNOWN}\n{VISIT}\n{orc(group=GROUP)}\n{PLAN}{TAKEN}"),
        (
            PLANNED,
            ONE,
            ALLERGY,
        ),
        filed(DocumentClass.PRESCRIPTION, 1),
    ),
    Example(
        "Two drugs share the route that stands behind them; one was refused",
        named("OMP-11"),
        message(
            EVENT,
            f"{VISIT}\n{orc(group=GROUP)}\n{SWALLOWED}\n"
            f"RXA|0|2|202503030800|202503030800|999100202^見本利尿剤錠^HOT9|0.5|TAB^錠^MR9P||^本人の希望^99NOT|"
            f"{NURSE}|{PLACE}|||||||01^服薬拒否^99REF||RE\nRXR|PO^口^HL70162",
        ),
        (
            ONE,
            ONE._replace(
                medication=Coding("999100202", "見本利尿剤錠", "HOT9"),
                dose="0.5",
                notes=("本人の希望",),
                refusal=Coding("01", "服薬拒否", "99REF"),
                status="RE",
            ),
        ),
        filed(DocumentClass.PRESCRIPTION, 2),
    ),
    Example(
        "One drug of an order was not given: it stands where it was planned",
        named("OMP-11"),
        message(EVENT, f"{VISIT}\n{orc(group=GROUP)}\n{PLAN}{orc(group=GROUP)}\n{STRONG}\n{BY_MOUTH}"),
        (PLANNED, ONE._replace(strength="5 mg")),
        filed(DocumentClass.PRESCRIPTION, 1),
    ),
    Example(
        "An administration is taken back",
        named("OMP-11"),
        message(EVENT, f"{VISIT}\n{orc('CA', group=GROUP)}\n{TAKEN}"),
        (ONE._replace(control="CA"),),
        TAKEN_BACK,
    ),
    Example(
        "A message in which nothing was given is reported, and says what was planned",
        named("OMP-11"),
        message(EVENT, f"{VISIT}\n{orc(group=GROUP)}\n{PLAN}"),
        (PLANNED,),
        filed(DocumentClass.PRESCRIPTION, 0),
        findings=("REQ-SEG-RXA",),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
