"""Words in a patient's documents: a box, filters, and the places where they stand, beside what is read.

What is looked for is as telling as what is found, so it travels in the body of a form and never stands in an
address. An address may name the document that is read, as on every list.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.searching import Searched, SearchRequest, search
from hie.record.identifiers import EntryId, FacilityCode, PatientId
from hie.record.wording import LONGEST
from viewer.asked import asked_patient
from viewer.drawing import signs
from viewer.found import Choices, LookedFor, choices_of, looked_for, paper_of
from viewer.heads import head_of
from viewer.locale import Words
from viewer.screen import requester_of, screen_of, words_of
from viewer.sheets import opened_sheet
from viewer.shelf import chosen_of

router = APIRouter(include_in_schema=False)


@router.get("/patients/{patient}/search")
@declares(RECORDS, About.PATIENT)
def page(request: Request, patient: str) -> Response:
    """Show the box, with nothing asked yet, and the document that the address names."""
    return _found(request, asked_patient(patient), LookedFor())


@router.post("/patients/{patient}/search")
@declares(RECORDS, About.PATIENT)
def look(
    request: Request,
    patient: str,
    words: Annotated[str, Form()] = "",
    pick: Annotated[str, Form()] = "",
) -> Response:
    """Show what holds the words that were typed, or what the button that was pressed stands for."""
    return _found(request, asked_patient(patient), looked_for(words, pick))


def _found(request: Request, patient: PatientId, asked: LookedFor) -> Response:
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    classes = {kind for kind, row in screen.row_of.items() if row.key == asked.kind}
    custodian = FacilityCode(asked.facility if asked.facility in screen.facilities() else "")
    found = search(
        screen.services.store,
        screen.services.clock,
        SearchRequest(requester, patient, asked.words, classes, custodian, asked.skip),
    )
    codes = dict.fromkeys(one.hit.custodian for one in found.found)
    shown = signs(
        [screen.facility(code) for code in codes], requester.facility, words, screen.facilities().values()
    )
    base = f"/patients/{patient}/search"
    opened = EntryId(chosen_of(request.query_params).opened)
    shows = bool(asked.words) and not found.problem
    return screen.page(
        request,
        "searching.html",
        **head_of(screen, requester, found.file, words, found.beat, found.newest),
        query=asked.words[:LONGEST],
        problem=_problem(found, asked, words),
        asked=shows,
        total=found.total,
        papers=[paper_of(base, screen, one, shown[one.hit.custodian], words) for one in found.found],
        first=found.skipped + 1,
        choices=choices_of(screen, found, asked, words) if shows else Choices(),
        opened=opened_sheet(screen, requester, patient, opened, words),
    )


def _problem(found: Searched, asked: LookedFor, words: Words) -> str:
    """Say why nothing was looked for; nothing is wrong with a box that nobody filled yet."""
    return words(f"search.{found.problem}") if found.problem and asked.words else ""
