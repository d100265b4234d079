"""What a person chooses for every calendar: the order of the days, and what is picked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.timeline import CALENDAR_FILTER
from viewer import filters
from viewer.display import CHOICES, ORDER, known
from viewer.screen import inside, requester_of, screen_of

router = APIRouter(include_in_schema=False)


@router.post("/calendar/choices")
@declares(RECORDS, About.ONESELF)
def choose(
    request: Request,
    name: Annotated[str, Form(max_length=20)] = "",
    value: Annotated[str, Form(max_length=400)] = "",
    back: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Keep a choice with the account; lead back."""
    screen = screen_of(request)
    if name == ORDER:
        chosen, preference = known(ORDER, value), ORDER
        chosen = "" if chosen == CHOICES[ORDER][0] else chosen
    else:
        rows = [row.key for row in screen.rows]
        chosen, preference = filters.kept(value, rows).query.removeprefix("&"), CALENDAR_FILTER
    with screen.services.store.work() as work:
        work.preferences.put(requester_of(request).user, preference, chosen)
    return RedirectResponse(inside(back), 303)
