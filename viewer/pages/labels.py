"""The labels of an opened document: put on with one press, taken off by two people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import About, declares
from hie.exchange.records.marking import BY_HAND, MARKING, answer_unmarking, ask_to_unmark, mark
from hie.record.entry import Label
from hie.record.errors import Conflict, NotFound, Refused
from hie.record.identifiers import EntryId
from viewer.asked import asked_patient
from viewer.screen import requester_of, screen_of

GREATEST = 2**63 - 1
"""Number of an entry that a database takes."""

router = APIRouter(include_in_schema=False)


@router.post("/patients/{patient}/entries/{number}/labels")
@declares(MARKING, About.PATIENT)
def change(
    request: Request,
    patient: str,
    number: int,
    label: Annotated[int, Form()] = 0,
    act: Annotated[str, Form()] = "mark",
) -> Response:
    """Put a label on, ask that one be taken off, or answer who asked; then show the document again."""
    requester, services, whose = requester_of(request), screen_of(request).services, asked_patient(patient)
    if label not in map(int, BY_HAND) or not 0 < number <= GREATEST:
        raise NotFound("no such label or document")
    where = (services.store, services.clock, requester, whose, EntryId(number), Label(label))
    try:
        if act == "mark":
            mark(*where)
        elif act == "ask":
            ask_to_unmark(*where)
        else:
            answer_unmarking(*where, agreed=act == "agree")
    except (Conflict, Refused):
        pass  # somebody was first, or it is one's own wish: the document shows how it stands
    return RedirectResponse(f"/patients/{patient}/entries/{number}#labels-{number}", 303)
