"""The promises of `ExactIndex`."""

from __future__ import annotations

import pytest

from hie.exchange.ports import Store
from hie.record.identifiers import PatientId
from hie.record.people import HumanName, Patient, Sex
from hie.record.times import UNKNOWN_DAY, Day
from tests import filed as our

BORN = Day(19700115)


@pytest.fixture(autouse=True)
def _people(store: Store) -> None:
    with store.work() as work:
        work.patients.enrol(our.a_person())


@pytest.mark.parametrize("typed", ["ミホン ハナコ", "ミホンハナコ", "みほん　はなこ", "ﾐﾎﾝ ﾊﾅｺ"])
def test_a_person_is_found_however_the_kana_are_typed(store: Store, typed: str) -> None:
    with store.look() as work:
        assert work.exact.by_name(typed, BORN, Sex.FEMALE) == [our.HANAKO]


@pytest.mark.parametrize(
    ("typed", "day", "sex"),
    [
        ("ミホン", BORN, Sex.FEMALE),
        ("ハナコ", BORN, Sex.FEMALE),
        ("見本花子", BORN, Sex.FEMALE),
        ("ミホン ハナコ", Day(19700116), Sex.FEMALE),
        ("ミホン ハナコ", BORN, Sex.MALE),
        ("ミホン ハナコ", UNKNOWN_DAY, Sex.FEMALE),
        ("", BORN, Sex.FEMALE),
        ("%", BORN, None),
    ],
)
def test_nobody_is_found_by_less_than_all(store: Store, typed: str, day: Day, sex: Sex) -> None:
    with store.look() as work:
        assert work.exact.by_name(typed, day, sex) == []


def test_a_person_without_kana_is_found_by_no_kana(store: Store) -> None:
    with store.work() as work:
        work.patients.enrol(Patient(our.TARO, HumanName("見本", "太郎"), BORN, Sex.MALE))
        assert work.exact.by_name("見本太郎", BORN, None) == []
        assert work.exact.by_name("\U0010ffff見本太郎", BORN, None) == []


def test_of_those_who_are_called_the_same_two_are_returned(store: Store) -> None:
    with store.work() as work:
        for number in range(2, 5):
            work.patients.enrol(our.a_person()._replace(id=PatientId(f"{number:032d}")))
        assert len(work.exact.by_name("ミホン ハナコ", BORN)) == 2


def test_tries_are_counted_by_person_and_time(store: Store) -> None:
    with store.work() as work:
        assert work.exact.tries("u-1", 0, add=100) == 1
        assert work.exact.tries("u-1", 0, add=200) == 2
        assert work.exact.tries("u-2", 0) == 0
        assert work.exact.tries("u-1", 150, add=300) == 2
        assert work.exact.tries("u-1", 0) == 2
