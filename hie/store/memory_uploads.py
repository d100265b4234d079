"""Files handed in by a facility's own people, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from hie.exchange.ports.uploads import MOST_UPLOADS, Upload, UploadState
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.store.memory_tables import MemoryTransaction

_OPEN = frozenset({UploadState.WAITING, UploadState.REFUSED})
_THERE = frozenset({UploadState.WAITING, UploadState.FILED})


class MemoryUploads:
    """Keeps `Uploads` in memory."""

    def __init__(self, transaction: MemoryTransaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, upload: Upload, content: bytes) -> None:
        """Keep a new one and its bytes."""
        self._transaction.change("uploads")[upload.id] = (upload, content)

    def find(self, facility: FacilityCode, number: str) -> Upload | None:
        """Return the one with this id, if it is this facility's."""
        found = self._transaction.tables.uploads.get(number)
        return found[0] if found and found[0].facility == facility else None

    def content(self, number: str) -> bytes:
        """Return its bytes, or raise `NotFound` where they are forgotten."""
        found = self._transaction.tables.uploads.get(number)
        if found is None or found[1] is None:
            raise NotFound("the bytes of this upload are not kept any more")
        return found[1]

    def replace(self, upload: Upload, state: UploadState, *, forget: bool = False) -> bool:
        """Put in the place of the one with this id, if that is still in `state`; say whether it was."""
        kept = self._transaction.change("uploads")
        found = kept.get(upload.id)
        if found is None or found[0].state is not state:
            return False
        kept[upload.id] = (upload, None if forget else found[1])
        return True

    def of_patient(self, facility: FacilityCode, patient: PatientId, since: int) -> Sequence[Upload]:
        """Return what a facility handed in for a patient, newest first."""
        return [
            one
            for one in self._newest(facility)
            if patient and one.patient == patient and (one.state in _OPEN or one.received_at >= since)
        ][:MOST_UPLOADS]

    def tables(self, facility: FacilityCode, limit: int = MOST_UPLOADS) -> Sequence[Upload]:
        """Return a facility's tables, newest first."""
        return [one for one in self._newest(facility) if not one.patient][:limit]

    def waiting(self, facility: FacilityCode) -> int:
        """Count what waits at a facility."""
        return sum(one.state is UploadState.WAITING for one in self._newest(facility))

    def alike(self, facility: FacilityCode, patient: PatientId, digest: str) -> Sequence[Upload]:
        """Return what waits or is filed of a facility for a patient with this digest, oldest first."""
        return [
            one
            for one in reversed(self._newest(facility))
            if one.patient == patient and one.digest == digest and one.state in _THERE
        ]

    def filed_since(self, facility: FacilityCode, patient: PatientId, since: int) -> Sequence[Upload]:
        """Return all that is filed of a facility for a patient and was decided since then, oldest first."""
        return [
            one
            for one in reversed(self._newest(facility))
            if one.patient == patient and one.state is UploadState.FILED and one.decided_at >= since
        ]

    def expire(self, before: int) -> int:
        """Discard what waits or is refused since before then, with its bytes and names; return how many."""
        kept = self._transaction.change("uploads")
        old = [one for one, _ in kept.values() if one.state in _OPEN and one.received_at < before]
        for one in old:
            gone = one._replace(state=UploadState.DISCARDED, file_name="", title="", told="{}")
            kept[one.id] = (gone, None)
        return len(old)

    def newest_version(self, facility: FacilityCode) -> str:
        """Return the greatest version a facility's uploads were filed under; empty if none was."""
        return max((one.version for one in self._newest(facility)), default="")

    def _newest(self, facility: FacilityCode) -> list[Upload]:
        ours = [one for one, _ in self._transaction.tables.uploads.values() if one.facility == facility]
        return sorted(ours, key=lambda one: (one.received_at, one.id), reverse=True)
