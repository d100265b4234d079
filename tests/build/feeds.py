"""A region whose feeds are in every state that the monitor tells apart, and who watches them."""

from __future__ import annotations

import json
from pathlib import Path

from hie.exchange.ports import Account, FeedRun, Quarantined
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from tests.build.world import CENTRAL, PASSWORD, TODAY, World

MINUTE, HOUR = 60_000, 3_600_000
OFFICE = FacilityCode("1319900009")
WELL, LATE, TROUBLED, SILENT, REVOKED, NEVER = (FacilityCode(f"131990002{n}") for n in range(6))
NAMES = {
    WELL: "見本若葉病院",
    LATE: "見本遅刻病院",
    TROUBLED: "見本故障病院",
    SILENT: "見本無音病院",
    REVOKED: "見本停止病院",
    NEVER: "見本未登録病院",
}
NUMBER = "0012345678"
"""A patient's number that stands in a locator."""
LOCATOR = f"001/234/{NUMBER}/20240510/OML-11/{NUMBER}_20240510_OML-11_000000000000001_x"
GARBLED = f"001/234/{NUMBER}/20240511/OMP-01/{NUMBER}_20240511_OMP-01_000000000000002_x"


def status(now: int = TODAY, **changes: object) -> dict[str, object]:
    """Say how an edge is that is well, but for `changes`."""
    said: dict[str, object] = {
        "version": "0.2.0",
        "at": now,
        "sources": [source("main", "ssmix2-standard", now, filed=120_480, held=40_112, seen=12)],
        "oldest_unsent_at": 0,
        "policy": {"position": 3, "received_at": now - MINUTE},
        "skew": 200,
        "troubles": {},
        "disk_free": 41 * 10**9,
        "disk_total": 100 * 10**9,
        "spool_bytes": 10**9,
        "quarantine": [],
    }
    return said | changes


def source(name: str, kind: str, now: int, trouble: str = "", **counts: int) -> dict[str, object]:
    """Say how a source is."""
    said: dict[str, object] = {"name": name, "kind": kind, "counts": counts, "trouble": trouble}
    return said | {"looked_at": now - 9_000, "newest_at": now - 5 * MINUTE}


def aside(locator: str, reason: str, message: str, name: str = "main") -> dict[str, object]:
    """Name a document in quarantine, as an edge does."""
    seen_at = TODAY - 26 * HOUR
    return {"source": name, "locator": locator, "reason": reason, "message": message, "seen_at": seen_at}


def report(world: World, facility: FacilityCode, said: dict[str, object]) -> None:
    """Let an edge report, now."""
    with world.store.work() as work:
        work.contacts.report(facility, json.dumps(said), world.clock.now())


def enrol(world: World, facility: FacilityCode, now: int) -> None:
    """Enrol a facility's edge."""
    with world.store.work() as work:
        work.edges.offer(facility, facility.encode(), now + 1)
        assert work.edges.enrol(facility.encode(), now)


def account(world: World, login: str, facility: FacilityCode, role: Role) -> None:
    """Let somebody sign in."""
    with world.store.work() as work:
        encoded = world.passwords.hash(PASSWORD)
        work.accounts.add(Account(login, login, f"見本 {login}", facility, role, encoded))


def watched(folder: Path) -> World:
    """Found a region in which each light shines once, and two who watch it."""
    world = World(folder)
    with world.store.work() as work:
        for place, (code, name) in enumerate(NAMES.items()):
            work.directory.add(Facility(code, name, FacilityKind.HOSPITAL, name[2:4], place))
        work.directory.add(Facility(OFFICE, "見本協議会事務局", FacilityKind.SECRETARIAT, "事務局", 0))
    account(world, "jimukyoku", OFFICE, Role.SECRETARIAT)
    account(world, "matsuda", TROUBLED, Role.FEED_OPERATOR)
    for code in (WELL, LATE, TROUBLED, SILENT, REVOKED):
        enrol(world, code, TODAY - 40 * HOUR)
    _say(world)
    with world.store.work() as work:
        work.edges.revoke(REVOKED, TODAY - 30 * HOUR)
        for back in range(29, 0, -1):
            filed = (back * 37) % 90
            at = TODAY - back * HOUR
            work.feeds.finished(FeedRun(TROUBLED, at, at + 4_200, filed + 1, filed, 0, 0, back % 7 == 0))
        for code in (CENTRAL, WELL):
            work.feeds.finished(FeedRun(code, TODAY - 3 * HOUR, TODAY - 3 * HOUR + 900, 12, 11, 0, 0, 1))
        work.feeds.quarantine(
            [Quarantined(CENTRAL, LOCATOR, "JIS-03", "A byte is above 0x7F.", TODAY - 3 * HOUR)]
        )
    return world


def _say(world: World) -> None:
    now = TODAY
    report(world, WELL, status())
    waiting = source("main", "ssmix2-standard", now, filed=900, publishable=5_210, held=300)
    report(world, LATE, status(oldest_unsent_at=now - 50 * MINUTE, sources=[waiting]))
    sources = [
        source("main", "ssmix2-standard", now, filed=88_100, held=20_000, unreadable=2, publishable=3),
        source("papers", "ssmix2-extended", now, "2 folders not listed: PermissionError", filed=4_210),
        source("images", "dicom-folder", now, filed=310, seen=12),
    ]
    held = [
        aside(LOCATOR, "JIS-03", "A byte is above 0x7F."),
        aside(GARBLED, "ID-01", "The patient is not the one of the file's name."),
    ]
    troubles = {"papers": "2 folders not listed: PermissionError"}
    report(world, TROUBLED, status(sources=sources, quarantine=held, troubles=troubles, disk_free=3 * 10**9))
    world.clock.moment = TODAY - 3 * HOUR
    report(world, SILENT, status(world.clock.now()))
    report(world, REVOKED, status(world.clock.now()))
    world.clock.moment = TODAY
