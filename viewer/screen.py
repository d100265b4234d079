"""What every page is given: the hall's services, the templates, the rows, who is who in the region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, partial

from starlette.requests import Request
from starlette.responses import HTMLResponse

from hie.exchange.breakglass.alerts import Alerts, alerts, concerns
from hie.exchange.ports import PatientFile
from hie.exchange.records.honesty import Reach, reaches
from hie.exchange.services import Services
from hie.exchange.signing.sessions import IDLE_ON_A_SHARED_DEVICE
from hie.record.entry import DocumentClass
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Requester
from hie.record.times import JST, Day, day_at
from viewer.alerts import Shown, shown_alerts
from viewer.display import DISPLAY_COOKIE, Display
from viewer.environment import environment
from viewer.formats import moment
from viewer.locale import WORDS, Language, Words, language_of
from viewer.menu import home_of, menu_of
from viewer.policy import SignInNeeded
from viewer.rows import Row, collected

LANGUAGE_COOKIE = "hie_language"
FRAGMENT_HEADER = "hx-request"
UNFINISHED = "unfinished=1"
"""Stands in the address of a page to which one comes back from a confirmation that an act waited for."""
PULSE_EVERY = 20_000
FRESH = 30_000
"""Milliseconds for which the directory of facilities is not asked again."""


class Screen:
    """Shared by all pages; holds nothing that could not be read again."""

    def __init__(self, services: Services) -> None:
        """Prepare templates and rows."""
        self.services = services
        self.rows: tuple[Row, ...] = collected()
        self.row_of: Mapping[DocumentClass, Row] = {kind: row for row in self.rows for kind in row.classes}
        self._templates = {language: environment(language) for language in Language}
        self._facilities: dict[FacilityCode, Facility] = {}
        self._read_at = -FRESH
        self._reaches: Mapping[FacilityCode, Reach] = {}
        self._reached_at = -FRESH
        self.pulse_every = PULSE_EVERY
        """Milliseconds after which an open page of a patient asks whether it may stay; shorter in tests."""

    @cached_property
    def key(self) -> bytes:
        """The store's own random key, for digests that leave the house."""
        with self.services.store.look() as work:
            return work.feeds.key()

    def today(self) -> Day:
        """Return the Japanese calendar day."""
        return day_at(self.services.clock.now())

    def knows_facilities(self) -> bool:
        """Say whether `facilities` will answer without asking the store."""
        return self.services.clock.now() - self._read_at < FRESH

    def facilities(self) -> Mapping[FacilityCode, Facility]:
        """Return the region's facilities by code; asks the store now and then."""
        if not self.knows_facilities():
            with self.services.store.look() as work:
                self._facilities = {facility.code: facility for facility in work.directory.all()}
            self._read_at = self.services.clock.now()
        return self._facilities

    def forget_facilities(self) -> None:
        """Ask for the facilities again: one of them has changed."""
        self._read_at = -FRESH

    def knows_reaches(self) -> bool:
        """Say whether `reaches` will answer without asking the store."""
        return self.services.clock.now() - self._reached_at < FRESH

    def reaches(self, requester: Requester) -> Mapping[FacilityCode, Reach]:
        """Return how each facility's documents arrive, the same for everybody; asked now and then."""
        if not self.knows_reaches():
            now = self.services.clock.now()
            with self.services.store.look() as work:
                self._reaches = reaches(work, requester, now)
            self._reached_at = now
        return self._reaches

    def facility(self, code: FacilityCode) -> Facility:
        """Return a facility; one that the directory does not know is called by its code."""
        return self.facilities().get(code) or Facility(code, code, FacilityKind.HOSPITAL, code[-4:], 0)

    def name_of(self, code: FacilityCode) -> str:
        """Return what a facility is called."""
        return self.facility(code).name

    def person(self, patient: PatientId) -> PatientFile:
        """Return who the patient is, for the head of a page that the gate has opened before."""
        with self.services.store.look() as work:
            found = work.patients.files([patient]).get(patient)
        if found is None:
            raise NotFound("no such person")
        return found

    def page(self, request: Request, template: str, status: int = 200, /, **context: object) -> HTMLResponse:
        """Draw a template with what every page needs."""
        return HTMLResponse(self.text(request, template, **context), status)

    def text(self, request: Request, template: str, /, **context: object) -> str:
        """Draw a template into text."""
        requester: Requester | None = getattr(request.state, "requester", None)
        session = getattr(request.state, "session", None)
        words, scope = words_of(request), request.scope
        query = scope["query_string"].decode("latin-1")
        return (
            self._templates[words.language]
            .get_template(template)
            .render(
                words=words,
                display=Display.of_cookie(request.cookies.get(DISPLAY_COOKIE, "")),
                requester=requester,
                facility=self.facility(requester.facility) if requester else None,
                menu=menu_of(requester),
                home=home_of(requester),
                csrf_token=session.csrf_token if session else "",
                idle=session.idle if session else 0,
                shared=session is not None and session.idle <= IDLE_ON_A_SHARED_DEVICE,
                here=f"{scope['path']}?{query}" if query else scope["path"],
                shown_at=self._now(words) if requester else "",
                unfinished=scope["method"] == "GET" and UNFINISHED in query.split("&"),
                alerts=partial(self._alerts, request, requester, words),
                **context,
            )
        )

    def read_alerts(self, request: Request) -> None:
        """Read beforehand, in a thread, what a page of the event loop will say above its content."""
        requester: Requester | None = getattr(request.state, "requester", None)
        if requester and concerns(requester):
            request.state.alerts = alerts(self.services.store, self.services.clock, requester)

    def _alerts(self, request: Request, requester: Requester | None, words: Words) -> Shown:
        if requester is None:
            return Shown()
        found: Alerts | None = getattr(request.state, "alerts", None)
        if found is None:
            found = alerts(self.services.store, self.services.clock, requester)
        return shown_alerts(found, words)

    def _now(self, words: Words) -> str:
        """Write the present minute; it stands on print-outs."""
        now = datetime.fromtimestamp(self.services.clock.now() / 1000, JST)
        return moment(f"{now:%Y%m%d%H%M}", words)


def screen_of(request: Request) -> Screen:
    """Return the screen that `mount` put on the application."""
    screen: Screen = request.app.state.screen
    return screen


def words_of(request: Request) -> Words:
    """Return the texts in the language the browser chose before."""
    return WORDS[language_of(request.cookies.get(LANGUAGE_COOKIE, ""))]


def requester_of(request: Request) -> Requester:
    """Return who is signed in, or raise `SignInNeeded`."""
    requester: Requester | None = request.state.requester
    if requester is None:
        raise SignInNeeded("nobody is signed in")
    return requester


def wants_fragment(request: Request) -> bool:
    """Say whether a script asks for a piece of a page."""
    return request.headers.get(FRAGMENT_HEADER, "") == "true"


def inside(address: str) -> str:
    """Return `address` if it is a path of our own, else the start page: no redirect leads away."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else "/"
