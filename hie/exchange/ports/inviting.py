"""The people of the region as a desk lists them, and the invitations by which they come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from hie.exchange.ports.people import Account, Post
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Role


class Person(NamedTuple):
    """Somebody who may sign in, or might once."""

    account: Account
    posts: tuple[Post, ...]
    """All of them, oldest first, also those that ended."""
    seen_at: int = 0
    """When they last did anything; 0 where nobody saw them."""

    def held(self, now: int) -> tuple[Post, ...]:
        """Return the posts held at `now`."""
        return tuple(post for post in self.posts if post.held(now))


class Roster(Protocol):
    """Everybody, for those who keep the list of people."""

    def people(self, facility: FacilityCode | None = None) -> Sequence[Person]:
        """Return all, or those who have, had or shall have a post at a facility; by name."""

    def known(self, accounts: Sequence[str]) -> Mapping[str, Person]:
        """Return those of these accounts that there are, held in a unit of work that writes."""


class Outcome(StrEnum):
    """What became of an invitation."""

    OPEN = ""
    APPROVED = "approved"
    REFUSED = "refused"
    """By who had to approve."""
    WITHDRAWN = "withdrawn"
    """By who had invited, or because somebody guessed at its number."""


class Invitation(NamedTuple):
    """That a named person may come in, to a facility in a role; opens nothing before it is approved.

    Without a secret it proposes a further post, or another role, to somebody who has an account.
    """

    id: str
    secret: bytes
    """SHA-256 of the code on the letter; empty where there is none."""
    name: str
    facility: FacilityCode
    role: Role
    number: str
    """Licence or staff number, which the invited person must know; the approver sees the paper."""
    handed: str
    """How the letter reaches the person: a code of `hie.exchange.roster.inviting.HANDED`."""
    patient: PatientId
    """Of a patient's or representative's account: whose record it is about; else empty."""
    replaces: str
    """Role at the same facility that ends with the approval, or empty."""
    invited_by: str
    invited_at: int
    expires_at: int
    """First moment at which the letter is no longer taken."""
    attempts: int = 0
    """Wrong numbers given with the right code."""
    account: str = ""
    """Account that was made of it, or that it is about."""
    accepted_at: int = 0
    terms: str = ""
    """Which terms of use the person agreed to."""
    outcome: Outcome = Outcome.OPEN
    decided_by: str = ""
    decided_at: int = 0
    relation: str = ""
    """Of a relative or representative: who they are to the patient, a code of `inviting.RELATIONS`."""
    ends_at: int = 0
    """First moment at which a relative's account opens nothing any more; 0 where no end is agreed."""

    def __repr__(self) -> str:
        """Show no name and no number."""
        return f"Invitation({self.id})"

    def may_be_accepted(self, now: int) -> bool:
        """Say whether the letter is taken at `now`."""
        unused = self.outcome is Outcome.OPEN and not self.accepted_at
        return unused and bool(self.secret) and now < self.expires_at

    def waits_for_approval(self) -> bool:
        """Say whether somebody has to approve it."""
        return self.outcome is Outcome.OPEN and self.accepted_at > 0


class Invitations(Protocol):
    """Invitations, kept with what became of them."""

    def keep(self, invitation: Invitation) -> None:
        """Add an invitation, or replace what is known of it."""

    def find(self, secret: bytes) -> Invitation | None:
        """Return the one with this hash; in a unit of work that writes, nobody else changes it meanwhile."""

    def get(self, invitation: str) -> Invitation | None:
        """Return one by its id, held as by `find`."""

    def since(self, at: int, facility: FacilityCode | None = None) -> Sequence[Invitation]:
        """Return those not decided and those invited at `at` or later, of a facility or all; newest first."""
