"""Pictures of DICOM instances and attachments, drawn by a limited process and remembered for a while."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence

from hie.exchange.retrieve import Drawable
from hie.readers.dicom_picture import ANSWER, REQUEST
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
        self._program = program
        self._patience = patience
        self._lock = threading.Lock()
        self._guard = threading.Lock()
        self._waiting = 0
        self._process: subprocess.Popen[bytes] | None = None
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
            self._stop()

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
        drawn = self._asked(content, name[1])
        if not drawn:
            raise Unavailable("this image cannot be drawn")
        with self._guard:
            self._size += len(drawn) - len(self._remembered.get(name, b""))
            self._remembered[name] = drawn
            while len(self._remembered) > REMEMBERED or self._size > REMEMBERED_BYTES:
                self._size -= len(self._remembered.popitem(last=False)[1])
        return drawn

    def _asked(self, content: bytes, side: int) -> bytes:
        """Let the process draw; nothing where it cannot, or ended before its answer did."""
        process = self._running()
        timer = threading.Timer(self._patience, process.kill)
        timer.start()
        try:
            if process.stdin is None or process.stdout is None:
                return b""
            process.stdin.write(REQUEST.pack(len(content), side) + content)
            process.stdin.flush()
            head = process.stdout.read(ANSWER.size)
            if len(head) == ANSWER.size:
                length = ANSWER.unpack(head)[0]
                drawn = process.stdout.read(length)
                if len(drawn) == length:
                    return drawn
        except BrokenPipeError:
            pass  # it ended before it had read the image: the same as if it had not answered
        finally:
            timer.cancel()
        self._stop()
        return b""

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = subprocess.Popen(  # noqa: S603  the program of the composition root
                self._program,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except BrokenPipeError:
                        continue
            self._process = None
