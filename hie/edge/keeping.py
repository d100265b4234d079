"""What the edge keeps its memory in: one store with three promises, written by one process."""

from __future__ import annotations

from typing import Protocol

from hie.exchange.ports.spool import Journal, Spool, SpoolDesk


class Memory(Journal, Spool, SpoolDesk, Protocol):
    """Journal, spool and desk in one file, so that one transaction may hold them together."""
