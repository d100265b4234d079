"""Today: what waits at a desk, a card for each kind, those with something to do first."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import DESK, About, declares
from hie.exchange.today import Waiting, waiting
from viewer.locale import Words
from viewer.screen import requester_of, screen_of, words_of

router = APIRouter(include_in_schema=False)


class Card(NamedTuple):
    """One kind of work: how much of it waits, and where it is done."""

    key: str
    waits: int
    address: str
    sentence: str


@router.get("/today")
@declares(DESK, About.DECISIONS)
def today(request: Request) -> Response:
    """Show the numbers; none of them names anybody."""
    screen, words = screen_of(request), words_of(request)
    found = waiting(screen.services.store, screen.services.clock, requester_of(request))
    cards = sorted(_cards(found, words), key=lambda card: card.waits == 0)
    return screen.page(request, "today.html", cards=cards, total=found.total, own=found.own_proposals)


def _cards(found: Waiting, words: Words) -> list[Card]:
    counted = (
        ("consents", found.to_verify + found.in_tray, "/desk"),
        ("links", found.links, "/links"),
        ("people", found.to_approve + found.people, "/people"),
        ("reviews", found.reviews + found.complaints, "/reviews" if found.reviews else "/audit"),
        ("feeds", found.feeds, "/feeds"),
    )
    return [
        Card(key, count, address, words(f"today.{key}.some" if count else f"today.{key}.none"))
        for key, count, address in counted
        if key != "feeds" or found.monitors
    ]
