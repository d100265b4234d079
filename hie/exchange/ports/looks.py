"""Up to where each person has seen a patient's record: marks for the eye, never a right to see anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from hie.record.identifiers import PatientId
from hie.record.times import UNKNOWN_DAY, Day

VISIT_ENDS = 30 * 60 * 1000
"""Milliseconds without a look after which the next look is another visit."""


class Look(NamedTuple):
    """How far somebody has seen one patient's record, in numbers of entries."""

    seen: int
    """The highest number shown at the end of the visit before this one: what is greater is new.

    0 during the first visit: then what is recent is new (`hie.exchange.records.looks`).
    """
    current: int
    """The highest number shown until now."""
    at: int
    """When the last look was, in milliseconds since 1970."""
    quiet: int = 0
    """Until when the person wants no reminder that nothing is heard of the patient."""

    def moved(self, newest: int, at: int) -> Look:
        """Return the mark after another look that showed up to `newest`; no mark ever goes back."""
        seen = self.current if at - self.at >= VISIT_ENDS else self.seen
        return Look(seen, max(self.current, newest), max(self.at, at), self.quiet)


def first_look(newest: int, at: int) -> Look:
    """Return the mark of who looks for the first time: no visit was before this one."""
    return Look(0, newest, at)


class Unseen(NamedTuple):
    """What is new to a person: entries with a number above one, of a day or later."""

    above: int = 0
    since: Day = UNKNOWN_DAY

    def holds(self, entry: int, day: Day) -> bool:
        """Say whether an entry of this service day is new."""
        return entry > self.above and day >= self.since


class Looks(Protocol):
    """What is new since somebody last looked; per person, in no audit record (that stands there already)."""

    def of(self, account: str) -> Mapping[PatientId, Look]:
        """Return all marks of a person."""

    def get(self, account: str, patient: PatientId) -> Look | None:
        """Return the mark of one patient, none where the person never looked."""

    def note(self, account: str, patient: PatientId, newest: int, at: int) -> None:
        """Note a look at a page that was drawn up to the entry `newest`."""

    def put(self, account: str, patient: PatientId, look: Look | None) -> None:
        """Set a mark by hand, or take it away: marked as seen, and that undone."""

    def newest(self) -> int:
        """Return the highest number of an entry that is filed: up to where a page of now is drawn."""
