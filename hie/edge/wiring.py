"""Which part of an edge gets which; nothing else."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hie.clock import SystemClock
from hie.edge import identity
from hie.edge.durable import make_folder, make_private
from hie.edge.edge import Edge
from hie.edge.hub_link import HubLink, Transport
from hie.edge.settings import PUSHED, EdgeSettings
from hie.edge.sources import origins_of
from hie.edge.status import FILE as REPORT
from hie.exchange.ports import Clock
from hie.record.errors import Conflict
from hie.store.spool import SqliteSpool

SPOOL = "spool.sqlite3"
_LOCK = "edge.lock"


def spool_of(settings: EdgeSettings) -> SqliteSpool:
    """Open the spool of an edge; its folder is made."""
    make_folder(settings.data_dir)
    return SqliteSpool(settings.data_dir / SPOOL, settings.formats)


@contextmanager
def wired(
    settings: EdgeSettings, clock: Clock | None = None, transport: Transport | None = None
) -> Iterator[Edge]:
    """Wire an enrolled edge, close it afterwards.

    Raises `Misconfigured` if it is not enrolled, `Conflict` if another process runs it.
    """
    make_folder(settings.data_dir)
    with alone(settings.data_dir):
        make_private(settings.data_dir, f"{SPOOL}*", REPORT, PUSHED, f"{PUSHED}/**/*")
        enrolled = identity.load(settings.data_dir)
        with (
            closing(spool_of(settings)) as spool,
            HubLink(enrolled, settings.data_dir, transport) as link,
        ):
            used = clock or SystemClock()
            yield Edge(settings, enrolled, spool, link, origins_of(settings, spool), used)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only process that runs the edge of a folder; a killed one keeps no lock."""
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict("another process runs this edge") from error
        yield
    finally:
        os.close(descriptor)
