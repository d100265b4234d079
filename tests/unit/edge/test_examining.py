"""Reading what may leave: poison stays alone, trouble that passes is waited for."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Event

import pytest

from consent.model import Provision
from hie.edge import examining, sources
from hie.edge.settings import EdgeSettings, EdgeSource, Mllp
from hie.edge.sources import JournaledSource
from hie.exchange.ports.spool import Found, Item, ItemState
from hie.record.entry import Label
from hie.record.errors import Unavailable
from tests import storages
from tests.edges import World, an_edge
from tests.story.test_edge_process import until

ANNE, BILL = "0000000001", "0000000002"


def _reasons(world: World) -> dict[str, str]:
    return {item.found.name: item.reason for item in world.edge.memory.unreadable(1_000)}


def test_a_poison_file_among_a_hundred_changes_nothing_for_the_others(tmp_path: Path) -> None:
    with an_edge(tmp_path, document_bytes=100_000) as world:
        good = [storages.laboratory(ANNE, number).place(world.root).name for number in range(1, 100)]
        poisons = {
            100: b"",
            101: b"\x00" * 5_000,
            102: b"MSH|" + b"~" * 50_000,
            103: b"MSH|^~\\&|" * 20_000,
        }
        bad = []
        for number, content in poisons.items():
            path = storages.laboratory(ANNE, number).place(world.root)
            path.write_bytes(content)
            bad.append(path.name)
        stray = storages.laboratory(ANNE, 110).place(world.root)
        stray.write_bytes(storages.laboratory(BILL, 110).content)
        world.hub.consent(ANNE)
        world.turn()
        assert world.hub.names() == sorted(good)
        reasons = _reasons(world)
        assert reasons.keys() == {*bad, stray.name}
        assert reasons[stray.name] == "ID-01"
        assert reasons[bad[3]] == "SIZE-01"


def test_a_defect_of_a_reader_puts_one_document_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with an_edge(tmp_path) as world:
        good = storages.laboratory(ANNE, 1).place(world.root)
        bad = storages.laboratory(ANNE, 2).place(world.root)
        really = examining.document_facts

        def fails(item: Item, *rest: object) -> examining.Facts:
            if item.found.name == bad.name:
                raise IndexError("tuple index out of range")
            return really(item, *rest)  # type: ignore[arg-type]

        world.hub.consent(ANNE)
        with monkeypatch.context() as patch:
            patch.setattr(examining, "document_facts", fails)
            world.turn()
        assert world.hub.names() == [good.name]
        assert _reasons(world) == {bad.name: "READ-04"}
        # The reader is mended: what is replayed ends as if nothing had been.
        assert world.edge.memory.replay("emr", [], world.clock.now()) == 1
        world.turn()
        assert world.hub.names() == sorted([good.name, bad.name])


def test_a_file_that_cannot_be_opened_is_tried_three_times_and_again_with_each_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with an_edge(tmp_path) as world:
        name = storages.laboratory(ANNE, 1).place(world.root).name
        world.hub.consent(ANNE)
        world.edge.sync()
        world.edge.look_at_all(sweep=True)

        def fails(*_: object) -> bytes:
            raise Unavailable("the share is away")

        with monkeypatch.context() as patch:
            origin = world.edge.origins["emr"]
            assert isinstance(origin, JournaledSource)
            patch.setattr(origin._source, "open", fails)  # noqa: SLF001  a share, as far down as it can be put
            assert [world.edge.examine() for _ in range(3)] == [0, 0, 1]
        assert _reasons(world) == {name: "READ-01"}
        world.turn()
        assert world.hub.names() == [name]


def test_a_source_that_is_away_changes_nothing_of_what_is_known(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        storages.laboratory(ANNE, 1).place(world.root)
        world.hub.consent(ANNE)
        world.turn()
        elsewhere = tmp_path / "elsewhere"
        shutil.move(world.root, elsewhere)
        world.turn()
        assert "volumes away" in world.edge.status()["sources"][0]["trouble"]
        assert world.edge.memory.counts() == {("emr", ItemState.FILED): 1}
        assert len(world.hub.names()) == 1
        shutil.move(elsewhere, world.root)
        world.turn()
        assert world.edge.status()["sources"][0]["trouble"] == ""


def test_documents_wait_unread_while_their_source_is_away(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        name = storages.laboratory(ANNE, 1).place(world.root).name
        world.edge.look_at_all(sweep=True)
        elsewhere = tmp_path / "elsewhere"
        world.root.rename(elsewhere)
        world.hub.consent(ANNE)
        for _ in range(5):
            world.turn()
        assert _reasons(world) == {}
        elsewhere.rename(world.root)
        world.turn()
        assert world.hub.names() == [name]


def test_a_disk_that_is_nearly_full_takes_nothing_new_and_begins_again_by_itself(tmp_path: Path) -> None:
    with an_edge(tmp_path, reserve_bytes=2**62) as world:
        storages.laboratory(ANNE, 1).place(world.root)
        world.hub.consent(ANNE)
        world.turn()
        assert world.edge.memory.counts() == {}
        assert "disk" in world.edge.status()["troubles"]
    with an_edge(tmp_path, world.hub, world.clock) as world:
        world.turn()
        assert len(world.hub.names()) == 1
        assert world.edge.status()["troubles"] == {}


def _hanging(monkeypatch: pytest.MonkeyPatch, world: World, source: str, back: Event) -> None:
    """Let every opening of a document of one source hang until `back` is set."""
    origin = world.edge.origins[source]
    assert isinstance(origin, JournaledSource)
    really = origin._source.open  # noqa: SLF001  a share mounted hard, as far down as it can be put

    def hangs(found: Found, most: int) -> bytes:
        back.wait()
        return really(found, most)

    monkeypatch.setattr(origin._source, "open", hangs)  # noqa: SLF001


def test_a_source_that_hangs_stops_no_other_and_goes_on_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "OPEN_SECONDS", 0.1)
    back = Event()
    with an_edge(tmp_path) as world, monkeypatch.context() as patch:
        reports = [storages.laboratory(ANNE, number).place(world.root).name for number in range(1, 30)]
        (world.images / "IM1").write_bytes(storages.instance(ANNE, 1, 1, 1))
        world.hub.consent(ANNE)
        _hanging(patch, world, "emr", back)
        for _ in range(4):
            world.turn()
        assert world.hub.names() == ["IM1"]
        assert world.edge.status()["troubles"]["reading emr"] == "the storage does not answer"
        assert _reasons(world) == {}
        world.hub.withdraw(ANNE)
        world.turn()
        assert world.hub.names() == []
        world.hub.consent(ANNE)
        back.set()
        until(lambda: not world.edge.origins["emr"].hangs)
        world.turn()
        assert world.hub.names() == sorted([*reports, "IM1"])
        assert "reading emr" not in world.edge.status()["troubles"]


def test_sending_goes_on_while_a_source_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "OPEN_SECONDS", 0.1)
    back = Event()
    with an_edge(tmp_path) as world, monkeypatch.context() as patch:
        report = storages.laboratory(ANNE, 1).place(world.root).name
        (world.images / "IM1").write_bytes(storages.instance(ANNE, 1, 1, 1))
        world.hub.consent(ANNE)
        world.edge.look_at_all(sweep=True)
        with world.hub.away(), pytest.raises(Unavailable):
            world.edge.sync()
        world.edge.sync()
        world.edge.examine()
        _hanging(patch, world, "emr", back)
        world.edge.sync()
        assert world.hub.names() == ["IM1"]
        back.set()
        until(lambda: not world.edge.origins["emr"].hangs)
        world.turn()
        assert world.hub.names() == sorted([report, "IM1"])


def test_a_source_that_is_away_with_many_documents_delays_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examining, "MOST_PASSED", 20)
    with an_edge(tmp_path) as world:
        for number in range(1, 60):
            storages.laboratory(ANNE, number, at="20260401").place(world.root)
        world.edge.look_at_all(sweep=True)
        shutil.move(world.root, tmp_path / "elsewhere")
        (world.images / "IM1").write_bytes(storages.instance(ANNE, 1, 1, 1))
        world.hub.consent(ANNE)
        world.edge.sync()
        world.edge.look_at_all(sweep=True)
        world.edge.examine()
        world.edge.sync()
        assert world.hub.names() == ["IM1"]


def test_what_all_of_a_source_bears_leaves_for_who_agreed_to_it_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    source = {
        "name": "emr",
        "kind": "ssmix2-standard",
        "path": tmp_path / "storage",
        "labels": ["psychiatry"],
    }
    with an_edge(tmp_path, sources=(EdgeSource.model_validate(source),)) as world:
        for who in (ANNE, BILL):
            storages.laboratory(who, 1).place(world.root)
        world.hub.consent(ANNE, Provision(labels=int(Label.PSYCHIATRY)))
        world.hub.consent(BILL)
        world.turn()
        assert [patient for _, patient, _ in world.hub.held] == [ANNE]
        assert b'"labels":1' in world.hub.seen_bytes


def test_a_label_that_there_is_not_is_no_setting() -> None:
    with pytest.raises(ValueError, match="no label is called"):
        EdgeSource.model_validate({"name": "emr", "kind": "dicom-folder", "path": "x", "labels": ["mental"]})


def test_what_all_messages_bear_is_a_label_of_their_source() -> None:
    settings = EdgeSettings(mllp=Mllp(labels=("not-told", "hiv")))
    assert settings.labels == {"mllp": Label.NOT_TOLD | Label.HIV}
