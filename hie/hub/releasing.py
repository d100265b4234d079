"""No byte of a patient's record leaves the hub before its audit row is on disk; and what leaves is counted.

Two measures that do not trust the handlers. The door keeps the ids of requests whose rows have just been
committed, and breaks off an answer of a patient's route whose id is not among them. And it writes every
such answer into a ledger beside the database, which is laid beside the trail every night
(`hie.exchange.completeness`): what the first measure should ever let through, the second one finds.
"""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hie.exchange.completeness import Release
from hie.exchange.declared import About
from hie.exchange.ports import ChainRow, Clock
from hie.exchange.ports.audit import COLUMNS
from hie.hub.entrance import Guarded
from hie.record.errors import HieError
from hie.record.times import JST

FOLDER = "released"
KEPT_DAYS = 14
DAY = 24 * 60 * 60 * 1000
MOST_REMEMBERED = 100_000
"""Ids of requests whose answers have not ended; those of clients that went away stay until there are more."""
_REQUEST = COLUMNS.index("request")
_GOOD = frozenset(range(200, 300)) - {204, 205}
"""Statuses of answers that have a body and are no refusal."""

_log = logging.getLogger(__name__)


class Unrecorded(HieError):
    """A handler would have answered about a patient without an audit record: a defect, never a byte."""


class Recorded:
    """The requests whose audit rows are on disk and whose answers have not ended."""

    def __init__(self) -> None:
        """Know none."""
        self._lock = Lock()
        self._requests: OrderedDict[str, None] = OrderedDict()

    def witness(self, rows: Sequence[ChainRow]) -> None:
        """Remember the requests of rows that have just been committed."""
        with self._lock:
            for row in rows:
                if request := str(row.fields[_REQUEST]):
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
        self.lost = False
        """Whether a line could not be written."""

    def note(self, request: str, route: str, size: int) -> None:
        """Write an answer down; a full disk stops nobody, but is told."""
        now = self._clock.now()
        line = f"{now}\t{request}\t{route}\t{size}\n".encode()
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._file(now), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError:
            if not self.lost:
                _log.warning("the ledger of answers cannot be written")
            self.lost = True

    def day(self, moment: int) -> Iterator[Release]:
        """Return the answers of the Japanese day of a moment, as far as they are kept."""
        file = self._file(moment)
        if not file.exists():
            return
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                at, request, route, size = line.rstrip("\n").split("\t")
                yield Release(int(at), request, route, int(size))

    def tidy(self) -> None:
        """Forget days that are long past, and that a line was lost before today."""
        self.lost = False
        oldest = self.name_of(self._clock.now() - KEPT_DAYS * DAY)
        for file in self._folder.glob("*.tsv"):
            if file.name < oldest:
                file.unlink(missing_ok=True)

    def _file(self, moment: int) -> Path:
        return self._folder / self.name_of(moment)

    @staticmethod
    def name_of(moment: int) -> str:
        """Return the name of the file of a moment's Japanese day."""
        return f"{datetime.fromtimestamp(moment / 1000, JST):%Y%m%d}.tsv"


class Releasing:
    """Middleware behind authentication: watches what the routes about patients answer."""

    def __init__(self, app: ASGIApp, recorded: Recorded, ledger: Ledger) -> None:
        """Wrap `app`."""
        self._app = app
        self._recorded = recorded
        self._ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and watch."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request: str = scope["state"]["origin"].request
        watch = _Watch(scope, send, self._recorded, self._ledger)
        try:
            await self._app(scope, receive, watch.send)
        finally:
            watch.note()  # what left before a line broke
            self._recorded.over(request)


class _Watch:
    """Watches one answer go out."""

    def __init__(self, scope: Scope, send: Send, recorded: Recorded, ledger: Ledger) -> None:
        self._scope = scope
        self._send = send
        self._recorded = recorded
        self._ledger = ledger
        self._request: str = scope["state"]["origin"].request
        self._watched = False
        self._size = 0

    async def send(self, message: Message) -> None:
        """Let a piece go out; raise `Unrecorded` instead of the first one about a patient without a row."""
        if message["type"] == "http.response.start":
            self._watched = _shows_a_patient(self._scope, message)
            if self._watched and self._request not in self._recorded:
                self._watched = False
                raise Unrecorded("an answer about a patient has no audit record")
        elif self._watched:
            self._size += len(message.get("body", b""))
            if not message.get("more_body", False):
                self.note()
        await self._send(message)

    def note(self) -> None:
        """Write down, once, how much went out."""
        if self._watched and self._size:
            self._ledger.note(self._request, self._scope["state"]["guarded"].path, self._size)
        self._watched = False


def _shows_a_patient(scope: Scope, message: Message) -> bool:
    guarded: Guarded | None = scope["state"].get("guarded")
    return guarded is not None and guarded.declared.about is About.PATIENT and message["status"] in _GOOD
