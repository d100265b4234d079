"""The list of people, what waits in it first, and the page of one person with what can be done.

Names are searched for in the body of a form: none stands in an address.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import DESK, About, declares
from hie.exchange.ports import Post
from hie.exchange.roster import people
from hie.exchange.roster.inviting import Misfilled, propose, roles_at
from hie.exchange.roster.keepers import PERSONS, governs
from hie.exchange.roster.roll import EXCEPTIONS, Line, Standing, page, roll
from hie.record.errors import Conflict, NotFound
from hie.record.people import FacilityKind
from hie.record.requester import Role
from viewer.roster import (
    FINE,
    LONGEST_SEARCH,
    MOST_LINES,
    Places,
    Problem,
    days_of,
    problem_of,
)
from viewer.screen import requester_of, screen_of, wants_fragment, words_of

ACTS = {
    "leave": people.leave,
    "suspend": people.suspend,
    "resume": people.resume,
}
DONE = frozenset({*ACTS, "attest", "end", "propose", "approve", "refuse", "withdraw"})

router = APIRouter(include_in_schema=False)


@router.get("/people")
@declares(DESK, About.PEOPLE)
def everybody(request: Request, show: str = "", done: str = "") -> Response:
    """Show whom the desk keeps, exceptions first."""
    return _list(request, "", show, done)


@router.post("/people")
@declares(DESK, About.PEOPLE)
def search(
    request: Request,
    words: Annotated[str, Form(max_length=4 * LONGEST_SEARCH)] = "",
    show: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Show those whom the words find, of a standing if one is chosen."""
    return _list(request, " ".join(words.split())[:LONGEST_SEARCH], show)


@router.get("/people/{account}")
@declares(DESK, About.PEOPLE)
def one(request: Request, account: str, done: str = "") -> Response:
    """Show one person."""
    return _person(request, account, done=done if done in DONE else "")


@router.post("/people/{account}/attest")
@declares(DESK, About.PEOPLE)
def attest(request: Request, account: str) -> Response:
    """Say that the person still works here."""
    services = screen_of(request).services
    said = people.attest(services.store, services.clock, requester_of(request), [account])
    if not said:
        return _person(request, account, Problem("", words_of(request)("people.cannot")), 409)
    return RedirectResponse(f"/people/{account}?done=attest", 303)


@router.post("/people/{account}/end")
@declares(DESK, About.PEOPLE, fresh=True)
def end(request: Request, account: str, post: Annotated[str, Form(max_length=60)] = "") -> Response:
    """End one post."""
    services = screen_of(request).services
    facility, _, role = post.partition(" ")
    if role not in set(Role):
        raise NotFound("no such post")
    ended = Post(account, Places(request).chosen(facility), Role(role))
    try:
        people.end_post(services.store, services.clock, requester_of(request), ended)
    except Conflict:
        return _person(request, account, Problem("", words_of(request)("people.cannot")), 409)
    return RedirectResponse(f"/people/{account}?done=end", 303)


@router.post("/people/{account}/propose")
@declares(DESK, About.PEOPLE, fresh=True)
def further(
    request: Request,
    account: str,
    facility: Annotated[str, Form(max_length=100)] = "",
    role: Annotated[str, Form(max_length=20)] = "",
    replaces: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Propose a further post, or another role; somebody else approves."""
    services, words = screen_of(request).services, words_of(request)
    if role not in set(Role) or replaces not in {"", *Role}:
        raise NotFound("no such role")
    post = Post(account, Places(request).chosen(facility), Role(role))
    instead = Role(replaces) if replaces else None
    try:
        propose(services.store, services.clock, requester_of(request), post, instead)
    except Misfilled as wrong:
        return _person(request, account, problem_of(wrong, words), 422)
    except Conflict:
        return _person(request, account, Problem("role", words("wrong.role.held")), 409)
    except NotFound:
        if not post.facility:
            return _person(request, account, Problem("facility", words("wrong.facility.missing")), 422)
        raise
    return RedirectResponse(f"/people/{account}?done=propose", 303)


@router.post("/people/{account}/{act}")
@declares(DESK, About.PEOPLE, fresh=True)
def change(request: Request, account: str, act: str) -> Response:
    """Let a person leave, rest or come back."""
    if act not in ACTS:
        raise NotFound("no such act")
    services = screen_of(request).services
    try:
        ACTS[act](services.store, services.clock, requester_of(request), account)
    except Conflict:
        return _person(request, account, Problem("", words_of(request)("people.cannot")), 409)
    return RedirectResponse(f"/people/{account}?done={act}", 303)


def _list(request: Request, asked: str, show: str, done: str = "") -> Response:
    screen, requester = screen_of(request), requester_of(request)
    standing = Standing(show) if show in set(Standing) else None
    services, places = screen.services, Places(request)
    lines = roll(services.store, services.clock, requester, lambda code: places(code).name, asked, standing)
    return screen.page(
        request,
        "people_found.html" if wants_fragment(request) else "people.html",
        query=asked,
        show=standing,
        standings=list(Standing),
        lines=lines[:MOST_LINES],
        more=max(0, len(lines) - MOST_LINES),
        exceptions=sum(line.standing in EXCEPTIONS for line in lines),
        address=_address,
        facility_of=places,
        days=days_of(request),
        exceptional=EXCEPTIONS,
        said=f"people.done.{done}" if done in DONE else "",
    )


def _address(line: Line) -> str:
    return f"/people/{line.person.account.id}" if line.person else f"/invitations/{_letter(line)}"


def _letter(line: Line) -> str:
    return line.invitation.id if line.invitation else ""


def _person(
    request: Request, account: str, problem: Problem = FINE, status: int = 200, done: str = ""
) -> Response:
    screen, requester = screen_of(request), requester_of(request)
    services = screen.services
    shown = page(services.store, services.clock, requester, account)
    now = services.clock.now()
    person = shown.person
    held = person.held(now)
    places = Places(request)
    kinds = set(FacilityKind) if governs(requester) else {one.kind for one in places.kept.values()}
    roles = [
        role
        for role in Role
        if role not in PERSONS and any(role in roles_at(kind, requester) for kind in kinds)
    ]
    return screen.page(
        request,
        "person.html",
        status,
        shown=shown,
        person=person,
        held=held,
        former=[post for post in person.posts if post not in held],
        keeps={post.facility for post in held} & places.kept.keys(),
        is_self=account == requester.user,
        is_staff=person.account.role not in PERSONS,
        may_attest=people.may_attest(requester, person, now),
        wholly={post.facility for post in held} <= places.kept.keys(),
        places=places.kept,
        all_places=governs(requester),
        roles=roles,
        problem=problem,
        facility_of=places,
        days=days_of(request),
        said=f"people.done.{done}" if done else "",
    )
