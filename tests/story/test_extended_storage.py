"""An extended storage is fed like any other: consent first, then versions; what is broken stands aside."""

from pathlib import Path

import pytest

from consent.model import Action, Provision
from hie.exchange.ports import Known
from hie.exchange.records.retrieve import open_attachment, open_entry
from hie.record.entry import DocumentClass, EntryStatus, Format
from hie.record.identifiers import PatientId
from hie.record.requester import Requester, Role
from hie.record.times import Day, Period
from ssmix2.extended_writer import delete_folder
from tests.build.papers import PATIENT, PDF, SUMMARY, clinical_document, lay, picture
from tests.build.world import CENTRAL, CLINIC, TODAY, World
from tests.filed import granted

WHO = PatientId("R000000009")
DOCTOR = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "extended"
    folder.mkdir()
    return folder


def _consenting(world: World, provision: Provision = Provision()) -> None:  # noqa: B008  immutable
    world.a_patient(WHO).linked(CENTRAL, PATIENT).linked(CLINIC, "9").consenting(provision).there()


def _known(world: World) -> list[Known]:
    with world.store.look() as work:
        number, _ = work.patients.resolve(CENTRAL, [PATIENT])[PATIENT]
        return [one for held in work.registry.known(number).values() for one in held]


def _feed(world: World, root: Path) -> dict[str, int]:
    return {outcome: count for outcome, count in world.feed(CENTRAL, root).items() if count}


def test_the_published_sample_is_indexed_and_not_twice(world: World, samples: Path) -> None:
    published = samples / "nho" / "extended_root"
    world.a_patient(WHO).linked(CENTRAL, "0123456789").consenting().there()
    assert _feed(world, published) == {"indexed": 2}
    assert _feed(world, published) == {"unchanged": 2}


def test_an_update_supersedes_and_a_deletion_takes_back(world: World, root: Path) -> None:
    _consenting(world)
    name = lay(root, {"main_document.xml": clinical_document()})
    assert _feed(world, root) == {"indexed": 1}
    lay(root, {"main_document.xml": clinical_document("新しい")}, at="20240510120000000")
    assert _feed(world, root) == {"indexed": 1, "unchanged": 1, "amended": 1}
    assert sorted(one.status for one in _known(world)) == [EntryStatus.APPROVED, EntryStatus.DEPRECATED]
    delete_folder(root, name)
    assert _feed(world, root) == {"unchanged": 2, "amended": 2}
    assert {one.status for one in _known(world)} == {EntryStatus.WITHDRAWN}


def test_nothing_is_kept_without_consent_and_only_what_it_names(world: World, root: Path) -> None:
    lay(root, {"main_document.xml": clinical_document()})
    lay(root, {"main_document.pdf": PDF}, SUMMARY)
    assert _feed(world, root) == {"withheld": 2}
    _consenting(world, Provision(classes=frozenset({DocumentClass.DOCUMENT})))
    assert _feed(world, root) == {"indexed": 1, "withheld": 1}


def test_a_confidential_document_needs_a_consent_that_reaches_it(world: World, root: Path) -> None:
    lay(root, {"main_document.xml": clinical_document(confidentiality="V")})
    lay(root, {"main_document.xml": clinical_document(confidentiality="")}, key="D0002")
    lay(root, {"main_document.xml": clinical_document()}, key="D0003")
    _consenting(world)
    assert _feed(world, root) == {"indexed": 1, "withheld": 2}


def test_what_is_broken_is_set_aside_and_the_rest_goes_on(world: World, root: Path) -> None:
    _consenting(world)
    lay(root, {"main_document.xml": b"<!DOCTYPE x><x/>"}, key="D0001")
    lay(root, {"main_document.xml": clinical_document(patient="0099999999")}, key="D0002")
    lay(root, {"a.xml": b"<a/>", "b.xml": b"<b/>"}, key="D0003")
    broken = lay(root, {f"{number}.png": picture() for number in range(600)}, key="D0004")
    lay(root, {"main_document.xml": clinical_document()}, key="D0005")
    assert _feed(world, root) == {"indexed": 1, "quarantined": 4}
    with world.store.look() as work:
        reasons = {item.locator.rsplit("_", 4)[1]: item.reason for item in work.feeds.quarantined(CENTRAL)}
    assert reasons == {"D0001": "EXT-05", "D0002": "ID-01", "D0003": "EXT-01", "D0004": "EXT-06"}
    for number in range(590):
        (root / broken.locator() / f"{number}.png").unlink()
    assert _feed(world, root) == {"indexed": 1, "unchanged": 1, "quarantined": 3}


def test_both_storages_of_a_patient_keep_their_own_quarantine(world: World, root: Path) -> None:
    _consenting(world)
    standard = world.storage(CENTRAL) / f"001/234/{PATIENT}/20240510/OML-11"
    standard.mkdir(parents=True)
    name = f"{PATIENT}_20240510_OML-11_000000000000001_20240510113000000_01_1"
    (standard / name).write_bytes(b"\x00")
    lay(root, {"main_document.xml": b"<"})
    assert _feed(world, world.storage(CENTRAL)) == {"quarantined": 1}
    assert _feed(world, root) == {"quarantined": 1}
    with world.store.look() as work:
        assert len(work.feeds.quarantined(CENTRAL)) == 2


def test_a_large_document_goes_to_the_object_store_and_comes_back(world: World, root: Path) -> None:
    _consenting(world)
    large = PDF + b"%" * 100_000
    lay(root, {"main_document.xml": clinical_document(), "scan.pdf": large})
    assert _feed(world, root) == {"indexed": 1}
    assert [
        path.stat().st_size for path in (world.folder / "hub").rglob("*") if path.stat().st_size > 100_000
    ]
    services = world.hub().services
    (number,) = [one.id for one in _known(world)]
    opened = open_entry(services.store, services.clock, DOCTOR, WHO, number, services.read)
    assert opened.entry.format is Format.CONTENT_FOLDER
    assert open_attachment(services.store, services.clock, DOCTOR, WHO, number, 1).content == large


def test_vital_signs_are_found_by_their_codes(world: World, samples: Path) -> None:
    world.a_patient(WHO).linked(CENTRAL, "0123456789").linked(CLINIC, "9").consenting().there()
    _feed(world, samples / "nho" / "extended_root")
    with world.store.look() as work:
        grant = granted(work, Action.VIEW, CLINIC, WHO, TODAY)
        month = Period(Day(20160101), Day(20160131))
        found = work.findings.observations(grant, month, frozenset({"9P300000000000001"}))
    assert sorted(one.value for one in found) == ["65", "80", "98", "98"]
