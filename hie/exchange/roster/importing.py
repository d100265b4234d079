"""Many facilities or people at once, from a table: a dry run says what each line would do, then it is done.

Both are the same code: the dry run does everything and takes it back. Whoever comes in by a table is
invited as anybody else; each gets a letter and is approved by somebody else than who brought the table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from hie.exchange.ports import Clock, Store, UnitOfWork
from hie.exchange.roster import facilities, inviting
from hie.exchange.roster.facilities import Joining
from hie.exchange.roster.inviting import Draft, Letter, Misfilled
from hie.exchange.roster.keepers import expect_governor
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode
from hie.record.people import FacilityKind
from hie.record.requester import Requester, Role

MOST_LINES = 500
MOST_CHARACTERS = 200_000
FACILITY_COLUMNS = {
    "code": ("施設コード", "code"),
    "name": ("施設名", "name"),
    "short_name": ("略称", "short"),
    "kind": ("種別", "kind"),
}
PEOPLE_COLUMNS = {
    "facility": ("施設コード", "facility"),
    "name": ("氏名", "name"),
    "role": ("職種", "role"),
    "number": ("番号", "number"),
}
_MAY_BE_EMPTY = frozenset({"short_name"})

Said = Callable[[str], str]
"""Reads a word of the screen's language back into its code: `病院` is `hospital`."""


class Outcome(NamedTuple):
    """What one line does."""

    number: int
    """As spreadsheets number lines; the heading is 1."""
    words: tuple[str, ...]
    field: str = ""
    """What is wrong with it, as `Misfilled` says; empty where nothing is."""
    reason: str = ""
    letter: Letter | None = None

    @property
    def is_fine(self) -> bool:
        """Say whether the line is taken."""
        return not self.reason


class _TakenBack(Exception):
    """The dry run is over."""


def read_table(content: bytes) -> str:
    """Read the bytes of a table as spreadsheets of this country write them: UTF-8 or Windows-31J."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text
    raise Invalid("the file is no text")


def import_facilities(
    store: Store, clock: Clock, requester: Requester, table: str, said: Said, *, dry: bool
) -> list[Outcome]:
    """Let the facilities of a table take part; raise `Invalid` for what is no such table."""
    expect_governor(requester)
    rows = _rows(table, FACILITY_COLUMNS)

    def join(work: UnitOfWork, row: Mapping[str, str]) -> None:
        kind = said(row["kind"])
        if kind not in set(FacilityKind) or kind == FacilityKind.SECRETARIAT:
            raise Misfilled("kind", "missing")
        joining = Joining(row["code"], row["name"], row["short_name"], kind, "CSV")
        try:
            facilities.enter(work, clock.now(), requester, joining)
        except Conflict as error:
            raise Misfilled("code", "joined") from error

    return _done(store, rows, join, dry=dry)


def import_people(
    store: Store, clock: Clock, requester: Requester, table: str, said: Said, *, dry: bool
) -> list[Outcome]:
    """Invite the people of a table; raise `Invalid` for what is no such table."""
    expect_governor(requester)
    rows = _rows(table, PEOPLE_COLUMNS)

    def invite(work: UnitOfWork, row: Mapping[str, str]) -> Letter:
        role = said(row["role"])
        if role not in set(Role):
            raise Misfilled("role", "not-there")
        facility = FacilityCode(row["facility"].strip())
        try:
            return inviting.enter(
                work, clock, requester, Draft(row["name"], facility, Role(role), row["number"])
            )
        except NotFound as error:
            raise Misfilled("facility", "missing") from error

    return _done(store, rows, invite, dry=dry)


def _done(
    store: Store,
    rows: Sequence[Mapping[str, str]],
    act: Callable[[UnitOfWork, Mapping[str, str]], Letter | None],
    *,
    dry: bool,
) -> list[Outcome]:
    """Do each line in one transaction; a line that is refused is left out."""
    outcomes: list[Outcome] = []
    with suppress(_TakenBack), store.work() as work:
        for number, row in enumerate(rows, 2):
            words = tuple(row.values())
            try:
                letter = act(work, row)
            except Misfilled as wrong:
                outcomes.append(Outcome(number, words, wrong.field, wrong.reason))
            else:
                outcomes.append(Outcome(number, words, letter=None if dry else letter))
        if dry:
            raise _TakenBack
    return outcomes


def _rows(table: str, columns: Mapping[str, tuple[str, ...]]) -> list[dict[str, str]]:
    if len(table) > MOST_CHARACTERS:
        raise Invalid("the table is too large")
    try:
        lines = [line for line in csv.reader(io.StringIO(table), strict=True) if any(map(str.strip, line))]
    except csv.Error as error:
        raise Invalid("the table cannot be read") from error
    if not lines or len(lines) - 1 > MOST_LINES:
        raise Invalid("the table has a heading and at most 500 lines")
    heads = [head.strip().casefold() for head in lines[0]]
    places = {
        name: next((heads.index(one) for one in names if one in heads), -1) for name, names in columns.items()
    }
    if any(place < 0 for name, place in places.items() if name not in _MAY_BE_EMPTY):
        raise Invalid("a column is missing")
    return [
        {name: line[place] if 0 <= place < len(line) else "" for name, place in places.items()}
        for line in lines[1:]
    ]
