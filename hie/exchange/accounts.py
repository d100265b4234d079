"""Who may sign in: accounts are added and stopped with their audit record, and never removed.

A stopped account keeps its name for the audit trail and has no password: no session of it lives.
"""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import Account, AuditEvent, Clock, Store, UnitOfWork
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.requester import Requester


def add(store: Store, clock: Clock, requester: Requester, account: Account) -> None:
    """Let a person sign in; a stopped account begins again.

    Raise `Conflict` where somebody signs in by this login, `Invalid` where the facility takes no
    part or there is no password.
    """
    with store.work() as work:
        before = work.accounts.find(account.login)
        if before is not None and before.password_hash:
            raise Conflict("somebody signs in by this login")
        if account.facility not in {facility.code for facility in work.directory.all()}:
            raise Invalid("no such facility takes part")
        if not account.login or not account.password_hash:
            raise Invalid("an account has a login and a password")
        known_as = before.id if before else account.id
        enter(work, clock.now(), requester, [account._replace(id=known_as)])


def stop(store: Store, clock: Clock, requester: Requester, login: str) -> None:
    """Let a person sign in no more, and end their sessions at once; raise `NotFound` if there is none."""
    with store.work() as work:
        account = work.accounts.find(login)
        if account is None or not account.password_hash:
            raise NotFound("nobody signs in by this login")
        work.accounts.add(account._replace(password_hash=""))
        work.audit.append([_written_down(clock.now(), requester, "account-stopped", account)])


def enter(work: UnitOfWork, now: int, requester: Requester, accounts: Sequence[Account]) -> None:
    """Add accounts with their audit records in the caller's transaction."""
    for account in accounts:
        work.accounts.add(account)
    work.audit.append([_written_down(now, requester, "account-added", account) for account in accounts])


def _written_down(now: int, requester: Requester, action: str, account: Account) -> AuditEvent:
    return AuditEvent(now, requester, action, "done", "", 0, (), 0, account.id)
