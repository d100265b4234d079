"""A transaction storage is written and read record by record, and never half a record."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hie.record.errors import Invalid, Unreadable
from ssmix2.encoding import encode
from ssmix2.transactions import (
    START,
    Header,
    Position,
    Record,
    TransactionWriter,
    files,
    parse_header,
    read_after,
    read_body,
)

NOW = "20240510101502004"
LATER = 1 << 62
MESSAGE = encode("MSH|^~\\&|KARTE9\rPID|0001||0000700007||期日^五郎\r")


def header(number: int = 1, operation: str = "INS", **changed: str) -> Header:
    return Header(
        "1312345678", "0000700007", "20240510", "OMP-01", f"{number:015d}", operation, "01", NOW
    )._replace(**changed)


def log(root: Path, content: bytes, name: str = "2024/TR_20240510101502004_00001.DAT") -> Path:
    path = root / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(content)
    return path


def entry(number: int, body: bytes = MESSAGE, end: bytes = b"\r") -> bytes:
    return header(number).text().encode() + end + body


def numbers(records: list[Record]) -> list[int]:
    return [int(record.header.order_number) for record in records if record.header]


def everything(root: Path) -> list[Record]:
    return list(read_after(root, START, settled_before_ns=LATER))


def test_what_was_appended_is_read_back_in_order(tmp_path: Path) -> None:
    with TransactionWriter(tmp_path) as writer:
        positions = [writer.append(header(number), MESSAGE, NOW) for number in range(1, 4)]
        writer.sync()
    records = everything(tmp_path)
    assert [record.position for record in records] == positions == sorted(positions)
    assert [record.body for record in records] == [MESSAGE] * 3
    assert all(record.finding is None for record in records)
    for record in records:
        assert read_body(tmp_path, record.position, record.length) == MESSAGE


def test_reading_goes_on_behind_the_last_record_taken(tmp_path: Path) -> None:
    for number in range(1, 6):
        with TransactionWriter(tmp_path) as writer:
            writer.append(header(number), MESSAGE, NOW)
    taken: list[int] = []
    position = START
    while found := list(read_after(tmp_path, position, upto_bytes=1, settled_before_ns=LATER)):
        assert len(found) == 1
        position = found[0].position
        taken += numbers(found)
    assert taken == [1, 2, 3, 4, 5]


def test_a_last_record_waits_until_its_file_has_been_quiet(tmp_path: Path) -> None:
    path = log(tmp_path, entry(1) + entry(2))
    os.utime(path, ns=(5_000, 5_000))
    assert numbers(list(read_after(tmp_path, START, settled_before_ns=4_999))) == [1]
    assert numbers(list(read_after(tmp_path, START, settled_before_ns=5_000))) == [1, 2]


def test_a_record_without_the_end_of_its_line_is_not_complete_however_quiet(tmp_path: Path) -> None:
    log(tmp_path, entry(1) + entry(2).rstrip(b"\r"))
    assert numbers(everything(tmp_path)) == [1]


def test_a_newer_file_completes_the_older_one(tmp_path: Path) -> None:
    log(tmp_path, entry(1) + entry(2))
    log(tmp_path, b"", "2025/TR_20250101000000000_00001.DAT")
    assert numbers(list(read_after(tmp_path, START))) == [1, 2]


def test_a_record_that_a_newer_file_proves_to_be_cut_off_is_marked(tmp_path: Path) -> None:
    log(tmp_path, entry(1) + entry(2)[:-5])
    log(tmp_path, entry(3), "2024/TR_20240510101502004_00002.DAT")
    first, torn, third = everything(tmp_path)
    assert (first.finding, third.finding) == (None, None)
    assert torn.finding is not None
    assert torn.finding.code == "TRX-01"


@pytest.mark.parametrize("cut", [1, 20, len(entry(1)) - 3])
def test_a_last_record_without_an_end_is_cut_off_where_the_log_has_ended(tmp_path: Path, cut: int) -> None:
    log(tmp_path, entry(1) + entry(2)[:-cut])
    whole, torn = read_after(tmp_path, START, has_ended=True)
    assert (whole.finding, numbers([whole])) == (None, [1])
    assert torn.finding is not None
    assert torn.finding.code == "TRX-01"
    assert torn.position.offset == len(entry(1))


def test_the_first_bytes_of_a_header_spoil_no_record_before_them(tmp_path: Path) -> None:
    log(tmp_path, entry(1) + b"#SSM")
    whole, torn = read_after(tmp_path, START, has_ended=True)
    assert (whole.body, whole.finding, whole.length) == (MESSAGE, None, len(entry(1)))
    assert (torn.position.offset, torn.length, torn.header) == (len(entry(1)), 4, None)
    assert torn.finding is not None


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_any_end_of_line_is_read(tmp_path: Path, end: bytes) -> None:
    body = MESSAGE.replace(b"\r", end)
    log(tmp_path, entry(1, body, end) + entry(2, body, end) + entry(3, body, end))
    records = everything(tmp_path)
    assert numbers(records) == [1, 2, 3]
    assert [record.body for record in records] == [body] * 3


@pytest.mark.parametrize(
    "line",
    [
        "#SSMIX,2.00,1,2,-,ADT-00,UPD",
        "#SSMIX,2.00,1,2,-,ADT-00,000000000000001,UPD,-,20240510101502004",
        "#SSMIX,1.00,1,2,-,ADT-00,000000000000001,INS,-,20240510101502004",
        "#SSMIX,2.00,1,../2,-,ADT-00,000000000000001,INS,-,20240510101502004",
        "#SSMIX,2.00,1,..,-,ADT-00,000000000000001,INS,-,20240510101502004",
        "#SSMIX,2.00,1,,-,ADT-00,000000000000001,INS,-,20240510101502004",
        "#SSMIX,2.00,1,2,-,ADT-00,000000000000001,INS,-,yesterday",
        "#SSMIX,2.00,1,2,2024,ADT-00,000000000000001,INS,-,20240510101502004",
    ],
)
def test_a_bad_header_is_a_finding_and_the_reading_goes_on(tmp_path: Path, line: str) -> None:
    with pytest.raises(Unreadable, match="TRX-01"):
        parse_header(line)
    log(tmp_path, entry(1) + line.encode() + b"\r" + MESSAGE + entry(2))
    first, bad, last = everything(tmp_path)
    assert numbers([first, last]) == [1, 2]
    assert bad.header is None
    assert bad.finding is not None
    assert bad.finding.code == "TRX-01"
    assert bad.body == MESSAGE


def test_a_header_inside_a_line_or_a_two_byte_run_divides_nothing(tmp_path: Path) -> None:
    mentioned = b"NTE|1||" + header(9).text().encode() + b"\r"
    run = b"NTE|2||\x1b$B4|\r#SSMIX,;~\x1b(B\r"
    log(tmp_path, entry(1, MESSAGE + mentioned + run) + entry(2))
    records = everything(tmp_path)
    assert numbers(records) == [1, 2]
    assert records[0].body == MESSAGE + mentioned + run


def test_a_run_that_was_never_closed_swallows_no_record(tmp_path: Path) -> None:
    log(tmp_path, entry(1, b"PID|||1||\x1b$B4|F|\r") + entry(2))
    assert numbers(everything(tmp_path)) == [1, 2]


def test_a_header_in_japanese_is_decoded_before_it_is_divided(tmp_path: Path) -> None:
    kind = "^経過記録、服薬^99ZL01"
    with TransactionWriter(tmp_path) as writer:
        writer.append(header(data_kind=kind), b"", NOW)
    (record,) = everything(tmp_path)
    assert record.header is not None
    assert (record.header.data_kind, record.body, record.finding) == (kind, b"", None)


def test_a_record_over_the_cap_is_reported_and_the_next_one_is_read(tmp_path: Path) -> None:
    huge = b"OBX|" + b"1" * 3_000_000 + b"\r"
    log(tmp_path, entry(1) + entry(2, huge) + entry(3) + entry(4, huge))
    log(tmp_path, entry(5), "2024/TR_20240510101502004_00002.DAT")
    records = list(read_after(tmp_path, START, settled_before_ns=LATER, largest=100_000))
    assert numbers(records) == [1, 2, 3, 4, 5]
    assert [record.finding.code if record.finding else "" for record in records] == [
        *("", "READ-02", "", "READ-02", "")
    ]
    long = records[1]
    assert (long.body, long.length) == (b"", len(entry(2, huge)))
    assert read_body(tmp_path, long.position, long.length) == huge
    assert [r.position for r in records[2:]] == [
        r.position for r in read_after(tmp_path, long.position, settled_before_ns=LATER, largest=100_000)
    ]


def test_what_stands_before_the_first_header_is_reported(tmp_path: Path) -> None:
    log(tmp_path, b"MSH|lost\r" + entry(1))
    lost, first = everything(tmp_path)
    assert lost.finding is not None
    assert lost.header is None
    assert numbers([first]) == [1]


def test_other_files_and_folders_are_no_logs(tmp_path: Path) -> None:
    log(tmp_path, entry(1))
    log(tmp_path, entry(2), "2024/TR_20240510101502004_00001.DAT.tmp")
    log(tmp_path, entry(3), "old/TR_20240510101502004_00001.DAT")
    (tmp_path / "2025").write_bytes(entry(4))
    assert files(tmp_path) == ["2024/TR_20240510101502004_00001.DAT"]
    assert numbers(everything(tmp_path)) == [1]


def test_the_writer_begins_a_file_each_day_and_when_one_is_full(tmp_path: Path) -> None:
    with TransactionWriter(tmp_path, max_bytes=2 * len(entry(1))) as writer:
        for number, now in enumerate([NOW, NOW, NOW, "20250101000000000"], 1):
            writer.append(header(number), MESSAGE, now)
        writer.sync()
    assert files(tmp_path) == [
        "2024/TR_20240510101502004_00001.DAT",
        "2024/TR_20240510101502004_00002.DAT",
        "2025/TR_20250101000000000_00001.DAT",
    ]
    assert numbers(everything(tmp_path)) == [1, 2, 3, 4]


def test_the_log_grows_forward_where_the_clock_goes_back(tmp_path: Path) -> None:
    for number, now in enumerate(["20240510101502004", "20230101000000000", "20240510101502003"], 1):
        with TransactionWriter(tmp_path) as writer:
            writer.append(header(number), MESSAGE, now)
    assert numbers(everything(tmp_path)) == [1, 2, 3]


def test_nothing_is_appended_behind_a_torn_record(tmp_path: Path) -> None:
    path = log(tmp_path, entry(1)[:-7])
    before = path.read_bytes()
    with TransactionWriter(tmp_path) as writer:
        writer.append(header(2), MESSAGE, NOW)
    assert path.read_bytes() == before
    assert [record.finding is None for record in everything(tmp_path)] == [False, True]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (header(), b"#SSMIX,2.00\r"),
        (header(), MESSAGE + b"#SSMIX,2.00\r"),
        (header(department="0,1"), MESSAGE),
        (header(patient_id="1\r2"), MESSAGE),
        (header(operation="UPD"), MESSAGE),
    ],
)
def test_the_writer_refuses_what_could_not_be_read_back(tmp_path: Path, head: Header, body: bytes) -> None:
    writer = TransactionWriter(tmp_path)
    with pytest.raises(Invalid):
        writer.append(head, body, NOW)
    assert files(tmp_path) == []


@pytest.mark.parametrize("file", ["", "../secret", "2024/../../secret", "2024/TR_1.DAT", "/etc/hostname"])
def test_a_position_cannot_point_outside_the_log(tmp_path: Path, file: str) -> None:
    with pytest.raises(Invalid):
        read_body(tmp_path, Position(file, 0), 10)


@given(
    bodies=st.lists(
        st.binary(max_size=40).map(lambda body: b"OBX|" + body.replace(b"#", b"") + b"\r"), max_size=6
    ),
    cut=st.integers(0, 400),
)
def test_every_cut_of_a_log_gives_whole_records_only(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes], cut: int
) -> None:
    root = tmp_path_factory.mktemp("log")
    whole = [entry(number, body) for number, body in enumerate(bodies, 1)]
    log(root, b"".join(whole)[:cut])
    for record in read_after(root, START):
        assert record.header is not None
        assert record.length == len(whole[int(record.header.order_number) - 1])


@pytest.mark.parametrize("make", [lambda number: entry(number, MESSAGE * 40)])
def test_records_that_cross_the_blocks_of_reading_are_whole(
    tmp_path: Path, make: Callable[[int], bytes]
) -> None:
    log(tmp_path, b"".join(make(number) for number in range(1, 3000)))
    records = everything(tmp_path)
    assert numbers(records) == list(range(1, 3000))
    assert all(record.body == MESSAGE * 40 for record in records)


def test_a_reader_beside_a_slow_writer_takes_every_record_whole_and_once(tmp_path: Path) -> None:
    bodies = {number: MESSAGE * (1 + number % 7) for number in range(1, 400)}
    content = b"".join(entry(number, body) for number, body in bodies.items())
    path = log(tmp_path, b"")
    position, taken = START, []
    with path.open("ab", buffering=0) as slow:
        for at in range(0, len(content), 997):
            slow.write(content[at : at + 997])
            for record in read_after(tmp_path, position):
                assert record.header is not None
                assert record.body == bodies[int(record.header.order_number)]
                position = record.position
                taken.append(record)
    taken += read_after(tmp_path, position, settled_before_ns=LATER)
    assert numbers(taken) == list(bodies)


WRITER = """
import itertools, sys
from pathlib import Path
from ssmix2.transactions import Header, TransactionWriter
with TransactionWriter(Path(sys.argv[1]), max_bytes=20_000) as writer:
    for number in itertools.count(1):
        header = Header("1", "0000700007", "20240510", "OMP-01", f"{number:015d}", "INS", "01", sys.argv[2])
        writer.append(header, b"OBX|" + b"x" * (number % 900) + b"\\r", sys.argv[2])
        writer.sync()
        print(number, flush=True)
"""


def test_what_a_killed_writer_acknowledged_is_in_the_log(tmp_path: Path) -> None:
    acknowledged = 0
    for run in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), NOW], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                acknowledged = int(line)
                if acknowledged >= 150 + 40 * run:
                    writer.kill()
                    break
        records = [record for record in everything(tmp_path) if record.finding is None]
        written = numbers(records)
        assert written.count(acknowledged) >= 1
        assert set(range(1, acknowledged + 1)) <= set(written)
