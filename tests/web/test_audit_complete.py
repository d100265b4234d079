"""Every byte of a patient's record that left the hub has its audit row, and a handler without one is caught.

Acceptance 5, T-21: counted at the client, in the hub's own ledger and in the trail.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import NamedTuple

import pytest

from hie.exchange.feeds.own_records import File
from hie.exchange.feeds.uploading import receive
from hie.exchange.gate.declared import About
from hie.exchange.ports import AuditEvent
from hie.exchange.trail.completeness import Reconciled, reconcile
from hie.hub.app import application
from hie.hub.entrance import guarded
from hie.hub.releasing import Ledger, Recorded
from hie.hub.wiring import Hub
from hie.record.requester import Purpose, Requester, Role
from hie.store.audit import SqlAuditTrail
from tests.build.papers import NOTE, clinical_document, lay, picture
from tests.build.served import Answer, Client, served
from tests.build.stories import Region, tell
from tests.build.uploads import letter
from tests.build.world import CENTRAL, CLINIC, PASSWORD
from tests.storages import instance

LINK = re.compile(r'(?:href|src|hx-get)="(/[^"]*)"')
ALIKE = 12
"""Addresses of one shape that are asked for: a calendar has a page for every day there is."""
WITHOUT_A_BODY = {"/pulse"}
"""Patient routes whose good answer has no byte."""
DESK = {"/care", "/desk", "/desk/new", "/desk/scans", "/tables"}
"""Pages about decisions to which the doctor's links lead."""
JSON = ("/api/patients/R000000001/timeline", "/api/patients/R000000001/observations?code=3B035")


class Served(NamedTuple):
    """A hub that is served, with nothing asked of it yet."""

    region: Region
    hub: Hub
    doctor: Client
    routes: frozenset[str]
    """Paths of routes about patients that can be asked for with GET."""

    def ledger(self) -> Ledger:
        assert self.hub.recording
        return self.hub.recording.ledger

    def reconciled(self) -> Reconciled:
        now = self.region.world.clock.now()
        return reconcile(self.region.world.store, self.ledger().day(now))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("region")
    region = tell(folder)
    _more(region, folder)
    made = region.world.hub()
    _hand_in(made, region)
    app = application(made)
    routes = guarded(app.routes)
    about = {one.path for one in routes if one.declared.about is About.PATIENT and "GET" in one.methods}
    with served(app) as address:
        doctor = Client(address)
        assert doctor.sign_in("hamada", PASSWORD).status == 303
        yield Served(region, made, doctor, frozenset(about))


def _hand_in(hub: Hub, region: Region) -> None:
    """Let a paper of the clinic wait to be seen."""
    doctor = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR, Purpose.TREATMENT)
    services, whose = hub.services, region.hanako.patient.id
    files = [File("letter.pdf", letter())]
    receive(services.store, services.clock, services.scans, doctor, whose, files)


def _more(region: Region, folder: Path) -> None:
    """Give Hanako a picture of a study, and a document with files."""
    study, papers = folder / "dicom", folder / "extended"
    study.mkdir()
    (study / "1.dcm").write_bytes(instance("0012345678", 1, 1, 1, bytes(range(128)), day="20240510"))
    files = {"main_document.xml": clinical_document(), "図.jpg": picture("JPEG"), "面.tif": picture("TIFF")}
    lay(papers, files, NOTE)
    region.world.feed(CENTRAL, study)
    region.world.feed(CENTRAL, papers)


def _walked(doctor: Client) -> Iterator[tuple[str, Answer]]:
    """Ask for everything that is linked from the list of patients, once."""
    known = {"/patients", "/patients/R000000001?view=month&at=20240510", *JSON}
    waiting, shapes = sorted(known), Counter[str]()
    while waiting:
        path = waiting.pop()
        shape = re.sub(r"[0-9.]+", "#", path.partition("?")[0])
        shapes[shape] += 1
        if shapes[shape] > ALIKE:
            continue
        answer = doctor.get(path)
        yield path, answer
        if answer.headers.get("content-type", "").startswith("text/html"):
            found = {unescape(link).partition("#")[0] for link in LINK.findall(answer.text)}
            fresh = sorted(one for one in found - known if not one.startswith("/static"))
            known |= set(fresh)
            waiting += fresh


@pytest.fixture(scope="module")
def answers(hub: Served) -> list[tuple[str, Answer]]:
    """What the doctor finds who looks at everything; the first that anybody asks of this hub."""
    return list(_walked(hub.doctor))


def test_every_byte_that_left_has_its_row(hub: Served, answers: list[tuple[str, Answer]]) -> None:
    assert {answer.status for _, answer in answers} <= {200, 303, 404}
    found = hub.reconciled()
    assert found.gaps == ()
    released = list(hub.ledger().day(hub.region.world.clock.now()))
    assert {one.route for one in released if one.route in hub.routes} == hub.routes - WITHOUT_A_BODY
    assert {one.route for one in released} - hub.routes == DESK, "a page of a desk was not counted"
    assert len({one.request for one in released}) == len(released)
    shown = [answer for path, answer in answers if _is_counted(path) and answer.status == 200]
    assert len(shown) == found.answers
    assert sum(len(answer.body) for answer in shown) == found.size


def _is_counted(path: str) -> bool:
    return path.startswith(("/patients", "/api/patients", "/my-day", *DESK))


def test_a_search_by_form_has_its_row_too_even_one_that_cannot_be_made(hub: Served) -> None:
    before = hub.reconciled().answers
    page = hub.doctor.get("/patients").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    for words in ("シケン", "x" * 200):
        assert hub.doctor.post("/patients", {"words": words, "csrf_token": token}).status == 200
    assert hub.reconciled().answers == before + 3
    assert hub.reconciled().gaps == ()


WAYS = (
    ("view", "/patients/R000000001"),
    ("view", "/api/patients/R000000001/timeline"),
    ("view-results", "/api/patients/R000000001/observations?code=3B035"),
    ("view-results", "/results?panel=all"),
    ("export-results", "/results.csv"),
    ("export-results", "/results.txt"),
    ("view-medications", "/medications"),
    ("open", "/entries/"),
    ("open-image", ".png"),
    ("open-attachment", "/attachments/"),
)


@pytest.mark.parametrize(("action", "way"), WAYS)
def test_a_handler_that_writes_no_row_answers_nothing_and_is_found_in_the_ledger(
    hub: Served,
    answers: list[tuple[str, Answer]],
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    way: str,
) -> None:
    path = next(path for path, answer in answers if way in path and answer.status == 200)
    good = hub.doctor.get(path)
    before = set(hub.reconciled().gaps)
    append = SqlAuditTrail.append

    def forgetful(trail: SqlAuditTrail, events: Sequence[AuditEvent]) -> None:
        append(trail, [event for event in events if event.action != action])

    monkeypatch.setattr(SqlAuditTrail, "append", forgetful)
    answer = hub.doctor.get(path)
    assert answer.status == 500
    assert answer.body != good.body
    assert "花子" not in answer.text
    assert set(hub.reconciled().gaps) == before
    # Were the door itself to let it through, the night's reconciliation would say so.
    monkeypatch.setattr(Recorded, "__contains__", lambda _self, _request: True)
    assert hub.doctor.get(path).body[:100] == good.body[:100]
    (gap,) = set(hub.reconciled().gaps) - before
    assert gap.size == len(good.body)
    assert gap.route in hub.routes


def test_an_audit_trail_that_cannot_be_written_stops_the_reading(hub: Served) -> None:
    path = "/patients/R000000001"
    assert hub.doctor.get(path).status == 200
    before = hub.reconciled().answers
    with hub.region.world.store.work() as work:
        work.execute("delete from audit_head")  # type: ignore[attr-defined]
    answer = hub.doctor.get(path)
    assert answer.status == 503
    assert "花子" not in answer.text
    assert hub.reconciled().answers == before
