"""One page of a patient: what one must know at first sight, with sources and days; prints on one sheet."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.pulse import beat_of
from hie.exchange.records.summary import Summary, Told, summary
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from viewer.asked import asked_patient
from viewer.beside import Signs, allergies_told, facilities_of, problems_told, result_of
from viewer.drawing import Sign, signs
from viewer.formats import full_day
from viewer.heads import head_of
from viewer.locale import Words
from viewer.medications import drug_of, hint_of, unread_told
from viewer.screen import requester_of, screen_of, words_of
from viewer.sharing import shares_of, sharings_of, whys
from viewer.stays import apart_from_legs, path_of, stay_in_words

router = APIRouter(include_in_schema=False)
_PARTS = {
    "problems": frozenset({DocumentClass.PROBLEM}),
    "allergies": frozenset({DocumentClass.ALLERGY}),
    "medication": frozenset({DocumentClass.PRESCRIPTION}),
    "stays": frozenset({DocumentClass.ENCOUNTER}),
    "results": frozenset({DocumentClass.LABORATORY_RESULT}),
}
"""What each part is told from: says why it is empty."""
MOST_PROBLEMS, MOST_DRUGS = 14, 20
"""Lines that fit a sheet with everything else on it; how many more there are is said."""


class ShownStay(NamedTuple):
    """A stay in hospital, with what opens it."""

    sign: Sign
    text: str
    where: str
    """The wards, in order."""
    details: tuple[str, ...]
    entry: int
    """0 where no entry tells it to the asker."""
    summary: int
    """A document of its last day; 0 where there is none to see."""


@router.get("/patients/{patient}/summary")
@declares(RECORDS, About.PATIENT)
def page(request: Request, patient: str) -> Response:
    """Show diagnoses, allergies, medication, stays and key results of every hospital."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services, whose = screen.services, asked_patient(patient)
    found = summary(services.store, services.clock, requester, whose, services.read)
    shown = signs(
        [screen.facility(one) for one in _facilities(found)],
        requester.facility,
        words,
        screen.facilities().values(),
    )
    told, now = sharings_of(screen, requester, found.file, found.grant), found.medication
    drugs = [drug_of(one, now.hints, shown, words) for one in now.drugs[:MOST_DRUGS]]
    problems = problems_told(found.problems, shown, words)
    return screen.page(
        request,
        "summary.html",
        **head_of(screen, requester, found.file, words, beat_of(found.grant), found.newest),
        sharing=shares_of(screen, requester, found.file, found.grant, words),
        problems=problems[:MOST_PROBLEMS],
        more_problems=max(0, len(problems) - MOST_PROBLEMS),
        allergies=allergies_told(found.allergies, shown, words),
        drugs=[one for one in drugs if not one.over],
        just_ended=[one for one in drugs if one.over],
        unread=unread_told(now, words),
        more_drugs=max(0, len(now.drugs) - MOST_DRUGS),
        hints=[hint_of(one, shown, words) for one in now.hints],
        stays=[_stay(one, shown, words) for one in found.stays],
        results=[result_of(one, whose, shown, words) for one in found.results],
        why=whys(told, _PARTS, screen.name_of, words),
    )


def _facilities(found: Summary) -> set[FacilityCode]:
    named = facilities_of(found.medication, (*found.problems, *found.allergies), found.results)
    return named | {one.stay.custodian for one in found.stays}


def _stay(told: Told, shown: Signs, words: Words) -> ShownStay:
    stay = told.stay
    sign = shown[stay.custodian]
    return ShownStay(
        sign,
        stay_in_words(stay, sign.name, lambda day: full_day(day, words), words),
        path_of(stay, words),
        tuple(apart_from_legs(stay, words)),
        told.entry,
        told.summary,
    )
