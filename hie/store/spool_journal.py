"""What came, changed, moved and went at the sources: the journal's side of the spool's file."""
# ruff: noqa: S608  what stands in the statements besides their marks are our own columns and numbers

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from sqlite3 import Connection

from hie.exchange.ports.spool import Found, KnownFolder, Stat
from hie.store.spool_change import LOG, Change
from hie.store.spool_file import SpoolFile
from hie.store.spool_rows import (
    PUBLISHABLE,
    SEEN,
    kept,
    place,
    text_of,
)

_PAGE = 2_000
_APART = "//"
"""Stands in no path."""
_new = tuple.__new__
_known = partial(_new, KnownFolder)

_NEXT_FOLDERS = (
    f"select group_concat(path, '{_APART}'), group_concat(modified), max(path) from (select path, modified "
    f"from folder where source = ? and path > ? and path < x'' and modified <> {LOG} "
    f"order by path limit {_PAGE})"
)
_FIRST_FOLDERS = _NEXT_FOLDERS.replace("and path > ? ", "")
_ODD_FOLDERS = f"select path, modified from folder where source = ? and path >= x'' and modified <> {LOG}"
"""Those whose names are no text, few if any; every text comes before them."""


class SourceTable:
    """The numbers of the sources."""

    def __init__(self, file: SpoolFile) -> None:
        """Read them."""
        with file.reading() as connection:
            rows = connection.execute("select id, name from source").fetchall()
        self.names: dict[int, str] = dict(rows)
        self._ids: dict[str, int] = {name: number for number, name in rows}

    def declare(self, connection: Connection, name: str, how: str) -> None:
        """Give a source its number and its form."""
        if name in self._ids:
            connection.execute("update source set format = ? where name = ?", (how, name))
            return
        number: int | None = connection.execute(
            "insert into source (name, format) values (?, ?)", (name, how)
        ).lastrowid
        assert number is not None  # noqa: S101  an insert has one
        connection.executemany("insert into tally values (?, ?, 0)", [(number, state) for state in range(8)])
        self._ids[name] = number
        self.names[number] = name

    def number(self, name: str) -> int:
        """Return a source's number; raises `KeyError` for one that was not declared."""
        return self._ids[name]


class SpoolJournal:
    """Keeps `Journal` but for its turns, which are the file's."""

    def __init__(self, file: SpoolFile, sources: SourceTable) -> None:
        """Write into `file`."""
        self._file = file
        self._sources = sources

    def folders(self, source: str) -> Iterator[KnownFolder]:
        """Yield all known folders in the order of their paths, a page at a time.

        A page is one row, made by SQLite without holding Python up, and the next one is made while this
        one is looked at: to yield a folder costs less than to ask the file system about it.
        """
        number = self._sources.number(source)
        with ThreadPoolExecutor(1, "folders") as ahead:
            page = self._page(number, None)
            while page:
                paths, stamps, last = page
                coming = ahead.submit(self._page, number, last)
                yield from map(_known, zip(paths.split(_APART), map(int, stamps.split(",")), strict=True))
                page = coming.result()
        with self._file.reading() as connection:
            odd = connection.execute(_ODD_FOLDERS, (number,)).fetchall()
        yield from (KnownFolder(text_of(path), modified) for path, modified in odd)

    def _page(self, source: int, after: str | None) -> tuple[str, str, str] | None:
        with self._file.reading() as connection:
            row = connection.execute(
                _FIRST_FOLDERS if after is None else _NEXT_FOLDERS,
                (source,) if after is None else (source, after),
            ).fetchone()
        return None if row[0] is None else row

    def known(self, source: str, folder: str) -> KnownFolder | None:
        """Return one known folder, or none."""
        with self._file.reading() as connection:
            row = connection.execute(
                "select path, modified from folder where source = ? and path = ? and modified <> ?",
                (self._sources.number(source), kept(folder), LOG),
            ).fetchone()
        return KnownFolder(text_of(row[0]), row[1]) if row else None

    def below(self, source: str, folder: str) -> list[str]:
        """Return the paths of the known folders directly in a folder, sorted."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "select path from folder "
                "where parent = (select id from folder where source = ? and path = ?)",
                (self._sources.number(source), kept(folder)),
            ).fetchall()
        return sorted(text_of(row[0]) for row in rows)

    def standing(self, source: str, folder: str) -> list[Found]:
        """Return the documents known to stand in a folder, by name."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "select leaf, name, patient, thing, inode, size, modified, changed, reason, message "
                "from document where folder = (select id from folder where source = ? and path = ?) "
                "order by leaf",
                (self._sources.number(source), kept(folder)),
            ).fetchall()
        found = []
        for raw_leaf, raw_name, *others, reason, message in rows:
            raw_patient, thing, *stat = others
            leaf, patient = text_of(raw_leaf), text_of(raw_patient)
            name = leaf if raw_name is None else text_of(raw_name)
            # Only a reason that the name gave belongs to what was found, and only such name nobody.
            by_name = ("", "") if patient else (reason, message)
            where = place(folder, leaf)
            found.append(Found(where, name, patient, text_of(thing), _new(Stat, stat), *by_name))
        return found

    def listed(self, source: str, folder: KnownFolder, found: Sequence[Found], now: int) -> int:
        """Remember what stands in a folder now; return how many documents came, changed, moved or went."""
        with self._file.writing() as connection:
            part = Change(connection, self._sources.number(source), now)
            number, is_new = part.remember(folder)
            return part.difference(number, found, is_new=is_new)

    def gone(self, source: str, folder: str, now: int) -> int:
        """Forget a folder and all below it; return how many documents went with it."""
        with self._file.writing() as connection:
            return Change(connection, self._sources.number(source), now).forget(folder)

    def position(self, source: str) -> str:
        """Return how far a log was followed, or empty."""
        with self._file.reading() as connection:
            row = connection.execute(
                "select position from source where id = ?", (self._sources.number(source),)
            ).fetchone()
        return str(row[0])

    def versions(self, source: str, things: Collection[str]) -> list[Found]:
        """Return the records known of these things, in the order in which they were remembered."""
        number = self._sources.number(source)
        with self._file.reading() as connection:
            rows = [
                row
                for thing in things
                for row in connection.execute(
                    "select d.id, f.path, d.leaf, d.name, d.patient, d.thing, d.inode, d.size, d.modified, "
                    "d.changed from document d join folder f on f.id = d.folder "
                    "where d.source = ? and d.thing = ?",
                    (number, kept(thing)),
                )
            ]
        found = []
        for _, path, raw_leaf, name, patient, thing, *stat in sorted(rows):
            leaf = text_of(raw_leaf)
            found.append(
                Found(
                    place(text_of(path), leaf),
                    leaf if name is None else text_of(name),
                    text_of(patient),
                    text_of(thing),
                    Stat(*stat),
                )
            )
        return found

    def logs(self, source: str) -> list[str]:
        """Return the files of a log of which records are known, sorted."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "select path from folder where source = ? and modified = ? "
                "and exists (select 1 from document where folder = folder.id) order by path",
                (self._sources.number(source), LOG),
            ).fetchall()
        return [text_of(row[0]) for row in rows]

    def waiting_in(self, source: str, file: str) -> list[str]:
        """Name the patients, once each, of whose records in a file of a log some are SEEN or PUBLISHABLE."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "select distinct patient from document "
                "where folder = (select id from folder where source = ? and path = ?) "
                f"and state in ({SEEN}, {PUBLISHABLE}) order by patient",
                (self._sources.number(source), kept(file)),
            ).fetchall()
        return [text_of(row[0]) for row in rows]

    def followed(
        self, source: str, position: str, found: Sequence[Found], replaced: Sequence[Found], now: int
    ) -> None:
        """Remember records of a log and how far it was followed, in one transaction."""
        with self._file.writing() as connection:
            number = self._sources.number(source)
            part = Change(connection, number, now)
            for one in replaced:
                part.replaced(one)
            for one in found:
                part.record(one)
            part.touch()
            connection.execute("update source set position = ? where id = ?", (position, number))
