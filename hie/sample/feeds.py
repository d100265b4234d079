"""Change feeds of an invented hospital: its transaction storage and its index database.

Not every hospital has them. They are written when the storage stands, in the order of the messages'
time stamps, as the vendor's job would have done along the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from hie.sample.facilities import Site
from ssmix2.index import DELETE, INSERT, Index, build, deletions_of, rebuilt
from ssmix2.layout import ConditionFlag, FileName
from ssmix2.storage import moment
from ssmix2.transactions import Header, TransactionWriter
from ssmix2.volumes import Volume, patients

TRANSACTIONS, INDEX = "transactions", "index.sqlite3"
"""Below a facility's folder."""

_STANDARD, _EXTENDED = "STD01", "ANX01"
_DAY = 8


def write(root: Path, site: Site, last: int) -> None:
    """Write what a hospital has of them, below its folder `root`; `last` is the ordinal of the last day."""
    volumes = volumes_of(root)
    if site.logs_changes and any(not one.is_extended for one in volumes):
        _write_log(root, site)
    if site.keeps_index and volumes:
        stamp = f"{date.fromordinal(last):%Y-%m-%d} 23:50:00.000000"
        with rebuilt(root / INDEX) as index:
            for _ in build(index, volumes, site.code, stamp):
                pass


def volumes_of(root: Path) -> list[Volume]:
    """Name the storages below a facility's folder as volumes."""
    named = ((_STANDARD, root / "ssmix2"), (_EXTENDED, root / "extended"))
    return [Volume(label, folder) for label, folder in named if folder.is_dir()]


def _write_log(root: Path, site: Site) -> None:
    """Write every message of the storage, a log file for each day."""
    storage = root / "ssmix2"
    (root / TRANSACTIONS).mkdir()
    day = ""
    with TransactionWriter(root / TRANSACTIONS) as log:
        for sent, locator, name, operation in sorted(_messages(storage), key=itemgetter(0, 1)):
            if sent[:_DAY] != day:
                day = sent[:_DAY]
                log.close()  # nothing is promised of an invented log, so nothing waits for the disk
            content = (storage / locator).read_bytes()
            log.append(header_of(site.code, name, operation), content, sent)


def _messages(storage: Path) -> Iterator[tuple[str, str, FileName, str]]:
    """Yield time stamp, locator, name and operation of every message."""
    for patient in patients([Volume(_STANDARD, storage)]):
        found = list(patient.files())
        deletions = deletions_of(found)
        for one in found:
            if one.name:
                operation = DELETE if one in deletions else INSERT
                yield moment(one.name), one.entry.locator, one.name, operation


def header_of(facility: str, name: FileName, operation: str) -> Header:
    """Write the header of a record about a file."""
    return Header(facility, *name.logical_key, operation, name.department or "-", name.timestamp)


class Feeds:
    """The feeds of one hospital while its days go by; where it has none, nothing is written."""

    def __init__(self, root: Path, facility: str) -> None:
        """Append to what lies below the facility's folder `root`."""
        self._facility = facility
        folder, database = root / TRANSACTIONS, root / INDEX
        self._volumes = {one.is_extended: one for one in volumes_of(root)}
        self._log = TransactionWriter(folder) if folder.is_dir() else None
        self._index = Index(database) if database.is_file() else None

    def __enter__(self) -> Self:
        """Give the feeds."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep what was appended."""
        if self._log:
            self._log.close()
        if self._index:
            self._index.commit()
            self._index.close()

    def message(self, name: FileName, content: bytes) -> None:
        """Append a message of the standardized storage; its flag says whether it deletes."""
        header = header_of(self._facility, name, _operation(name))
        if self._log:
            self._log.append(header, content, moment(name))
        if self._index:
            self._index.apply(header, self._volumes[False], _written(name))

    def folder(self, name: FileName) -> None:
        """Note a new content folder, or a deleted one, in the index; logs hold messages only."""
        if self._index and True in self._volumes:
            header = header_of(self._facility, name, _operation(name))
            self._index.apply(header, self._volumes[True], _written(name))


def _operation(name: FileName) -> str:
    return DELETE if name.flag == ConditionFlag.DELETED else INSERT


def _written(name: FileName) -> str:
    at = moment(name)
    return f"{at[:4]}-{at[4:6]}-{at[6:8]} {at[8:10]}:{at[10:12]}:{at[12:14]}.{at[14:]}000"
