"""What each facility shows the asker of a patient, since when, and whether what it writes arrives.

A page that is empty for a reason says the reason. Only facilities of which the gate opens something are
spoken of: that a patient is known elsewhere is nobody's business here, not even as a number.
How a facility's documents arrive is the same for every patient; whoever draws many pages asks once
(`reaches`) and keeps the answer for a while.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from consent.grant import Grant
from consent.scope import Scope
from hie.exchange.feeds.feed_lights import Light, light_of
from hie.exchange.feeds.feed_monitor import state_of
from hie.exchange.ports import UnitOfWork
from hie.record.entry import NO_LABELS, Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.people import FacilityKind
from hie.record.requester import Requester
from hie.record.times import FIRST_DAY, LAST_DAY, Day, Period, days_after

CLASSES = tuple(one for one in DocumentClass if one is not DocumentClass.UNKNOWN)


class Reason(StrEnum):
    """What is wrong with how a facility's documents arrive."""

    NOTHING = ""
    """Nothing is."""
    SILENT = "silent"
    """Its edge has not spoken for a while: what it wrote since then is missing."""
    TROUBLE = "trouble"
    """Its edge speaks of something broken: some of it may be missing."""
    LATE = "late"
    """Documents wait longer than they should."""
    ENDED = "ended"
    """The region ended its edge's leave to speak: nothing new comes."""
    NEVER = "never"
    """A hospital whose edge was enrolled, and of which nothing has come yet."""


class Reach(NamedTuple):
    """How one facility's documents arrive; moments are milliseconds since 1970, 0 for never."""

    light: Light
    reason: Reason
    received_at: int
    """When the hub last filed something of it, as far as the monitor tells."""
    heard_at: int
    """When its edge last spoke."""
    lag: int = 0
    """Milliseconds for which the oldest document waits."""


UNHEARD = Reach(Light.NEVER, Reason.NOTHING, 0, 0)
"""Of a clinic that reads and sends nothing."""
_REASONS = {
    Light.SILENT: Reason.SILENT,
    Light.TROUBLE: Reason.TROUBLE,
    Light.LATE: Reason.LATE,
    Light.REVOKED: Reason.ENDED,
}


class Sharing(NamedTuple):
    """What one facility shows the asker of one patient, and how it arrives."""

    facility: FacilityCode
    opened: Mapping[DocumentClass, Day]
    """Each class that is shown, and the first day of which it is; `FIRST_DAY` where there is no limit."""
    reach: Reach
    own: bool = False
    """The asker's own facility, of which everything is shown."""

    @property
    def classes(self) -> frozenset[DocumentClass]:
        """The classes that are shown."""
        return frozenset(self.opened)

    @property
    def since(self) -> Day:
        """The first day of which anything is shown."""
        return min(self.opened.values())


class Why(StrEnum):
    """Why nothing stands where one looks."""

    NOBODY = "nobody"
    """No facility shows the asker anything of this patient."""
    CLOSED = "closed"
    """No facility shows this kind to the asker."""
    BEFORE = "before"
    """It is shown only of later days."""
    MISSING = "missing"
    """It is shown, and what a facility wrote may not have arrived."""
    NONE = "none"
    """It is shown, all of it arrives, and there is none."""


class Absence(NamedTuple):
    """Why nothing stands there, of which facilities that is said, and for `BEFORE` the first day."""

    why: Why
    facilities: tuple[FacilityCode, ...] = ()
    since: Day = FIRST_DAY


def of(work: UnitOfWork, grant: Grant, now: int) -> Sequence[Sharing]:
    """Say it of one patient, asking how everything arrives anew."""
    file = work.patients.files([grant.patient]).get(grant.patient)
    linked = {number.facility for number in file.numbers} if file else set()
    labelled = {one.code: one.labels for one in work.directory.all() if one.code in linked}
    return sharings(grant, labelled, reaches(work, grant.requester, now))


def sharings(
    grant: Grant, linked: Mapping[FacilityCode, int], arriving: Mapping[FacilityCode, Reach]
) -> tuple[Sharing, ...]:
    """Say what each of the `linked` facilities shows under `grant`; who shows nothing is not named.

    `linked` gives with each the labels that all its documents bear: who may not see those may not know that
    the patient is known to a hospital whose name tells.
    """
    found = ((code, opened_of(grant, code, labels)) for code, labels in sorted(linked.items()))
    own = grant.requester.facility
    return tuple(
        Sharing(code, opened, arriving.get(code, UNHEARD), code == own) for code, opened in found if opened
    )


def opened_of(grant: Grant, facility: FacilityCode, labels: int = NO_LABELS) -> dict[DocumentClass, Day]:
    """Return the ordinary classes a grant opens of a facility, and from which day of care each."""
    return dict(_opened(grant.opened, grant.closed, facility, labels))


@lru_cache(4096)
def _opened(
    opened: Scope, closed: Scope, facility: FacilityCode, labels: int
) -> tuple[tuple[DocumentClass, Day], ...]:
    """Say it of the boxes, which many patients share; a calendar asks it of each of its facilities."""
    wide, shut = ([box for box in boxes if box.reaches(facility)] for boxes in (opened, closed))
    starts = {box.service_period.start for box in wide}
    starts |= {_next(box.service_period.end) for box in shut}
    days = sorted({max(one, FIRST_DAY) for one in starts})
    found = []
    for kind in CLASSES:
        for day in days:
            facts = (facility, kind, day, Confidentiality.NORMAL, labels)
            if any(box.holds(*facts) for box in wide) and not any(box.holds(*facts) for box in shut):
                found.append((kind, day))
                break
    return tuple(found)


def reaches(work: UnitOfWork, requester: Requester, now: int) -> dict[FacilityCode, Reach]:
    """Say of every facility of the region how what it writes arrives; asks the monitor for each."""
    edges = {edge.facility: edge for edge in work.edges.all()}
    found = {}
    for facility in work.directory.all():
        edge = edges.get(facility.code)
        hospital = facility.kind is FacilityKind.HOSPITAL
        if not (edge or hospital or work.feeds.runs(facility.code, 1)):
            continue
        state = state_of(work, now, requester, facility, edge)
        light = light_of(state)
        never = edge is not None and not state.taken_at and light is not Light.REVOKED
        reason = Reason.NEVER if never else _REASONS.get(light, Reason.NOTHING)
        found[facility.code] = Reach(
            light, reason, state.taken_at, edge.contacted_at if edge else 0, state.lag
        )
    return found


def absence(told: Sequence[Sharing], classes: Collection[DocumentClass], period: Period) -> Absence:
    """Say why nothing of `classes` stands in `period`, although somebody looked.

    One's own facility closes nothing: it is asked only where there is no other.
    """
    told = [one for one in told if not one.own] or told
    if not told:
        return Absence(Why.NOBODY)
    shown = {one.facility: one for one in told if one.classes.intersection(classes)}
    if not shown:
        return Absence(Why.CLOSED)
    since = {
        code: min(day for kind, day in one.opened.items() if kind in classes) for code, one in shown.items()
    }
    within = [code for code, day in since.items() if day <= period.end]
    if not within:
        return Absence(Why.BEFORE, tuple(since), min(since.values()))
    missing = tuple(code for code in within if shown[code].reach.reason)
    return Absence(Why.MISSING, missing) if missing else Absence(Why.NONE, tuple(within))


def _next(end: Day) -> Day:
    """Return the day after a period; the last day of all has none, and a period may be open beyond it."""
    return days_after(end, 1) if FIRST_DAY <= end < LAST_DAY else LAST_DAY
