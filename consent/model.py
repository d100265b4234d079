"""What patients decided: consents, their provisions, withdrawals, and the log they stand in.

The log is append-only (law 2): a consent is never changed, it is withdrawn, and another is
given. `decisions_of` folds the log of one patient into what the rules ask.
Moments are milliseconds since 1970, UTC, as the hub's clock says.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester
from hie.record.times import ALWAYS, FIRST_DAY, Period

FOREVER = 2**62
"""A moment after all others: the end of a consent that runs until it is withdrawn."""

Facilities = frozenset[FacilityCode] | None
"""The facilities named, or `None` where the form says "all that take part"."""


class Action(StrEnum):
    """What somebody wants to do with a patient's documents."""

    PUBLISH = "publish"
    """Let a document of the custodian be filed at the hub."""
    VIEW = "view"


class Provision(NamedTuple):
    """One clause of a consent: who shows what to whom, of which days, while it is in force."""

    disclosers: Facilities = None
    recipients: Facilities = None
    classes: frozenset[DocumentClass] | None = None
    service_period: Period = ALWAYS
    starts_at: int = 0
    ends_at: int = FOREVER
    """First moment at which it is no longer in force."""
    ceiling: Confidentiality = Confidentiality.NORMAL

    def in_force(self, now: int) -> bool:
        """Say whether it is in force at `now`."""
        return self.starts_at <= now < self.ends_at

    @property
    def shows_something(self) -> bool:
        """Say whether a document can exist that it lets a recipient see, whoever the facilities are."""
        period = self.service_period
        return max(period.start, FIRST_DAY) <= period.end and (
            self.classes is None or not self.classes <= {DocumentClass.UNKNOWN}
        )


class EventKind(StrEnum):
    """What may happen to a patient's consent."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Withdrawal(NamedTuple):
    """What is taken back: all that was given before it, between these facilities."""

    disclosers: Facilities = None
    recipients: Facilities = None

    def covers(self, discloser: FacilityCode, recipient: FacilityCode) -> bool:
        """Say whether it takes back what `discloser` showed to `recipient`."""
        return named(self.disclosers, discloser) and named(self.recipients, recipient)


EVERYTHING = Withdrawal()


class ConsentEvent(NamedTuple):
    """One line of the consent log. `sequence` grows in commit order; 0 before it is recorded."""

    sequence: int
    patient: PatientId
    kind: EventKind
    recorded_at: int
    recorded_by: str
    evidence: str
    """What proves it: the number of the paper form, a scan's hash."""
    provisions: tuple[Provision, ...] = ()
    """Of a consent given; empty for a withdrawal."""
    withdrawal: Withdrawal | None = None


class GivenConsent(NamedTuple):
    """A consent and the log position it was recorded at."""

    sequence: int
    provisions: tuple[Provision, ...]


class Withdrawn(NamedTuple):
    """A withdrawal and the log position it was recorded at."""

    sequence: int
    withdrawal: Withdrawal


class Decisions(NamedTuple):
    """A patient's log, folded: what was given and what was taken back, in order."""

    position: int
    """Sequence of the last event read; the audit record keeps it."""
    given: tuple[GivenConsent, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()


NOTHING_DECIDED = Decisions(0)


class Question(NamedTuple):
    """Whether `requester` may do `action` with documents of `patient`, at `now`.

    For PUBLISH the requester's facility is the custodian that wants to file.
    """

    requester: Requester
    action: Action
    patient: PatientId
    decisions: Decisions
    now: int
    linked: frozenset[FacilityCode] = frozenset()
    """Facilities with a live link to the patient; needed for VIEW, where it opens one's own."""


def named(facilities: Facilities, facility: FacilityCode) -> bool:
    """Say whether a clause reaches `facility`."""
    return facilities is None or facility in facilities


def decisions_of(events: Iterable[ConsentEvent]) -> Decisions:
    """Fold the events of one patient; their sequences say what came first, not their order here."""
    given: list[GivenConsent] = []
    withdrawn: list[Withdrawn] = []
    position = 0
    for event in events:
        position = max(position, event.sequence)
        if event.kind is EventKind.GIVEN:
            given.append(GivenConsent(event.sequence, event.provisions))
        else:  # a withdrawal that names no scope takes back everything
            withdrawn.append(Withdrawn(event.sequence, event.withdrawal or EVERYTHING))
    return Decisions(position, tuple(given), tuple(withdrawn))
