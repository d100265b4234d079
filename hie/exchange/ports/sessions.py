"""Who is signed in where, and by what they prove it: sessions, browsers, passkeys, codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from hie.exchange.ports.people import Account
from hie.record.identifiers import FacilityCode
from hie.record.requester import Role

MINUTE = 60_000


class Session(NamedTuple):
    """A signed-in browser, as the store keeps it: the token by hash only.

    One person, in exactly one post, on one registered browser.
    """

    token_hash: bytes
    account: str
    facility: FacilityCode
    role: Role
    device: str
    csrf_token: str
    opened_at: int
    seen_at: int
    """Of the last request that a person made; written at most once a minute."""
    expires_at: int
    confirmed_at: int
    """When the person last proved who they are; 0 for never. One that waits and has it may make a factor."""
    assurance: int
    """How many factors were shown; 0 while the second is still owed, and then nobody is signed in."""
    idle: int = 15 * MINUTE
    """Milliseconds after `seen_at` in which it ends by itself."""


class Sessions(Protocol):
    """The live sessions."""

    def open(self, session: Session) -> None:
        """Keep a session, and forget those that ended before it was opened."""

    def find(self, token_hash: bytes, now: int) -> tuple[Session, Account] | None:
        """Return the live session with this token and whose it is, or none.

        None that is over or was idle too long, none on a stopped browser, none of an account that
        may not act, and none in a post that is not held now.
        """

    def seen(self, token_hash: bytes, now: int) -> None:
        """Remember that a person is there."""

    def close(self, token_hash: bytes) -> bool:
        """End a session at once; say whether there was one."""

    def close_all(self, account: str = "", device: str = "") -> int:
        """End all of an account, all on a browser, or those of one on the other; return how many.

        `Invalid` where neither is given.
        """

    def live(self, account: str, now: int) -> Sequence[Session]:
        """Return those of an account that are not over, oldest first."""


class Device(NamedTuple):
    """A browser in which somebody has signed in; what it shows us is known by its hash only."""

    id: str
    token_hash: bytes
    name: str
    """Kind of browser and system, as it names itself; no person's name."""
    registered_at: int
    seen_at: int
    stopped_at: int = 0
    """0 while it may be used."""
    shared: bool = False
    """Whether several people use it in turn: its sessions end after five idle minutes."""


class Familiar(NamedTuple):
    """That a person has signed in with all factors in a browser."""

    device: str
    account: str
    mark: bytes
    """Of the password then: after a change the browser is unfamiliar again."""
    first_at: int
    seen_at: int
    remembered: bool = False
    """Whether the person wishes to be offered on the browser's quick switch."""


class Devices(Protocol):
    """Browsers, and who is familiar to them."""

    def keep(self, device: Device) -> None:
        """Add a browser, or replace what is known of it; forget those unseen for a year."""

    def find(self, token_hash: bytes) -> Device | None:
        """Return the browser that shows this token."""

    def get(self, device: str) -> Device | None:
        """Return a browser by its id."""

    def greet(self, familiar: Familiar) -> None:
        """Remember that a person signed in there, or replace what is remembered."""

    def forget(self, device: str, account: str) -> None:
        """Make a person unfamiliar to a browser."""

    def familiar(self, device: str = "", account: str = "") -> Sequence[tuple[Device, Familiar, Account]]:
        """Return who is familiar to a browser, or the browsers of a person, last seen first."""


class Passkey(NamedTuple):
    """A public key credential (WebAuthn level 3)."""

    id: bytes
    account: str
    name: str
    public_key: bytes
    sign_count: int
    transports: str
    """As the browser names them, separated by blanks."""
    device: str
    """Browser in which it was made."""
    added_at: int
    used_at: int


class Passkeys(Protocol):
    """Public keys, and the challenges they answer."""

    def keep(self, passkey: Passkey) -> None:
        """Add a key, or replace the one with the same id."""

    def find(self, credential: bytes) -> tuple[Passkey, Account] | None:
        """Return a key and whose it is."""

    def of(self, account: str) -> Sequence[Passkey]:
        """Return a person's keys, oldest first."""

    def remove(self, account: str, credential: bytes = b"", device: str = "") -> int:
        """Forget one key of a person, those made in a browser, or all; return how many."""

    def secret(self) -> bytes:
        """Return the store's own random key with which challenges are signed."""

    def spend(self, nonce: bytes, expires_at: int, now: int) -> bool:
        """Use a challenge; say no where it was used before. Forgets those that are over."""


class OneTimeSecret(NamedTuple):
    """What a person's authenticator app shares with the store (RFC 6238)."""

    account: str
    secret: str
    """Base32; empty and confirmed where the app was lost: then the account is barred."""
    added_at: int
    confirmed_at: int = 0
    """0 until the app has shown its first code."""
    last_step: int = 0
    """Step of the last code taken: none is taken twice."""


class RecoveryCode(NamedTuple):
    """A code that stands in for a second factor once."""

    account: str
    code_hash: bytes
    expires_at: int
    issued_by: str = ""
    """Account id of who gave it out; empty for those of the person's own list."""


class Codes(Protocol):
    """Secrets of authenticator apps, and codes on paper."""

    def keep(self, secret: OneTimeSecret) -> None:
        """Add a person's secret, or replace it."""

    def find(self, account: str) -> OneTimeSecret | None:
        """Return a person's secret; in a unit of work that writes, nobody else changes it meanwhile."""

    def remove(self, account: str) -> None:
        """Forget a person's secret."""

    def issue(self, account: str, issued_by: str, codes: Sequence[RecoveryCode]) -> None:
        """Replace the codes that `issued_by` gave a person."""

    def use(self, account: str, code_hash: bytes, now: int) -> RecoveryCode | None:
        """Take a code away and return it; none where there is none or it is over."""

    def issued(self, account: str, now: int) -> Sequence[RecoveryCode]:
        """Return the codes that can still be used."""
