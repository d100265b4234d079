"""HL7 v2 over MLLP: acknowledged when on disk, refused with a reason, and never half."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest

from adapters.mllp import END, START, Keep, Limits, Listener
from adapters.pushed import REFUSED, PushedMessages, Sender
from hie.record.identifiers import FacilityCode
from ssmix2.encoding import encode
from ssmix2.transactions import TransactionWriter, files, read_after
from tests import looping

T = TypeVar("T")
FACILITY = FacilityCode("1310000001")
NOW = "20250304120000000"
_MANY = 1_000
"""Large messages, more than all buffers between two sockets hold."""
FIRST_HALF = 30
"""Bytes: shorter writes are the rest of one that the disk took in part."""


def message(number: int, event: str = "ADT^A08^ADT_A01", patient: str = "0000700007") -> bytes:
    """An invented message with its own control id."""
    return encode(
        f"MSH|^~\\&|KARTE9|HOSP|GW|RCV|20250303091500.{number % 1000:03}||{event}|C{number}|P|2.5"
        "||||||~ISO IR87\r"
        "EVN||20250303091500\r"
        f"PID|0001||{patient}^^^^PI||期日^五郎^^^^^L^I||19581103|M\r"
        "PV1||O\r"
    )


def framed(content: bytes) -> bytes:
    return START + content + END


async def _talk(port: int, sent: Sequence[bytes], answers: int) -> list[bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = []
    for piece in sent:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    for _ in range(answers):
        frame = await asyncio.wait_for(reader.readuntil(END), 10)
        got.append(frame.removeprefix(START).removesuffix(END))
    writer.close()
    return got


async def _silence(port: int, content: bytes) -> bytes:
    """Send, and return what comes until the listener hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = b""
    with suppress(ConnectionResetError):
        writer.write(content)
        got = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return got


def _listening(
    keep: Keep,
    talk: Callable[[int], Awaitable[T]],
    allowed: Sequence[ipaddress.IPv4Network] = (),
    limits: Limits = Limits(),  # noqa: B008  immutable
    failed: Callable[[BaseException], None] = lambda _: None,
) -> T:
    async def run() -> T:
        listener = Listener(keep, allowed=allowed, limits=limits, failed=failed)
        port = await listener.start("127.0.0.1", 0)
        try:
            return await talk(port)
        finally:
            await listener.stop()

    return looping.run(run())


def _fields(answer: bytes) -> dict[str, list[str]]:
    return {line.split("|")[0]: line.split("|") for line in answer.decode("ascii").rstrip("\r").split("\r")}


def test_what_is_acknowledged_stands_in_the_log_byte_for_byte(tmp_path: Path) -> None:
    sent = [message(number) for number in range(40)]
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW)

    async def talk(port: int) -> list[list[bytes]]:
        quarters = (sent[:10], sent[10:20], sent[20:30], sent[30:])
        return await asyncio.gather(*(_talk(port, list(map(framed, part)), 10) for part in quarters))

    answers = [one for part in _listening(pushed.keep, talk) for one in part]
    assert [_fields(one)["MSA"] for one in answers] == [["MSA", "AA", f"C{number}"] for number in range(40)]
    pushed.close()
    kept = [record.body for record in read_after(tmp_path, settled_before_ns=2**62)]
    assert sorted(kept) == sorted(sent)


def test_a_frame_may_come_in_pieces_and_two_in_one(tmp_path: Path) -> None:
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW)
    stream = b"noise" + framed(message(1)) + framed(message(2))
    pieces = [stream[at : at + 7] for at in range(5, len(stream), 7)]
    answers = _listening(pushed.keep, lambda port: _talk(port, pieces, 2))
    assert [_fields(one)["MSA"][1:] for one in answers] == [["AA", "C1"], ["AA", "C2"]]


def test_nothing_is_acknowledged_before_the_flush(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order of flush and answer, seen from the writer: at the flush no answer was made."""
    seen: list[str] = []
    flush = TransactionWriter.sync

    def noted(self: TransactionWriter) -> None:
        flush(self)
        seen.append("flushed")

    monkeypatch.setattr(TransactionWriter, "sync", noted)
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW)

    def keep(messages: Sequence[bytes], callers: Sequence[str]) -> list[bytes]:
        answers = pushed.keep(messages, callers)
        seen.append("answered")
        return answers

    _listening(keep, lambda port: _talk(port, [framed(message(1))], 1))
    assert seen == ["flushed", "answered"]


def test_a_failed_flush_ends_the_listener_without_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(descriptor))

    monkeypatch.setattr(os, "fdatasync", broken)
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW)
    told: list[BaseException] = []

    async def talk(port: int) -> bytes:
        got = await _silence(port, framed(message(1)))
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        return got

    assert _listening(pushed.keep, talk, failed=told.append) == b""
    assert [type(one) for one in told] == [OSError]


def test_a_message_that_cannot_be_filed_is_refused_laid_aside_and_stops_nothing(tmp_path: Path) -> None:
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW)
    bad = message(2, event="ZZZ^Z99^ZZZ")
    answers = _listening(
        pushed.keep,
        lambda port: _talk(
            port, [framed(message(1)), framed(bad), framed(b"\xff\xfe"), framed(message(3))], 4
        ),
    )
    assert [_fields(one)["MSA"][1] for one in answers] == ["AA", "AR", "AR", "AA"]
    assert _fields(answers[1])["ERR"][8].startswith("MSH-B")
    laid_aside = sorted(path.read_bytes() for path in (tmp_path / REFUSED).iterdir())
    assert laid_aside == sorted([bad, b"\xff\xfe"])
    pushed.close()
    assert len(list(read_after(tmp_path, settled_before_ns=2**62))) == 2


def test_a_full_disk_is_told_and_what_was_kept_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW)
    assert b"|AA|" in pushed.keep([message(1)])[0]
    write = os.write

    def half(descriptor: int, content: bytes) -> int:
        if len(content) < FIRST_HALF:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, content[:-20])

    monkeypatch.setattr(os, "write", half)
    assert b"|AE|C2" in pushed.keep([message(2)])[0]
    monkeypatch.setattr(os, "write", write)
    assert b"|AA|C2" in pushed.keep([message(2)])[0]
    pushed.close()
    assert [record.body for record in read_after(tmp_path, settled_before_ns=2**62)] == [
        message(1),
        message(2),
    ]


def test_what_is_acknowledged_was_flushed_though_the_disk_became_full_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW)
    write, sync = os.write, os.fdatasync
    written, flushed = [], []

    def third_fails(descriptor: int, content: bytes) -> int:
        written.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        if len(written) in {3, 4}:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, content)

    def noted(descriptor: int) -> None:
        flushed.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    monkeypatch.setattr(os, "write", third_fails)
    monkeypatch.setattr(os, "fdatasync", noted)
    answers = pushed.keep([message(number) for number in range(1, 6)])
    assert [_fields(one)["MSA"][1] for one in answers] == ["AA", "AA", "AE", "AE", "AA"]
    assert {*written[:2], written[4]} <= set(flushed)
    # The file in which there was room for nothing is gone again.
    assert {str(path) for path in tmp_path.rglob("*.DAT")} == {written[0], written[4]}
    pushed.close()
    assert [one.body for one in read_after(tmp_path, settled_before_ns=2**62)] == [
        message(number) for number in (1, 2, 5)
    ]


def test_callers_from_elsewhere_too_long_and_too_slow_are_hung_up_on(tmp_path: Path) -> None:
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW)

    elsewhere = [ipaddress.IPv4Network("192.0.2.0/24")]
    assert _listening(pushed.keep, lambda port: _silence(port, framed(message(1))), allowed=elsewhere) == b""
    short = Limits(message=1_000, patience=0.2)
    assert _listening(pushed.keep, lambda port: _silence(port, START + b"x" * 2_000), limits=short) == b""
    assert _listening(pushed.keep, lambda port: _silence(port, START + b"MSH|"), limits=short) == b""
    pushed.close()
    assert files(tmp_path) == []


def test_a_caller_that_hangs_up_before_the_answer_hurts_nobody(tmp_path: Path) -> None:
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW)

    async def talk(port: int) -> list[bytes]:
        with socket.create_connection(("127.0.0.1", port)) as rude:
            rude.sendall(framed(message(1)))
        return await _talk(port, [framed(message(2))], 1)

    assert b"|AA|C2" in _listening(pushed.keep, talk)[0]


async def _until_hung_up(reader: asyncio.StreamReader) -> bytes:
    with suppress(ConnectionResetError):
        return await asyncio.wait_for(reader.read(), 10)
    return b""


def _echo(messages: Sequence[bytes], _: Sequence[str]) -> list[bytes]:
    return [b"ACK"] * len(messages)


def test_a_frame_that_trickles_is_measured_from_its_first_byte() -> None:
    async def talk(port: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(START)
        sent = 0
        ended = asyncio.create_task(_until_hung_up(reader))
        while not ended.done() and sent < 200:
            with suppress(ConnectionResetError):
                writer.write(b"x")
                await writer.drain()
            sent += 1
            await asyncio.sleep(0.05)
        writer.close()
        return sent

    assert _listening(_echo, talk, limits=Limits(patience=0.4)) < 200


def test_a_caller_that_says_nothing_is_hung_up_on_and_one_that_speaks_is_not() -> None:
    async def talk(port: int) -> tuple[bytes, bytes]:
        silent, silent_writer = await asyncio.open_connection("127.0.0.1", port)
        speaking, writer = await asyncio.open_connection("127.0.0.1", port)
        ended = asyncio.create_task(_until_hung_up(silent))
        while not ended.done():
            writer.write(framed(message(1)))
            assert await asyncio.wait_for(speaking.readuntil(END), 10) == framed(b"ACK")
            await asyncio.sleep(0.02)
        writer.write(framed(message(2)))
        last = await asyncio.wait_for(speaking.readuntil(END), 10)
        writer.close()
        silent_writer.close()
        return ended.result(), last

    assert _listening(_echo, talk, limits=Limits(idle=0.5)) == (b"", framed(b"ACK"))


def test_one_address_does_not_take_every_line() -> None:
    async def talk(port: int) -> tuple[bytes, list[bytes]]:
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        await asyncio.sleep(0)
        refused = await _silence(port, framed(message(1)))
        for _, writer in lines:
            writer.close()
            await writer.wait_closed()
        while True:  # the listener hears of it a moment later
            if answer := await _silence_after_one(port):
                return refused, [answer]

    async def _silence_after_one(port: int) -> bytes:
        with suppress(asyncio.IncompleteReadError, ConnectionResetError):
            return (await _talk(port, [framed(message(2))], 1))[0]
        return b""

    assert _listening(_echo, talk, limits=Limits(of_one_caller=2)) == (b"", [b"ACK"])


def test_what_all_callers_hold_together_is_bounded() -> None:
    async def talk(port: int) -> tuple[bytes, bytes]:
        first, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(START + b"x" * 700)
        await writer.drain()
        await asyncio.sleep(0.1)
        refused = await _silence(port, START + b"x" * 700)
        writer.write(END)
        answer = await asyncio.wait_for(first.readuntil(END), 10)
        writer.close()
        return refused, answer

    assert _listening(_echo, talk, limits=Limits(held=1_000)) == (b"", framed(b"ACK"))


def test_a_caller_that_takes_no_answers_is_not_read_on() -> None:
    async def talk(port: int) -> int:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        sent = 0
        with suppress(TimeoutError, ConnectionError):
            while sent < _MANY:
                writer.write(framed(b"x" * 65_536))
                await asyncio.wait_for(writer.drain(), 0.5)
                sent += 1
        writer.transport.abort()
        return sent

    assert _listening(lambda messages, _: [b"x" * 65_536] * len(messages), talk) < _MANY


@pytest.mark.parametrize(
    ("sender", "answer"),
    [
        (("127.0.0.1/32", "KARTE9", "HOSP"), "AA"),
        (("127.0.0.1/32", "", ""), "AA"),
        (("127.0.0.1/32", "KARTE9", "OTHER"), "AR"),
        (("127.0.0.1/32", "EVIL", ""), "AR"),
        (("192.0.2.0/24", "KARTE9", "HOSP"), "AR"),
    ],
)
def test_a_message_is_taken_only_of_its_sender_from_where_that_calls(
    tmp_path: Path, sender: tuple[str, str, str], answer: str
) -> None:
    network, application, facility = sender
    named = [Sender(ipaddress.IPv4Network(network), application, facility)]
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW, senders=named)
    (said,) = _listening(pushed.keep, lambda port: _talk(port, [framed(message(1))], 1))
    assert _fields(said)["MSA"][1] == answer
    pushed.close()
    assert len(list(read_after(tmp_path, settled_before_ns=2**62))) == (answer == "AA")


def test_who_names_senders_takes_nothing_of_nobody(tmp_path: Path) -> None:
    everywhere = [Sender(ipaddress.IPv4Network("0.0.0.0/0"))]
    pushed = PushedMessages(tmp_path, FACILITY, lambda: NOW, senders=everywhere)
    assert b"|AR|" in pushed.keep([message(1)])[0]
