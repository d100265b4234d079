"""ER7: fields counted as the standard counts them, delimiters of all spellings, escapes."""

import pytest

from hie.record.errors import Unreadable
from ssmix2.er7 import MOST_SEGMENTS, Message, component, parse, repetitions, subcomponent, unescape

HEAD = "MSH|^~\\&|KARTE9|HOSP||||||ADT^A08 ^ADT_A01\r"


def codes(message: Message) -> list[str]:
    return [finding.code for finding in message.findings]


def test_fields_have_the_numbers_of_the_standard() -> None:
    message = parse(HEAD + "PID|0001||7^^^^PI\r")
    header, patient = message.segments
    assert header[1:4] == ["|", "^~\\&", "KARTE9"]
    assert header[10] == "ADT^A08 ^ADT_A01"
    assert (patient[0], patient[1], patient[3]) == ("PID", "0001", "7^^^^PI")
    assert message.findings == ()


@pytest.mark.parametrize(
    ("name", "last"),
    [("MSH", 21), ("PID", 39), ("PV1", 52), ("ORC", 29), ("RXE", 44), ("OBX", 14), ("OBR", 49), ("ZZZ", 55)],
)
def test_fields_that_were_cut_off_read_as_empty(name: str, last: int) -> None:
    segment = parse(HEAD + f"{name}|1\r").segments[1]
    assert segment[last] == ""


def test_segments_are_found_by_name() -> None:
    message = parse(HEAD + "PID|1\rOBX|1\rOBX|1\r")
    first = message.first("OBX")
    assert first is message.segments[2]
    assert [segment[0] for segment in message.every("OBX")] == ["OBX", "OBX"]
    assert message.first("PV1") is None
    assert repr(message) == "Message(MSH PID OBX OBX)"


def test_the_event_is_message_type_and_trigger() -> None:
    assert parse("MSH|^~\\&|||||||ADT^A08 ^ADT_A01\r").event == "ADT^A08"


@pytest.mark.parametrize(
    "text",
    ["{head}PID|1\n", "{head}PID|1", "{head}\r\nPID|1\r\n\r\n", "{head}\nPID|1\r", "{head}\rPID|1\r\n"],
)
def test_every_end_of_line_is_read_and_reported(text: str) -> None:
    head = HEAD if text.startswith("{head}P") else HEAD[:-1]
    message = parse(text.format(head=head))
    assert [segment[0] for segment in message.segments] == ["MSH", "PID"]
    assert codes(message) == ["JIS-05"]


def test_blank_lines_are_no_segments() -> None:
    message = parse(HEAD + "\r\rPID|1\r")
    assert [segment[0] for segment in message.segments] == ["MSH", "PID"]


def test_something_before_the_header_is_skipped_and_reported() -> None:
    message = parse("\ufeff\x0b\r\n" + HEAD)
    assert message.segments[0][3] == "KARTE9"
    assert codes(message) == ["MSH-A"]


def test_a_yen_sign_stands_for_the_escape_character() -> None:
    message = parse("MSH|^~\u00a5&|KARTE9\rOBX|1|||a\u00a5S\u00a5b|\u00a5100\r")
    assert message.segments[0][2] == "^~\\&"
    assert message.segments[1][4:6] == ["a\\S\\b", "\u00a5100"]
    assert codes(message) == ["MSH-A"]


def test_other_delimiters_are_rewritten_and_reported() -> None:
    message = parse("MSH#*~!@#KARTE9\rOBX#1#a*b@c~d#x|y^z!E!\r")
    assert message.segments[0][:4] == ["MSH", "|", "^~\\&", "KARTE9"]
    assert message.segments[1][2] == "a^b&c~d"
    assert unescape(message.segments[1][3]) == "x|y^z\\"
    assert codes(message) == ["MSH-A"]


def test_a_short_or_long_list_of_delimiters_is_reported_only() -> None:
    assert parse("MSH|^~\\|KARTE9\rPID|1\r").segments[0][3] == "KARTE9"
    longer = parse("MSH|^~\\&#|KARTE9\rPID|a#b\r")
    assert (longer.segments[1][1], codes(longer)) == ("a#b", ["MSH-A"])


@pytest.mark.parametrize(
    "text", ["", "PID|1\r", "MSH|^~\\&", "MSHA^~\\&A1234\r", "MSH|a~\\&|1234\r", "MSH  ~\\& 1234"]
)
def test_a_message_without_a_header_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text)
    assert caught.value.finding.code == "MSH-A"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plain", "plain"),
        ("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f"),
        ("\\H\\bold\\N\\", "bold"),
        ("×10\\S\\3/μL", "×10^3/μL"),
        ("\\X41\\\\X8ABF\\", "A漢"),
        ("\\X81\\", "\ufffd"),
        ("a\\.br\\b\\.sp2\\c\\.sp\\d", "a\nb\n\nc\nd"),
        ("\\C2842\\x\\M2F3C1E\\y", "xy"),
        ("\\Q\\ \\S\\ \\", "\\Q\\ ^ \\"),
        ("C:\\S", "C:\\S"),
    ],
)
def test_escapes_become_text_and_unknown_ones_stay(written: str, meant: str) -> None:
    assert unescape(written) == meant


def test_parts_of_fields_are_counted_from_one() -> None:
    assert repetitions("") == []
    assert repetitions("a~~b") == ["a", "", "b"]
    assert [component("a\\S\\x^b^c", number) for number in (1, 2, 3, 4)] == ["a^x", "b", "c", ""]
    assert [subcomponent("a&b\\T\\c", number) for number in (1, 2, 3)] == ["a", "b&c", ""]


def test_the_explicit_null_stays_distinguishable() -> None:
    segment = parse(HEAD + 'RXE||x|""||\r').segments[1]
    assert (segment[3], segment[4]) == ('""', "")


def test_more_segments_than_anybody_sends_are_refused_before_they_take_memory() -> None:
    assert len(parse(HEAD + "A\r" * (MOST_SEGMENTS - 2)).segments) == MOST_SEGMENTS - 1
    with pytest.raises(Unreadable) as refused:
        parse(HEAD + "A\r" * MOST_SEGMENTS)
    assert refused.value.finding.code == "READ-02"
