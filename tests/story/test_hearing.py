"""What a hospital's storage says of a linked patient reaches the desk, and can only close."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hie.exchange.linking.hearing import GRAVE, TAKEN_BACK
from hie.exchange.ports import LinkCase, LinkKind
from hie.record.identifiers import LocalPatientId
from hie.record.people import HumanName, Patient
from hie.record.times import Day
from tests.build.world import CENTRAL, Somebody, World

NUMBER = "0012345678"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty region."""
    return World(tmp_path)


@pytest.fixture
def hanako(world: World) -> Somebody:
    """Somebody with a number at a hospital, consenting."""
    return world.a_patient("R000000001").linked(CENTRAL, NUMBER).consenting().there()


def _says(world: World, whose: Somebody, at: str = "20240510", **changed: Any) -> dict[str, int]:
    """Let the hospital write an ADT-00 and feed it."""
    patient: Patient = whose.patient._replace(**changed)
    world.file(CENTRAL, whose._replace(patient=patient), "ADT-00", [], at)
    return world.feed(CENTRAL)


def _cases(world: World) -> list[LinkCase]:
    with world.store.look() as work:
        return list(work.link_cases.all("", 9))


def _statements(world: World) -> int:
    with world.store.look() as work:
        number = work.links.find(LocalPatientId(CENTRAL, NUMBER))
        assert number is not None
        return len(work.local_statements.of([number.surrogate]).get(number.surrogate, ()))


def _linked(world: World) -> bool:
    with world.store.look() as work:
        return bool(work.patients.resolve(CENTRAL, [NUMBER]))


def test_the_first_adt_is_remembered_and_the_same_again_is_not(world: World, hanako: Somebody) -> None:
    assert _says(world, hanako) == {"indexed": 1}
    assert _statements(world) == 1
    _says(world, hanako, "20240511")
    assert _statements(world) == 1
    assert _cases(world) == []
    assert _linked(world)


def test_a_new_family_name_waits_at_the_desk_while_the_link_stands(world: World, hanako: Somebody) -> None:
    _says(world, hanako)
    _says(world, hanako, "20240511", name=HumanName("手本", "花子", "テホン", "ハナコ"))
    (case,) = _cases(world)
    assert (case.kind, case.patient) == (LinkKind.CHANGED, hanako.patient.id)
    assert _linked(world)


def test_another_person_under_the_number_hides_it_at_once(world: World, hanako: Somebody) -> None:
    _says(world, hanako)
    taro = HumanName("手本", "太郎", "テホン", "タロウ")
    _says(world, hanako, "20240511", name=taro, birth_day=Day(19500505))
    (case,) = _cases(world)
    assert (case.kind, case.reason) == (LinkKind.CONTESTED, GRAVE)
    assert not _linked(world)
    world.file(CENTRAL, hanako, "ADT-00", [], "20240512")
    assert world.feed(CENTRAL) == {"withheld": 3}
    assert not _linked(world)


def _deleted(world: World, hanako: Somebody, at: str) -> None:
    """Write an ADT-00 that the file's name says is deleted."""
    before = set(world.storage(CENTRAL).rglob("*_1"))
    world.file(CENTRAL, hanako, "ADT-00", [], at)
    (path,) = set(world.storage(CENTRAL).rglob("*_1")) - before
    path.rename(path.with_name(path.name[:-1] + "0"))


def test_a_patient_record_that_the_hospital_deletes_hides_the_number(world: World, hanako: Somebody) -> None:
    _says(world, hanako)
    _deleted(world, hanako, "20240511")
    world.feed(CENTRAL)
    (case,) = _cases(world)
    assert (case.kind, case.reason) == (LinkKind.CONTESTED, TAKEN_BACK)
    assert not _linked(world)


def test_a_deletion_that_was_overtaken_hides_nothing(world: World, hanako: Somebody) -> None:
    _deleted(world, hanako, "20240509")
    _says(world, hanako, "20240511")
    assert _cases(world) == []
    assert _linked(world)
