"""The queue of emergencies to be reviewed, and which hospitals do emergency duty.

It names the patient, as the reviewer must compare with the hospital's own record; it shows no content.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.breakglass.emergency import set_duty
from hie.exchange.breakglass.emergency_reviews import OUTCOMES, REVIEWERS, lift, listed, may_review, review
from hie.exchange.gate.declared import DESK, About, declares
from hie.exchange.ports import PatientFile, Reviewed, ReviewState
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import FacilityKind
from hie.record.requester import Requester, Role
from viewer.alerts import day_and_time
from viewer.formats import birth_day, person
from viewer.locale import Words
from viewer.screen import requester_of, screen_of, words_of

router = APIRouter(include_in_schema=False)


class Line(NamedTuple):
    """One emergency as the page tells it."""

    session: str
    opened: str
    user: str
    patient: str
    reason: str
    text: str
    due: str
    state: str
    may: str
    """`review`, `lift` or nothing."""
    hint: str
    outcome: str
    found: str


class Duty(NamedTuple):
    """A hospital, and whether it does emergency duty."""

    code: FacilityCode
    name: str
    on: bool


@router.get("/reviews")
@declares(DESK, About.DECISIONS)
def reviews(request: Request) -> Response:
    """Show what waits and what is settled."""
    return _drawn(request, "")


@router.post("/reviews/{session}")
@declares(REVIEWERS, About.DECISIONS)
def written(
    request: Request, session: str, outcome: Annotated[str, Form()] = "", text: Annotated[str, Form()] = ""
) -> Response:
    """Write a review."""
    services = screen_of(request).services
    try:
        review(services.store, services.clock, requester_of(request), session, outcome, text)
    except Invalid:
        return _drawn(request, words_of(request)("reviews.invalid"))
    return RedirectResponse("/reviews", 303)


@router.post("/reviews/{session}/lift")
@declares(frozenset({Role.SECRETARIAT}), About.PEOPLE)
def lifted(request: Request, session: str) -> Response:
    """Give somebody the right back."""
    services = screen_of(request).services
    lift(services.store, services.clock, requester_of(request), session)
    return RedirectResponse("/reviews", 303)


@router.post("/reviews/duty/{facility}")
@declares(frozenset({Role.SECRETARIAT}), About.PEOPLE)
def duty(request: Request, facility: str, on: Annotated[str, Form()] = "") -> Response:
    """Say whether a hospital does emergency duty."""
    services = screen_of(request).services
    set_duty(services.store, services.clock, requester_of(request), FacilityCode(facility), on=on == "yes")
    return RedirectResponse("/reviews", 303)


def _drawn(request: Request, problem: str) -> Response:
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    waiting, closed, files = listed(screen.services.store, screen.services.clock, requester)
    with screen.services.store.look() as work:
        on_duty = work.duties.on_duty()
    hospitals = [one for one in screen.facilities().values() if one.kind is FacilityKind.HOSPITAL]
    return screen.page(
        request,
        "reviews.html",
        problem=problem,
        waiting=[
            _line(screen.facility(one.session.facility).name, one, files, requester, words) for one in waiting
        ],
        closed=[
            _line(screen.facility(one.session.facility).name, one, files, requester, words) for one in closed
        ],
        outcomes=OUTCOMES,
        duties=[Duty(one.code, one.name, one.code in on_duty) for one in hospitals]
        if requester.role is Role.SECRETARIAT
        else [],
    )


def _line(
    facility: str, one: Reviewed, files: Mapping[PatientId, PatientFile], requester: Requester, words: Words
) -> Line:
    session, found = one.session, one.review
    file = files.get(session.patient)
    whose = f"{person(file.patient)} {birth_day(file.patient.birth_day, words)}" if file else session.patient
    may = _may(one, requester)
    return Line(
        session.id,
        day_and_time(session.opened_at),
        f"{facility} {words(f'role.{session.role}')} {session.name}",
        whose,
        words(f"emergency.reason.{session.reason}"),
        session.text,
        day_and_time(found.due_at),
        _state(one, words),
        may,
        "" if may else words("reviews.own" if session.account == requester.user else "reviews.read_only"),
        words(f"reviews.outcome.{found.outcome}") if found.outcome else "",
        found.text,
    )


def _may(one: Reviewed, requester: Requester) -> str:
    if not may_review(requester, one):
        return ""
    if one.review.outcome:
        return "lift" if requester.role is Role.SECRETARIAT else ""
    return "review"


def _state(one: Reviewed, words: Words) -> str:
    if one.review.state is not ReviewState.SUSPENDED:
        return ""
    return words("reviews.wrong" if one.review.outcome else "reviews.overdue")
