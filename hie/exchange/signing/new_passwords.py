"""New passwords: long, in no list of guessers, not made of one's own name; and nothing else is asked.

No rule about kinds of characters and no change after a time (security D14; ASVS 6.2): length and the
list do what such rules only pretend to.
"""

from __future__ import annotations

import unicodedata

from hie.exchange.ports import Account, UnitOfWork
from hie.exchange.signing.proofs import Proofs
from hie.record.errors import Invalid, NotFound

SHORTEST, LONGEST = 15, 200
_SHORTEST_WORD = 3
_LEAST_OF_ONES_OWN = 8
"""Characters that must be left when one's own words are taken out."""


class WeakPassword(Invalid):
    """A password that is not taken; `reason` is `short`, `long`, `listed` or `own`."""

    def __init__(self, reason: str) -> None:
        """Keep the reason for the screen."""
        super().__init__(f"the password is not taken: {reason}")
        self.reason = reason


def normalised(password: str) -> str:
    """Return a password as it is hashed: the same whatever keyboard wrote it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def encoded(proofs: Proofs, account: Account, password: str, *context: str) -> str:
    """Return the hash of a new password for `set_password`, or raise `WeakPassword`.

    `context` are words that somebody who knows the person tries: facility and network. It takes a tenth
    of a second: call it outside of a transaction.
    """
    plain = normalised(password)
    if len(plain) < SHORTEST:
        raise WeakPassword("short")
    if len(plain) > LONGEST:
        raise WeakPassword("long")
    if _is_own(plain, (account.login, *account.name.split(), *context)):
        raise WeakPassword("own")
    if proofs.breached.has(plain):
        raise WeakPassword("listed")
    return proofs.passwords.hash(plain)


def set_password(work: UnitOfWork, account: Account, hashed: str) -> Account:
    """Give an account the password of which `hashed` is; its sessions end, its browsers are unfamiliar.

    In the caller's transaction; the caller writes down why. Raise `NotFound` where the account is not in use.
    """
    if not work.accounts.set_password(account.id, hashed):
        raise NotFound("this account is not in use")
    work.sessions.close_all(account=account.id)
    return account._replace(password_hash=hashed)


def _is_own(plain: str, words: tuple[str, ...]) -> bool:
    left = plain.casefold()
    for word in sorted(map(normalised, words), key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD:
            left = left.replace(word.casefold(), "")
    return len(left) < _LEAST_OF_ONES_OWN < len(plain)
