"""Passwords by argon2id, through argon2-cffi."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from hie.exchange.signing.new_passwords import normalised
from hie.record.errors import Unavailable

AT_ONCE = 2
"""Hashes computed at the same time: each takes 64 MiB and a core for a tenth of a second."""
MOST_WAITING = 8
"""Who waits for a turn holds a thread that the pages need too: more are sent away."""


class Argon2Passwords:
    """`Passwords` by argon2id with the library's parameters (RFC 9106, low memory)."""

    def __init__(self) -> None:
        """Prepare a hash nobody's password has, to compare with when there is no account."""
        self._hasher = PasswordHasher()
        self._slots = BoundedSemaphore(AT_ONCE)
        self._places = BoundedSemaphore(AT_ONCE + MOST_WAITING)
        self._nobody = self._hasher.hash("nobody")

    def hash(self, password: str) -> str:
        """Return the encoded hash with its parameters and salt; raise `Unavailable` where too many wait."""
        with self._turn():
            return self._hasher.hash(normalised(password))

    def matches(self, encoded: str, password: str) -> bool:
        """Say whether `password` made `encoded`; an empty `encoded` costs the same and is no.

        Raise `Unavailable` where too many wait.
        """
        with self._turn():
            try:
                self._hasher.verify(encoded or self._nobody, normalised(password))
            except (VerifyMismatchError, InvalidHashError):
                return False
        return bool(encoded)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Unavailable("too many passwords are being checked", retry_after=1.0)
        try:
            with self._slots:
                yield
        finally:
            self._places.release()
