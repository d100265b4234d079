"""How the screen looks: brightness, contrast, size of letters and the calendar's order, for the person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import EVERYBODY, About, declares
from viewer.display import CHOICES, Display, known
from viewer.screen import inside, requester_of, screen_of
from viewer.visits import give_display

router = APIRouter(include_in_schema=False)


@router.get("/display")
@declares(EVERYBODY, About.ONESELF)
def show(request: Request, done: str = "") -> Response:
    """Show what may be chosen, and what is."""
    account = requester_of(request).user
    with screen_of(request).services.store.look() as work:
        kept = work.preferences.of(account)
    chosen = {name: known(name, kept.get(name, "")) for name in CHOICES}
    return screen_of(request).page(request, "display.html", choices=CHOICES, chosen=chosen, done=done == "1")


@router.post("/display")
@declares(EVERYBODY, About.ONESELF)
def choose(
    request: Request,
    theme: Annotated[str, Form(max_length=20)] = "",
    contrast: Annotated[str, Form(max_length=20)] = "",
    letters: Annotated[str, Form(max_length=20)] = "",
    order: Annotated[str, Form(max_length=20)] = "",
    undo: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Keep the choice; a choice that is none of ours is what is usual, and `undo` returns to that."""
    given = {"theme": theme, "contrast": contrast, "letters": letters, "order": order}
    chosen = {name: known(name, "" if undo else value) for name, value in given.items()}
    account = requester_of(request).user
    with screen_of(request).services.store.work() as work:
        for name, value in chosen.items():
            work.preferences.put(account, name, "" if value == CHOICES[name][0] else value)
    answer = RedirectResponse(inside("/display?done=1"), 303)
    give_display(request, answer, Display.of(chosen))
    return answer
