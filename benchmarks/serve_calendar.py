"""P9 and P10: the calendar of the densest patient, as a query, as JSON and as HTML.

    python benchmarks/serve_calendar.py [--patients 22013] [--entries 45] [--factor 10]

Builds a region of `--patients` and, unless `--factor 0`, one that many times larger, and measures in
one run, medians of five rounds:

* P9: the bare SELECT of one local patient's rows, `registry.find` under a grant, and the whole
  question (links, consents, gate, audit, commit, find); one year and ten years; the same in the
  larger region.
* P10: requests per second through uvicorn with one worker, driven by wrk: a FastAPI route that does
  nothing, the calendar as JSON for one year (session, gate, audit on disk, query); and the processor
  time of the HTML page against the raw SELECT of the same rows.

Ends with 1 if a floor is missed: JSON >= 0.35 of the no-op rate, HTML <= 15 x the SELECT, latency
within ten per cent when the region grows.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import uvloop
from region_rows import CLINIC, DOCTOR, Made, fill
from served_hub import TOKEN, ServedHub
from starlette.types import ASGIApp, Message

from consent.grant import Grant
from hie.clock import SystemClock
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import Device, Session, Store
from hie.exchange.records.timeline import TimelineRequest, admitted, timeline
from hie.exchange.signing.browsers import token_hash
from hie.record.identifiers import PatientId
from hie.record.times import Day, Period
from hie.store import open_store

ONE_YEAR = Period(Day(20250101), Day(20251231))
HALF_YEAR = Period(Day(20250707), Day(20260104))  # as the page lays it out
TEN_YEARS = Period(Day(20160101), Day(20251231))
ROUNDS = 5
JSON_FLOOR = 0.35
HTML_CEILING = 15.0
GROWTH_CEILING = 1.10


def main() -> int:
    """Run, print the tables, return the exit status."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patients", type=int, default=22013)
    arguments.add_argument("--entries", type=int, default=45)
    arguments.add_argument("--factor", type=int, default=10)
    arguments.add_argument("--keep", help="folder for the databases, used again if they are there")
    given = arguments.parse_args()
    missed: list[str] = []
    base = Path(given.keep) if given.keep else Path(tempfile.mkdtemp(prefix="calendar-"))
    try:
        small = _region(base / "x1", given.patients, given.entries)
        regions = {"x1": small}
        if given.factor:
            regions[f"x{given.factor}"] = _region(
                base / f"x{given.factor}", given.patients * given.factor, given.entries
            )
        missed += queries(regions)
        missed += endpoint(*small)
    finally:
        if not given.keep:
            shutil.rmtree(base)
    for one in missed:
        print("FLOOR MISSED:", one)
    return 1 if missed else 0


def _region(folder: Path, patients: int, mean: int) -> tuple[Path, Made]:
    noted = folder / "made.json"
    if noted.exists():
        kept = orjson.loads(noted.read_bytes())
        return folder, Made(kept[0], kept[1], kept[2], tuple(kept[3]))
    folder.mkdir(parents=True)
    store = open_store(f"sqlite:///{folder / 'hie.sqlite3'}", str(folder / "objects"))
    made = fill(store, patients, mean)
    with store.work() as work:
        work.devices.keep(Device("bench", b"bench", "", 0, 0))
        who = (token_hash(TOKEN), DOCTOR.user, DOCTOR.facility, DOCTOR.role, "bench", "csrf")
        work.sessions.open(Session(*who, 0, 2**50, 2**51, 0, 2))
    store.close()
    noted.write_bytes(orjson.dumps(tuple(made)))
    return folder, made


# --- P9 -------------------------------------------------------------------------------------------


def queries(regions: dict[str, tuple[Path, Made]]) -> list[str]:
    """Measure the query in each region, the regions taking turns; return missed floors."""
    print("\nP9 calendar query, microseconds p50 / p99 (densest patient; typical patients)")
    stores = {
        name: open_store(f"sqlite:///{folder / 'hie.sqlite3'}", str(folder / "objects"))
        for name, (folder, _) in regions.items()
    }
    figures: dict[tuple[str, str], float] = {}
    for who in ("densest", "typical"):
        for words, period in (("1 year", ONE_YEAR), ("10 years", TEN_YEARS)):
            samples: dict[tuple[str, str], list[float]] = {}
            for _ in range(ROUNDS):
                for name, (folder, made) in regions.items():
                    people = [made.densest] * 200 if who == "densest" else list(made.typical[:200])
                    for what, times in _round(stores[name], folder, people, period).items():
                        samples.setdefault((name, what), []).extend(times)
            for (name, what), times in samples.items():
                p50 = statistics.median(times)
                p99 = statistics.quantiles(times, n=100)[98]
                figures[name, f"{who} {words} {what}"] = p50
                print(f"  {name:4} {who} {words:8} {what:28} {p50:8.1f} / {p99:8.1f}")
    for store in stores.values():
        store.close()
    return _growth(figures, list(regions))


def _growth(figures: dict[tuple[str, str], float], names: list[str]) -> list[str]:
    missed = []
    for _, what in [key for key in figures if key[0] == names[0]] if len(names) > 1 else []:
        ratio = figures[names[-1], what] / figures[names[0], what]
        print(f"  growth {names[-1]}/{names[0]} {what:40} {ratio:5.2f}")
        if what == "densest 1 year find under a grant" and ratio > GROWTH_CEILING:
            missed.append(f"{what} grew by {ratio:.2f}, ceiling {GROWTH_CEILING}")
    for name in names:
        ratio = (
            figures[name, "typical 1 year find under a grant"] / figures[name, "typical 1 year bare SELECT"]
        )
        print(
            f"  {name}: find / bare SELECT of one local patient, typical, 1 year: {ratio:.2f} (goal <= 2.5)"
        )
    return missed


def _round(store: Store, folder: Path, people: list[PatientId], period: Period) -> dict[str, list[float]]:
    bare = sqlite3.connect(folder / "hie.sqlite3")
    clock = SystemClock()
    times: dict[str, list[float]] = {
        "bare SELECT": [],
        "find under a grant": [],
        "decide, audit, commit, find": [],
    }
    for person in people:
        local = bare.execute("select id from local_patient where patient = ? limit 1", (person,)).fetchone()[
            0
        ]
        with store.work() as work:
            answer = admit(work, clock.now(), [Asked(DOCTOR, person, "view")])[0]
        assert isinstance(answer.grant, Grant)
        # Both are the first to read after that commit, each on a connection of its own.
        times["bare SELECT"].append(_timed(lambda local=local: _bare(bare, [local], period)))
        with store.look() as work:
            find = work.registry.find
            times["find under a grant"].append(
                _timed(lambda find=find, answer=answer: find(answer.grant, period))
            )
        request = TimelineRequest(DOCTOR, person, period)
        times["decide, audit, commit, find"].append(
            _timed(lambda request=request: timeline(store, admitted(store, clock, [request])[0]))
        )
    bare.close()
    return times


def _bare(connection: sqlite3.Connection, locals_: list[int], period: Period) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for local in locals_:
        found += connection.execute(
            "select id, service_day, class_code, data_kind, department, item_count, abnormal_count, link"
            " from entry where local_patient = ? and service_day between ? and ?",
            (local, period.start, period.end),
        ).fetchall()
    return found


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter_ns()
    act()
    return (time.perf_counter_ns() - start) / 1000


# --- P10 ------------------------------------------------------------------------------------------


def endpoint(folder: Path, made: Made) -> list[str]:
    """Measure the routes; return missed floors."""
    missed = []
    print("\nP10 through uvicorn, one worker, wrk -t1, requests per second (medians of five)")
    json_path = f"/api/patients/{made.densest}/timeline?from=20250701&to=20251231"
    year_path = f"/api/patients/{made.typical[0]}/timeline?from=20250101&to=20251231"
    html_path = f"/patients/{made.densest}?view=half&at=20251231"
    with ServedHub(folder) as server:
        for clients in (1, 16, 64):
            rates: dict[str, list[float]] = {}
            for _ in range(ROUNDS):
                for what, path in (
                    ("no-op", "/noop"),
                    ("JSON, densest, half a year", json_path),
                    ("JSON, typical, a year", year_path),
                    ("HTML, densest", html_path),
                ):
                    rates.setdefault(what, []).append(server.rate(path, clients))
            none = statistics.median(rates["no-op"])
            for what, found in rates.items():
                rate = statistics.median(found)
                print(f"  c={clients:<3} {what:28} {rate:10.0f}/s  {rate / none:5.2f} of no-op")
                if clients == 64 and what == "JSON, typical, a year" and rate / none < JSON_FLOOR:
                    missed.append(f"{what}: {rate / none:.2f} of no-op, floor {JSON_FLOOR}")
                if clients == 64 and what.startswith("JSON, densest") and rate / none < JSON_FLOOR:
                    missed.append(f"{what}: {rate / none:.2f} of no-op, floor {JSON_FLOOR}")
    missed += html(folder, made)
    return missed


def html(folder: Path, made: Made) -> list[str]:
    """Measure the page in process against the raw SELECT of the same rows; return missed floors."""
    os.environ["HIE_DATA_DIR"] = str(folder)
    from hie.hub.app import application  # noqa: PLC0415  the settings must stand first
    from hie.hub.feeding import collect_rarely  # noqa: PLC0415
    from hie.hub.settings import Settings  # noqa: PLC0415
    from hie.hub.wiring import wire  # noqa: PLC0415

    app = application(wire(Settings()))
    collect_rarely()  # as `hie hub` does
    bare = sqlite3.connect(folder / "hie.sqlite3")
    locals_ = [
        row[0] for row in bare.execute("select id from local_patient where patient = ?", (made.densest,))
    ]

    async def measure() -> tuple[list[float], list[float], list[float]]:
        pages, waits, selects = [], [], []
        for _ in range(ROUNDS * 40):
            start = time.process_time_ns()
            rows = _bare(bare, locals_, HALF_YEAR)
            selects.append((time.process_time_ns() - start) / 1000)
            start, since = time.process_time_ns(), time.perf_counter_ns()
            size = await _page(app, made.densest)
            pages.append((time.process_time_ns() - start) / 1000)
            waits.append((time.perf_counter_ns() - since) / 1000)
        print(f"  HTML: {len(rows)} rows, {size / 1024:.0f} KB")
        return pages, waits, selects

    # On the loop the hub is served with; all threads counted, but not the wait for the disk's flush.
    page_time, wait, select_time = (statistics.median(times) for times in uvloop.run(measure()))
    ratio = page_time / select_time
    print(
        f"  HTML page {page_time:.0f} us of processor ({wait:.0f} us with the flush), raw SELECT"
        f" {select_time:.0f} us, {ratio:.1f} x (<= {HTML_CEILING})"
    )
    return [] if ratio <= HTML_CEILING else [f"HTML is {ratio:.1f} x the SELECT, ceiling {HTML_CEILING}"]


async def _page(app: ASGIApp, patient: PatientId) -> int:
    """Ask for the calendar and return its bytes."""
    path, sent = f"/patients/{patient}", list[Message]()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "path": path, "raw_path": path.encode(), "query_string": b"view=half&at=20251231", "scheme": "http",
        "headers": [(b"cookie", b"hie_session=" + TOKEN.encode())], "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    await app(scope, receive, send)
    assert sent[0]["status"] == 200, sent[0]
    return sum(len(one.get("body", b"")) for one in sent)


if __name__ == "__main__":
    assert CLINIC
    sys.exit(main())
