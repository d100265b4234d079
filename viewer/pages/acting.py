"""Where somebody with several posts acts now; another post is another session and another record."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import EVERYBODY, About, declares
from hie.exchange.signing.sessions import posts_of
from hie.exchange.signing.signing_in import act_as
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode
from hie.record.requester import Role
from viewer.screen import inside, screen_of
from viewer.visits import CLEAR, FORGET, give_session, reception_of, visit_of

router = APIRouter(include_in_schema=False)


@router.get("/acting")
@declares(EVERYBODY, About.ONESELF)
def choose(request: Request, next: str = "/") -> Response:  # noqa: A002
    """Show one's posts, one button each; who has one only goes on."""
    reception, requester = reception_of(request), request.state.requester
    with reception.store.look() as work:
        posts = posts_of(work, requester.user, reception.clock.now())
    if len(posts) < 2:  # noqa: PLR2004  nothing to choose
        return RedirectResponse(inside(next), 303)
    screen = screen_of(request)
    lines = [(screen.facility(post.facility), post.role) for post in posts]
    return screen.page(request, "acting.html", next=inside(next), lines=lines)


@router.post("/acting")
@declares(EVERYBODY, About.ONESELF)
def act(
    request: Request,
    post: Annotated[str, Form(max_length=60)] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Go on in the post that was chosen."""
    facility, _, role = post.partition(" ")
    requester = request.state.requester
    answer = RedirectResponse(inside(next), 303)
    if (facility, role) == (requester.facility, requester.role):
        return answer
    if role not in set(Role):
        raise NotFound("no such post")
    token = visit_of(request).session
    opened = act_as(reception_of(request), token, FacilityCode(facility), Role(role), request.state.origin)
    give_session(request, answer, opened.token, opened.session)
    answer.headers[CLEAR] = FORGET
    return answer
