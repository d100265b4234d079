"""Pictures of DICOM instances and attachments, drawn by a limited process and remembered for a while."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence

from hie.exchange.ports.papers import Drawable
from hie.hub.limited import LimitedProcess
from hie.readers.dicom_picture import REQUEST
from hie.record.errors import Unavailable

REMEMBERED = 512
REMEMBERED_BYTES = 128 * 1024 * 1024
"""Scanned pages are large: what is remembered is bounded by number and by size."""
PATIENCE = 20.0
"""Seconds after which the process is ended and the picture given up."""
MOST_WAITING = 16
"""Requests that wait for the process, the one it draws included: the threads of all pages are few."""
PROGRAM = (sys.executable, "-m", "hie.readers.dicom_picture")


class Thumbnails:
    """`Thumbnail` by one child process that is started on demand and again after it died.

    Remembers the last pictures by content and size; whoever asks has passed the gate before.
    """

    def __init__(self, program: Sequence[str] = PROGRAM, patience: float = PATIENCE) -> None:
        """Start nothing yet; `program` draws as `dicom_picture` does."""
        self._lock = threading.Lock()
        self._guard = threading.Lock()
        self._waiting = 0
        self._process = LimitedProcess(program, patience)
        self._remembered: OrderedDict[tuple[bytes, int], bytes] = OrderedDict()
        self._size = 0

    def __call__(self, picture: Drawable, side: int) -> bytes:
        """Return a PNG of at most `side` pixels a side, or raise `Unavailable`."""
        name = (picture.digest, side)
        kept = self._recalled(name)
        if kept is not None:
            return kept
        self._queue()
        try:
            with self._lock:
                kept = self._recalled(name)  # another may have drawn it while we waited
                return self._drawn(picture.content, name) if kept is None else kept
        finally:
            with self._guard:
                self._waiting -= 1

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._process.stop()

    def _recalled(self, name: tuple[bytes, int]) -> bytes | None:
        with self._guard:
            if name in self._remembered:
                self._remembered.move_to_end(name)
            return self._remembered.get(name)

    def _queue(self) -> None:
        with self._guard:
            if self._waiting >= MOST_WAITING:
                raise Unavailable("too many images are waiting to be drawn", retry_after=1.0)
            self._waiting += 1

    def _drawn(self, content: bytes, name: tuple[bytes, int]) -> bytes:
        drawn = self._process.ask(REQUEST.pack(len(content), name[1]), content)
        if not drawn:
            raise Unavailable("this image cannot be drawn")
        with self._guard:
            self._size += len(drawn) - len(self._remembered.get(name, b""))
            self._remembered[name] = drawn
            while len(self._remembered) > REMEMBERED or self._size > REMEMBERED_BYTES:
                self._size -= len(self._remembered.popitem(last=False)[1])
        return drawn
