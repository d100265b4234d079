"""Seven virtual days without a hub, with daily change and decisions; then the hub is back."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hie.exchange.ports.spool import ItemState
from hie.record.errors import Unavailable
from tests import storages
from tests.edges import DAY, World, an_edge

PATIENTS = [f"77{number:08d}" for number in range(1, 31)]
SEED = 20261120


def _standing(world: World) -> dict[tuple[str, str, str], bytes]:
    """Return what stands at the sources of patients with consent, as the hub should hold it."""
    found: dict[tuple[str, str, str], bytes] = {}
    for path in world.root.rglob("*_*"):
        if path.is_file() and path.name.split("_")[0] in world.hub.patients:
            found["emr", path.name.split("_")[0], path.name] = path.read_bytes()
    return found


class Hospital:
    """Writes every day, and changes what it wrote."""

    def __init__(self, root: Path, dice: random.Random) -> None:
        self._root = root
        self._dice = dice
        self._order = 0
        self._written: list[storages.Document] = []

    def write(self, count: int, at: str) -> None:
        """Write so many new documents of a day."""
        for _ in range(count):
            self._order += 1
            made = storages.laboratory(self._dice.choice(PATIENTS), self._order, at=at)
            made.place(self._root)
            self._written.append(made)

    def replace(self, count: int) -> None:
        """Supersede so many documents: the old file is renamed `_1` to `_2`, a newer one stands beside it."""
        for _ in range(count):
            number = self._dice.randrange(len(self._written))
            old = self._written[number]
            path = self._root / old.name.locator()
            path.rename(path.with_name(old.name._replace(flag="2").text()))
            newer = storages.resent(old)
            newer.place(self._root)
            self._written[number] = newer


def _a_day_without_the_hub(world: World, hospital: Hospital, day: int) -> None:
    world.clock.at += DAY
    hospital.write(20, f"2026030{day + 2}")
    hospital.replace(8)
    world.hub.withdraw(PATIENTS[day])
    world.hub.consent(PATIENTS[20 + day])
    world.edge.look_at_all(sweep=day % 3 == 0)
    world.edge.examine()
    with pytest.raises(Unavailable):
        world.edge.sync()


def _seven_days(world: World) -> None:
    hospital = Hospital(world.root, random.Random(SEED))
    for patient in PATIENTS[:20]:
        world.hub.consent(patient)
    hospital.write(120, "20260301")
    world.turn()
    assert world.hub.held == _standing(world)
    with world.hub.away() as asked:
        for day in range(7):
            _a_day_without_the_hub(world, hospital, day)
    assert set(asked) <= {"/edge/v1/policy", "/edge/v1/status"}
    world.hub.log.clear()
    world.hub.sent.clear()


def test_after_seven_days_offline_withdrawals_come_before_any_document(tmp_path: Path) -> None:
    with an_edge(tmp_path, batch_documents=20) as world:
        _seven_days(world)
        world.turn()
        moves = [line.split() for line in world.hub.log if line.startswith(("recall", "document"))]
        first_document = next(number for number, move in enumerate(moves) if move[0] == "document")
        assert {move[1] for move in moves[:first_document]} == set(PATIENTS[:7])
        assert all(move[0] == "document" for move in moves[first_document:])


def test_after_seven_days_offline_nothing_is_lost_and_nothing_double(tmp_path: Path) -> None:
    with an_edge(tmp_path, batch_documents=20) as world:
        _seven_days(world)
        world.turn()
        assert world.hub.held == _standing(world)
        assert len(world.hub.sent) == len(set(world.hub.sent))
        counts = world.edge.memory.counts()
        assert counts["emr", ItemState.FILED] == len(world.hub.held)
        assert counts.keys() <= {
            ("emr", state) for state in (ItemState.FILED, ItemState.WITHDRAWN, ItemState.HELD, ItemState.SEEN)
        }


def test_nothing_of_whoever_never_consented_left_in_these_days(tmp_path: Path) -> None:
    with an_edge(tmp_path, batch_documents=20) as world:
        _seven_days(world)
        world.turn()
        world.edge.report()
        assert len(_standing(world)) > 100
        assert [who for who in PATIENTS[27:] if who.encode() in world.hub.seen_bytes] == []
        assert PATIENTS[25].encode() in world.hub.seen_bytes
