"""Characters: every kanji survives the delimiters, every deviation of §3 is read and reported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hie.record.errors import Invalid, Unreadable
from hie.record.findings import Finding
from ssmix2.encoding import LARGEST_MESSAGE, decode, encode, writable
from ssmix2.er7 import parse

HEAD = b"MSH|^~\\&|KARTE9\r"


def _jis_x_0208() -> list[str]:
    """Decode every assigned pair of the 94 by 94 table."""
    found = []
    for first in range(0x21, 0x7F):
        for second in range(0x21, 0x7F):
            try:
                found.append((b"\x1b$B" + bytes((first, second)) + b"\x1b(B").decode("iso2022_jp"))
            except UnicodeDecodeError:
                continue
    return found


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def test_no_character_of_jis_x_0208_breaks_a_field() -> None:
    characters = _jis_x_0208()
    assert len(characters) == 6879
    for character in characters:
        content = HEAD + b"ZZ1|a^" + encode(character) + b"^b|c\r"
        text, findings = decode(content)
        assert findings == () or character == "■"
        assert parse(text).segments[1][1:3] == [f"a^{character}^b", "c"]


def test_many_of_them_hold_the_bytes_of_delimiters() -> None:
    inside = [one for one in _jis_x_0208() if set(one.encode("iso2022_jp")[3:5]) & set(b"|^~\\&")]
    assert len(inside) > 400


def test_plain_text_has_no_finding() -> None:
    assert decode(HEAD + b"PID|1\r") == ("MSH|^~\\&|KARTE9\rPID|1\r", ())


def test_the_old_designation_of_kanji_is_read() -> None:
    assert decode(b"\x1b$@F|\x1b(B|") == ("日|", ())


@pytest.mark.parametrize(
    ("content", "text", "rules"),
    [
        # JIS-Roman: delimiters come back, a price stays one
        (b"\x1b$BF|\x1b(J~a\\S\\b|\\100\x1b(B|", "日~a\\S\\b|\u00a5100|", []),
        (b"MSH|^~\\&|\x1b(Jx\x1b(B", "MSH|^~\\&|x", []),
        # half-width katakana, JIS X 0212, JIS X 0213
        (b"\x1b(I6E\x1b(B|", "ｶﾅ|", ["JIS-04"]),
        (b"\x1b$(D0!\x1b(B|", "丂|", ["JIS-04"]),
        ("ヷ".encode("iso2022_jp_3"), "ヷ", ["JIS-04"]),
        ("俱".encode("iso2022_jp_2004"), "俱", ["JIS-04"]),
        # NEC row 13, the IBM rows, and a hole of the table
        (b"\x1b$BF|-!\x1b(B|", "日①|", ["JIS-01"]),
        (b"\x1b$B-b\x1b(B|", "№|", ["JIS-01"]),
        (b"\x1b$By!yu|b\x1b(B|", "纊﨑髙|", ["JIS-01"]),
        (b"\x1b$B)!F|\x1b(B|", "\ufffd日|", ["JIS-01"]),
        (b"\x1b$BF|F\x1b(B|", "日\ufffd|", ["JIS-01"]),
        # runs that nobody closed
        (b"\x1b$BF|\rPID|1\r", "日\rPID|1\r", ["JIS-02"]),
        (b"\x1b$BF|\nPID|1\r\n", "日\nPID|1\r\n", ["JIS-02"]),
        (b"\x1b$BF|", "日", ["JIS-02"]),
        (b"\x1b(IE\x1b$BF|", "ﾅ日", ["JIS-04", "JIS-02"]),
        # other spellings of designations
        (b"\x1b&@\x1b$BF|\x1b(Ba", "日a", []),
        (b"\x1b$(BF|\x1b(Ba", "日a", []),
        (b"\x1b$(@F|\x1b(Ba", "日a", []),
        (b"\x1b$BF|\x1b(Ha~b", "日a~b", []),
        (b"\x1b$BF|\x1b(B\x1b.Ax", "日.Ax", ["JIS-01"]),
        (b"a\x1bXb", "aXb", ["JIS-01"]),
        (b"a\x1b", "a", ["JIS-01"]),
        # a katakana run with a byte outside it
        (b"\x1b(I6~\x1b(B|", "\ufffd|", ["JIS-04", "JIS-01"]),
        # single bytes above 0x7F between runs
        (b"\x1b$BF|\x1b(B\xb6\xc5|", "日ｶﾅ|", ["JIS-03"]),
        # a lost character is counted
        ("山■".encode("iso2022_jp"), "山■", ["JIS-06"]),
    ],
)
def test_deviations_are_read_and_reported(content: bytes, text: str, rules: list[str]) -> None:
    found, findings = decode(content)
    assert (found, codes(findings)) == (text, rules)


TEXT = "MSH|^~\\&|KARTE9\rPID|||1||試験^花子\r"


@pytest.mark.parametrize(
    ("encoding", "named"), [("utf-8", "UTF-8"), ("cp932", "CP932"), ("euc_jp", "EUC-JP")]
)
def test_other_encodings_are_detected_and_named(encoding: str, named: str) -> None:
    text, (finding,) = decode(TEXT.encode(encoding))
    assert text == TEXT
    assert (finding.code, named in finding.message) == ("JIS-03", True)


def test_a_byte_order_mark_is_stripped_and_reported() -> None:
    text, findings = decode(TEXT.encode("utf-8-sig"))
    assert text == TEXT
    assert codes(findings) == ["JIS-03", "JIS-03"]


def test_half_width_katakana_in_shift_jis_stay_katakana() -> None:
    text = "MSH|^~\\&\rPID|||1||試験^花子~ｼｹﾝ^ﾊﾅｺ\r"
    found, findings = decode(text.encode("cp932"))
    assert (found, codes(findings)) == (text, ["JIS-03", "JIS-04"])


def test_user_defined_characters_are_kept_and_reported() -> None:
    found, findings = decode("MSH|^~\\&\rPID|||1||山\ue000^花子\r".encode("cp932"))
    assert "\ue000" in found
    assert codes(findings) == ["JIS-03", "JIS-04"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x80", b"PID|\x80\xff\xfd|\r", b"\x81"])
def test_bytes_that_are_no_text_cannot_be_read(content: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(content)
    assert caught.value.finding.code == "JIS-01"


@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_unreadable(content: bytes) -> None:
    for case in (content, b"\x1b$B" + content):
        try:
            text, _ = decode(case)
        except Unreadable:
            continue
        assert isinstance(text, str)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ("ｶﾞｽﾊﾟｰ ﾅｲﾌ", "ガスパー ナイフ"),
        ("①と⑳", "(1)と(20)"),
        ("Ⅳとⅸ", "IVとix"),
        ("㍉㌘㎎㏄㎡", "ミリグラムmgccm*2"),
        ("㍻㋿№℡㊤㈱", "平成令和No.Tel(上)(株)"),
        ("〝あ〟", "″あ、"),
        ("髙橋﨑", "高橋崎"),
        ("福", "福"),
        ("～－∥￠￡￢—", "〜−‖¢£¬―"),
        ("≒≡∫√⊥∠∵∩∪", "≒≡∫√⊥∠∵∩∪"),
        ("¥1", "￥1"),
        ("𠮷野\ue000", "■野■"),
        ("a\tb\r\nc\x00", "a b  c"),
        ("é", "■"),
    ],
)
def test_values_are_normalised_before_they_are_written(value: str, written: str) -> None:
    assert writable(value) == written
    assert decode(encode(written))[0] == written


@given(st.text())
def test_whatever_is_made_writable_can_be_written_and_read_back(value: str) -> None:
    written = writable(value)
    text, findings = decode(encode(written))
    assert text == written
    assert set(codes(findings)) <= {"JIS-06"}


@pytest.mark.parametrize("value", ["髙", "ｶﾅ", "¥", "‾", "①"])
def test_writing_is_strict(value: str) -> None:
    with pytest.raises(Invalid):
        encode(value)


def test_what_is_longer_than_any_message_is_refused() -> None:
    assert decode(b"x" * LARGEST_MESSAGE)[1] == ()
    with pytest.raises(Unreadable) as refused:
        decode(b"x" * (LARGEST_MESSAGE + 1))
    assert refused.value.finding.code == "READ-02"
