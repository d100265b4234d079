"""What an edge says of itself, and the tasks it is given."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from hie.edge.replaying import LONGEST
from hie.edge.status import own_key
from hie.exchange.ports.spool import ItemState
from tests import storages
from tests.edges import HandClock, World, an_edge

ANNE, BILL = "0000000001", "0000000002"


def _poisoned(world: World, patient: str, order: int) -> Path:
    path = storages.laboratory(patient, order).place(world.root)
    path.write_bytes(b"no message")
    return path


def test_a_report_counts_by_source_and_state(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        storages.laboratory(ANNE, 1).place(world.root)
        _poisoned(world, ANNE, 2)
        world.hub.consent(ANNE)
        world.turn()
        world.edge.report()
        emr, pacs = world.hub.report["sources"]
        assert emr["counts"] == {"filed": 1, "unreadable": 1}
        assert emr["looked_at"] == world.clock.now()
        assert pacs["counts"] == {}
        assert world.hub.report["policy"]["position"] == world.hub.position
        assert world.hub.report["oldest_unsent_at"] == 0
        assert 0 < world.hub.report["disk_free"] <= world.hub.report["disk_total"]


def test_files_of_patients_without_consent_are_named_by_digest_only(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        anne, bill = _poisoned(world, ANNE, 1), _poisoned(world, BILL, 2)
        world.hub.consent(ANNE)
        world.hub.consent(BILL)
        world.turn()
        world.hub.withdraw(BILL)
        world.turn()
        world.edge.report()
        said = json.dumps(world.hub.report)
        assert anne.name in said
        assert BILL not in said
        assert bill.name not in said
        assert len(world.hub.report["quarantine"]) == 2


def test_the_digest_of_a_name_can_be_tried_out_by_nobody_else(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        (world.root / "no grammar").write_bytes(b"x")
        world.hub.consent(ANNE)
        world.turn()
        world.edge.report()
        (told,) = world.hub.report["quarantine"]
        assert told["locator"].startswith("emr/")
        for text in ("no grammar", "emr/no grammar"):
            assert sha256(text.encode()).hexdigest()[:32] not in told["locator"]
        key = own_key(world.edge.memory, world.clock)
        assert key.hex().encode() not in bytes(world.hub.seen_bytes)
    with an_edge(tmp_path, world.hub, world.clock) as again:
        again.edge.report()
        assert again.hub.report["quarantine"] == [told]
        again.hub.tasks = [
            {"id": "7", "kind": "replay", "body": {"source": "emr", "locators": [told["locator"]]}}
        ]
        again.edge.report()
        assert (again.hub.outcomes, again.hub.details) == ({"7": "done"}, {"7": "tried 1, quarantined 1"})
    with an_edge(tmp_path / "other", clock=HandClock()) as other:
        other.clock.new_id()
        (other.root / "no grammar").write_bytes(b"x")
        other.turn()
        other.edge.report()
        assert other.hub.report["quarantine"][0]["locator"] != told["locator"]


def test_a_replay_that_the_hub_asks_for_is_done_and_answered(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        first, second = _poisoned(world, ANNE, 1), _poisoned(world, ANNE, 2)
        world.hub.consent(ANNE)
        world.turn()
        first.write_bytes(storages.laboratory(ANNE, 1).content)
        locator = first.relative_to(world.root).as_posix()
        world.hub.tasks = [
            {"id": "7", "kind": "replay", "body": {"source": "emr", "locators": [locator]}},
            {"id": "8", "kind": "dance", "body": {}},
            {"id": "9", "kind": "replay", "body": {"source": "nowhere", "locators": []}},
        ]
        assert world.edge.report() == 3
        assert world.hub.outcomes == {"8": "failed", "9": "failed"}
        world.turn()
        world.edge.report()
        assert (world.hub.outcomes["7"], world.hub.details["7"]) == ("done", "tried 1, filed 1")
        assert world.hub.names() == [first.name]
        assert [item.found.name for item in world.edge.memory.unreadable(9)] == [second.name]


def test_clocks_that_differ_are_said(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        world.hub.clock = type(world.clock)(world.clock.now() - 45_000)
        world.edge.report()
        assert world.edge.status()["skew"] == -45_000


def test_a_file_that_is_gone_without_a_flag_is_counted_as_left_at_the_hub(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        gone = storages.laboratory(ANNE, 1).place(world.root)
        rewritten = storages.laboratory(ANNE, 2).place(world.root)
        world.hub.consent(ANNE)
        world.turn()
        gone.unlink()
        rewritten.rename(rewritten.with_name(rewritten.name[:-1] + "0"))
        world.turn()
        world.edge.report()
        assert [one["left"] for one in world.hub.report["sources"]] == [1, 0]
        assert world.edge.memory.counts()["emr", ItemState.FILED] == 1
        assert gone.name in world.hub.names()


def test_a_replay_says_what_was_filed_what_is_still_wrong_and_what_was_not_found(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        first, _, foreign = _poisoned(world, ANNE, 1), _poisoned(world, ANNE, 2), _poisoned(world, BILL, 3)
        world.hub.consent(ANNE)
        world.hub.consent(BILL)
        world.turn()
        world.hub.withdraw(BILL)
        world.turn()
        world.edge.report()
        told = [one["locator"] for one in world.hub.report["quarantine"]]
        codes = {one["locator"]: one["code"] for one in world.hub.report["quarantine"]}
        assert sum(place == f"emr/{code}" for place, code in codes.items()) == 1
        assert foreign.name not in json.dumps(told)
        first.write_bytes(storages.laboratory(ANNE, 1).content)
        body = {"source": "emr", "locators": [*told, "emr/" + "0" * 32]}
        world.hub.tasks = [{"id": "7", "kind": "replay", "body": body}]
        world.edge.report()
        assert world.hub.outcomes == {}
        world.turn()
        world.edge.report()
        assert world.hub.details == {"7": "tried 3, filed 1, quarantined 1, withheld 1, missing 1"}


def test_a_replay_that_takes_long_says_what_still_waits(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        _poisoned(world, ANNE, 1)
        world.hub.consent(ANNE)
        world.turn()
        world.hub.tasks = [{"id": "7", "kind": "replay", "body": {"source": "emr", "locators": []}}]
        world.edge.report()
        world.clock.at += LONGEST
        world.edge.report()
        assert world.hub.details == {"7": "tried 1, waiting 1"}


def test_a_file_without_bytes_is_reported_as_empty(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        _poisoned(world, ANNE, 1).write_bytes(b"")
        _poisoned(world, ANNE, 2)
        world.hub.consent(ANNE)
        world.turn()
        world.edge.report()
        assert sorted(one["empty"] for one in world.hub.report["quarantine"]) == [False, True]
