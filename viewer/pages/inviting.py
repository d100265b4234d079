"""Inviting a person: a form, a letter that is shown once, and the page on which somebody else approves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import DESK, About, declares
from hie.exchange.roster import inviting
from hie.exchange.roster.inviting import HANDED, Draft, Misfilled, roles_at
from hie.exchange.roster.keepers import PERSONS, expect_keeper, governs
from hie.exchange.roster.relatives import RELATIONS
from hie.exchange.roster.roll import standing_of_letter
from hie.record.errors import Conflict, NotFound
from hie.record.identifiers import FacilityCode
from hie.record.people import FacilityKind
from hie.record.requester import Role
from hie.record.times import JST
from viewer.letters import letter_of
from viewer.roster import FINE, Places, Problem, days_of, problem_of
from viewer.screen import requester_of, screen_of, words_of

NEW = Draft("", FacilityCode(""), Role.DOCTOR, "")
DECISIONS = {
    "approve": inviting.approve,
    "refuse": inviting.refuse,
    "withdraw": inviting.withdraw,
}

router = APIRouter(include_in_schema=False)


class Further(NamedTuple):
    """The rest of the form, in the order of a draft."""

    handed: str
    relation: str
    until: int


def _further(
    handed: Annotated[str, Form(max_length=10)] = HANDED[0],
    relation: Annotated[str, Form(max_length=20)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Further:
    return Further(handed, relation, _end_of(until))


@router.get("/invite")
@declares(DESK, About.PEOPLE)
def ask(request: Request, facility: str = "") -> Response:
    """Show the form; a facility may be chosen before."""
    return _form(request, NEW._replace(facility=Places(request).chosen(facility)))


@router.post("/invite")
@declares(DESK, About.PEOPLE)
def invite(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    facility: Annotated[str, Form(max_length=100)] = "",
    role: Annotated[str, Form(max_length=20)] = "",
    number: Annotated[str, Form(max_length=100)] = "",
    *,
    further: Annotated[Further, Depends(_further)],
) -> Response:
    """Write the letter, and show it once."""
    services, words = screen_of(request).services, words_of(request)
    chosen = Role(role) if role in set(Role) else Role.SYSTEM
    draft = Draft(name, Places(request).chosen(facility), chosen, number, *further)
    if not draft.facility:
        wrong = Misfilled("facility", "missing")
        return _form(request, draft, problem_of(wrong, words), facility)
    try:
        letter = inviting.invite(services.store, services.clock, requester_of(request), draft)
    except Misfilled as error:
        return _form(request, draft, problem_of(error, words), facility)
    return screen_of(request).page(request, "letters.html", letters=[letter_of(request, letter)])


@router.get("/invitations/{invitation}")
@declares(DESK, About.PEOPLE)
def show(request: Request, invitation: str) -> Response:
    """Show an invitation with what can be done with it."""
    return _shown(request, invitation)


@router.post("/invitations/{invitation}/renew")
@declares(DESK, About.PEOPLE, fresh=True)
def renew(request: Request, invitation: str) -> Response:
    """Take a letter back and write another."""
    services = screen_of(request).services
    try:
        letter = inviting.renew(services.store, services.clock, requester_of(request), invitation)
    except (Conflict, Misfilled):
        return _shown(request, invitation, "people.cannot", 409)
    return screen_of(request).page(request, "letters.html", letters=[letter_of(request, letter)])


@router.post("/invitations/{invitation}/{act}")
@declares(DESK, About.PEOPLE, fresh=True)
def decide(request: Request, invitation: str, act: str) -> Response:
    """Approve, refuse or take back."""
    if act not in DECISIONS:
        raise NotFound("no such act")
    services = screen_of(request).services
    try:
        DECISIONS[act](services.store, services.clock, requester_of(request), invitation)
    except Conflict:
        return _shown(request, invitation, "people.cannot", 409)
    return RedirectResponse(f"/people?done={act}", 303)


def _end_of(day: str) -> int:
    """Return the moment at which a day is over, 0 for what is none."""
    try:
        return int((datetime.fromisoformat(day).replace(tzinfo=JST) + timedelta(days=1)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return 0


def _form(request: Request, draft: Draft, problem: Problem = FINE, typed: str = "") -> Response:
    requester, places = requester_of(request), Places(request).kept
    place = places.get(draft.facility)
    kinds = (place.kind,) if place else tuple(FacilityKind)
    roles = [role for role in Role if any(role in roles_at(kind, requester) for kind in kinds)]
    return screen_of(request).page(
        request,
        "invite.html",
        422 if problem.text else 200,
        draft=draft,
        place=place,
        typed=f"{place.code} {place.name}" if place else typed,
        places=places.values(),
        chooses=governs(requester),
        roles=roles,
        handed=HANDED,
        relations=RELATIONS,
        until=f"{datetime.fromtimestamp(draft.until / 1000 - 1, JST):%Y-%m-%d}" if draft.until else "",
        problem=problem,
    )


def _shown(request: Request, invitation: str, problem: str = "", status: int = 200) -> Response:
    screen, requester = screen_of(request), requester_of(request)
    services = screen.services
    with services.store.look() as work:
        found = work.invitations.get(invitation)
        if found is None:
            raise NotFound("no such invitation")
        expect_keeper(requester, found.facility)
        people = work.roster.known([found.invited_by, found.account, found.decided_by])
    now = services.clock.now()
    return screen.page(
        request,
        "invitation_kept.html",
        status,
        found=found,
        standing_now=standing_of_letter(found, now),
        names={number: person.account.name for number, person in people.items()},
        login=people[found.account].account.login if found.account in people else "",
        may_approve=found.waits_for_approval() and inviting.may_approve(requester, found),
        is_patient=found.role in PERSONS,
        facility_of=Places(request),
        days=days_of(request),
        problem=problem,
    )
