"""Who saw what under a wrong link: made again from the audit rows, whenever it is asked for.

The report names people, moments and kinds of documents, and nothing of what stood in them. A look at the
calendar counts as well: it listed what lay under the number. Two people suffer under a wrong link: whose
documents were shown as another's, and whose record stood open to the number's facility, as if it treated
them. What that facility opened of other facilities' documents counts for the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hie.exchange.linking import linking
from hie.exchange.moments import decided_about
from hie.exchange.notices import SECRETARIAT, officer_of, tell
from hie.exchange.ports import (
    AuditQuery,
    AuditRow,
    Clock,
    LinkEvent,
    LinkKind,
    LocalNumber,
    Store,
    UnitOfWork,
)
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId, FacilityCode, LocalPatientId, PatientId
from hie.record.requester import Requester, Role

CALENDAR = "calendar"
"""Kind of what a look at the list of documents showed."""
ELSEWHERE = "elsewhere"
"""Kind of another facility's document that somebody of the number's facility opened."""
_AT_ONCE = 1_000
_OPENING, _CLOSING = {LinkKind.LINKED}, {LinkKind.UNLINKED, LinkKind.CONTESTED}


class Window(NamedTuple):
    """How long a number was a person's: from a moment to a moment, both included."""

    patient: PatientId
    since: int
    until: int


class Exposed(NamedTuple):
    """One look: who, in which facility and role, when, at what kind of thing."""

    row: int
    """Number of the audit row."""
    at: int
    account: str
    name: str
    facility: FacilityCode
    role: Role
    action: str
    kind: str
    """Data kind of the document under the number that was opened, `CALENDAR`, or `ELSEWHERE`."""


class Exposure(NamedTuple):
    """What was seen under a number while it was somebody's."""

    number: LocalNumber
    windows: tuple[Window, ...]
    rows: tuple[Exposed, ...]
    """Oldest first."""

    @property
    def facilities(self) -> tuple[FacilityCode, ...]:
        """Facilities whose people looked, by code."""
        return tuple(sorted({one.facility for one in self.rows}))

    @property
    def people(self) -> int:
        """How many people looked."""
        return len({one.account for one in self.rows})


def split(store: Store, clock: Clock, requester: Requester, local: LocalPatientId, reason: str) -> Exposure:
    """End a link, tell the desks of everybody who looked, and return who saw what; one transaction."""
    with store.work() as work:
        now = decided_about(work, clock, work.links.find(local))
        patient = linking.split(work, now, requester, local, reason)
        number = work.links.find(local)
        if number is None:
            raise NotFound("no such number")
        found = _exposure(work, number, patient, now)
        to = [SECRETARIAT, officer_of(local.facility), *(officer_of(one) for one in found.facilities)]
        tell(work, clock, to, "link-split", patient, str(number.surrogate))
    return found


def report(store: Store, clock: Clock, requester: Requester, surrogate: int) -> Exposure:
    """Return who saw what under a number while it was the person's it was last; reading it is audited.

    Raise `NotFound` where the number was nobody's or is not the asker's business.
    """
    with store.work() as work:
        now = clock.now()
        number = work.links.number(surrogate)
        if number is None or not linking.may_keep(requester, number.local.facility):
            raise NotFound("no such number, or not for the asker")
        patient = number.patient or last_person(work.links.history(surrogate))
        found = _exposure(work, number, patient, now)
        detail = f"{number.local.facility} {surrogate}: {len(found.rows)} looks"
        work.audit.append([linking.written_down(now, requester, "exposure-read", patient, detail)])
    return found


def last_person(history: Sequence[LinkEvent]) -> PatientId:
    """Return whose a number was last; raise `NotFound` where it never was anybody's."""
    for event in reversed(history):
        if event.kind in _OPENING:
            return event.patient
    raise NotFound("this number was nobody's")


def windows(history: Sequence[LinkEvent], patient: PatientId, now: int) -> tuple[Window, ...]:
    """Return how long a number was a person's; an open window ends now."""
    found: list[Window] = []
    since: int | None = None
    for event in history:
        if event.kind in _OPENING and event.patient == patient:
            since = event.at if since is None else since
        elif event.kind in _CLOSING and since is not None:
            found.append(Window(patient, since, event.at))
            since = None
    return (*found, Window(patient, since, now)) if since is not None else tuple(found)


def _exposure(work: UnitOfWork, number: LocalNumber, patient: PatientId, now: int) -> Exposure:
    open_for = windows(work.links.history(number.surrogate), patient, now)
    rows = sorted({row.sequence: row for one in open_for for row in _looks(work, one)}.items())
    entries = sorted({row.event.entry for _, row in rows if row.event.entry})
    kinds = work.links.filed(number.surrogate, [EntryId(one) for one in entries])
    place = number.local.facility
    looks = (_exposed(row, kinds.get(EntryId(row.event.entry), _of_another(row, place))) for _, row in rows)
    return Exposure(number, open_for, tuple(one for one in looks if one.kind))


def _looks(work: UnitOfWork, window: Window) -> Iterator[AuditRow]:
    """Yield the rows of a window in which somebody was shown something of the person."""
    query = AuditQuery(window.since, window.until + 1, window.patient)
    while rows := work.audit.search(query, _AT_ONCE):
        for row in rows:
            if row.event.outcome == "granted" and row.event.requester.role is not Role.SYSTEM:
                yield row
        query = query._replace(before=rows[-1].sequence)


def _of_another(row: AuditRow, facility: FacilityCode) -> str:
    """Name what was opened that did not lie under the number; nothing where others looked."""
    return ELSEWHERE if row.event.requester.facility == facility else ""


def _exposed(row: AuditRow, kind: str) -> Exposed:
    who, event = row.event.requester, row.event
    return Exposed(
        *(row.sequence, event.at, who.user, who.name, who.facility, who.role, event.action),
        kind if event.entry else CALENDAR,
    )
