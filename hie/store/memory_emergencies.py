"""Break-glass sessions, their reviews, emergency duty and notices in memory."""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import FOREVER, Emergency
from hie.exchange.ports import Addressee, EmergencySession, Notice, Review, Reviewed, ReviewState
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester
from hie.store.emergencies import MOST_UNREAD
from hie.store.memory_tables import MemoryTransaction
from hie.store.storable import storable


class MemoryEmergencies:
    """Keeps `Emergencies` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def open(self, session: EmergencySession, due_at: int) -> None:
        """Keep a session and the review item that it must have, together."""
        kept = session._replace(name=storable(session.name), text=storable(session.text))
        self._transaction.change("emergencies")[kept.id] = Reviewed(kept, Review(kept.id, due_at))

    def find(self, session: str) -> Reviewed | None:
        """Return a session with its review."""
        return self._transaction.tables.emergencies.get(session)

    def prolong(self, session: str, ends_at: int) -> bool:
        """Move the end of a session that was not closed, and say whether it was."""
        return self._open(session, ends_at=ends_at)

    def end(self, session: str, at: int) -> bool:
        """Close a session that was not closed, and say whether it was."""
        return self._open(session, ended_at=at)

    def _open(self, session: str, **moved: int) -> bool:
        kept = self._transaction.change("emergencies")
        if session not in kept or kept[session].session.ended_at != FOREVER:
            return False
        kept[session] = kept[session]._replace(session=kept[session].session._replace(**moved))
        return True

    def live(self, requester: Requester, patient: PatientId, now: int) -> Emergency | None:
        """Return the session open at `now` for a patient that the requester opened in the present post."""
        post = (requester.user, requester.facility, requester.role, patient)
        found = [
            one.session
            for one in self._transaction.tables.emergencies.values()
            if post == (one.session.account, one.session.facility, one.session.role, one.session.patient)
            and one.session.is_live(now)
        ]
        last = max(found, key=lambda one: one.ends_at, default=None)
        return Emergency(last.id, last.ends_at) if last else None

    def review(self, review: Review, before: Review) -> bool:
        """Replace the review of its session where it is still as it was read, and say whether it was."""
        kept = self._transaction.change("emergencies")
        found = kept.get(review.session)
        if found is None or (found.review.state, found.review.outcome) != (before.state, before.outcome):
            return False
        kept[review.session] = found._replace(review=review._replace(text=storable(review.text)))
        return True

    def among(
        self,
        *,
        account: str | None = None,
        patient: PatientId | None = None,
        states: frozenset[ReviewState] | None = None,
        live_at: int | None = None,
        discloser: FacilityCode | None = None,
        limit: int = 500,
    ) -> Sequence[Reviewed]:
        """Return sessions, the newest first."""
        found = [
            one
            for one in self._transaction.tables.emergencies.values()
            if (account is None or one.session.account == account)
            and (patient is None or one.session.patient == patient)
            and (states is None or one.review.state in states)
            and (live_at is None or one.session.is_live(live_at))
            and (discloser is None or discloser in one.session.disclosers)
        ]
        return sorted(found, key=lambda one: (-one.session.opened_at, one.session.id))[:limit]


class MemoryDuties:
    """Keeps `Duties` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def set(self, facility: FacilityCode, by: str, at: int, *, on: bool) -> None:
        """Append that a hospital does emergency duty from now on, or does not."""
        said = self._transaction.change("duties")
        said[len(said) + 1] = (facility, on, by, at)

    def on_duty(self) -> frozenset[FacilityCode]:
        """Return the hospitals that do, as of the last word about each."""
        last = {facility: on for facility, on, _, _ in self._transaction.tables.duties.values()}
        return frozenset(facility for facility, on in last.items() if on)


class MemoryNotices:
    """Keeps `Notices` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, notices: Sequence[Notice]) -> None:
        """Keep notices."""
        self._transaction.change("notices").update({one.id: one for one in notices})

    def find(self, to: Sequence[Addressee], limit: int) -> Sequence[Notice]:
        """Return the newest for any of these, the newest first."""
        return sorted(self._to(to), key=lambda one: (-one.at, one.id))[:limit]

    def unread(self, to: Sequence[Addressee]) -> int:
        """Count those that nobody of the addressed has read; at most 100."""
        return min(MOST_UNREAD, sum(1 for one in self._to(to) if not one.read_at))

    def read(self, to: Sequence[Addressee], up_to: int, at: int) -> None:
        """Mark as read what was written up to a moment."""
        read = [one for one in self._to(to) if not one.read_at and one.at <= up_to]
        self._transaction.change("notices").update({one.id: one._replace(read_at=at) for one in read})

    def about(self, subject: str) -> Sequence[Notice]:
        """Return the notices about one thing, oldest first."""
        found = [one for one in self._transaction.tables.notices.values() if one.subject == subject]
        return sorted(found, key=lambda one: (one.at, one.id))

    def _to(self, to: Sequence[Addressee]) -> list[Notice]:
        return [one for one in self._transaction.tables.notices.values() if one.to in set(to)]
