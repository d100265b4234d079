"""Facilities: the list, one with its people and its edge, and how it joins, rests, leaves and comes back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.feeds import edges
from hie.exchange.gate.declared import DESK, About, declares
from hie.exchange.roster import facilities
from hie.exchange.roster.facilities import Joining
from hie.exchange.roster.inviting import Misfilled
from hie.exchange.roster.keepers import governs
from hie.exchange.roster.roll import EXCEPTIONS, Line, standing_of, standing_of_letter
from hie.record.errors import Conflict, NotFound
from hie.record.identifiers import FacilityCode
from hie.record.people import FacilityKind
from hie.record.requester import Role
from hie.record.times import JST
from viewer.roster import FINE, Places, Problem, days_of, problem_of
from viewer.screen import requester_of, screen_of, words_of

OFFICE = frozenset({Role.SECRETARIAT})
ACTS = {"suspend": facilities.suspend, "resume": facilities.resume, "leave": facilities.leave}
DONE = frozenset({*ACTS, "join", "notice", "revoke", "change"})
EMPTY = Joining("", "", "", FacilityKind.HOSPITAL)

router = APIRouter(include_in_schema=False)


@router.get("/facilities")
@declares(DESK, About.PEOPLE)
def everywhere(request: Request) -> Response:
    """Show the facilities that the desk keeps; who keeps one only is led to it."""
    requester, services = requester_of(request), screen_of(request).services
    if not governs(requester):
        return RedirectResponse(f"/facilities/{requester.facility}", 303)
    places = facilities.places(services.store, services.clock, requester)
    return screen_of(request).page(request, "facilities.html", places=places, days=days_of(request))


@router.get("/facilities/new")
@declares(OFFICE, About.PEOPLE, fresh=True)
def ask(request: Request) -> Response:
    """Show the form for a facility that joins."""
    return _form(request, EMPTY)


@router.post("/facilities/new")
@declares(OFFICE, About.PEOPLE, fresh=True)
def join(  # noqa: PLR0913, PLR0917  the fields of the form
    request: Request,
    code: Annotated[str, Form(max_length=40)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    short_name: Annotated[str, Form(max_length=60)] = "",
    kind: Annotated[str, Form(max_length=20)] = "",
    evidence: Annotated[str, Form(max_length=400)] = "",
    noticed: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Let a facility take part from now on."""
    services, words = screen_of(request).services, words_of(request)
    joining = Joining(code, name, short_name, kind, evidence)
    try:
        told = _noticed_at(noticed, services.clock.now())
        joined = facilities.join(services.store, services.clock, requester_of(request), joining, told)
    except Misfilled as wrong:
        return _form(request, joining, noticed, problem_of(wrong, words))
    except Conflict:
        return _form(request, joining, noticed, Problem("code", words("wrong.code.joined")))
    screen_of(request).forget_facilities()
    return RedirectResponse(f"/facilities/{joined.code}?done=join", 303)


@router.get("/facilities/{facility}")
@declares(DESK, About.PEOPLE)
def one(request: Request, facility: str, done: str = "") -> Response:
    """Show one facility."""
    return _page(request, facility, done if done in DONE else "")


@router.post("/facilities/{facility}/notice")
@declares(OFFICE, About.PEOPLE, fresh=True)
def notice(request: Request, facility: str, noticed: Annotated[str, Form(max_length=10)] = "") -> Response:
    """Note when patients are told that it joined."""
    services, words = screen_of(request).services, words_of(request)
    code = FacilityCode(facility)
    try:
        told = _noticed_at(noticed or "none", services.clock.now())
        facilities.notice(services.store, services.clock, requester_of(request), code, told or 0)
    except Misfilled as wrong:
        return _page(request, facility, problem=problem_of(wrong, words), status=422)
    except Conflict:
        return _page(request, facility, problem=Problem("", words("people.cannot")), status=409)
    return RedirectResponse(f"/facilities/{facility}?done=notice", 303)


@router.post("/facilities/{facility}/change")
@declares(OFFICE, About.PEOPLE)
def change(
    request: Request,
    facility: str,
    name: Annotated[str, Form(max_length=200)] = "",
    short_name: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Give it another name."""
    services, code = screen_of(request).services, FacilityCode(facility)
    try:
        facilities.change(services.store, services.clock, requester_of(request), code, name, short_name)
    except Misfilled as wrong:
        problem = problem_of(wrong, words_of(request))
        return _page(request, facility, problem=problem, status=422)
    screen_of(request).forget_facilities()
    return RedirectResponse(f"/facilities/{facility}?done=change", 303)


@router.post("/facilities/{facility}/edge/offer")
@declares(OFFICE, About.PEOPLE, fresh=True)
def offer(request: Request, facility: str) -> Response:
    """Make the token by which the hospital's edge is enrolled, and show it once."""
    screen = screen_of(request)
    if screen.services.offer_edge is None:
        raise NotFound("the hub opens no door for edges")
    token = screen.services.offer_edge(requester_of(request), FacilityCode(facility))
    return screen.page(request, "edge_token.html", token=token, place=Places(request)(FacilityCode(facility)))


@router.post("/facilities/{facility}/edge/revoke")
@declares(OFFICE, About.PEOPLE, fresh=True)
def revoke(request: Request, facility: str) -> Response:
    """End the leave of the hospital's edge to speak."""
    services = screen_of(request).services
    edges.revoke(services.store, services.clock, requester_of(request), FacilityCode(facility))
    return RedirectResponse(f"/facilities/{facility}?done=revoke", 303)


@router.get("/facilities/{facility}/membership/{act}")
@declares(OFFICE, About.PEOPLE, fresh=True)
def confirm(request: Request, facility: str, act: str) -> Response:
    """Say what an act does before it is done."""
    return _act(request, facility, act)


@router.post("/facilities/{facility}/membership/{act}")
@declares(OFFICE, About.PEOPLE, fresh=True)
def done(
    request: Request, facility: str, act: str, evidence: Annotated[str, Form(max_length=400)] = ""
) -> Response:
    """Let a facility rest, take part again, or leave."""
    if act not in ACTS:
        raise NotFound("no such act")
    services, words = screen_of(request).services, words_of(request)
    code = FacilityCode(facility)
    try:
        ACTS[act](services.store, services.clock, requester_of(request), code, evidence)
    except Misfilled as wrong:
        return _act(request, facility, act, problem_of(wrong, words))
    except Conflict:
        return _page(request, facility, problem=Problem("", words("people.cannot")), status=409)
    return RedirectResponse(f"/facilities/{facility}?done={act}", 303)


def _form(request: Request, joining: Joining, noticed: str = "", problem: Problem = FINE) -> Response:
    status = 422 if problem.text else 200
    kinds = [kind for kind in FacilityKind if kind is not FacilityKind.SECRETARIAT]
    return screen_of(request).page(
        request,
        "facility_new.html",
        status,
        joining=joining,
        kinds=kinds,
        noticed=noticed,
        today=_iso_today(request),
        problem=problem,
    )


def _page(
    request: Request, facility: str, done: str = "", problem: Problem = FINE, status: int = 200
) -> Response:
    screen, requester = screen_of(request), requester_of(request)
    services = screen.services
    house = facilities.house(services.store, services.clock, requester, FacilityCode(facility))
    now = services.clock.now()
    lines = [
        Line(standing_of_letter(one, now), one.name, one.facility, one.role, None, one)
        for one in house.invitations
        if not one.outcome
    ]
    lines.extend(
        Line(standing_of(person, now), person.account.name, post.facility, post.role, person)
        for person in house.people
        for post in person.held(now)
        if post.facility == facility
    )
    return screen.page(
        request,
        "facility.html",
        status,
        house=house,
        place=house.place,
        lines=sorted(lines, key=lambda line: (line.standing not in EXCEPTIONS, line.name)),
        exceptional=EXCEPTIONS,
        governs=governs(requester),
        is_office=house.place.facility.kind is FacilityKind.SECRETARIAT,
        has_edge=house.edge is not None and not house.edge.revoked_at,
        offers=services.offer_edge is not None,
        today=_iso_today(request),
        days=days_of(request),
        problem=problem,
        said=f"facility.done.{done}" if done else "",
    )


def _act(request: Request, facility: str, act: str, problem: Problem = FINE) -> Response:
    if act not in ACTS:
        raise NotFound("no such page")
    screen = screen_of(request)
    services = screen.services
    house = facilities.house(services.store, services.clock, requester_of(request), FacilityCode(facility))
    acting = [person for person in house.people if person.held(services.clock.now())]
    return screen.page(
        request,
        "facility_act.html",
        422 if problem.text else 200,
        place=house.place,
        act=act,
        people=len(acting),
        has_edge=house.edge is not None and not house.edge.revoked_at,
        problem=problem,
    )


def _noticed_at(typed: str, now: int) -> int | None:
    """Return the beginning of a day as `input type=date` writes it; none where none is given."""
    if not typed:
        return None
    try:
        begins = datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=JST)
    except ValueError as error:
        raise Misfilled("noticed", "form") from error
    at = int(begins.timestamp() * 1000)
    today = datetime.fromtimestamp(now / 1000, JST).date() == begins.date()
    if at < now and not today:
        raise Misfilled("noticed", "past")
    return max(at, now)


def _iso_today(request: Request) -> str:
    return f"{datetime.fromtimestamp(screen_of(request).services.clock.now() / 1000, JST):%Y-%m-%d}"
