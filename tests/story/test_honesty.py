"""A page says what each hospital shows, since when, and whether it arrives; and why nothing is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.model import ConsentEvent, EventKind, Provision, Restriction
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import FeedRun
from hie.exchange.records import honesty
from hie.exchange.records.honesty import Absence, Reason, Sharing, Why, absence
from hie.hub.app import application
from hie.record.entry import DocumentClass, Label
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS, FIRST_DAY, Day, Period
from tests.build import feeds
from tests.build.page import parse
from tests.build.records import drug
from tests.build.served import Client, served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, TODAY, Somebody, World

DOCTOR = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR, Purpose.TREATMENT)
DRUGS = frozenset({DocumentClass.PRESCRIPTION, DocumentClass.LABORATORY_RESULT})
OF_CENTRAL = Provision(frozenset({CENTRAL}), frozenset({CLINIC}), DRUGS, Period(Day(20240401), Day(20991231)))
HOUR = 3_600_000


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def _told(world: World, whose: Somebody) -> dict[FacilityCode, Sharing]:
    with world.store.work() as work:
        (answer,) = admit(work, TODAY, [Asked(DOCTOR, whose.patient.id, "view")])
        assert answer.grant
        found = honesty.of(work, answer.grant, TODAY)
    return {one.facility: one for one in found}


def _hanako(world: World, *provisions: Provision) -> Somebody:
    built = (
        world.a_patient("R000000001").linked(CENTRAL, "1001").linked(HARBOUR, "2002").linked(CLINIC, "3003")
    )
    for one in provisions:
        built = built.consenting(one)
    return built.there()


def test_what_the_consent_names_is_what_a_hospital_is_said_to_share(world: World) -> None:
    told = _told(world, _hanako(world, OF_CENTRAL))
    assert told[CENTRAL].classes == DRUGS
    assert told[CENTRAL].since == Day(20240401)


def test_a_hospital_whose_name_tells_is_not_named_to_who_may_not_see_what_it_writes(world: World) -> None:
    hospital = FacilityCode("1319900009")
    facility = Facility(
        hospital, "見本こころの病院", FacilityKind.HOSPITAL, "こころ", 4, int(Label.PSYCHIATRY)
    )
    with world.store.work() as work:
        work.directory.add(facility)
    plain = world.a_patient("R000000008").linked(hospital, "1").linked(CLINIC, "8").consenting().there()
    opted = (
        world.a_patient("R000000009")
        .linked(hospital, "2")
        .linked(CLINIC, "9")
        .consenting(Provision(labels=int(Label.PSYCHIATRY)))
        .there()
    )
    assert set(_told(world, plain)) == {CLINIC}
    assert set(_told(world, opted)) == {CLINIC, hospital}


def test_a_hospital_that_shows_nothing_is_not_named_at_all(world: World) -> None:
    assert set(_told(world, _hanako(world, OF_CENTRAL))) == {CENTRAL, CLINIC}


def test_a_kind_that_the_patient_refused_is_not_said_to_be_shared(world: World) -> None:
    hanako = _hanako(world, Provision())
    refused = Restriction(classes=frozenset({DocumentClass.NOTE, DocumentClass.PROBLEM}))
    with world.store.work() as work:
        work.consents.record(
            ConsentEvent(0, hanako.patient.id, EventKind.RESTRICTED, 2, "desk", "form", restriction=refused)
        )
    told = _told(world, hanako)[CENTRAL]
    assert DocumentClass.PROBLEM not in told.classes
    assert told.opened[DocumentClass.PRESCRIPTION] == FIRST_DAY


def test_a_hospital_that_is_not_heard_any_more_is_called_silent(world: World) -> None:
    feeds.enrol(world, CENTRAL, TODAY - 2 * HOUR)
    told = _told(world, _hanako(world, OF_CENTRAL))
    with world.store.work() as work:
        work.feeds.finished(FeedRun(CENTRAL, TODAY - 3 * HOUR, TODAY - 3 * HOUR, 1, 1, 0, 0, 0))
    assert told[CENTRAL].reach.reason is Reason.NEVER
    told = _told(world, _hanako_again(world))
    assert told[CENTRAL].reach.reason is Reason.SILENT
    assert told[CENTRAL].reach.received_at == TODAY - 3 * HOUR


def _hanako_again(world: World) -> Somebody:
    return world.a_patient("R000000002").linked(CENTRAL, "9").consenting(OF_CENTRAL).there()


def test_an_absence_has_its_reason(world: World) -> None:
    feeds.enrol(world, CENTRAL, TODAY - 2 * HOUR)
    told = tuple(_told(world, _hanako(world, OF_CENTRAL)).values())
    central = tuple(one for one in told if one.facility == CENTRAL)
    drugs, early = {DocumentClass.PRESCRIPTION}, Period(Day(20230101), Day(20231231))
    assert absence((), drugs, ALWAYS) == Absence(Why.NOBODY)
    assert absence(central, {DocumentClass.IMAGE}, ALWAYS) == Absence(Why.CLOSED)
    clinic = Sharing(CLINIC, {DocumentClass.IMAGE: FIRST_DAY}, central[0].reach, own=True)
    assert absence([*central, clinic], {DocumentClass.IMAGE}, ALWAYS) == Absence(Why.CLOSED)
    assert absence([clinic], {DocumentClass.IMAGE}, ALWAYS).why is not Why.CLOSED
    assert absence(central, drugs, early) == Absence(Why.BEFORE, (CENTRAL,), Day(20240401))
    assert absence(central, drugs, ALWAYS) == Absence(Why.MISSING, (CENTRAL,))
    well = central[0]._replace(reach=central[0].reach._replace(reason=Reason.NOTHING))
    assert absence([well], drugs, ALWAYS) == Absence(Why.NONE, (CENTRAL,))


def test_the_calendar_says_it_quietly_and_loudly_where_something_is_wrong(world: World) -> None:
    hanako = _hanako(world, Provision())
    world.file(CENTRAL, hanako, "OMP-01", [drug("見本錠")])
    world.feed(CENTRAL)
    with world.store.work() as work:
        work.feeds.finished(FeedRun(CENTRAL, TODAY - HOUR, TODAY - HOUR, 1, 1, 0, 0, 0))
    feeds.enrol(world, HARBOUR, TODAY - 2 * HOUR)
    with served(application(world.hub())) as address:
        doctor = Client(address)
        doctor.sign_in("hamada", PASSWORD)
        page = parse(doctor.get("/patients/R000000001").text)
        block = page.one("details", class_="sharing")
        assert "見本中央病院 すべての種類を共有" in block.text
        assert "最終受信 今日10:00" in block.text
        assert "見本駅前医院" not in block.text
        loud = [one.text for one in page.all("p", role="note")]
        assert loud == ["見本港湾病院からは、まだ何も届いていません。"]
