"""Files handed in by a facility's own people, in SQL: tables `upload` and `upload_content`."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

import zlib
from collections.abc import Sequence

from hie.exchange.ports.uploads import LARGEST_UPLOAD, MOST_UPLOADS, Upload, UploadKind, UploadState
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.store.storable import storable
from hie.store.transaction import Transaction

_NAMES = (
    *("id", "facility", "patient", "number", "kind", "state", "reason", "file_name", "title"),
    *("document_kind", "day", "version", "count", "size", "digest", "told"),
    *("received_at", "received_by", "decided_at", "decided_by"),
)
_COLUMNS = ", ".join(_NAMES)
_ADD = f"insert into upload ({_COLUMNS}) values ({', '.join('?' * len(_NAMES))})"
_ADD_CONTENT = "insert into upload_content (id, content) values (?, ?)"
_REPLACE = (
    f"update upload set {', '.join(f'{name} = ?' for name in _NAMES[1:])} where id = ? and state = ?"
    " returning id"
)
_FORGET = "delete from upload_content where id = ?"
_FIND = f"select {_COLUMNS} from upload where facility = ? and id = ?"
_OPEN = f"('{UploadState.WAITING}', '{UploadState.REFUSED}')"
_ORDER = f" order by received_at desc, id desc limit {MOST_UPLOADS}"
_OF_PATIENT = (
    f"select {_COLUMNS} from upload where facility = ? and patient = ?"
    f" and (state in {_OPEN} or received_at >= ?){_ORDER}"
)
_TABLES = (
    f"select {_COLUMNS} from upload where facility = ? and patient = ''"
    " order by received_at desc, id desc limit ?"
)
_WAITING = f"select count(*) from upload where facility = ? and state = '{UploadState.WAITING}'"
_OLDEST_FIRST = " order by received_at, id"
_ALIKE = (
    f"select {_COLUMNS} from upload where facility = ? and patient = ? and digest = ?"
    f" and state in ('{UploadState.WAITING}', '{UploadState.FILED}'){_OLDEST_FIRST}"
)
_FILED_SINCE = (
    f"select {_COLUMNS} from upload where facility = ? and patient = ? and state = '{UploadState.FILED}'"
    f" and decided_at >= ?{_OLDEST_FIRST}"
)
_EXPIRE = (
    f"update upload set state = '{UploadState.DISCARDED}', file_name = '', title = '', told = '{{}}'"
    f" where state in {_OPEN} and received_at < ? returning id"
)
_NEWEST = "select max(version) from upload where facility = ?"


class SqlUploads:
    """Keeps `Uploads` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, upload: Upload, content: bytes) -> None:
        """Keep a new one and its bytes."""
        self._transaction.execute(_ADD, upload)
        self._transaction.execute(_ADD_CONTENT, (upload.id, zlib.compress(content, 1)))

    def find(self, facility: FacilityCode, number: str) -> Upload | None:
        """Return the one with this id, if it is this facility's."""
        row = self._transaction.read(_FIND, (facility, storable(number))).fetchone()
        return _upload(row) if row else None

    def content(self, number: str) -> bytes:
        """Return its bytes, or raise `NotFound` where they are forgotten."""
        row = self._transaction.read(
            "select content from upload_content where id = ?", (storable(number),)
        ).fetchone()
        if row is None:
            raise NotFound("the bytes of this upload are not kept any more")
        return zlib.decompressobj().decompress(bytes(row[0]), LARGEST_UPLOAD)

    def replace(self, upload: Upload, state: UploadState, *, forget: bool = False) -> bool:
        """Put in the place of the one with this id, if that is still in `state`; say whether it was."""
        values = (*upload[1:], upload.id, state)
        done = self._transaction.execute(_REPLACE, values).fetchone() is not None
        if done and forget:
            self._transaction.execute(_FORGET, (upload.id,))
        return done

    def of_patient(self, facility: FacilityCode, patient: PatientId, since: int) -> Sequence[Upload]:
        """Return what a facility handed in for a patient, newest first."""
        rows = self._transaction.read(_OF_PATIENT, (facility, patient, since)).fetchall()
        return [_upload(row) for row in rows] if patient else []

    def tables(self, facility: FacilityCode, limit: int = MOST_UPLOADS) -> Sequence[Upload]:
        """Return a facility's tables, newest first."""
        return [_upload(row) for row in self._transaction.read(_TABLES, (facility, limit)).fetchall()]

    def waiting(self, facility: FacilityCode) -> int:
        """Count what waits at a facility."""
        row = self._transaction.read(_WAITING, (facility,)).fetchone()
        return int(row[0]) if row else 0

    def alike(self, facility: FacilityCode, patient: PatientId, digest: str) -> Sequence[Upload]:
        """Return what waits or is filed of a facility for a patient with this digest, oldest first."""
        rows = self._transaction.read(_ALIKE, (facility, patient, digest)).fetchall()
        return [_upload(row) for row in rows]

    def filed_since(self, facility: FacilityCode, patient: PatientId, since: int) -> Sequence[Upload]:
        """Return all that is filed of a facility for a patient and was decided since then, oldest first."""
        rows = self._transaction.read(_FILED_SINCE, (facility, patient, since)).fetchall()
        return [_upload(row) for row in rows]

    def expire(self, before: int) -> int:
        """Discard what waits or is refused since before then, with its bytes and names; return how many."""
        gone = self._transaction.execute(_EXPIRE, (before,)).fetchall()
        for (number,) in gone:
            self._transaction.execute(_FORGET, (number,))
        return len(gone)

    def newest_version(self, facility: FacilityCode) -> str:
        """Return the greatest version a facility's uploads were filed under; empty if none was."""
        row = self._transaction.read(_NEWEST, (facility,)).fetchone()
        return str(row[0] or "") if row else ""


def _upload(row: Sequence[object]) -> Upload:
    made = Upload(*row)  # type: ignore[arg-type]
    return made._replace(kind=UploadKind(made.kind), state=UploadState(made.state))
