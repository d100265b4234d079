"""Taking entries back that a facility's own people filed, whether it may publish at this moment or not.

Withdrawing shows nothing to anybody, so it needs no consent of the patient: where there is leave to file,
that leave takes back; where there is none, the gate's leave for maintenance does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from consent.gate import maintain
from consent.grant import Grant, MaintenanceGrant, MaintenanceTask
from consent.model import Action, Question, decisions_of
from hie.exchange.feeds.studies import DATA_KIND
from hie.exchange.gate.publish import publishable, publisher
from hie.exchange.ports import AuditEvent, Known, UnitOfWork
from hie.exchange.ports.uploads import Upload
from hie.record.entry import EntryKey, EntryStatus
from hie.record.errors import Conflict, Refused
from hie.record.identifiers import EntryId, FacilityCode, PatientId

TAKEN_BACK = "taken-back"
"""Why, in the audit record's word."""


class Leave(NamedTuple):
    """Leave to take back what stands under one of a facility's own numbers."""

    number: str
    local_patient: int
    patient: PatientId
    grant: Grant | None
    """The leave to file, where there is one."""
    maintenance: MaintenanceGrant
    at: int
    """When it was given, milliseconds since 1970."""


def leaves(
    work: UnitOfWork,
    facility: FacilityCode,
    numbers: Sequence[str],
    now: int,
    patient: PatientId | None = None,
) -> list[Leave]:
    """Return the leave to take back under each number.

    Raise `Conflict` where a number is nobody's now, or is not `patient`'s: it would take back nothing, or
    another person's.
    """
    linked = work.patients.resolve(facility, numbers)
    if set(numbers) - linked.keys() or (patient and any(one != patient for _, one in linked.values())):
        raise Conflict("a number is another's now, or nobody's")
    allowed = publishable(work, facility, numbers, now)
    logs = work.consents.events(list({person for _, person in linked.values()}))
    region = work.directory.region()
    made = []
    for number, (local_patient, person) in linked.items():
        question = Question(
            publisher(facility),
            Action.PUBLISH,
            person,
            decisions_of(logs.get(person, ())),
            now,
            region=region,
        )
        leave = maintain(question, MaintenanceTask.WITHDRAWAL, TAKEN_BACK)
        one = allowed.get(number)
        made.append(Leave(number, local_patient, person, one.grant if one else None, leave, now))
    return made


def orders_of(upload: Upload) -> frozenset[str]:
    """Return the order numbers that an upload filed under: a version alone may be another source's too."""
    return frozenset(map(str, json.loads(upload.told).get("orders", ())))


def take_back(work: UnitOfWork, leave: Leave, version: str, orders: frozenset[str]) -> int:
    """Withdraw every entry of this version and one of these order numbers; return how many.

    What stood there before stands again, if it may.
    """
    known = work.registry.known(leave.local_patient)
    ours = [
        (key, held)
        for key, several in known.items()
        if key.version == version and key.order_number in orders
        for held in several
        if held.status is not EntryStatus.WITHDRAWN
    ]
    withdraw(work, leave, [(key, held.id) for key, held in ours])
    for key, _ in ours:
        _restore(work, leave.grant, _before(known, key))
    return len(ours)


def take_back_image(work: UnitOfWork, leave: Leave, study: str, digest: str) -> None:
    """Withdraw a study that holds one image only, the one with this SHA-256 in hex."""
    if leave.grant is None:
        return
    images = {image.content_hash.hex() for image in work.imaging.instances(leave.grant, study)}
    if images <= {digest}:
        withdraw(work, leave, entries_of_study(work, leave, study))


def entries_of_study(work: UnitOfWork, leave: Leave, study: str) -> list[tuple[EntryKey, EntryId]]:
    """Return the entries of a study that stand or stood."""
    return [
        (key, held.id)
        for key, several in work.registry.known(leave.local_patient).items()
        if key.data_kind == DATA_KIND and key.order_number == study
        for held in several
        if held.status is not EntryStatus.WITHDRAWN
    ]


def withdraw(work: UnitOfWork, leave: Leave, entries: Sequence[tuple[EntryKey, EntryId]]) -> None:
    """Take entries off every screen."""
    if leave.grant is not None:
        work.registry.amend(leave.grant, dict.fromkeys((one for _, one in entries), EntryStatus.WITHDRAWN))
    elif entries:
        keys = [key for key, _ in entries]
        done = work.maintenance.withdraw(leave.maintenance, leave.number, keys)
        work.audit.append([_written_down(leave, done.taken)])


def _written_down(leave: Leave, taken: int) -> AuditEvent:
    grant = leave.maintenance
    return AuditEvent(
        at=leave.at,
        requester=grant.requester,
        action=grant.task,
        outcome="done",
        patient=grant.patient,
        entry=0,
        reasons=(grant.reason,),
        position=grant.position,
        detail=f"withdrew {taken}",
        custodian=grant.requester.facility,
    )


def _before(known: Mapping[EntryKey, Sequence[Known]], key: EntryKey) -> EntryId | None:
    """Return what `key` had superseded, if nothing newer stands in its place."""
    others = [
        (other.version, held)
        for other, several in known.items()
        if other[:3] == key[:3] and other.version != key.version
        for held in several
    ]
    if any(held.status is EntryStatus.APPROVED for _, held in others):
        return None
    older = [
        (version, held.id)
        for version, held in others
        if version < key.version and held.status is EntryStatus.DEPRECATED
    ]
    return max(older)[1] if older else None


def _restore(work: UnitOfWork, grant: Grant | None, entry: EntryId | None) -> None:
    if entry is None or grant is None:
        return
    try:
        work.registry.amend(grant, {entry: EntryStatus.APPROVED})
    except Refused:
        return  # it may not stand now: a consent changed since it was superseded
