"""Who looked at my record, when, and why that was allowed: for the patient and the family.

What is kept from the patient cannot be guessed from the trail either: a row about a document that bears
such a label is left out as if it never were, and so is every row of which nobody can say that it would not
tell (security I18). What the patient finds strange becomes a question that somebody has to answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from consent.model import ConsentEvent, EventKind
from consent.parties import THEMSELVES
from hie.exchange.notices import SECRETARIAT, officer_of, tell, the_patient
from hie.exchange.ports import (
    AuditEvent,
    AuditQuery,
    AuditRow,
    Clock,
    Complaint,
    Store,
    UnitOfWork,
)
from hie.exchange.trail.audit_words import ACTIONS
from hie.record.entry import Label
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role

MOST = 200
"""Rows on a page: a visit with many images stays whole."""
LONGEST_ANSWER = 1_000
ANSWERERS = frozenset({Role.SECRETARIAT, Role.PRIVACY_OFFICER})
HIDDEN = int(Label.NOT_TOLD | Label.VIOLENCE | Label.NEVER | Label.UNKNOWN)
"""Labels whose documents are kept from the patient, their existence too; as the ceiling of the role."""
ALWAYS_TOLD = frozenset({"granted", "done", "refused"})
"""Outcomes that are told; `absent` would say that there is something the asker may not see."""
NO_DOCUMENT = 0
"""The entry of a row that is about no document."""
_AT_ONCE = 200


class Form(NamedTuple):
    """The consent that allowed a look."""

    taken_at: str
    """Facility where it was signed, or empty where that was not noted."""
    recorded_at: int


class Access(NamedTuple):
    """One thing that was done, as the person it is about may know it."""

    row: int
    at: int
    facility: FacilityCode
    role: Role
    name: str
    action: str
    kind: str
    """Class of the document, or empty."""
    outcome: str
    reasons: tuple[str, ...]
    form: Form | None
    emergency: bool
    complaint: Complaint | None
    own: bool
    """Whether it was the patient or the family."""


class Accesses(NamedTuple):
    """A page of them."""

    lines: Sequence[Access]
    more: int
    """Number of the last row, to ask for those before it; 0 where there are none."""


def accesses(store: Store, clock: Clock, requester: Requester, before: int = 0) -> Accesses:
    """Return what was done with the requester's record, newest first; the asking is written down too."""
    patient = _themselves(requester)
    with store.work() as work:
        now = clock.now()
        work.audit.append([AuditEvent(now, requester, "accesses-read", "done", patient, 0, (), 0, "")])
    with store.look() as work:
        shown = _Shown(work, patient, requester.user)
        rows = list(_first(shown.rows(before), MOST + 1))
        events = work.consents.events([patient]).get(patient, ())
        filed = {one.row: one for one in work.complaints.of_patient(patient)}
    lines = [_access(row, events, filed) for row in rows[:MOST]]
    return Accesses(lines, rows[MOST - 1].sequence if len(rows) > MOST else 0)


def complain(store: Store, clock: Clock, requester: Requester, row: int) -> None:
    """Ask about a row, once; raise `NotFound` where no such row is shown."""
    patient = _themselves(requester)
    with store.work() as work:
        now = clock.now()
        found = next(iter(_first(_Shown(work, patient, requester.user).rows(row + 1), 1)), None)
        if found is None or found.sequence != row or found.event.requester.role in THEMSELVES:
            raise NotFound("no such row")
        facility = found.event.requester.facility
        if work.complaints.file(Complaint(clock.new_id(), row, patient, facility, now, requester.user)):
            filed = AuditEvent(now, requester, "complaint-filed", "done", patient, 0, (), 0, str(row))
            work.audit.append([filed])
            tell(work, clock, [officer_of(facility), SECRETARIAT], "complaint-filed", patient, facility)


def waiting(store: Store, requester: Requester) -> list[tuple[Complaint, AuditRow]]:
    """Return the questions that a privacy officer or the secretariat must answer, oldest first, with rows."""
    if requester.role not in ANSWERERS:
        return []
    facility = None if requester.role is Role.SECRETARIAT else requester.facility
    with store.look() as work:
        return [
            (one, row)
            for one in work.complaints.waiting(facility)
            for row in work.audit.search(AuditQuery(before=one.row + 1, patient=one.patient), 1)
        ]


def answer(store: Store, clock: Clock, requester: Requester, complaint: str, text: str) -> None:
    """Answer a question; raise `Invalid`, `NotFound` for another facility's, `Conflict` for one's own act."""
    said = text.strip()
    if not said or len(said) > LONGEST_ANSWER:
        raise Invalid("an answer has words, up to 1,000 characters")
    asked = next((one for one in waiting(store, requester) if one[0].id == complaint), None)
    if asked is None:
        raise NotFound("no such question waits")
    found, row = asked
    if row.event.requester.user == requester.user:
        raise Conflict("nobody answers for what they did themselves")
    with store.work() as work:
        now = clock.now()
        if work.complaints.answer(complaint, now, requester.user, said):
            done = AuditEvent(
                now, requester, "complaint-answered", "done", found.patient, 0, (), 0, str(found.row)
            )
            work.audit.append([done])
            tell(
                work, clock, [the_patient(found.patient)], "complaint-answered", found.patient, found.facility
            )


def _themselves(requester: Requester) -> PatientId:
    if requester.role not in THEMSELVES or not requester.patient:
        raise NotFound("no such page for the asker")
    return requester.patient


class _Shown:
    """The rows about a person that the person may know of.

    A row about a document is judged by what the document bears now, in any of its versions: it is left out
    too where a mark came after the look, and where the document is not there any more.
    """

    def __init__(self, work: UnitOfWork, patient: PatientId, reader: str) -> None:
        self._work = work
        self._reader = reader
        self._patient = patient

    def rows(self, before: int) -> Iterator[AuditRow]:
        """Return them, newest first, those before a number where one is given."""
        query = AuditQuery(patient=self._patient, before=before or 2**62)
        while rows := self._work.audit.search(query, _AT_ONCE):
            entries = {row.event.entry for row in rows} - {NO_DOCUMENT}
            told = self._work.labels.without(entries, HIDDEN) | {NO_DOCUMENT}
            yield from (row for row in rows if row.event.entry in told and self._may_know(row.event))
            query = query._replace(before=rows[-1].sequence)

    def _may_know(self, event: AuditEvent) -> bool:
        words = ACTIONS.get(event.action)
        told = words is not None and words.told and event.outcome in ALWAYS_TOLD
        if event.action == "open-image" and event.outcome == "granted" and event.entry == NO_DOCUMENT:
            return False  # of which study it was nobody can say any more
        if event.action == "accesses-read" and event.requester.user == self._reader:
            return False  # that one reads this page oneself would soon be all that stands on it
        return told and not event.labels & HIDDEN


def _first(rows: Iterator[AuditRow], most: int) -> Iterator[AuditRow]:
    for _, row in zip(range(most), rows, strict=False):
        yield row


def _access(row: AuditRow, events: Sequence[ConsentEvent], filed: Mapping[int, Complaint]) -> Access:
    event = row.event
    who = event.requester
    return Access(
        row.sequence,
        event.at,
        who.facility,
        who.role,
        who.name,
        event.action,
        event.kind,
        event.outcome,
        event.reasons,
        _form(event, events) if "consent-in-force" in event.reasons else None,
        who.purpose is Purpose.EMERGENCY,
        filed.get(row.sequence),
        who.role in THEMSELVES,
    )


def _form(event: AuditEvent, events: Sequence[ConsentEvent]) -> Form | None:
    """Return the newest consent, of those known then, that names the facility that looked."""
    facility = event.requester.facility
    for one in sorted(events, key=lambda one: -one.sequence):
        if one.kind is EventKind.GIVEN and one.sequence <= event.position:
            for clause in one.provisions:
                open_then = clause.starts_at <= event.at < clause.ends_at
                if open_then and (clause.recipients is None or facility in clause.recipients):
                    return Form(one.paper.taken_at, one.recorded_at)
    return None
