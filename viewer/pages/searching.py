"""Words in a patient's documents: a box, filters, and the places where they stand.

What is looked for is as telling as what is found, so it travels in the body of a form and never stands in an
address. A script asks for the section alone; without one the whole page is drawn again.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.searching import SHOWN, Found, Searched, SearchRequest, search
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.wording import LONGEST, Excerpt
from viewer.asked import asked_patient
from viewer.drawing import Sign, signs
from viewer.formats import full_day
from viewer.heads import head_of
from viewer.locale import Words
from viewer.screen import Screen, requester_of, screen_of, wants_fragment, words_of

_DIGITS = 6

router = APIRouter(include_in_schema=False)


class Asked(NamedTuple):
    """What stood in the form."""

    words: str = ""
    kind: str = ""
    """Key of a row of the calendar; empty for all."""
    facility: str = ""
    skip: int = 0


class Choice(NamedTuple):
    """One choice of a filter."""

    value: str
    text: str
    chosen: bool


class Line(NamedTuple):
    """One document that was found."""

    address: str
    day: str
    kind: str
    sign: Sign
    title: Excerpt
    places: tuple[Excerpt, ...]


@router.get("/patients/{patient}/search")
@declares(RECORDS, About.PATIENT)
def page(request: Request, patient: str) -> Response:
    """Show the box, with nothing asked yet."""
    return _found(request, patient, Asked())


@router.post("/patients/{patient}/search")
@declares(RECORDS, About.PATIENT)
def look(  # noqa: PLR0913, PLR0917  a parameter for each field of the form
    request: Request,
    patient: str,
    words: Annotated[str, Form()] = "",
    instead: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    facility: Annotated[str, Form()] = "",
    skip: Annotated[str, Form()] = "",
) -> Response:
    """Show what holds the words, or those that were suggested `instead`."""
    after = int(skip) if skip.isascii() and skip.isdecimal() and len(skip) <= _DIGITS else 0
    return _found(request, patient, Asked(instead or words, kind, facility, after))


def _found(request: Request, patient: str, asked: Asked) -> Response:
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    classes = {kind for kind, row in screen.row_of.items() if row.key == asked.kind}
    custodian = FacilityCode(asked.facility if asked.facility in screen.facilities() else "")
    found = search(
        screen.services.store,
        screen.services.clock,
        SearchRequest(requester, asked_patient(patient), asked.words, classes, custodian, asked.skip),
    )
    codes = [*found.custodians, *(one.hit.custodian for one in found.found)]
    shown = signs([screen.facility(code) for code in codes], requester.facility, words)
    context = {
        "patient": found.file.patient,
        "query": asked.words[:LONGEST],
        "problem": _problem(found, asked, words),
        "asked": bool(asked.words) and not found.problem,
        "total": found.total,
        "lines": [_line(screen, found, one, shown, words) for one in found.found],
        "first": asked.skip + 1,
        "earlier": max(0, asked.skip - SHOWN) if asked.skip else None,
        "later": asked.skip + SHOWN if found.total > asked.skip + SHOWN else None,
        "kinds": _kinds(screen, found, asked.kind, words),
        "hospitals": _hospitals(screen, found, custodian, words),
        "suggestions": found.suggestions,
    }
    if wants_fragment(request):
        return screen.page(request, "search_text.html", **context)
    head = head_of(screen, requester, found.file, words)
    return screen.page(request, "searching.html", **{**head, **context})


def _problem(found: Searched, asked: Asked, words: Words) -> str:
    """Say why nothing was looked for; nothing is wrong with a box that nobody filled yet."""
    return words(f"search.{found.problem}") if found.problem and asked.words else ""


def _line(screen: Screen, found: Searched, one: Found, shown: dict[FacilityCode, Sign], words: Words) -> Line:
    hit = one.hit
    return Line(
        f"/patients/{found.file.patient.id}/entries/{hit.entry}",
        full_day(hit.service_day, words),
        words(f"row.{screen.row_of[hit.document_class].key}"),
        shown[hit.custodian],
        one.title,
        one.places,
    )


def _kinds(screen: Screen, found: Searched, chosen: str, words: Words) -> list[Choice]:
    """Return the kinds of what was found, in the calendar's order, with how many there are."""
    counts: dict[str, int] = {}
    for kind in DocumentClass:
        if number := found.classes.get(kind, 0):
            key = screen.row_of[kind].key
            counts[key] = counts.get(key, 0) + number
    keys = [row.key for row in screen.rows if row.key in counts or row.key == chosen]
    return [
        Choice(key, words("search.of", what=words(f"row.{key}"), n=counts.get(key, 0)), key == chosen)
        for key in keys
    ]


def _hospitals(screen: Screen, found: Searched, chosen: FacilityCode, words: Words) -> list[Choice]:
    codes = sorted({*found.custodians, *([chosen] if chosen else [])})
    return [
        Choice(
            code,
            words("search.of", what=screen.name_of(code), n=found.custodians.get(code, 0)),
            code == chosen,
        )
        for code in codes
    ]
