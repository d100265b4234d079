"""Opening one item: a document, an imaging study. Always decided and audited first.

What is asked for is looked up between the decision and its record, so that the record says what
came of it; bytes are read only after the record is on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from consent.grant import Grant
from hie.exchange.feeds.reading import Attached, attached
from hie.exchange.gate.access import Asked, decided, written_down
from hie.exchange.ports import AuditEvent, Clock, Store, UnitOfWork
from hie.exchange.ports.labels import NO_MARK, Mark
from hie.exchange.records.marking import marks
from hie.record.entry import DocumentClass, DocumentEntry, Format
from hie.record.errors import NotFound, Unavailable
from hie.record.identifiers import ContentHash, EntryId, FacilityCode, PatientId
from hie.record.imaging import FiledInstance, is_uid
from hie.record.requester import Requester
from hie.record.submission import Reading

Thing = TypeVar("Thing", DocumentEntry, FiledInstance)

Reader = Callable[[DocumentEntry, bytes, FacilityCode], Reading]
"""Turns the bytes of a document into records; the wiring hands it in."""


class Opened(NamedTuple):
    """An entry with what stands in its document."""

    entry: DocumentEntry
    reading: Reading | None
    instances: Sequence[FiledInstance]
    """Of an imaging study; else empty."""
    mark: Mark = NO_MARK
    """What was put on or taken off by hand of its labels."""


class AttachedPage(NamedTuple):
    """Which page of which file of a document is asked for; both count from 1."""

    number: int
    page: int


class Picture(NamedTuple):
    """One instance's bytes."""

    instance: FiledInstance
    content: bytes

    @property
    def digest(self) -> ContentHash:
        """The instance's name."""
        return self.instance.content_hash


def open_entry(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, entry: EntryId, read: Reader
) -> Opened:
    """Open an entry of a patient, or raise `NotFound` where it is not there or not for the asker."""
    with store.work() as work:
        asked = Asked(requester, patient, "open", entry=entry)
        grant, found = _granted(work, clock, asked, lambda grant: work.registry.get(grant, entry))
        mark = marks(work, found)
        if found.format is Format.DICOM:
            instances = work.imaging.instances(grant, found.facts.key.order_number)
            return Opened(found, None, instances, mark)
        content = work.repository.retrieve(grant, found)
    return Opened(found, read(found, content, found.custodian), (), mark)


def open_attachment(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, entry: EntryId, number: int
) -> Attached:
    """Fetch one file that travels with an entry's document, or raise `NotFound`."""
    asked = Asked(requester, patient, "open-attachment", entry=entry, detail=str(number))
    return _attachment(store, clock, asked, number)


def open_attached_page(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, entry: EntryId, place: AttachedPage
) -> Attached:
    """Fetch the file of which one page is to be shown, or raise `NotFound`; the record says which page."""
    detail = f"{place.number}/{place.page}"
    asked = Asked(requester, patient, "open-attachment", entry=entry, detail=detail)
    return _attachment(store, clock, asked, place.number)


def _attachment(store: Store, clock: Clock, asked: Asked, number: int) -> Attached:
    def find(grant: Grant) -> DocumentEntry:
        found = work.registry.get(grant, EntryId(asked.entry))
        if found.format is not Format.CONTENT_FOLDER:
            raise NotFound("no such file")
        return found

    with store.work() as work:
        grant, found = _granted(work, clock, asked, find)
        content = work.repository.retrieve(grant, found)
    return attached(content, number, found.custodian)


def open_picture(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, study: str, instance: str
) -> Picture:
    """Fetch one instance's bytes, or raise `NotFound`; raise `Unavailable` where they are lost."""

    def find(grant: Grant) -> FiledInstance:
        for found in work.imaging.instances(grant, study) if named else ():
            if found.instance.sop_instance_uid == instance:
                return found
        raise NotFound("no such image")

    # What is no UID is whatever somebody typed: the record keeps none of it.
    named = is_uid(study) and is_uid(instance)
    with store.work() as work:
        asked = Asked(requester, patient, "open-image", detail=instance if named else "")
        _, found = _granted(work, clock, asked, find)
    try:
        with store.objects.open(found.content_hash) as file:
            return Picture(found, file.read())
    except NotFound as error:
        raise Unavailable("an image is missing from the object store") from error


def _about(
    work: UnitOfWork, grant: Grant, event: AuditEvent, found: DocumentEntry | FiledInstance
) -> AuditEvent:
    """Say in a record which document it was, whose, of what class and how sensitive.

    An image's is its study's: what is put on a study later hides the looks at its images too.
    """
    if isinstance(found, DocumentEntry):
        facts = found.facts
        return event._replace(
            kind=facts.document_class.value, custodian=found.custodian, labels=int(facts.labels)
        )
    return event._replace(
        entry=work.imaging.study_entry(grant, found),
        kind=DocumentClass.IMAGE.value,
        custodian=found.custodian,
        labels=int(found.instance.labels),
    )


def _granted(
    work: UnitOfWork, clock: Clock, asked: Asked, find: Callable[[Grant], Thing]
) -> tuple[Grant, Thing]:
    """Decide, look up what is asked for, and commit the record of what came of both."""
    now = clock.now()
    answer = decided(work, now, [asked])[0]
    found = None
    if answer.grant is not None:
        try:
            found = find(answer.grant)
        except NotFound:
            found = None
    event = written_down(now, asked, answer, absent=found is None)
    if answer.grant is not None and found is not None:
        event = _about(work, answer.grant, event, found)
    work.audit.append([event])
    work.commit()
    if answer.grant is None or found is None:
        raise NotFound("no such record, or not for the asker")
    return answer.grant, found
