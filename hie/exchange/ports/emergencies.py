"""Break-glass: who opened a record in an emergency, who looks at it afterwards, and who is told.

The reason's free text lives in these rows only: no log, no audit record, no notice repeats it.
Moments are milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from consent.model import FOREVER, Emergency
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role

LONGEST_TEXT = 200
"""Characters of a reason or of a reviewer's words."""


class EmergencySession(NamedTuple):
    """One person's break-glass for one patient: from a moment to a moment, for a stated reason."""

    id: str
    account: str
    name: str
    """The user's name as it was shown then."""
    facility: FacilityCode
    role: Role
    patient: PatientId
    reason: str
    """A code of `hie.exchange.breakglass.emergency.REASONS`."""
    text: str
    """The reason in the user's words, at most `LONGEST_TEXT` characters."""
    disclosers: tuple[FacilityCode, ...]
    """Facilities whose documents it opened: their officers are told and may review."""
    opened_at: int
    ends_at: int
    """First moment at which it opens nothing any more."""
    ended_at: int = FOREVER
    """When the user closed it early, or something else did."""

    @property
    def over_at(self) -> int:
        """Return the first moment at which it is over."""
        return min(self.ends_at, self.ended_at)

    def is_live(self, now: int) -> bool:
        """Say whether it opens something at `now`."""
        return self.opened_at <= now < self.over_at


class ReviewState(StrEnum):
    """Where the review of an emergency stands."""

    OPEN = "open"
    CLOSED = "closed"
    SUSPENDED = "suspended-user"
    """Nobody reviewed it in time, or it was found wrong: its user may break no glass."""


class Review(NamedTuple):
    """The one look that must be taken at an emergency afterwards (security F.3)."""

    session: str
    due_at: int
    state: ReviewState = ReviewState.OPEN
    reviewer: str = ""
    """Account id; never the user's own."""
    outcome: str = ""
    """A code of `hie.exchange.breakglass.emergency_reviews.OUTCOMES`, or empty."""
    text: str = ""
    at: int = 0


class Reviewed(NamedTuple):
    """An emergency with its review."""

    session: EmergencySession
    review: Review


class Emergencies(Protocol):
    """The break-glass sessions and, one for each, their reviews."""

    def open(self, session: EmergencySession, due_at: int) -> None:
        """Keep a session and the review item that it must have, together."""

    def find(self, session: str) -> Reviewed | None:
        """Return a session with its review."""

    def prolong(self, session: str, ends_at: int) -> bool:
        """Move the end of a session that was not closed, and say whether it was; of two who act, one does."""

    def end(self, session: str, at: int) -> bool:
        """Close a session that was not closed, and say whether it was."""

    def live(self, requester: Requester, patient: PatientId, now: int) -> Emergency | None:
        """Return the session open at `now` for a patient that the requester opened in the present post.

        Of several the one that lasts longest; in another post of theirs it opens nothing.
        """

    def review(self, review: Review, before: Review) -> bool:
        """Replace the review of its session where it is still as it was read, and say whether it was."""

    def among(
        self,
        *,
        account: str | None = None,
        patient: PatientId | None = None,
        states: frozenset[ReviewState] | None = None,
        live_at: int | None = None,
        discloser: FacilityCode | None = None,
        limit: int = 500,
    ) -> Sequence[Reviewed]:
        """Return sessions, the newest first: of a user, about a patient, in a state, live, of a discloser."""


class Duties(Protocol):
    """Which hospitals do emergency duty: only there may anybody break the glass."""

    def set(self, facility: FacilityCode, by: str, at: int, *, on: bool) -> None:
        """Append that a hospital does emergency duty from now on, or does not."""

    def on_duty(self) -> frozenset[FacilityCode]:
        """Return the hospitals that do, as of the last word about each."""


class Addressee(NamedTuple):
    """Whom a notice is for: a role at a facility, the region's secretariat, or a patient."""

    facility: FacilityCode = FacilityCode("")
    """Empty for the secretariat and for a patient."""
    role: Role = Role.SECRETARIAT
    patient: PatientId = PatientId("")
    """Of a patient's own notices; else empty."""


class Notice(NamedTuple):
    """That something happened which somebody must be told; fixed words, no clinical content."""

    id: str
    to: Addressee
    kind: str
    """A code of `hie.exchange.notices.KINDS`."""
    patient: PatientId
    subject: str
    """Id of what it is about, as an emergency's session."""
    at: int
    read_at: int = 0


class Notices(Protocol):
    """The outbox: written in the transaction of what it tells, so that nothing happens untold."""

    def add(self, notices: Sequence[Notice]) -> None:
        """Keep notices."""

    def find(self, to: Sequence[Addressee], limit: int) -> Sequence[Notice]:
        """Return the newest for any of these, the newest first."""

    def unread(self, to: Sequence[Addressee]) -> int:
        """Count those that nobody of the addressed has read; at most 100."""

    def read(self, to: Sequence[Addressee], up_to: int, at: int) -> None:
        """Mark as read what was written up to a moment."""

    def about(self, subject: str) -> Sequence[Notice]:
        """Return the notices about one thing, oldest first."""
