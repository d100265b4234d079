"""The hub says that it lives and that its store answers, without taking a turn from those who write."""

from __future__ import annotations

from pathlib import Path

from hie.hub.app import application
from tests.build.served import Client, served
from tests.build.stories import Region
from tests.build.world import World


def test_it_is_ready_while_somebody_writes(region: Region, browser_of_nobody: Client) -> None:
    with region.world.store.work() as work:
        work.sessions.close(b"nobody's")  # takes the turn and keeps it
        answers = [browser_of_nobody.get(path) for path in ("/health/live", "/health/ready")]
    assert [(answer.status, answer.text) for answer in answers] == [(200, "live"), (200, "ready")]


def test_a_stranger_learns_only_whether_the_trail_is_well(tmp_path: Path) -> None:
    hub = World(tmp_path).hub()  # a store of its own: serving ends by closing it
    alarmed = hub._replace(services=hub.services._replace(alarms=lambda: ("audit-gaps",)))
    with served(application(alarmed)) as address:
        answer = Client(address).get("/health/audit")
    assert (answer.status, answer.text) == (503, "not well")
