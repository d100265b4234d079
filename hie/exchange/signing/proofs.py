"""By what people prove who they are, as the hall asks for it; the hub fills it in with libraries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from hie.exchange.ports import Account, Clock, Passkey, Store
from hie.exchange.signing.sessions import MOST_SESSIONS
from hie.record.errors import HieError


class ProofFailed(HieError):
    """What was shown proves nothing: wrong, stale, used before, or not what was asked for."""


class Passwords(Protocol):
    """Hashes and checks passwords (argon2id); slow on purpose."""

    def hash(self, password: str) -> str:
        """Return the encoded hash."""

    def matches(self, encoded: str, password: str) -> bool:
        """Say whether `password` made `encoded`; takes as long for an unknown account.

        Raise `Unavailable` where too many are being checked.
        """


class Breached(Protocol):
    """Passwords that were found in breaches, or that a guesser tries early."""

    def has(self, password: str) -> bool:
        """Say whether it is one of them."""


class Apps(Protocol):
    """One-time codes of authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds)."""

    def step(self, secret: str, code: str, now: int) -> int:
        """Return the step of which `code` is, one step early or late allowed; 0 if of none."""

    def address(self, secret: str, login: str, network: str) -> str:
        """Return the `otpauth:` address that an app reads from a QR code."""

    def picture(self, address: str) -> bytes:
        """Draw an address as a QR code (SVG)."""


class Site(NamedTuple):
    """Where a browser says it is: what a passkey is bound to."""

    host: str
    origin: str


class Made(NamedTuple):
    """A new passkey, as the browser hands it over."""

    id: bytes
    public_key: bytes
    sign_count: int
    transports: str


class PasskeyChecks(Protocol):
    """WebAuthn level 3: makes the questions and checks the answers, all of them JSON."""

    def creation(self, site: Site, challenge: bytes, account: Account, others: Sequence[Passkey]) -> str:
        """Ask for a new discoverable key with user verification; none where one of `others` lies."""

    def request(self, site: Site, challenge: bytes, keys: Sequence[Passkey]) -> str:
        """Ask for one of `keys`, or for any where none is given."""

    def challenge(self, answer: str) -> bytes:
        """Return the challenge an answer says it is to; raise `ProofFailed`."""

    def credential(self, answer: str) -> bytes:
        """Return the id of the key that answered; raise `ProofFailed`."""

    def created(self, site: Site, challenge: bytes, answer: str) -> Made:
        """Return the new key; raise `ProofFailed`."""

    def asserted(self, site: Site, challenge: bytes, answer: str, key: Passkey) -> int:
        """Return the key's new count of signatures; raise `ProofFailed`."""


class Proofs(NamedTuple):
    """All of them."""

    passwords: Passwords
    breached: Breached
    apps: Apps
    passkeys: PasskeyChecks


class Rules(NamedTuple):
    """What a region settles about signing in."""

    second_factor: bool = True
    """Whether everybody needs one; without it a password is enough."""
    most_sessions: int = MOST_SESSIONS
    network: str = "tsunagu"
    """Name of the network: in authenticator apps, and in no password."""


class Reception(NamedTuple):
    """What signing in needs."""

    store: Store
    clock: Clock
    proofs: Proofs
    rules: Rules = Rules()
