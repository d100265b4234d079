"""Sessions, browsers, passkeys and codes in memory."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import (
    Account,
    Device,
    Familiar,
    OneTimeSecret,
    Passkey,
    RecoveryCode,
    Session,
)
from hie.record.errors import Invalid
from hie.store.devices import YEAR
from hie.store.memory_tables import MemoryTransaction
from hie.store.storable import storable


class MemorySessions:
    """Keeps `Sessions` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def open(self, session: Session) -> None:
        """Keep a session, and forget those that ended before it was opened."""
        sessions = self._transaction.change("sessions")
        for old in [old for old in sessions.values() if not _lives(old, session.opened_at)]:
            del sessions[old.token_hash]
        sessions[session.token_hash] = session

    def find(self, token_hash: bytes, now: int) -> tuple[Session, Account] | None:
        """Return the live session with this token and whose it is, or none."""
        tables = self._transaction.tables
        session = tables.sessions.get(token_hash)
        if session is None or not _lives(session, now):
            return None
        device = tables.devices.get(session.device)
        post = (session.account, session.facility, session.role)
        if device is None or device.stopped_at:
            return None
        if not any(one[:3] == post and one.held(now) for one in tables.posts.values()):
            return None
        account = _account(self._transaction, session.account)
        return (session, account) if account is not None and account.may_act(now) else None

    def seen(self, token_hash: bytes, now: int) -> None:
        """Remember that a person is there."""
        session = self._transaction.tables.sessions.get(token_hash)
        if session is not None and session.seen_at < now:
            self._transaction.change("sessions")[token_hash] = session._replace(seen_at=now)

    def close(self, token_hash: bytes) -> bool:
        """End a session at once; say whether there was one."""
        return self._transaction.change("sessions").pop(token_hash, None) is not None

    def close_all(self, account: str = "", device: str = "") -> int:
        """End all of an account, all on a browser, or those of one on the other."""
        if not account and not device:
            raise Invalid("whose sessions end is not said")
        sessions = self._transaction.change("sessions")
        ended = [
            one.token_hash
            for one in sessions.values()
            if account in {"", one.account} and device in {"", one.device}
        ]
        for token_hash in ended:
            del sessions[token_hash]
        return len(ended)

    def live(self, account: str, now: int) -> Sequence[Session]:
        """Return those of an account that are not over, oldest first."""
        rows = self._transaction.tables.sessions.values()
        found = (one for one in rows if one.account == account and _lives(one, now))
        return sorted(found, key=lambda one: (one.opened_at, one.token_hash))


def _lives(session: Session, now: int) -> bool:
    return session.expires_at > now and session.seen_at + session.idle > now


def _account(transaction: MemoryTransaction, number: str) -> Account | None:
    rows = transaction.tables.accounts.values()
    return next((account for account in rows if account.id == number), None)


class MemoryDevices:
    """Keeps `Devices` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, device: Device) -> None:
        """Add a browser, or replace what is known of it; forget those unseen for a year."""
        devices = self._transaction.change("devices")
        gone = {one.id for one in devices.values() if one.seen_at < device.seen_at - YEAR}
        if gone:
            sessions, familiar = self._transaction.change("sessions"), self._transaction.change("familiar")
            for number in gone:
                del devices[number]
            for token_hash in [one.token_hash for one in sessions.values() if one.device in gone]:
                del sessions[token_hash]
            for key in [key for key in familiar if key[0] in gone]:
                del familiar[key]
        before = devices.get(device.id, device)
        devices[device.id] = device._replace(name=storable(device.name), registered_at=before.registered_at)

    def find(self, token_hash: bytes) -> Device | None:
        """Return the browser that shows this token."""
        rows = self._transaction.tables.devices.values()
        return next((one for one in rows if one.token_hash == token_hash), None)

    def get(self, device: str) -> Device | None:
        """Return a browser by its id."""
        return self._transaction.tables.devices.get(device)

    def greet(self, familiar: Familiar) -> None:
        """Remember that a person signed in there, or replace what is remembered."""
        rows = self._transaction.change("familiar")
        key = (familiar.device, familiar.account)
        before = rows.get(key, familiar)
        rows[key] = familiar._replace(first_at=before.first_at)

    def forget(self, device: str, account: str) -> None:
        """Make a person unfamiliar to a browser."""
        self._transaction.change("familiar").pop((device, account), None)

    def familiar(self, device: str = "", account: str = "") -> Sequence[tuple[Device, Familiar, Account]]:
        """Return who is familiar to a browser, or the browsers of a person, last seen first."""
        if not device and not account:
            raise Invalid("whose browsers is not said")
        tables = self._transaction.tables
        found = []
        for one in tables.familiar.values():
            there, who = tables.devices.get(one.device), _account(self._transaction, one.account)
            asked = device in {"", one.device} and account in {"", one.account}
            if asked and there is not None and who is not None:
                found.append((there, one, who))
        return sorted(found, key=lambda row: (-row[1].seen_at, row[1].device, row[1].account))


class MemoryPasskeys:
    """Keeps `Passkeys` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, passkey: Passkey) -> None:
        """Add a key, or replace the one with the same id."""
        keys = self._transaction.change("passkeys")
        before = keys.get(passkey.id, passkey)
        name = storable(passkey.name)
        keys[passkey.id] = before._replace(name=name, sign_count=passkey.sign_count, used_at=passkey.used_at)

    def find(self, credential: bytes) -> tuple[Passkey, Account] | None:
        """Return a key and whose it is."""
        key = self._transaction.tables.passkeys.get(credential)
        account = None if key is None else _account(self._transaction, key.account)
        return None if key is None or account is None else (key, account)

    def of(self, account: str) -> Sequence[Passkey]:
        """Return a person's keys, oldest first."""
        rows = self._transaction.tables.passkeys.values()
        return sorted((one for one in rows if one.account == account), key=lambda one: (one.added_at, one.id))

    def remove(self, account: str, credential: bytes = b"", device: str = "") -> int:
        """Forget one key of a person, those made in a browser, or all; return how many."""
        keys = self._transaction.change("passkeys")
        gone = [
            one.id
            for one in keys.values()
            if one.account == account and credential in {b"", one.id} and device in {"", one.device}
        ]
        for number in gone:
            del keys[number]
        return len(gone)

    def secret(self) -> bytes:
        """Return the store's own random key with which challenges are signed."""
        return self._transaction.tables.key

    def spend(self, nonce: bytes, expires_at: int, now: int) -> bool:
        """Use a challenge; say no where it was used before. Forgets those that are over."""
        used = self._transaction.change("challenges")
        for old in [old for old, end in used.items() if end <= now]:
            del used[old]
        fresh = nonce not in used
        used.setdefault(nonce, expires_at)
        return fresh


class MemoryCodes:
    """Keeps `Codes` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, secret: OneTimeSecret) -> None:
        """Add a person's secret, or replace it."""
        self._transaction.change("secrets")[secret.account] = secret

    def find(self, account: str) -> OneTimeSecret | None:
        """Return a person's secret."""
        return self._transaction.tables.secrets.get(account)

    def remove(self, account: str) -> None:
        """Forget a person's secret."""
        self._transaction.change("secrets").pop(account, None)

    def issue(self, account: str, issued_by: str, codes: Sequence[RecoveryCode]) -> None:
        """Replace the codes that `issued_by` gave a person."""
        rows = self._transaction.change("codes")
        for key in [key for key, one in rows.items() if one[0] == account and one.issued_by == issued_by]:
            del rows[key]
        for code in codes:
            rows[code.account, code.code_hash] = code

    def use(self, account: str, code_hash: bytes, now: int) -> RecoveryCode | None:
        """Take a code away and return it; none where there is none or it is over."""
        rows = self._transaction.change("codes")
        found: RecoveryCode | None = rows.get((account, code_hash))
        return rows.pop((account, code_hash)) if found is not None and found.expires_at > now else None

    def issued(self, account: str, now: int) -> Sequence[RecoveryCode]:
        """Return the codes that can still be used."""
        rows = self._transaction.tables.codes.values()
        found = (one for one in rows if one.account == account and one.expires_at > now)
        return sorted(found, key=lambda one: one.code_hash)
