"""The index database of a storage, table SSMIXIDX (インデックスDB, fact sheet §1.8), in SQLite.

One row stands for one file or content folder. There is no flag column: the state is the last
character of FileName. A change renames rows as it renames files and sets UpdateDatetime, which makes
the table a change feed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from hie.record.errors import Unavailable
from ssmix2.layout import ConditionFlag, FileName
from ssmix2.storage import moment
from ssmix2.transactions import Header
from ssmix2.volumes import Filed, Volume, patients

INSERT, DELETE = "INS", "DEL"

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("VolumeLabel", "VARCHAR(20)", 20),
    ("FacilityID", "CHAR(10)", 10),
    ("PatientID", "VARCHAR(15)", 15),
    ("OrderDate", "VARCHAR(8)", 8),
    ("DataKind", "VARCHAR(180)", 180),
    ("OrderNo", "VARCHAR(22)", 22),
    ("ProcessingType", "VARCHAR(3)", 3),
    ("EnterOrgCD", "VARCHAR(5)", 5),
    ("TransactionDatetime", "VARCHAR(17)", 17),
    ("OutRelDirectory", "VARCHAR(260)", 260),
    ("FileName", "VARCHAR(260)", 260),
    ("UpdateDatetime", "TIMESTAMP", 26),
)
"""Name, type and longest text of every column, in the order of the specification."""

_NAMES = ", ".join(name for name, _, _ in COLUMNS)
_CREATE = (
    "CREATE TABLE IF NOT EXISTS SSMIXIDX (UniqueID INTEGER PRIMARY KEY, "
    + ", ".join(f"{name} {kind} NOT NULL" for name, kind, _ in COLUMNS)
    + ")"
)
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS SSMIXIDX_KEY ON SSMIXIDX (PatientID, OrderDate, DataKind, OrderNo)",
    "CREATE INDEX IF NOT EXISTS SSMIXIDX_UPDATE ON SSMIXIDX (UpdateDatetime, UniqueID)",
    "CREATE INDEX IF NOT EXISTS SSMIXIDX_FILE ON SSMIXIDX (FileName)",
)
_OF_KEY = "PatientID = ? AND OrderDate = ? AND DataKind = ? AND OrderNo = ?"


class Row(NamedTuple):
    """One row, its columns in the order of the specification."""

    volume_label: str
    facility_id: str
    patient_id: str
    order_date: str
    data_kind: str
    order_no: str
    processing_type: str
    enter_org_cd: str
    transaction_datetime: str
    out_rel_directory: str
    file_name: str
    update_datetime: str
    """`YYYY-MM-DD HH:MM:SS.ffffff`."""

    @property
    def locator(self) -> str:
        """Path below the volume's root, with `/`."""
        return f"{self.out_rel_directory.replace(chr(92), '/').strip('/')}/{self.file_name}"

    @property
    def flag(self) -> str:
        """State of the file: the last character of its name."""
        return self.file_name[-1:]


class Change(NamedTuple):
    """A row that was written or changed, and its place in the feed."""

    row: Row
    number: int
    """Surrogate key; with UpdateDatetime it orders the feed."""


def row_of(name: FileName, volume_label: str, facility: str, operation: str, now: str) -> Row:
    """Describe a file by its name."""
    return Row(
        volume_label,
        facility,
        *name.logical_key,
        operation,
        name.department,
        name.timestamp,
        name.folder(),
        name.text(),
        now,
    )


class Index:
    """SSMIXIDX in one SQLite file. Changes are kept when `commit` returns or the block ends well."""

    def __init__(self, path: Path | str, *, read_only: bool = False) -> None:
        """Open `path`, or a file without a name (`""`) that goes with the process.

        Raises `Unavailable` where it is no index.
        """
        try:
            if read_only:
                self._base = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
                self._base.execute(f"SELECT {_NAMES} FROM SSMIXIDX LIMIT 1")  # noqa: S608  names of our own
            else:
                self._base = sqlite3.connect(path)
                for statement in (_CREATE, *_INDEXES):
                    self._base.execute(statement)
        except sqlite3.Error as error:
            raise Unavailable("the index database cannot be opened") from error

    def __enter__(self) -> Self:
        """Give the index."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep what was written, unless the block failed, and close."""
        if kind is None:
            self.commit()
        self.close()

    def commit(self) -> None:
        """Bring everything written so far to the disk."""
        self._base.commit()

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self._base.close()

    def add(self, rows: Iterable[Row]) -> int:
        """Write rows as they are and say how many."""
        places = ", ".join("?" * len(COLUMNS))
        before = self._base.total_changes
        self._base.executemany(f"INSERT INTO SSMIXIDX ({_NAMES}) VALUES ({places})", rows)  # noqa: S608  names of our own
        return self._base.total_changes - before

    def clear(self) -> None:
        """Take every row out."""
        self._base.execute("DELETE FROM SSMIXIDX")

    def apply(self, header: Header, volume: Volume, now: str) -> None:
        """Write a change as §1.5 asks: new, correction and deletion.

        A correction makes the key's valid rows superseded, a deletion makes all its rows deleted;
        then the message's own row follows, which an extended storage does not have for a deletion.
        The same record applied again changes nothing.
        """
        deletes = header.operation == DELETE
        flag = ConditionFlag.DELETED if deletes else ConditionFlag.CURRENT
        name = FileName(*header[1:5], header.timestamp, header.department, str(flag))
        if self._is_known(name):
            return
        self._rename(name, ("1", "2") if deletes else ("1",), "0" if deletes else "2", now)
        if not (deletes and volume.is_extended):
            self.add([row_of(name, volume.label, header.facility, header.operation, now)])

    def rows(self) -> Iterator[Row]:
        """Yield all rows in the order they were written."""
        yield from self._select("ORDER BY UniqueID")

    def of_patient(self, patient_id: str) -> Iterator[Row]:
        """Yield a patient's rows, oldest transaction first."""
        yield from self._select("WHERE PatientID = ? ORDER BY TransactionDatetime, UniqueID", patient_id)

    def of_key(self, name: FileName) -> list[Row]:
        """Give the rows of a logical key, newest first."""
        return list(self._select(f"WHERE {_OF_KEY} ORDER BY TransactionDatetime DESC", *name.logical_key))

    def of_file(self, volume_label: str, locator: str) -> Row | None:
        """Find the row of one file."""
        name = locator.rpartition("/")[2]
        for row in self._select("WHERE FileName = ? AND VolumeLabel = ?", name, volume_label):
            if row.locator == locator:
                return row
        return None

    def changed_after(self, update_datetime: str, number: int = 0, limit: int = 1000) -> list[Change]:
        """Give the rows changed after a place in the feed, oldest change first.

        The feed goes on from the last row's UpdateDatetime and number; rows renamed later come again.
        """
        found = self._base.execute(
            f"SELECT {_NAMES}, UniqueID FROM SSMIXIDX WHERE (UpdateDatetime, UniqueID) > (?, ?) "  # noqa: S608  names of our own
            "ORDER BY UpdateDatetime, UniqueID LIMIT ?",
            (update_datetime, number, limit),
        )
        return [Change(Row(*line[:-1]), line[-1]) for line in found]

    def _select(self, rest: str, *values: str) -> Iterator[Row]:
        with closing(self._base.cursor()) as cursor:
            for line in cursor.execute(f"SELECT {_NAMES} FROM SSMIXIDX {rest}", values):  # noqa: S608  names of our own
                yield Row(*map(_text, line))

    def _is_known(self, name: FileName) -> bool:
        found = self._base.execute(
            f"SELECT 1 FROM SSMIXIDX WHERE {_OF_KEY} AND TransactionDatetime = ? AND ProcessingType = ?",  # noqa: S608  names of our own
            (*name.logical_key, name.timestamp, DELETE if name.flag == ConditionFlag.DELETED else INSERT),
        )
        return found.fetchone() is not None

    def _rename(self, name: FileName, flags: tuple[str, ...], flag: str, now: str) -> None:
        places = ", ".join("?" * len(flags))
        self._base.execute(
            "UPDATE SSMIXIDX SET FileName = substr(FileName, 1, length(FileName) - 1) || ?, "  # noqa: S608  names of our own
            f"UpdateDatetime = ? WHERE {_OF_KEY} AND substr(FileName, -1) IN ({places})",
            (flag, now, *name.logical_key, *flags),
        )


@contextmanager
def rebuilt(path: Path | str) -> Iterator[Index]:
    """Open an index for building it anew: empty, and as it was before where building fails."""
    with Index(path) as index:
        index.clear()
        yield index


def build(index: Index, volumes: Iterable[Volume], facility: str, now: str) -> Iterator[int]:
    """Write a row for every file and content folder; yields the rows written so far, patient by patient.

    The newest deleted file of a key of a standardized storage is its deletion, every other one was
    put in. Names outside the grammar get no row.
    """
    written = 0
    for patient in patients(volumes):
        found = [one for one in patient.files() if one.name]
        written += index.add(_rows(found, facility, now))
        yield written


def _rows(found: list[Filed], facility: str, now: str) -> Iterator[Row]:
    deletions = deletions_of(found)
    for one in found:
        if one.name:
            operation = DELETE if one in deletions else INSERT
            row = row_of(one.name, one.volume.label, facility, operation, now)
            folder = one.entry.locator.rpartition("/")[0]
            yield row._replace(out_rel_directory=folder, file_name=one.entry.name)


def deletions_of(found: Iterable[Filed]) -> frozenset[Filed]:
    """Give the files of one patient that are the deletions of their keys, the newest flagged `0`."""
    newest: dict[tuple[str, ...], tuple[str, Filed]] = {}
    for one in found:
        if one.name and one.name.flag == ConditionFlag.DELETED and not one.volume.is_extended:
            other = newest.get(one.name.logical_key)
            if other is None or moment(one.name) > other[0]:
                newest[one.name.logical_key] = (moment(one.name), one)
    return frozenset(one for _, one in newest.values())


def _text(value: object) -> str:
    """Take a column of somebody else's index as text; a missing value is empty."""
    return "" if value is None else str(value)
