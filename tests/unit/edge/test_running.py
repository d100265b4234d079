"""The threads of an edge: they repeat, they go on after a defect, they end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from hie.clock import SystemClock
from hie.edge.edge import Edge
from hie.edge.running import DEFECT, Runner
from hie.exchange.ports.spool import ItemState
from tests import storages
from tests.edges import an_edge

ANNE, BILL = "0000000001", "0000000002"
PATIENCE = 20.0


def until(true: Callable[[], bool]) -> None:
    """Wait until it is true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def test_what_appears_in_a_folder_is_soon_at_the_hub_and_a_withdrawal_takes_it_back(tmp_path: Path) -> None:
    with an_edge(tmp_path, poll_seconds=0.05) as world:
        world.hub.consent(ANNE)
        runner = Runner(world.edge)
        runner.start()
        name = storages.laboratory(ANNE, 1).place(world.root).name
        until(lambda: world.hub.names() == [name])
        world.hub.withdraw(ANNE)
        until(lambda: not world.hub.names())
        until(lambda: bool(world.hub.report))
        began = time.monotonic()
        runner.stop()
        assert time.monotonic() - began < 3
        assert [one.name for one in threading.enumerate() if one.name in {"examining", "sending"}] == []


def test_a_defect_of_one_part_is_said_without_names_and_ends_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with an_edge(tmp_path, poll_seconds=0.05) as world:
        world.hub.consent(ANNE)
        really = world.edge.examine
        failures: list[int] = []

        def fails(*arguments: object) -> int:
            if len(failures) < 2:
                failures.append(1)
                raise ZeroDivisionError("荻野 茂")
            return really(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(world.edge, "examine", fails)
        name = storages.laboratory(ANNE, 1).place(world.root).name
        runner = Runner(world.edge)
        runner.start()
        until(lambda: world.edge.troubles.of("examining") == DEFECT)
        until(lambda: world.hub.names() == [name])
        until(lambda: world.edge.troubles.of("examining") == "")
        runner.stop()


def test_a_hub_that_is_away_is_a_trouble_until_it_is_back(tmp_path: Path) -> None:
    with an_edge(tmp_path, poll_seconds=0.05) as world:
        world.hub.consent(ANNE)
        really = world.hub.serve

        def away(_: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError("no route")

        world.hub.serve = away
        name = storages.laboratory(ANNE, 1).place(world.root).name
        runner = Runner(world.edge)
        runner.start()
        until(lambda: bool(world.edge.troubles.of("sending")))
        world.hub.serve = really
        until(lambda: world.hub.names() == [name])
        until(lambda: not world.edge.troubles.of("sending"))
        runner.stop()
        assert world.edge.memory.counts() == {("emr", ItemState.FILED): 1}


def test_the_waits_grow_and_differ(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        runner = Runner(_with_chance(world.edge))
        waits = [runner._back_off(failures) for failures in range(1, 20)]  # noqa: SLF001  no other way to see
        assert all(0.5 * 2**number <= wait <= 2**number for number, wait in enumerate(waits[:8]))
        assert max(waits) <= 300
        assert runner._back_off(9) != runner._back_off(9)  # noqa: SLF001


def _with_chance(edge: Edge) -> Edge:
    edge.clock = SystemClock()
    return edge
