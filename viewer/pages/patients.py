"""My patients: one search box, one list.

The words searched for are names and birth dates, so they travel in the body of a form and never
stand in an address.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.breakglass.emergency import may_break_here
from hie.exchange.gate.declared import EVERYBODY, TREATING, About, declares
from hie.exchange.records.patients import my_patients, not_searched
from hie.record.requester import Role
from viewer.formats import age, is_no_day
from viewer.locale import Words
from viewer.menu import home_of
from viewer.patient_tabs import opens_at
from viewer.screen import requester_of, screen_of, wants_fragment, words_of

MOST = 200
"""Lines a search gives at most (`PatientIndex.reachable`)."""
LONGEST = 100
"""Characters of a search; longer ones are told so."""

router = APIRouter(include_in_schema=False)


@router.get("/")
@declares(EVERYBODY, About.ONESELF)
def start(request: Request) -> Response:
    """Lead to where somebody's work begins: patients, a desk, one's own feed."""
    requester = requester_of(request)
    own_feed = requester.role is Role.FEED_OPERATOR
    return RedirectResponse(f"/feeds/{requester.facility}" if own_feed else home_of(requester), 303)


@router.get("/patients")
@declares(TREATING, About.PATIENT)
def everybody(request: Request) -> Response:
    """Show whom the facility may ask about."""
    return _found(request, "")


@router.post("/patients")
@declares(TREATING, About.PATIENT)
def search(request: Request, words: Annotated[str, Form()] = "") -> Response:
    """Show those whom the words find; the search is audited."""
    return _found(request, " ".join(words.split()))


def _found(request: Request, asked: str) -> Response:
    requester = requester_of(request)
    screen = screen_of(request)
    services, words = screen.services, words_of(request)
    problem = _problem(asked, words)
    if problem:
        not_searched(services.store, services.clock, requester)
    found = () if problem else my_patients(services.store, services.clock, requester, asked)
    today = screen.today()
    return screen.page(
        request,
        "patients_found.html" if wants_fragment(request) else "patients.html",
        query=asked[:LONGEST],
        problem=problem,
        lines=[(line, age(line.patient.birth_day, today, words)) for line in found],
        most=MOST,
        may_break=may_break_here(services.store, requester),
        opens=opens_at(requester),
    )


def _problem(asked: str, words: Words) -> str:
    """Say why a search would find nobody: it is too long, or names a day that no calendar has."""
    if len(asked) > LONGEST:
        return words("patients.too_long")
    wrong = next((word for word in asked.split() if is_no_day(word)), "")
    return words("patients.no_such_day", word=wrong) if wrong else ""
