"""A hundred texts that act where they are not escaped, in every field: nothing is ever executed (T-11).

The browser is told to disregard our content policy: what is tried is the escaping alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from hie.exchange.gate.declared import About
from hie.exchange.ports import Account, Device, Session
from hie.exchange.signing.browsers import token_hash
from hie.hub.app import application
from hie.hub.entrance import guarded
from hie.record.clinical import Record
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind, HumanName
from hie.record.requester import Role
from tests import looping
from tests.build import stories
from tests.build.canaries import marked
from tests.build.hostile import PAYLOADS
from tests.build.papers import SUMMARY, clinical_document, lay, picture
from tests.build.served import served
from tests.build.world import CENTRAL, CLINIC, FACILITIES, HARBOUR, TODAY, Somebody, World
from tests.web.matrix.asking import Answer, ask

HOUR = 3_600_000
ALLOWED_SOURCES = ("/static/",)
NEVER = {
    *("iframe", "object", "embed", "base", "style", "marquee", "math", "audio", "video"),
    *("xss", "animate", "body onload"),
}
NAMED = ("", "/results", "/medications", "/documents", "/images", "/search")
"""How the addresses of pages end that must be among those that are tried."""
SEARCHED = 4
"""Of so many patients one is searched in the browser; the text of every search is looked at besides."""
STRONG = "\"'><script>fired(1)</script><img src=x onerror=fired(1)>"
USERS = {
    "hamada": (CLINIC, Role.DOCTOR),
    "office": (CLINIC, Role.SECRETARIAT),
    "liaison": (CENTRAL, Role.LIAISON),
}


class HostileWorld(World):
    """Files documents whose every text is a payload; whose, says the patient's number."""

    def file(
        self,
        facility: FacilityCode,
        whose: Somebody,
        kind: str,
        records: Sequence[Record],
        at: str = "20240510",
    ) -> None:
        """Write a document."""
        word = PAYLOADS[int(whose.patient.id[1:])]
        super().file(facility, whose, kind, [marked(one, word) for one in records], at)


class Hostile(NamedTuple):
    """The region, served in this process and on a port."""

    app: FastAPI
    address: str
    entries: Mapping[str, str]
    """Numbers of all documents as an address names them, by patient."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """One patient for each payload; facilities and users bear one, too."""
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HIE_DATABASE_URL", "memory://")
        patch.setenv("HIE_OBJECTS_URL", "memory://")
        world = HostileWorld(folder)
        patients = tuple(_patient(world, number) for number in range(len(PAYLOADS)))
        for facility in (CENTRAL, HARBOUR):
            world.feed(facility)
        world.feed(CENTRAL, folder / "extended")
    with world.store.work() as work:
        for place in FACILITIES:
            work.directory.add(place._replace(name=f"{STRONG}{place.name}", short_name=STRONG))
        work.directory.add(Facility(FacilityCode("1319900021"), STRONG, FacilityKind.CLINIC, STRONG, 6))
        for login, (code, role) in USERS.items():
            work.accounts.add(Account(login, login, STRONG, code, role, "x" * 20, attested_at=TODAY))
            work.devices.keep(Device(login, token_hash(f"browser {login}"), STRONG, TODAY, TODAY))
            work.sessions.open(
                Session(
                    *(token_hash(login), login, code, role, login, f"form {login}", TODAY, TODAY),
                    expires_at=TODAY + HOUR,
                    confirmed_at=TODAY,
                    assurance=2,
                )
            )
    app = application(world.hub())
    entries = {patient: _entries(app, patient) for patient in patients}
    with served(app) as address:
        yield Hostile(app, address, entries)


def _patient(world: HostileWorld, number: int) -> str:
    word, value = PAYLOADS[number], f"{number:010d}"
    builder = world.a_patient(f"R{number:09d}")
    name = HumanName(word, word, f"シケン{word}", "ハナコ")
    builder = type(builder)(world, builder.id, name).linked(CENTRAL, value).linked(HARBOUR, f"5{number:04d}")
    somebody = builder.linked(CLINIC, f"7{number:04d}").consenting().there()
    stories.central(world, somebody)
    stories.harbour(world, somebody)
    _document(world.folder / "extended", value, word)
    return somebody.patient.id


def _document(root: Path, value: str, word: str) -> None:
    written = "".join(f"&#{ord(sign)};" for sign in word if sign.isprintable())
    body = clinical_document(
        f"<paragraph>{written}</paragraph>", title=written, code="18842-5", patient=value
    )
    lay(root, {"main_document.xml": body, "写真.png": picture()}, SUMMARY, patient=value)


class _Suspicious(HTMLParser):
    """Collects what no template of ours writes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag and its attributes."""
        given: Mapping[str, str] = {name: value or "" for name, value in attrs}
        if tag in NEVER or (tag == "script" and not given.get("src", "").startswith(ALLOWED_SOURCES)):
            self.found.append(f"<{tag}>")
        if tag == "meta" and "http-equiv" in given:
            self.found.append("<meta http-equiv>")
        for name, value in given.items():
            acts = name in {"href", "src", "action", "formaction", "data"} and ":" in value.partition("/")[0]
            if name.startswith("on") or name == "style" or acts:
                self.found.append(f"<{tag} {name}={value[:40]}>")


def test_what_is_looked_for_and_found_is_text(hostile: Hostile) -> None:
    async def everything() -> list[str]:
        wrong, marks = [], 0
        for patient, word in zip(hostile.entries, PAYLOADS, strict=True):
            path = f"/patients/{patient}/search"
            for asked in ("fired", word[:100], word[:8]):
                for fields in ({"words": asked}, {"pick": urlencode({"words": asked, "kind": word})}):
                    answer = await ask(hostile.app, "POST", path, "hamada", fields)
                    assert answer.status == 200, path
                    wrong += [f"{path}: {one}" for one in _suspicious(answer)]
                    marks += answer.body.count(b"<mark>")
        assert marks > len(PAYLOADS), "nothing was found, so nothing was tried"
        return wrong

    assert looping.run(everything()) == []


def _suspicious(answer: Answer) -> list[str]:
    parser = _Suspicious()
    if b"html" in dict(answer.headers).get(b"content-type", b""):
        parser.feed(answer.body.decode())
    return parser.found


def _entries(app: FastAPI, patient: str) -> str:
    answer = looping.run(ask(app, "GET", f"/api/patients/{patient}/timeline", "hamada"))
    return "-".join(str(row[0]) for row in json.loads(answer.body)["rows"])


def test_there_are_a_hundred_and_none_twice() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 100
    assert all("fired" in one for one in PAYLOADS)


def _about_a_patient(hostile: Hostile) -> list[str]:
    """Name every page that shows a patient's record and needs nothing but the patient to be named."""
    return [
        route.path
        for route in guarded(hostile.app.routes)
        if "GET" in route.methods
        and route.declared.about is About.PATIENT
        and route.path.startswith("/patients/")
        and [field for _, field, *_ in Formatter().parse(route.path) if field] == ["patient"]
    ]


def test_no_page_holds_what_no_template_wrote(hostile: Hostile) -> None:
    shapes = _about_a_patient(hostile)
    assert {f"/patients/{{patient}}{ending}" for ending in NAMED} <= set(shapes)

    async def everything() -> list[str]:
        wrong = []
        for patient, numbers in hostile.entries.items():
            paths = [shape.format(patient=patient) for shape in shapes]
            paths += [f"/patients/{patient}?view=month&at=20240510", f"/patients/{patient}/results/3C015"]
            paths += [f"/patients/{patient}/entries/{numbers}"]
            for path, login in (*((one, "hamada") for one in paths), (f"/consents/{patient}", "liaison")):
                for headers in ({}, {"hx-request": "true"}):
                    answer = await ask(hostile.app, "GET", path, login, headers=headers)
                    assert answer.status == 200, path
                    wrong += [f"{path}: {one}" for one in _suspicious(answer)]
        for route in guarded(hostile.app.routes):
            if "GET" in route.methods and "{" not in route.path:
                for login in USERS:
                    answer = await ask(hostile.app, "GET", route.path, login)
                    assert answer.status < 500, route.path
                    wrong += [f"{route.path}: {one}" for one in _suspicious(answer)]
        return wrong

    assert looping.run(everything()) == []


@pytest.fixture
def page(browser: Browser, hostile: Hostile) -> Iterator[Page]:
    """A page of a browser without our policy, in which the doctor is signed in."""
    context = browser.new_context(base_url=hostile.address, bypass_csp=True)
    context.add_cookies([{"name": "hie_session", "value": "hamada", "url": hostile.address}])
    context.add_init_script(
        "window.shots = []; window.fired = (...said) => { window.shots.push(said.join()); };"
        "window.alert = window.fired;"
    )
    yield context.new_page()
    context.close()


@pytest.mark.timeout(600)
def test_nothing_is_executed(page: Page, hostile: Hostile) -> None:
    for patient, numbers in hostile.entries.items():
        for path in (f"/patients/{patient}?view=month&at=20240510", f"/patients/{patient}/entries/{numbers}"):
            page.goto(path)
            assert page.evaluate("window.shots") == [], path
        assert page.evaluate("document.title.length") > 0
        if int(patient[1:]) % SEARCHED:
            continue
        page.goto(f"/patients/{patient}/search")
        page.get_by_role("searchbox").fill("fired")
        page.keyboard.press("Enter")
        page.locator("a.paper").first.click()
        page.wait_for_selector("#leaf article")
        assert page.evaluate("window.shots") == [], f"search of {patient}"
    page.goto("/patients")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shots") == []


def test_the_browser_tells_what_is_executed(page: Page) -> None:
    page.goto("/sign-in")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=fired(1)>')")
    page.wait_for_function("window.shots.length === 1")
