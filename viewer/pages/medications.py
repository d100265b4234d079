"""What a patient takes over all hospitals, with what a pharmacist asks for beside it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.medication_page import NAMED, MedicationPage, medication_page
from hie.exchange.records.pulse import beat_of
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from viewer.asked import asked_patient
from viewer.beside import allergies_told, facilities_of, problems_told, result_of
from viewer.drawing import signs
from viewer.handed import handed_of
from viewer.heads import head_of
from viewer.medications import drug_of, hint_of, tables_told, unread_told
from viewer.screen import requester_of, screen_of, words_of
from viewer.sharing import shares_of, sharings_of, whys

MOST_HANDED = NAMED
"""Lines of what was handed out that are shown, the newest."""

_PARTS = {
    "medication": frozenset({DocumentClass.PRESCRIPTION}),
    "results": frozenset({DocumentClass.LABORATORY_RESULT}),
    "allergies": frozenset({DocumentClass.ALLERGY}),
    "problems": frozenset({DocumentClass.PROBLEM}),
    "handed": frozenset({DocumentClass.DISPENSE}),
}
"""What each part is told from: says why it is empty."""

router = APIRouter(include_in_schema=False)


@router.get("/patients/{patient}/medications")
@declares(RECORDS, About.PATIENT)
def page(request: Request, patient: str) -> Response:
    """Show the list of today, its hints, key results, allergies, diagnoses and what was handed out."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services, whose = screen.services, asked_patient(patient)
    found = medication_page(services.store, services.clock, requester, whose, services.read)
    shown = signs(
        [screen.facility(one) for one in _facilities(found)],
        requester.facility,
        words,
        screen.facilities().values(),
    )
    now, told = found.current, sharings_of(screen, requester, found.file, found.grant)
    return screen.page(
        request,
        "medications.html",
        **head_of(screen, requester, found.file, words, beat_of(found.grant), found.newest),
        sharing=shares_of(screen, requester, found.file, found.grant, words),
        drugs=[drug_of(one, now.hints, shown, words) for one in now.drugs if not one.is_over],
        just_ended=[drug_of(one, now.hints, shown, words) for one in now.drugs if one.is_over],
        ended=[drug_of(one, (), shown, words) for one in now.ended],
        hints=[hint_of(one, shown, words) for one in now.hints],
        unread=unread_told(now, words),
        checked=now.unknown < max(1, len(now.drugs)),
        rules=tables_told(words),
        results=[result_of(one, whose, shown, words) for one in found.results],
        allergies=allergies_told(found.allergies, shown, words),
        problems=problems_told(found.problems, shown, words),
        handed=[handed_of(one, found.pharmacies, shown, words) for one in found.handed[:MOST_HANDED]],
        cut=MOST_HANDED if len(found.handed) > MOST_HANDED else 0,
        why=whys(told, _PARTS, screen.name_of, words),
    )


def _facilities(found: MedicationPage) -> set[FacilityCode]:
    issues = [one for line in found.handed for one in (line.prescribed, line.handed) if one]
    named = facilities_of(found.current, (*found.allergies, *found.problems), found.results)
    return named | {one.custodian for one in issues}
