"""A message gets the name under which a storage would keep it."""

import pytest

from hie.record.errors import Unreadable
from ssmix2.er7 import parse
from ssmix2.naming import name_of

HEAD = "MSH|^~\\&|{sender}|HOSP|GW|RCV|{sent}||{event}|20250303000001|P|2.5\r"
PERSON = "PID|0001||0000700007^^^^PI||期日^五郎^^^^^L^I||19581103|M\r"
CAME = "20250304120000000"


def named(
    event: str, body: str, *, sender: str = "KARTE9", sent: str = "20250303091500.123", **kinds: str
) -> str:
    """Name a message; `kinds` are the site's own words."""
    text = HEAD.format(event=event, sender=sender, sent=sent) + PERSON + body.replace("\n", "\r") + "\r"
    return name_of(parse(text), CAME, kinds).text()


ORC = "ORC|NW|700101|||||||20250301101500||||||||01^内科^HL70069\n"


@pytest.mark.parametrize(
    ("event", "body", "expected"),
    [
        ("ADT^A08^ADT_A01", "EVN||20250303", "0000700007_-_ADT-00_999999999999999_20250303091500123_-_1"),
        (
            "ADT^A01^ADT_A01",
            "EVN||20250303\nPV1||I||||||||01" + "|" * 34 + "20250302090000",
            "0000700007_20250302_ADT-22_999999999999999_20250303091500123_01_1",
        ),
        (
            "ADT^A11^ADT_A09",
            "EVN||20250303\nPV1||I||||||||" + "|" * 34 + "20250302090000",
            "0000700007_20250302_ADT-22_999999999999999_20250303091500123_-_0",
        ),
        (
            "RDE^O11^RDE_O11",
            ORC + "RXE||1^薬^HOT9|1||TAB\nTQ1|1\nRXR|PO^口^HL70162",
            "0000700007_20250301_OMP-01_000000000700101_20250303091500123_01_1",
        ),
        (
            "RDE^O11^RDE_O11",
            ORC + "RXE||00^一般^JHSI0002|1||ML\nTQ1|1\nRXR|IV\nRXC|B|1^液^HOT9|500|ML",
            "0000700007_20250301_OMP-02_000000000700101_20250303091500123_01_1",
        ),
        (
            "RAS^O17^RAS_O17",
            ORC + "RXA|0|1|20250302080000|20250302080000|1^薬^HOT9|1\nRXR|PO^口^HL70162",
            "0000700007_20250302_OMP-11_000000000700101_20250303091500123_01_1",
        ),
        (
            "RAS^O17^RAS_O17",
            ORC + "RXA|0|1|20250302080000|20250302080000|1^液^HOT9|1\nRXR|IV^静脈内^HL70162",
            "0000700007_20250302_OMP-12_000000000700101_20250303091500123_01_1",
        ),
        (
            "OMG^O19^OMG_O19",
            ORC + "TQ1|1\nOBR||700101||9A110^標準１２誘導心電図^JC10",
            "0000700007_20250301_OMG-03_000000000700101_20250303091500123_01_1",
        ),
        (
            "OMI^Z23^OMI_Z23",
            ORC + "TQ1|1\nOBR||700101||1^x^99Z|||20250303\nIPC|A1||1.2.3||ES^^DCM",
            "0000700007_20250303_OMG-12_000000000700101_20250303091500123_01_1",
        ),
        (
            "OMG^O19^OMG_O19",
            ORC.replace("|NW|", "|CA|") + "TQ1|1\nOBR||700101||1000^胸部^JJ1017",
            "0000700007_20250301_OMG-01_000000000700101_20250303091500123_01_0",
        ),
    ],
)
def test_the_content_names_the_kind_the_day_and_the_order(event: str, body: str, expected: str) -> None:
    assert named(event, body) == expected


def test_a_site_may_say_what_its_messages_are() -> None:
    body = ORC + "RXE||1^薬^99A|1||TAB\nTQ1|1\nRXR|OTH"
    assert "_OMP-01_" in named("RDE^O11^RDE_O11", body)
    assert "_OMP-02_" in named("RDE^O11^RDE_O11", body, **{"KARTE9/RDE^O11": "OMP-02"})
    assert "_OMP-01_" in named("RDE^O11^RDE_O11", body, **{"OTHER/RDE^O11": "OMP-02"})


def test_a_message_without_seconds_takes_the_moment_it_came() -> None:
    assert f"_{CAME}_" in named("ADT^A08^ADT_A01", "EVN||20250303", sent="202503030915")


@pytest.mark.parametrize(
    ("event", "body", "code"),
    [
        ("ZZZ^Z99", "EVN||20250303", "MSH-B"),
        ("RDE^O11^RDE_O11", "RXE||1^薬^HOT9|1||TAB", "REQ-ORC-2"),
        ("RDE^O11^RDE_O11", "ORC|NW|../../etc\nRXE||1", "REQ-ORC-2"),
        ("RDE^O11^RDE_O11", "ORC|NW|47\x1f11\nRXE||1", "REQ-ORC-2"),
    ],
)
def test_what_cannot_be_filed_is_refused_with_its_rule(event: str, body: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        named(event, body)
    assert refused.value.finding.code == code


def test_a_message_without_a_usable_patient_is_refused() -> None:
    for number in ("", "../7", "1_2", "1" * 16, "00\x1007", "7\x00"):
        text = (
            HEAD.format(event="ADT^A08", sender="K", sent="20250303091500")
            + f"PID|||{number}\rEVN||20250303\r"
        )
        with pytest.raises(Unreadable, match="REQ-PID-3"):
            name_of(parse(text), CAME)
