"""Whatever happens to in-patients and however it is written, the hub tells the stays that were."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.grant import Grant
from hie.exchange.ports import Store
from hie.exchange.records.stays import Stay, stays
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.identifiers import PatientId
from hie.record.requester import Requester, Role
from ssmix2.validation import check_file
from tests import filed as our
from tests import storages
from tests.story.wards import InPatient

PATIENTS = 30


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def store(settings: Settings) -> Store:
    return stored_by(settings)


def _told(store: Store, patient: str) -> list[Stay]:
    person = PatientId(f"p-{patient}")
    doctor = Requester("d", "d", storages.CLINIC, Role.DOCTOR)
    with store.work() as work:
        decision = our.asked(work, doctor, person, 10)
        assert isinstance(decision, Grant)
        return list(stays(work.registry.movements(decision)))


@pytest.mark.parametrize("seed", range(2))
def test_stays_are_what_happened(tmp_path: Path, settings: Settings, store: Store, seed: int) -> None:
    root = tmp_path / "storage"
    root.mkdir()
    numbers = [f"{number:010d}" for number in range(1, PATIENTS + 1)]
    storages.people(store, numbers, numbers)
    living = {number: InPatient(root, number, seed * PATIENTS + int(number)) for number in numbers}
    for _ in range(3):
        for patient in living.values():
            patient.live(8)
        feed_sources(store, Feeding(settings, storages.HOSPITAL), [root], lambda _: None)
        for number, patient in living.items():
            assert _told(store, number) == patient.stays(), number
    told = [stay for number in numbers for stay in _told(store, number)]
    assert max(len(stay.legs) for stay in told) > 2
    assert any(stay.leaves for stay in told)
    assert {stay.planned for stay in told} == {False, True}
    assert any(stay.to_leave for stay in told)


def test_a_kind_that_only_its_vendor_knows_leaves_the_stays_as_they_are(
    tmp_path: Path, settings: Settings, store: Store
) -> None:
    root = tmp_path / "storage"
    root.mkdir()
    storages.people(store, ["0000000001"], ["0000000001"])
    patient = InPatient(root, "0000000001", 1)
    patient.live(12)
    (event, *_) = [path for path in root.rglob("*_ADT-22_*_1") if path.is_file()]
    strange = Path(str(event).replace("ADT-22", "ADT-33"))
    strange.parent.mkdir()
    strange.write_bytes(event.read_bytes().replace(b"ADT^A01^ADT_A01", b"ADT^Z33^ADT_Z33"))
    tally = feed_sources(store, Feeding(settings, storages.HOSPITAL), [root], lambda _: None)
    assert tally == {"indexed": len([path for path in root.rglob("*_?") if path.is_file()])}
    assert _told(store, "0000000001") == patient.stays()


def test_the_checker_finds_nothing_in_what_was_written(tmp_path: Path) -> None:
    for number in range(1, 9):
        InPatient(tmp_path, f"{number:010d}", number).live(30)
    paths = [path for path in tmp_path.rglob("*_?") if path.is_file()]
    assert {path.parent.name for path in paths} == {
        *("ADT-21", "ADT-22", "ADT-31", "ADT-32", "ADT-42", "ADT-51", "ADT-52")
    }
    for path in paths:
        found = check_file(path.relative_to(tmp_path).as_posix(), path.name, path.read_bytes())
        assert [one.finding for one in found] == [], path.name
