"""The feed monitor: one light per hospital, and a page of each with its quarantine.

Hospital IT sees its own hospital, the secretariat all of them, nobody else that there is such a page.
Nothing here names a patient; where a document lies is shown to its own hospital alone.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.feeds.feed_lights import urgency
from hie.exchange.feeds.feed_monitor import MONITORS, MOST_LOCATORS, FeedState, ask_replay, feed, feeds
from hie.exchange.gate.declared import About, declares
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester
from viewer.feeds import line_of, page_of, tally_of
from viewer.screen import Screen, requester_of, screen_of, wants_fragment, words_of

ALL = "all"

router = APIRouter(include_in_schema=False)


@router.get("/feeds")
@declares(MONITORS, About.FEED)
def overview(request: Request) -> Response:
    """Show every feed that the requester may see, the worst first."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    states = sorted(feeds(screen.services.store, screen.services.clock, requester), key=urgency)
    return screen.page(
        request,
        "feeds_lines.html" if wants_fragment(request) else "feeds.html",
        lines=[line_of(state, words) for state in states],
        tally=tally_of(states, words),
    )


@router.get("/feeds/{facility}")
@declares(MONITORS, About.FEED)
def one(request: Request, facility: str) -> Response:
    """Show one hospital's feed."""
    requester, screen = requester_of(request), screen_of(request)
    return _drawn(request, _feed(screen, requester, facility), "")


@router.post("/feeds/{facility}/replay")
@declares(MONITORS, About.FEED)
def replay(
    request: Request,
    facility: str,
    chosen: Annotated[list[str] | None, Form()] = None,
    which: Annotated[str, Form()] = "",
) -> Response:
    """Ask the hospital's edge to read quarantined documents again.

    `which` is the code of one of them, `all`, or empty for those that were `chosen`.
    """
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    state = _feed(screen, requester, facility)
    wanted = set(chosen or ()) if not which else {which}
    try:
        asked = _ask(screen, requester, state, None if which == ALL else wanted)
    except Invalid:
        asked = 0
    if not wants_fragment(request):
        return RedirectResponse(f"/feeds/{state.facility.code}#tasks", 303)
    note = words.counted("feed.asked", asked) if asked else words("feed.asked.none")
    return _drawn(request, _feed(screen, requester, facility), note)


def _feed(screen: Screen, requester: Requester, facility: str) -> FeedState:
    return feed(screen.services.store, screen.services.clock, requester, FacilityCode(facility))


def _drawn(request: Request, state: FeedState, note: str) -> Response:
    words = words_of(request)
    template = "feed_fragment.html" if wants_fragment(request) else "feed.html"
    own = requester_of(request).facility == state.facility.code
    return screen_of(request).page(request, template, feed=page_of(state, words, own=own), note=note)


def _ask(screen: Screen, requester: Requester, state: FeedState, codes: set[str] | None) -> int:
    """Leave tasks for the documents of these codes, for every source if none; return how many documents."""
    held = [one for one in state.quarantine if one.source and (codes is None or one.code in codes)]
    services, asked = screen.services, 0
    for source in dict.fromkeys(one.source for one in held):
        locators = [one.locator for one in held if one.source == source]
        chunks = [locators[at : at + MOST_LOCATORS] for at in range(0, len(locators), MOST_LOCATORS)]
        for chunk in [[]] if codes is None else chunks:
            ask_replay(services.store, services.clock, requester, state.facility.code, source, chunk)
        asked += len(locators)
    return asked
