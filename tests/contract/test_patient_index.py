"""The promises of `PatientIndex`."""

from __future__ import annotations

import pytest

from consent.model import FOREVER, Care, ConsentEvent, EventKind, Provision, Withdrawal
from hie.exchange.ports import PatientFile, PatientLine, Store
from hie.record.errors import Conflict
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import HumanName, Sex
from hie.record.times import UNKNOWN_DAY
from tests import filed as our

NUMBER = LocalPatientId(our.HOSPITAL, "00012345")


def test_a_link_is_resolved(store: Store) -> None:
    with store.work() as work:
        surrogate = our.linked(work)
        assert our.linked(work) == surrogate
        assert work.patients.resolve(our.HOSPITAL, ["00012345", "absent"]) == {
            "00012345": (surrogate, our.HANAKO)
        }
        assert work.patients.resolve(our.OTHER_HOSPITAL, ["00012345"]) == {}
        assert work.patients.resolve(our.HOSPITAL, []) == {}


def test_many_numbers_are_resolved_at_once(store: Store) -> None:
    with store.work() as work:
        values = [f"{number:08d}" for number in range(1_200)]
        for value in values[::3]:
            work.patients.link(LocalPatientId(our.HOSPITAL, value), our.HANAKO, "clerk", our.NOW)
        assert sorted(work.patients.resolve(our.HOSPITAL, values)) == values[::3]


def test_whose_a_number_is_at_any_facility_is_one_question(store: Store) -> None:
    with store.work() as work:
        our.members(work)
        our.linked(work)
        work.patients.enrol(our.a_person()._replace(id=our.TARO))
        work.patients.link(LocalPatientId(our.CLINIC, "00012345"), our.TARO, "clerk", our.NOW)
        work.patients.link(LocalPatientId(our.CLINIC, "77"), our.TARO, "clerk", our.NOW)
        both = sorted((our.HANAKO, our.TARO))
        assert work.patients.numbered(["00012345", "absent", "7\0"], 20) == both
        assert work.patients.numbered(["00012345", "77"], 1) == both[:1]
        assert work.patients.numbered(["77", "77"], 20) == [our.TARO]
        assert work.patients.numbered([], 20) == []
        work.patients.unlink(LocalPatientId(our.CLINIC, "77"), "clerk", our.NOW)
        assert work.patients.numbered(["77"], 20) == []


def test_a_number_has_one_person(store: Store) -> None:
    with store.work() as work:
        surrogate = our.linked(work)
        with pytest.raises(Conflict):
            work.patients.link(NUMBER, our.TARO, "clerk", our.NOW)
        assert work.patients.resolve(our.HOSPITAL, ["00012345"]) == {"00012345": (surrogate, our.HANAKO)}


def test_an_ended_link_resolves_to_nobody_and_may_be_made_again(store: Store) -> None:
    with store.work() as work:
        surrogate = our.linked(work)
        work.patients.unlink(NUMBER, "clerk", our.NOW)
        work.patients.unlink(NUMBER, "clerk", our.NOW)
        assert work.patients.resolve(our.HOSPITAL, ["00012345"]) == {}
        assert work.patients.files([our.HANAKO])[our.HANAKO].numbers == ()
        assert work.patients.link(NUMBER, our.TARO, "clerk", our.NOW) == surrogate
        assert work.patients.resolve(our.HOSPITAL, ["00012345"]) == {"00012345": (surrogate, our.TARO)}


def test_a_file_has_the_person_and_the_live_numbers(store: Store) -> None:
    with store.work() as work:
        our.linked(work)
        our.linked(work, our.CLINIC, "7")
        work.patients.unlink(LocalPatientId(our.CLINIC, "7"), "clerk", our.NOW)
        our.linked(work, our.CLINIC, "8")
        files = work.patients.files([our.HANAKO, PatientId("nobody")])
    assert files == {our.HANAKO: PatientFile(our.a_person(), (NUMBER, LocalPatientId(our.CLINIC, "8")))}


def test_enrolling_again_replaces(store: Store) -> None:
    newer = our.a_person(kanji="標本 花子", kana="ヒョウホン ハナコ")._replace(sex=Sex.OTHER)
    with store.work() as work:
        our.linked(work)
        work.patients.enrol(newer)
        assert work.patients.files([our.HANAKO])[our.HANAKO].patient == newer
        assert work.patients.reachable(our.HOSPITAL, "ミホン", our.NOW) == []
        assert len(work.patients.reachable(our.HOSPITAL, "ひょうほん", our.NOW)) == 1


def test_a_facility_reaches_its_own_patients(store: Store) -> None:
    with store.work() as work:
        our.linked(work)
        our.linked(work, our.OTHER_HOSPITAL, "9")
        assert work.patients.reachable(our.HOSPITAL, "", our.NOW) == [
            PatientLine(our.a_person(), "00012345", 2)
        ]
        assert work.patients.reachable(our.CLINIC, "", our.NOW) == []


def _reached(store: Store, *events: ConsentEvent, now: int = our.NOW) -> list[str]:
    with store.work() as work:
        our.linked(work)
        for event in events:
            work.consents.record(event)
        return [
            facility
            for facility in (our.CLINIC, our.OTHER_CLINIC)
            if work.patients.reachable(facility, "", now)
        ]


def _given(*provisions: Provision) -> ConsentEvent:
    return ConsentEvent(0, our.HANAKO, EventKind.GIVEN, 1, "clerk", "form", provisions)


def _withdrawn(disclosers: list[str] | None, recipients: list[str] | None) -> ConsentEvent:
    scope = Withdrawal(
        None if disclosers is None else frozenset(map(type(our.CLINIC), disclosers)),
        None if recipients is None else frozenset(map(type(our.CLINIC), recipients)),
    )
    return ConsentEvent(0, our.HANAKO, EventKind.WITHDRAWN, 2, "clerk", "form", (), scope)


def _care(
    facility: FacilityCode, kind: EventKind = EventKind.CARE_STARTED, ends_at: int = FOREVER
) -> ConsentEvent:
    return ConsentEvent(0, our.HANAKO, kind, 3, "clerk", "desk", care=Care(facility, ends_at))


EVERYBODY = [our.CLINIC, our.OTHER_CLINIC]
NAMED = Provision(recipients=frozenset({our.CLINIC, our.OTHER_CLINIC}))
FROM_ONE = NAMED._replace(disclosers=frozenset({our.HOSPITAL}))


@pytest.mark.parametrize(
    ("events", "reached"),
    [
        ([_given(Provision())], []),  # one among all must have said that it treats the patient
        ([_given(Provision()), _care(our.CLINIC)], [our.CLINIC]),
        ([_given(Provision()), _care(our.CLINIC), _care(our.CLINIC, EventKind.CARE_ENDED)], []),
        ([_care(our.CLINIC, ends_at=our.NOW)], []),
        ([_given(NAMED)], EVERYBODY),
        ([_given(Provision(recipients=frozenset({our.CLINIC})))], [our.CLINIC]),
        ([_given(NAMED), _withdrawn(None, None)], []),
        ([_given(NAMED), _withdrawn(None, [our.CLINIC])], [our.OTHER_CLINIC]),
        ([_given(NAMED), _withdrawn([our.HOSPITAL], None)], EVERYBODY),
        ([_given(NAMED), _withdrawn(None, None), _given(FROM_ONE)], EVERYBODY),
        ([_withdrawn(None, None), _given(NAMED)], EVERYBODY),
        ([_given(NAMED._replace(ends_at=our.NOW))], []),
        ([_given(NAMED._replace(starts_at=our.NOW + 1))], []),
        ([_given(NAMED._replace(starts_at=our.NOW, ends_at=our.NOW + 1))], EVERYBODY),
    ],
)
def test_a_facility_might_ask_about_whom_a_consent_names_it_for_and_whom_it_treats(
    store: Store, events: list[ConsentEvent], reached: list[str]
) -> None:
    assert _reached(store, *events) == reached


@pytest.mark.parametrize(
    "words",
    [
        "",
        "たかは",
        "タカハシ",
        "ﾀｶﾊｼ",
        "たかはしたろう",
        "たろう",
        "髙橋",
        "高橋",
        "高橋太郎",
        "高橋　太郎",
        "太郎 タカ",
        "12345",
        "00012345",
        "００１２３",
        "19700115",
        "1970",
        "1970-01-15",
        "1970/1/15",
        "1970年1月15日",
        "S45.1.15",
        "s45",
        "昭和45年1月15日",
        "高橋 1970-01",
    ],
)
def test_a_person_is_found_however_they_are_typed(store: Store, words: str) -> None:
    with store.work() as work:
        our.linked(work)
        work.patients.enrol(our.a_person(kanji="髙橋 太郎", kana="タカハシ タロウ"))
        assert len(work.patients.reachable(our.HOSPITAL, words, our.NOW)) == 1


@pytest.mark.parametrize(
    "words", ["はし", "橋", "山田", "高橋 花子", "2345", "1971", "S44", "%", "_", "'", "\\"]
)
def test_nobody_is_found_by_what_does_not_match_the_front(store: Store, words: str) -> None:
    with store.work() as work:
        our.linked(work)
        work.patients.enrol(our.a_person(kanji="髙橋 太郎", kana="タカハシ タロウ"))
        assert work.patients.reachable(our.HOSPITAL, words, our.NOW) == []


def test_another_facilitys_number_finds_nobody(store: Store) -> None:
    with store.work() as work:
        our.linked(work)
        our.linked(work, our.CLINIC, "777")
        assert work.patients.reachable(our.HOSPITAL, "777", our.NOW) == []
        assert len(work.patients.reachable(our.CLINIC, "777", our.NOW)) == 1


def test_persons_are_listed_by_kana_and_at_most_two_hundred(store: Store) -> None:
    with store.work() as work:
        for number in range(210):
            patient = PatientId(f"{number:032d}")
            name = HumanName("見本", "", chr(ord("ん") - number % 80), f"{number:03d}")
            work.patients.enrol(our.a_person(patient)._replace(name=name, birth_day=UNKNOWN_DAY))
            work.patients.link(LocalPatientId(our.HOSPITAL, str(number + 1)), patient, "clerk", our.NOW)
        lines = work.patients.reachable(our.HOSPITAL, "", our.NOW)
        kana = [line.patient.name.kana for line in lines]
        assert len(lines) == 200
        assert kana == sorted(kana)
        (one,) = work.patients.reachable(our.HOSPITAL, "210", our.NOW)
        assert one.own_number == "210"
