"""Starting care: a facility says that it treats a person who agreed to "all that take part".

Such a consent opens only for who treats the patient. A facility without a number of its own linked says
so here: one person, found exactly, for a reason on the list, for a month. It opens nothing that the
consent does not; the patient is told, sees it, and finds it among who looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, Care, ConsentEvent, EventKind, Question, decisions_of
from hie.exchange.consents import consenting
from hie.exchange.consents.exact import Identity, Miss, find_exactly
from hie.exchange.consents.statements import CARE_REASONS
from hie.exchange.moments import decided_at
from hie.exchange.notices import tell, the_patient
from hie.exchange.ports import Clock, PatientFile, Store, UnitOfWork
from hie.exchange.showing import shown
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Requester, Role

ROLES = frozenset({Role.DOCTOR, Role.DENTIST, Role.NURSE, Role.VISITING_NURSE, Role.PHARMACIST})
"""Who may say for the facility that it treats somebody."""
REASONS = tuple(sorted(CARE_REASONS))
DAY = 86_400_000
LASTS = 30 * DAY


class NotStarted(Invalid):
    """Care was not started; `miss` says whether to type again, to use the card, or to wait."""

    def __init__(self, miss: Miss) -> None:
        """Keep why."""
        super().__init__(miss.value)
        self.miss = miss


class Started(NamedTuple):
    """Care that the asker's facility started and that has not ended."""

    file: PatientFile
    care: Care
    by: str
    """Account id of who started it."""
    at: int


def start(store: Store, clock: Clock, requester: Requester, identity: Identity, reason: str) -> PatientId:
    """Start care for the one person meant, or raise `NotStarted`.

    A person who is not known and one who has not consented so are answered alike. Raise `NotFound` for a
    role that starts none, `Invalid` for a reason that is none.
    """
    _check(requester, reason)
    with store.work() as work:
        now = decided_at(work, clock)
        found = find_exactly(work, now, requester, identity)
        if not isinstance(found, Miss):
            care = Care(requester.facility, now + LASTS, reason)
            if _would_open(work, now, requester, found, care):
                _enter(work, clock, requester, found, care, "care-started")
            else:
                found = Miss.NOBODY
    if isinstance(found, Miss):
        raise NotStarted(found)
    return found


def renew(store: Store, clock: Clock, requester: Requester, patient: PatientId) -> None:
    """Let care that has not ended last for another month from now; raise `NotFound` where there is none."""
    with store.work() as work:
        now = decided_at(work, clock)
        longer = _live(work, now, requester, patient)._replace(ends_at=now + LASTS)
        _enter(work, clock, requester, patient, longer, "care-renewed")


def end(store: Store, clock: Clock, requester: Requester, patient: PatientId) -> None:
    """End the facility's care now; raise `NotFound` where there is none."""
    with store.work() as work:
        now = decided_at(work, clock)
        care = _live(work, now, requester, patient)
        event = ConsentEvent(0, patient, EventKind.CARE_ENDED, now, requester.user, "", care=care)
        consenting.enter(work, now, requester, [event])


def started(store: Store, clock: Clock, requester: Requester) -> Sequence[Started]:
    """Return the care that the facility started and that has not ended, what ends soonest first.

    Whose it is is written down: the list names them.
    """
    if requester.role not in ROLES:
        raise NotFound("no care to list for the asker")
    with store.look() as work:
        now = clock.now()
        patients = work.cares.ending(requester.facility, now, now + LASTS + 1)
        files = work.patients.files(patients)
        logs = work.consents.events(patients)
        found = [
            Started(files[patient], event.care, event.recorded_by, event.recorded_at)
            for patient in patients
            if patient in files
            for event in [_last_word(logs[patient], requester)]
            if event and event.kind is EventKind.CARE_STARTED and event.care and now < event.care.ends_at
        ]
    found.sort(key=lambda one: (one.care.ends_at, one.file.patient.id))
    with store.work() as work:
        work.audit.append([shown(now, requester, "care", (one.file.patient.id for one in found))])
    return found


def _check(requester: Requester, reason: str) -> None:
    if requester.role not in ROLES:
        raise NotFound("no care to start for the asker")
    if reason not in CARE_REASONS:
        raise Invalid("care has one of the reasons on the list")


def _would_open(work: UnitOfWork, now: int, requester: Requester, patient: PatientId, care: Care) -> bool:
    """Ask the gate whether care would open anything at all: else the person is nobody to the asker."""
    file = work.patients.files([patient]).get(patient)
    decisions = decisions_of(work.consents.events([patient])[patient])
    question = Question(
        requester,
        Action.VIEW,
        patient,
        decisions._replace(care=(*decisions.care, care)),
        now,
        frozenset(number.facility for number in file.numbers) if file else frozenset(),
        work.directory.region(),
    )
    return file is not None and isinstance(decide(question), Grant)


def _enter(
    work: UnitOfWork, clock: Clock, requester: Requester, patient: PatientId, care: Care, kind: str
) -> None:
    now = decided_at(work, clock)
    event = ConsentEvent(0, patient, EventKind.CARE_STARTED, now, requester.user, "", care=care)
    consenting.enter(work, now, requester, [event])
    tell(work, clock, [the_patient(patient)], kind, patient, requester.facility)


def _live(work: UnitOfWork, now: int, requester: Requester, patient: PatientId) -> Care:
    if requester.role in ROLES:
        event = _last_word(work.consents.events([patient])[patient], requester)
        started_there = event is not None and event.kind is EventKind.CARE_STARTED
        if event is not None and started_there and event.care is not None and now < event.care.ends_at:
            return event.care
    raise NotFound("no care of the asker's facility")


def _last_word(events: Sequence[ConsentEvent], requester: Requester) -> ConsentEvent | None:
    said = [one for one in events if one.care is not None and one.care.facility == requester.facility]
    return max(said, key=lambda one: one.sequence, default=None)
