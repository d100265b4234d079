"""Breaking the glass, from the button to the banner: reason, confirmation, calendar, end.

What is typed travels in the body of forms only. Every step asks for a second factor that is fresh.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.breakglass.emergency import (
    HOURS,
    REASONS,
    ROLES,
    Asked,
    NotOpened,
    Why,
    break_glass,
    check_reason,
    end,
    extend,
    may_break,
)
from hie.exchange.gate.declared import About, declares
from hie.exchange.ports import Session
from hie.record.eras import read_day
from hie.record.errors import NotFound
from viewer.formats import full_day
from viewer.identifying import Typed
from viewer.locale import Words
from viewer.screen import requester_of, screen_of, words_of

CONFIRM, OPEN = "confirm", "open"

router = APIRouter(include_in_schema=False)


class Filled(NamedTuple):
    """The form as it was filled in."""

    number: str = ""
    kana: str = ""
    birth: str = ""
    sex: str = ""
    reason: str = ""
    text: str = ""
    hours: int = HOURS[0]


@router.get("/emergency")
@declares(ROLES, About.DECISIONS, fresh=True)
def form(request: Request) -> Response:
    """Show the form; to who may not, there is none."""
    _expect(request)
    return _drawn(request, Filled())


@router.post("/emergency")
@declares(ROLES, About.DECISIONS, fresh=True)
def asked(  # noqa: PLR0913, PLR0917  a form
    request: Request,
    number: Annotated[str, Form()] = "",
    kana: Annotated[str, Form()] = "",
    birth: Annotated[str, Form()] = "",
    sex: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    hours: Annotated[int, Form()] = HOURS[0],
    step: Annotated[str, Form()] = "",
) -> Response:
    """Ask whether it is meant, then open: a person is looked for only in the second step."""
    _expect(request)
    filled, words = Filled(number, kana, birth, sex, reason, text, hours), words_of(request)
    identity = Typed(number, "", kana, birth, sex).identity(with_sex=True)
    if identity is None:
        return _drawn(request, filled, words("emergency.problem.identity"))
    wanted = Asked(identity, reason, text, hours)
    try:
        check_reason(wanted)
        if step == OPEN:
            return _opened(request, wanted)
    except NotOpened as refused:
        return _drawn(request, filled, words(f"emergency.problem.{refused.why}"))
    return _drawn(request, filled, confirming=step == CONFIRM)


@router.post("/emergency/{session}/end")
@declares(ROLES, About.PATIENT)
def ended(request: Request, session: str) -> Response:
    """End one's own emergency now."""
    services = screen_of(request).services
    end(services.store, services.clock, requester_of(request), session)
    return RedirectResponse("/patients", 303)


@router.post("/emergency/{session}/extend")
@declares(ROLES, About.PATIENT, fresh=True)
def extended(request: Request, session: str) -> Response:
    """Let one's own emergency last to the most it may."""
    services = screen_of(request).services
    longer = extend(
        services.store, services.clock, requester_of(request), session, _session(request).confirmed_at
    )
    return RedirectResponse(f"/patients/{longer.patient}", 303)


def _opened(request: Request, wanted: Asked) -> Response:
    services = screen_of(request).services
    opened = break_glass(
        services.store, services.clock, requester_of(request), wanted, _session(request).confirmed_at
    )
    return RedirectResponse(f"/patients/{opened.patient}", 303)


def _session(request: Request) -> Session:
    session: Session | None = request.state.session
    if session is None:
        raise NotOpened(Why.NOT_CONFIRMED)
    return session


def _expect(request: Request) -> None:
    with screen_of(request).services.store.look() as work:
        if not may_break(work, requester_of(request)):
            raise NotFound("no emergency access for the asker")


def _drawn(request: Request, filled: Filled, problem: str = "", *, confirming: bool = False) -> Response:
    words = words_of(request)
    return screen_of(request).page(
        request,
        "emergency.html",
        typed=filled,
        problem=problem,
        confirming=confirming,
        identity=_named(filled, words),
        reasons=REASONS,
        hours=HOURS,
    )


def _named(filled: Filled, words: Words) -> str:
    if filled.number.strip():
        return words("emergency.by.number", number=filled.number.strip())
    born = read_day(filled.birth)
    sex = words(f"sex.{filled.sex}") if filled.sex else ""
    return words("emergency.by.name", kana=filled.kana, birth=full_day(born, words) if born else "", sex=sex)
