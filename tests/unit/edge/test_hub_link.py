"""What the hub answers is read within bounds, and only where it follows its form."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hie.edge import hub_link
from hie.edge.hub_link import HubLink, NumberPassed, PolicyMoved, Receipts
from hie.exchange.feeds.parcels import Batch
from hie.exchange.gate.policy import Policy, read_policy, written
from hie.record.errors import Invalid, Unavailable
from tests.edges import HandClock, enrolled
from tests.storages import HOSPITAL

MEBIBYTE = 1024 * 1024
EMPTY = Policy(7, 1, HOSPITAL, {})
BATCH = Batch(1, 1, ())


def _link(folder: Path, answer: Callable[[httpx.Request], httpx.Response]) -> HubLink:
    return HubLink(enrolled(folder, HandClock()), folder, httpx.MockTransport(answer))


def _says(folder: Path, status: int, content: Any) -> HubLink:
    return _link(folder, lambda _: httpx.Response(status, json=content))


class _Endless(httpx.SyncByteStream):
    """Goes on for ever; counts what was taken of it."""

    taken = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.taken += 1
            yield b" " * MEBIBYTE


ASKED: list[Callable[[HubLink], object]] = [
    lambda link: link.policy(-1, 0),
    lambda link: link.send(BATCH, ()),
    lambda link: link.report({}),
    lambda link: link.renew("request"),
    lambda link: link.answer("task", "done"),
]


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize("status", [200, 409, 500])
def test_an_answer_without_an_end_is_not_read_to_it(
    tmp_path: Path, ask: Callable[[HubLink], object], status: int
) -> None:
    body = _Endless()
    with _link(tmp_path, lambda _: httpx.Response(status, stream=body)) as link, pytest.raises(Invalid):
        ask(link)
    assert body.taken <= hub_link.LIST_MOST // MEBIBYTE + 1


def test_little_that_unfolds_to_much_is_not_unfolded(tmp_path: Path) -> None:
    folding = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(folding.compress(b" " * MEBIBYTE) for _ in range(400)) + folding.flush()
    headers = {"content-encoding": "gzip"}
    with _link(
        tmp_path, lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(bomb))
    ) as link:
        tracemalloc.start()
        with pytest.raises(Invalid):
            link.policy(-1, 0)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 4 * hub_link.LIST_MOST


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_an_encoding_that_nobody_asked_for_is_refused(tmp_path: Path, encoding: str) -> None:
    headers = {"content-encoding": encoding}
    stream = httpx.ByteStream(b"x")
    link = _link(tmp_path, lambda _: httpx.Response(200, headers=headers, stream=stream))
    with link, pytest.raises(Invalid):
        link.policy(-1, 0)


def test_a_consent_list_may_be_folded_and_other_answers_are_asked_for_as_they_are(tmp_path: Path) -> None:
    asked: list[str] = []
    content = gzip.compress(written(EMPTY))

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["accept-encoding"])
        if request.url.path.endswith("policy"):
            return httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(content))
        return httpx.Response(200, json={"at": 5, "tasks": []})

    with _link(tmp_path, answer) as link:
        assert link.policy(-1, 0) == read_policy(written(EMPTY))
        assert link.report({}).at == 5
    assert asked == ["gzip", "identity"]


def test_a_folded_list_that_is_cut_off_is_no_list(tmp_path: Path) -> None:
    stream = httpx.ByteStream(gzip.compress(written(EMPTY))[:-9])
    headers = {"content-encoding": "gzip"}
    link = _link(tmp_path, lambda _: httpx.Response(200, headers=headers, stream=stream))
    with link, pytest.raises(Invalid):
        link.policy(-1, 0)


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (200, []),
        (200, {}),
        (200, None),
        (200, {"receipts": None}),
        (200, {"receipts": 5}),
        (200, {"receipts": [[]]}),
        (409, []),
        (409, {}),
        (409, {"reason": "number"}),
        (409, {"reason": "number", "number": "x"}),
        (409, {"reason": "number", "number": None}),
        (409, {"reason": "policy"}),
        (409, {"reason": "policy", "position": [1]}),
    ],
)
def test_a_word_on_a_batch_follows_its_form(tmp_path: Path, status: int, content: object) -> None:
    with _says(tmp_path, status, content) as link, pytest.raises(Invalid):
        link.send(BATCH, ())


def test_what_follows_its_form_is_understood(tmp_path: Path) -> None:
    for status, content, meant in (
        (200, {"receipts": []}, Receipts([])),
        (409, {"reason": "policy", "position": 4}, PolicyMoved(4)),
        (409, {"reason": "number", "number": 9}, NumberPassed(9)),
    ):
        with _says(tmp_path, status, content) as link:
            assert link.send(BATCH, ()) == meant


@pytest.mark.parametrize(
    "content",
    [
        *({}, [], {"at": "x", "tasks": []}, {"at": 1, "tasks": 5}, {"at": 1, "tasks": [5]}, {"at": 1}),
        *({"at": 1, "tasks": [{"id": "1", "kind": "replay"}]},),
        *({"at": 1, "tasks": [{"id": "1", "kind": "replay", "body": "text"}]},),
    ],
)
def test_an_answer_to_a_report_follows_its_form(tmp_path: Path, content: object) -> None:
    with _says(tmp_path, 200, content) as link, pytest.raises(Invalid):
        link.report({})


@pytest.mark.parametrize(
    "content", [{}, [], {"certificate": "x"}, {"certificate": "x", "authority": "y", "epoch": None}]
)
def test_a_certificate_comes_in_its_form(tmp_path: Path, content: object) -> None:
    with _says(tmp_path, 200, content) as link, pytest.raises(Invalid):
        link.renew("request")


def test_a_hub_in_trouble_is_not_available(tmp_path: Path) -> None:
    with _says(tmp_path, 502, {}) as link, pytest.raises(Unavailable):
        link.report({})
