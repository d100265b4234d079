"""The words of documents in SQL: one row for each document that has any, beside the patient's others.

The folded text is searched where it lies, from its first letter to its last: two thousand documents of a
patient are a few milliseconds, and no index has to know where a Japanese word begins. What was written is
packed beside it and opened only for what is shown.
"""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from backports.zstd import ZstdCompressor, ZstdDecompressor

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports import ObjectStore, Packed
from hie.exchange.ports.passages import MOST_TEXTS, Heading, Hit, Unworded
from hie.record.errors import Refused, Unavailable
from hie.record.identifiers import EntryId
from hie.record.times import Period
from hie.record.wording import WORDED, Wording
from hie.store.asking import must_allow
from hie.store.codes import APPROVED, CLASS_CODES, CLASSES
from hie.store.documents import Unpacker, checked, large
from hie.store.entry_rows import COLUMNS, entry_of
from hie.store.lines import Row
from hie.store.scope_sql import predicate
from hie.store.storable import storable
from hie.store.transaction import Transaction

_LEVEL = 3
_OF = (
    " from local_patient l join passage e on e.local_patient = l.id"
    f" where l.patient = ? and e.status = {APPROVED} and e.folded <> '' and "
)
_SEARCH = f"select e.entry, e.service_day, l.facility, e.class_code, e.data_kind{_OF}"
_DAYS = " and e.service_day between ? and ?"
_HOLDS = " and instr(e.folded, ?) > 0"
_NEWEST_FIRST = " order by e.service_day desc, l.facility, e.entry"
_TEXTS = f"select e.entry, e.written{_OF}"
_HEADINGS = f"select e.entry, e.title, e.author{_OF}(e.title <> '' or e.author <> '') and "
_CLASSES = ", ".join(str(code) for code in sorted(CLASS_CODES[kind] for kind in WORDED))
_WITHOUT = (
    " from local_patient l join entry e on e.local_patient = l.id"
    " left join small_document d on d.entry = e.id"
    f" where l.id = ? and l.patient = ? and l.facility = ? and e.status = {APPROVED}"
    f" and e.class_code in ({_CLASSES}) and not exists (select 1 from passage p"
    " where p.local_patient = e.local_patient and p.service_day = e.service_day and p.entry = e.id) and "
)
_UNWORDED = f"select {COLUMNS}, d.dictionary, d.body{_WITHOUT}"
_LACKS = f"select 1{_WITHOUT}"
_BEHIND = " and e.id > ? limit 1"
_IN_ORDER = " and e.id > ? order by e.id limit ?"
_ADD = (
    "insert into passage (local_patient, service_day, entry, class_code, confidentiality, labels, status,"
    " data_kind, title, author, folded, written) select e.local_patient, e.service_day, e.id, e.class_code,"
    " e.confidentiality, e.labels, e.status, e.data_kind, ?, ?, ?, ? from entry e join local_patient l"
    " on l.id = e.local_patient where e.id = ? and l.id = ? and l.patient = ? and l.facility = ? and "
)
_ONCE = " on conflict do nothing"
_OWN = "select 1 from local_patient where id = ? and facility = ? and patient = ?"


def packed(text: str) -> bytes:
    """Compress a text for its row."""
    return ZstdCompressor(level=_LEVEL).compress(storable(text).encode(), ZstdCompressor.FLUSH_FRAME)


def heading(text: Wording) -> tuple[str, str]:
    """Return a text's title and author as the database can hold them."""
    return storable(text.title), storable(text.author)


class SqlPassages:
    """Keeps `Passages` on SQLite and PostgreSQL."""

    def __init__(
        self, transaction: Transaction, objects: ObjectStore, unpacker: Unpacker, flush: Callable[[], None]
    ) -> None:
        """Read and write in `transaction`, after `flush` has written what waits."""
        self._transaction = transaction
        self._objects = objects
        self._unpacker = unpacker
        self._flush = flush

    def search(self, grant: Grant, words: Sequence[str], period: Period) -> Sequence[Hit]:
        """Return covered documents that hold every word, newest day first, then by custodian and entry."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        rows = self._transaction.read(
            _SEARCH + gate.text + _DAYS + _HOLDS * len(words) + _NEWEST_FIRST,
            (grant.patient, *gate.parameters, period.start, period.end, *map(storable, words)),
        ).fetchall()
        return [
            Hit(EntryId(entry), day, facility, CLASSES[class_code], data_kind)
            for entry, day, facility, class_code, data_kind in rows
        ]

    def texts(self, grant: Grant, entries: Sequence[EntryId]) -> Mapping[EntryId, str]:
        """Return the texts of those of some entries that are covered."""
        must_allow(grant, Action.VIEW)
        if not entries:
            return {}
        self._flush()
        asked = entries[:MOST_TEXTS]
        gate = predicate(grant.opened, grant.closed)
        rows = self._transaction.read(
            f"{_TEXTS}{gate.text} and e.entry in ({', '.join('?' * len(asked))})",
            (grant.patient, *gate.parameters, *asked),
        ).fetchall()
        return {EntryId(entry): ZstdDecompressor().decompress(body).decode() for entry, body in rows}

    def headings(self, grant: Grant, period: Period) -> Mapping[EntryId, Heading]:
        """Return the covered headings of a period; a row each, nothing is unpacked."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        rows = self._transaction.read(
            _HEADINGS + gate.text + _DAYS, (grant.patient, *gate.parameters, period.start, period.end)
        ).fetchall()
        return {EntryId(entry): Heading(title, author) for entry, title, author in rows}

    def lacks(self, grant: Grant, local_patient: int, after: EntryId) -> bool:
        """Say whether any document behind `after` has no row here; opens none."""
        must_allow(grant, Action.PUBLISH)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        own = (local_patient, grant.patient, grant.requester.facility)
        rows = self._transaction.read(_LACKS + gate.text + _BEHIND, (*own, *gate.parameters, after))
        return rows.fetchone() is not None

    def unworded(self, grant: Grant, local_patient: int, after: EntryId, limit: int) -> Sequence[Unworded]:
        """Return approved documents that may hold words and have no row here, by number."""
        must_allow(grant, Action.PUBLISH)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        rows = self._transaction.read(
            _UNWORDED + gate.text + _IN_ORDER,
            (local_patient, grant.patient, grant.requester.facility, *gate.parameters, after, limit),
        ).fetchall()
        return [self._unworded(row) for row in rows]

    def _unworded(self, row: Row) -> Unworded:
        *columns, dictionary, body = row
        entry = entry_of(columns)
        name = entry.content_hash
        try:
            if body is None:
                content = large(self._objects, name)
            else:
                content = self._unpacker.unpack(Packed(body, dictionary))
            return Unworded(entry, checked(content, name))
        except Unavailable:
            return Unworded(entry, None)

    def add(self, grant: Grant, local_patient: int, texts: Mapping[EntryId, Wording | None]) -> None:
        """Keep the texts of filed documents, with the columns of the gate as their entries have them now."""
        must_allow(grant, Action.PUBLISH)
        facility = grant.requester.facility
        # Held until the commit: who marks a document meanwhile waits, and finds what is kept here.
        own = f"{_OWN}{self._transaction.held}"
        if self._transaction.read(own, (local_patient, facility, grant.patient)).fetchone() is None:
            raise Refused(("no-consent",))
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        for entry, text in texts.items():
            said = (
                (*heading(text), storable(text.folded), packed(text.written)) if text else ("", "", "", b"")
            )
            self._transaction.execute(
                _ADD + gate.text + _ONCE,
                (*said, entry, local_patient, grant.patient, facility, *gate.parameters),
            )
