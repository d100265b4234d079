"""One's own consents: what is in force, who joined since, and taking back at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from consent.model import Facilities, Withdrawal
from hie.exchange.consents import taking_back
from hie.exchange.consents.proposals import codes_of
from hie.exchange.consents.standing import OF_THE_PERSON, overview
from hie.exchange.consents.taking_back import Proof
from hie.exchange.gate.declared import About, declares
from hie.record.errors import Invalid
from viewer.consents import drawn_of
from viewer.desk import person_words, places, problem_of
from viewer.screen import requester_of, screen_of, words_of

router = APIRouter(include_in_schema=False)


@router.get("/my-consents")
@declares(OF_THE_PERSON, About.DECISIONS)
def show(request: Request) -> Response:
    """Show one's own consents."""
    return _shown(request, "")


@router.post("/my-consents/withdraw")
@declares(OF_THE_PERSON, About.DECISIONS, fresh=True)
def withdraw(
    request: Request,
    disclosers: Annotated[str, Form()] = "",
    recipients: Annotated[str, Form()] = "",
) -> Response:
    """Take back, at once."""
    requester, services = requester_of(request), screen_of(request).services
    try:
        taking_back.take_back(
            services.store,
            services.clock,
            services.scans,
            requester,
            requester.patient,
            Withdrawal(_side(disclosers), _side(recipients)),
            Proof(),
        )
    except Invalid as error:
        return _shown(request, problem_of(error, words_of(request)))
    return RedirectResponse("/my-consents", 303)


def _side(codes: str) -> Facilities:
    return None if codes == "*" else codes_of([code for code in codes.split(",") if code])


def _shown(request: Request, problem: str) -> Response:
    screen, requester, words = screen_of(request), requester_of(request), words_of(request)
    services = screen.services
    found = overview(services.store, services.clock, requester, requester.patient)
    return screen.page(
        request,
        "my_consents.html",
        who=person_words(found.file.patient, screen.today(), words),
        drawn=drawn_of(found, screen.name_of, words),
        places=places(screen),
        problem=problem,
    )
