"""Pictures come from a process that may die, hang or be asked too much; only whole ones are kept."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.records.retrieve import Picture
from hie.hub.thumbnails import BOUNDS, Thumbnails
from hie.record.errors import Unavailable
from hie.record.identifiers import ContentHash, FacilityCode
from hie.record.imaging import FiledInstance, ImagingInstance
from hie.record.people import HumanName
from hie.record.times import UNKNOWN_DAY
from tests.storages import instance

NOBODY = HumanName("", "", "", "")
HEADER = ImagingInstance._make(
    (*["1.2"] * 5, "", NOBODY, UNKNOWN_DAY, UNKNOWN_DAY, *[""] * 5, 0, 0, "", 8, 8, 1, 0)
)
READ_ONE = """
import struct, sys, time
def one():
    head = sys.stdin.buffer.read(10)
    if len(head) < 10: sys.exit()
    return sys.stdin.buffer.read(struct.unpack(">QH", head)[0])
def answer(length, body):
    sys.stdout.buffer.write(struct.pack(">Q", length) + body)
    sys.stdout.flush()
"""
DIES_ONCE_IN_ITS_ANSWER = """
import pathlib
while content := one():
    died = pathlib.Path(content.decode())
    if not died.exists():
        died.touch()
        answer(1000, b"x" * 10)
        sys.exit()
    answer(5, b"whole")"""
HANGS_AFTER_THE_FIRST = """
answer(len(one()), b"whole")
one()
time.sleep(600)"""


def _picture(name: bytes, content: bytes = b"whole") -> Picture:
    filed = FiledInstance(1, FacilityCode("1310000001"), HEADER, ContentHash(name), len(content))
    return Picture(filed, content)


def _drawer(source: str) -> tuple[str, ...]:
    return (sys.executable, "-c", READ_ONE + source)


@pytest.fixture
def hanging() -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(_drawer(HANGS_AFTER_THE_FIRST), patience=600)
    yield thumbnails
    thumbnails.close()


def test_a_real_picture_is_drawn_and_kept() -> None:
    thumbnails = Thumbnails()
    picture = _picture(b"ct", instance("1", 1, 1, 1, bytes(range(128))))
    drawn = thumbnails(picture, 192)
    assert drawn.startswith(b"\x89PNG")
    assert thumbnails(picture._replace(content=b""), 192) == drawn
    thumbnails.close()


def test_an_answer_that_is_cut_off_is_no_picture_and_is_not_kept(tmp_path: Path) -> None:
    thumbnails = Thumbnails(_drawer(DIES_ONCE_IN_ITS_ANSWER))
    picture = _picture(b"cut", str(tmp_path / "died").encode())
    with pytest.raises(Unavailable):
        thumbnails(picture, 192)
    assert thumbnails(picture, 192) == b"whole"
    thumbnails.close()


def test_a_process_that_hangs_is_ended_and_the_picture_given_up() -> None:
    thumbnails = Thumbnails(_drawer(HANGS_AFTER_THE_FIRST), patience=0.5)
    assert thumbnails(_picture(b"first"), 192) == b"whole"
    with pytest.raises(Unavailable):
        thumbnails(_picture(b"second"), 192)
    thumbnails.close()


def test_a_bad_image_holds_up_neither_what_is_kept_nor_more_than_a_few_requests(
    hanging: Thumbnails,
) -> None:
    assert hanging(_picture(b"first"), 192) == b"whole"
    given_up: list[int] = []

    def ask(number: int) -> None:
        try:
            hanging(_picture(b"bad%d" % number), 192)
        except Unavailable:
            given_up.append(number)

    waiting = [threading.Thread(target=ask, args=(number,)) for number in range(BOUNDS.waiting)]
    for thread in waiting:
        thread.start()
    while hanging._drawer._waiting < BOUNDS.waiting:  # noqa: SLF001  until all of them wait
        pass
    assert hanging(_picture(b"first"), 192) == b"whole"
    with pytest.raises(Unavailable, match="too many"):
        hanging(_picture(b"one more"), 192)
    assert given_up == []
    while any(thread.is_alive() for thread in waiting):
        process = hanging._drawer._process._process  # noqa: SLF001  each hangs until it is ended
        if process is not None:
            process.kill()
        waiting[0].join(0.01)
        waiting = [thread for thread in waiting if thread.is_alive()] or waiting[:1]
    assert hanging(_picture(b"first"), 192) == b"whole"


def test_what_is_remembered_is_bounded_by_size_too() -> None:
    answers = "while True:\n    content = one()\n    answer(len(content), content[:-1] + b'!')"
    drawing = Thumbnails(_drawer(answers), bounds=BOUNDS._replace(bytes=12))
    try:
        for name in (b"1", b"2", b"3"):
            assert drawing(_picture(name, b"whole"), 8) == b"whol!"
        # the newest two of five bytes are there without being drawn again
        assert [drawing(_picture(name, b"other"), 8) for name in (b"3", b"2", b"1")] == [
            b"whol!",
            b"whol!",
            b"othe!",
        ]
    finally:
        drawing.close()
