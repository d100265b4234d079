"""A race for one patient after the other: somebody withdraws while others read, on connections of their own.

Moments are of the monotonic clock, which all processes of a machine share. A read is stale if it began
after the commit of the withdrawal had returned, and shows the document nevertheless.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Barrier, BrokenBarrierError, Event, Thread
from typing import NamedTuple

from consent.model import ConsentEvent, EventKind, Provision
from hie.clock import SystemClock
from hie.exchange.feeds.reading import reread_document
from hie.exchange.gate.publish import publishable
from hie.exchange.ports import Account, Device, Session, Store, UnitOfWork
from hie.exchange.records.retrieve import open_entry
from hie.exchange.records.timeline import TimelineRequest, admitted, timeline
from hie.exchange.signing.browsers import token_hash
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId, FacilityCode, LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind, HumanName, Patient
from hie.record.requester import Requester, Role
from hie.record.times import FIRST_DAY, LAST_DAY, Period
from tests.filed import a_filing, facts

HOSPITAL, CLINIC = FacilityCode("1310000001"), FacilityCode("1320000001")
DOCTOR = Requester("racer", "見本 医師", CLINIC, Role.DOCTOR)
AT = 1_700_000_000_000
NAMED = Provision(recipients=frozenset({CLINIC}))
MOST_DELAY = 0.002
"""Seconds for which whoever withdraws waits at most after a reader has begun."""


class Racer(NamedTuple):
    """A patient with one document."""

    patient: PatientId
    entry: EntryId


PAUSE = 0.003
"""Seconds between two reads: SQLite keeps no queue, and who reads without a pause keeps all others out."""
PATIENCE = 60.0

Read = Callable[[Racer], bool]
"""Reads the document; says whether it was shown."""


class Round(NamedTuple):
    """What came of one race."""

    reads: int
    shown: int
    stale: int
    overlapped: bool
    """Whether a read was under way while the withdrawal was committed."""
    refused_after: float
    """Seconds from the commit until the first refusal had come back to every reader."""


class Now:
    """A `Clock` that counts on from the moment of the consents."""

    def now(self) -> int:
        """Return the moment."""
        return AT + 1000 + time.monotonic_ns() // 1_000_000

    def new_id(self) -> str:
        """Return an identifier."""
        return f"{time.monotonic_ns():032x}"


CLOCK = Now()


def prepared(store: Store, count: int) -> list[Racer]:
    """Register so many patients, each with one document that the clinic may be shown."""
    with store.work() as work:
        work.directory.add(Facility(HOSPITAL, "見本病院", FacilityKind.HOSPITAL, "見", 0))
        work.directory.add(Facility(CLINIC, "見本医院", FacilityKind.CLINIC, "医", 1))
        for number in range(count):
            patient, value = PatientId(f"race{number:06d}"), f"{number:08d}"
            work.patients.enrol(Patient(patient, HumanName("見本", "花子", "ミホン", "ハナコ")))
            work.patients.link(LocalPatientId(HOSPITAL, value), patient, "desk", AT)
            _give(work, patient)
            allowed = publishable(work, HOSPITAL, [value], AT + 1)[value]
            filing = a_filing(store, facts(order=f"{number:015d}"), b"MSH|^~\\&|" + value.encode())
            work.registry.register(allowed.grant, allowed.local_patient, [filing])
    return [_racer(store, PatientId(f"race{number:06d}")) for number in range(count)]


def _racer(store: Store, patient: PatientId) -> Racer:
    (allowed,) = admitted(store, CLOCK, [TimelineRequest(DOCTOR, patient, Period(FIRST_DAY, LAST_DAY))])
    assert allowed is not None
    return Racer(patient, timeline(store, allowed).lines[0].id)


def _give(work: UnitOfWork, patient: PatientId) -> None:
    work.consents.record(ConsentEvent(0, patient, EventKind.GIVEN, AT, "desk", "form", (NAMED,)))


def _withdraw(work: UnitOfWork, patient: PatientId) -> None:
    work.consents.record(ConsentEvent(0, patient, EventKind.WITHDRAWN, AT, "desk", "form"))


def opens(store: Store) -> Read:
    """Read as the page of a document does."""

    def read(racer: Racer) -> bool:
        try:
            open_entry(store, CLOCK, DOCTOR, racer.patient, racer.entry, reread_document)
        except NotFound:
            return False
        return True

    return read


def looks(store: Store) -> Read:
    """Read as the calendar does."""

    def read(racer: Racer) -> bool:
        asked = TimelineRequest(DOCTOR, racer.patient, Period(FIRST_DAY, LAST_DAY))
        (allowed,) = admitted(store, CLOCK, [asked])
        return allowed is not None and bool(timeline(store, allowed).lines)

    return read


class _Reader(Thread):
    """Reads the patient of each round until it is refused."""

    def __init__(self, read: Read, begin: Barrier, end: Barrier) -> None:
        super().__init__(daemon=True)
        self._read, self._begin, self._end = read, begin, end
        self.racer: Racer | None = None
        self.reading = Event()
        self.reads: list[tuple[float, float, bool]] = []
        """When each began and ended, and whether the document was shown."""
        self.failed: Exception | None = None

    def run(self) -> None:
        """Go on until there is nobody to read."""
        try:
            while self._wait(self._begin) and self.racer is not None:
                self._follow(self.racer)
                self._wait(self._end)
        except Exception as error:  # noqa: BLE001  told by whoever races
            self.failed = error
            self.reading.set()
            self._begin.abort()
            self._end.abort()

    def _wait(self, barrier: Barrier) -> bool:
        barrier.wait(PATIENCE)
        return True

    def _follow(self, racer: Racer) -> None:
        self.reads = []
        while not self.reads or self.reads[-1][2]:
            began = time.monotonic()
            shown = self._read(racer)
            self.reads.append((began, time.monotonic(), shown))
            self.reading.set()
            time.sleep(PAUSE)


class Race:
    """Somebody at a desk, and readers."""

    def __init__(self, desk: Store, reads: Sequence[Read], seed: int) -> None:
        """Let them begin."""
        self._desk, self._chance = desk, Random(seed)
        self._begin, self._end = Barrier(len(reads) + 1), Barrier(len(reads) + 1)
        self._readers = [_Reader(read, self._begin, self._end) for read in reads]
        for reader in self._readers:
            reader.start()

    def run(self, racers: Sequence[Racer], rounds: int, *, fresh: bool = True) -> list[Round]:
        """Withdraw in each round from one patient, who consents again before the next, while all read.

        `fresh` racers have not withdrawn yet.
        """
        try:
            found = [
                self._round(racers[number % len(racers)], again=not fresh or number >= len(racers))
                for number in range(rounds)
            ]
            self._set_out(None)
        except BrokenBarrierError:
            raise next(
                (one.failed for one in self._readers if one.failed), RuntimeError("too slow")
            ) from None
        return found

    def _round(self, racer: Racer, *, again: bool) -> Round:
        if again:
            with self._desk.work() as work:
                _give(work, racer.patient)
        self._set_out(racer)
        for reader in self._readers:
            reader.reading.wait(PATIENCE)
        time.sleep(self._chance.random() * MOST_DELAY)
        started = time.monotonic()
        with self._desk.work() as work:
            _withdraw(work, racer.patient)
        committed = time.monotonic()
        self._end.wait(PATIENCE)
        return _judged([one for each in self._readers for one in each.reads], started, committed)

    def _set_out(self, racer: Racer | None) -> None:
        for reader in self._readers:
            reader.racer = racer
            reader.reading.clear()
        self._begin.wait(PATIENCE)


def _judged(reads: Sequence[tuple[float, float, bool]], started: float, committed: float) -> Round:
    return Round(
        len(reads),
        sum(shown for _, _, shown in reads),
        sum(shown and began > committed for began, _, shown in reads),
        any(began < committed and ended > started for began, ended, _ in reads),
        max(ended for _, ended, shown in reads if not shown) - committed,
    )


@contextmanager
def over_http(port: int, token: str) -> Iterator[Read]:
    """Read as a program does, at a hub of its own, over one connection that stays open."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def read(racer: Racer) -> bool:
        path = f"/api/patients/{racer.patient}/timeline"
        line.request("GET", path, headers={"Cookie": f"hie_session={token}"})
        answer = line.getresponse()
        body = answer.read()
        assert answer.status in {200, 404}, answer.status
        return answer.status == http.HTTPStatus.OK and bool(json.loads(body)["rows"])

    try:
        yield read
    finally:
        line.close()


def signed_in(store: Store, token: str) -> None:
    """Let the clinic's doctor have a session under this token."""
    now = SystemClock().now()
    with store.work() as work:
        doctor = Account(DOCTOR.user, DOCTOR.user, DOCTOR.name, CLINIC, Role.DOCTOR, "of nobody")
        work.accounts.add(doctor._replace(attested_at=now))
        work.devices.keep(Device("browser", token_hash("browser"), "", now, now))
        work.sessions.open(
            Session(
                *(token_hash(token), DOCTOR.user, CLINIC, Role.DOCTOR, "browser", "form", now, now),
                expires_at=now + 3_600_000,
                confirmed_at=now,
                assurance=2,
            )
        )


@contextmanager
def hub_process(data: Path, database: str, objects: str) -> Iterator[int]:
    """Run a hub as a process of its own; gives its port."""
    port = _free_port()
    environment = os.environ | {
        "HIE_DATA_DIR": str(data),
        "HIE_DATABASE_URL": database,
        "HIE_OBJECTS_URL": objects,
        "HIE_PORT": str(port),
    }
    hub = subprocess.Popen([sys.executable, "-m", "hie.cli", "hub"], env=environment)
    try:
        until = time.monotonic() + 60
        while not _answers(port):
            assert hub.poll() is None
            assert time.monotonic() < until, "the hub did not start"
            time.sleep(0.05)
        yield port
    finally:
        hub.terminate()
        hub.wait(30)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
