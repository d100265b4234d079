"""An edge keeps the heads of the hub's audit trail, and says where they contradict one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from hie.edge.heads import FILE, WENT_BACK, Heads, newest
from hie.exchange.ports import Seal
from hie.exchange.trail.auditing import seal_read, seal_written
from hie.record.errors import Invalid
from tests.edges import an_edge

FIRST = Seal(1, 10, bytes(32), 5, bytes(32), bytes(64))
SECOND = FIRST._replace(number=2, sequence=12, hash=b"\1" * 32)


def _kept(folder: Path) -> list[str]:
    return [line for line in (folder / FILE).read_text().splitlines() if line]


def test_a_seal_comes_back_as_it_was_written() -> None:
    assert seal_read(seal_written(SECOND)) == SECOND
    wrongs: tuple[object, ...] = (
        5,
        "x",
        [],
        {},
        {**seal_written(FIRST), "hash": "no hash"},
        {**seal_written(FIRST), "at": None},
    )
    for wrong in wrongs:
        with pytest.raises(Invalid):
            seal_read(wrong)


def test_each_head_is_kept_once_for_the_edges_account_alone(tmp_path: Path) -> None:
    heads = Heads(tmp_path)
    for told in (None, FIRST, FIRST, SECOND, SECOND):
        assert heads.heard(told and seal_written(told)) == ""
    assert len(_kept(tmp_path)) == 2
    assert newest(tmp_path) == SECOND
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert Heads(tmp_path).heard(seal_written(SECOND)) == ""
    assert len(_kept(tmp_path)) == 2


@pytest.mark.parametrize(
    "back",
    [
        FIRST,
        SECOND._replace(hash=bytes(32)),
        SECOND._replace(number=3, sequence=11),
    ],
)
def test_a_head_that_goes_back_is_told_and_kept(tmp_path: Path, back: Seal) -> None:
    Heads(tmp_path).heard(seal_written(SECOND))
    again = Heads(tmp_path)
    assert again.heard(seal_written(back)) == WENT_BACK
    assert len(_kept(tmp_path)) == 2


def test_what_a_power_cut_left_hides_no_head(tmp_path: Path) -> None:
    Heads(tmp_path).heard(seal_written(FIRST))
    with (tmp_path / FILE).open("a") as file:
        file.write('{"number":2,"se')
    Heads(tmp_path).heard(seal_written(SECOND))
    assert newest(tmp_path) == SECOND


def test_an_edge_keeps_what_a_report_is_answered_with_and_reports_a_contradiction(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        folder = world.edge.settings.data_dir
        world.hub.audit = seal_written(SECOND)
        world.edge.report()
        assert newest(folder) == SECOND
        world.hub.audit = seal_written(FIRST)
        world.edge.report()
        world.edge.report()
        assert world.hub.report["troubles"]["audit"] == WENT_BACK
        world.hub.audit = {"number": "x"}
        world.edge.report()
        assert "no seal" in world.edge.troubles.of("audit")
