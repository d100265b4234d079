"""One change of the journal of a spool, inside its transaction."""
# ruff: noqa: S608  what stands in the statements besides their marks are our own columns and numbers

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from sqlite3 import Connection
from typing import NamedTuple

from hie.exchange.ports.spool import Found, KnownFolder, Stat
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

UNLISTED = -1
LOG = -2
"""`modified` of a folder known by name alone, and of one that only holds a log."""
_new = tuple.__new__


class _Row(NamedTuple):
    """A document as the journal knows it; its fields are the columns that `_COLUMNS` names."""

    id: int
    leaf: str | bytes
    inode: int
    size: int
    modified: int
    changed: int
    name: str | bytes | None
    patient: str | bytes
    thing: str | bytes
    at_hub: int
    """Whether the hub may hold something of it."""

    @property
    def stat(self) -> Stat:
        return _new(Stat, (self.inode, self.size, self.modified, self.changed))


_row = partial(_new, _Row)
_COLUMNS = (
    "d.id, d.leaf, d.inode, d.size, d.modified, d.changed, d.name, d.patient, d.thing, d.hub_hash is not null"
)
_OLD = f"select {_COLUMNS} from document d where d.folder = ?"
_INSERT = (
    "insert into document (source, folder, leaf, name, patient, thing, inode, size, modified, changed, "
    "state, reason, message, changed_at, care_day) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHANGE = (
    "update document set name = ?, patient = ?, thing = ?, inode = ?, size = ?, modified = ?, changed = ?, "
    f"state = case when state = {RECALLED} then state else ? end, reason = ?, message = ?, changed_at = ?, "
    "care_day = ?, revision = revision + 1, hash = x'', "
    "class = iif(hub_hash is null, 0, class), day = iif(hub_hash is null, 0, day), "
    "confidentiality = iif(hub_hash is null, 3, confidentiality), "
    "labels = iif(hub_hash is null, 512, labels) where id = ?"
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


class Change:
    """One change of the journal, inside its transaction."""

    def __init__(self, connection: Connection, source: int, now: int) -> None:
        """Change a source's rows; `now` in milliseconds since 1970."""
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
        old = (
            {} if is_new else {row.leaf: row for row in map(_row, self._connection.execute(_OLD, (number,)))}
        )
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
                f"select f.path, {_COLUMNS} from folder f join document d on d.folder = f.id "
                "where f.source = ? and f.path >= ? and f.path < ? ",
                (self._source, low, high),
            ).fetchall()
            for path, *row in rows:
                self._leave(_row(row), text_of(path))
            count += len(rows)
            self._connection.execute(
                "delete from folder where source = ? and path >= ? and path < ?", (self._source, low, high)
            )
        self.touch()
        return count

    def record(self, found: Found) -> None:
        """Take in a record of a log."""
        path, _, last = found.locator.rpartition("/")
        number = self._ensure(path, LOG)
        leaf = kept(last)
        row = self._standing_as(number, leaf)
        if row is None:
            self._came(number, [(leaf, found)], {})
        else:
            self._compare(row, found)

    def replaced(self, found: Found) -> None:
        """Let a record go that was written again."""
        path, _, last = found.locator.rpartition("/")
        row = self._standing_as(self._ensure(path, LOG), kept(last))
        if row is not None:
            self._leave(row, path)

    def touch(self) -> None:
        """Let all versions of what changed be looked at again."""
        if self._things and self._has_settled():
            self._connection.executemany(
                _TOUCH, [(self._now, self._source, thing) for thing in sorted(self._things, key=repr)]
            )
        self._things.clear()

    def _standing_as(self, folder: int, leaf: str | bytes) -> _Row | None:
        row = self._connection.execute(f"{_OLD} and d.leaf = ?", (folder, leaf)).fetchone()
        return None if row is None else _row(row)

    def _compare(self, row: _Row, one: Found) -> int:
        """Return 1 if a document is not as it was known, and let it be so."""
        name = _name(one)
        patient, thing = kept(one.patient), kept(one.thing)
        is_same = row.stat == one.stat and (row.patient, row.thing) == (patient, thing)
        if is_same and row.name == name:
            return 0
        self._things |= {row.thing, thing}
        if is_same:
            self._connection.execute(
                _RENAME, (name, initial(one), one.reason, one.message, self._now, care_day(one), row.id)
            )
            return 1
        self._connection.execute(
            _CHANGE,
            (
                *(name, patient, thing, *one.stat),
                *(initial(one), one.reason, one.message, self._now, care_day(one), row.id),
            ),
        )
        return 1

    def _came(self, number: int, came: list[tuple[str | bytes, Found]], old: dict[str | bytes, _Row]) -> int:
        """Take in new names; return how many of them were old ones renamed, which leave `old`."""
        renamed = 0
        by_stat = {(row.thing, *_untouched(row.stat)): leaf for leaf, row in old.items() if row.inode}
        by_inode = {(row.thing, row.inode): leaf for leaf, row in old.items() if row.inode}
        left = self._number_of(LEFT, RECALLED) > 0
        rows = []
        for leaf, one in came:
            thing = kept(one.thing)
            self._things.add(thing)
            before = by_stat.pop((thing, *_untouched(one.stat)), None)
            if before not in old:
                before = by_inode.pop((thing, one.stat.inode), None)
            if before is not None and before in old:
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

    def _take_over(self, row: _Row, number: int, leaf: str | bytes, one: Found) -> None:
        """Let a known document stand elsewhere; what is known of its bytes stays if they are the same."""
        self._connection.execute(
            _MOVE,
            (
                *(number, leaf, _name(one), one.stat.changed, initial(one), one.reason, one.message),
                *(self._now, care_day(one), row.id),
            ),
        )
        if not row.inode or _untouched(row.stat) != _untouched(one.stat):
            self._compare(row, one)

    def _returned(self, number: int, leaf: str | bytes, one: Found) -> bool:
        """Let a row that stayed for the hub's sake stand for what came again; say whether there was one."""
        rows = self._connection.execute(
            f"select {_COLUMNS} from document d "
            "where d.source = ? and d.thing = ? and d.folder is null order by d.id",
            (self._source, kept(one.thing)),
        ).fetchall()
        for row in map(_row, rows):
            if (row.inode and row.inode == one.stat.inode) or row.leaf == kept(one.locator):
                self._take_over(row, number, leaf, one)
                return True
        return False

    def _leave(self, row: _Row, path: str | None = None) -> None:
        """Let a document go; what may be at the hub stays as a row that can be recalled."""
        self._things.add(row.thing)
        if not row.at_hub:
            self._connection.execute("delete from document where id = ?", (row.id,))
            return
        if path is None:
            (folder,) = self._connection.execute(
                "select f.path from document d join folder f on f.id = d.folder where d.id = ?", (row.id,)
            ).fetchone()
            path = text_of(folder)
        self._connection.execute(_LEAVE, (kept(place(path, text_of(row.leaf))), row.id))

    def _ensure(self, path: str, modified: int) -> int:
        """Return the number of a folder, remembering its name if it is unknown."""
        row = self._connection.execute(
            "select id from folder where source = ? and path = ?", (self._source, kept(path))
        ).fetchone()
        return int(row[0]) if row else self._insert(kept(path), path, modified)

    def _insert(self, key: str | bytes, path: str, modified: int) -> int:
        above = UNLISTED if modified != LOG else LOG
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


def _untouched(stat: Stat) -> tuple[int, int, int]:
    """Return what a rename leaves as it is."""
    return stat.inode, stat.size, stat.modified


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
