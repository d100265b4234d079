"""A facility's month in figures: what its privacy officer looks at once a month (security F.3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from hie.exchange.ports import AuditQuery, AuditRow, Clock, Store
from hie.exchange.trail.audit_views import exported
from hie.exchange.trail.audit_words import Group, actions_of
from hie.record.entry import Label
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose, Requester
from hie.record.times import JST

LOOKS = tuple(one for one in actions_of(Group.RECORD) if one not in {"search", "listed", "pulse"})
MOST_VIEWERS = 20
MOST_NAMED = 50
NIGHT = (7, 21)
"""Hours between which a look is at an ordinary time, Monday to Saturday, in Japan's time."""
MANY = 40
"""Patients of one person in one day, from which on it is worth a question."""
UNRELATED = frozenset({"unlinked", "no-care", "no-consent", "joined-later"})


class Viewer(NamedTuple):
    """A person and how much they looked."""

    account: str
    name: str
    patients: int
    looks: int


class Pack(NamedTuple):
    """A month of one facility."""

    looks: int
    viewers: Sequence[Viewer]
    """Who looked at most patients."""
    at_night: Sequence[AuditRow]
    unrelated: Sequence[AuditRow]
    """Tries to open a record of a person with whom the facility has nothing to do."""
    staff: Sequence[AuditRow]
    """Documents of people who work at the facility that wrote them."""
    emergencies: Sequence[AuditRow]
    bulk: Sequence[tuple[str, str, int]]
    """Day, person, patients: many on one day."""


def pack(store: Store, clock: Clock, requester: Requester, facility: FacilityCode, month: str) -> Pack:
    """Count a month (`2026-04`) of a facility's own staff; the asking is written down as an export is."""
    since, until = month_of(month)
    query = AuditQuery(since=since, until=until, facility=facility, actions=LOOKS)
    return counted(exported(store, clock, requester, query))


def counted(rows: Iterable[AuditRow]) -> Pack:
    """Count rows of one facility, newest first."""
    looks, names = Counter[str](), dict[str, str]()
    whom: dict[str, set[str]] = defaultdict(set)
    days: dict[tuple[str, str], set[str]] = defaultdict(set)
    night, unrelated, staff, emergencies = (list[AuditRow]() for _ in range(4))
    for row in rows:
        event = row.event
        who, at = event.requester, datetime.fromtimestamp(event.at / 1000, JST)
        if event.outcome == "refused":
            _name(unrelated, row, asked=bool(UNRELATED & set(event.reasons)))
            continue
        looks[who.user] += 1
        names.setdefault(who.user, who.name)
        whom[who.user].add(event.patient)
        days[f"{at:%Y-%m-%d}", who.user].add(event.patient)
        _name(night, row, asked=_is_at_night(at))
        _name(staff, row, asked=bool(event.labels & Label.STAFF))
        _name(emergencies, row, asked=who.purpose is Purpose.EMERGENCY)
    viewers = [Viewer(one, names[one], len(whom[one]), looks[one]) for one in looks]
    viewers.sort(key=lambda one: (-one.patients, -one.looks, one.account))
    bulk = sorted((day, names[one], len(found)) for (day, one), found in days.items() if len(found) >= MANY)
    return Pack(
        looks=sum(looks.values()),
        viewers=viewers[:MOST_VIEWERS],
        at_night=night,
        unrelated=unrelated,
        staff=staff,
        emergencies=emergencies,
        bulk=bulk,
    )


def _name(named: list[AuditRow], row: AuditRow, *, asked: bool) -> None:
    """Name a row, unless enough are; a month may have a million."""
    if asked and len(named) < MOST_NAMED:
        named.append(row)


def month_of(month: str) -> tuple[int, int]:
    """Return the first moment of a month and of the next one; raises `ValueError`."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=JST)
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return int(first.timestamp() * 1000), int(after.timestamp() * 1000)


def _is_at_night(at: datetime) -> bool:
    return not NIGHT[0] <= at.hour < NIGHT[1] or at.isoweekday() == 7  # noqa: PLR2004  Sunday
