"""The log of links, its queue, and what facilities said, in SQL."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hie.exchange.linking.likeness import keys_of
from hie.exchange.ports import LinkCase, LinkEvent, LinkKind, LocalNumber, Statement
from hie.record.identifiers import EntryId, FacilityCode, LocalPatientId, PatientId
from hie.record.people import HumanName, PersonFacts, Sex
from hie.record.times import Day
from hie.store.lines import Row
from hie.store.search_keys import number_key
from hie.store.storable import storable
from hie.store.transaction import Transaction

_AT_ONCE = 500
_EVENT = "sequence, patient, kind, recorded_by, recorded_at, reason, agreement, local_patient"
_NOTE = f"insert into link_event ({_EVENT}) values (?, ?, ?, ?, ?, ?, ?, ?)"
_LAST = " union all ".join(
    f"select sequence, recorded_at from {log} where sequence = (select max(sequence) from {log})"
    for log in ("consent_event", "link_event", "membership_event")
)
_NEW_NUMBER = (
    "insert into local_patient (facility, value, value_key, patient) values (?, ?, ?, '')"
    " on conflict (facility, value) do nothing"
)
_NUMBER = "select id, facility, value, patient from local_patient where "
_CASE = (
    "select c.local_patient, l.facility, l.value, c.patient, c.kind, c.opened_by, c.opened_at, c.score,"
    " c.agreement, c.reason, c.held from link_case c join local_patient l on l.id = c.local_patient"
)
_ORDER = " order by case c.kind when 'contested' then 0 else 1 end, c.opened_at, c.local_patient limit ?"
_OPEN = (
    "insert into link_case"
    " (local_patient, patient, kind, opened_by, opened_at, score, agreement, reason, held)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (local_patient) do update set"
    " patient = excluded.patient, kind = excluded.kind, opened_by = excluded.opened_by,"
    " opened_at = excluded.opened_at, score = excluded.score, agreement = excluded.agreement,"
    " reason = excluded.reason, held = excluded.held"
)
_SAID = (
    "family, given, kana_family, kana_given, birth_day, sex, phone,"
    " former_family, former_given, former_kana_family, former_kana_given"
)
_STATE = (
    f"insert into local_statement (local_patient, digest, source, stated_at, {_SAID})"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (local_patient, digest)"
    " do update set source = excluded.source, stated_at = excluded.stated_at"
)
_STATED = (
    f"select s.local_patient, l.facility, l.value, s.source, s.stated_at, {_SAID}"
    " from local_statement s join local_patient l on l.id = s.local_patient where s.local_patient in "
)
_DIGESTS = "select local_patient, digest, stated_at from local_statement where "
_LATEST = f"{_DIGESTS}local_patient in "
_NEWEST = f"{_DIGESTS}source = ? and local_patient in "
_KEY = (
    "insert into statement_key (key, local_patient) values (?, ?) on conflict (key, local_patient) do nothing"
)


def remember(transaction: Transaction, surrogate: int, event: LinkEvent) -> LinkEvent:
    """Append to the log of links; numbered with the consents, so that both logs have one order."""
    kept = event._replace(sequence=transaction.next_number("consent"), surrogate=surrogate)
    transaction.execute(
        _NOTE,
        (
            *(kept.sequence, kept.patient, kept.kind.value, storable(kept.by), kept.at),
            *(storable(kept.reason), kept.agreement, surrogate),
        ),
    )
    return kept


class SqlLinks:
    """Keeps `Links` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction, flush: Callable[[], None]) -> None:
        """Read and write in `transaction`; `flush` writes what is filed and waits."""
        self._transaction = transaction
        self._flush = flush

    def note(self, local: LocalPatientId, event: LinkEvent) -> LinkEvent:
        """Append what happened; the number gets its surrogate if it had none."""
        value = storable(local.value)
        self._transaction.execute(_NEW_NUMBER, (local.facility, value, number_key(value)))
        row = self._transaction.execute(
            "select id from local_patient where facility = ? and value = ?", (local.facility, value)
        ).fetchone()
        assert row is not None  # noqa: S101  it was there, or has been inserted
        return remember(self._transaction, int(row[0]), event)

    def turn(self) -> int:
        """Wait for every other writer of decisions, and return the moment of the last one."""
        self._transaction.next_number("consent", 0)
        rows = self._transaction.execute(_LAST).fetchall()
        return max(((int(row[0]), int(row[1])) for row in rows), default=(0, 0))[1]

    def history(self, surrogate: int) -> Sequence[LinkEvent]:
        """Return what happened to a number, oldest first."""
        return self._events("local_patient", surrogate)

    def of_person(self, patient: PatientId) -> Sequence[LinkEvent]:
        """Return what happened between any number and a person, oldest first."""
        return self._events("patient", patient)

    def number(self, surrogate: int) -> LocalNumber | None:
        """Return a number by its surrogate."""
        return self._number("id = ?", (surrogate,))

    def find(self, local: LocalPatientId) -> LocalNumber | None:
        """Return a number that is or was somebody's, or is proposed."""
        return self._number("facility = ? and value = ?", (local.facility, storable(local.value)))

    def filed(self, surrogate: int, entries: Sequence[EntryId]) -> Mapping[EntryId, str]:
        """Return those of the entries that lie under a number, with their data kind and no more."""
        self._flush()
        found: dict[EntryId, str] = {}
        for some in _pieces(entries):
            rows = self._transaction.read(
                f"select id, data_kind from entry where local_patient = ? and id in ({_marks(some)})",
                (surrogate, *some),
            ).fetchall()
            found.update((EntryId(entry), kind) for entry, kind in rows)
        return found

    def _number(self, where: str, parameters: tuple[object, ...]) -> LocalNumber | None:
        row = self._transaction.read(_NUMBER + where, parameters).fetchone()
        if row is None:
            return None
        surrogate, facility, value, patient = row
        return LocalNumber(surrogate, LocalPatientId(FacilityCode(facility), value), PatientId(patient))

    def _events(self, column: str, value: object) -> list[LinkEvent]:
        rows = self._transaction.read(
            f"select {_EVENT} from link_event where {column} = ? order by sequence", (value,)
        ).fetchall()
        return [
            LinkEvent(sequence, PatientId(patient), LinkKind(kind), *rest)
            for sequence, patient, kind, *rest in rows
        ]


class SqlLinkCases:
    """Keeps `LinkCases` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def open(self, case: LinkCase) -> None:
        """Put a case into the queue, in place of an older one of the same number."""
        surrogate, _, patient, kind, by, at, score, agreement, reason, held = case
        self._transaction.execute(
            _OPEN,
            (
                *(surrogate, patient, kind.value, storable(by), at, score, agreement, storable(reason)),
                int(held),
            ),
        )

    def close(self, surrogate: int) -> bool:
        """Take a number's case out, and say whether there was one."""
        statement = "delete from link_case where local_patient = ?"
        return self._transaction.execute(statement, (surrogate,)).rowcount == 1

    def find(self, surrogate: int) -> LinkCase | None:
        """Return a number's case."""
        row = self._transaction.read(f"{_CASE} where c.local_patient = ?", (surrogate,)).fetchone()
        return None if row is None else _case(row)

    def all(self, facility: str, most: int) -> Sequence[LinkCase]:
        """Return cases of a facility's numbers, or of all where it is empty."""
        of_facility, parameters = (" where l.facility = ?", [facility]) if facility else ("", [])
        rows = self._transaction.read(f"{_CASE}{of_facility}{_ORDER}", (*parameters, most)).fetchall()
        return [_case(row) for row in rows]


class SqlLocalStatements:
    """Keeps `LocalStatements` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def add(self, statements: Sequence[Statement]) -> None:
        """Keep what is said; the same said again becomes the newest and is not kept twice."""
        last: dict[int, int] = {}
        for surrogate, _, at in self._rows(_LATEST, [one.surrogate for one in statements]):
            last[surrogate] = max(at, last.get(surrogate, 0))
        for one in statements:
            at = last[one.surrogate] = max(one.at, last.get(one.surrogate, -1) + 1)
            name, day, sex, phone, _, former = one.facts
            texts = [storable(text) for text in (*name, phone, *former)]
            self._transaction.execute(
                _STATE,
                (one.surrogate, one.digest, one.source, at, *texts[:4], day, sex.value, *texts[4:]),
            )
            for key in sorted(keys_of(one.facts)):
                self._transaction.execute(_KEY, (storable(key), one.surrogate))

    def of(self, surrogates: Sequence[int]) -> Mapping[int, Sequence[Statement]]:
        """Return what was said of these numbers, newest first."""
        found: dict[int, list[Statement]] = {}
        for row in self._rows(_STATED, surrogates):
            statement = _statement(row)
            found.setdefault(statement.surrogate, []).append(statement)
        for said in found.values():
            said.sort(key=lambda one: -one.at)
        return found

    def newest(self, surrogates: Sequence[int], source: str) -> Mapping[int, bytes]:
        """Return the digest of what `source` said last of each of these numbers."""
        found: dict[int, tuple[int, bytes]] = {}
        for surrogate, digest, at in self._rows(_NEWEST, surrogates, source):
            found[surrogate] = max(found.get(surrogate, (-1, b"")), (at, bytes(digest)))
        return {surrogate: digest for surrogate, (_, digest) in found.items()}

    def alike(self, keys: Sequence[str], most: int) -> Sequence[PatientId]:
        """Return persons who have one of the keys, or a linked number of whom does."""
        kept = [storable(key) for key in keys]
        if not kept:
            return []
        marks = _marks(kept)
        rows = self._transaction.read(
            f"select patient from (select patient, key from patient_key where key in ({marks})"
            " union select l.patient, s.key from statement_key s"
            " join local_patient l on l.id = s.local_patient"
            f" where s.key in ({marks}) and l.patient <> '') as found"
            " group by patient order by count(*) desc, patient limit ?",
            (*kept, *kept, most),
        ).fetchall()
        return [PatientId(patient) for (patient,) in rows]

    def _rows(self, statement: str, surrogates: Sequence[int], *first: object) -> list[Row]:
        rows: list[Row] = []
        for some in _pieces(list(dict.fromkeys(surrogates))):
            rows += self._transaction.read(f"{statement}({_marks(some)})", (*first, *some)).fetchall()
        return rows


def _pieces(values: Sequence[int]) -> list[Sequence[int]]:
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _case(row: Row) -> LinkCase:
    surrogate, facility, value, patient, kind, by, at, score, agreement, reason, held = row
    local = LocalPatientId(FacilityCode(facility), value)
    return LinkCase(
        *(surrogate, local, PatientId(patient), LinkKind(kind)),
        *(by, at, score, agreement, reason, bool(held)),
    )


def _statement(row: Row) -> Statement:
    surrogate, facility, value, source, at, *said = row
    local = LocalPatientId(FacilityCode(facility), value)
    name, former = HumanName(*said[:4]), HumanName(*said[7:])
    facts = PersonFacts(name, Day(said[4]), Sex(said[5]), said[6], local, former)
    return Statement(surrogate, facts, source, at)
