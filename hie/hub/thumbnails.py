"""Pictures of DICOM instances, drawn by a limited process and remembered for a while."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import OrderedDict

from hie.exchange.retrieve import Picture
from hie.readers.dicom_picture import ANSWER, REQUEST
from hie.record.errors import Unavailable

REMEMBERED = 512
PATIENCE = 20.0
"""Seconds after which the process is ended and the picture given up."""


class Thumbnails:
    """`Thumbnail` by one child process that is started on demand and again after it died.

    Remembers the last pictures by content and size; whoever asks has passed the gate before.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._remembered: OrderedDict[tuple[bytes, int], bytes] = OrderedDict()

    def __call__(self, picture: Picture, side: int) -> bytes:
        """Return a PNG of at most `side` pixels a side, or raise `Unavailable`."""
        name = (picture.instance.content_hash, side)
        with self._lock:
            if name in self._remembered:
                self._remembered.move_to_end(name)
                return self._remembered[name]
            drawn = self._drawn(picture.content, side)
            if not drawn:
                raise Unavailable("this image cannot be drawn")
            self._remembered[name] = drawn
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
            return drawn

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _drawn(self, content: bytes, side: int) -> bytes:
        process = self._running()
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        try:
            if process.stdin is None or process.stdout is None:
                return b""
            process.stdin.write(REQUEST.pack(len(content), side) + content)
            process.stdin.flush()
            head = process.stdout.read(ANSWER.size)
            if len(head) < ANSWER.size:
                self._stop()
                return b""
            return process.stdout.read(ANSWER.unpack(head)[0])
        except BrokenPipeError:
            self._stop()
            return b""
        finally:
            timer.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hie.readers.dicom_picture"],
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
