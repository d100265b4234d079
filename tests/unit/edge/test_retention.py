"""How long pushed messages lie at an edge, and for whose eyes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from adapters.pushed import REFUSED, PushedMessages
from hie.edge.settings import Mllp
from hie.record.errors import Unavailable
from ssmix2.transactions import files
from tests import storages
from tests.edges import DAY, World, an_edge

ANNE, BILL = "0000000001", "0000000002"
MLLP = Mllp(port=0)


def _push(world: World, day: str, *patients: str) -> None:
    """Let messages come on a day that is long ago for the world's clock."""
    folder = world.edge.settings.pushed
    before = set(files(folder)) if folder.exists() else set()
    pushed = PushedMessages(folder, storages.HOSPITAL, lambda: f"{day}120000000")
    order = int(day)
    for answer in pushed.keep([storages.laboratory(one, order).content for one in patients]):
        assert b"MSA|AA|" in answer
    pushed.close()
    written = (world.clock.now() - 500 * DAY) / 1000
    for name in set(files(folder)) - before:
        os.utime(folder / name, (written, written))


def _days(world: World) -> Sequence[str]:
    return [name[8:16] for name in files(world.edge.settings.pushed)]


def test_an_old_log_goes_when_none_of_it_waits(tmp_path: Path) -> None:
    with an_edge(tmp_path, mllp=MLLP) as world:
        world.hub.consent(ANNE)
        _push(world, "20250101", ANNE, BILL)
        _push(world, "20250102", ANNE)
        world.turn()
        assert len(world.hub.names()) == 2
        world.turn()
        # Of the newest it is not known that nothing more comes.
        assert _days(world) == ["20250102"]
        assert len(world.hub.names()) == 2
        # What the hub has of it is taken back as before.
        world.hub.withdraw(ANNE)
        world.turn()
        assert world.hub.names() == []


def test_a_log_stays_while_a_record_of_it_waits_for_the_hub(tmp_path: Path) -> None:
    with an_edge(tmp_path, mllp=MLLP) as world:
        world.hub.consent(ANNE)
        world.turn()
        _push(world, "20250101", ANNE)
        _push(world, "20250102", BILL)
        with world.hub.away():
            for _ in range(3):
                world.edge.look_at_all(sweep=True)
                world.edge.examine()
        assert _days(world) == ["20250101", "20250102"]
        world.turn()
        assert len(world.hub.names()) == 1
        world.turn()
        assert _days(world) == ["20250102"]


def test_a_log_of_less_than_its_days_stays_for_a_consent_to_come(tmp_path: Path) -> None:
    with an_edge(tmp_path, mllp=MLLP, pushed_days=600) as world:
        world.hub.consent(ANNE)
        _push(world, "20250101", BILL)
        _push(world, "20250102", BILL)
        world.turn()
        world.turn()
        assert len(_days(world)) == 2
        world.hub.consent(BILL)
        world.turn()
        assert len(world.hub.names()) == 2


def test_without_a_consent_list_in_force_nothing_is_removed(tmp_path: Path) -> None:
    with an_edge(tmp_path, mllp=MLLP) as world:
        _push(world, "20250101", ANNE)
        _push(world, "20250102", ANNE)
        with world.hub.away():
            try:
                world.turn()
            except Unavailable:
                world.edge.look_at_all(sweep=True)
        assert len(_days(world)) == 2


def test_nobody_else_reads_what_was_pushed_or_the_spool(tmp_path: Path) -> None:
    data = tmp_path / "edge"
    pushed = PushedMessages(data / "mllp", storages.HOSPITAL, lambda: "20250101120000000")
    pushed.keep([storages.laboratory(ANNE, 1).content, b"MSH|^~\\&|no message"])
    pushed.close()
    assert (data / "mllp").stat().st_mode & 0o077 == 0
    data.chmod(0o755)
    with an_edge(tmp_path, mllp=MLLP) as world:
        world.hub.consent(ANNE)
        world.turn()
        world.edge.report()
    with an_edge(tmp_path, mllp=MLLP):
        everything = [data, *data.rglob("*")]
        open_to_others = {path.suffix for path in everything if path.stat().st_mode & 0o077}
    assert len(list((data / "mllp" / REFUSED).iterdir())) == 1
    assert open_to_others <= {".reserve"}, "which hold nothing"
