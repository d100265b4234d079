"""One item opened: what stands in a document, drawn by its row; several of one day together."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.retrieve import open_entry
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId
from viewer.asked import asked_number, asked_patient
from viewer.heads import head_of
from viewer.screen import requester_of, screen_of, wants_fragment, words_of
from viewer.sheets import sheet_of

MOST = 60
"""Entries opened at once: what a calendar's chip may name, with what is linked to it."""

router = APIRouter(include_in_schema=False)


@router.get("/patients/{patient}/entries/{numbers}")
@declares(RECORDS, About.PATIENT)
def entries(request: Request, patient: str, numbers: str) -> Response:
    """Open the entries `12-13-14` of a patient, one after the other; each opening is audited."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services, whose = screen.services, asked_patient(patient)
    opened = [
        open_entry(services.store, services.clock, requester, whose, number, services.read)
        for number in _numbers(numbers)
    ]
    sheets = [sheet_of(screen, requester, whose, one, words) for one in opened]
    if wants_fragment(request):
        return screen.page(request, "entry_fragment.html", sheets=sheets)
    return screen.page(
        request,
        "entry.html",
        sheets=sheets,
        **head_of(screen, requester, screen.person(whose), words),
        back=f"/patients/{patient}?view=month&at={opened[0].entry.facts.service_day}",
    )


def _numbers(text: str) -> list[EntryId]:
    parts = text.split("-")
    if len(parts) > MOST:
        raise NotFound("no such record")
    return [EntryId(asked_number(part)) for part in dict.fromkeys(parts)]
