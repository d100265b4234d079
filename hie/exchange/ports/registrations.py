"""What the consent desk writes down before it counts: registrations, and the scans that prove them.

A registration (申請) changes no decision. What it proposes counts from the commit in which a second
person verified it (I2, I8). Moments are milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from consent.model import NO_PAPER, Paper, Provision
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import HumanName, Sex
from hie.record.times import UNKNOWN_DAY, Day

MOST_REGISTRATIONS = 500
"""Lines that one question returns."""
LARGEST_SCAN = 10 * 1024 * 1024
"""Bytes of one file; scans are kept in the database, because decisions are what a backup is for."""


class RegistrationKind(StrEnum):
    """What is proposed; each needs a second person, because each opens or closes for good."""

    CONSENT = "consent"
    LIFT = "lift"
    """A refusal or a hold ends."""
    DEATH = "death"


class RegistrationState(StrEnum):
    """Life of a registration."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    VERIFIED = "verified"
    REJECTED = "rejected"
    """Sent back; may be written again."""
    CANCELLED = "cancelled"


OPEN_STATES = (RegistrationState.PROPOSED, RegistrationState.DRAFT, RegistrationState.REJECTED)
"""Those that wait for somebody."""


class Proposal(NamedTuple):
    """What the desk typed from the form: who, whose numbers, what is allowed, who signed."""

    kind: RegistrationKind = RegistrationKind.CONSENT
    patient: PatientId = PatientId("")
    """The person it is about; empty for one who is new to the region."""
    name: HumanName = HumanName()
    birth_day: Day = UNKNOWN_DAY
    sex: Sex = Sex.UNKNOWN
    phone: str = ""
    numbers: tuple[LocalPatientId, ...] = ()
    """Local numbers to link to the person."""
    provisions: tuple[Provision, ...] = ()
    paper: Paper = NO_PAPER
    template: str = ""
    """Which form was printed: `all`, `listed` or `narrow`."""
    lifts: int = 0
    """Of a LIFT: the sequence of the restriction."""
    died_on: Day = UNKNOWN_DAY
    """Of a DEATH."""
    scan_name: str = ""
    """Name of the scanned file, where a list names one."""

    def __repr__(self) -> str:
        """Show no demographic value: a repr may reach a log."""
        return f"Proposal({self.kind}, …)"


class Registration(NamedTuple):
    """One proposal and how far it has come."""

    id: str
    """Opaque; stands in the QR code of the form."""
    state: RegistrationState
    facility: FacilityCode
    """Whose counter wrote it down."""
    proposal: Proposal
    version: int = 1
    """Grows with every change, so that nobody decides on what they did not see."""
    writers: tuple[str, ...] = ()
    """Accounts that wrote any of it: none of them verifies it (I2)."""
    written_by: str = ""
    """Name of who wrote last, as shown then."""
    proposed_at: int = 0
    decided_at: int = 0
    decided_by: str = ""
    """Account that verified, rejected or cancelled."""
    decider: str = ""
    """Its name as shown then."""
    reason: str = ""
    """A code of the desk's list, why it was rejected."""
    position: int = 0
    """Sequence of the consent event that came of it."""
    batch: str = ""
    """The list it came in with, or empty."""

    @property
    def facilities(self) -> frozenset[FacilityCode]:
        """Return the facilities it is the business of: the counter's and those whose numbers it links."""
        return frozenset((self.facility, *(number.facility for number in self.proposal.numbers)))


class Registrations(Protocol):
    """The proposals of all desks."""

    def add(self, registration: Registration) -> bool:
        """Keep a new one; say no where its id is taken, and change nothing."""

    def find(self, number: str) -> Registration | None:
        """Return the one with this id."""

    def replace(self, registration: Registration, version: int) -> bool:
        """Put in the place of the one with this id, if that has still this version; say whether it had.

        In a transaction that said yes, nobody else replaces it before the commit.
        """

    def lines(
        self,
        states: Sequence[RegistrationState],
        facility: FacilityCode | None = None,
        limit: int = MOST_REGISTRATIONS,
    ) -> Sequence[Registration]:
        """Return those in these states that are a facility's business, or everybody's; oldest first."""

    def about(self, patient: PatientId) -> Sequence[Registration]:
        """Return those about a person, oldest first."""

    def of_batch(self, batch: str) -> Sequence[Registration]:
        """Return those that came in one list, by id."""


class Scan(NamedTuple):
    """One file that was scanned."""

    digest: str
    """SHA-256 of its bytes, in hex."""
    media_type: str
    """`application/pdf`, `image/png` or `image/jpeg`."""
    size: int
    pages: int
    stored_at: int
    stored_by: str
    facility: FacilityCode
    """Whose counter scanned it."""


class ScanPage(NamedTuple):
    """That a page of a scan lies with a registration, or in the tray."""

    registration: str
    """Empty in the tray: nobody could say yet whose it is."""
    digest: str
    page: int
    """From 1."""
    facility: FacilityCode
    filed_at: int
    filed_by: str


class Evidence(Protocol):
    """Scans of signed forms, kept whole and never altered."""

    def keep(self, scan: Scan, content: bytes) -> None:
        """Keep a file under its digest; the same file twice is kept once."""

    def scan(self, digest: str) -> Scan | None:
        """Return what is known of a file."""

    def content(self, digest: str) -> bytes:
        """Return a file's bytes, or raise `NotFound`."""

    def file(self, page: ScanPage, instead_of: str | None = None) -> None:
        """Lay a page with a registration or in the tray; where it lay before, it does not any more."""

    def pages(self, registration: str) -> Sequence[ScanPage]:
        """Return the pages of a registration, in the order in which they were filed."""

    def tray(self, facility: FacilityCode | None = None) -> Sequence[ScanPage]:
        """Return what lies in the tray of a facility, or in all; oldest first, at most 500."""
