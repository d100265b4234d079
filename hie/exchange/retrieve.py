"""Opening one item: a document, an imaging study. Always decided and audited first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.access import Asked, admit
from hie.exchange.ports import Clock, DatedObservation, Store, UnitOfWork
from hie.record.entry import DocumentEntry, Format
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId, FacilityCode, PatientId
from hie.record.imaging import FiledInstance
from hie.record.requester import Requester
from hie.record.submission import Reading
from hie.record.times import Period

Reader = Callable[[DocumentEntry, bytes, FacilityCode], Reading]
"""Turns the bytes of an SS-MIX2 document into records; the wiring hands it in."""


class Opened(NamedTuple):
    """An entry with what stands in its document."""

    entry: DocumentEntry
    reading: Reading | None
    instances: Sequence[FiledInstance]
    """Of an imaging study; else empty."""


class Picture(NamedTuple):
    """One instance's bytes."""

    instance: FiledInstance
    content: bytes


def open_entry(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, entry: EntryId, read: Reader
) -> Opened:
    """Open an entry of a patient, or raise `NotFound` where it is not there or not for the asker."""
    with store.work() as work:
        grant = _granted(work, clock, Asked(requester, patient, "open", entry=entry))
        found = work.registry.get(grant, entry)
        if found.format is Format.DICOM:
            instances = work.imaging.instances(grant, found.facts.key.order_number)
            return Opened(found, None, instances)
        content = work.repository.retrieve(grant, found)
    return Opened(found, read(found, content, found.custodian), ())


def open_picture(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, study: str, instance: str
) -> Picture:
    """Fetch one instance's bytes, or raise `NotFound`."""
    with store.work() as work:
        asked = Asked(requester, patient, "open-image", detail=instance)
        grant = _granted(work, clock, asked)
        for found in work.imaging.instances(grant, study):
            if found.instance.sop_instance_uid == instance:
                with store.objects.open(found.content_hash) as file:
                    return Picture(found, file.read())
    raise NotFound("no such image")


def observations(
    store: Store,
    clock: Clock,
    requester: Requester,
    patient: PatientId,
    period: Period,
    codes: frozenset[str],
) -> Sequence[DatedObservation]:
    """Results of a patient across custodians, oldest first; raise `NotFound` if refused."""
    with store.work() as work:
        asked = Asked(requester, patient, "view-results", detail=f"{period.start}-{period.end}")
        grant = _granted(work, clock, asked)
        return work.findings.observations(grant, period, codes)


def _granted(work: UnitOfWork, clock: Clock, asked: Asked) -> Grant:
    """Decide and commit the decision's record; the refusal is recorded as well."""
    answer = admit(work, clock.now(), [asked])[0]
    work.commit()
    if answer.grant is None:
        raise NotFound("no such record, or not for the asker")
    return answer.grant
