"""How a person's consents stand: what is in force, what ended and why, and who joined or left since.

For people to look at; whether a record opens is the gate's answer alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from consent.model import (
    FOREVER,
    NOTICE,
    ConsentEvent,
    EventKind,
    Facilities,
    Provision,
    Region,
    Restriction,
    Withdrawal,
    named,
)
from hie.exchange.consents import consenting
from hie.exchange.consents.registering import PROPOSERS, VERIFIERS, may_see
from hie.exchange.ports import (
    OPEN_STATES,
    AuditEvent,
    Clock,
    PatientFile,
    Registration,
    ScanPage,
    Store,
)
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role

OF_THE_PERSON = frozenset({Role.PATIENT, Role.FAMILY})


class State(StrEnum):
    """How one provision stands."""

    IN_FORCE = "in-force"
    PARTLY = "partly-withdrawn"
    """Withdrawn between some of its facilities."""
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    COMING = "coming"


class Change(StrEnum):
    """How a facility that was not there at the signing stands to a consent."""

    NOT_INCLUDED = "not-included"
    """It joined later, and the form means those of the day alone."""
    WAITING = "waiting"
    """The form means later ones too, and the notice has not run its time, or not begun."""
    INCLUDED = "included"
    LEFT = "left"
    SUSPENDED = "suspended"
    RETURNED = "returned"
    """It left and came back: what was given before does not count for it any more (I10)."""


class Changed(NamedTuple):
    """One facility's change since a consent was recorded."""

    facility: FacilityCode
    change: Change
    at: int
    """Since when, or from when; FOREVER where nobody has given notice yet."""


class Standing(NamedTuple):
    """One provision of a consent, as it stands now."""

    event: ConsentEvent
    provision: Provision
    state: State
    ended_at: int
    """First moment at which it is no longer in force, as far as it is known now."""
    changes: tuple[Changed, ...]
    taken: tuple[Withdrawal, ...] = ()
    """What was taken back of it since, a side that is meant whole left open; empty once it is over."""


class Overview(NamedTuple):
    """All that a desk, or the person, sees of the person's decisions."""

    file: PatientFile
    events: tuple[ConsentEvent, ...]
    standing: tuple[Standing, ...]
    restrictions: tuple[tuple[int, Restriction], ...]
    """Those in force, by their sequence."""
    died_at: int
    """When a death was recorded, or 0."""
    waiting: tuple[Registration, ...]
    scans: tuple[tuple[int, ScanPage], ...]
    """Pages that lie with an event, by its sequence."""
    now: int
    whole: bool = True
    """Whether all is shown; a desk without a number of the person sees the name, and what it took itself."""


def overview(store: Store, clock: Clock, requester: Requester, patient: PatientId) -> Overview:
    """Return a person's decisions, and write down who looked; `NotFound` for strangers."""
    with store.work() as work:
        now = clock.now()
        file = work.patients.files([patient]).get(patient)
        if file is None or not may_keep(requester, file):
            raise NotFound("no such person, or not for the asker")
        events = tuple(work.consents.events([patient])[patient])
        region = work.directory.region()
        waiting = [
            one
            for one in work.registrations.about(patient)
            if one.state in OPEN_STATES and may_see(requester, one)
        ]
        scans = [
            (event.sequence, page)
            for event in events
            if not event.provisions
            for page in work.evidence.pages(shelf(event.sequence))
        ]
        position = events[-1].sequence if events else 0
        whole = may_know(requester, file)
        detail = "" if whole else "name"
        work.audit.append(
            [AuditEvent(now, requester, "consent-read", "done", patient, 0, (), position, detail)]
        )
    if not whole:
        return _name_only(requester, file, events, scans, now)
    died = [one.recorded_at for one in events if one.kind is EventKind.DECEASED]
    return Overview(
        file,
        events,
        tuple(standing(events, region, now)),
        tuple(sorted(consenting.live_restrictions(events).items())),
        died[0] if died else 0,
        tuple(waiting),
        tuple(scans),
        now,
    )


def may_keep(requester: Requester, file: PatientFile) -> bool:
    """Say whether the asker may see this person's decisions.

    Any desk may, for any desk must accept a withdrawal, and sees little more than the name where its facility
    has no number (`may_know`); who only proposes, for patients of their own facility; a patient or
    representative, for the one person.
    """
    if requester.role in OF_THE_PERSON:
        return bool(requester.patient) and requester.patient == file.patient.id
    return requester.role in VERIFIERS or (requester.role in PROPOSERS and may_know(requester, file))


def may_know(requester: Requester, file: PatientFile) -> bool:
    """Say whether the asker may see all of this person's decisions: at a desk, of its facility's patients."""
    if requester.role in OF_THE_PERSON:
        return bool(requester.patient) and requester.patient == file.patient.id
    return requester.role is Role.SECRETARIAT or requester.facility in {one.facility for one in file.numbers}


def _name_only(
    requester: Requester,
    file: PatientFile,
    events: Sequence[ConsentEvent],
    scans: Sequence[tuple[int, ScanPage]],
    now: int,
) -> Overview:
    own = tuple(one for one in events if one.recorded_by == requester.user)
    taken = {one.sequence for one in own}
    lying = tuple((sequence, page) for sequence, page in scans if sequence in taken)
    return Overview(file._replace(numbers=()), own, (), (), 0, (), lying, now, whole=False)


def shelf(sequence: int) -> str:
    """Name where the scans of a decision lie that no registration made."""
    return f"event-{sequence}"


def standing(events: Sequence[ConsentEvent], region: Region, now: int) -> Iterator[Standing]:
    """Yield every provision given, newest first, as it stands at `now`."""
    for event in sorted(events, key=lambda one: -one.sequence):
        if event.kind is not EventKind.GIVEN:
            continue
        later = [
            (one.recorded_at, one.withdrawal or Withdrawal())
            for one in events
            if one.kind is EventKind.WITHDRAWN and one.sequence > event.sequence
        ]
        for provision in event.provisions:
            state, ended_at = _state(provision, later, now)
            changed = tuple(changes(event, provision, region, now))
            taken = tuple(_taken(provision, later)) if state in {State.PARTLY, State.COMING} else ()
            yield Standing(event, provision, state, ended_at, changed, taken)


def changes(event: ConsentEvent, provision: Provision, region: Region, now: int) -> Iterator[Changed]:
    """Yield what became of the facilities a provision means, since it was recorded."""
    meant = provision.disclosers, provision.recipients
    for facility, membership in sorted(region.members.items()):
        if not any(named(side, facility) for side in meant):
            continue
        then, term = membership.term(event.recorded_at), membership.term(now)
        if term is None:
            if then is not None:
                yield Changed(facility, Change.LEFT, then.left_at)
        elif then is not None and then.joined_at != term.joined_at:
            yield Changed(facility, Change.RETURNED, term.joined_at)
        elif not membership.takes_part(now):
            yield Changed(facility, Change.SUSPENDED, max(one.starts_at for one in membership.suspensions))
        elif then is None:
            yield _joined(facility, provision, term.joined_at, term.noticed_at, now)


def _joined(facility: FacilityCode, provision: Provision, joined: int, noticed: int, now: int) -> Changed:
    if not provision.later_members:
        return Changed(facility, Change.NOT_INCLUDED, joined)
    if noticed >= FOREVER:
        return Changed(facility, Change.WAITING, FOREVER)
    counts = max(noticed, joined) + NOTICE
    return Changed(facility, Change.INCLUDED if counts <= now else Change.WAITING, counts)


def _state(provision: Provision, later: Sequence[tuple[int, Withdrawal]], now: int) -> tuple[State, int]:
    whole = [
        at
        for at, one in later
        if _covers(one.disclosers, provision.disclosers) and _covers(one.recipients, provision.recipients)
    ]
    ended_at = min([provision.ends_at, *whole])
    if whole and whole[0] <= provision.ends_at:
        return State.WITHDRAWN, ended_at
    if provision.ends_at <= now:
        return State.ENDED, ended_at
    if provision.starts_at > now:
        return State.COMING, ended_at
    return State.PARTLY if any(_taken(provision, later)) else State.IN_FORCE, ended_at


def _taken(provision: Provision, later: Sequence[tuple[int, Withdrawal]]) -> Iterator[Withdrawal]:
    """Yield what of each withdrawal this provision had given."""
    given = provision.disclosers, provision.recipients
    for _, one in later:
        if _meet(one.disclosers, given[0]) and _meet(one.recipients, given[1]):
            yield Withdrawal(_narrowed(one.disclosers, given[0]), _narrowed(one.recipients, given[1]))


def _narrowed(taken: Facilities, given: Facilities) -> Facilities:
    if taken is None or _covers(taken, given):
        return None
    return taken if given is None else taken & given


def _covers(taken: Facilities, given: Facilities) -> bool:
    return taken is None or (given is not None and given <= taken)


def _meet(taken: Facilities, given: Facilities) -> bool:
    return taken is None or given is None or bool(taken & given)
