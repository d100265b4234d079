"""Labels put on a document by hand, at the facility that wrote it: what no rule can know, as "not yet told".

To put one on takes one person and counts at once; to take one off takes two (security I15). A mark stays with
the document through all its versions.
"""

from __future__ import annotations

from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.gate.access import Answer, Asked, decided, written_down
from hie.exchange.ports import AuditEvent, Clock, Store, UnitOfWork
from hie.exchange.ports.labels import NO_MARK, Mark, MarkEvent, named
from hie.record.entry import DocumentEntry, Label
from hie.record.errors import Conflict, NotFound, Refused
from hie.record.identifiers import EntryId, PatientId
from hie.record.requester import Requester, Role

MARKING = frozenset({Role.DOCTOR, Role.DENTIST})
"""Who knows what a patient was told, and answers for what others may see."""
BY_HAND = (
    *(Label.NOT_TOLD, Label.PSYCHIATRY, Label.HIV, Label.GENETICS, Label.REPRODUCTION, Label.ADDICTION),
    *(Label.VIOLENCE, Label.STAFF, Label.NEVER),
)
"""What can be put on, the most asked first."""


class Marked(NamedTuple):
    """A document of the requester's own facility, and what was put on or taken off it."""

    entry: DocumentEntry
    mark: Mark


def mark(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, entry: EntryId, label: Label
) -> None:
    """Put a label on; raise `NotFound` where the document is not there or not the requester's own."""
    with store.work() as work:
        now, own = (
            clock.now(),
            _own(work, clock, Asked(requester, patient, "label-marked", entry, str(label))),
        )
        _write(work, own, MarkEvent(0, 0, named(own[1].facts.key), "marked", label, requester.user, now))


def ask_to_unmark(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, entry: EntryId, label: Label
) -> None:
    """Ask that a label be taken off; nothing changes until somebody else agrees."""
    with store.work() as work:
        now, own = clock.now(), _own(work, clock, Asked(requester, patient, "label-asked", entry, str(label)))
        if not own[1].facts.labels & label:
            raise Conflict("the document bears no such label")
        _write(work, own, MarkEvent(0, 0, named(own[1].facts.key), "asked", label, requester.user, now))


def answer_unmarking(  # noqa: PLR0913  who, what and the answer
    store: Store,
    clock: Clock,
    requester: Requester,
    patient: PatientId,
    entry: EntryId,
    label: Label,
    *,
    agreed: bool,
) -> None:
    """Take off what somebody else asked to, or keep it; raise `Refused` to the one who asked."""
    kind = "unmarked" if agreed else "kept"
    with store.work() as work:
        now, own = (
            clock.now(),
            _own(work, clock, Asked(requester, patient, f"label-{kind}", entry, str(label))),
        )
        asked = dict(_mark_of(work, own[1]).asked)
        if int(label) not in asked:
            raise Conflict("nobody asked for it")
        if asked[int(label)] == requester.user:
            raise Refused(("second-person",))
        _write(work, own, MarkEvent(0, 0, named(own[1].facts.key), kind, label, requester.user, now))


def marks(work: UnitOfWork, entry: DocumentEntry) -> Mark:
    """Return what stands by hand on an entry that was opened."""
    return _mark_of(work, entry)


def _own(work: UnitOfWork, clock: Clock, asked: Asked) -> tuple[Grant, DocumentEntry]:
    """Let a doctor of the facility that wrote it have the entry, with the record of it."""
    now = clock.now()
    answer = decided(work, now, [asked])[0]
    found = None
    if answer.grant is not None and asked.requester.role in MARKING:
        try:
            found = work.registry.get(answer.grant, EntryId(asked.entry))
        except NotFound:
            found = None
    if found is not None and found.custodian != asked.requester.facility:
        found = None
    work.audit.append([_written_down(now, asked, answer, found)])
    if answer.grant is None or found is None:
        work.commit()
        raise NotFound("no such record, or not for the asker")
    work.labels.hold(found.local_patient)
    return answer.grant, found


def _written_down(now: int, asked: Asked, answer: Answer, found: DocumentEntry | None) -> AuditEvent:
    """Say which document it is by its name too: a restored copy may know it under another number.

    The detail is the bit, a blank, and the three parts of the name with slashes between.
    """
    event = written_down(now, asked, answer, absent=found is None)
    if found is None:
        return event
    facts = found.facts
    return event._replace(
        kind=facts.document_class.value,
        custodian=found.custodian,
        labels=facts.labels,
        detail=f"{asked.detail} {'/'.join(named(facts.key))}",
    )


def _mark_of(work: UnitOfWork, entry: DocumentEntry) -> Mark:
    return work.labels.of(entry.local_patient).get(named(entry.facts.key), NO_MARK)


def _write(work: UnitOfWork, own: tuple[Grant, DocumentEntry], event: MarkEvent) -> None:
    grant, entry = own
    work.labels.record(event._replace(local_patient=entry.local_patient))
    # The whole mark, not what this line changed: so it also mends a version that does not bear it.
    work.labels.apply(grant, entry, _mark_of(work, entry))
