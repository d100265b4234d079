"""Documents and images of a patient, each as a list beside the one that is read."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.honesty import absence
from hie.exchange.records.listing import ListRequest, listing
from hie.record.entry import PAPERS, PICTURES, DocumentClass
from hie.record.identifiers import EntryId
from hie.record.times import ALWAYS
from viewer.asked import asked_patient
from viewer.drawing import signs
from viewer.heads import head_of
from viewer.screen import requester_of, screen_of, words_of
from viewer.sharing import sharings_of, why
from viewer.sheets import opened_sheet
from viewer.shelf import Shelving, chosen_of, pictured_of, shelf_of

router = APIRouter(include_in_schema=False)


@router.get("/patients/{patient}/documents")
@declares(RECORDS, About.PATIENT)
def documents(request: Request, patient: str) -> Response:
    """Show letters, summaries and notes of every hospital, newest first."""
    return _shelf(request, patient, "documents", PAPERS)


@router.get("/patients/{patient}/images")
@declares(RECORDS, About.PATIENT)
def images(request: Request, patient: str) -> Response:
    """Show imaging studies and examinations of every hospital, newest first."""
    return _shelf(request, patient, "images", PICTURES)


def _shelf(request: Request, patient: str, which: str, classes: frozenset[DocumentClass]) -> Response:
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services, whose = screen.services, asked_patient(patient)
    found = listing(services.store, services.clock, ListRequest(requester, whose, f"view-{which}", classes))
    chosen = chosen_of(request.query_params)
    codes = dict.fromkeys(one.line.custodian for one in found.listed)
    shown = signs(
        [screen.facility(code) for code in codes], requester.facility, words, screen.facilities().values()
    )
    made = Shelving(
        f"/patients/{patient}/{which}",
        chosen,
        shown,
        screen.row_of,
        words,
        found.unseen,
        pictured_of(found.listed),
    )
    told = sharings_of(screen, requester, found.file, found.grant)
    return screen.page(
        request,
        "shelf.html",
        **head_of(screen, requester, found.file, words, found.beat, found.newest),
        which=which,
        title=words(f"shelf.{which}"),
        shelf=shelf_of(found.listed, made),
        chosen=chosen,
        opened=opened_sheet(screen, requester, whose, EntryId(chosen.opened), words),
        why="" if found.listed else why(absence(told, classes, ALWAYS), screen.name_of, words),
    )
