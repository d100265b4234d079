"""What came, and what was held back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from hie.record.identifiers import FacilityCode


class Quarantined(NamedTuple):
    """A document that could not be filed, and why. The bytes stay at the source."""

    facility: FacilityCode
    locator: str
    reason: str
    """Rule id of the finding, e.g. `JIS-01`, `ID-01`."""
    message: str
    seen_at: int


class FeedRun(NamedTuple):
    """One run of ingest: counts only, so that nothing of withheld patients is kept."""

    facility: FacilityCode
    started_at: int
    finished_at: int
    seen: int
    indexed: int
    unchanged: int
    withheld: int
    quarantined: int


class FeedHour(NamedTuple):
    """What the runs that began in one hour came to."""

    hour: int
    """Hours since 1970."""
    indexed: int
    quarantined: int
    finished_at: int
    """When the last of them that filed something ended; 0 if none did."""


class Feeds(Protocol):
    """Runs and quarantine of each source."""

    def quarantine(self, items: Iterable[Quarantined]) -> int:
        """Keep each with its reason, the same facility and locator once; return how many were new."""

    def release(self, facility: FacilityCode, locators: Sequence[str]) -> None:
        """Forget quarantined locators that could be filed now."""

    def quarantined(self, facility: FacilityCode) -> Sequence[Quarantined]:
        """Return what stands in quarantine, newest first."""

    def key(self) -> bytes:
        """Return the hub's own key for digests of locators: the same as long as the database lives."""

    def finished(self, run: FeedRun) -> None:
        """Record a run."""

    def runs(self, facility: FacilityCode, limit: int) -> Sequence[FeedRun]:
        """Return the newest runs, newest first."""

    def hours(self, facility: FacilityCode, since: int) -> Sequence[FeedHour]:
        """Add the runs that began at `since` or later up by the hour, oldest first; no hour without one."""
