"""The consent list at the edge: kept, applied, resumed; and when it opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hie.edge import policy as policies
from hie.edge.policy import NO_POSITION, PolicyCache
from hie.exchange.gate.policy import Policy
from hie.exchange.ports.spool import Item, ItemState
from hie.record.errors import Invalid
from hie.store.spool import SqliteSpool
from tests import storages
from tests.edges import DAY, HandClock, World, an_edge
from tests.storages import CLINIC, HOSPITAL

ANNE, BILL = "0000000001", "0000000002"
HOUR = 3_600_000


def test_without_a_list_nothing_leaves(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        assert world.edge.policy.position == NO_POSITION
        assert world.edge.policy.trouble() == "no consent list"


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        world.hub.position = 0
        world.edge.sync()
        assert world.edge.policy.position == 0
        assert not world.edge.policy.trouble()


def test_a_list_that_was_not_confirmed_for_too_long_opens_nothing(tmp_path: Path) -> None:
    with an_edge(tmp_path, policy_hours=168) as world:
        world.hub.consent(ANNE)
        world.edge.sync()
        world.clock.at += 168 * HOUR
        assert not world.edge.policy.trouble()
        world.clock.at += 1
        assert world.edge.policy.trouble() == "the consent list is too old"
        world.edge.sync()
        assert not world.edge.policy.trouble()


def test_a_clock_that_was_set_back_for_days_is_forgiven_at_the_next_contact(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        world.hub.consent(ANNE)
        world.edge.sync()
        world.clock.at -= 3 * DAY
        assert world.edge.policy.trouble()
        world.edge.sync()
        assert not world.edge.policy.trouble()


def test_a_list_is_still_there_after_a_restart_with_its_age(tmp_path: Path) -> None:
    clock = HandClock()
    with an_edge(tmp_path, clock=clock) as world:
        hub = world.hub
        hub.consent(ANNE)
        world.edge.sync()
        position, received_at = world.edge.policy.position, world.edge.policy.received_at
    clock.at += DAY
    with an_edge(tmp_path, hub, clock) as world:
        assert world.edge.policy.position == position
        assert world.edge.policy.received_at == received_at
        assert world.edge.policy.patients() == [ANNE]


def test_the_list_of_another_facility_is_refused(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        world.hub.facility = CLINIC
        with pytest.raises(Invalid):
            world.edge.sync()
        assert world.edge.policy.position == NO_POSITION


def test_a_kept_list_that_cannot_be_read_is_no_list(tmp_path: Path) -> None:
    clock = HandClock()
    with an_edge(tmp_path, clock=clock) as world:
        hub = world.hub
        hub.consent(ANNE)
        world.edge.sync()
    kept = tmp_path / "edge" / "consents.json"
    kept.write_bytes(kept.read_bytes()[:-5])
    with an_edge(tmp_path, hub, clock) as world:
        assert world.edge.policy.trouble() == "no consent list"
        world.edge.sync()
        assert not world.edge.policy.trouble()


class Killed(Exception):
    """The process ended here."""


class KilledIn(SqliteSpool):
    """A spool whose process is killed after so many patients were asked again."""

    left = 10**9

    def regated(self, patient: str, may_leave: Callable[[Item], bool] | None, now: int) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1
        super().regated(patient, may_leave, now)


@pytest.mark.parametrize("after", range(3))
def test_a_kill_between_keeping_and_applying_is_made_good_at_the_next_start(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "_PATIENTS_AT_ONCE", 1)
    clock = HandClock()
    with an_edge(tmp_path, clock=clock) as world:
        hub = world.hub
        for number, patient in enumerate((ANNE, BILL), 1):
            storages.laboratory(patient, number).place(world.root)
            hub.consent(patient)
        world.turn()
    newer = Policy(hub.position + 1, clock.now(), HOSPITAL, {})
    spool = KilledIn(tmp_path / "edge" / "spool.sqlite3", world.edge.settings.formats)
    spool.left = after
    cache = PolicyCache(tmp_path / "edge", spool, clock, HOSPITAL, 168)
    cache.learned(newer)
    if after < 2:
        with pytest.raises(Killed):
            cache.apply()
        assert not cache.is_applied
        assert cache.trouble()
    else:
        cache.apply()
    spool.close()
    hub.position, hub.patients = newer.position, dict(newer.patients)
    with an_edge(tmp_path, hub, clock) as world:
        world.edge.sync()
        assert world.edge.policy.is_applied
        assert _states(world) == {ItemState.WITHDRAWN: 2}
        assert hub.names() == []


def test_applying_twice_changes_nothing(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        storages.laboratory(ANNE, 1).place(world.root)
        world.hub.consent(ANNE)
        world.turn()
        before = _states(world)
        assert world.edge.policy.apply() == 0
        assert _states(world) == before


def _states(world: World) -> dict[ItemState, int]:
    return {state: count for (_, state), count in world.edge.memory.counts().items()}
