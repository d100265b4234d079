"""Pages of attached files, drawn by a limited process (`hie.readers.paper`) and remembered for a while."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from hie.exchange.ports.papers import Counted, Drawable, PageSize
from hie.hub.limited import LimitedProcess
from hie.hub.remembering import Bounds, Remembering
from hie.readers.limited import REQUEST
from hie.readers.paper import PAGE, SIZES
from hie.record.errors import Unavailable

BOUNDS = Bounds(answers=512, bytes=64 * 1024 * 1024, waiting=16)
PATIENCE = 20.0
"""Seconds after which a page is given up: one takes a tenth of one."""
PROGRAM = (sys.executable, "-m", "hie.readers.paper")


class Papers:
    """`PaperReader` by one child process."""

    def __init__(
        self, program: Sequence[str] = PROGRAM, patience: float = PATIENCE, bounds: Bounds = BOUNDS
    ) -> None:
        """Start nothing yet."""
        self._drawer = Remembering(LimitedProcess(program, patience), bounds)

    def counted(self, file: Drawable) -> Counted:
        """Count the pages; raise `Unavailable` where the file cannot be opened in bounds."""
        said = self._asked(file, SIZES, 0, 0)
        try:
            found = json.loads(said)
            sizes = tuple(PageSize(int(width), int(height)) for width, height in found["sizes"])
            return Counted(int(found["pages"]), sizes)
        except (ValueError, LookupError, TypeError) as error:
            raise Unavailable("this file cannot be drawn") from error

    def page(self, file: Drawable, number: int, side: int) -> bytes:
        """Draw a page as a PNG; raise `Unavailable` where it cannot be drawn."""
        return self._asked(file, PAGE, number, side)

    def close(self) -> None:
        """End the process."""
        self._drawer.close()

    def _asked(self, file: Drawable, what: bytes, number: int, side: int) -> bytes:
        content = file.content
        asked = REQUEST.pack(len(content), what, number, side)
        return self._drawer.ask((file.digest, what, number, side), asked, content)
