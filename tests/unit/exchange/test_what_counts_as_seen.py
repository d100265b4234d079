"""News is seen when it was on the screen: not by a page of other days, of counts, or with it left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from hie.exchange.gate.publish import publishable
from hie.exchange.ports.looks import VISIT_ENDS
from hie.exchange.records.listing import ListRequest, listing
from hie.exchange.records.news import Wanted, mark_seen, my_day
from hie.exchange.records.timeline import (
    CALENDAR_FILTER,
    Reading,
    Timeline,
    TimelineRequest,
    admitted,
    timeline,
)
from hie.record.entry import PAPERS, DocumentClass
from hie.record.identifiers import PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS, Day, Period
from tests.build.world import CENTRAL, CLINIC, World
from tests.filed import a_filing, facts

DOCTOR = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR, Purpose.TREATMENT)
PATIENT = PatientId("R000000001")
TODAY = Day(20240520)
HALF = Period(Day(20231120), Day(20240526))


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.a_patient(PATIENT).linked(CENTRAL, "1").linked(CLINIC, "2").consenting().there()
    with made.store.work() as work:
        own = publishable(work, CENTRAL, ["1"], made.clock.now())["1"]
        result = facts(TODAY, "OML-11", DocumentClass.LABORATORY_RESULT, order="1".zfill(15))
        work.registry.register(own.grant, own.local_patient, [a_filing(made.store, result)])
    return made


def _new_results(world: World) -> int:
    return len(my_day(world.store, world.clock, DOCTOR, Wanted(TODAY)).results.lines)


def _looked(world: World, period: Period, reading: Reading, *, picked: bool | None = None) -> Timeline:
    (answer,) = admitted(
        world.store, world.clock, [TimelineRequest(DOCTOR, PATIENT, period, reading, picked)]
    )
    assert answer is not None
    return timeline(world.store, answer)


def _file(world: World, day: Day, kind: DocumentClass, number: int) -> None:
    with world.store.work() as work:
        own = publishable(work, CENTRAL, ["1"], world.clock.now())["1"]
        came = facts(day, "OML-11", kind, order=f"{number:015d}")
        work.registry.register(own.grant, own.local_patient, [a_filing(world.store, came)])
        work.commit()


def _marked(found: Timeline) -> list[Day]:
    return [line.service_day for line in found.lines if found.unseen.holds(line.id, line.service_day)]


def test_the_calendar_marks_what_was_told_to_who_never_looked(world: World) -> None:
    _file(world, Day(20240301), DocumentClass.LABORATORY_RESULT, 2)
    (told,) = my_day(world.store, world.clock, DOCTOR, Wanted(TODAY)).results.lines
    assert told.need is not None
    assert told.need.documents == 1
    for _ in range(2):
        found = _looked(world, HALF, Reading.PAGE)
        assert _marked(found) == [TODAY]
        assert [one.month for one in found.months if one.new] == [202405]
    counted = _looked(world, ALWAYS, Reading.COUNTS)
    assert [(one.month, one.new) for one in counted.density if one.new] == [(202405, 1)]
    world.clock.moment += VISIT_ENDS
    assert _marked(_looked(world, HALF, Reading.PAGE)) == []


def test_the_list_of_documents_marks_as_many_as_were_told(world: World) -> None:
    numbered = enumerate((*PAPERS, DocumentClass.DOCUMENT, DocumentClass.PHYSIOLOGY), start=2)
    for number, kind in numbered:
        _file(world, TODAY, kind, number)
    _file(world, Day(20240301), DocumentClass.DOCUMENT, 9)
    (told,) = my_day(world.store, world.clock, DOCTOR, Wanted(TODAY)).letters.lines
    assert told.need is not None
    assert (told.need.documents, told.need.notes) == (3, 1)
    found = listing(world.store, world.clock, ListRequest(DOCTOR, PATIENT, "view-documents", PAPERS))
    new = [one.line for one in found.listed if found.unseen.holds(one.line.id, one.line.service_day)]
    assert len(new) == told.need.documents


def test_who_marks_what_the_page_says_has_not_looked_at_the_patient(world: World) -> None:
    (told,) = my_day(world.store, world.clock, DOCTOR, Wanted(TODAY)).results.lines
    mark_seen(world.store, world.clock, DOCTOR, PATIENT, told.up_to, 14)
    page = my_day(world.store, world.clock, DOCTOR, Wanted(TODAY))
    assert not page.results.lines
    assert not page.recent.lines
    assert _marked(_looked(world, HALF, Reading.PAGE)) == []
    assert len(my_day(world.store, world.clock, DOCTOR, Wanted(TODAY)).recent.lines) == 1


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        *((kind, True) for kind in (DocumentClass.DOCUMENT, DocumentClass.NOTE)),
        *(
            (kind, False)
            for kind in (DocumentClass.PHYSIOLOGY, DocumentClass.IMAGE, DocumentClass.PRESCRIPTION)
        ),
    ],
)
def test_what_the_list_of_documents_holds_is_told(world: World, kind: DocumentClass, *, told: bool) -> None:
    with world.store.work() as work:
        own = publishable(work, CENTRAL, ["1"], world.clock.now())["1"]
        came = facts(TODAY, "OMP-01", kind, order="2".zfill(15))
        work.registry.register(own.grant, own.local_patient, [a_filing(world.store, came)])
        work.commit()
    page = my_day(world.store, world.clock, DOCTOR, Wanted(TODAY))
    assert bool(page.letters.lines) is told


def test_a_look_at_all_recent_days_makes_it_seen(world: World) -> None:
    assert _new_results(world) == 1
    _looked(world, HALF, Reading.PAGE)
    assert _new_results(world) == 0


@pytest.mark.parametrize(
    ("period", "reading", "picked"),
    [
        pytest.param(Period(Day(20150101), Day(20150131)), Reading.PAGE, None, id="other days"),
        pytest.param(Period(Day(20240501), Day(20240531)), Reading.PAGE, None, id="a month"),
        pytest.param(ALWAYS, Reading.COUNTS, None, id="counts"),
        pytest.param(HALF, Reading.LINES, None, id="a program"),
        pytest.param(HALF, Reading.PAGE, True, id="something left out"),
    ],
)
def test_any_other_look_leaves_it_new(
    world: World,
    period: Period,
    reading: Reading,
    picked: bool | None,  # noqa: FBT001  a case
) -> None:
    _looked(world, period, reading, picked=picked)
    assert _new_results(world) == 1


def test_the_persons_own_filter_leaves_out_unless_the_address_shows_all(world: World) -> None:
    with world.store.work() as work:
        work.preferences.put(DOCTOR.user, CALENDAR_FILTER, "&kind=prescriptions")
    _looked(world, HALF, Reading.PAGE)
    assert _new_results(world) == 1
    _looked(world, HALF, Reading.PAGE, picked=False)
    assert _new_results(world) == 0
