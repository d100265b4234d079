"""Pictures of DICOM instances and attachments, drawn by a limited process and remembered for a while."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hie.exchange.ports.papers import Drawable
from hie.hub.limited import LimitedProcess
from hie.hub.remembering import Bounds, Remembering
from hie.readers.dicom_picture import REQUEST

BOUNDS = Bounds(answers=512, bytes=128 * 1024 * 1024, waiting=16)
PATIENCE = 20.0
"""Seconds after which the process is ended and the picture given up."""
PROGRAM = (sys.executable, "-m", "hie.readers.dicom_picture")


class Thumbnails:
    """`Thumbnail` by one child process.

    Remembers the last pictures by content and size; whoever asks has passed the gate before.
    """

    def __init__(
        self, program: Sequence[str] = PROGRAM, patience: float = PATIENCE, bounds: Bounds = BOUNDS
    ) -> None:
        """Start nothing yet; `program` draws as `dicom_picture` does."""
        self._drawer = Remembering(LimitedProcess(program, patience), bounds)

    def __call__(self, picture: Drawable, side: int) -> bytes:
        """Return a PNG of at most `side` pixels a side, or raise `Unavailable`."""
        content = picture.content
        return self._drawer.ask((picture.digest, side), REQUEST.pack(len(content), side), content)

    def close(self) -> None:
        """End the process."""
        self._drawer.close()
