"""What patients decided: consents, their provisions, withdrawals, and the log they stand in.

The log is append-only (law 2): a consent is never changed, it is withdrawn, and another is
given. `decisions_of` folds the log of one patient into what the rules ask.
Moments are milliseconds since 1970, UTC, as the hub's clock says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from hie.record.entry import NO_LABELS, Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester
from hie.record.times import ALWAYS, UNKNOWN_DAY, Day, Period

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
    labels: int = NO_LABELS
    """Sensitive classes the patient opted in to, as bits of `Label`."""
    emergency: bool = False
    """Whether the form's emergency clause was agreed to (security B.2 step 11)."""
    later_members: bool = False
    """Whether "all that take part" includes those who join later, once that was made known and
    `NOTICE` has passed; else it is all at signing (B.2 step 8)."""

    def in_force(self, now: int) -> bool:
        """Say whether it is in force at `now`."""
        return self.starts_at <= now < self.ends_at


class EventKind(StrEnum):
    """What may happen to a patient's consent."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    RESTRICTED = "restricted"
    """The patient refuses something, or a discloser holds something back: beats every consent."""
    LIFTED = "lifted"
    """An earlier restriction ends."""
    CARE_STARTED = "care-started"
    """A facility says that it treats the patient from now on, and why."""
    CARE_ENDED = "care-ended"
    DECEASED = "deceased"
    """The patient died; closed once `GRACE` has passed."""


class Withdrawal(NamedTuple):
    """What is taken back: all that was given before it, between these facilities."""

    disclosers: Facilities = None
    recipients: Facilities = None

    def covers(self, discloser: FacilityCode, recipient: FacilityCode) -> bool:
        """Say whether it takes back what `discloser` showed to `recipient`."""
        return named(self.disclosers, discloser) and named(self.recipients, recipient)


EVERYTHING = Withdrawal()

NOTICE = 30 * 86_400_000
"""Milliseconds between the notice of a new member and its being among "all that take part"."""
GRACE = 30 * 86_400_000
"""Milliseconds for which closing care may still look after a death was recorded."""


class Restriction(NamedTuple):
    """What is closed between facilities, whatever else was agreed: a refusal or a hold (B.2 steps 2, 5)."""

    disclosers: Facilities = None
    recipients: Facilities = None
    users: frozenset[str] | None = None
    """Account ids, or `None` for everybody at the recipients."""
    classes: frozenset[DocumentClass] | None = None
    by_discloser: bool = False
    """A hold of the discloser's (院内判断); else the patient's own refusal."""


class Care(NamedTuple):
    """That a facility treats the patient (care relationship, B.1)."""

    facility: FacilityCode
    ends_at: int = FOREVER
    reason: str = ""
    """A code of the desk's list; never free text about the patient."""


class Paper(NamedTuple):
    """What the form itself says, kept for whoever asks later; the gate looks at none of it."""

    signed_on: Day = UNKNOWN_DAY
    form_version: str = ""
    signer: str = ""
    """`patient`, or on what basis somebody else signed: `parent`, `guardian`, `family`, `attorney`."""
    scan: str = ""
    """SHA-256 of the attached scan in hex, or empty."""
    taken_at: str = ""
    """Facility at whose counter it was signed."""
    proposed_by: str = ""
    """Account that wrote the form down; `recorded_by` verified it, and is another (I2)."""
    representative: str = ""
    """Name of who signed in the patient's place, as the form says it; empty where the patient did."""
    minors_view: str = ""
    """`agrees`, where a patient of 15 to 17 years was asked beside the parent (B.8)."""


NO_PAPER = Paper()


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
    restriction: Restriction | None = None
    lifts: int = 0
    """Sequence of the restriction that a LIFTED event ends, or of a death that was recorded in error."""
    care: Care | None = None
    valid_from: int = 0
    """When it became true in the world; what is recorded late counts from `recorded_at` for the gate,
    and from here for who asks in hindsight (B.10)."""
    paper: Paper = NO_PAPER


class GivenConsent(NamedTuple):
    """A consent and the log position it was recorded at."""

    sequence: int
    provisions: tuple[Provision, ...]
    recorded_at: int = 0
    """Moment at which "all at signing" is counted."""


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
    restrictions: tuple[Restriction, ...] = ()
    """Those not lifted."""
    care: tuple[Care, ...] = ()
    """The last word of each facility that started care and has not ended it."""
    closed_at: int = FOREVER
    """First moment at which the record of a deceased patient is closed."""


NOTHING_DECIDED = Decisions(0)


class Term(NamedTuple):
    """One time of a facility in the region: from joining to leaving; returning begins another (I10)."""

    joined_at: int
    left_at: int = FOREVER
    noticed_at: int = FOREVER
    """When patients were told that it joined; FOREVER if nobody was."""


class Suspension(NamedTuple):
    """A time in which a facility's participation rests."""

    starts_at: int
    ends_at: int = FOREVER


class Membership(NamedTuple):
    """All that is known of a facility's taking part, oldest first."""

    terms: tuple[Term, ...] = ()
    suspensions: tuple[Suspension, ...] = ()

    def term(self, at: int) -> Term | None:
        """Return the term that `at` lies in, suspended or not; a loop, asked for every facility linked."""
        for one in self.terms:
            if one.joined_at <= at < one.left_at:
                return one
        return None

    def takes_part(self, at: int) -> bool:
        """Say whether the facility takes part at `at`."""
        for one in self.suspensions:
            if one.starts_at <= at < one.ends_at:
                return False
        return self.term(at) is not None


class Region(NamedTuple):
    """Who takes part, as one version of the directory says; made once per version and shared."""

    members: Mapping[FacilityCode, Membership]
    version: int = 0

    def takes_part(self, facility: FacilityCode, at: int) -> bool:
        """Say whether `facility` takes part at `at`; one nobody knows does not (law 6)."""
        membership = self.members.get(facility)
        return membership is not None and membership.takes_part(at)


NO_REGION = Region({})
"""In which nobody takes part: what a question without a region is asked in."""


class Emergency(NamedTuple):
    """A break-glass session that is open for the requester and this one patient (B.2 step 11)."""

    id: str
    ends_at: int


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
    region: Region = NO_REGION
    emergency: Emergency | None = None
    """Where the requester broke the glass for this patient."""


def named(facilities: Facilities, facility: FacilityCode) -> bool:
    """Say whether a clause reaches `facility`."""
    return facilities is None or facility in facilities


def decisions_of(events: Iterable[ConsentEvent]) -> Decisions:
    """Fold the events of one patient; their sequences say what came first, not their order here."""
    given: list[GivenConsent] = []
    withdrawn: list[Withdrawn] = []
    others: list[ConsentEvent] = []
    position = 0
    for event in events:
        position = max(position, event.sequence)
        if event.kind is EventKind.GIVEN:
            given.append(GivenConsent(event.sequence, event.provisions, event.recorded_at))
        elif event.kind is EventKind.WITHDRAWN:  # one that names no scope takes back everything
            withdrawn.append(Withdrawn(event.sequence, event.withdrawal or EVERYTHING))
        else:
            others.append(event)
    if not others:
        return Decisions(position, tuple(given), tuple(withdrawn))
    lifted = {one.lifts for one in others if one.kind is EventKind.LIFTED and one.lifts < one.sequence}
    return Decisions(
        position,
        tuple(given),
        tuple(withdrawn),
        tuple(
            one.restriction or Restriction()  # one that names no scope closes everything
            for one in others
            if one.kind is EventKind.RESTRICTED and one.sequence not in lifted
        ),
        _care(others),
        min(
            (
                one.recorded_at + GRACE
                for one in others
                if one.kind is EventKind.DECEASED and one.sequence not in lifted
            ),
            default=FOREVER,
        ),
    )


def _care(events: Iterable[ConsentEvent]) -> tuple[Care, ...]:
    """Return each facility's last word, where it is that care has started."""
    said: dict[FacilityCode, ConsentEvent] = {}
    for event in events:
        if event.care is not None and event.kind in {EventKind.CARE_STARTED, EventKind.CARE_ENDED}:
            before = said.get(event.care.facility)
            if before is None or before.sequence < event.sequence:
                said[event.care.facility] = event
    return tuple(
        event.care
        for event in said.values()
        if event.kind is EventKind.CARE_STARTED and event.care is not None
    )
