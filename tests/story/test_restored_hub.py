"""The hub's database is put back to what it was: its edges notice, and state again what they have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from hie.edge.edge import Edge
from hie.edge.wiring import wired
from hie.exchange.feeds import edges
from hie.exchange.founding import operator
from hie.exchange.ports.spool import ItemState
from tests import sent, storages
from tests.edges import HandClock, enrolled, settings_of
from tests.hub_beside import HubBeside, a_hub

ANNE, BILL = "0000000001", "0000000002"


class Pair(NamedTuple):
    """A hub and its edge."""

    hub: HubBeside
    edge: Edge
    folder: Path

    def files(self, patient: str, *orders: int) -> None:
        """Let the hospital file reports."""
        for order in orders:
            storages.laboratory(patient, order).place(self.folder / "storage")

    def turn(self) -> None:
        """Let the edge look and speak."""
        assert isinstance(self.edge.clock, HandClock)
        for _ in range(2):
            self.edge.clock.at += 10_000
            self.edge.look_at_all(sweep=True)
            self.edge.examine()
            self.edge.sync()

    def states(self) -> dict[ItemState, int]:
        """Count the edge's documents."""
        return {state: count for (_, state), count in self.edge.memory.counts().items()}


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    clock = HandClock()
    with a_hub(tmp_path / "hub", clock, [ANNE, BILL], [ANNE, BILL]) as hub:
        settings = settings_of(tmp_path)
        enrolled(settings.data_dir, clock)
        with wired(settings, clock, hub) as edge:
            yield Pair(hub, edge, tmp_path)


def test_what_came_after_the_backup_comes_again_although_nobody_said_a_word(pair: Pair) -> None:
    pair.files(ANNE, 1)
    pair.turn()
    pair.hub.backup(pair.folder / "backup")
    pair.files(ANNE, 2, 3)
    pair.files(BILL, 4)
    pair.turn()
    pair.hub.restored(pair.folder / "backup")
    assert len(pair.hub.standing()) == 1
    pair.turn()
    assert len(pair.hub.standing()) == 4
    assert pair.states() == {ItemState.FILED: 4}


def test_a_batch_under_way_does_not_hide_that_the_hub_was_restored(pair: Pair) -> None:
    pair.files(ANNE, 1)
    pair.turn()
    pair.hub.backup(pair.folder / "backup")
    pair.files(ANNE, 2)
    pair.turn()
    pair.files(BILL, 3)
    pair.edge.look_at_all(sweep=True)
    pair.edge.examine()
    pull, pulled = pair.edge.link.policy, list[bool]()

    def then_restored(*known: object) -> object:
        answer = pull(*known)  # type: ignore[arg-type]
        if not pulled:
            pulled.append(True)
            pair.hub.restored(pair.folder / "backup")
        return answer

    pair.edge.link.policy = then_restored  # type: ignore[method-assign,assignment]
    pair.edge.sync()
    pair.turn()
    assert len(pair.hub.standing()) == 3


def test_the_word_of_the_operator_lets_everything_be_stated_again(pair: Pair) -> None:
    pair.files(ANNE, 1, 2)
    pair.turn()
    before = pair.hub.edge().number
    pair.hub.backup(pair.folder / "backup")
    pair.turn()
    pair.hub.restored(pair.folder / "backup")
    edges.restored(pair.hub.store, pair.hub.clock, operator("desk"))
    pair.turn()
    assert pair.hub.edge().number > before
    assert pair.states() == {ItemState.FILED: 2}
    number = pair.hub.edge().number
    pair.turn()
    assert pair.hub.edge().number == number


def test_a_position_that_is_used_again_names_another_list(pair: Pair) -> None:
    pair.files(ANNE, 1)
    pair.files(BILL, 2)
    pair.turn()
    pair.hub.backup(pair.folder / "backup")
    storages.consent(pair.hub.store, ANNE)
    pair.turn()
    position = pair.edge.policy.position
    pair.hub.restored(pair.folder / "backup")
    sent.withdraw(pair.hub.store, BILL)
    assert sent.position(pair.hub.store) == position
    pair.turn()
    assert sorted(pair.edge.policy.patients()) == [ANNE]
    assert len(pair.hub.standing()) == 1
    assert pair.states() == {ItemState.FILED: 1, ItemState.WITHDRAWN: 1}


def test_what_was_taken_back_after_the_backup_is_taken_back_again(pair: Pair) -> None:
    pair.files(BILL, 1)
    pair.turn()
    pair.hub.backup(pair.folder / "backup")
    sent.withdraw(pair.hub.store, BILL)
    pair.turn()
    assert pair.hub.standing() == []
    pair.hub.restored(pair.folder / "backup")
    sent.withdraw(pair.hub.store, BILL)
    assert len(pair.hub.standing()) == 1
    pair.turn()
    assert pair.hub.standing() == []
    assert pair.states() == {ItemState.WITHDRAWN: 1}


def test_an_edge_that_is_enrolled_anew_sends_nothing_again(pair: Pair) -> None:
    pair.files(ANNE, 1)
    pair.turn()
    known = pair.edge.policy.known
    again = pair.edge.policy.__class__(
        pair.edge.settings.data_dir, pair.edge.memory, pair.edge.clock, storages.HOSPITAL, 168, 2
    )
    assert known.number > 0
    assert again.known == known._replace(number=0)
