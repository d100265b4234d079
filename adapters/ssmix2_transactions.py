"""A transaction storage (SS-MIX2 トランザクションストレージ) as a source: follows the log, opens its records.

The log tells in order what was written, corrected and deleted, so nothing has to be compared: a record
makes the earlier ones of its thing superseded, or deleted, as renaming does in a storage. A record that
says the same name again replaces the one before: a sender that got no answer sends twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from adapters.crawl import SETTLED, Look
from hie.exchange.ports.spool import Found, LogJournal, Stat
from hie.record.entry import Format
from hie.record.errors import Invalid, NotFound, Unavailable, Unreadable
from hie.record.findings import Finding, Severity
from ssmix2.layout import ConditionFlag, FileName, parse_name
from ssmix2.transactions import START, Position, Record, files, read_after, read_body

RECORDS_AT_ONCE = 2_000
_OFFSET_DIGITS = 12
_MILLISECOND = 1_000_000


class TransactionLog:
    """One log; for one thread at a time."""

    format = Format.SSMIX2

    def __init__(self, source: str, root: Path, settled: int = SETTLED) -> None:
        """Follow the log below `root`; its last record is taken when it rested for `settled` nanoseconds."""
        self._source = source
        self._root = root
        self._settled = settled

    def look(
        self,
        journal: LogJournal,
        now: int,
        *,
        sweep: bool = False,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Look:
        """Take in what was appended; `now` in nanoseconds since 1970. A sweep lets go of files taken away.

        Raises `Unavailable` if the journal cannot be written; what was not written is found again.
        """
        changed = 0
        try:
            position = _position(journal.position(self._source))
            gone = self._gone(journal, position, sweep=sweep)
            if gone is None:
                return Look(0, _ALL_GONE, away=True)
            records = read_after(self._root, position, settled_before_ns=now - self._settled)
            while not stopping() and (some := list(islice(records, RECORDS_AT_ONCE))):
                self._take(journal, some, now)
                changed += len(some)
            changed += sum(journal.gone(self._source, file, now // _MILLISECOND) for file in gone)
        except OSError as error:
            return Look(changed, f"volumes away: {type(error).__name__}", away=True)
        return Look(changed, "")

    def open(self, found: Found, most: int) -> bytes:
        """Return a record's message; raises as `adapters.crawl.Crawl.open` does."""
        if found.stat.size > most:
            raise Unreadable(_TOO_LARGE)
        file, _, offset = found.locator.rpartition("/")
        try:
            return read_body(self._root, Position(file, int(offset)), found.stat.size)
        except (FileNotFoundError, Invalid) as error:
            raise NotFound("the log is gone") from error
        except OSError as error:
            raise Unavailable("the log cannot be read") from error

    def _take(self, journal: LogJournal, records: list[Record], now: int) -> None:
        """Put records beside what is known of their things, and remember how far we came."""
        stands = _Standing(journal.versions(self._source, sorted(set(_things(records)))))
        for record in records:
            stands.add(record)
        last = records[-1].position
        journal.followed(
            self._source,
            f"{last.file}:{last.offset}",
            stands.changed,
            stands.replaced,
            now // _MILLISECOND,
        )

    def _gone(self, journal: LogJournal, position: Position, *, sweep: bool) -> Sequence[str] | None:
        """Return, in a sweep, the known files that were taken away; `None` if everything is.

        Where nothing known is left and nothing newer came, the share is away and its mount point empty:
        then nothing is forgotten. What the hub holds of records that are forgotten stays there.
        """
        next(Path(self._root).iterdir(), None)  # a folder that is away is not a log without files
        if not sweep and (not position.file or Path(self._root, position.file).exists()):
            return ()
        known = journal.logs(self._source)
        gone = [file for file in known if not Path(self._root, file).exists()]
        if known and len(gone) == len(known) and not any(file > position.file for file in files(self._root)):
            return None
        return gone if sweep else ()


class _Standing:
    """The records of some things as they stand."""

    def __init__(self, known: Iterable[Found]) -> None:
        self._known = {one.locator: one for one in known}
        self._by_thing: dict[str, list[Found]] = {}
        for one in self._known.values():
            self._by_thing.setdefault(one.thing, []).append(one)

    @property
    def changed(self) -> list[Found]:
        """Records that are new, or stand under another name than was known."""
        return [one for one in self._all() if self._known.get(one.locator) != one]

    @property
    def replaced(self) -> list[Found]:
        """Known records that stand no more."""
        stand = {one.locator for one in self._all()}
        return [one for one in self._known.values() if one.locator not in stand]

    def add(self, record: Record) -> None:
        """Let a record stand, and what it makes of the earlier ones of its thing."""
        position = record.position
        leaf = f"{position.offset:0{_OFFSET_DIGITS}}"
        locator = f"{position.file}/{leaf}"
        stat = Stat(0, record.length, position.offset, 0)
        name = _name(record)
        if record.finding or name is None:
            finding = record.finding or _NO_NAME
            self._by_thing[locator] = [Found(locator, leaf, "", locator, stat, finding.code, finding.message)]
            return
        thing = "_".join(name.logical_key)
        deletes = name.flag == ConditionFlag.DELETED
        flag = ConditionFlag.DELETED if deletes else ConditionFlag.SUPERSEDED
        earlier = [
            _flagged(one, flag)
            for one in self._by_thing.get(thing, ())
            if _version(one.name) != name.timestamp
        ]
        # A header may stand alone: what it names is deleted, or lies in another storage.
        new = [Found(locator, name.text(), name.patient_id, thing, stat)] if record.body.strip() else []
        self._by_thing[thing] = earlier + new

    def _all(self) -> Iterator[Found]:
        for stands in self._by_thing.values():
            yield from stands


def _flagged(found: Found, flag: ConditionFlag) -> Found:
    """Give an earlier record the flag that it has now; what was deleted stays so."""
    name = parse_name(found.name)
    if name is None or name.flag == ConditionFlag.DELETED:
        return found
    return found._replace(name=name.flagged(flag).text())


def _version(name: str) -> str:
    parsed = parse_name(name)
    return parsed.timestamp if parsed else ""


def _name(record: Record) -> FileName | None:
    """Make the name under which a storage keeps what a record's header speaks of."""
    header = record.header
    if header is None:
        return None
    flag = ConditionFlag.DELETED if header.operation == "DEL" else ConditionFlag.CURRENT
    name = FileName(
        header.patient_id,
        header.care_date,
        header.data_kind,
        header.order_number,
        header.timestamp,
        header.department,
        str(flag),
    )
    return parse_name(name.text())


def _things(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        if name := _name(record):
            yield "_".join(name.logical_key)


def _position(text: str) -> Position:
    """Read what was remembered of the last record."""
    file, _, offset = text.rpartition(":")
    return Position(file, int(offset)) if file else START


_ALL_GONE = "volumes without anything known"
_NO_NAME = Finding("PATH-02", Severity.ERROR, "header", "The header names no file.")
_TOO_LARGE = Finding("READ-02", Severity.ERROR, "file", "The record is larger than an edge takes.")
