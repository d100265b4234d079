"""A lost device is stopped: from the secretariat's click until every session on it is refused.

    python benchmarks/device_stop.py [--sessions 1000] [--rounds 3]

The real hub is a process of its own on SQLite. So many sessions are live on one browser; every one of them
asks for a page and is answered. Then the browser is stopped through the store, as the page of the desk does,
and every session asks again, one after the other over its own connection. Measured: the commit of the stop,
the moment of the first refusal after it, and the last answer that was not a refusal. A session that is
answered after the commit is a failure. Ends with 1 if one was.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hie.clock import SystemClock
from hie.exchange.founding import operator
from hie.exchange.ports import Account, Device, Session, Store
from hie.exchange.signing.browsers import token_hash
from hie.exchange.signing.sessions import stop_device
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role

CLINIC = FacilityCode("1310000002")
DOCTOR = Account("bench", "bench", "見本 医師", CLINIC, Role.DOCTOR, "of nobody")
PAGE = "/acting"
"""A page for everybody who is signed in: it leads on, and a stranger to the sign-in."""
SOON = 5.0
"""Seconds in which the last session must be refused (security D10)."""


def main() -> int:
    """Run, print the table, return the exit status."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sessions", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="device-stop-") as folder:
        return measure(Path(folder), given.sessions, given.rounds)


def measure(folder: Path, sessions: int, rounds: int) -> int:
    """Stop a browser in each round; return 1 if a session was answered after the commit."""
    store, clock = stored_by(Settings(data_dir=folder)), SystemClock()
    with store.work() as work:
        work.directory.add(Facility(CLINIC, "見本診療所", FacilityKind.CLINIC, "見本", 1))
        work.accounts.add(DOCTOR)
    hub, port = _started(folder)
    late = 0
    try:
        print(f"{sessions} sessions on one browser, asked one after the other; seconds")
        print("round   commit   first refusal   all refused   p99 of an answer   answered after the commit")
        for number in range(rounds):
            _opened(store, clock, f"d{number}", sessions)
            tokens = [f"d{number}-{one}" for one in range(sessions)]
            before = [_ask(port, token)[0] for token in tokens]
            assert all(before), "a session was refused before the stop"
            began = time.perf_counter()
            stop_device(store, clock, operator("bench"), f"d{number}")
            commit = time.perf_counter() - began
            answers = [(*_ask(port, token), time.perf_counter() - began) for token in tokens]
            answered = sum(inside for inside, _, _ in answers)
            p99 = statistics.quantiles([took for _, took, _ in answers], n=100)[98]
            first, last = answers[0][2], answers[-1][2]
            print(f"{number:5} {commit:8.4f} {first:15.4f} {last:13.3f} {p99:18.4f} {answered:10}")
            late += answered + (last > SOON * max(1, sessions / 1000))
    finally:
        hub.terminate()
        hub.wait(30)
        store.close()
    return 1 if late else 0


def _opened(store: Store, clock: SystemClock, device: str, sessions: int) -> None:
    now = clock.now()
    with store.work() as work:
        work.devices.keep(Device(device, token_hash(device), "bench", now, now))
        for one in range(sessions):
            who = (token_hash(f"{device}-{one}"), DOCTOR.id, CLINIC, Role.DOCTOR, device, "csrf")
            work.sessions.open(Session(*who, now, now, now + 3_600_000, now, 2))


def _started(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    port = 18480
    program = Path(sys.executable).with_name("hie")
    hub = subprocess.Popen(
        [program, "hub", "--port", str(port)], env={"HIE_DATA_DIR": str(folder)}, stdout=subprocess.DEVNULL
    )
    for _ in range(200):
        try:
            _ask(port, "nobody")
        except OSError:
            time.sleep(0.1)
        else:
            return hub, port
    hub.kill()
    raise SystemExit("the hub did not start")


def _ask(port: int, token: str) -> tuple[bool, float]:
    """Ask for a page; say whether somebody was signed in, and how long it took."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", PAGE, headers={"Cookie": f"hie_session={token}", "Accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        where = answer.getheader("location", "")
        return not where.startswith("/sign-in"), time.perf_counter() - began
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
