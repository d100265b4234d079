"""What a hub hears from its edges as things change: nothing is missed, no trouble keeps another waiting."""

from __future__ import annotations

import os
from pathlib import Path

from consent.model import Provision
from hie.exchange.ports.spool import ItemState
from hie.record.entry import DocumentClass
from hie.record.identifiers import LocalPatientId, PatientId
from tests import storages
from tests.build.region import held, standing
from tests.edges import an_edge
from tests.story.test_edge_and_hub import both

ONE, TWO = "9900000001", "9900000002"


def test_a_wider_consent_brings_what_the_narrower_one_held_back(tmp_path: Path) -> None:
    with both(tmp_path, []) as world:
        laboratory = Provision(classes=frozenset({DocumentClass.LABORATORY_RESULT}))
        storages.consent(world.region.store, ONE, laboratory)
        storages.laboratory(ONE, 1).place(world.root)
        storages.prescription(ONE, 2).place(world.root)
        world.turn()
        world.turn()
        assert {kind for _, _, kind, *_ in held(world.hub)} == {"OML-11"}
        storages.consent(world.region.store, ONE)
        world.turn()
        assert held(world.hub) == standing(world.root, [ONE])


def test_a_link_that_comes_after_the_consent_brings_the_folder(tmp_path: Path) -> None:
    number, who = LocalPatientId(storages.HOSPITAL, ONE), PatientId(f"p-{ONE}")
    with both(tmp_path, [ONE]) as world:
        with world.region.store.work() as work:
            work.patients.unlink(number, "desk", 1)
        storages.laboratory(ONE, 1).place(world.root)
        world.turn()
        assert not held(world.hub)
        with world.region.store.work() as work:
            work.patients.link(number, who, "desk", 1)
        world.turn()
        assert held(world.hub) == standing(world.root, [ONE])


def test_a_source_that_is_away_does_not_keep_the_others_waiting(tmp_path: Path) -> None:
    with both(tmp_path, [ONE]) as world:
        world.images.rmdir()
        storages.laboratory(ONE, 1).place(world.root)
        world.turn()
        assert held(world.hub) == standing(world.root, [ONE])
        world.images.mkdir()
        (world.images / "a").write_bytes(storages.instance(ONE, 1, 1, 1))
        world.turn()
        assert {kind for _, _, kind, *_ in held(world.hub)} == {"OML-11", "DICOM"}


def test_a_clock_that_was_set_back_does_not_end_the_sweeps(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        path = storages.laboratory(ONE, 1).place(world.root)
        os.utime(path, (1, 1))
        world.clock.at += 10_000_000_000
        assert world.edge.look("emr") == 1
        path.write_bytes(storages.laboratory(ONE, 1, results=7).content)
        assert world.edge.look("emr") == 0
        world.clock.at -= 9_000_000_000
        assert world.edge.look("emr") == 1


def test_a_look_that_is_stopped_is_taken_up_by_the_next(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        patients = [f"{number:010d}" for number in range(20)]
        for patient in patients:
            storages.laboratory(patient, 1).place(world.root)
        world.clock.at += 10_000
        world.edge.look("emr")
        for patient in patients:
            storages.laboratory(patient, 2).place(world.root)
        asked: list[int] = []

        def soon() -> bool:
            asked.append(1)
            return len(asked) > 5

        world.clock.at += 10_000
        first = world.edge.look("emr", sweep=False, stopping=soon)
        second = world.edge.look("emr", sweep=False)
        assert 0 < first < 20
        assert first + second == 20
        assert world.edge.memory.counts() == {("emr", ItemState.SEEN): 40}


def test_looking_and_sending_leave_no_file_open(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        world.hub.consent(ONE)
        opened = []
        for order in range(1, 7):
            storages.laboratory(ONE, order).place(world.root)
            (world.images / str(order)).write_bytes(storages.instance(ONE, order, 1, 1))
            world.turn()
            opened.append(_open_files())
        assert len(world.hub.names()) == 12
        # A file left open by every turn would be as many more as there were turns; a worker's other tests
        # may let go of theirs, or open one, in between.
        assert opened[-1] - opened[1] < len(opened) - 2


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
