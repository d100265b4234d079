"""No byte of a patient's record leaves the hub before its audit row is on disk; and what leaves is counted.

Two measures that do not trust the handlers. The door keeps the ids of requests whose rows of a granted look
have just been committed, and breaks off an answer of a patient's route whose id is not among them; for a
page of a desk that has none it writes one. And it writes every such answer into a ledger beside the database,
which is laid beside the trail every night (`completeness`): what the first measure should ever
let through, the second one finds.
"""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hie.exchange.gate.declared import About
from hie.exchange.ports import AuditEvent, ChainRow, Clock, Store
from hie.exchange.ports.audit import COLUMNS
from hie.exchange.trail.audit_words import LOOKING, SHOWN
from hie.exchange.trail.completeness import Release
from hie.hub.entrance import Guarded
from hie.record.errors import HieError
from hie.record.identifiers import is_patient_id
from hie.record.requester import Requester
from hie.record.times import JST

FOLDER = "released"
KEPT_DAYS = 14
_LAST = 2**42
"""A moment, milliseconds since 1970, after which no answer is: some time in the 22nd century."""
DAY = 24 * 60 * 60 * 1000
MOST_REMEMBERED = 100_000
"""Ids of requests whose answers have not ended; those of clients that went away stay until there are more."""
_REQUEST, _ACTION, _OUTCOME = (COLUMNS.index(one) for one in ("request", "action", "outcome"))
_GOOD = frozenset(range(200, 300)) - {204, 205}
"""Statuses of answers that have a body and are no refusal."""
WATCHED = frozenset({About.PATIENT, About.DECISIONS})
"""What routes are about whose answers show somebody."""
DESK_PAGE = "desk-page"
"""The row of a page about decisions whose handler wrote none of its own."""

_log = logging.getLogger(__name__)


class Unrecorded(HieError):
    """A handler would have answered about a patient without an audit record: a defect, never a byte."""


class Recorded:
    """The requests of which a granted look is on disk, and whose answers have not ended."""

    def __init__(self) -> None:
        """Know none."""
        self._lock = Lock()
        self._requests: OrderedDict[str, None] = OrderedDict()

    def witness(self, rows: Sequence[ChainRow]) -> None:
        """Remember the requests of looks that have just been committed; a refusal lets nothing out."""
        with self._lock:
            for row in rows:
                shown = row.fields[_ACTION] in LOOKING and row.fields[_OUTCOME] in SHOWN
                if shown and (request := str(row.fields[_REQUEST])):
                    self._requests[request] = None
            while len(self._requests) > MOST_REMEMBERED:
                self._requests.popitem(last=False)

    def __contains__(self, request: str) -> bool:
        """Say whether a request has its row."""
        return request in self._requests

    def over(self, request: str) -> None:
        """Forget a request that is answered."""
        with self._lock:
            self._requests.pop(request, None)


class Ledger:
    """A file a day, a line an answer: when, which request, which route, how many bytes."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        """Keep the files in a folder below `data_dir`."""
        self._folder = data_dir / FOLDER
        self._clock = clock
        self._lock = Lock()
        self._open: tuple[str, int] | None = None
        """The day that is written to, and its descriptor: not every answer opens the file."""
        self.lost = False
        """Whether a line could not be written."""
        self.torn = 0
        """Lines of the day that was read last that are none: a power cut or a full disk broke them off."""

    def note(self, request: str, route: str, size: int) -> None:
        """Write an answer down; a full disk stops nobody, but is told."""
        now = self._clock.now()
        line = f"{now}\t{request}\t{route}\t{size}\n".encode()
        try:
            with self._lock:
                written = os.write(self._descriptor(self.name_of(now)), line)
                if written != len(line):
                    self._close()  # the next line shall stand alone
                    self._say_lost()
        except OSError:
            self.close()
            self._say_lost()

    def day(self, moment: int) -> Iterator[Release]:
        """Return the answers of the Japanese day of a moment, as far as they are kept; count what is none."""
        return self.read(self.name_of(moment))

    def days(self) -> list[str]:
        """Return the names of the days that are kept, oldest first."""
        return sorted(file.name for file in self._folder.glob("*.tsv"))

    def read(self, name: str) -> Iterator[Release]:
        """Return the answers of a day by its name."""
        self.torn = 0
        file = self._folder / name
        if not file.exists():
            return
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if (read := _release(line)) is not None:
                    yield read
                elif line.strip():
                    self.torn += 1

    def close(self) -> None:
        """Let go of the file of the day; the next line opens it again."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._open:
            os.close(self._open[1])
        self._open = None

    def _descriptor(self, name: str) -> int:
        if self._open is None or self._open[0] != name:
            self._close()
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            opened = os.open(self._folder / name, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            self._open = (name, opened)
            size = os.fstat(opened).st_size
            if size and os.pread(opened, 1, size - 1) != b"\n":
                os.write(opened, b"\n")  # what a power cut left of the last line
        return self._open[1]

    def _say_lost(self) -> None:
        if not self.lost:
            _log.warning("the ledger of answers cannot be written")
        self.lost = True

    def tidy(self) -> None:
        """Forget days that are long past, and that a line was lost before today."""
        self.lost = False
        oldest = self.name_of(self._clock.now() - KEPT_DAYS * DAY)
        for file in self._folder.glob("*.tsv"):
            if file.name < oldest:
                file.unlink(missing_ok=True)

    @staticmethod
    def name_of(moment: int) -> str:
        """Return the name of the file of a moment's Japanese day."""
        return f"{datetime.fromtimestamp(moment / 1000, JST):%Y%m%d}.tsv"


def _release(line: str) -> Release | None:
    """Read a line of the ledger; nothing where it is none."""
    try:
        at, request, route, size = line.rstrip("\n").split("\t")
        read = Release(int(at), request, route, int(size))
    except ValueError:
        return None
    return read if 0 < read.at < _LAST and line.endswith("\n") else None


class Releasing:
    """Middleware behind authentication: watches what the routes about patients and decisions answer."""

    def __init__(self, app: ASGIApp, store: Store, clock: Clock, recorded: Recorded, ledger: Ledger) -> None:
        """Wrap `app`."""
        self._app = app
        self._store = store
        self._clock = clock
        self._recorded = recorded
        self._ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and watch."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request: str = scope["state"]["origin"].request
        watch = _Watch(scope, send, self)
        try:
            await self._app(scope, receive, watch.send)
        finally:
            watch.note()  # what left before a line broke
            self._recorded.over(request)

    async def let_out(self, scope: Scope, guarded: Guarded) -> None:
        """Return if a look of this request is on disk; else write one of a desk, or raise `Unrecorded`."""
        if scope["state"]["origin"].request in self._recorded:
            return
        requester: Requester | None = scope["state"].get("requester")
        if guarded.declared.about is About.PATIENT or requester is None:
            raise Unrecorded("an answer about a patient has no audit record")
        whom = str(scope.get("path_params", {}).get("patient", ""))
        patient = whom if is_patient_id(whom) else ""
        event = AuditEvent(
            self._clock.now(),
            requester,
            DESK_PAGE,
            "done",
            patient,
            0,
            (),
            0,
            f"{scope['method']} {guarded.path}",
        )
        await run_in_threadpool(self._write_down, event)

    def counted(self, scope: Scope, size: int) -> None:
        """Note how much went out."""
        self._ledger.note(scope["state"]["origin"].request, scope["state"]["guarded"].path, size)

    def _write_down(self, event: AuditEvent) -> None:
        with self._store.work() as work:
            work.audit.append([event])


class _Watch:
    """Watches one answer go out."""

    def __init__(self, scope: Scope, send: Send, releasing: Releasing) -> None:
        self._scope = scope
        self._send = send
        self._releasing = releasing
        self._watched = False
        self._size = 0

    async def send(self, message: Message) -> None:
        """Let a piece go out, the first one about somebody only behind its row."""
        if message["type"] == "http.response.start":
            guarded: Guarded | None = self._scope["state"].get("guarded")
            if guarded and guarded.declared.about in WATCHED and message["status"] in _GOOD:
                await self._releasing.let_out(self._scope, guarded)
                self._watched = True
        elif self._watched:
            self._size += len(message.get("body", b""))
            if not message.get("more_body", False):
                self.note()
        await self._send(message)

    def note(self) -> None:
        """Write down, once, how much went out."""
        if self._watched and self._size:
            self._releasing.counted(self._scope, self._size)
        self._watched = False
