"""Heads of the hub's audit trail, kept at a hospital: the hub cannot take back what stands here.

With each report the hub says where its audit trail ends, signed. The edge appends that to a file of its
own and changes nothing in it. A head that goes back behind an earlier one means that the hub's trail was
cut, or put back; it is kept too, and told.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from threading import Lock

from hie.exchange.ports import Seal
from hie.exchange.trail.auditing import seal_read, seal_written
from hie.record.errors import Invalid
from hie.store.reserve import NO_ROOM

FILE = "audit-heads.jsonl"
WENT_BACK = "the hub's audit trail went back behind what the hub said of it before"
_TAIL = 65_536


class Heads:
    """The file below the edge's folder."""

    def __init__(self, folder: Path) -> None:
        """Keep heads in `folder`."""
        self._file = folder / FILE
        self._lock = Lock()
        self._newest, self._last = newest(folder), last(folder)

    def heard(self, told: object) -> str:
        """Keep what the hub told, if it is new; return what is wrong with it, or the empty string.

        A head of nothing is none, as of a hub without a trail. Nothing depends on this file, so a full
        disk is no error.
        """
        if told is None:
            return ""
        seal = seal_read(told)
        with self._lock:
            return self._kept(seal)

    def _kept(self, seal: Seal) -> str:
        if seal != self._last:
            try:
                self._append(seal)
            except OSError as error:
                if error.errno not in NO_ROOM:
                    raise
            self._last = seal
        before = self._newest
        if before is None or seal.number > before.number:
            self._newest = seal
            return WENT_BACK if before and seal.sequence <= before.sequence else ""
        return "" if seal == before else WENT_BACK

    def _append(self, seal: Seal) -> None:
        # On a line of its own, whatever a power cut left of the last one.
        line = "\n" + json.dumps(seal_written(seal), separators=(",", ":")) + "\n"
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def newest(folder: Path) -> Seal | None:
    """Return the head with the greatest number among the last ones, none if none was kept."""
    return max(_tail(folder), default=None)


def last(folder: Path) -> Seal | None:
    """Return the head that was kept last."""
    kept = _tail(folder)
    return kept[-1] if kept else None


def _tail(folder: Path) -> list[Seal]:
    file = folder / FILE
    if not file.exists():
        return []
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - _TAIL))
        lines = content.read().decode("utf-8", "replace").split("\n")
    found = []
    for line in lines:
        with suppress(ValueError, Invalid):
            found.append(seal_read(json.loads(line)))
    return found
