"""What leaves the hub about somebody has a row of a look that was granted; a refusal is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Scope

import hie.web
from hie.exchange.gate.declared import About, declares
from hie.exchange.ports import AuditEvent, AuditQuery, Store
from hie.exchange.trail.completeness import reconcile
from hie.hub.entrance import Door, enclosed
from hie.hub.releasing import DAY, FOLDER, Ledger, Recorded, Releasing, Unrecorded
from hie.record.requester import Origin, Requester, Role
from hie.store import open_store
from tests import filed as our
from tests import looping
from tests.edges import HandClock

SAID = "the record of somebody"


class Watched(NamedTuple):
    """A store with what watches it, and one page that writes the rows given."""

    store: Store
    ledger: Ledger
    recorded: Recorded
    clock: HandClock

    def asked(self, about: About, *rows: tuple[str, str], patient: str = "R000000001") -> list[Message]:
        """Ask for a page; return what left."""
        who = Requester("u", "n", our.CLINIC, Role.DOCTOR, origin=Origin("r1"))

        @declares(None, about)
        def page(request: Request) -> Response:
            del request
            with self.store.work() as work:
                for action, outcome in rows:
                    event = AuditEvent(self.clock.now(), who, action, outcome, "", 0, (), 0, "")
                    work.audit.append([event])
            return PlainTextResponse(SAID)

        door = Door(hie.web.refused, lambda _: None)
        app = Releasing(
            Starlette(routes=enclosed([Route("/p/{patient}", page)], door, self.clock)),
            self.store,
            self.clock,
            self.recorded,
            self.ledger,
        )
        left: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            left.append(message)

        scope: Scope = {
            "type": "http",
            "method": "GET",
            "path": f"/p/{patient}",
            "headers": [],
            "query_string": b"",
        }
        scope["state"] = {"origin": who.origin, "requester": who, "session": None}
        looping.run(app(scope, receive, send))
        return left

    def gaps(self) -> int:
        return len(reconcile(self.store, self.ledger.day(self.clock.now())).gaps)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Watched]:
    clock = HandClock(our.NOW)
    made = Watched(open_store("memory://", "memory://"), Ledger(tmp_path, clock), Recorded(), clock)
    made.store.witnesses.append(made.recorded.witness)
    yield made
    made.ledger.close()
    made.store.close()


@pytest.mark.parametrize("row", [("open", "refused"), ("open", "absent"), ("sign-in", "done")])
def test_no_answer_about_a_patient_leaves_with_a_row_that_shows_nothing(
    door: Watched, row: tuple[str, str]
) -> None:
    with pytest.raises(Unrecorded):
        door.asked(About.PATIENT, row)
    assert len(door.asked(About.PATIENT, row, ("open", "granted"))) == 2
    assert door.gaps() == 0


@pytest.mark.parametrize("row", [("open", "refused"), ("sign-in", "done")])
def test_a_row_that_shows_nothing_leaves_a_gap_at_night(door: Watched, row: tuple[str, str]) -> None:
    with pytest.raises(Unrecorded):
        door.asked(About.PATIENT, row)
    door.ledger.note("r1", "/p", 22)
    assert door.gaps() == 1


def test_a_page_of_a_desk_without_a_row_of_its_own_gets_one_before_it_leaves(door: Watched) -> None:
    assert door.asked(About.DECISIONS)[-1]["body"] == SAID.encode()
    with door.store.look() as work:
        (row,) = work.audit.search(AuditQuery(), 9)
    assert (row.event.action, row.event.outcome, row.event.patient) == ("desk-page", "done", "R000000001")
    assert row.event.detail == "GET /p/{patient}"
    assert door.gaps() == 0
    (noted,) = door.ledger.day(door.clock.now())
    assert (noted.request, noted.size) == ("r1", len(SAID))


def test_a_page_of_a_desk_with_its_own_row_gets_no_other(door: Watched) -> None:
    door.asked(About.DECISIONS, ("consent-read", "done"))
    with door.store.look() as work:
        assert [row.event.action for row in work.audit.search(AuditQuery(), 9)] == ["consent-read"]


def test_a_page_about_nobody_is_not_noted(door: Watched) -> None:
    door.asked(About.NOTHING)
    assert list(door.ledger.day(door.clock.now())) == []


def test_a_torn_line_hides_no_other_and_is_counted(door: Watched, tmp_path: Path) -> None:
    door.ledger.note("r1", "/p", 1)
    door.ledger.close()
    file = tmp_path / FOLDER / door.ledger.name_of(door.clock.now())
    with file.open("ab") as content:
        content.write(b"17000\tr9\t/p")
    door.ledger.note("r2", "/p", 2)
    with file.open("ab") as content:
        content.write(f"{9**99}\tr8\t/p\t1\n\xff\n".encode("latin-1"))
    assert [one.request for one in door.ledger.day(door.clock.now())] == ["r1", "r2"]
    assert door.ledger.torn == 3


def test_every_day_has_its_own_file(door: Watched) -> None:
    door.ledger.note("r1", "/p", 1)
    door.clock.at += DAY
    door.ledger.note("r2", "/p", 1)
    assert [one.request for one in door.ledger.day(door.clock.now())] == ["r2"]
    assert [one.request for one in door.ledger.day(door.clock.now() - DAY)] == ["r1"]
