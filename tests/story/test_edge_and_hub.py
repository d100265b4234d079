"""A real edge and a real hub, over TLS: what is consented arrives, what is taken back goes, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hie.clock import SystemClock
from hie.edge import enrolment
from hie.edge.edge import Edge
from hie.edge.wiring import wired
from hie.exchange.feeds.edges import revoke
from hie.exchange.founding import operator
from hie.exchange.ports.spool import ItemState
from hie.record.entry import EntryStatus
from hie.record.errors import Refused, Unavailable
from tests import storages
from tests.build.region import Region, a_region, held, standing
from tests.crash import contents
from tests.edges import settings_of

LINKED = [f"99{number:08d}" for number in range(1, 9)]
STRANGER = "9900000077"
"""A patient of the hospital whom the region does not know."""


class Both:
    """An edge and its hub."""

    def __init__(self, region: Region, edge: Edge, folder: Path) -> None:
        self.region = region
        self.edge = edge
        self.root = folder / "storage"
        self.images = folder / "images"
        self.hub = folder / "hub"

    def turn(self) -> None:
        """Do every step until nothing is left."""
        self.edge.look_at_all(sweep=True)
        self.edge.sync()
        self.edge.examine()
        self.edge.sync()


@contextmanager
def both(folder: Path, consented: list[str]) -> Iterator[Both]:
    settings = settings_of(folder)
    with a_region(folder / "hub", LINKED, consented) as region:
        enrolment.enrol(settings.data_dir, region.token())
        with wired(settings) as edge:
            yield Both(region, edge, folder)


def _write_some(both: Both) -> None:
    for number, patient in enumerate([*LINKED, STRANGER]):
        for order in range(1, 6):
            storages.laboratory(patient, number * 10 + order).place(both.root)
        older = storages.prescription(patient, number * 10 + 6)
        older.place(both.root, flag="2")
        storages.resent(older).place(both.root)
        storages.laboratory(patient, number * 10 + 7).place(both.root, flag="0")
        (both.images / f"{number}.dcm").write_bytes(storages.instance(patient, number + 1, 1, 1))


def test_the_hub_holds_what_stands_at_the_sources_of_patients_with_consent(tmp_path: Path) -> None:
    with both(tmp_path, LINKED[:5]) as world:
        _write_some(world)
        world.turn()
        world.turn()
        for status in EntryStatus:
            found = held(world.hub, status)
            ssmix2 = {key: count for key, count in found.items() if key[2] != "DICOM"}
            assert ssmix2 == standing(world.root, LINKED[:5], status)
        studies = {key[0] for key in held(world.hub) if key[2] == "DICOM"}
        assert studies == set(LINKED[:5])
        counts = world.edge.memory.counts()
        assert counts["emr", ItemState.FILED] == 5 * 8
        assert counts["pacs", ItemState.FILED] == 5
        assert {state for _, state in counts} == {ItemState.FILED, ItemState.SEEN}


def test_an_edge_brings_what_reading_the_folders_at_the_hub_would(tmp_path: Path) -> None:
    from hie.hub.feeding import Feeding, feed_sources  # noqa: PLC0415
    from hie.hub.settings import Settings  # noqa: PLC0415
    from hie.hub.wiring import stored_by  # noqa: PLC0415

    with both(tmp_path, LINKED[:5]) as world:
        _write_some(world)
        world.turn()
        settings = Settings(data_dir=tmp_path / "direct")
        store = stored_by(settings)
        storages.people(store, LINKED, LINKED[:5])
        feeding = Feeding(settings, storages.HOSPITAL)
        feed_sources(store, feeding, [world.root, world.images], lambda _: None)
        store.close()
        by_edge, direct = contents.contents(world.hub), contents.contents(tmp_path / "direct")
        for table in ("entry", "observation", "medication", "imaging_instance", "object"):
            assert by_edge[table] == direct[table], table


def test_a_consent_recorded_at_the_hub_brings_the_patients_whole_folder(tmp_path: Path) -> None:
    with both(tmp_path, LINKED[:2]) as world:
        _write_some(world)
        world.turn()
        storages.consent(world.region.store, LINKED[4])
        world.turn()
        consented = [*LINKED[:2], LINKED[4]]
        ssmix2 = {key: count for key, count in held(world.hub).items() if key[2] != "DICOM"}
        assert ssmix2 == standing(world.root, consented)


def test_a_withdrawal_takes_back_before_anything_else_and_leaves_nothing_current(tmp_path: Path) -> None:
    with both(tmp_path, LINKED[:3]) as world:
        _write_some(world)
        world.turn()
        world.region.withdraw(LINKED[0])
        storages.laboratory(LINKED[1], 99).place(world.root)
        world.turn()
        assert {key[0] for key in held(world.hub)} == set(LINKED[1:3])
        ssmix2 = {key: count for key, count in held(world.hub).items() if key[2] != "DICOM"}
        assert ssmix2 == standing(world.root, LINKED[1:3])
        assert world.edge.memory.counts()["emr", ItemState.WITHDRAWN] == 8
        assert world.edge.memory.counts()["pacs", ItemState.WITHDRAWN] == 1


def test_a_consent_given_again_brings_everything_back(tmp_path: Path) -> None:
    with both(tmp_path, LINKED[:1]) as world:
        _write_some(world)
        world.turn()
        before = held(world.hub)
        world.region.withdraw(LINKED[0])
        world.turn()
        assert not held(world.hub)
        storages.consent(world.region.store, LINKED[0])
        world.turn()
        world.turn()
        assert held(world.hub) == before


def test_a_changed_and_a_superseded_file_arrive_as_such(tmp_path: Path) -> None:
    with both(tmp_path, LINKED[:1]) as world:
        document = storages.laboratory(LINKED[0], 1)
        path = document.place(world.root)
        world.turn()
        path.rename(path.with_name(document.name._replace(flag="2").text()))
        storages.resent(document).place(world.root)
        world.turn()
        for status in EntryStatus:
            assert held(world.hub, status) == standing(world.root, LINKED[:1], status)


def test_a_poison_file_stands_in_quarantine_and_the_others_arrive(tmp_path: Path) -> None:
    with both(tmp_path, LINKED[:1]) as world:
        for order in range(1, 101):
            storages.laboratory(LINKED[0], order).place(world.root)
        poison = storages.laboratory(LINKED[0], 50).name.locator()
        (world.root / poison).write_bytes(b"MSH|" + b"\xff" * 4_000)
        world.turn()
        assert sum(held(world.hub).values()) == 99
        assert [item.found.locator for item in world.edge.memory.unreadable(9)] == [poison]


def test_a_revoked_edge_is_not_let_in_and_comes_back_by_enrolling_again(tmp_path: Path) -> None:
    with both(tmp_path, LINKED[:1]) as world:
        storages.laboratory(LINKED[0], 1).place(world.root)
        world.turn()
        revoke(world.region.store, SystemClock(), operator("tester"), storages.HOSPITAL)
        storages.laboratory(LINKED[0], 2).place(world.root)
        with pytest.raises((Refused, Unavailable)):
            world.turn()
        world.edge.identity = enrolment.enrol(world.edge.settings.data_dir, world.region.token())
        world.edge.link.become(world.edge.identity)
        world.turn()
        assert held(world.hub) == standing(world.root, LINKED[:1])


def test_a_certificate_is_renewed_over_the_wire(tmp_path: Path) -> None:
    with both(tmp_path, LINKED[:1]) as world:
        before = world.edge.identity
        assert not world.edge.renew()
        after = enrolment.renewed(world.edge.settings.data_dir, before, world.edge.link)
        assert after.certificate != before.certificate
        assert after.key != before.key
        world.edge.link.become(after)
        storages.laboratory(LINKED[0], 1).place(world.root)
        world.turn()
        assert held(world.hub) == standing(world.root, LINKED[:1])
