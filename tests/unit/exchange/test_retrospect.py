"""The report on who could see a record: both kinds of knowledge beside one another, and the gap."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from consent.model import ConsentEvent, EventKind, Provision, Withdrawal
from hie.exchange.ports import Store
from hie.exchange.retrospective.hindsight import could_see
from hie.exchange.retrospective.retrospect import Line, Report, report
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Requester, Role
from hie.store import open_store
from tests import filed as our
from tests.broken_glass import AGREED, CLINIC, DOCTOR, HOME, NIGHT, OFFICE, OFFICER, a_region, broken
from tests.edges import HandClock

DAY = 86_400_000
HERSELF = Requester("u-hanako", "花子", NIGHT.__class__(""), Role.PATIENT, patient=our.HANAKO)


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store("memory://", "memory://")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(our.NOW)


def _withdrawn_late(store: Store, clock: HandClock) -> None:
    """Record a withdrawal two days after it was signed."""
    with store.work() as work:
        event = ConsentEvent(0, our.HANAKO, EventKind.WITHDRAWN, clock.now(), "desk", "form 2")
        late = event._replace(withdrawal=Withdrawal(), valid_from=clock.now() - 2 * DAY)
        work.consents.record(late)


def _at_the_clinic(found: Report) -> list[Line]:
    return [one for one in found.lines if CLINIC in one.facilities]


def test_it_says_who_could_see_what_and_why(store: Store, clock: HandClock) -> None:
    a_region(store, Provision(recipients=frozenset({CLINIC})))
    found = report(store, clock, OFFICE, our.HANAKO, clock.now())
    lines = _at_the_clinic(found)
    assert {one.custodians for one in lines} == {(HOME,)}
    assert Role.DOCTOR in {role for one in lines for role in one.roles}
    assert all(one.then == one.today and not one.only_then for one in found.lines)
    assert any("form 1" in why.ja for one in lines for why in one.why)
    assert found.gaps == ()


def test_a_withdrawal_that_came_late_leaves_a_gap(store: Store, clock: HandClock) -> None:
    a_region(store, Provision(recipients=frozenset({CLINIC})))
    clock.at += 5 * DAY
    _withdrawn_late(store, clock)
    found = report(store, clock, OFFICE, our.HANAKO, clock.now() - DAY)
    assert all(one.then and not one.today and one.only_then for one in _at_the_clinic(found))
    assert len(found.gaps) == 1
    before = report(store, clock, OFFICE, our.HANAKO, clock.now() - 3 * DAY)
    assert all(one.then == one.today for one in _at_the_clinic(before))


def test_an_emergency_stands_in_a_line_of_its_own(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    broken(store, clock)
    found = report(store, clock, OFFICE, our.HANAKO, clock.now())
    (line,) = [one for one in found.lines if one.account]
    assert (line.facilities, line.account, line.roles) == ((NIGHT,), DOCTOR.user, (Role.DOCTOR,))


def test_facilities_that_stand_alike_share_a_line(store: Store, clock: HandClock) -> None:
    named = [FacilityCode(f"13299{number:05d}") for number in range(40)]
    a_region(store, Provision(recipients=frozenset({*named, CLINIC})))
    with store.work() as work:
        for code in named:
            work.directory.add(Facility(code, code, FacilityKind.CLINIC, code, 3))
        work.patients.link(LocalPatientId(NIGHT, "1"), our.HANAKO, "desk", 1)
    found = report(store, clock, OFFICE, our.HANAKO, clock.now())
    lines = _at_the_clinic(found)
    assert len({one.roles for one in lines}) == len(lines)
    assert {one.facilities for one in lines} == {tuple(sorted([*named, CLINIC]))}
    assert {one.custodians for one in lines} == {tuple(sorted([HOME, NIGHT]))}


def test_a_report_holds_no_writer_up(store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    a_region(store, Provision(recipients=frozenset({CLINIC})))
    waited: list[bool] = []

    def asked(*what: Any) -> Any:
        writer = threading.Thread(target=_withdrawn_late, args=(store, clock), daemon=True)
        writer.start()
        writer.join(10)
        waited.append(writer.is_alive())
        return could_see(*what)

    monkeypatch.setattr("hie.exchange.retrospective.retrospect.could_see", asked)
    report(store, clock, OFFICE, our.HANAKO, clock.now())
    assert waited == [False, False]


def test_nobody_asks_about_the_future(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    assert report(store, clock, OFFICE, our.HANAKO, clock.now() + DAY).at == clock.now()


def test_an_officer_sees_the_lines_of_the_own_documents_only(store: Store, clock: HandClock) -> None:
    a_region(store, Provision(recipients=frozenset({CLINIC})))
    found = report(store, clock, OFFICER, our.HANAKO, clock.now())
    assert {one.custodians for one in found.lines} == {(HOME,)}
    with pytest.raises(NotFound):
        report(store, clock, OFFICER._replace(facility=NIGHT), our.HANAKO, clock.now())


def test_a_patient_asks_about_the_own_record_only(store: Store, clock: HandClock) -> None:
    a_region(store, Provision(recipients=frozenset({CLINIC})))
    assert _at_the_clinic(report(store, clock, HERSELF, our.HANAKO, clock.now()))
    with pytest.raises(NotFound):
        report(store, clock, HERSELF._replace(patient=our.TARO), our.HANAKO, clock.now())
    with pytest.raises(NotFound):
        report(store, clock, DOCTOR, our.HANAKO, clock.now())


def test_each_report_is_written_down(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    report(store, clock, OFFICE, our.HANAKO, clock.now())
    with store.look() as work:
        (written,) = work.audit.find(our.HANAKO, 5)
    assert (written.action, written.detail) == ("could-see", str(clock.now()))
