"""The consent form of a registration, to be printed and signed; its QR code holds no data of a person."""

from __future__ import annotations

import io

import segno
from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.consents import registering, scanning
from hie.exchange.consents.registering import PROPOSERS, VERIFIERS
from hie.exchange.gate.declared import About, declares
from viewer.consent_words import provision_words
from viewer.desk import person_words
from viewer.screen import requester_of, screen_of, words_of

DESKS = PROPOSERS | VERIFIERS

router = APIRouter(include_in_schema=False)


@router.get("/desk/{number}/paper")
@declares(DESKS, About.DECISIONS)
def paper(request: Request, number: str) -> Response:
    """Show the form as it is printed on A4."""
    screen, words = screen_of(request), words_of(request)
    services = screen.services
    found = registering.read(services.store, services.clock, requester_of(request), number).registration
    proposal = found.proposal
    known = screen.person(proposal.patient).patient if proposal.patient else proposal
    scope = [provision_words(one, screen.name_of, words) for one in proposal.provisions]
    return screen.page(
        request,
        "desk_paper.html",
        number=found.id,
        who=person_words(known, screen.today(), words),
        scope=scope,
        version=proposal.paper.form_version,
        taken_at=screen.name_of(found.facility),
    )


@router.get("/desk/{number}/code.svg")
@declares(DESKS, About.DECISIONS)
def code(request: Request, number: str) -> Response:
    """Draw the code that files the signed form."""
    services = screen_of(request).services
    found = registering.read(services.store, services.clock, requester_of(request), number).registration
    drawn = io.BytesIO()
    made = segno.make(scanning.code_of(found.id), error="q", micro=False)
    made.save(drawn, kind="svg", scale=4, border=4, light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")
