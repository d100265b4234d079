"""Showing a factor anew before a risky act; afterwards one is back at the form, and sends it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import EVERYBODY, About, declares
from hie.exchange.signing.second_factors import factors
from hie.exchange.signing.signing_in import PASSWORD_ALONE, SignInFailed, confirm, confirm_question
from viewer.screen import inside, screen_of
from viewer.visits import LONGEST_ANSWER, give_session, reception_of, site_of, visit_of

router = APIRouter(include_in_schema=False)


@router.get("/confirm")
@declares(EVERYBODY, About.ONESELF)
def ask(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Ask for what the person has: a passkey, a code, or the password where that is enough."""
    return _page(request, inside(next))


@router.get("/confirm/passkey")
@declares(EVERYBODY, About.ONESELF)
def question(request: Request) -> Response:
    """Return what the browser asks the person's passkeys."""
    asked = confirm_question(reception_of(request), site_of(request), request.state.session)
    return Response(asked, media_type="application/json")


@router.post("/confirm")
@declares(EVERYBODY, About.ONESELF)
def by_code(
    request: Request,
    proof: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Take a code, or the password where the region asks for no second factor."""
    return _confirmed(request, proof, next, passkey=False)


@router.post("/confirm/passkey")
@declares(EVERYBODY, About.ONESELF)
def by_passkey(
    request: Request,
    answer: Annotated[str, Form(max_length=LONGEST_ANSWER)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Take a passkey's answer."""
    return _confirmed(request, answer, next, passkey=True)


def _confirmed(request: Request, proof: str, back: str, *, passkey: bool) -> Response:
    visit = visit_of(request)
    try:
        fresh = confirm(reception_of(request), site_of(request), visit.session, proof, visit, passkey=passkey)
    except SignInFailed as failed:
        problem = "sign_in.wait" if failed.wait else "confirm.failed"
        return _page(request, inside(back), problem, 429 if failed.wait else 401)
    answer = RedirectResponse(inside(back), 303)
    give_session(request, answer, fresh.token, fresh.session)
    return answer


def _page(request: Request, back: str, problem: str = "", status: int = 200) -> Response:
    reception, session = reception_of(request), request.state.session
    with reception.store.look() as work:
        has = factors(work, session.account, reception.clock.now())
    return screen_of(request).page(
        request,
        "confirm.html",
        status,
        next=back,
        problem=problem,
        by_password=session.assurance == PASSWORD_ALONE,
        by_passkey=bool(has.passkeys),
    )
