"""What a patient takes over all hospitals, with what a pharmacist asks for beside it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.medication_page import medication_page
from hie.exchange.records.pulse import beat_of
from viewer.asked import asked_patient
from viewer.drawing import signs
from viewer.heads import head_of
from viewer.medications import (
    allergy_of,
    drug_of,
    facilities_of,
    handed_of,
    hint_of,
    problem_of,
    result_of,
    tables_told,
    together,
)
from viewer.screen import requester_of, screen_of, words_of
from viewer.sharing import shares_of

MOST_HANDED = 60
"""Lines of what was handed out that are shown, the newest."""

router = APIRouter(include_in_schema=False)


@router.get("/patients/{patient}/medications")
@declares(RECORDS, About.PATIENT)
def page(request: Request, patient: str) -> Response:
    """Show the list of today, its hints, key results, allergies, diagnoses and what was handed out."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services, whose = screen.services, asked_patient(patient)
    found = medication_page(services.store, services.clock, requester, whose, services.read)
    shown = signs([screen.facility(one) for one in facilities_of(found)], requester.facility, words)
    now = found.current
    return screen.page(
        request,
        "medications.html",
        **head_of(screen, requester, found.file, words, beat_of(found.grant)),
        sharing=shares_of(screen, requester, found.file, found.grant, words),
        drugs=[drug_of(one, now.hints, shown, words) for one in now.drugs],
        ended=[drug_of(one, (), shown, words) for one in now.ended],
        hints=[hint_of(one, shown, words) for one in now.hints],
        rules=tables_told(words),
        results=[result_of(one, whose, shown, words) for one in found.results],
        allergies=together(allergy_of(one, shown, words) for one in found.allergies),
        problems=together(problem_of(one, shown, words) for one in found.problems),
        handed=[handed_of(one, shown, words) for one in found.handed[:MOST_HANDED]],
        cut=MOST_HANDED if len(found.handed) > MOST_HANDED else 0,
    )
