"""Who could see a record on a day, as known then and as known today: one query, one page, one file.

The secretariat asks about anybody, a privacy officer about the own hospital's documents, a patient about
the own record in a simple form. It names who might have looked; who did look stands in the audit trail.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from consent.parties import THEMSELVES
from hie.exchange.gate.declared import About, declares
from hie.exchange.retrospective.retrospect import ASKS, Report, report
from hie.record.identifiers import PatientId
from hie.record.requester import Role
from hie.record.spreadsheets import MARK, MEDIA_TYPE, csv_lines
from hie.record.times import JST
from viewer.asked import asked_patient
from viewer.finding import Missed, found_person
from viewer.identifying import Typed
from viewer.retrospects import table, told, told_gaps
from viewer.screen import Screen, requester_of, screen_of, words_of

DESKS = ASKS - THEMSELVES

router = APIRouter(include_in_schema=False)


@router.get("/could-see")
@declares(ASKS, About.DECISIONS)
def could_see(request: Request) -> Response:
    """Ask for a person and a day, or answer."""
    requester = requester_of(request)
    if requester.role in THEMSELVES:
        return _drawn(request, _report(request, requester.patient))
    patient = request.query_params.get("patient", "")
    return _drawn(request, _report(request, asked_patient(patient)) if patient else None)


@router.post("/could-see")
@declares(DESKS, About.DECISIONS)
def find(
    request: Request,
    card: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    kana: Annotated[str, Form()] = "",
    birth: Annotated[str, Form()] = "",
) -> Response:
    """Find the one person meant and go on with them."""
    found = found_person(request, Typed(number, card, kana, birth))
    if isinstance(found, Missed):
        return _drawn(request, None, found.text)
    return RedirectResponse("/could-see?" + urlencode({"patient": found}), 303)


@router.get("/could-see/table.csv")
@declares(DESKS, About.DECISIONS, fresh=True)
def file(request: Request) -> Response:
    """Give the same answer as a file."""
    found = _report(request, asked_patient(request.query_params.get("patient", "")))
    return Response(
        MARK + csv_lines(table(found, screen_of(request), words_of(request))),
        media_type=MEDIA_TYPE,
        headers={"Content-Disposition": 'attachment; filename="could-see.csv"'},
    )


def last_moment(screen: Screen, on: str) -> int:
    """Return the last moment of the Japanese day `on`, not later than now; now for what is no day."""
    now = screen.services.clock.now()
    try:
        day = datetime.strptime(on, "%Y-%m-%d").replace(tzinfo=JST)
        return min(now, int((day + timedelta(days=1)).timestamp() * 1000) - 1)
    except (ValueError, OverflowError):
        return now


def _report(request: Request, patient: PatientId) -> Report:
    screen = screen_of(request)
    at = last_moment(screen, request.query_params.get("on", ""))
    return report(screen.services.store, screen.services.clock, requester_of(request), patient, at)


def _drawn(request: Request, found: Report | None, problem: str = "") -> Response:
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    on = request.query_params.get("on", "")
    return screen.page(
        request,
        "could_see.html",
        problem=problem,
        simple=requester.role in THEMSELVES,
        wide=requester.role is Role.SECRETARIAT,
        found=found,
        on=on,
        query=urlencode({"patient": found.file.patient.id, "on": on}) if found else "",
        lines=told(found, screen, words) if found else [],
        gaps=told_gaps(found.gaps, words) if found else [],
    )
