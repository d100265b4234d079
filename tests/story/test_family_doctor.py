"""A patient in a hospital, file by file, and what the family doctor's first page says after each of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from consent.model import ConsentEvent, EventKind, Provision, Withdrawal
from hie.exchange.ports import AuditQuery
from hie.exchange.records.needs import Kind
from hie.exchange.records.news import DAY, Block, MyDay, Wanted, mark_seen, mark_unseen, my_day
from hie.record.clinical import Encounter
from hie.record.entry import DocumentClass
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import JST, Day, japanese_day
from tests.build.papers import PATIENT, REFERRAL, SUMMARY, clinical_document, lay
from tests.build.records import REPORT, RESULT, VISIT, result
from tests.build.world import CENTRAL, CLINIC, STRANGER, Somebody, World

DOCTOR = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR)
COLLEAGUE = Requester("other", "見本 次郎", CLINIC, Role.DOCTOR)
WHO = PatientId("R000000009")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def hanako(world: World) -> Somebody:
    return world.a_patient(WHO).linked(CENTRAL, PATIENT).linked(CLINIC, "7001").consenting().there()


def _today(world: World) -> Day:
    return japanese_day(datetime.fromtimestamp(world.clock.now() / 1000, JST))


def _page(world: World, who: Requester = DOCTOR) -> MyDay:
    return my_day(world.store, world.clock, who, Wanted(_today(world)))


def _said(block: Block) -> list[tuple[Kind, int]]:
    return [(line.need.kind, line.need.day) for line in block.lines if line.need]


def _looks(world: World) -> None:
    """Let the doctor open the calendar: all that is there has been seen."""
    with world.store.work() as work:
        work.looks.note(DOCTOR.user, WHO, work.looks.newest(), world.clock.now())


def _event(world: World, whose: Somebody, kind: str, event: str, at: str, ward: str = "") -> None:
    """Let the hospital write a file of an in-patient event and send it."""
    told: Encounter = VISIT._replace(event=event, patient_class="I", at=at, admitted_at="", ward=ward)
    world.file(CENTRAL, whose, kind, [told], at[:8])
    world.feed(CENTRAL)


def _letter(world: World, kind: str = SUMMARY, at: str = "20240610113000000") -> None:
    root = world.folder / "papers"
    root.mkdir(exist_ok=True)
    lay(root, {"main_document.xml": clinical_document(title="退院時サマリー")}, kind, at=at)
    world.feed(CENTRAL, root)


STORY = (
    (0, "ADT-21", "A14", "202405221000", "3F", Kind.TO_BE_ADMITTED, 20240522),
    (2, "ADT-22", "A01", "202405221000", "3F", Kind.ADMITTED, 20240522),
    (3, "ADT-42", "A02", "202405251500", "5F", Kind.MOVED, 20240525),
    (7, "ADT-51", "A16", "202406051000", "5F", Kind.TO_BE_DISCHARGED, 20240605),
    (4, "ADT-52", "A03", "202406051030", "5F", Kind.DISCHARGED, 20240605),
)
"""Days later, the file that comes, and what the page says after it."""


def test_the_page_says_after_each_file_what_became_of_the_patient(world: World, hanako: Somebody) -> None:
    _looks(world)
    for later, data_kind, event, at, ward, kind, day in STORY:
        assert _said(_page(world).moves) == []
        world.clock.moment += later * DAY
        _event(world, hanako, data_kind, event, at, ward=ward)
        page = _page(world)
        assert _said(page.moves) == [(kind, day)]
        stay = page.moves.lines[0].need.stay if page.moves.lines[0].need else None
        assert stay is not None
        assert stay.legs[-1].ward == ward
        inside = kind not in {Kind.TO_BE_ADMITTED, Kind.DISCHARGED}
        assert [line.stay is not None for line in page.recent.lines] == [inside]
        _looks(world)
    world.clock.moment += 10 * DAY
    _letter(world)
    page = _page(world)
    assert (_said(page.moves), _said(page.letters)) == ([], [(Kind.LETTERS, 20240610)])
    _looks(world)
    assert _said(_page(world).letters) == []


def test_who_was_admitted_and_discharged_meanwhile_is_discharged(world: World, hanako: Somebody) -> None:
    _looks(world)
    _event(world, hanako, "ADT-22", "A01", "202405101000", ward="3F")
    _event(world, hanako, "ADT-42", "A02", "202405121000", ward="5F")
    _event(world, hanako, "ADT-52", "A03", "202405181000")
    (line,) = _page(world).moves.lines
    assert line.need is not None
    assert (line.need.kind, line.need.day) == (Kind.DISCHARGED, 20240518)
    assert line.need.stay is not None
    assert [leg.ward for leg in line.need.stay.legs] == ["3F", "5F"]


def test_a_discharge_that_is_taken_back_is_told(world: World, hanako: Somebody) -> None:
    _event(world, hanako, "ADT-22", "A01", "202405101000", ward="3F")
    _event(world, hanako, "ADT-52", "A03", "202405181000")
    _looks(world)
    _event(world, hanako, "ADT-52", "A13", "202405181000")
    (line,) = _page(world).moves.lines
    assert line.need is not None
    assert line.need.kind is Kind.TAKEN_BACK
    assert line.stay is not None


def test_silence_about_who_is_in_hospital_is_told_until_something_comes(
    world: World, hanako: Somebody
) -> None:
    _event(world, hanako, "ADT-22", "A01", "202405201000", ward="3F")
    _looks(world)
    world.clock.moment += 13 * DAY
    assert _said(_page(world).moves) == []
    world.clock.moment += DAY
    (line,) = _page(world).moves.lines
    assert line.need is not None
    assert (line.need.kind, line.need.days) == (Kind.SILENT_STAY, 14)
    _looks(world)
    assert _said(_page(world).moves) == [(Kind.SILENT_STAY, 20240520)]
    world.file(CENTRAL, hanako, "OML-11", [REPORT, RESULT], "20240601")
    world.feed(CENTRAL)
    assert _said(_page(world).moves) == []


def test_a_discharge_without_a_letter_is_told(world: World, hanako: Somebody) -> None:
    _event(world, hanako, "ADT-22", "A01", "202405101000", ward="3F")
    _event(world, hanako, "ADT-52", "A03", "202405201000")
    _looks(world)
    world.clock.moment += 14 * DAY
    assert _said(_page(world).moves) == [(Kind.SILENT_LETTER, 20240520)]
    _letter(world, at="20240602113000000")
    assert _said(_page(world).moves) == []


def test_no_silence_is_told_of_what_the_consent_keeps_closed(world: World) -> None:
    classes = frozenset({DocumentClass.ENCOUNTER})
    provision = Provision(recipients=frozenset({CLINIC}), classes=classes)
    everything = Provision(recipients=frozenset({STRANGER}))
    whose = (
        world.a_patient(WHO)
        .linked(CENTRAL, PATIENT)
        .linked(CLINIC, "7001")
        .consenting(provision)
        .consenting(everything)
        .there()
    )
    _event(world, whose, "ADT-22", "A01", "202405101000", ward="3F")
    _event(world, whose, "ADT-52", "A03", "202405201000")
    _looks(world)
    world.clock.moment += 14 * DAY
    assert _said(_page(world).moves) == []


def test_a_planned_admission_that_did_not_come_about_is_told(world: World, hanako: Somebody) -> None:
    _event(world, hanako, "ADT-21", "A14", "202405221000", ward="3F")
    _looks(world)
    world.clock.moment += 16 * DAY
    assert _said(_page(world).moves) == [(Kind.SILENT_PLAN, 20240522)]
    _event(world, hanako, "ADT-22", "A01", "202405301000", ward="3F")
    assert _said(_page(world).moves) == [(Kind.ADMITTED, 20240530)]


def test_a_referral_of_our_own_that_nobody_answers_is_told(world: World, hanako: Somebody) -> None:
    root = world.folder / "own"
    root.mkdir()
    letter = {"main_document.xml": clinical_document(patient="7001", code="57133-1")}
    lay(root, letter, REFERRAL, patient="7001", at="20240518113000000")
    world.feed(CLINIC, root)
    assert _said(_page(world).letters) == []
    world.clock.moment += 12 * DAY
    (line,) = _page(world).moves.lines
    assert line.need is not None
    assert (line.need.kind, line.need.custodian, line.need.days) == (Kind.SILENT_REFERRAL, CLINIC, 14)
    world.file(CENTRAL, hanako, "OML-11", [REPORT, RESULT], "20240525")
    world.feed(CENTRAL)
    assert _said(_page(world).moves) == []


def test_new_results_are_counted_with_those_out_of_range(world: World, hanako: Somebody) -> None:
    _looks(world)
    world.file(CENTRAL, hanako, "OML-11", [REPORT, RESULT, result("ＣＲＰ", "9.9", flag="H")], "20240518")
    world.feed(CENTRAL)
    (line,) = _page(world).results.lines
    assert line.need is not None
    assert (line.need.documents, line.need.day) == (1, 20240518)
    assert line.need.abnormal > 0


def test_a_mark_is_ones_own_and_can_be_taken_back(world: World, hanako: Somebody) -> None:
    assert hanako.patient.id == WHO
    world.file(CENTRAL, hanako, "OML-11", [REPORT, RESULT], "20240518")
    world.feed(CENTRAL)
    (line,) = _page(world).results.lines
    former = mark_seen(world.store, world.clock, DOCTOR, WHO, line.up_to, 14)
    assert former is None
    assert _page(world).results.total == 0
    assert _page(world, COLLEAGUE).results.total == 1
    mark_unseen(world.store, world.clock, DOCTOR, WHO, former)
    assert _page(world).results.total == 1


def test_silence_that_was_marked_is_told_again_after_as_many_days(world: World, hanako: Somebody) -> None:
    _event(world, hanako, "ADT-22", "A01", "202405201000", ward="3F")
    world.clock.moment += 14 * DAY
    _looks(world)
    assert _page(world).moves.total == 1
    mark_seen(world.store, world.clock, DOCTOR, WHO, 0, 14)
    assert _page(world).moves.total == 0
    world.clock.moment += 14 * DAY
    assert _said(_page(world).moves) == [(Kind.SILENT_STAY, 20240520)]


def test_each_who_is_shown_is_written_down_once_and_nobody_else(world: World, hanako: Somebody) -> None:
    world.a_patient("R000000010").linked(CENTRAL, "0000000010").linked(CLINIC, "7002").consenting().there()
    _event(world, hanako, "ADT-22", "A01", "202405181000", ward="3F")
    world.file(CENTRAL, hanako, "OML-11", [REPORT, RESULT], "20240518")
    world.feed(CENTRAL)
    before = _listed(world)
    page = _page(world)
    assert (page.moves.total, page.results.total, page.watched) == (1, 1, 2)
    assert _listed(world)[: len(_listed(world)) - len(before)] == [WHO]


def _listed(world: World) -> list[PatientId]:
    with world.store.look() as work:
        rows = work.audit.search(AuditQuery(), 100)
    return [PatientId(row.event.patient) for row in rows if row.event.action == "listed"]


def test_a_withdrawn_consent_ends_the_news(world: World, hanako: Somebody) -> None:
    _event(world, hanako, "ADT-22", "A01", "202405181000", ward="3F")
    assert _page(world).moves.total == 1
    with world.store.work() as work:
        taken_back = Withdrawal()
        event = ConsentEvent(0, WHO, EventKind.WITHDRAWN, 2, "desk", "form", withdrawal=taken_back)
        work.consents.record(event)
    assert _page(world).moves.total == 0


def test_nobody_marks_a_person_whom_they_may_not_see(world: World) -> None:
    other = world.a_patient("R000000011").linked(STRANGER, "8001").there().patient.id
    with pytest.raises(NotFound):
        mark_seen(world.store, world.clock, DOCTOR, other, 1, 14)
    with pytest.raises(NotFound):
        mark_unseen(world.store, world.clock, DOCTOR, other, None)
    with world.store.look() as work:
        assert work.looks.of(DOCTOR.user) == {}


def test_who_does_not_ask_to_treat_somebody_has_no_news(world: World, hanako: Somebody) -> None:
    _event(world, hanako, "ADT-22", "A01", "202405181000", ward="3F")
    clerk = Requester("clerk", "事務 花代", FacilityCode(CLINIC), Role.CLERK, Purpose.ADMINISTRATION)
    assert _page(world, clerk).watched == 0
