"""My patients: whom a facility may ask about. The search itself is audited, with what it showed."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports import AuditEvent, Clock, PatientLine, Store
from hie.record.requester import Purpose, Requester


def my_patients(store: Store, clock: Clock, requester: Requester, words: str) -> Sequence[PatientLine]:
    """Find persons linked at the requester's facility or consented to it.

    `words` as in `PatientIndex.reachable`. The audit trail keeps how many were shown, and for each
    of them a record of their own, which they find when they ask who looked; never the words.
    """
    if requester.purpose is not Purpose.TREATMENT:
        return ()
    with store.work() as work:
        now = clock.now()
        found = work.patients.reachable(requester.facility, words, now)
        searched = AuditEvent(now, requester, "search", "done", "", 0, (), 0, str(len(found)))
        listed = (searched._replace(action="listed", patient=line.patient.id, detail="") for line in found)
        work.audit.append([searched, *listed])
    return found
