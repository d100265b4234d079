"""Who takes part and who acts there: facilities, accounts and their posts."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from consent.model import FOREVER, Region
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Facility
from hie.record.requester import Role


class AccountState(StrEnum):
    """Whether a person may sign in."""

    ACTIVE = "active"
    INVITED = "invited"
    """Not before a second person has approved."""
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    """Left: the name stays for the audit trail."""


class Account(NamedTuple):
    """A person who may sign in, with their first post."""

    id: str
    login: str
    name: str
    facility: FacilityCode
    role: Role
    password_hash: str
    state: AccountState = AccountState.ACTIVE
    expires_at: int = FOREVER
    """First moment at which it opens nothing any more, unless somebody attests it before."""
    attested_at: int = 0
    """When somebody last said that the person still works here in this role."""
    patient: PatientId = PatientId("")
    """Of a patient or a representative: the one person whose record it is about; else empty."""

    def may_act(self, now: int) -> bool:
        """Say whether it may sign in and keep a session at `now`; its post is asked besides."""
        return self.state is AccountState.ACTIVE and now < self.expires_at and bool(self.password_hash)


class Post(NamedTuple):
    """That an account acts for a facility in a role, from a moment until another; ended, never removed."""

    account: str
    facility: FacilityCode
    role: Role
    starts_at: int = 0
    ends_at: int = FOREVER

    def held(self, now: int) -> bool:
        """Say whether it is held at `now`."""
        return self.starts_at <= now < self.ends_at


class Accounts(Protocol):
    """People who may sign in."""

    def add(self, account: Account) -> None:
        """Add a person, or replace what is known of the same one.

        Who is added first and is active holds the post of the account since ever; later calls change no post.
        Raise `Conflict` where the login is another account's. Who replaces has read the account in the same
        unit of work.
        """

    def set_password(self, account: str, hashed: str) -> bool:
        """Give an account that is in use another password; say whether there was one."""

    def find(self, login: str) -> Account | None:
        """Return the account with this login, held in a unit of work that writes."""

    def posts(self, account: str, now: int) -> Sequence[Post]:
        """Return the posts an account holds at `now`, its first one first; in which it may act."""

    def failures(self, guesser: bytes, since: int, add: int | None = None) -> int:
        """Count failed sign-ins since a moment; with `add`, add one and forget all that were before.

        `guesser` is a hash that names who is counted together.
        """


class Posts(Protocol):
    """Where people act and have acted."""

    def begin(self, post: Post) -> None:
        """Let a person act there; nothing happens where the same post is held already."""

    def end(self, post: Post, at: int) -> bool:
        """End a post that has not ended, whenever it began; say whether there was one."""

    def history(self, account: str) -> Sequence[Post]:
        """Return all posts of an account, oldest first."""

    def at(self, facility: FacilityCode, now: int) -> Sequence[Post]:
        """Return the posts held at a facility, by account."""


class MembershipKind(StrEnum):
    """What may happen to a facility's taking part."""

    JOINED = "joined"
    LEFT = "left"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    NOTICED = "noticed"
    """Patients were told of the new member: the notice period runs from `at`."""


class MembershipEvent(NamedTuple):
    """One line of the log of who takes part. `sequence` grows in commit order; 0 before it is recorded."""

    sequence: int
    facility: FacilityCode
    kind: MembershipKind
    at: int
    """From when it counts; 0 for what was so since ever."""
    recorded_at: int
    recorded_by: str
    evidence: str
    """What proves it: the council's resolution, a letter."""


class Memberships(Protocol):
    """The append-only log of who takes part, numbered together with consents and links."""

    def record(self, event: MembershipEvent) -> MembershipEvent:
        """Append; return it with its sequence."""

    def events(self, facility: FacilityCode | None = None) -> Sequence[MembershipEvent]:
        """Return the log of a facility, or of all, in order."""


class Directory(Protocol):
    """The facilities of the region."""

    def add(self, facility: Facility, at: int = 0) -> None:
        """Add a facility, or replace the one with the same code.

        One that never took part takes part from `at` on, 0 for since ever; else its taking part stays
        as the log says.
        """

    def all(self) -> Sequence[Facility]:
        """Return all, by code, also those that left."""

    def region(self) -> Region:
        """Return who takes part and took part, as the log says; asked anew only once that has changed."""
