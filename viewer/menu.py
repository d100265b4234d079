"""The menu of each role: what stands in it and where it leads, in one list."""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.gate.declared import DESK, TREATING
from hie.record.requester import Requester, Role

_PERSONS = frozenset({Role.PATIENT, Role.FAMILY})
_PROPOSING = DESK | {
    *(Role.DOCTOR, Role.DENTIST, Role.NURSE, Role.VISITING_NURSE, Role.PHARMACIST, Role.CLERK),
}


class Item(NamedTuple):
    """One entry: where it leads, the key of its word, for whom it is, and whether it bears a number."""

    address: str
    word: str
    roles: frozenset[Role]
    counted: bool = False


ITEMS = (
    Item("/today", "menu.today", DESK),
    Item("/my-day", "menu.my_day", TREATING),
    Item("/patients", "menu.patients", TREATING),
    Item("/accesses", "menu.accesses", _PERSONS),
    Item("/my-consents", "menu.my_consents", _PERSONS),
    Item("/could-see", "menu.could_see", _PERSONS),
    Item("/desk", "menu.desk", _PROPOSING),
    Item("/tables", "menu.tables", frozenset({Role.CLERK})),
    Item("/links", "menu.links", DESK),
    Item("/people", "menu.people", DESK),
    Item("/feeds", "menu.feeds", frozenset({Role.SECRETARIAT, Role.FEED_OPERATOR})),
    Item("/audit", "menu.audit", DESK),
    Item("/reviews", "menu.reviews", DESK),
    Item("/simulator", "menu.simulator", DESK),
    Item("/notices", "menu.notices", DESK | _PERSONS, counted=True),
)
"""In the order in which they are drawn: what is asked for most comes first."""


def menu_of(requester: Requester | None) -> tuple[Item, ...]:
    """Return the entries of whoever is signed in; none for nobody."""
    return tuple(item for item in ITEMS if requester is not None and requester.role in item.roles)


def home_of(requester: Requester | None) -> str:
    """Return where a person's work begins: what the brand in the corner leads to."""
    if requester is None or requester.role in TREATING:
        return "/my-day"
    return next((item.address for item in menu_of(requester)), "/")  # a role may have no work here
