"""A clinic's table of many patients: shown line by line before anything is filed, then filed by patient.

A line whose number is nobody's and one whose patient shares nothing look the same, here as everywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from hie.exchange.feeds import handed
from hie.exchange.feeds.clinic_rows import Made, Whose, documents
from hie.exchange.feeds.filing import Outcome, Tally
from hie.exchange.feeds.handed import NO_TURN, Handed
from hie.exchange.feeds.own_records import UPLOADERS, File, is_interrupted, next_version, today, written
from hie.exchange.feeds.withdrawing import leaves, orders_of, take_back
from hie.exchange.gate.publish import Publishable, publishable
from hie.exchange.ports import Clock, Store, UnitOfWork
from hie.exchange.ports.uploads import MOST_UPLOADS, Upload, UploadKind, UploadState
from hie.readers.clinic_table import Column, Kind, Profile, Row, Table, guessed, heads_of, read_table
from hie.record.entry import EntryStatus, Format
from hie.record.eras import read_day
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.folding import sound
from hie.record.identifiers import FacilityCode, PatientId, content_hash
from hie.record.people import Patient
from hie.record.requester import Requester, Role
from hie.record.times import Day

TABLERS = UPLOADERS | {Role.CLERK}
"""Who may hand in a table: reception desks export them."""
_NUMBERS_AT_ONCE = 500


class Line(NamedTuple):
    """One line of the preview."""

    line: int
    number: str
    day: Day
    kind: Kind | None
    text: str
    """What it says, in the table's own words."""
    problem: str = ""
    """Why it will not be filed: a code of `clinic_table.Problem`, or `unknown-number`, `other-person`,
    `future`, `person`, `amount`."""

    def __repr__(self) -> str:
        """Show where it stands only."""
        return f"Line({self.line})"


class Rehearsal(NamedTuple):
    """What filing a table would do: nothing of it is done."""

    upload: Upload
    heads: tuple[str, ...]
    profile: Profile
    lines: tuple[Line, ...]
    documents: int
    unchanged: int
    patients: int
    replaced: int = 0
    """Documents that take the place of what stands of the same moment, with all that it says."""
    problem: str = ""
    """What is wrong with the whole."""

    @property
    def good(self) -> int:
        """Count the lines that will be filed."""
        return sum(not line.problem for line in self.lines)


class _Read(NamedTuple):
    """A table with what each line becomes."""

    lines: tuple[Line, ...]
    made: tuple[Made, ...]
    new: tuple[Made, ...]
    replaced: int
    """How many of the new ones take another's place."""
    whose: Mapping[str, PatientId]
    """The numbers of which something is made, and whose they are."""


def receive(store: Store, clock: Clock, requester: Requester, one: File) -> Upload:
    """Keep a table until somebody has seen what it would do; raise `Invalid` where it is no table.

    Which column is what is as in the facility's last table of the same heads, else guessed.
    """
    _must_hand_in(requester)
    heads = heads_of(one.content)
    now = clock.now()
    with store.work() as work:
        if work.uploads.waiting(requester.facility) >= MOST_UPLOADS:
            raise Invalid("too many files wait already", code="waiting")
        profile = _remembered(work, requester, heads) or Profile(guessed(heads))
        upload = Upload(
            clock.new_id(), requester.facility, PatientId(""), "", UploadKind.TABLE, UploadState.WAITING,
            "", "".join(sign for sign in one.name if sign.isprintable())[-120:], "", "", str(today(now)), "",
            0, len(one.content), hashlib.sha256(one.content).hexdigest(), _told(heads, profile), now,
            requester.user,
        )  # fmt: skip
        work.uploads.add(upload, one.content)
        work.audit.append([written(now, requester, "upload-kept", f"{upload.id} table")])
    return upload


def listed(store: Store, requester: Requester) -> Sequence[Upload]:
    """Return the facility's tables, newest first; raise `NotFound` for who hands none in."""
    _must_hand_in(requester)
    with store.look() as work:
        return work.uploads.tables(requester.facility, 20)


def arrange(store: Store, clock: Clock, requester: Requester, number: str, profile: Profile) -> None:
    """Say which column is what of a table that waits."""
    with store.work() as work:
        found = _waiting(work, requester, number)
        heads = heads_of(work.uploads.content(number))
        ours = {column: head for column, head in profile.columns.items() if head in heads}
        arranged = found._replace(told=_told(heads, profile._replace(columns=ours)))
        if not work.uploads.replace(arranged, UploadState.WAITING):
            raise Conflict("it is decided already")
        work.audit.append([written(clock.now(), requester, "upload-kept", f"{number} columns")])


def rehearse(store: Store, clock: Clock, requester: Requester, number: str) -> Rehearsal:
    """Say line by line what filing a table would do."""
    now = clock.now()
    with store.work() as work:
        found = _waiting(work, requester, number, interrupted=True)
        work.audit.append([written(now, requester, "upload-read", number)])
        work.commit()
        content = work.uploads.content(number)
        heads, profile = heads_of(content), _profile(found)
        try:
            table = read_table(content, profile)
        except Invalid as error:
            return Rehearsal(found, heads, profile, (), 0, 0, 0, problem=error.code)
        read = _read(work, requester.facility, table, now, "0" * 17)
    return Rehearsal(
        found,
        heads,
        profile,
        read.lines,
        len(read.new),
        len(read.made) - len(read.new),
        len(read.whose),
        read.replaced,
    )


def file(store: Store, clock: Clock, requester: Requester, number: str) -> Upload:
    """File the good lines of a table; return what became of it. Lines that are not good stay out."""
    now = clock.now()
    with store.work() as work:
        found = _waiting(work, requester, number, interrupted=True)
        content = work.uploads.content(number)
        version = found.version or next_version(work, requester, now)
        read = _read(work, requester.facility, read_table(content, _profile(found)), now, version)
        told = json.loads(found.told)
        # An interrupted filing may have filed what is not made any more: it is taken back with the rest.
        told["numbers"] = sorted(read.whose.keys() | set(told.get("numbers", ())))
        told["orders"] = sorted({one.name.order_number for one in read.made} | set(told.get("orders", ())))
        filing = found._replace(
            state=UploadState.FILED, version=version, told=json.dumps(told), decided_at=now,
            decided_by=requester.user,
        )  # fmt: skip
        if not work.uploads.replace(filing, found.state):
            raise Conflict("it is decided already")
        bad = sum(bool(line.problem) for line in read.lines)
        detail = f"{number} {len(read.lines) - bad} lines, {bad} left out"
        work.audit.append([written(now, requester, "upload-filed", detail)])
    outcomes = _fed(store, clock, requester.facility, number, read)
    told |= {
        "filed": outcomes[Outcome.INDEXED],
        "unchanged": len(read.made) - len(read.new) + outcomes[Outcome.UNCHANGED],
        "withheld": outcomes[Outcome.WITHHELD],
        "quarantined": outcomes[Outcome.QUARANTINED],
        "left_out": bad,
    }
    done = filing._replace(count=max(len(read.made), 1), told=json.dumps(told))
    with store.work() as work:
        late = not work.uploads.replace(done, UploadState.FILED, forget=True)
        if late:  # taken back meanwhile: what came after that goes too
            linked = work.patients.resolve(requester.facility, sorted(read.whose))
            for leave in leaves(work, requester.facility, list(linked), clock.now()):
                take_back(work, leave, version, orders_of(done))
    if late:
        raise Conflict("it was taken back meanwhile")
    return done


def ingest(  # noqa: PLR0913, PLR0917  whose, what, and how
    store: Store,
    clock: Clock,
    facility: FacilityCode,
    content: bytes,
    profile: Profile,
    version: str,
    turn: AbstractContextManager[object] = NO_TURN,
) -> Tally:
    """File the good lines of a table that lies in a clinic's folder; return what became of its documents.

    Lines that are not good count as quarantined, those of nobody and of who shares nothing as withheld.
    Raises `Invalid` where it is no table.
    """
    table = read_table(content, profile)
    with store.look() as work:
        read = _read(work, facility, table, clock.now(), version)
    tally: Tally = Counter()
    for line in read.lines:
        if line.problem:
            withheld = line.problem == "unknown-number"
            tally[Outcome.WITHHELD if withheld else Outcome.QUARANTINED] += 1
    tally[Outcome.UNCHANGED] += len(read.made) - len(read.new)
    name = f"table-{hashlib.sha256(content).hexdigest()[:16]}"
    for outcome, count in _fed(store, clock, facility, name, read, turn).items():
        tally[outcome or Outcome.QUARANTINED] += count
    return tally


def _fed(
    store: Store,
    clock: Clock,
    facility: FacilityCode,
    name: str,
    read: _Read,
    turn: AbstractContextManager[object] = NO_TURN,
) -> Counter[Outcome | None]:
    """Feed documents by their format; count what became of them."""
    outcomes: Counter[Outcome | None] = Counter()
    for how in (Format.SSMIX2, Format.CONTENT_FOLDER):
        some = [Handed(one.number, one.name.text(), one.content) for one in read.new if one.format is how]
        place = f"{name}-{how}"
        said = handed.feed(store, clock, facility, place, how, some, turn, read.whose) if some else []
        outcomes.update(one.outcome for one in said)
    return outcomes


def discard(store: Store, clock: Clock, requester: Requester, number: str) -> None:
    """Take a table away that waits."""
    now = clock.now()
    with store.work() as work:
        found = _waiting(work, requester, number)
        away = found._replace(state=UploadState.DISCARDED, decided_at=now, decided_by=requester.user)
        if not work.uploads.replace(away, found.state, forget=True):
            raise Conflict("it is decided already")
        work.audit.append([written(now, requester, "upload-discarded", f"{number} table")])


def _must_hand_in(requester: Requester) -> None:
    if requester.role not in TABLERS:
        raise NotFound("this role hands in no table")


def _waiting(work: UnitOfWork, requester: Requester, number: str, *, interrupted: bool = False) -> Upload:
    """Return a table that waits, or also one whose filing was `interrupted`: that can be finished only."""
    _must_hand_in(requester)
    found = work.uploads.find(requester.facility, number)
    if found is None or found.kind is not UploadKind.TABLE:
        raise NotFound("no such table")
    if found.state is not UploadState.WAITING and not (interrupted and is_interrupted(found)):
        raise Conflict("it is decided already")
    return found


def _told(heads: Sequence[str], profile: Profile) -> str:
    columns = {column.value: head for column, head in profile.columns.items()}
    return json.dumps({"heads": list(heads), "columns": columns, "kind": profile.kind})


def _profile(upload: Upload) -> Profile:
    told = json.loads(upload.told)
    columns = {Column(column): str(head) for column, head in told.get("columns", {}).items()}
    return Profile(columns, Kind(told["kind"]) if told.get("kind") else None)


def _remembered(work: UnitOfWork, requester: Requester, heads: Sequence[str]) -> Profile | None:
    """Return how the facility's newest filed table of the same heads was read."""
    for one in work.uploads.tables(requester.facility):
        if one.state is UploadState.FILED and json.loads(one.told).get("heads") == list(heads):
            return _profile(one)
    return None


def _read(work: UnitOfWork, facility: FacilityCode, table: Table, now: int, version: str) -> _Read:
    """Find whose each line is, and make the documents; nothing is written."""
    numbers = sorted({row.number for row in table.rows})
    allowed: dict[str, Publishable] = {}
    for start in range(0, len(numbers), _NUMBERS_AT_ONCE):
        allowed |= publishable(work, facility, numbers[start : start + _NUMBERS_AT_ONCE], now)
    people = work.patients.files([one.grant.patient for one in allowed.values()])
    persons = {number: people[one.grant.patient].patient for number, one in allowed.items()}
    name = next((one.name for one in work.directory.all() if one.code == facility), facility)
    by_number: dict[str, list[Row]] = {}
    problems: dict[int, str] = {one.line: one.reason for one in table.problems}
    for row in table.rows:
        if wrong := _wrong(row, persons.get(row.number), today(now)):
            problems[row.line] = wrong
        else:
            by_number.setdefault(row.number, []).append(row)
    made: list[Made] = []
    new: list[Made] = []
    replaced = 0
    for number, rows in by_number.items():
        some, refused = documents(Whose(facility, name, number, persons[number]), rows, version)
        problems |= {one.line: one.reason for one in refused}
        made += some
        standing = _standing(work, allowed[number].local_patient)
        fresh = [one for one in some if content_hash(one.content) not in standing.get(one.name[1:4], set())]
        replaced += sum(bool(standing.get(one.name[1:4])) for one in fresh)
        new += fresh
    return _Read(
        tuple(_lines(table, problems)),
        tuple(made),
        tuple(new),
        replaced,
        {one.number: allowed[one.number].grant.patient for one in made},
    )


def _wrong(row: Row, person: Patient | None, day: Day) -> str:
    """Say why a line is not filed for who its number is."""
    if person is None:
        return "unknown-number"
    if row.day > day:
        return "future"
    kana, born = row.says(Column.KANA), row.says(Column.BORN)
    if kana and person.name.kana and sound(kana) != sound(person.name.kana):
        return "other-person"
    if born and person.birth_day and read_day(born) != person.birth_day:
        return "other-person"
    return ""


def _standing(work: UnitOfWork, local_patient: int) -> dict[tuple[str, ...], set[bytes]]:
    """Return the hashes of what stands, by care date, kind and order number."""
    known: dict[tuple[str, ...], set[bytes]] = {}
    for key, several in work.registry.known(local_patient).items():
        standing = {one.content_hash for one in several if one.status is EntryStatus.APPROVED}
        known.setdefault(key[:3], set()).update(standing)
    return known


def _lines(table: Table, problems: Mapping[int, str]) -> Iterator[Line]:
    """Yield all lines in order, those that could not be understood too."""
    rows = {row.line: row for row in table.rows}
    for line in sorted(rows.keys() | problems.keys()):
        row = rows.get(line)
        problem = problems.get(line, "")
        if row is None:
            yield Line(line, "", Day(0), None, "", problem)
        else:
            yield Line(line, row.number, row.day, row.kind, _said(row), problem)


def _said(row: Row) -> str:
    columns = (Column.ITEM, Column.VALUE, Column.DOSE, Column.UNIT, Column.USAGE, Column.DAYS)
    return " ".join(row.says(column) for column in columns if row.says(column))
