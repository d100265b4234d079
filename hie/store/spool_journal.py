"""What came, changed, moved and went at the sources: the journal's side of the spool's file."""
# ruff: noqa: S608  what stands in the statements besides their marks are our own columns and numbers

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from sqlite3 import Connection
from typing import Any

from hie.exchange.ports.spool import Found, KnownFolder, Stat
from hie.store.spool_file import SpoolFile
from hie.store.spool_rows import (
    FILED,
    HELD,
    LEFT,
    PUBLISHABLE,
    RECALLED,
    SEEN,
    UNREADABLE,
    care_day,
    initial,
    kept,
    place,
    text_of,
)

_PAGE = 2_000
_UNLISTED = -1
_LOG = -2
"""`modified` of a folder known by name alone, and of one that only holds a log."""
_APART = "//"
"""Stands in no path."""
_new = tuple.__new__
_known = partial(_new, KnownFolder)

_NEXT_FOLDERS = (
    f"select group_concat(path, '{_APART}'), group_concat(modified), max(path) from (select path, modified "
    f"from folder where source = ? and path > ? and path < x'' and modified <> {_LOG} "
    f"order by path limit {_PAGE})"
)
_FIRST_FOLDERS = _NEXT_FOLDERS.replace("and path > ? ", "")
_ODD_FOLDERS = f"select path, modified from folder where source = ? and path >= x'' and modified <> {_LOG}"
"""Those whose names are no text, few if any; every text comes before them."""
_OLD = (
    "select id, leaf, inode, size, modified, changed, name, patient, thing, state, hub_hash is not null, "
    "reason from document where folder = ?"
)
_INSERT = (
    "insert into document (source, folder, leaf, name, patient, thing, inode, size, modified, changed, "
    "state, reason, message, changed_at, care_day) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHANGE = (
    "update document set name = ?, patient = ?, thing = ?, inode = ?, size = ?, modified = ?, changed = ?, "
    f"state = case when state = {RECALLED} then state else ? end, reason = ?, message = ?, changed_at = ?, "
    "care_day = ?, revision = revision + 1, hash = x'', "
    "class = iif(hub_hash is null, 0, class), day = iif(hub_hash is null, 0, day), "
    "confidentiality = iif(hub_hash is null, 3, confidentiality) where id = ?"
)
_MOVE = (
    "update document set folder = ?, leaf = ?, name = ?, changed = ?, "
    f"state = case when state = {RECALLED} then state else ? end, reason = ?, message = ?, changed_at = ?, "
    "care_day = ?, revision = revision + 1 where id = ?"
)
_RENAME = (
    f"update document set name = ?, state = case when state = {RECALLED} then state else ? end, reason = ?, "
    "message = ?, changed_at = ?, care_day = ?, revision = revision + 1 where id = ?"
)
_TOUCH = (
    f"update document set state = {SEEN}, revision = revision + 1, changed_at = ? "
    "where source = ? and thing = ? and folder is not null and patient <> '' "
    f"and state in ({HELD}, {PUBLISHABLE}, {FILED}, {UNREADABLE})"
)
_LEAVE = (
    "update document set folder = null, leaf = ?, revision = revision + 1, "
    f"state = iif(state = {RECALLED}, state, {LEFT}) where id = ?"
)


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
                (self._sources.number(source), kept(folder), _LOG),
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
                "select leaf, name, patient, thing, inode, size, modified, changed, reason, message, state "
                "from document where folder = (select id from folder where source = ? and path = ?) "
                "order by leaf",
                (self._sources.number(source), kept(folder)),
            ).fetchall()
        found = []
        for row in rows:
            leaf = text_of(row[0])
            name = leaf if row[1] is None else text_of(row[1])
            patient, thing = text_of(row[2]), text_of(row[3])
            # Only a reason that the name gave belongs to what was found, and only such name nobody.
            by_name = (row[8], row[9]) if not patient else ("", "")
            found.append(Found(place(folder, leaf), name, patient, thing, _new(Stat, row[4:8]), *by_name))
        return found

    def listed(self, source: str, folder: KnownFolder, found: Sequence[Found], now: int) -> int:
        """Remember what stands in a folder now; return how many documents came, changed, moved or went."""
        with self._file.writing() as connection:
            part = _Part(connection, self._sources.number(source), now)
            number, is_new = part.remember(folder)
            return part.difference(number, found, is_new=is_new)

    def gone(self, source: str, folder: str, now: int) -> int:
        """Forget a folder and all below it; return how many documents went with it."""
        with self._file.writing() as connection:
            return _Part(connection, self._sources.number(source), now).forget(folder)

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
                (self._sources.number(source), _LOG),
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
            part = _Part(connection, number, now)
            for one in replaced:
                part.replaced(one)
            for one in found:
                part.record(one)
            part.touch()
            connection.execute("update source set position = ? where id = ?", (position, number))


class _Part:
    """One change of the journal, inside its transaction."""

    def __init__(self, connection: Connection, source: int, now: int) -> None:
        self._connection = connection
        self._source = source
        self._now = now
        self._things: set[str | bytes] = set()

    def remember(self, folder: KnownFolder) -> tuple[int, bool]:
        """Keep a folder's time stamp; return its number and whether it was unknown."""
        path = kept(folder.path)
        row = self._connection.execute(
            "select id, modified from folder where source = ? and path = ?", (self._source, path)
        ).fetchone()
        if row is None:
            return self._insert(path, folder.path, folder.modified), True
        self._connection.execute(
            "update folder set modified = ? where source = ? and path = ?",
            (folder.modified, self._source, path),
        )
        return int(row[0]), False

    def difference(self, number: int, found: Sequence[Found], *, is_new: bool) -> int:
        """Compare what was known to stand in a folder with what was found; return what differs."""
        old = {} if is_new else {row[1]: row for row in self._connection.execute(_OLD, (number,))}
        came: list[tuple[str | bytes, Found]] = []
        changes = 0
        for one in found:
            leaf = kept(one.locator.rpartition("/")[2])
            row = old.pop(leaf, None)
            if row is None:
                came.append((leaf, one))
            else:
                changes += self._compare(row, one)
        changes += len(came) + len(old)
        if came:
            changes -= self._came(number, came, old)
        for row in old.values():
            self._leave(row)
        self.touch()
        return changes

    def forget(self, folder: str) -> int:
        """Forget a folder and all below it."""
        count = 0
        for low, high in _below(folder):
            rows = self._connection.execute(
                "select d.id, d.leaf, d.inode, d.size, d.modified, d.changed, d.name, d.patient, d.thing, "
                "d.state, d.hub_hash is not null, d.reason, f.path from folder f "
                "join document d on d.folder = f.id "
                "where f.source = ? and f.path >= ? and f.path < ? ",
                (self._source, low, high),
            ).fetchall()
            for row in rows:
                self._leave(row, text_of(row[12]))
            count += len(rows)
            self._connection.execute(
                "delete from folder where source = ? and path >= ? and path < ?", (self._source, low, high)
            )
        self.touch()
        return count

    def record(self, found: Found) -> None:
        """Take in a record of a log."""
        path, _, last = found.locator.rpartition("/")
        number = self._ensure(path, _LOG)
        leaf = kept(last)
        row = self._connection.execute(f"{_OLD} and leaf = ?", (number, leaf)).fetchone()
        if row is None:
            self._came(number, [(leaf, found)], {})
        else:
            self._compare(row, found)

    def replaced(self, found: Found) -> None:
        """Let a record go that was written again."""
        path, _, last = found.locator.rpartition("/")
        row = self._connection.execute(
            f"{_OLD} and leaf = ?", (self._ensure(path, _LOG), kept(last))
        ).fetchone()
        if row is not None:
            self._leave(row, path)

    def touch(self) -> None:
        """Let all versions of what changed be looked at again."""
        if self._things and self._has_settled():
            self._connection.executemany(
                _TOUCH, [(self._now, self._source, thing) for thing in sorted(self._things, key=repr)]
            )
        self._things.clear()

    def _compare(self, row: tuple[Any, ...], one: Found) -> int:
        """Return 1 if a document is not as it was known, and let it be so."""
        name = _name(one)
        same = row[2:6] == one.stat
        if same and row[6:9] == (name, kept(one.patient), kept(one.thing)):
            return 0
        self._things |= {row[8], kept(one.thing)}
        if same and row[7:9] == (kept(one.patient), kept(one.thing)):
            self._connection.execute(
                _RENAME, (name, initial(one), one.reason, one.message, self._now, care_day(one), row[0])
            )
            return 1
        self._connection.execute(
            _CHANGE,
            (
                *(name, kept(one.patient), kept(one.thing), *one.stat),
                *(initial(one), one.reason, one.message, self._now, care_day(one), row[0]),
            ),
        )
        return 1

    def _came(
        self, number: int, came: list[tuple[str | bytes, Found]], old: dict[Any, tuple[Any, ...]]
    ) -> int:
        """Take in new names; return how many of them were old ones renamed, which leave `old`."""
        renamed = 0
        by_stat = {(row[8], *row[2:5]): leaf for leaf, row in old.items() if row[2]}
        by_inode = {(row[8], row[2]): leaf for leaf, row in old.items() if row[2]}
        left = self._number_of(LEFT, RECALLED) > 0
        rows = []
        for leaf, one in came:
            thing = kept(one.thing)
            self._things.add(thing)
            before = by_stat.pop((thing, *one.stat[:3]), None)
            if before not in old:
                before = by_inode.pop((thing, one.stat.inode), None)
            if before in old:
                self._take_over(old.pop(before), number, leaf, one)
                renamed += 1
            elif not (left and self._returned(number, leaf, one)):
                rows.append(
                    (
                        *(self._source, number, leaf, _name(one), kept(one.patient), thing, *one.stat),
                        *(initial(one), one.reason, one.message, self._now, care_day(one)),
                    )
                )
        self._connection.executemany(_INSERT, rows)
        return renamed

    def _take_over(self, row: tuple[Any, ...], number: int, leaf: str | bytes, one: Found) -> None:
        """Let a known document stand elsewhere; what is known of its bytes stays if they are the same."""
        self._connection.execute(
            _MOVE,
            (
                *(number, leaf, _name(one), one.stat.changed, initial(one), one.reason, one.message),
                *(self._now, care_day(one), row[0]),
            ),
        )
        if not row[2] or row[2:5] != one.stat[:3]:
            self._compare(row, one)

    def _returned(self, number: int, leaf: str | bytes, one: Found) -> bool:
        """Let a row that stayed for the hub's sake stand for what came again; say whether there was one."""
        for row in self._connection.execute(
            "select id, leaf, inode, size, modified, changed, name, patient, thing from document "
            "where source = ? and thing = ? and folder is null order by id",
            (self._source, kept(one.thing)),
        ).fetchall():
            if (row[2] and row[2] == one.stat.inode) or row[1] == kept(one.locator):
                self._take_over(row, number, leaf, one)
                return True
        return False

    def _leave(self, row: tuple[Any, ...], path: str | None = None) -> None:
        """Let a document go; what may be at the hub stays as a row that can be recalled."""
        self._things.add(row[8])
        if not row[10]:
            self._connection.execute("delete from document where id = ?", (row[0],))
            return
        if path is None:
            (folder,) = self._connection.execute(
                "select f.path from document d join folder f on f.id = d.folder where d.id = ?", (row[0],)
            ).fetchone()
            path = text_of(folder)
        self._connection.execute(_LEAVE, (kept(place(path, text_of(row[1]))), row[0]))

    def _ensure(self, path: str, modified: int) -> int:
        """Return the number of a folder, remembering its name if it is unknown."""
        row = self._connection.execute(
            "select id from folder where source = ? and path = ?", (self._source, kept(path))
        ).fetchone()
        return int(row[0]) if row else self._insert(kept(path), path, modified)

    def _insert(self, key: str | bytes, path: str, modified: int) -> int:
        above = _UNLISTED if modified != _LOG else _LOG
        parent = self._ensure(path.rpartition("/")[0], above) if path else None
        (number,) = self._connection.execute("select coalesce(max(id), 0) + 1 from folder").fetchone()
        self._connection.execute(
            "insert into folder (source, path, id, parent, modified) values (?, ?, ?, ?, ?)",
            (self._source, key, number, parent, modified),
        )
        return int(number)

    def _has_settled(self) -> bool:
        return self._number_of(HELD, PUBLISHABLE, FILED, UNREADABLE) > 0

    def _number_of(self, *states: int) -> int:
        marks = ", ".join(map(str, states))
        (number,) = self._connection.execute(
            f"select sum(number) from tally where source = ? and state in ({marks})",
            (self._source,),
        ).fetchone()
        return int(number)


def _name(found: Found) -> str | bytes | None:
    """Return what is kept as the name: nothing where the locator ends with it."""
    return None if found.name == found.locator.rpartition("/")[2] else kept(found.name)


def _below(folder: str) -> Iterator[tuple[str | bytes, str | bytes]]:
    """Yield ranges of paths: the folder, and all below it, as text and as bytes."""
    path = kept(folder)
    if isinstance(path, str):
        yield path, f"{path}\0"
        yield f"{path}/", f"{path}0"  # "0" follows "/"
        path = path.encode()
    else:
        yield path, path + b"\0"
    yield path + b"/", path + b"0"
