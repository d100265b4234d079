"""The consent desk: write down what a patient gave or took back, with its audit record.

The log and the audit record are one transaction. Nothing reaches backwards: a consent counts
for questions that are asked after it is recorded, whatever day the form was signed.
"""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import ConsentEvent, EventKind, Facilities, Provision, Withdrawal
from hie.exchange.ports import AuditEvent, Clock, Store, UnitOfWork
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from hie.record.times import FIRST_DAY


def give(
    store: Store,
    clock: Clock,
    requester: Requester,
    patient: PatientId,
    provisions: Sequence[Provision],
    evidence: str,
) -> ConsentEvent:
    """Record a consent; return it with its sequence.

    Raise `NotFound` where the person is not known, and `Invalid` where the consent says nothing
    or more than a consent can: no provision, nobody named, an end before its beginning, an
    unknown class, day or confidentiality, no evidence.
    """
    event = ConsentEvent(0, patient, EventKind.GIVEN, 0, requester.user, evidence, tuple(provisions))
    return _record(store, clock, requester, event)


def withdraw(
    store: Store,
    clock: Clock,
    requester: Requester,
    patient: PatientId,
    withdrawal: Withdrawal,
    evidence: str,
) -> ConsentEvent:
    """Record that all given so far is taken back between the facilities named, at once.

    Raise `NotFound` where the person is not known, `Invalid` where nobody is named or nothing
    proves it. To withdraw what was never given is no error: it is closed as well.
    """
    event = ConsentEvent(0, patient, EventKind.WITHDRAWN, 0, requester.user, evidence, (), withdrawal)
    return _record(store, clock, requester, event)


def read(store: Store, clock: Clock, requester: Requester, patient: PatientId) -> Sequence[ConsentEvent]:
    """Return a person's consent log, oldest first; raise `NotFound` where the person is not known."""
    with store.work() as work:
        if patient not in work.patients.files([patient]):
            raise NotFound("no such person")
        events = work.consents.events([patient])[patient]
        position = events[-1].sequence if events else 0
        work.audit.append(
            [AuditEvent(clock.now(), requester, "consent-read", "done", patient, 0, (), position, "")]
        )
    return events


def enter(
    work: UnitOfWork, now: int, requester: Requester, events: Sequence[ConsentEvent]
) -> list[ConsentEvent]:
    """Append events in order, each with its audit record, in the caller's transaction.

    Raise what `give` and `withdraw` raise; the caller's transaction is then rolled back.
    """
    for event in events:
        _check(event)
    persons = list(dict.fromkeys(event.patient for event in events))
    if len(work.patients.files(persons)) < len(persons):
        raise NotFound("no such person")
    recorded = [work.consents.record(event) for event in events]
    work.audit.append([_written_down(now, requester, event) for event in recorded])
    return recorded


def _check(event: ConsentEvent) -> None:
    if event.kind is EventKind.GIVEN:
        if not event.provisions:
            raise Invalid("a consent has at least one provision")
        for provision in event.provisions:
            _check_provision(provision)
    elif event.withdrawal is None:
        raise Invalid("a withdrawal says between whom")
    else:
        _check_named(event.withdrawal.disclosers, event.withdrawal.recipients)
    if not event.evidence.strip():
        raise Invalid("something proves it: the number of the form, a hash of its scan")


def _check_provision(provision: Provision) -> None:
    _check_named(provision.disclosers, provision.recipients)
    classes = provision.classes
    if classes is not None and (not classes or DocumentClass.UNKNOWN in classes):
        raise Invalid("a provision names at least one class, and none that is unknown")
    if not FIRST_DAY <= provision.service_period.start <= provision.service_period.end:
        raise Invalid("a provision's service period begins on a day that is known and ends not before it")
    if provision.starts_at >= provision.ends_at:
        raise Invalid("a provision is in force for a while, or it is not given")
    if provision.ceiling >= Confidentiality.UNKNOWN:
        raise Invalid("a provision reaches a confidentiality that is known")


def _check_named(*facilities: Facilities) -> None:
    for named in facilities:
        if named is not None and not named:
            raise Invalid("name at least one facility, or all that take part")


def _record(store: Store, clock: Clock, requester: Requester, event: ConsentEvent) -> ConsentEvent:
    with store.work() as work:
        now = clock.now()
        return enter(work, now, requester, [event._replace(recorded_at=now)])[0]


def _written_down(now: int, requester: Requester, event: ConsentEvent) -> AuditEvent:
    return AuditEvent(
        at=now,
        requester=requester,
        action=f"consent-{event.kind}",
        outcome="done",
        patient=event.patient,
        entry=0,
        reasons=(),
        position=event.sequence,
        detail=f"{len(event.provisions)} provisions",
    )
