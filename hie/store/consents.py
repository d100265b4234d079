"""The consent register in SQL: an append-only log, and the reach made from it in the same transaction."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consent.model import ConsentEvent, EventKind, decisions_of
from consent.plain import body_of_event
from hie.record.identifiers import FacilityCode, PatientId
from hie.store.consent_rows import read, read_paper, storable_paper, written, written_paper
from hie.store.lines import Row
from hie.store.reach import reaches
from hie.store.storable import storable
from hie.store.transaction import Transaction

MOST_CHANGES = 1_000
_AT_ONCE = 500
_COLUMNS = "sequence, patient, kind, recorded_at, recorded_by, evidence, body, valid_from, paper"
_ONE = f"select {_COLUMNS} from consent_event where patient = ? order by sequence"
_LOGS = (
    f"select l.value, {', '.join('c.' + name for name in _COLUMNS.split(', '))}"
    " from local_patient l join consent_event c on c.patient = l.patient"
    " where l.facility = ? and l.patient <> '' order by c.sequence"
)
_GREATEST = "select value from counter where name = 'consent'"
_POSITION = (
    "select max(sequence) from (select max(c.sequence) as sequence from consent_event c"
    " join local_patient l on l.patient = c.patient where c.sequence > ? and l.facility = ?"
    " union all select max(k.sequence) from link_event k"
    " join local_patient l on l.id = k.local_patient where k.sequence > ? and l.facility = ?"
    " union all select max(sequence) from membership_event where sequence > ?) as all_logs"
)


class SqlConsentRegister:
    """Keeps `ConsentRegister` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def record(self, event: ConsentEvent) -> ConsentEvent:
        """Append; sequences grow in commit order, because writers queue at the counter."""
        kept = event._replace(
            sequence=self._transaction.next_number("consent"),
            recorded_by=storable(event.recorded_by),
            evidence=storable(event.evidence),
            paper=storable_paper(event.paper),
        )
        said = (written(body_of_event(kept)), kept.valid_from, written_paper(kept.paper))
        self._transaction.execute(
            f"insert into consent_event ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*kept[:2], kept.kind.value, kept.recorded_at, kept.recorded_by, kept.evidence, *said),
        )
        self._reach(kept.patient)
        return kept

    def events(self, patients: Sequence[PatientId]) -> Mapping[PatientId, Sequence[ConsentEvent]]:
        """Return the logs of these persons, each in order; an empty one for who has none."""
        found: dict[PatientId, list[ConsentEvent]] = {patient: [] for patient in patients}
        for start in range(0, len(patients), _AT_ONCE):
            some = patients[start : start + _AT_ONCE]
            for row in self._rows(some):
                found[row[1]].append(_event(row))
        return found

    def changes(self, after: int) -> Sequence[ConsentEvent]:
        """Return events with a greater sequence, in order; at most 1,000."""
        rows = self._transaction.read(
            f"select {_COLUMNS} from consent_event where sequence > ? order by sequence limit {MOST_CHANGES}",
            (after,),
        ).fetchall()
        return [_event(row) for row in rows]

    def logs(self, facility: FacilityCode) -> Mapping[str, Sequence[ConsentEvent]]:
        """Return the logs of all persons linked at a facility, by its own number; none that is empty."""
        found: dict[str, list[ConsentEvent]] = {}
        for value, *row in self._transaction.read(_LOGS, (facility,)).fetchall():
            found.setdefault(value, []).append(_event(tuple(row)))
        return found

    def position(self, facility: FacilityCode | None = None, after: int = 0) -> int:
        """Return the greatest number of a decision, in the region or about a facility's patients."""
        if facility is None:
            row = self._transaction.read(_GREATEST).fetchone()
        else:
            row = self._transaction.read(_POSITION, (after, facility, after, facility, after)).fetchone()
        return max(after, int((row and row[0]) or 0))

    def _rows(self, patients: Sequence[PatientId]) -> list[Row]:
        if len(patients) == 1:
            return self._transaction.read(_ONE, (patients[0],)).fetchall()
        marks = ", ".join("?" * len(patients))
        return self._transaction.read(
            f"select {_COLUMNS} from consent_event where patient in ({marks}) order by sequence",
            tuple(patients),
        ).fetchall()

    def _reach(self, patient: PatientId) -> None:
        execute = self._transaction.execute
        execute("delete from consent_reach where patient = ?", (patient,))
        for reach in sorted(reaches(decisions_of(self.events([patient])[patient]))):
            execute(
                "insert into consent_reach (recipient, patient, starts_at, ends_at) values (?, ?, ?, ?)",
                (reach.recipient, patient, reach.starts_at, reach.ends_at),
            )


def _event(row: Row) -> ConsentEvent:
    sequence, patient, kind, recorded_at, recorded_by, evidence, text, valid_from, paper = row
    body = read(text)
    return ConsentEvent(
        sequence,
        patient,
        EventKind(kind),
        recorded_at,
        recorded_by,
        evidence,
        *body,
        valid_from=valid_from,
        paper=read_paper(paper),
    )
