"""What spoilt input is given to: every room that reads bytes or names of a hospital.

A target returns a word for what became of the input. `Unreadable` is an answer; anything else that is
raised is a defect.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import ssmix2
from hie.exchange.feeds.parcels import read_head
from hie.readers.cda import read_cda
from hie.record.clinical import Observation
from hie.record.errors import Invalid, Unreadable
from hie.record.identifiers import FacilityCode
from ssmix2 import plain
from ssmix2.encoding import decode
from ssmix2.er7 import parse
from ssmix2.extended import unpack
from ssmix2.layout import parse_name
from ssmix2.naming import name_of
from ssmix2.normal import normalise
from ssmix2.replay import replay
from ssmix2.storage import states
from ssmix2.transactions import Position, Record, parse_header, read_after
from ssmix2.validation import check_file
from tests.fuzz import seeds
from tests.fuzz.mutations import BYTE_MUTATIONS, MESSAGE_MUTATIONS, PIECES, VALUES, spoilt, spoilt_name

FACILITY = FacilityCode(seeds.FACILITY)
Target = Callable[[Random], str]


def message(chance: Random) -> str:
    """Read, check and write down a spoilt message; half of them under another kind's name."""
    (name, content), (other, _) = chance.choice(seeds.messages()), chance.choice(seeds.messages())
    content = spoilt(content, chance, MESSAGE_MUTATIONS)
    parsed = parse_name(other if chance.random() < 0.2 else name)
    assert parsed is not None
    findings = check_file(parsed.locator(), parsed.text(), content)
    try:
        ssmix2.read_header(content, FACILITY)
        reading = ssmix2.read(parsed, content, FACILITY)
    except Unreadable as refused:
        return refused.finding.code
    _named(content)
    for record in reading.records:
        plain.record(record)
        if isinstance(record, Observation):
            normalise(record.code.code, record.value, record.unit, record.reference_range)
    for finding in (*reading.findings, *(one.finding for one in findings)):
        plain.finding(finding)
    return "read with findings" if reading.findings else "read"


def _named(content: bytes) -> None:
    """Name the message as one that came over a wire; its name must be one that storages take."""
    try:
        given = name_of(parse(decode(content)[0]), "20250303091500000")
    except Unreadable:
        return
    assert parse_name(given.text()) is not None, "a name that was given is a name"
    assert not {"..", "."} & set(given.locator().split("/")), "a name that was given does not climb"


def name(chance: Random) -> str:
    """Read a spoilt name; what is taken for one is written as it was and leads nowhere else."""
    text = spoilt_name(chance.choice(seeds.messages())[0], chance)
    parsed = parse_name(text)
    if parsed is None:
        return "no name"
    assert "/" not in parsed.text(), "a name is one part of a path"
    folder = parsed.folder().split("/")
    if {"..", "."} & set(folder):
        return "a name that would climb"
    states([parsed])
    check_file(parsed.locator(), text, b"")
    return "name"


def log(chance: Random) -> str:
    """Read a spoilt file of a transaction storage to its end."""
    content = spoilt(chance.choice(seeds.logs()), chance, (*BYTE_MUTATIONS, *MESSAGE_MUTATIONS))
    if chance.random() < 0.3:
        content = content.replace(b",", chance.choice((b",,", b"", b";", b",\x00")), chance.randrange(1, 12))
    root = _scratch()
    (root / "2025").mkdir(exist_ok=True)
    (root / "2025/TR_20250303091500000_00001.DAT").write_bytes(content)
    records = list(read_after(root, settled_before_ns=1 << 62))
    assert sum(record.length for record in records) <= len(content), "no byte is read twice"
    return f"{'some' if records else 'no'} records"


def package(chance: Random) -> str:
    """Open a spoilt package, or one made by somebody who means ill."""
    if chance.random() < 0.5:
        content = _hostile(chance)
    else:
        content = spoilt(chance.choice(seeds.packages()), chance, BYTE_MUTATIONS)
    try:
        files = unpack(content).files
    except Unreadable as refused:
        return refused.finding.code
    for path in files:
        assert not {"..", "."} & set(path.split("/")), "no file of a package climbs"
        assert not path.startswith("/"), "no file of a package is absolute"
    assert sum(map(len, files.values())) <= len(content), "a package unfolds to no more than its size"
    return f"{min(len(files), 2)} files"


def _hostile(chance: Random) -> bytes:
    """Make a ZIP with names and methods as no content folder has them."""
    packed = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two files of one name are the point
        with zipfile.ZipFile(
            packed, "w", chance.choice((0, 0, 0, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
        ) as archive:
            for _ in range(chance.choice((0, 1, 1, 2, 5))):
                name = "".join(chance.choice(_MEMBERS) for _ in range(chance.choice((1, 1, 2, 4))))
                about = zipfile.ZipInfo(name.encode("utf-8", "replace").decode(), (1980, 1, 1, 0, 0, 0))
                about.external_attr = chance.choice((0o644, 0o120777, 0o4755)) << 16
                archive.writestr(about, chance.choice((b"", b"<x/>", bytes(chance.randrange(5000)))))
    return packed.getvalue() + chance.choice((b"", b"", b"", b"x"))


def replayed(chance: Random) -> str:
    """Build a storage from headers that mean ill; nothing is written beside it."""
    scratch = _scratch()
    root, records = scratch / "region/storage", []
    root.mkdir(parents=True, exist_ok=True)
    for number in range(chance.randrange(1, 6)):
        items = list(_HEADER)
        for _ in range(chance.choice((0, 1, 1, 2, 4))):
            items[chance.randrange(len(items))] = chance.choice(
                (*PIECES, "", "INS", "DEL", "-", "0000700007")
            )
        try:
            header = parse_header(",".join(items))
        except Unreadable:
            header = None
        records.append(Record(Position("2025/x", number), 1, header, None, b"x"))
    taken = sum(one.finding is None for one in replay(records, root))
    assert {path.name for path in scratch.iterdir()} <= {"region", "2025"}, "nothing is beside the region"
    assert {path.name for path in (scratch / "region").iterdir()} <= {"storage"}, (
        "nothing is beside the storage"
    )
    if chance.random() < 0.02:
        shutil.rmtree(root, ignore_errors=True)
    return f"{'some' if taken else 'none'} applied"


def parcel(chance: Random) -> str:
    """Read the spoilt head of a batch that calls itself an edge's."""
    content = spoilt(chance.choice(seeds.batches()), chance, BYTE_MUTATIONS)
    if chance.random() < 0.5:
        at = content.find(b"{")
        head = content[at:].replace(chance.choice((b"1", b"0", b'"', b"[", b"true")), chance.choice(_JSON), 1)
        content = content[: at - 4] + len(head).to_bytes(4, "big") + head
    try:
        batch = read_head(io.BytesIO(content))
    except Invalid:
        return "refused"
    assert all(one.size >= 0 for held in batch.parcels for one in held.documents)
    return f"{min(len(batch.parcels), 2)} parcels"


def document(chance: Random) -> str:
    """Read a spoilt CDA document."""
    content = spoilt(chance.choice(seeds.documents()), chance, BYTE_MUTATIONS)
    if chance.random() < 0.3:
        content = chance.choice(_XML)(content)
    try:
        return "CDA" if read_cda(content, FACILITY) else "XML"
    except Unreadable as refused:
        return refused.finding.code


def value(chance: Random) -> str:
    """Normalise a spoilt result."""
    texts = [_text(chance) for _ in range(3)]
    found = normalise(chance.choice(_CODES), *texts)
    return "nothing" if found is None else "comparable" if found.comparable else "as written"


def _text(chance: Random) -> str:
    pieces = (*_RESULTS, *PIECES, chance.choice(VALUES).decode("latin-1"), chr(chance.randrange(0xD800)))
    return "".join(chance.choice(pieces) for _ in range(chance.choice((0, 1, 1, 2, 3, 8))))


_CODES = ("3C015000002327101", "2A010000001930901", "2B030000002231157", "1A010000000191111", "", "x" * 40)
_RESULTS = (
    *(
        "0.71",
        " 3 +",
        "< 0.5",
        "(-)",
        "1 - 4",
        "52 / 3",
        "x80",
        "mg/dL",
        "×10^3/μL",
        "μmol/L",
        "±",
        "3.5-5.0",
    ),
    *(
        "9" * 60,
        "e",
        "10^",
        "^",
        "*",
        "(",
        ")",
        "1,000",
        "1e99",
        "-",
        "+",
        "以上",
        "未満",
        "％",
        "/",
        ".",
        " ",
    ),
)
_HEADER = seeds.HEADERS[0].strip().split(",")
_JSON = (
    b"1e400",
    b"-1",
    b"NaN",
    b"null",
    b"[" * 50_000,
    b"{}",
    b'"\\ud800"',
    b"9" * 5000,
    b"[[]]",
    b"1.5",
    b"",
)
_XML: tuple[Callable[[bytes], bytes], ...] = (
    lambda content: content.replace(b"<title>", b"<title>" + b"<br/>" * 20_000, 1),
    lambda content: content.replace(b"<paragraph>", b"<paragraph>" * 500, 1),
    lambda content: content.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>', 1),
    lambda content: content.replace(b"<td", b'<td colspan="999999999" rowspan="99999999999"', 2),
    lambda content: content.replace(b'encoding="UTF-8"', b'encoding="utf-7"', 1),
    lambda content: content.replace(b"<list>", b"<list>" + b"<item>" * 300 + b"</item>" * 300, 1),
    lambda content: content + content,
)
_MEMBERS = (*PIECES, "main_document.xml", "main_document", "data/", "a", "図.png", ".hl7")
_FOLDER = tempfile.TemporaryDirectory(prefix="fuzz")


def _scratch() -> Path:
    """Give this process its own folder; workers are forks of one another, and the first one cleans up."""
    folder = Path(_FOLDER.name, str(os.getpid()))
    folder.mkdir(exist_ok=True)
    return folder


TARGETS: dict[str, tuple[int, Target]] = {
    "message": (58, message),
    "name": (23, name),
    "log": (4, log),
    "package": (4, package),
    "document": (3, document),
    "value": (4, value),
    "replay": (2, replayed),
    "parcel": (2, parcel),
}
"""Target -> how many of a hundred inputs it gets."""
