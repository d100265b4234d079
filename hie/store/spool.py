"""The spool of an edge in one SQLite file: keeps `Journal`, `Spool` and `SpoolDesk`.

Rows only: a million documents in a quarter of a million folders take about half a gigabyte, and every
method touches what it returns, not what there is. Counts are kept by the file itself, in the same
transactions. Of each document it also keeps what the hub may hold, so that what was sent and never
answered, or changed since, is taken back when consent ends.
"""
# ruff: noqa: S608  what stands in the statements besides their marks are our own columns and numbers

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from hie.exchange.ports.spool import Answered, Examined, Item, ItemState, Thing
from hie.record.entry import DOCUMENT_CLASSES, Format
from hie.store.spool_file import SpoolFile, end_process
from hie.store.spool_journal import SourceTable, SpoolJournal
from hie.store.spool_rows import (
    FILED,
    HELD,
    ITEMS,
    LEFT,
    NUMBER,
    PUBLISHABLE,
    RANK,
    RECALLED,
    SEEN,
    STATES,
    UNREADABLE,
    WITHDRAWN,
    item_of,
    kept,
)

_CLASS = {kind: number for number, kind in enumerate(DOCUMENT_CLASSES)}
_BATCH = "#batch"

_WHERE_SEEN = f"where id = ? and revision = ? and state = {SEEN} and folder is not null"
_READ = (
    f"update document set state = iif(? = {HELD} and hub_hash is not null, {RECALLED}, ?), hash = ?, "
    f"class = ?, day = ?, confidentiality = ?, labels = ?, reason = ?, message = ?, "
    f"changed_at = ? {_WHERE_SEEN}"
)
_NOT_READ = (
    f"update document set state = {UNREADABLE}, hash = ?, reason = ?, message = ?, changed_at = ? "
    f"{_WHERE_SEEN}"
)
_ANSWERED = (
    "update document set state = ?, reason = ?, message = ?, changed_at = ?, hub_knows = ? "
    f"where id = ? and revision = ? and state in ({PUBLISHABLE}, {FILED}) and folder is not null"
)
_MAY_BE_THERE = (
    "update document set hub_knows = 0, hub_hash = iif(hub_hash is not null and source in "
    f"(select id from source where format = '{Format.DICOM}'), cast(hub_hash || hash as blob), hash) "
    "where id = ? and (hub_hash is null or substr(hub_hash, -32) <> hash)"
)
_TAKEN_BACK = (
    f"update document set state = iif(hash = x'', {SEEN}, {WITHDRAWN}), hub_hash = null, hub_knows = 0, "
    f"changed_at = ? where id = ? and revision = ? and state = {RECALLED} and folder is not null"
)
_LET_GO = f"delete from document where id = ? and revision = ? and state = {RECALLED} and folder is null"
_HELD_BY_HUB = f"select id from document where state = {HELD} and hub_hash is not null"
_ASK_HELD = (
    f"update document set state = {PUBLISHABLE}, changed_at = ? where id = ? and state = {HELD} "
    "and hub_hash is not null and hash <> x'' and patient <> '' and folder is not null"
)
_TOLD = (
    f"select id from document where id > ? and state in ({FILED}, {WITHDRAWN}) and folder is not null "
    "and hash <> x'' order by id limit 5000"
)
_RESTATE = (
    f"update document set state = iif(state = {FILED}, {PUBLISHABLE}, {RECALLED}), changed_at = ?, "
    f"hub_hash = coalesce(hub_hash, hash) where id = ? and state in ({FILED}, {WITHDRAWN})"
)
_THESE = f"{ITEMS} join json_each(?) a on a.value = d.id"
_NEWEST_SEEN = (
    f"select max(d.care_day) from document d "
    f"where d.patient = a.value and d.state = {SEEN} and d.source = s.value"
)

_LEFT = (
    f"select count(distinct thing) from document gone where folder is null and state = {LEFT} "
    "and source = ? and not exists (select 1 from document "
    f"where source = gone.source and thing = gone.thing and state <> {LEFT})"
)


class SqliteSpool(SpoolJournal):
    """The spool of one edge; for many threads of one process."""

    def __init__(
        self, path: Path, sources: Mapping[str, Format], broken: Callable[[str], object] = end_process
    ) -> None:
        """Open the file for these sources, or make it; raises as `SpoolFile`."""
        self.file = SpoolFile(path, broken)
        super().__init__(self.file, SourceTable(self.file))
        with self.file.writing(urgent=True) as connection:
            for name, how in sources.items():
                self._sources.declare(connection, name, how.value)
            formats = connection.execute("select id, format from source").fetchall()
        self._formats = {number: Format(how) for number, how in formats}

    def close(self) -> None:
        """Give back the file."""
        self.file.close()

    def turn(self) -> AbstractContextManager[None]:
        """Hold everything of a `with` block together in one durable transaction."""
        return self._turn()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self.file.writing(urgent=True):
            yield

    # --- Spool -----------------------------------------------------------------------------------

    def to_examine(
        self, patients: Iterable[str], limit: int, sources: Collection[str] | None = None
    ) -> list[Item]:
        """Return SEEN documents of these patients, newest care dates first; of some sources or of all."""
        asked = json.dumps([one for one in patients if one and isinstance(kept(one), str)])
        with self.file.reading() as connection:
            numbers = [
                number for number, name in self._sources.names.items() if sources is None or name in sources
            ]
            # Whoever has one of the newest so many documents is among the so many with the newest.
            who = connection.execute(
                f"select a.value, s.value, ({_NEWEST_SEEN}) as newest from json_each(?) a, json_each(?) s "
                "where newest is not null order by newest desc limit ?",
                (asked, json.dumps(numbers), limit),
            ).fetchall()
            rows = connection.execute(
                "select d.care_day, d.id from json_each(?) a join document d "
                f"on d.patient = json_extract(a.value, '$[0]') and d.state = {SEEN} "
                "and d.source = json_extract(a.value, '$[1]') "
                "order by d.care_day desc, d.id limit ?",
                (json.dumps([row[:2] for row in who]), limit),
            ).fetchall()
            numbers = [row[1] for row in rows]
            found = connection.execute(_THESE, (json.dumps(numbers),)).fetchall()
        by_number = {row[0]: row for row in found}
        return [item_of(by_number[one], self._sources.names) for one in numbers if one in by_number]

    def examined(self, results: Sequence[Examined], now: int) -> None:
        """Remember what reading gave; what changed meanwhile stays SEEN."""
        read, refused = [], []
        for one in results:
            state, place = NUMBER[one.state], (one.item, one.revision)
            if state == UNREADABLE:
                refused.append((one.content_hash, one.reason, one.message, now, *place))
            else:
                facts = (_CLASS[one.document_class], one.service_day, one.confidentiality.value, one.labels)
                read.append((state, state, one.content_hash, *facts, one.reason, one.message, now, *place))
        with self.file.writing() as connection:
            connection.executemany(_READ, read)
            connection.executemany(_NOT_READ, refused)

    def to_send(self, documents: int, size: int) -> list[Thing]:
        """Return things with PUBLISHABLE documents, small formats first, newest service day first."""
        if not any(state is ItemState.PUBLISHABLE for _, state in self.counts()):
            return []
        with self.file.writing() as connection:
            things = list(self._chosen(connection, documents, size))
            connection.executemany(
                _MAY_BE_THERE,
                [(one.id,) for thing in things for one in thing.items if one.state is ItemState.PUBLISHABLE],
            )
        return things

    def to_recall(self, limit: int, after: int = 0) -> list[Item]:
        """Return RECALLED documents by number, those behind `after`."""
        with self.file.reading() as connection:
            rows = connection.execute(
                f"{ITEMS} where d.state = {RECALLED} and d.id > ? order by d.id limit ?", (after, limit)
            ).fetchall()
        return [item_of(row, self._sources.names) for row in rows]

    def answered(self, answers: Sequence[Answered], now: int) -> None:
        """Remember what the hub said; what changed meanwhile stays as it is."""
        said, taken_back = [], []
        for one in answers:
            state, place = NUMBER[one.state], (one.item, one.revision)
            if state == WITHDRAWN:
                taken_back.append(place)
            else:
                said.append((state, one.reason, one.message, now, state == FILED, *place))
        with self.file.writing(urgent=True) as connection:
            connection.executemany(_ANSWERED, said)
            connection.executemany(_TAKEN_BACK, [(now, *place) for place in taken_back])
            connection.executemany(_LET_GO, taken_back)

    def regated(self, patient: str, may_leave: Callable[[Item], bool] | None, now: int) -> None:
        """Ask again which documents of a patient may leave; `None` where the patient has no consent."""
        with self.file.writing(urgent=True) as connection:
            rows = connection.execute(f"{ITEMS} where d.patient = ?", (kept(patient),)).fetchall()
            moves = []
            for row in rows:
                leaves = (
                    bool(may_leave) and may_leave is not None and may_leave(item_of(row, self._sources.names))
                )
                state = _regated(row, leaves=leaves, consents=may_leave is not None)
                if state != row[11]:
                    again = row[11] in {RECALLED, WITHDRAWN}
                    moves.append((state, now, again, again, row[0]))
            connection.executemany(
                "update document set state = ?, changed_at = ?, revision = revision + ?, "
                "hub_knows = iif(?, 0, hub_knows) where id = ?",
                moves,
            )

    def ask_held(self, now: int) -> int:
        """Make what the hub held, although it may leave, PUBLISHABLE once more; return how many."""
        with self.file.reading() as connection:
            rows = connection.execute(_HELD_BY_HUB).fetchall()
        if not rows:
            return 0
        with self.file.writing() as connection:
            return connection.executemany(_ASK_HELD, [(now, *row) for row in rows]).rowcount

    def restate(self, now: int) -> int:
        """Let the hub be told of everything again; return of how many documents."""
        last = count = 0
        while True:
            with self.file.reading() as connection:
                rows = connection.execute(_TOLD, (last,)).fetchall()
            if not rows:
                return count
            last, count = rows[-1][0], count + len(rows)
            with self.file.writing(urgent=True) as connection:
                connection.executemany(_RESTATE, [(now, *row) for row in rows])

    # --- SpoolDesk -------------------------------------------------------------------------------

    def counts(self) -> dict[tuple[str, ItemState], int]:
        """Count documents by source and state; those the source no longer has only while recalled."""
        with self.file.reading() as connection:
            rows = connection.execute("select source, state, number from tally where number > 0").fetchall()
        return {(self._sources.names[row[0]], STATES[row[1]]): row[2] for row in rows if row[1] != LEFT}

    def left_at_hub(self) -> dict[str, int]:
        """Count by source the documents of which nothing stands there any more and the hub has them.

        Another version of the same thing takes the place of one that went: that one is not counted.
        """
        with self.file.reading() as connection:
            sources = connection.execute(
                f"select source from tally where state = {LEFT} and number > 0"
            ).fetchall()
            numbers = {source: connection.execute(_LEFT, (source,)).fetchone()[0] for (source,) in sources}
        return {self._sources.names[source]: number for source, number in numbers.items() if number}

    def states(self, items: Collection[int]) -> dict[int, ItemState]:
        """Return how far these documents have come; those that are no more at the source are not there."""
        with self.file.reading() as connection:
            found = [
                connection.execute("select id, state from document where id = ?", (one,)).fetchone()
                for one in items
            ]
        return {row[0]: STATES[row[1]] for row in found if row and row[1] != LEFT}

    def oldest_unsent(self) -> int:
        """Return since when the longest waiting PUBLISHABLE document waits; 0 if none does."""
        with self.file.reading() as connection:
            row = connection.execute(
                f"select min(changed_at) from document where state = {PUBLISHABLE}"
            ).fetchone()
        return int(row[0] or 0)

    def unreadable(self, limit: int) -> list[Item]:
        """Return what stands in quarantine, newest first."""
        with self.file.reading() as connection:
            rows = connection.execute(
                f"{ITEMS} where d.state = {UNREADABLE} order by d.changed_at desc, d.id desc limit ?",
                (limit,),
            ).fetchall()
        return [item_of(row, self._sources.names) for row in rows]

    def replay(self, source: str, locators: Sequence[str], now: int) -> int:
        """Make quarantined documents SEEN again, all of the source if none is named; return how many.

        What its name alone keeps there stays: only another name helps it.
        """
        again = (
            f"update document set state = {SEEN}, revision = revision + 1, reason = '', message = '', "
            f"changed_at = ? where state = {UNREADABLE} and patient <> '' and source = ?"
        )
        number = self._sources.number(source)
        with self.file.writing() as connection:
            if not locators:
                return connection.execute(again, (now, number)).rowcount
            changed = 0
            for locator in locators:
                path, _, leaf = locator.rpartition("/")
                changed += connection.execute(
                    f"{again} and leaf = ? "
                    "and folder = (select id from folder where source = ? and path = ?)",
                    (now, number, kept(leaf), number, kept(path)),
                ).rowcount
            return changed

    def next_number(self) -> int:
        """Return a batch number greater than all before, durably."""
        with self.file.writing(urgent=True) as connection:
            row = connection.execute(
                "insert into note values (?, '1') on conflict (key) do update "
                "set value = cast(value as integer) + 1 returning value",
                (_BATCH,),
            ).fetchone()
            return int(row[0])

    def note(self, key: str, value: str | None = None) -> str:
        """Return a remembered text, empty if there is none; with `value`, remember it instead."""
        if value is not None:
            with self.file.writing(urgent=True) as connection:
                connection.execute("insert or replace into note values (?, ?)", (key, value))
            return value
        with self.file.reading() as connection:
            row = connection.execute("select value from note where key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    # --- within ----------------------------------------------------------------------------------

    def _chosen(self, connection: Connection, documents: int, size: int) -> Iterator[Thing]:
        count = volume = 0
        for source, key in self._waiting(connection):
            rows = connection.execute(
                f"{ITEMS} where d.source = ? and d.thing = ? and d.folder is not null order by d.id",
                (source, key),
            ).fetchall()
            if any(row[11] == SEEN for row in rows):
                continue
            items = [item_of(row, self._sources.names) for row in rows if row[11] in {PUBLISHABLE, FILED}]
            count += len(items)
            volume += sum(one.found.stat.size for one in items if one.state is ItemState.PUBLISHABLE)
            if count > len(items) and (count > documents or volume > size):
                return
            yield Thing(
                self._sources.names[source], self._formats[source], items[0].found.patient, tuple(items)
            )

    def _waiting(self, connection: Connection) -> Iterator[tuple[int, Any]]:
        """Yield the things with PUBLISHABLE documents once each, in the order in which they are sent."""
        for rank in sorted(set(RANK.values())):
            ways = [
                connection.execute(
                    f"select -day, -id, source, thing from document "
                    f"where state = {PUBLISHABLE} and source = ? order by day desc, id desc",
                    (source,),
                )
                for source, how in self._formats.items()
                if RANK[how] == rank
            ]
            given: set[tuple[int, Any]] = set()
            for _, _, source, key in heapq.merge(*ways):
                if (source, key) not in given:
                    given.add((source, key))
                    yield source, key


def _regated(row: tuple[Any, ...], *, leaves: bool, consents: bool) -> int:
    """Return the state of a row after its patient's consent was asked again."""
    state, digest, may_be_at_hub, stands = row[11], row[13], row[20] is not None, row[3] is not None
    if not leaves:
        if may_be_at_hub:
            return RECALLED
        if state in {UNREADABLE, WITHDRAWN}:
            return int(state)
        return SEEN if consents and (not digest or state == SEEN) else HELD
    if not stands:
        return LEFT
    if state == RECALLED or (state in {HELD, WITHDRAWN}):
        return PUBLISHABLE if digest and not row[17] else SEEN
    return int(state)
