"""My patients: whom a facility may ask about. The search itself is audited, with what it showed."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import AuditEvent, Clock, PatientLine, Store
from hie.record.requester import Purpose, Requester


def my_patients(store: Store, clock: Clock, requester: Requester, words: str) -> Sequence[PatientLine]:
    """Find persons linked at the requester's facility or consented to it.

    `words` as in `PatientIndex.reachable`. The audit record keeps how many were shown and their
    opaque numbers, never the words.
    """
    if requester.purpose is not Purpose.TREATMENT:
        return ()
    with store.work() as work:
        now = clock.now()
        found = work.patients.reachable(requester.facility, words, now)
        work.audit.append(
            [
                AuditEvent(
                    at=now,
                    requester=requester,
                    action="search",
                    outcome="done",
                    patient="",
                    entry=0,
                    reasons=(),
                    position=0,
                    detail=f"{len(found)}: " + " ".join(line.patient.id for line in found),
                )
            ]
        )
    return found
