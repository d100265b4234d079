"""What stands before every route: from where, with how much, by whom and how freshly confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from hie.exchange.gate.declared import CONFIRMED_FOR, KILOBYTE, STATUS_OF, About, Refusal, declares
from hie.hub.bodies import MOST_DEPTH, MOST_FIELDS, Patience, depth
from hie.hub.entrance import Door, enclosed, requesting_role
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester, Role
from tests import looping

NOW = 1_716_170_400_000
Handler = Callable[[Request], Awaitable[Response]]
TOKEN = "a-token-of-the-session"
OURS = {"sec-fetch-site": "same-origin"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
DOCTORS = frozenset({Role.DOCTOR})
FILES = (
    '--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{}\r\n--b\r\n'
    'Content-Disposition: form-data; name="scan"; filename="x"\r\n\r\n{}\r\n--b--\r\n'
)
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}


class Seen(NamedTuple):
    """A session as the entrance reads it."""

    csrf_token: str = TOKEN
    opened_at: int = NOW
    confirmed_at: int = NOW


JUST_NOW = Seen()


class Standing:
    """A `Clock` that stands still."""

    def now(self) -> int:
        """Return the moment."""
        return NOW

    def new_id(self) -> str:
        """Return an identifier."""
        return "0" * 32


async def shown(request: Request) -> Response:
    """Say what arrived."""
    if request.method != "POST":
        return JSONResponse({})
    async with request.form() as form:
        found = {name: value if isinstance(value, str) else value.size for name, value in form.items()}
    return JSONResponse(found)


def one(endpoint: Handler, *declared: Any, **more: Any) -> Handler:
    """Declare a copy of an endpoint, as every route has one of its own."""

    async def its_own(request: Request) -> Response:
        return await endpoint(request)

    return declares(*declared, **more)(its_own)


async def raw(request: Request) -> Response:
    """Say how much arrived."""
    size = 0
    async for piece in request.stream():
        size += len(piece)
    return PlainTextResponse(str(size))


def told(request: Request, refusal: Refusal, back: str) -> Response:
    """Answer a refusal with its name and the way back."""
    del request
    return PlainTextResponse(f"{refusal} {back}", STATUS_OF[refusal])


ROUTES: list[BaseRoute] = [
    Route("/thing/{name}", one(shown, DOCTORS, About.PATIENT), methods=["GET"]),
    Route("/thing/{name}/change", one(shown, DOCTORS, About.PATIENT), methods=["POST"]),
    Route("/thing/{name}/sure", one(raw, DOCTORS, About.PATIENT, fresh=True), methods=["GET", "POST"]),
    Route("/scan", one(shown, DOCTORS, About.DECISIONS, most_bytes=256 * KILOBYTE), methods=["POST"]),
    Route("/sign-in", one(raw, None, About.NOTHING), methods=["GET", "POST"]),
]


class Asking:
    """Asks the routes in this process, as somebody in a role or as a stranger."""

    def __init__(self, role: Role | None = Role.DOCTOR, session: Seen = JUST_NOW) -> None:
        """Ask in `role`; without one nobody is signed in."""
        door = Door(told, requesting_role, patience=Patience(0.2, 0.5))
        self._app = Starlette(routes=enclosed(ROUTES, door, Standing()))
        asker = Requester("u", "n", FacilityCode("1319900003"), role) if role else None
        self._state = {"requester": asker, "session": session if role else None}

    async def _as_known(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["state"] = dict(self._state)
        await self._app(scope, receive, send)

    def __call__(self, method: str, path: str, **given: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._as_known)
            async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
                return await client.request(method, path, **given)

        return looping.run(asked())

    def post(self, path: str, content: str, **headers: str) -> httpx.Response:
        """Send a form from a page of ours."""
        return self("POST", path, content=content, headers=OURS | FORM | headers)


@pytest.fixture
def doctor() -> Asking:
    """A doctor who has just confirmed who they are."""
    return Asking()


@pytest.fixture
def stranger() -> Asking:
    """Nobody."""
    return Asking(None)


def test_a_form_of_ours_comes_in_whole(doctor: Asking) -> None:
    answer = doctor.post("/thing/a/change", f"words=%E8%A9%A6&csrf_token={TOKEN}")
    assert (answer.status_code, answer.json()) == (200, {"words": "試", "csrf_token": TOKEN})
    answer = doctor.post("/thing/a/change", "words=x", **{"x-csrf-token": TOKEN})
    assert answer.json() == {"words": "x"}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://elsewhere"},
        {"origin": "null"},
        {},
    ],
)
@pytest.mark.parametrize("path", ["/thing/a/change", "/sign-in", "/scan"])
def test_what_another_page_sends_is_not_taken(doctor: Asking, path: str, headers: dict[str, str]) -> None:
    answer = doctor("POST", path, content=f"csrf_token={TOKEN}", headers=FORM | headers)
    assert (answer.status_code, answer.text.split()[0]) == (403, "forged")
    assert answer.headers["connection"] == "close"


def test_an_older_browser_shows_its_origin(doctor: Asking) -> None:
    headers = FORM | {"origin": "http://hub"}
    assert (
        doctor("POST", "/thing/a/change", content=f"csrf_token={TOKEN}", headers=headers).status_code == 200
    )


@pytest.mark.parametrize(
    "content", ["", "csrf_token=", "csrf_token=other", f"token={TOKEN}", f"x=1;csrf_token={TOKEN}"]
)
def test_a_form_without_the_token_is_not_taken(doctor: Asking, content: str) -> None:
    assert doctor.post("/thing/a/change", content).status_code == 403
    assert doctor.post("/thing/a/change", content, **{"x-csrf-token": "other"}).status_code == 403
    assert doctor("POST", "/thing/a/change", content=content, headers=OURS).status_code == 403


def test_a_form_with_files_bears_its_token_first(doctor: Asking) -> None:
    answer = doctor("POST", "/scan", content=FILES.format(TOKEN, "x" * 100_000), headers=OURS | MULTIPART)
    assert answer.json() == {"csrf_token": TOKEN, "scan": 100_000}
    for content in (
        FILES.format("other", "x"),
        FILES.format("", TOKEN),
        FILES.format(TOKEN, "x").replace("csrf_token", "other"),
        f"preamble\r\n{FILES.format(TOKEN, 'x')}",
    ):
        assert doctor("POST", "/scan", content=content, headers=OURS | MULTIPART).status_code == 403


def test_a_body_that_is_too_large_is_refused_unread(doctor: Asking) -> None:
    large = "x" * (65 * KILOBYTE)
    assert doctor.post("/thing/a/change", f"csrf_token={TOKEN}&w={large}").status_code == 413
    assert doctor("POST", "/sign-in", content=large, headers=OURS).status_code == 413
    scan = FILES.format(TOKEN, "x" * 257 * KILOBYTE)
    assert doctor("POST", "/scan", content=scan, headers=OURS | MULTIPART).status_code == 413


@pytest.mark.parametrize("stated", ["-1", "1e3", "9" * 20, "x"])
def test_a_length_that_is_no_number_is_malformed(doctor: Asking, stated: str) -> None:
    assert doctor.post("/thing/a/change", "x", **{"content-length": stated}).status_code == 400


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("content-type", ("application/json", "application/x-www-form-urlencoded")),
        ("content-length", ("3", "4")),
        ("sec-fetch-site", ("cross-site", "same-origin")),
        ("x-csrf-token", ("other", TOKEN)),
    ],
)
def test_a_header_that_stands_twice_is_malformed(doctor: Asking, name: str, values: tuple[str, str]) -> None:
    usual = OURS | FORM | {"x-csrf-token": TOKEN}
    headers = [(one, value) for one, value in usual.items() if one != name]
    answer = doctor(
        "POST", "/thing/a/change", content="x=1", headers=[*headers, *((name, value) for value in values)]
    )
    assert answer.status_code == 400


def _pieces(text: str, count: int) -> AsyncIterator[bytes]:
    async def come() -> AsyncIterator[bytes]:
        for _ in range(count):
            yield text.encode()

    return come()


def test_a_body_of_unsaid_length_is_cut_where_it_becomes_too_large(doctor: Asking) -> None:
    headers = OURS | FORM
    for path in ("/thing/a/change", "/sign-in"):
        answer = doctor("POST", path, content=_pieces("x" * KILOBYTE, 200), headers=headers)
        assert answer.status_code == 413, path
    scan = FILES.format(TOKEN, "x" * KILOBYTE).partition("\r\n--b--")[0]
    assert doctor("POST", "/scan", content=_pieces(scan, 400), headers=OURS | MULTIPART).status_code == 413


def test_a_body_that_does_not_come_is_not_waited_for(doctor: Asking) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"csrf_"
        await asyncio.sleep(5)

    assert doctor("POST", "/thing/a/change", content=slowly(), headers=OURS | FORM).status_code == 408


def test_a_form_of_too_many_fields_is_malformed(doctor: Asking) -> None:
    fields = "&".join(["a"] * MOST_FIELDS)
    assert doctor.post("/thing/a/change", f"csrf_token={TOKEN}&{fields}").status_code == 400
    assert doctor.post("/sign-in", f"b&{fields}").status_code == 400


def test_json_that_is_too_deep_is_malformed(doctor: Asking) -> None:
    headers = OURS | {"content-type": "application/json; charset=utf-8"}
    for levels, status in ((MOST_DEPTH, 200), (MOST_DEPTH + 1, 400), (20_000, 400)):
        assert doctor("POST", "/sign-in", content="[" * levels, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        *((b"", 0), (b"[]", 1), (b"]]][", 0), (b'{"a":[{}]}', 3), (b'"[[["', 0)),
        *((b'["[[[', 1), (b'["[\x5c', 1), (b'["\x5c"[[", {}]', 2)),
    ],
)
def test_brackets_in_texts_are_no_depth(text: bytes, levels: int) -> None:
    assert depth(text) == levels


QUOTE, SLASH = b'"', b"\x5c"


@pytest.mark.parametrize(
    "text",
    [
        QUOTE + (SLASH + QUOTE) * 500_000,
        QUOTE * 1_000_001,
        b"[" * 1_000_000,
        SLASH * 1_000_000,
        QUOTE + (SLASH + b"u") * 500_000,
    ],
    ids=["escaped quotes", "quotes", "brackets", "slashes", "escapes"],
)
def test_a_megabyte_of_anything_is_looked_at_once(text: bytes) -> None:
    assert depth(text) in {0, len(text)}  # its square would be hours


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", "/thing/a"), ("HEAD", "/thing/a"), ("GET", "/thing/a/sure"), ("POST", "/thing/a/change")),
        *(("PUT", "/thing/a"), ("OPTIONS", "/scan"), ("POST", "/scan"), ("GET", "/thing/a/change")),
    ],
)
def test_a_stranger_learns_only_that_one_signs_in(stranger: Asking, method: str, path: str) -> None:
    large = "x" * (1024 * KILOBYTE) if method not in {"GET", "HEAD"} else ""
    answer = stranger(method, path, content=large, headers=OURS)
    assert answer.status_code == 401
    assert answer.text.split()[:1] == (["sign-in"] if method != "HEAD" else [])


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("path", ["/thing/a", "/thing/a/change", "/thing/a/sure", "/scan"])
def test_to_a_role_that_it_is_not_for_a_route_is_as_absent(method: str, path: str) -> None:
    clerk = Asking(Role.CLERK, Seen(confirmed_at=0))
    answer, absent = (clerk(method, where, headers=OURS) for where in (path, "/nowhere"))
    assert (answer.status_code, answer.content) == (404, absent.content)
    assert dict(answer.headers) == dict(absent.headers)


def test_head_is_asked_as_get_is(doctor: Asking) -> None:
    head, get = doctor("HEAD", "/thing/a"), doctor("GET", "/thing/a")
    assert head.status_code == 200
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_not_there(doctor: Asking, method: str) -> None:
    answer = doctor(method, "/thing/a", headers=OURS)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.fixture(params=[CONFIRMED_FOR, CONFIRMED_FOR + 1, -1])
def long_ago(request: pytest.FixtureRequest) -> Asking:
    """A doctor whose confirmation is too old, or of the future."""
    return Asking(session=Seen(confirmed_at=NOW - int(request.param)))


def test_who_confirmed_too_long_ago_confirms_again_and_comes_back(long_ago: Asking) -> None:
    asked = long_ago("GET", "/thing/a/sure?why=x")
    assert (asked.status_code, asked.text) == (403, "confirm /thing/a/sure?why=x")
    assert long_ago.post("/thing/a/sure", f"csrf_token={TOKEN}").text == "confirm /thing/a/sure"
    assert long_ago("GET", "/thing/a").status_code == 200
    last = Asking(session=Seen(confirmed_at=NOW - CONFIRMED_FOR + 1))
    assert last("GET", "/thing/a/sure").status_code == 200


def test_what_waits_for_a_confirmation_is_read_to_its_end_before_the_answer(long_ago: Asking) -> None:
    given = []

    async def come() -> AsyncIterator[bytes]:
        for piece in [FILES.format(TOKEN, "x" * 5 * KILOBYTE), *["y" * KILOBYTE] * 20]:
            given.append(len(piece))
            yield piece.encode()

    answer = long_ago("POST", "/thing/a/sure", content=come(), headers=OURS | MULTIPART)
    assert (answer.status_code, answer.text, len(given)) == (403, "confirm /thing/a/sure", 21)
    endless = _pieces(FILES.format(TOKEN, "x" * KILOBYTE), 400)
    answer = long_ago("POST", "/thing/a/sure", content=endless, headers=OURS | MULTIPART)
    assert answer.status_code == 413


def test_an_endpoint_declares_itself_once() -> None:
    declared = one(raw, None, About.NOTHING)
    with pytest.raises(TypeError, match="once"):
        declares(DOCTORS, About.NOTHING)(declared)


def test_a_form_leads_back_to_the_page_it_stood_on() -> None:
    routes: list[BaseRoute] = [
        Route("/thing/{name}", one(shown, DOCTORS, About.PATIENT)),
        Route("/thing/{name}/do/it", one(shown, DOCTORS, About.PATIENT, fresh=True), methods=["POST"]),
    ]
    asking = Asking(session=Seen(confirmed_at=0))
    asking._app = Starlette(routes=enclosed(routes, Door(told, requesting_role), Standing()))  # noqa: SLF001
    assert asking.post("/thing/a/do/it", f"csrf_token={TOKEN}").text == "confirm /thing/a"
