"""Whose number is whose: link a facility's number to a person, or end the link, with its audit record.

A number belongs to at most one person at a time. Ending a link closes what was filed under the
number at the next question, because the gate derives the person through the link (IHE PIX).
"""

from __future__ import annotations

from hie.exchange.ports import AuditEvent, Clock, Store, UnitOfWork
from hie.record.errors import NotFound
from hie.record.identifiers import LocalPatientId, PatientId
from hie.record.requester import Requester


def link(store: Store, clock: Clock, requester: Requester, local: LocalPatientId, patient: PatientId) -> int:
    """Record that `local` is a number of `patient`; return the number's surrogate.

    Raise `NotFound` where the person is not known, `Conflict` where the number is somebody
    else's. To link again what is linked is no error and is recorded as well.
    """
    with store.work() as work:
        now = clock.now()
        if patient not in work.patients.files([patient]):
            raise NotFound("no such person")
        surrogate = work.patients.link(local, patient, requester.user, now)
        _write_down(work, now, requester, "link", patient, f"{local.facility} {surrogate}")
    return surrogate


def unlink(store: Store, clock: Clock, requester: Requester, local: LocalPatientId) -> None:
    """End the link of `local`, or raise `NotFound` where there is none."""
    with store.work() as work:
        now = clock.now()
        linked = work.patients.resolve(local.facility, [local.value]).get(local.value)
        if linked is None:
            raise NotFound("this number is linked to nobody")
        surrogate, patient = linked
        work.patients.unlink(local, requester.user, now)
        _write_down(work, now, requester, "unlink", patient, f"{local.facility} {surrogate}")


def _write_down(
    work: UnitOfWork, now: int, requester: Requester, action: str, patient: PatientId, detail: str
) -> None:
    """Keep in `detail` the facility and the registry's own name of the number, not the number."""
    work.audit.append([AuditEvent(now, requester, action, "done", patient, 0, (), 0, detail)])
