"""OMP-12 注射実施通知: message in, records out."""

import pytest

from hie.record.clinical import Coding, ResearchStudy
from hie.record.entry import DocumentClass
from tests.spec.ssmix2.desk import DRUG, GIVEN, NURSE, RESULT, TAKEN_BACK, VISIT, filed, orc
from tests.spec.ssmix2.example import Example, check, message, named, says

EVENT = "RAS^O17^RAS_O17"
GROUP = "000000000700101_01_002"
FLUID = "999200101^見本輸液^HOT9"
DRIP = (
    f"RXA|0|1|202503030900|202503031100|{FLUID}|500|ML^mL^MR9P||^左手に実施^99IC2|{NURSE}|3E^312^2^^^N|250ml/hr"
    "||||||||CP"
)
ROUTE = "RXR|IV^静脈内^HL70162|ARM^腕^HL70550|IVP^点滴ポンプ^HL70164|102^点滴静注^99ILL"
FLOWED = GIVEN._replace(
    group="01_002",
    medication=Coding("999200101", "見本輸液", "HOT9"),
    dose="500",
    dose_unit="mL",
    start="202503030900",
    end="202503031100",
    notes=("左手に実施",),
    rate="250ml/hr",
    route=Coding("IV", "静脈内", "HL70162"),
    site=Coding("ARM", "腕", "HL70550"),
    device=Coding("IVP", "点滴ポンプ", "HL70164"),
    method=Coding("102", "点滴静注", "99ILL"),
)
PLANNED = DRUG._replace(
    group="01_002",
    medication=FLOWED.medication,
    dose="500",
    dose_unit="mL",
    start="2025030309",
    category=Coding("02", "点滴", "JHSI0009"),
    route=FLOWED.route,
    component="B",
    injection_kind=Coding("00", "一般", "JHSI0002"),
    volume="500 mL",
)
EXAMPLES = (
    Example(
        "A drip as it was planned, with its components, and as it was given, with a result and a trial",
        named("OMP-12"),
        message(
            EVENT,
            f"{VISIT}\n{orc(group=GROUP)}\n"
            f"RXE||00^一般^JHSI0002|500||ML^mL^MR9P{'|' * 22}02^点滴^JHSI0009\n"
            "TQ1|1||||||2025030309\nRXR|IV^静脈内^HL70162\n"
            f"RXC|B|{FLUID}|500|ML^mL^MR9P\nRXC|A|999200202^見本注射薬^HOT9|1|AMP^アンプル^MR9P\n"
            f"{DRIP}\n{ROUTE}\n"
            "OBX|1|NM|9A751000000000001^収縮期血圧^JC10||128|mm(hg)^mmHg^ISO+|||||F\nNTE|1||開始時\n"
            "CTI|TRIAL-7^SPONSOR|2^第２相^99PHA|D1^投与初日^99TIM",
        ),
        (
            PLANNED,
            PLANNED._replace(
                medication=Coding("999200202", "見本注射薬", "HOT9"),
                dose="1",
                dose_unit="アンプル",
                component="A",
            ),
            FLOWED,
            RESULT._replace(
                code=Coding("9A751000000000001", "収縮期血圧", "JC10"),
                value="128",
                value_text="128",
                value_type="NM",
                unit="mmHg",
                unit_code="mm(hg)",
                note="開始時",
            ),
            ResearchStudy("TRIAL-7", Coding("2", "第２相", "99PHA"), Coding("D1", "投与初日", "99TIM")),
        ),
        filed(DocumentClass.INJECTION, 1),
    ),
    Example(
        "A vaccine with lot, expiry and maker, given in an out-patient's clinic",
        named("OMP-12"),
        message(
            EVENT,
            f"{VISIT}\n{orc(group=GROUP)}\n"
            f"RXA|0|1|202503031010|202503031010|999300101^見本ワクチン^HOT9|0.5|ML^mL^MR9P|||{NURSE}|08^^^^^C||||"
            "LOT-31~LOT-32|20260331|M01^見本製薬^99MAK|||CP\nRXR|SC^皮下^HL70162",
        ),
        (
            FLOWED._replace(
                medication=Coding("999300101", "見本ワクチン", "HOT9"),
                dose="0.5",
                start="202503031010",
                end="202503031010",
                notes=(),
                place=GIVEN.place._replace(department="08", ward="", room="", bed=""),
                rate="",
                lots=("LOT-31", "LOT-32"),
                expirations=("20260331",),
                manufacturer=Coding("M01", "見本製薬", "99MAK"),
                route=Coding("SC", "皮下", "HL70162"),
                site=Coding(),
                device=Coding(),
                method=Coding(),
            ),
        ),
        filed(DocumentClass.INJECTION, 1),
    ),
    Example(
        "An administration is taken back",
        named("OMP-12"),
        message(EVENT, f"{VISIT}\n{orc('CA', group=GROUP)}\n{DRIP}\n{ROUTE}"),
        (FLOWED._replace(control="CA"),),
        TAKEN_BACK,
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=says)
def test_a_message_reads_as_its_page_says(example: Example) -> None:
    check(example)
