"""The page of an invited person: prove the code, then choose login and password.

The code comes in the body of a form, typed or put there by a script from behind the `#` of the letter's
address; no server log sees it. Before it is proved the page says nothing of anybody.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hie.exchange.gate.declared import About, declares
from hie.exchange.ports import Invitation
from hie.exchange.roster.inviting import Chosen, Misfilled, NotTaken, accept, opened
from hie.exchange.roster.keepers import PERSONS
from hie.exchange.signing.new_passwords import LONGEST, WeakPassword
from viewer.roster import FINE, Problem, place_named, problem_of
from viewer.screen import screen_of, words_of
from viewer.visits import reception_of, visit_of

LONGEST_CODE = 80
NOTHING = Chosen("", "", "", agreed=False)

router = APIRouter(include_in_schema=False)


@router.get("/invitation")
@declares(None, About.NOTHING)
def ask(request: Request) -> Response:
    """Ask for the code."""
    return screen_of(request).page(request, "invitation.html", problem="")


@router.post("/invitation")
@declares(None, About.NOTHING)
def prove(request: Request, code: Annotated[str, Form(max_length=LONGEST_CODE)] = "") -> Response:
    """Show the form to whom the code belongs."""
    reception = reception_of(request)
    try:
        invitation = opened(reception.store, reception.clock, code, visit_of(request).address)
    except NotTaken as refused:
        return _refused(request, refused)
    return _form(request, invitation, code, NOTHING)


@router.post("/invitation/accept")
@declares(None, About.NOTHING)
def take(  # noqa: PLR0913, PLR0917  the fields of the form
    request: Request,
    code: Annotated[str, Form(max_length=LONGEST_CODE)] = "",
    number: Annotated[str, Form(max_length=100)] = "",
    login: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=4 * LONGEST)] = "",
    again: Annotated[str, Form(max_length=4 * LONGEST)] = "",
    agreed: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Take what the person chose; somebody at the desk approves it."""
    reception, words = reception_of(request), words_of(request)
    address = visit_of(request).address
    chosen = Chosen(number, login, password, agreed=agreed == "yes")
    try:
        invitation = opened(reception.store, reception.clock, code, address)
        if password != again:
            return _form(request, invitation, code, chosen, problem_of(Misfilled("again", "differs"), words))
        accept(reception, code, address, chosen)
    except NotTaken as refused:
        return _refused(request, refused)
    except WeakPassword as weak:
        return _form(request, invitation, code, chosen, Problem("password", words(f"password.{weak.reason}")))
    except Misfilled as wrong:
        return _form(request, invitation, code, chosen, problem_of(wrong, words))
    return screen_of(request).page(
        request, "invitation_done.html", facility_name=place_named(request, invitation.facility).name
    )


def _form(
    request: Request, invitation: Invitation, code: str, chosen: Chosen, problem: Problem = FINE
) -> Response:
    return screen_of(request).page(
        request,
        "invitation_accept.html",
        422 if problem.text else 200,
        invited=invitation,
        place=place_named(request, invitation.facility),
        is_patient=invitation.role in PERSONS,
        code=code,
        chosen=chosen,
        problem=problem,
    )


def _refused(request: Request, refused: NotTaken) -> Response:
    said = "invitation.wait" if refused.wait else "invitation.unknown"
    return screen_of(request).page(request, "invitation.html", 429 if refused.wait else 404, problem=said)
