"""What can be seen of one patient, side by side: the pages that stand under each patient's head."""

from __future__ import annotations

from typing import NamedTuple

from hie.record.requester import Requester, Role


class Tab(NamedTuple):
    """One page of a patient: how its address ends, and the key of its word."""

    ending: str
    word: str


TABS = (
    Tab("", "tab.calendar"),
    Tab("/summary", "tab.summary"),
    Tab("/results", "tab.results"),
    Tab("/medications", "tab.medications"),
    Tab("/documents", "tab.documents"),
    Tab("/images", "tab.images"),
)
"""In the order in which they are drawn; each is one click from every other."""

BELOW = {"/search": "/documents"}
"""Pages without a tab of their own, and the tab below which they stand."""


def opens_at(requester: Requester) -> str:
    """Say how the address of the page ends that a person opens first of a patient."""
    return "/medications" if requester.role is Role.PHARMACIST else ""


class PlacedTab(NamedTuple):
    """A tab of one patient, and whether it is the page that is shown."""

    address: str
    word: str
    current: bool


def tabs_of(patient: str, here: str) -> tuple[PlacedTab, ...]:
    """Place the tabs for a patient; `here` is the address of the page that is drawn, with its query."""
    base, path = f"/patients/{patient}", here.partition("?")[0]
    path = base + BELOW.get(path.removeprefix(base), path.removeprefix(base))
    return tuple(PlacedTab(base + tab.ending, tab.word, path == base + tab.ending) for tab in TABS)
