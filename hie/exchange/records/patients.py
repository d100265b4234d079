"""My patients: whom a facility may ask about. The search itself is audited, with what it showed."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.gate.access import Asked, decided
from hie.exchange.ports import AuditEvent, Clock, PatientLine, Store, UnitOfWork
from hie.record.requester import Purpose, Requester

MOST_LISTED = 200


def my_patients(store: Store, clock: Clock, requester: Requester, words: str) -> Sequence[PatientLine]:
    """Find persons of whom the gate lets the requester see something: linked, consented to, or in care.

    `words` as in `PatientIndex.reachable`; at most 200, by kana. The audit trail keeps how many were
    shown, and for each of them a record of their own, which they find when they ask who looked; never
    the words.
    """
    if requester.purpose is not Purpose.TREATMENT:
        return ()
    with store.work() as work:
        now = clock.now()
        found = _listed(work, now, requester, words)
        searched = AuditEvent(now, requester, "search", "done", "", 0, (), 0, str(len(found)))
        listed = (searched._replace(action="listed", patient=line.patient.id, detail="") for line in found)
        work.audit.append([searched, *listed])
    return found


def not_searched(store: Store, clock: Clock, requester: Requester) -> None:
    """Write down a search that could not be made, so that every answer of that page has its record."""
    with store.work() as work:
        work.audit.append([AuditEvent(clock.now(), requester, "search", "done", "", 0, (), 0, "0")])


def _listed(work: UnitOfWork, now: int, requester: Requester, words: str) -> Sequence[PatientLine]:
    """Go through the candidates until enough of them pass the gate (I19)."""
    found: list[PatientLine] = []
    skip = 0
    while len(found) < MOST_LISTED:
        candidates = work.patients.reachable(requester.facility, words, now, skip)
        asked = [Asked(requester, line.patient.id, "listed") for line in candidates]
        answers = decided(work, now, asked, in_emergencies=False)
        found += [line for line, answer in zip(candidates, answers, strict=True) if answer.grant is not None]
        if len(candidates) < MOST_LISTED:
            break
        skip += len(candidates)
    return found[:MOST_LISTED]
