"""The patient index in SQL: persons, links with their history, and who may ask about whom."""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hie.exchange.linking.likeness import keys_of as likeness_keys
from hie.exchange.ports import LinkEvent, LinkKind, PatientFile, PatientLine
from hie.record.errors import Conflict
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import HumanName, Patient, PersonFacts, Sex
from hie.record.times import Day
from hie.store.lines import Row
from hie.store.links import remember
from hie.store.search_keys import LAST, kana_key, keys_of, number_key, words_of
from hie.store.storable import storable
from hie.store.transaction import Transaction

MOST_LINES = 200
_AT_ONCE = 500

_COLUMNS = "p.id, p.family, p.given, p.kana_family, p.kana_given, p.birth_day, p.sex"
_ENROL = (
    "insert into patient (id, family, given, kana_family, kana_given, birth_day, sex, kana_key)"
    " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set family = excluded.family,"
    " given = excluded.given, kana_family = excluded.kana_family, kana_given = excluded.kana_given,"
    " birth_day = excluded.birth_day, sex = excluded.sex, kana_key = excluded.kana_key"
)
_LINKED = "select id, patient from local_patient where facility = ? and value = ?"
_NEW_LOCAL = (
    "insert into local_patient (facility, value, value_key, patient) values (?, ?, ?, ?)"
    " on conflict (facility, value) do nothing returning id"
)
_REACHED = (
    " from patient p where p.id in ("
    "select patient from local_patient where facility = ? and patient <> ''"
    " union select patient from consent_reach where recipient = ? and starts_at <= ? and ? < ends_at)"
)
_WORD = (
    " and p.id in (select patient from patient_key where key >= ? and key < ?"
    " union all select patient from local_patient where facility = ? and value_key >= ? and value_key < ?)"
)
_PERSONS = f"select {_COLUMNS} from patient p where p.id in "
_NUMBERS = "select patient, facility, value from local_patient where patient in "
_BY_FACILITY = " order by facility, value"
# Without `|| ''` SQLite takes the index that is sorted by value, and reads all numbers of the facility.
_LINE = (
    f"select {_COLUMNS},"
    " coalesce((select min(value || '') from local_patient o where o.facility = ? and o.patient = p.id), ''),"
    " (select count(distinct facility) from local_patient a where a.patient = p.id)"
)


class SqlPatientIndex:
    """Keeps `PatientIndex` on SQLite and PostgreSQL."""

    def __init__(self, transaction: Transaction) -> None:
        """Read and write in `transaction`."""
        self._transaction = transaction

    def enrol(self, patient: Patient) -> None:
        """Remember a person, or what is newly known of one."""
        number, name, birth_day, sex = patient
        parts = tuple(storable(part) for part in name)
        kept = Patient(number, HumanName(*parts), birth_day, sex)
        execute = self._transaction.execute
        execute(_ENROL, (number, *parts, birth_day, sex.value, kana_key(kept)))
        execute("delete from patient_key where patient = ?", (number,))
        alike = likeness_keys(PersonFacts(kept.name, birth_day, sex))
        for key in sorted(keys_of(kept) | alike):
            execute("insert into patient_key (key, patient) values (?, ?)", (key, number))

    def link(self, local: LocalPatientId, patient: PatientId, by: str, at: int) -> int:
        """Record that `local` is `patient`; return the surrogate, which outlives the link."""
        execute = self._transaction.execute
        value = storable(local.value)
        key = (local.facility, value)
        made = execute(_NEW_LOCAL, (*key, number_key(value), patient)).fetchone()
        if made is not None:
            self._remember(made[0], patient, LinkKind.LINKED, by, at)
            return int(made[0])
        surrogate, linked = execute(_LINKED, key).fetchone() or (0, "")
        if linked == patient:
            return int(surrogate)
        freed = "update local_patient set patient = ? where id = ? and patient = ''"
        if linked or execute(freed, (patient, surrogate)).rowcount != 1:
            raise Conflict("this number is linked to another person")
        self._remember(surrogate, patient, LinkKind.LINKED, by, at)
        return int(surrogate)

    def unlink(
        self,
        local: LocalPatientId,
        by: str,
        at: int,
        kind: LinkKind = LinkKind.UNLINKED,
        reason: str = "",
    ) -> None:
        """End the link, because it was ended or is contested; its history stays."""
        execute = self._transaction.execute
        surrogate, linked = execute(_LINKED, (local.facility, storable(local.value))).fetchone() or (0, "")
        if not linked:
            return
        execute("update local_patient set patient = '' where id = ?", (surrogate,))
        self._remember(surrogate, linked, kind, by, at, reason)

    def resolve(self, facility: FacilityCode, values: Sequence[str]) -> Mapping[str, tuple[int, PatientId]]:
        """Return surrogate and person of the linked ones among a facility's numbers.

        In a unit of work that writes, nobody else links them or files for them before its commit.
        """
        found: dict[str, tuple[int, PatientId]] = {}
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            kept = {storable(value): value for value in some}
            marks = ", ".join("?" * len(kept))
            rows = self._transaction.read(
                f"select value, id, patient from local_patient where facility = ? and value in ({marks})"
                f" and patient <> '' order by value{self._transaction.held}",
                (facility, *kept),
            ).fetchall()
            found.update((kept[value], (surrogate, PatientId(patient))) for value, surrogate, patient in rows)
        return found

    def numbered(self, values: Sequence[str], limit: int) -> Sequence[PatientId]:
        """Return persons who have one of these numbers at any facility of the directory, by id."""
        kept = tuple(dict.fromkeys(storable(value) for value in values))
        if not kept:
            return []
        # Naming the facilities lets the index by facility and value answer.
        rows = self._transaction.read(
            "select distinct patient from local_patient where facility in (select code from facility)"
            f" and value in ({', '.join('?' * len(kept))}) and patient <> '' order by patient"
            f" limit {int(limit)}",
            kept,
        ).fetchall()
        return [PatientId(patient) for (patient,) in rows]

    def files(self, patients: Sequence[PatientId]) -> Mapping[PatientId, PatientFile]:
        """Return the persons among these that are known, with their live links."""
        found: dict[PatientId, PatientFile] = {}
        for start in range(0, len(patients), _AT_ONCE):
            some = tuple(patients[start : start + _AT_ONCE])
            marks = ", ".join("?" * len(some))
            numbers: dict[str, list[LocalPatientId]] = {}
            for number, facility, value in self._transaction.read(
                _NUMBERS + f"({marks}){_BY_FACILITY}", some
            ).fetchall():
                numbers.setdefault(number, []).append(LocalPatientId(facility, value))
            for row in self._transaction.read(f"{_PERSONS}({marks})", some).fetchall():
                found[row[0]] = PatientFile(_patient(row), tuple(numbers.get(row[0], ())))
        return found

    def reachable(self, facility: FacilityCode, words: str, now: int, skip: int = 0) -> Sequence[PatientLine]:
        """Return persons `facility` might ask about, found by `words`; at most 200 after `skip`, by kana."""
        text, parameters = _REACHED, [facility, facility, now, now]
        for word in words_of(storable(words)):
            number = number_key(word) or word
            text += _WORD
            parameters += [word, word + LAST, facility, number, number + LAST]
        rows = self._transaction.read(
            f"{_LINE}{text} order by p.kana_key, p.id limit {MOST_LINES} offset ?",
            (facility, *parameters, skip),
        ).fetchall()
        return [PatientLine(_patient(row[:7]), row[7], row[8]) for row in rows]

    def _remember(
        self, surrogate: int, patient: str, kind: LinkKind, by: str, at: int, reason: str = ""
    ) -> None:
        remember(self._transaction, surrogate, LinkEvent(0, PatientId(patient), kind, by, at, reason))


def _patient(row: Row) -> Patient:
    number, family, given, kana_family, kana_given, birth_day, sex = row
    name = HumanName(family, given, kana_family, kana_given)
    return Patient(PatientId(number), name, Day(birth_day), Sex(sex))
