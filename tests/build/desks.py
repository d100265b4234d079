"""A region with people at its consent desks, and a browser that fills in their forms."""

from __future__ import annotations

from pathlib import Path

from hie.exchange.ports import Account
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from tests.build.page import Node, parse
from tests.build.served import Answer, Client
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, World

OFFICE = FacilityCode("1319900009")
HANAKO = PatientId("R000000001")
PERSON = {
    "kana": "ミホン　イチロウ",
    "name": "見本 一郎",
    "birth": "S25.1.15",
    "sex": "M",
    "at": CENTRAL,
    "number": "0012340001",
}


def desk_world(folder: Path) -> World:
    """Found a region with two secretaries, liaisons, a privacy officer, and a patient who signs in."""
    made = World(folder)
    made.a_patient(HANAKO).linked(HARBOUR, "55501").linked(CENTRAL, "0012345678").there()
    encoded = made.passwords.hash(PASSWORD)
    with made.store.work() as work:
        work.directory.add(Facility(OFFICE, "見本協議会事務局", FacilityKind.SECRETARIAT, "事務局", 7))
        for login, facility, role in (
            ("jimu1", OFFICE, Role.SECRETARIAT),
            ("jimu2", OFFICE, Role.SECRETARIAT),
            ("arai", CENTRAL, Role.LIAISON),
            ("outsider", HARBOUR, Role.LIAISON),
            ("officer", CLINIC, Role.PRIVACY_OFFICER),
            ("it", CENTRAL, Role.FEED_OPERATOR),
        ):
            work.accounts.add(Account(login, login, f"{login}さん", facility, role, encoded))
        for login, whose in (("hanako", HANAKO), ("nobody", PatientId("R999999999"))):
            work.accounts.add(
                Account(login, login, "試験 花子", OFFICE, Role.PATIENT, encoded, patient=whose)
            )
    return made


class Desk:
    """A signed-in browser that fills in forms as they stand on the page."""

    def __init__(self, address: str, login: str) -> None:
        """Sign in."""
        self.client = Client(address)
        assert self.client.sign_in(login, PASSWORD).status == 303

    def page(self, path: str) -> Node:
        """Open a page."""
        answer = self.client.get(path)
        assert answer.status == 200, (path, answer.status)
        return parse(answer.text)

    def token(self, on: str = "/desk") -> str:
        """Return the session's own token, as a page carries it."""
        return self.page(on).all("input", name="csrf_token")[0]["value"]

    def send(self, path: str, fields: dict[str, str], on: str = "/desk") -> Answer:
        """Send fields with the token of a page."""
        return self.client.post(path, {"csrf_token": self.token(on), **fields})

    def registered(self, person: dict[str, str] = PERSON, **scope: str) -> str:
        """Go through the three steps for a new person; return the registration's id."""
        number = self.page("/desk/new").one("input", name="id")["value"]
        assert self.send("/desk/new", {"id": number, **person}).status == 200
        begun = self.send("/desk/start", {"id": number, "patient": "", **person})
        assert (begun.status, begun.headers["location"]) == (303, f"/desk/{number}/numbers")
        linked = self.send(
            f"/desk/{number}/numbers", {"version": "1", "at": person["at"], "number": person["number"]}
        )
        assert linked.headers["location"] == f"/desk/{number}/scope"
        done = self.send(f"/desk/{number}/scope", self.scope(number) | scope)
        assert (done.status, done.headers.get("location")) == (303, f"/desk/{number}"), done.text
        return number

    def scope(self, number: str) -> dict[str, str]:
        """Return what stands on the page of the third step."""
        page = self.page(f"/desk/{number}/scope")
        return {
            "version": page.one("input", name="version")["value"],
            "signed_on": page.one("input", name="signed_on")["value"],
            "template": "all",
            "groups": "medicines",
            "since": "ever",
            "act": "propose",
        }

    def attach(self, number: str, content: bytes, name: str = "scan.png") -> Answer:
        """Lay a scan with a registration."""
        return self.client.upload(f"/desk/{number}/scan", self.token(f"/desk/{number}"), [(name, content)])

    def verify(self, number: str) -> Answer:
        """Press the button of the review page."""
        page = self.page(f"/desk/{number}")
        return self.send(f"/desk/{number}/verify", {"seen": page.all("input", name="seen")[0]["value"]})
