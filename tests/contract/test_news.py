"""The promises of `NewsIndex`: under each person's own grant, and against each asker's own marks."""

from __future__ import annotations

import pytest

from consent.grant import Grant
from consent.model import Action, Care, ConsentEvent, EventKind, Provision
from hie.exchange.ports import Arrived, Filing, Look, Store
from hie.record.clinical import Encounter
from hie.record.entry import DocumentClass, EntryStatus
from hie.record.errors import Refused
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.times import UNKNOWN_DAY, Day, Period
from tests import filed as our

YEAR = Period(Day(20250101), Day(20251231))
REFERRAL = "57133-1^診療情報提供書^LN"
WHO = "doctor@clinic"
ADMITTED = Encounter("A01", "I", "202504031000", "202504031000", "", "01", "3F", "301", "1", "", "")


def _person(store: Store, patient: PatientId, filings: list[Filing], *provisions: Provision) -> None:
    with store.work() as work:
        our.members(work)
        work.patients.enrol(our.a_person(patient))
        local = LocalPatientId(our.HOSPITAL, f"H{patient[-1]}")
        number = work.patients.link(local, patient, "clerk", our.NOW)
        our.consented(work, *provisions, patient=patient)
        work.registry.register(our.to_publish_of(work, patient), number, filings)


def _grants(store: Store, *patients: PatientId) -> list[Grant]:
    with store.work() as work:
        return [our.granted(work, Action.VIEW, our.CLINIC, patient) for patient in patients]


def _arrived(store: Store, *patients: PatientId, fresh: int = 20250101) -> dict[PatientId, list[Arrived]]:
    grants = _grants(store, *patients)
    with store.look() as work:
        answer = work.news.arrived(grants, WHO, YEAR, Day(fresh))
        return {patient: list(some) for patient, some in answer.items()}


def _result(store: Store, day: int, order: str) -> Filing:
    return our.a_filing(store, our.facts(day, order=order))


def test_arrivals_are_counted_by_person_facility_and_class(store: Store) -> None:
    letter = our.a_filing(store, our.facts(20250405, REFERRAL, DocumentClass.DOCUMENT, "7"))
    _person(store, our.HANAKO, [_result(store, 20250402, "1"), _result(store, 20250404, "2"), letter])
    _person(store, our.TARO, [_result(store, 20250403, "3")])
    found = _arrived(store, our.HANAKO, our.TARO)
    results, letters = found[our.HANAKO]
    assert results[:5] == (our.HOSPITAL, DocumentClass.LABORATORY_RESULT, False, 2, 2)
    assert results[6:] == (20250404, 20250404)
    assert letters[:4] == (our.HOSPITAL, DocumentClass.DOCUMENT, True, 1)
    assert letters.newest > results.newest > 0
    assert [one.documents for one in found[our.TARO]] == [1]


def test_only_what_is_above_the_mark_is_new(store: Store) -> None:
    _person(store, our.HANAKO, [_result(store, 20250402, "1"), _result(store, 20250404, "2")])
    (all_of,) = _arrived(store, our.HANAKO)[our.HANAKO]
    with store.work() as work:
        work.looks.put(WHO, our.HANAKO, Look(0, all_of.newest - 1, our.NOW))
    (one,) = _arrived(store, our.HANAKO)[our.HANAKO]
    assert (one.documents, one.newest) == (1, all_of.newest)
    with store.work() as work:
        work.looks.put(WHO, our.HANAKO, Look(0, all_of.newest, our.NOW))
    (none,) = _arrived(store, our.HANAKO)[our.HANAKO]
    assert none[3:] == (0, 0, 0, UNKNOWN_DAY, 20250404)


def test_to_who_never_looked_only_what_is_recent_is_new(store: Store) -> None:
    _person(store, our.HANAKO, [_result(store, 20250402, "1"), _result(store, 20250404, "2")])
    (one,) = _arrived(store, our.HANAKO, fresh=20250403)[our.HANAKO]
    assert (one.documents, one.last_day) == (1, 20250404)
    with store.work() as work:
        work.looks.put(WHO, our.HANAKO, Look(0, 0, 0, our.NOW))
    (still,) = _arrived(store, our.HANAKO, fresh=20250403)[our.HANAKO]
    assert still == one


def test_what_the_grant_does_not_cover_is_neither_counted_nor_told(store: Store) -> None:
    results = frozenset({DocumentClass.LABORATORY_RESULT})
    moved = our.facts(20250403, "ADT-22", DocumentClass.ENCOUNTER, "9")
    filings = [_result(store, 20250402, "1"), our.a_filing(store, moved, encounter=ADMITTED)]
    only_results = Provision(classes=results, recipients=frozenset({our.CLINIC}))
    everything = Provision(recipients=frozenset({our.OTHER_CLINIC}))
    _person(store, our.HANAKO, filings, only_results, everything)
    _person(store, our.TARO, filings)
    grants = _grants(store, our.HANAKO, our.TARO)
    found = _arrived(store, our.HANAKO, our.TARO)
    assert {one.document_class for one in found[our.HANAKO]} == results
    assert len(found[our.TARO]) == 2
    with store.look() as work:
        moves = work.news.moves(grants, Day(20250101))
    assert set(moves) == {our.TARO}
    assert moves[our.TARO][0].movement.ward == "3F"


def test_moves_are_told_from_a_day_on_whatever_became_of_them(store: Store) -> None:
    days = ((20250301, "ADT-21"), (20250403, "ADT-22"), (20250404, "ADT-42"))
    filings = [
        our.a_filing(store, our.facts(day, kind, DocumentClass.ENCOUNTER, str(day)), encounter=ADMITTED)
        for day, kind in days
    ]
    taken_back = filings[2].facts._replace(status=EntryStatus.WITHDRAWN)
    _person(store, our.HANAKO, [*filings[:2], filings[2]._replace(facts=taken_back)])
    grants = _grants(store, our.HANAKO)
    with store.look() as work:
        (moves,) = work.news.moves(grants, Day(20250401)).values()
    assert [(one.movement.data_kind, one.movement.status) for one in moves] == [
        ("ADT-22", EntryStatus.APPROVED),
        ("ADT-42", EntryStatus.WITHDRAWN),
    ]


def test_candidates_are_linked_named_or_in_care_the_last_looked_at_first(store: Store) -> None:
    linked, named, treated, other = (PatientId(f"{number:032d}") for number in range(5, 9))
    with store.work() as work:
        our.members(work)
        for person, facility in ((linked, our.CLINIC), (other, our.OTHER_CLINIC)):
            work.patients.link(LocalPatientId(facility, f"C{person[-1]}"), person, "clerk", our.NOW)
        our.consented(work, Provision(recipients=frozenset({our.CLINIC})), patient=named)
        care = Care(our.CLINIC, our.NOW + 10, "visit")
        work.consents.record(ConsentEvent(0, treated, EventKind.CARE_STARTED, our.NOW, "u", "", care=care))
        work.looks.put(WHO, treated, Look(1, 1, 10))
        work.looks.put(WHO, named, Look(1, 1, 20))
        assert work.news.mine(WHO, our.CLINIC, our.NOW, 9) == [named, treated, linked]
        assert work.news.mine(WHO, our.CLINIC, our.NOW, 1) == [named]
        assert work.news.mine(WHO, our.CLINIC, our.NOW + 10, 9) == [named, linked]


def test_later_says_whether_more_came_that_the_grant_covers(store: Store) -> None:
    _person(store, our.HANAKO, [_result(store, 20250402, "1")])
    (arrived,) = _arrived(store, our.HANAKO)[our.HANAKO]
    (grant,) = _grants(store, our.HANAKO)
    with store.look() as work:
        assert work.news.later(grant, arrived.newest - 1)
        assert not work.news.later(grant, arrived.newest)


def test_only_leave_to_view_opens_the_news(store: Store) -> None:
    _person(store, our.HANAKO, [_result(store, 20250402, "1")])
    with store.work() as work:
        publish = our.to_publish(work)
        with pytest.raises(Refused):
            work.news.arrived([publish], WHO, YEAR, Day(20250101))
        with pytest.raises(Refused):
            work.news.moves([publish], Day(20250101))
        with pytest.raises(Refused):
            work.news.later(publish, 0)


def test_an_unknown_facility_has_no_candidates(store: Store) -> None:
    with store.look() as work:
        assert work.news.mine(WHO, FacilityCode("1320000009"), our.NOW, 9) == []
