"""Answers are made small where the browser can read it, and come out the same."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import httpx
import pytest
from backports.zstd import decompress as unzstd
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from hie.hub.compressing import LEAST, Compressing, chosen
from tests import looping

PAGE = "検査結果 " * 2000


def _page(request: Request) -> Response:
    return HTMLResponse(PAGE[: int(request.query_params.get("n", len(PAGE)))], headers={"etag": '"abc"'})


def _picture(request: Request) -> Response:
    del request
    return Response(bytes(9999), media_type="image/png")


def _stream(request: Request) -> Response:
    del request

    def parts() -> Iterator[bytes]:
        yield b"a" * 5000
        yield b"b" * 5000

    return StreamingResponse(parts(), media_type="text/plain")


def _piece(request: Request) -> Response:
    del request
    return Response(b"a" * 5000, 206, {"content-range": "bytes 0-4999/9000"}, media_type="text/plain")


APP = Compressing(
    Starlette(
        routes=[
            Route("/page", _page),
            Route("/picture", _picture),
            Route("/stream", _stream),
            Route("/piece", _piece),
        ]
    )
)


def _asked(path: str, accepted: str) -> tuple[httpx.Response, bytes]:
    """Return an answer and its bytes as they came over the line."""

    async def ask() -> tuple[httpx.Response, bytes]:
        transport = httpx.ASGITransport(APP)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://hub") as client,
            client.stream("GET", path, headers={"accept-encoding": accepted}) as answer,
        ):
            return answer, b"".join([piece async for piece in answer.aiter_raw()])

    return looping.run(ask())


def test_a_page_is_a_tenth_and_the_same() -> None:
    for accepted, name, unpacked in (
        ("gzip, deflate, br, zstd", "zstd", unzstd),
        ("gzip, deflate", "gzip", gzip.decompress),
    ):
        answer, raw = _asked("/page", accepted)
        assert answer.headers["content-encoding"] == name
        assert int(answer.headers["content-length"]) == len(raw) < len(PAGE.encode()) / 10
        assert unpacked(raw).decode() == PAGE
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["etag"] == 'W/"abc"'


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "zstd; q=0.0"])
def test_who_takes_neither_gets_it_as_it_is(accepted: str) -> None:
    answer, raw = _asked("/page", accepted)
    assert "content-encoding" not in answer.headers
    assert answer.headers["etag"] == '"abc"'
    assert raw.decode() == PAGE


def test_a_small_page_says_that_it_may_differ_and_is_left_alone() -> None:
    answer, raw = _asked(f"/page?n={LEAST // 4}", "gzip")
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert raw.decode() == PAGE[: LEAST // 4]


@pytest.mark.parametrize("path", ["/picture", "/stream", "/piece"])
def test_pictures_streams_and_pieces_go_as_they_are(path: str) -> None:
    answer, raw = _asked(path, "gzip, zstd")
    assert "content-encoding" not in answer.headers
    assert len(raw) in {9999, 10000, 5000}


def test_a_weight_of_nothing_is_a_refusal_and_the_better_way_is_chosen() -> None:
    assert chosen("gzip;q=1.0, zstd;q=0.5") is not None
    assert (chosen("gzip;q=1.0, zstd;q=0.5") or ("",))[0] == "zstd"
    assert (chosen("zstd;q=0, gzip") or ("",))[0] == "gzip"
    assert chosen("*") is None
