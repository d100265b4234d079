"""Everybody, and the invitations, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hie.exchange.ports import Account, Invitation, Outcome, Person
from hie.record.identifiers import FacilityCode
from hie.store.memory_people import MemoryPosts
from hie.store.memory_tables import MemoryTransaction
from hie.store.storable import storable


class MemoryRoster:
    """Keeps `Roster` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def people(self, facility: FacilityCode | None = None) -> Sequence[Person]:
        """Return all, or those of a facility; by name."""
        everybody = map(self._person, self._transaction.tables.accounts.values())
        found = (
            person
            for person in everybody
            if facility in {None, person.account.facility, *(post.facility for post in person.posts)}
        )
        return sorted(found, key=lambda person: (person.account.name, person.account.id))

    def known(self, accounts: Sequence[str]) -> Mapping[str, Person]:
        """Return those of these accounts that there are."""
        rows = self._transaction.tables.accounts.values()
        return {account.id: self._person(account) for account in rows if account.id in accounts}

    def _person(self, account: Account) -> Person:
        posts = MemoryPosts(self._transaction).history(account.id)
        rows = self._transaction.tables.familiar.values()
        seen = max((one.seen_at for one in rows if one.account == account.id), default=0)
        return Person(account, tuple(posts), seen)


class MemoryInvitations:
    """Keeps `Invitations` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def keep(self, invitation: Invitation) -> None:
        """Add an invitation, or replace what is known of it."""
        kept = invitation._replace(name=storable(invitation.name), number=storable(invitation.number))
        self._transaction.change("invitations")[kept.id] = kept

    def find(self, secret: bytes) -> Invitation | None:
        """Return the one with this hash."""
        rows = self._transaction.tables.invitations.values()
        return next((one for one in rows if secret and one.secret == secret), None)

    def get(self, invitation: str) -> Invitation | None:
        """Return one by its id."""
        return self._transaction.tables.invitations.get(storable(invitation))

    def since(self, at: int, facility: FacilityCode | None = None) -> Sequence[Invitation]:
        """Return those not decided and those invited at `at` or later, of a facility or all; newest first."""
        rows = self._transaction.tables.invitations.values()
        found = (
            one
            for one in rows
            if (one.outcome is Outcome.OPEN or one.invited_at >= at) and facility in {None, one.facility}
        )
        return sorted(found, key=lambda one: (-one.invited_at, one.id))
