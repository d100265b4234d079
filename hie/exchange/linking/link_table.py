"""A table of links from an index that was used before: read, planned line by line, and written in batches.

A line says: this facility's number means this person, of this key. Lines of one key are one person. A
line is judged by itself: what conflicts is put into the queue or reported, and stops nothing else. The
plan is made without writing anything. Written links count as confirmed only where two people are named;
otherwise each is a proposal that somebody must confirm.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from hie.exchange.linking import identity, linking, matching
from hie.exchange.linking.likeness import compare, keys_of
from hie.exchange.linking.linking import TABLE, Claim
from hie.exchange.ports import AuditEvent, Clock, Store, UnitOfWork
from hie.record.eras import read_day
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.folding import folded
from hie.record.identifiers import (
    ORDINARY_FACILITY_CODE,
    FacilityCode,
    LocalPatientId,
    PatientId,
    is_patient_id,
)
from hie.record.people import HumanName, Patient, PersonFacts, Sex
from hie.record.requester import Requester
from hie.record.times import UNKNOWN_DAY

BATCH = 500
MOST_BYTES = 32 * 1024 * 1024
LONGEST = 100
"""Characters of a number, a key or a part of a name."""

_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("facility", "施設コード", "医療機関コード", "施設"), "facility"),
    **dict.fromkeys(("number", "患者番号", "患者ID", "患者ＩＤ", "patient_id"), "number"),
    **dict.fromkeys(("person", "key", "個人キー", "名寄せキー", "地域ID", "link_key"), "key"),
    **dict.fromkeys(("family", "漢字姓", "姓"), "family"),
    **dict.fromkeys(("given", "漢字名", "名"), "given"),
    **dict.fromkeys(("kana_family", "カナ姓", "セイ"), "kana_family"),
    **dict.fromkeys(("kana_given", "カナ名", "メイ"), "kana_given"),
    **dict.fromkeys(("name", "漢字氏名", "氏名"), "name"),
    **dict.fromkeys(("kana", "カナ氏名", "氏名カナ"), "kana"),
    **dict.fromkeys(("birth_date", "birth", "生年月日"), "birth"),
    **dict.fromkeys(("sex", "性別"), "sex"),
    **dict.fromkeys(("phone", "電話番号", "電話"), "phone"),
}
_NEEDED = ("facility", "number", "key", "birth", "sex")
_SEXES = {
    **dict.fromkeys(("m", "1", "男", "男性"), Sex.MALE),
    **dict.fromkeys(("f", "2", "女", "女性"), Sex.FEMALE),
    **dict.fromkeys(("o", "3", "他", "その他"), Sex.OTHER),
}


class Fate(StrEnum):
    """What becomes of a line."""

    NEW = "new-person"
    LINKS = "links"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    INVALID = "invalid"


class Why(StrEnum):
    """Why a line is not simply written."""

    NOTHING = ""
    FACILITY = "facility"
    """No facility of that code takes part."""
    NUMBER = "number"
    KEY = "key"
    NAME = "name"
    BIRTH = "birth"
    SEX = "sex"
    TOO_LONG = "too-long"
    LINKED = "linked"
    """The number is this person's already, or waits for it."""
    TWICE = "twice"
    """The number stands in the table for another key."""
    ELSEWHERE = "elsewhere"
    """The number is another person's, or waits for a decision."""
    TWO_PEOPLE = "two-people"
    """The numbers of this key are linked to different persons."""
    DIFFERS = "differs"
    """Too little agrees with the other lines of the key, or with the person."""
    RESEMBLES = "resembles"
    """A person who is known already looks like this: somebody decides."""
    MEANWHILE = "meanwhile"
    """Somebody was first while it was written."""


class Line(NamedTuple):
    """A line of the table that could be read."""

    place: int
    """Of the file, from 1; the heading is 1."""
    key: str
    facts: PersonFacts

    def __repr__(self) -> str:
        """Show the place only."""
        return f"Line({self.place})"


class Planned(NamedTuple):
    """A line and what becomes of it."""

    place: int
    fate: Fate
    why: Why = Why.NOTHING
    claim: Claim | None = None
    """What is written or queued; none for what is not."""
    enrol: Patient | None = None
    """The person who must be enrolled first."""


class Names(NamedTuple):
    """Who answers for a table: one proposes, and where another confirms, its links count at once."""

    proposer: Requester
    confirmer: Requester | None = None


def read_table(content: bytes) -> Iterator[Line | Planned]:
    """Read a table in UTF-8 or Shift_JIS; yield each line, or why it is none.

    Raise `Invalid` where it is no table, or a column is missing.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("the table is too large")
    rows = csv.reader(io.StringIO(_text(content), newline=""))
    try:
        heading = next(rows, [])
        columns = [_COLUMNS.get(name.strip().lower()) or _COLUMNS.get(name.strip(), "") for name in heading]
        names = {"name", "kana"} <= set(columns) or {"kana_family", "kana_given"} <= set(columns)
        if not set(_NEEDED) <= set(columns) or not (names or "kana" in columns):
            raise Invalid("the table needs the columns facility, number, person, kana, birth_date and sex")
        for place, row in enumerate(rows, 2):
            if any(cell.strip() for cell in row):
                yield _line(place, dict(zip(columns, (cell.strip() for cell in row), strict=False)))
    except csv.Error as error:
        raise Invalid("this is no table of comma-separated values") from error


def plan(work: UnitOfWork, lines: Sequence[Line | Planned], new_id: Callable[[], str]) -> list[Planned]:
    """Say of each line what becomes of it, in the order of the table; writes nothing."""
    return _Planner(work, new_id).planned(lines)


def counted(planned: Sequence[Planned]) -> Mapping[Fate, int]:
    """Count the lines by what becomes of them."""
    counts = Counter(one.fate for one in planned)
    return {fate: counts[fate] for fate in Fate}


def apply(
    store: Store,
    clock: Clock,
    names: Names,
    planned: Sequence[Planned],
    progress: Callable[[int], None] = lambda _: None,
) -> list[Planned]:
    """Write a plan in batches with its audit records; return it with what became of each line.

    Raise `Invalid` where one person is to be both.
    """
    if names.confirmer is not None and folded(names.confirmer.user) == folded(names.proposer.user):
        raise Invalid("a table is brought by one person and confirmed by another")
    done: list[Planned] = []
    unborn: dict[PatientId, Patient] = {}
    remaining = iter(planned)
    while batch := list(islice(remaining, BATCH)):
        with store.work() as work:
            now = clock.now()
            written = [_written(work, now, names, one, unborn) for one in batch]
            tally = Counter(one.fate.value for one in written)
            detail = ", ".join(f"{count} {fate}" for fate, count in sorted(tally.items()))
            work.audit.append([AuditEvent(now, names.proposer, "link-import", "done", "", 0, (), 0, detail)])
        done += written
        progress(len(done))
    return done


def _written(
    work: UnitOfWork, now: int, names: Names, one: Planned, unborn: dict[PatientId, Patient]
) -> Planned:
    """Write one line; a person whose first number somebody else took meanwhile is kept in `unborn`.

    So nobody is enrolled who has no number; the next line of the same person enrols them.
    """
    claim = one.claim
    if claim is None:
        return one
    if one.enrol is not None:
        unborn[claim.patient] = one.enrol
    person = unborn.get(claim.patient)
    if person is not None:
        if not linking.is_free(work, claim):
            return one._replace(fate=Fate.CONFLICT, why=Why.MEANWHILE)
        identity.enrol(work, now, names.proposer, [unborn.pop(claim.patient)])
    try:
        if one.fate is Fate.CONFLICT:
            linking.doubt(work, now, names.proposer, claim, one.why)
        elif names.confirmer is None:
            linking.propose(work, now, names.proposer, claim)
        else:
            linking.confirm(work, now, names.confirmer, claim, {names.proposer.user})
    except (Conflict, Invalid, NotFound):
        return one._replace(fate=Fate.CONFLICT, why=Why.MEANWHILE)
    return one


class _Planner:
    """Keeps what earlier lines of the table said while later ones are judged."""

    def __init__(self, work: UnitOfWork, new_id: Callable[[], str]) -> None:
        self._work = work
        self._new_id = new_id
        self._facilities = {facility.code for facility in work.directory.all()}
        self._numbers: dict[LocalPatientId, str] = {}
        """Numbers of the table by the key they stood under first."""
        self._planned_keys: dict[str, list[Patient]] = {}
        """New persons of this table, by the folded words they are found by."""

    def planned(self, lines: Sequence[Line | Planned]) -> list[Planned]:
        fates: dict[int, Planned] = {}
        groups: dict[str, list[Line]] = {}
        for line in lines:
            if isinstance(line, Planned):
                fates[line.place] = line
            elif (wrong := self._first_look(line)) is not None:
                fates[line.place] = wrong
            else:
                groups.setdefault(line.key, []).append(line)
        for key, group in groups.items():
            fates.update((one.place, one) for one in self._group(key, group))
        return [fates[place] for place in sorted(fates)]

    def _first_look(self, line: Line) -> Planned | None:
        local = line.facts.local
        if local is None or local.facility not in self._facilities:
            return Planned(line.place, Fate.INVALID, Why.FACILITY)
        before = self._numbers.setdefault(local, line.key)
        if before != line.key:
            return Planned(line.place, Fate.CONFLICT, Why.TWICE)
        return None

    def _group(self, key: str, lines: Sequence[Line]) -> Iterator[Planned]:
        """Judge the lines of one key: they are one person, if what they say agrees."""
        owners = {line.place: self._owner(line) for line in lines}
        persons = {owner for owner in owners.values() if owner}
        if len(persons) > 1:
            yield from (Planned(line.place, Fate.CONFLICT, Why.TWO_PEOPLE) for line in lines)
            return
        person, new, why = self._person(key, lines[0], next(iter(persons), PatientId("")))
        known = [matching.known(person)]
        seen: set[LocalPatientId] = set()
        for line in lines:
            judged = self._judged(line, person, (new, why), known, owners[line.place], seen)
            new = None if judged.enrol else new
            yield judged

    def _judged(
        self,
        line: Line,
        person: Patient,
        origin: tuple[Patient | None, Why],
        known: list[PersonFacts],
        owner: PatientId,
        seen: set[LocalPatientId],
    ) -> Planned:
        new, why = origin
        local = line.facts.local
        assert local is not None  # noqa: S101  a line without one is invalid
        if local in seen or owner == person.id:
            return Planned(line.place, Fate.DUPLICATE, Why.LINKED)
        seen.add(local)
        if owner:
            return Planned(line.place, Fate.CONFLICT, Why.ELSEWHERE)
        claim = Claim(local, person.id, line.facts, TABLE)
        likeness = compare(line.facts, known[0], known[1:])
        if why is Why.RESEMBLES:
            return Planned(line.place, Fate.CONFLICT, why, claim)
        if not likeness.proposable:
            return Planned(line.place, Fate.CONFLICT, Why.DIFFERS, claim, new)
        known.append(line.facts)
        return Planned(line.place, Fate.NEW if new else Fate.LINKS, Why.NOTHING, claim, new)

    def _owner(self, line: Line) -> PatientId:
        """Return whose a number is, or for whom it waits in the queue."""
        assert line.facts.local is not None  # noqa: S101  a line without one is invalid
        number = self._work.links.find(line.facts.local)
        if number is None or number.patient:
            return number.patient if number else PatientId("")
        case = self._work.link_cases.find(number.surrogate)
        return case.patient if case else PatientId("")

    def _person(self, key: str, first: Line, owner: PatientId) -> tuple[Patient, Patient | None, Why]:
        """Return the person of a key, the same again if they are new, and whether somebody resembles them."""
        files = self._work.patients.files([one for one in (PatientId(key), owner) if is_patient_id(one)])
        if files:
            return files.get(PatientId(key), next(iter(files.values()))).patient, None, Why.NOTHING
        alike = [one.patient for one in matching.candidates(self._work, first.facts) if one.proposable]
        if alike or (alike := self._alike_in_table(first.facts)):
            return alike[0], None, Why.RESEMBLES
        name, born, sex, *_ = first.facts
        person = Patient(PatientId(self._new_id()), name, born, sex)
        for word in keys_of(first.facts):
            self._planned_keys.setdefault(word, []).append(person)
        return person, person, Why.NOTHING

    def _alike_in_table(self, facts: PersonFacts) -> list[Patient]:
        """Return new persons of this table under other keys who may be the same."""
        found = {one.id: one for word in keys_of(facts) for one in self._planned_keys.get(word, ())}
        return [one for one in found.values() if compare(facts, matching.known(one)).proposable]


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("the table is neither UTF-8 nor Shift_JIS")


def _line(place: int, cells: Mapping[str, str]) -> Line | Planned:
    if any(len(cell) > LONGEST for cell in cells.values()):
        return Planned(place, Fate.INVALID, Why.TOO_LONG)
    code, number, key = cells.get("facility", ""), cells.get("number", ""), cells.get("key", "")
    family, _, given = " ".join(cells.get("name", "").split()).partition(" ")
    kana_family, _, kana_given = " ".join(cells.get("kana", "").split()).partition(" ")
    name = HumanName(
        cells.get("family", family),
        cells.get("given", given),
        cells.get("kana_family", kana_family),
        cells.get("kana_given", kana_given),
    )
    born = read_day(cells.get("birth", ""))
    sex = _SEXES.get(cells.get("sex", "").lower(), Sex.UNKNOWN)
    for wrong, why in (
        (not ORDINARY_FACILITY_CODE.fullmatch(code), Why.FACILITY),
        (not number, Why.NUMBER),
        (not key, Why.KEY),
        (not (name.kana_family and name.kana_given), Why.NAME),
        (born == UNKNOWN_DAY, Why.BIRTH),
        (sex is Sex.UNKNOWN, Why.SEX),
    ):
        if wrong:
            return Planned(place, Fate.INVALID, why)
    local = LocalPatientId(FacilityCode(code), number)
    return Line(place, key, PersonFacts(name, born, sex, cells.get("phone", ""), local))
