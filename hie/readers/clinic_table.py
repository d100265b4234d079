"""Tables that a clinic's own system exports (CSV): a profile says which column is what.

Read leniently by bytes (UTF-8 or Shift JIS, comma or tab), strictly by line: what cannot be understood
of a line is said with its number and a code, and the other lines go on.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from hie.record.eras import read_day
from hie.record.errors import Invalid
from hie.record.times import UNKNOWN_DAY, Day

MOST_BYTES = 8 * 1024 * 1024
MOST_LINES = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 500
"""Characters."""


class Column(StrEnum):
    """What a column may be."""

    NUMBER = "number"
    KANA = "kana"
    BORN = "born"
    DATE = "date"
    TIME = "time"
    KIND = "kind"
    CODE = "code"
    ITEM = "item"
    VALUE = "value"
    UNIT = "unit"
    RANGE = "range"
    FLAG = "flag"
    DOSE = "dose"
    USAGE = "usage"
    DAYS = "days"
    AMOUNT = "amount"
    ORDER = "order"
    DEPARTMENT = "department"
    NOTE = "note"


class Kind(StrEnum):
    """What a line speaks of."""

    LABORATORY = "laboratory"
    PRESCRIPTION = "prescription"
    VITAL = "vital"
    VISIT = "visit"


class Profile(NamedTuple):
    """Which column is what, and what a line is that does not say it."""

    columns: Mapping[Column, str] = {}
    """What each is -> the head of the column, as the table writes it."""
    kind: Kind | None = None
    """Of every line, where the table has no column for it."""


class Row(NamedTuple):
    """One line, understood."""

    line: int
    """In the file, the head being line 1."""
    number: str
    day: Day
    time: str
    """`HHMM`, or empty."""
    kind: Kind
    cells: Mapping[Column, str]

    def says(self, column: Column) -> str:
        """Return a cell; empty where the table has no such column."""
        return self.cells.get(column, "")

    def __repr__(self) -> str:
        """Show where it stands only."""
        return f"Row({self.line})"


class Problem(NamedTuple):
    """Why a line is not taken."""

    line: int
    reason: str
    """A code: the column that is wrong, else `columns`, `long` or `characters`."""


class Table(NamedTuple):
    """A table, read."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    lines: int
    """Lines below the head."""


ALIASES: Mapping[Column, str] = {
    Column.NUMBER: "患者番号 患者ID カルテ番号 患者No 診察券番号 patient_id patientnumber number",
    Column.KANA: "カナ氏名 患者カナ フリガナ 氏名カナ 患者氏名カナ カナ kana",
    Column.BORN: "生年月日 birthdate birthday born",
    Column.DATE: "日付 検査日 採取日 受診日 診療日 処方日 測定日 実施日 採血日 date",
    Column.TIME: "時刻 採取時刻 測定時刻 受付時刻 時間 time",
    Column.KIND: "種別 区分 データ種別 kind type",
    Column.CODE: "項目コード コード 検査コード JLAC10 薬品コード 医薬品コード code",
    Column.ITEM: "項目 項目名 検査項目 検査名 薬品名 医薬品名 薬剤名 item name",
    Column.VALUE: "値 結果 結果値 検査値 測定値 result value",
    Column.UNIT: "単位 unit",
    Column.RANGE: "基準値 基準範囲 参考値 参考基準値 range",
    Column.FLAG: "判定 異常フラグ HL H/L flag",
    Column.DOSE: "用量 1回量 一回量 dose",
    Column.USAGE: "用法 usage",
    Column.DAYS: "日数 投与日数 処方日数 days",
    Column.AMOUNT: "数量 総量 調剤数量 amount quantity",
    Column.ORDER: "オーダー番号 依頼番号 伝票番号 受付番号 order",
    Column.DEPARTMENT: "診療科 科 department",
    Column.NOTE: "備考 コメント note comment",
}
"""Heads that need no profile."""

KINDS: Mapping[str, Kind] = {
    word: kind
    for kind, words in (
        (Kind.LABORATORY, "検査 検体検査 血液検査 検査結果 lab laboratory labo"),
        (Kind.PRESCRIPTION, "処方 投薬 院外処方 院内処方 薬 rx prescription"),
        (Kind.VITAL, "バイタル 測定 身体計測 vital vitals"),
        (Kind.VISIT, "受診 来院 外来 visit"),
    )
    for word in words.split()
}
_NEEDED = {
    Kind.LABORATORY: (Column.ITEM, Column.VALUE),
    Kind.PRESCRIPTION: (Column.ITEM,),
    Kind.VITAL: (Column.ITEM, Column.VALUE),
    Kind.VISIT: (),
}
_TIME = re.compile(r"(\d{1,2}):?(\d{2})(?::?\d{2})?")
_AMOUNTS = (Column.DOSE, Column.DAYS, Column.AMOUNT)
"""Columns that hold nothing but a number."""
_AMOUNT = re.compile(r"\d{1,9}(?:\.\d{1,6})?", re.ASCII)
_UNITS_OF_DAYS = re.compile(r"日分?$")
_LAST_HOUR, _LAST_MINUTE = 23, 59
_STRANGE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})
"""Categories of signs that no cell holds: controls, what turns or hides text, gaiji nobody can show."""
LONGEST_NUMBER = 20


def heads_of(content: bytes) -> tuple[str, ...]:
    """Return the heads of a table's columns; raises `Invalid` with a code like `read_table`."""
    return _lines(content)[0]


def guessed(heads: Sequence[str]) -> dict[Column, str]:
    """Say which column is what by its head alone; what no alias knows is left out."""
    found: dict[Column, str] = {}
    known = {_plain(word): column for column, words in ALIASES.items() for word in words.split()}
    for head in heads:
        column = known.get(_plain(head))
        if column is not None:
            found.setdefault(column, head)
    return found


def read_table(content: bytes, profile: Profile) -> Table:
    """Read a table by a profile; a profile without columns is guessed from the heads.

    Raises `Invalid` whose code says what is wrong with the whole: `empty`, `size`, `encoding`, `lines`,
    `heads` (two columns of one name, or too many), `number-column` or `date-column` (none).
    """
    heads, lines = _lines(content)
    columns = {**guessed(heads), **profile.columns} if not profile.columns else dict(profile.columns)
    places = {column: heads.index(head) for column, head in columns.items() if head in heads}
    for needed in (Column.NUMBER, Column.DATE):
        if needed not in places:
            raise Invalid("a table needs a column of this", code=f"{needed}-column")
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in lines:
        made = _row(line, cells, len(heads), places, profile.kind)
        if isinstance(made, Row):
            rows.append(made)
        else:
            problems.append(Problem(line, made))
    return Table(heads, tuple(rows), tuple(problems), len(lines))


def _row(
    line: int, cells: Sequence[str], width: int, places: Mapping[Column, int], kind: Kind | None
) -> Row | str:
    """Understand a line, or say what is wrong with it."""
    if wrong := _unfit(cells, width):
        return wrong
    said = {column: text for column, place in places.items() if (text := cells[place].strip())}
    said |= {
        column: _UNITS_OF_DAYS.sub("", unicodedata.normalize("NFKC", said[column]))
        for column in _AMOUNTS
        if column in said
    }
    number = unicodedata.normalize("NFKC", said.get(Column.NUMBER, ""))
    day, time = read_day(said.get(Column.DATE, "")), _time(said.get(Column.TIME, ""))
    speaks_of = _kind(said.get(Column.KIND, "")) or kind
    checks = (
        (Column.NUMBER, number.isascii() and number.isalnum() and len(number) <= LONGEST_NUMBER),
        (Column.DATE, day != UNKNOWN_DAY),
        (Column.TIME, time is not None),
        (Column.KIND, speaks_of is not None),
        *((column, column in said) for column in _NEEDED.get(speaks_of or Kind.VISIT, ())),
        *((column, _AMOUNT.fullmatch(said.get(column, "1")) is not None) for column in _AMOUNTS),
    )
    wrong = next((column.value for column, fits in checks if not fits), "")
    if wrong or speaks_of is None:
        return wrong
    return Row(line, number, day, time or "", speaks_of, said)


def _unfit(cells: Sequence[str], width: int) -> str:
    """Say what is wrong with the cells of a line, whatever they mean; empty if nothing is."""
    if len(cells) != width:
        return "columns"
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return "long"
    strange = any(unicodedata.category(sign) in _STRANGE for cell in cells for sign in cell)
    return "characters" if strange else ""


def _kind(said: str) -> Kind | None:
    """Say what a word of the kind's column means."""
    return KINDS.get(unicodedata.normalize("NFKC", said).strip().lower())


def _time(text: str) -> str | None:
    """Return `HHMM`, empty for nothing, `None` for what is no time of day."""
    kept = unicodedata.normalize("NFKC", text).strip()
    if not kept:
        return ""
    match = _TIME.fullmatch(kept)
    if not match or int(match[1]) > _LAST_HOUR or int(match[2]) > _LAST_MINUTE:
        return None
    return f"{int(match[1]):02d}{match[2]}"


def _lines(content: bytes) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    """Return the heads and the lines below them with their numbers; blank lines are left out."""
    text = _text(content)
    first = text.partition("\n")[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heads: tuple[str, ...] = ()
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not heads:
                heads = tuple(cell.strip() for cell in cells)
                continue
            lines.append((reader.line_num, cells))
            if len(lines) > MOST_LINES:
                raise Invalid("the table has too many lines", code="lines")
    except csv.Error as error:
        raise Invalid("the file is no table", code="table") from error
    if not heads or not lines:
        raise Invalid("the table has no lines", code="empty")
    named = [head for head in heads if head]
    if len(heads) > MOST_COLUMNS or len(set(named)) != len(named):
        raise Invalid("the table has two columns of one name, or too many", code="heads")
    return heads, lines


def _text(content: bytes) -> str:
    """Decode: UTF-8 where it is, else Shift JIS as Windows writes it."""
    if len(content) > MOST_BYTES:
        raise Invalid("the table is too large", code="size")
    if b"\0" in content:
        raise Invalid("the file is no text", code="encoding")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("the table is neither UTF-8 nor Shift JIS", code="encoding")


def _plain(head: str) -> str:
    """Fold a head: width, case, blanks and signs between do not tell columns apart."""
    kept = unicodedata.normalize("NFKC", head).casefold()
    return "".join(sign for sign in kept if sign.isalnum())
