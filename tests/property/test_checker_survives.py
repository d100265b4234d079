"""Whatever bytes and names come: checker and log reader give findings, and nothing leaves the root."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hie.record.errors import Unreadable
from ssmix2.acceptance import unmapped
from ssmix2.encoding import decode
from ssmix2.er7 import parse
from ssmix2.replay import replay
from ssmix2.transactions import START, Header, read_after
from ssmix2.validation import check_file
from ssmix2.validation.extended import read_safely
from tests.unit.ssmix2 import clean

JUNK = [
    *(
        b"|",
        b"^",
        b"~",
        b"&",
        b"\\",
        b"\r",
        b"\n",
        b"\r\n",
        b"\x00",
        b"\xff",
        b'""',
        b"-",
        b"NaN",
        b"Infinity",
    ),
    *(b"\x1b$B", b"\x1b(B", b"\x1b(I", b"\xef\xbb\xbf", b"1e999999", b"9" * 400, b"\\S\\", b"\\X", b"MSH|"),
    *(b"OBX|", b"TQ1|", b"#SSMIX,2.00,", b",INS,", b",DEL,", b"../", b"/", b"_", b"..", b"<", b"&#0;"),
]
_edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(JUNK)), max_size=6)
_messages = st.sampled_from([(kind, event) for kind, events in clean.EVENTS.items() for event in events])
_names = st.text(st.sampled_from("_-/.\x00 ９é\udc80日1^"), max_size=3)


def edited(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """Put junk in place of some bytes here and there."""
    for where, length, junk in edits:
        at = int(where * len(content))
        content = content[:at] + junk + content[at + length :]
    return content


@given(_messages, _edits, _names, st.integers(0, 60))
def test_every_damaged_file_is_checked(
    message: tuple[str, str], edits: list[tuple[float, int, bytes]], strange: str, at: int
) -> None:
    content = edited(clean.written(clean.segments(*message)), edits)
    name = clean.named(message[0]).text()
    name = name[:at] + strange + name[at + len(strange) :]
    for one in check_file(name, name, content):
        assert one.finding.message.endswith(".")
    with suppress(Unreadable):
        assert all(one.standard for one in unmapped(parse(decode(content)[0])))


@settings(max_examples=60)
@given(st.lists(_edits, min_size=1, max_size=4))
def test_every_damaged_log_is_read_to_its_end_and_replayed_inside_its_root(
    tmp_path_factory: pytest.TempPathFactory, records: list[list[tuple[float, int, bytes]]]
) -> None:
    folder = tmp_path_factory.mktemp("replay")
    log = Path(folder, "log/2024/TR_20240510101502004_00001.DAT")
    log.parent.mkdir(parents=True)
    header = Header("1312345678", *clean.named("OMP-01")[:4], "INS", "01", clean.STAMP).text().encode()
    record = header + b"\r" + clean.written(clean.segments("OMP-01"))
    content = b"".join(edited(record, edits) for edits in records)
    log.write_bytes(content)
    root = folder / "root"
    read = list(read_after(folder / "log", START, settled_before_ns=1 << 62))
    assert sum(one.length for one in read) <= len(content)
    assert all(first.position < second.position for first, second in pairwise(read))
    for one in replay(read, root):
        assert one.finding is None or one.finding.code in {"TRX-01", "READ-02"}
    assert {path.name for path in folder.iterdir()} <= {"log", "root"}
    assert [path for path in (folder / "log").rglob("*") if path.is_file()] == [log]


@given(_edits)
def test_every_damaged_document_is_read_or_refused(edits: list[tuple[float, int, bytes]]) -> None:
    document = b'<ClinicalDocument xmlns="urn:hl7-org:v3"><code code="1"/></ClinicalDocument>'
    with suppress(Unreadable):
        assert read_safely(edited(document, edits)).references == ()


def test_a_number_of_absurd_size_is_no_amount() -> None:
    lines = [
        each.replace("|28|", "|1e999999|").replace("|1^TAB", "|1e999999^TAB")
        for each in clean.segments("OMP-01")
    ]
    codes = {one.finding.code for one in check_file("x", clean.named("OMP-01").text(), clean.written(lines))}
    assert "RX-01" not in codes
    assert "NUM-RXE-10" in codes


def test_nested_elements_without_end_are_refused() -> None:
    with pytest.raises(Unreadable, match="EXT-05"):
        read_safely(b"<a>" * 100_000)
