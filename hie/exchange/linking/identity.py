"""Whose number is whose: link a facility's number to a person, or end the link, with its audit record.

A number belongs to at most one person at a time. Ending a link closes what was filed under the
number at the next question, because the gate derives the person through the link (IHE PIX).
"""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.moments import decided_about
from hie.exchange.ports import AuditEvent, Clock, Store, UnitOfWork
from hie.exchange.roster import people
from hie.record.errors import Conflict, NotFound
from hie.record.identifiers import LocalPatientId, PatientId, patient_id
from hie.record.people import Patient
from hie.record.requester import Requester


def add(store: Store, clock: Clock, requester: Requester, patient: Patient) -> None:
    """Enrol a person who is not known yet; raise `Conflict` where the number is taken."""
    with store.work() as work:
        if work.patients.files([patient.id]):
            raise Conflict("there is such a person")
        enrol(work, clock.now(), requester, [patient])


def enrol(work: UnitOfWork, now: int, requester: Requester, patients: Sequence[Patient]) -> None:
    """Enrol persons with their audit records in the caller's transaction.

    Raise `Invalid` where a number of the region is not one.
    """
    for patient in patients:
        patient_id(patient.id)
        work.patients.enrol(patient)
    work.audit.append([_written_down(now, requester, "patient-added", one.id, "") for one in patients])


def link(store: Store, clock: Clock, requester: Requester, local: LocalPatientId, patient: PatientId) -> int:
    """Record that `local` is a number of `patient`; return the number's surrogate.

    Raise `NotFound` where the person is not known, `Conflict` where the number is somebody
    else's. To link again what is linked is no error and is recorded as well.
    """
    with store.work() as work:
        now = decided_about(work, clock, work.links.find(local))
        surrogate = enter(work, now, requester, [(local, patient)])[0]
        work.link_cases.close(surrogate)  # an operator decided what waited
        return surrogate


def enter(
    work: UnitOfWork, now: int, requester: Requester, links: Sequence[tuple[LocalPatientId, PatientId]]
) -> list[int]:
    """Link numbers with their audit records in the caller's transaction; return their surrogates.

    Raises what `link` raises; the caller's transaction is then rolled back.
    """
    persons = list(dict.fromkeys(patient for _, patient in links))
    if len(work.patients.files(persons)) < len(persons):
        raise NotFound("no such person")
    surrogates = [work.patients.link(local, patient, requester.user, now) for local, patient in links]
    work.audit.append(
        [
            _written_down(now, requester, "link", patient, f"{local.facility} {surrogate}")
            for (local, patient), surrogate in zip(links, surrogates, strict=True)
        ]
    )
    return surrogates


def unlink(store: Store, clock: Clock, requester: Requester, local: LocalPatientId) -> None:
    """End the link of `local`, or raise `NotFound` where there is none."""
    with store.work() as work:
        now = decided_about(work, clock, work.links.find(local))
        linked = work.patients.resolve(local.facility, [local.value]).get(local.value)
        if linked is None:
            raise NotFound("this number is linked to nobody")
        surrogate, patient = linked
        work.patients.unlink(local, requester.user, now)
        people.rest_bound(work, now, requester, local)
        work.link_cases.close(surrogate)
        detail = f"{local.facility} {surrogate}"
        work.audit.append([_written_down(now, requester, "unlink", patient, detail)])


def _written_down(now: int, requester: Requester, action: str, patient: PatientId, detail: str) -> AuditEvent:
    """Keep in `detail` the facility and the registry's own name of the number, not the number."""
    return AuditEvent(now, requester, action, "done", patient, 0, (), 0, detail)
