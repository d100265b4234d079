"""The report of a wrong link counts both who suffered under it: on every store."""

from __future__ import annotations

from hie.exchange.gate.access import Asked, admit
from hie.exchange.linking import exposure
from hie.exchange.linking.exposure import CALENDAR, ELSEWHERE, Exposure
from hie.exchange.ports import Store
from hie.exchange.records.retrieve import open_entry
from hie.record.identifiers import EntryId, LocalPatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.submission import Reading
from hie.record.times import ALWAYS
from tests import filed as our
from tests.edges import HandClock

WRONG = LocalPatientId(our.HOSPITAL, "00099999")
HERE = Requester("u-here", "見本 医師", our.HOSPITAL, Role.DOCTOR)
THERE = Requester("u-there", "手本 医師", our.OTHER_HOSPITAL, Role.DOCTOR)
DESK = Requester("u-desk", "連携 室子", our.HOSPITAL, Role.LIAISON, Purpose.ADMINISTRATION)


def _wrongly_linked(store: Store) -> None:
    """File a document of Hanako elsewhere, and link somebody else's number at the hospital to her."""
    with store.work() as work:
        our.members(work)
        local = our.linked(work, our.OTHER_HOSPITAL, "X")
        our.consented(work)
        filing = our.a_filing(store)
        work.registry.register(our.to_publish(work, our.OTHER_HOSPITAL), local, [filing])
        work.patients.link(WRONG, our.HANAKO, "desk", our.NOW)


def _opens(store: Store, clock: HandClock, who: Requester) -> EntryId:
    with store.work() as work:
        (answer,) = admit(work, clock.now(), [Asked(who, our.HANAKO, "view")])
        work.commit()
        assert answer.grant is not None
        (line,) = work.registry.find(answer.grant, ALWAYS)
    open_entry(store, clock, who, our.HANAKO, line.id, lambda entry, *_: Reading(None, entry.facts, (), ()))
    return line.id


def _seen_by(found: Exposure) -> list[tuple[str, str]]:
    return [(one.account, one.kind) for one in found.rows]


def test_what_the_numbers_facility_opened_of_others_counts(store: Store) -> None:
    clock = HandClock(our.NOW + 1000)
    _wrongly_linked(store)
    for who in (HERE, THERE):
        _opens(store, clock, who)
        clock.at += 10
    found = exposure.split(store, clock, DESK, WRONG, "two-people")
    assert _seen_by(found) == [("u-here", CALENDAR), ("u-here", ELSEWHERE), ("u-there", CALENDAR)]
