"""The consent desk: write down what a patient gave, took back or refused, with its audit record.

The log and the audit record are one transaction. Nothing reaches backwards: a consent counts
for questions that are asked after it is recorded, whatever day the form was signed.
"""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import ConsentEvent, EventKind, Provision, Restriction, Withdrawal
from hie.exchange.consents.forms import check_signature
from hie.exchange.consents.statements import check_statement
from hie.exchange.moments import decided_at
from hie.exchange.ports import AuditEvent, Clock, Store, UnitOfWork
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Requester, Role

_HOLDS_FOR_ALL = frozenset({Role.SECRETARIAT, Role.SYSTEM})


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
    return record(store, clock, requester, event)


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
    return record(store, clock, requester, event)


def restrict(
    store: Store,
    clock: Clock,
    requester: Requester,
    patient: PatientId,
    restriction: Restriction,
    evidence: str,
) -> ConsentEvent:
    """Record what the patient refuses or a discloser holds back, at once; it beats every consent.

    Raise `NotFound` where the person is not known, and `Invalid` where it names nothing, nothing
    proves it, or the hold is another facility's.
    """
    event = ConsentEvent(
        0, patient, EventKind.RESTRICTED, 0, requester.user, evidence, restriction=restriction
    )
    return record(store, clock, requester, event)


def lift(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, restriction: int, evidence: str
) -> ConsentEvent:
    """Record that the restriction with this sequence ends; raises what `restrict` raises."""
    event = ConsentEvent(0, patient, EventKind.LIFTED, 0, requester.user, evidence, lifts=restriction)
    return record(store, clock, requester, event)


def record(store: Store, clock: Clock, requester: Requester, event: ConsentEvent) -> ConsentEvent:
    """Record one event as of now, in a transaction of its own; raises what `enter` raises."""
    with store.work() as work:
        now = decided_at(work, clock)
        return enter(work, now, requester, [event._replace(recorded_at=now)])[0]


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
        check_statement(event, now)
    persons = list(dict.fromkeys(event.patient for event in events))
    files = work.patients.files(persons)
    if len(files) < len(persons):
        raise NotFound("no such person")
    for event in events:
        if event.kind is EventKind.GIVEN:
            check_signature(event.paper, files[event.patient].patient.birth_day, event.provisions, now)
    _check_closings(work, requester, events)
    recorded = [work.consents.record(event) for event in events]
    work.audit.append([_written_down(now, requester, event) for event in recorded])
    return recorded


def live_restrictions(events: Sequence[ConsentEvent]) -> dict[int, Restriction]:
    """Return a person's restrictions that were not lifted, by their sequence."""
    live: dict[int, Restriction] = {}
    for event in sorted(events, key=lambda one: one.sequence):
        if event.restriction is not None:
            live[event.sequence] = event.restriction
        live.pop(event.lifts, None)
    return live


def _check_closings(work: UnitOfWork, requester: Requester, events: Sequence[ConsentEvent]) -> None:
    """Raise `Invalid` where somebody holds or lifts what is not theirs, or lifts what is not there."""
    live: dict[PatientId, dict[int, Restriction]] = {}
    for event in events:
        restriction = event.restriction
        if event.kind is EventKind.LIFTED:
            if event.patient not in live:
                live[event.patient] = live_restrictions(work.consents.events([event.patient])[event.patient])
            restriction = live[event.patient].pop(event.lifts, None)
            if restriction is None:
                raise Invalid("there is no such restriction in force")
        if (
            restriction is not None
            and restriction.by_discloser
            and requester.role not in _HOLDS_FOR_ALL
            and restriction.disclosers != frozenset({requester.facility})
        ):
            raise Invalid("a hold is the facility's own", code="hold")


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
