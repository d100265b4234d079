"""Challenges that passkeys sign: nothing is kept of one until it is answered, and none is answered twice.

A challenge says until when and for what it is good, under a key that only the store has. So a page may be
asked for challenges without end and nobody writes a row.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from hie.exchange.ports import Clock, UnitOfWork
from hie.exchange.signing.proofs import ProofFailed

LIFE = 5 * 60_000
_NONCE, _END, _MAC = 16, 8, 32


def challenge(work: UnitOfWork, clock: Clock, purpose: bytes) -> bytes:
    """Return 56 bytes, good for one answer within five minutes."""
    body = bytes.fromhex(clock.new_id()) + (clock.now() + LIFE).to_bytes(_END, "big")
    return body + _signed(work, body, purpose)


def spend(work: UnitOfWork, now: int, answered: bytes, purpose: bytes) -> None:
    """Use up a challenge of ours for this purpose; raise `ProofFailed`."""
    body, mac = answered[: _NONCE + _END], answered[_NONCE + _END :]
    ours = len(answered) == _NONCE + _END + _MAC and hmac.compare_digest(mac, _signed(work, body, purpose))
    ends = int.from_bytes(body[_NONCE:], "big")
    if not ours or ends <= now:
        raise ProofFailed("not a challenge of ours, or too late")
    if not work.passkeys.spend(body[:_NONCE], ends, now):
        raise ProofFailed("answered before")


def _signed(work: UnitOfWork, body: bytes, purpose: bytes) -> bytes:
    return hmac.new(work.passkeys.secret(), b"challenge " + purpose + b" " + body, sha256).digest()
