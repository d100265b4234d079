"""Every user asks every route in every way; no byte that comes back is of somebody else (T-02)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import NamedTuple, NoReturn

import pytest
from fastapi import FastAPI

from hie.hub.app import application
from hie.hub.entrance import Guarded, guarded
from hie.logs import Unrevealing
from hie.record.identifiers import FacilityCode
from tests import looping
from tests.build.canaries import ABSENT, DESKS, TOKEN, USERS, Canary, Region, tell
from tests.build.world import CENTRAL
from tests.web.matrix.asking import Answer, ask

WAYS: Mapping[str, Mapping[str, str]] = {
    "page": {},
    "fragment": {"hx-request": "true"},
    "program": {"accept": "application/json"},
    "part": {"range": "bytes=0-99"},
    "parts": {"range": "bytes=0-0,2-2,4-4", "if-range": "x"},
    "same as before": {"if-none-match": "*", "if-modified-since": "Mon, 20 May 2024 02:00:00 GMT"},
    "compressed": {"accept-encoding": "gzip, br, zstd"},
    "English": {"cookie": "hie_language=en", "accept-language": "en"},
}
FEW = ("page", "fragment", "program")
EVERYBODY = (*USERS, "")
LONG = "0" * 32


class Swept(NamedTuple):
    """The region served in this process."""

    region: Region
    app: FastAPI
    routes: tuple[Guarded, ...]
    entries: Mapping[tuple[str, str], str]
    """Numbers of a patient's documents that a user sees, as an address names them: by patient and login."""

    def numbers(self, canary: Canary, login: str) -> tuple[str, str]:
        """Give what a user sees of a patient, and all that anybody sees."""
        most = max((found for (whose, _), found in self.entries.items() if whose == canary.id), key=len)
        return self.entries.get((canary.id, login), most), most


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """The region of canaries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HIE_DATABASE_URL", "memory://")
        patch.setenv("HIE_OBJECTS_URL", "memory://")
        region = tell(tmp_path_factory.mktemp("canaries"))
    app = application(region.world.hub())
    entries: dict[tuple[str, str], str] = {}
    for canary in region.canaries:
        for login in sorted(canary.open_to):
            answer = looping.run(ask(app, "GET", f"/api/patients/{canary.id}/timeline", login))
            numbers = [str(row[0]) for row in json.loads(answer.body)["rows"]]
            entries[canary.id, login] = "-".join(numbers)
    return Swept(region, app, tuple(guarded(app.routes)), entries)


def _names(login: str, canary: Canary) -> bool:
    """Say whether somebody may see a patient's name: by the gate, at a desk, or as who proposes there."""
    facility = USERS[login][0] if login else FacilityCode("")
    return (
        login in canary.open_to
        or login in DESKS
        or (login == "clerk" and facility in canary.somebody.numbers)
    )


def _foreign(swept: Swept, login: str, answer: Answer) -> set[bytes]:
    """Return the tokens in an answer that this user may not see."""
    open_ones = [one for one in swept.region.canaries if login in one.open_to]
    named = [one for one in swept.region.canaries if _names(login, one)]
    allowed = {one.care for one in open_ones} | {one.name for one in named}
    return set(TOKEN.findall(answer.everything)) - allowed


def _paths(swept: Swept, route: Guarded, canary: Canary | None, login: str) -> Iterator[str]:
    """Fill a route's places in: about a patient if it is about one."""
    filled = dict.fromkeys(("session", "account", "invitation", "act", "complaint", "batch"), LONG)
    filled |= {"digest": LONG * 2, "page": "1", "sequence": "1", "surrogate": "1", "row": "1"}
    filled |= {
        "code": "3C015",
        "facility": CENTRAL,
        "place": "1",
        "number": "1",
        "entry": "1",
        "numbers": "1",
    }
    if canary is None:
        yield route.path.format_map(filled)
        return
    for numbers in swept.numbers(canary, login):
        yield route.path.format_map({**filled, **canary.addresses, "numbers": numbers})
        for one in numbers.split("-"):
            yield route.path.format_map(
                {**filled, **canary.addresses, **dict.fromkeys(("numbers", "number", "entry"), one)}
            )


def _asked(swept: Swept, route: Guarded, login: str) -> Iterator[str]:
    about = swept.region.canaries if "{patient}" in route.path else (None,)
    for canary in about:
        yield from dict.fromkeys(_paths(swept, route, canary, login))
    if route.path == "/pulse":
        yield from (f"/pulse?patient={canary.id}" for canary in swept.region.canaries)


def _ways(route: Guarded, path: str) -> Iterator[tuple[str, str]]:
    """Ask about a patient in all ways; about a single document, and where no patient is, in few."""
    single = "/entries/" in route.path and "-" not in path
    for way in ("page",) if single else WAYS if "{patient}" in route.path else FEW:
        yield "GET", way
        yield from (("HEAD", way),) if not single else ()


@pytest.mark.parametrize("login", EVERYBODY)
def test_nothing_that_comes_back_is_of_somebody_else(swept: Swept, login: str) -> None:
    async def everything() -> tuple[list[str], set[bytes]]:
        wrong, seen = [], set()
        for route in swept.routes:
            for path in _asked(swept, route, login) if "GET" in route.methods else ():
                for method, way in _ways(route, path):
                    answer = await ask(swept.app, method, path, login, headers=WAYS[way])
                    seen.update(TOKEN.findall(answer.everything))
                    if found := _foreign(swept, login, answer):
                        wrong.append(f"{method} {route.path} {way}: {sorted(found)}")
        return wrong, seen

    wrong, seen = looping.run(everything())
    assert wrong == []
    shown = {canary.care for canary in swept.region.canaries if login in canary.open_to}
    assert shown <= seen  # the sweep sees what is there to see


@pytest.mark.parametrize("login", EVERYBODY)
def test_no_form_answers_with_somebody_else(swept: Swept, login: str) -> None:
    closed = swept.region.canaries[4].id

    async def everything() -> list[str]:
        wrong = []
        for route in swept.routes:
            if "POST" not in route.methods or route.path in {"/sign-out", "/security/password", "/sign-in"}:
                continue
            for path in _asked(swept, route, login):
                for fields in ({}, {"words": "シケン", "number": "1", "patient": closed}):
                    answer = await ask(swept.app, "POST", path, login, fields)
                    if found := _foreign(swept, login, answer):
                        wrong.append(f"{path} {sorted(fields)}: {sorted(found)}")
        return wrong

    assert looping.run(everything()) == []


@pytest.mark.parametrize("login", EVERYBODY)
def test_what_is_forbidden_answers_as_what_is_absent(swept: Swept, login: str) -> None:
    closed = [one for one in swept.region.canaries if not _names(login, one)]
    paths = [
        (path, canary.id)
        for route in swept.routes
        if "{patient}" in route.path and "GET" in route.methods
        for canary in closed
        for path in dict.fromkeys(_paths(swept, route, canary, login))
    ]

    async def differing() -> list[str]:
        wrong = []
        for path, patient in paths:
            for way in FEW:
                there = await ask(swept.app, "GET", path, login, headers=WAYS[way])
                asked = path.replace(patient, ABSENT)
                absent = await ask(swept.app, "GET", asked, login, headers=WAYS[way])
                if _plain(there, patient) != _plain(absent, ABSENT):
                    wrong.append(f"{path} {way}: {there.status}, {absent.status}")
        return wrong

    assert looping.run(differing()) == []


def _plain(answer: Answer, patient: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Take an answer without the number that was asked for."""
    number = patient.encode()
    headers = [(name, value.replace(number, b"#")) for name, value in answer.headers]
    return answer.status, headers, answer.body.replace(number, b"#")


def test_a_defect_anywhere_shows_and_logs_nobody(swept: Swept, caplog: pytest.LogCaptureFixture) -> None:
    hub = swept.region.world.hub()

    def broken(*given: object) -> NoReturn:
        raise ValueError(str(given) + " ".join(str(one.name + one.care) for one in swept.region.canaries))

    async def broken_later(*given: object) -> NoReturn:
        broken(*given)

    services = hub.services._replace(read=broken, thumbnail=broken, timeline=broken_later)
    app = application(hub._replace(services=services))

    async def everything() -> list[Answer]:
        return [
            await ask(app, method, path, "hamada", headers=WAYS[way])
            for route in swept.routes
            if "GET" in route.methods and "{patient}" in route.path
            for path in _asked(swept, route, "hamada")
            for way in FEW
            for method in ("GET", "HEAD")
        ]

    answers = looping.run(everything())
    assert any(one.status == 500 for one in answers)
    for one in answers:
        assert not _foreign(swept, "hamada", one)
        assert one.status != 500 or not TOKEN.findall(one.everything)
    try:
        broken("as a log would be told")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    said = "\n".join(map(Unrevealing().format, caplog.records))
    assert "ValueError" in said
    assert not TOKEN.findall(said.encode())
