"""What the calendar's table shows around its cells: columns and their heads; the same for all patients.

A head leads closer by an address that names no patient: it begins with `?`, so each page completes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from markupsafe import escape

from hie.record.times import Day, date_from_day
from viewer.formats import WEEKDAYS, era_year, short_day
from viewer.locale import WORDS, Language
from viewer.periods import CLOSER, COUNTED, SINGLE, Column, View

SATURDAY = 5
ROOM_FOR_A_YEAR = 2
"""Columns of a month over which there is room for its year."""


@lru_cache(256)
def frame(
    view: View,
    columns: tuple[Column, ...],
    today: Day,
    language: Language,
    picked: str,
    oldest_first: bool,  # noqa: FBT001  one of two orders
) -> str:
    """Draw everything of the table that stands before its body; `picked` is added to each address."""
    words = WORDS[language]
    order = " oldest" if oldest_first else ""
    counted = " counted" if view in COUNTED else ""
    return "".join(
        (
            f'<table class="grid {view}{counted}{order}">',
            f'<caption class="unseen">{escape(words("calendar.grid"))}</caption>',
            *_columns(view, columns, today),
            '<thead><tr class="months"><th class="corner" rowspan="2" scope="col">',
            f"{escape(words('calendar.kind'))}</th>",
            *_groups(view, columns, language, str(escape(picked))),
            '</tr><tr class="days">',
            *_heads(view, columns, today, language, str(escape(picked))),
            "</tr></thead>",
        )
    )


def _columns(view: View, columns: Sequence[Column], today: Day) -> Iterator[str]:
    yield '<colgroup><col class="heads"></colgroup><colgroup>'
    for column in columns:
        names = []
        if view in SINGLE and date_from_day(column.first).weekday() >= SATURDAY:
            names.append("weekend")
        if column.first <= today <= column.last and len(columns) > 1:
            names.append("today")
        yield f'<col class="{" ".join(names)}">' if names else "<col>"
    yield "</colgroup>"


def _groups(view: View, columns: Sequence[Column], language: Language, picked: str) -> Iterator[str]:
    """Head the columns of each month, or of each year; a week belongs to the month of its last day."""
    if view is View.LIFE:
        life = escape(WORDS[language]("calendar.life"))
        yield f'<th scope="colgroup" colspan="{len(columns)}"><span>{life}</span></th>'
        return
    unit = 10000 if view is View.YEAR else 100
    widths: dict[int, int] = {}
    for column in columns:
        part = column.last // unit
        widths[part] = widths.get(part, 0) + 1
    for part, width in widths.items():
        if view is View.YEAR:
            text, closer = _year(part, language), ""
        else:
            text = _month(
                part, language, whole=width >= ROOM_FOR_A_YEAR or view not in {View.HALF, View.MONTH}
            )
            last = max(column.last for column in columns if column.last // unit == part)
            closer = "" if view is View.MONTH else f"?view=month&amp;at={last}{picked}"
        inside = f'<a href="{closer}">{text}</a>' if closer else text
        yield f'<th scope="colgroup" colspan="{width}"><span>{inside}</span></th>'


def _month(month: int, language: Language, *, whole: bool) -> str:
    year, number = divmod(month, 100)
    if language is Language.ENGLISH:
        return f"{year}-{number:02}"
    # One column has no room for the year.
    return f"{year}年{number}月" if whole else f"{number}月"


def _year(year: int, language: Language) -> str:
    return f"{year}" if language is Language.ENGLISH else f"{year}年"


def _heads(
    view: View, columns: Sequence[Column], today: Day, language: Language, picked: str
) -> Iterator[str]:
    for column in columns:
        current = ' aria-current="date"' if column.first <= today <= column.last else ""
        text = _head(view, column, language)
        closer = CLOSER.get(view)
        if closer is not None:
            text = f'<a href="?view={closer}&amp;at={column.last}{picked}">{text}</a>'
        yield f'<th scope="col"{current}>{text}</th>'


def _head(view: View, column: Column, language: Language) -> str:
    japanese = language is Language.JAPANESE
    if view is View.HALF:
        return f"{short_day(column.first, WORDS[language])}{'<span>〜</span>' if japanese else ''}"
    if view is View.LIFE:
        return f"<b>{column.first // 10000}</b><span>{era_year(column.last, language)}</span>"
    if view is View.YEAR:
        number = column.first // 100 % 100
        return f"<b>{number}</b>月" if japanese else f"<b>{column.first // 10000}-{number:02}</b>"
    when = date_from_day(column.first)
    return f"<b>{when.day}</b><span>{WEEKDAYS[language][when.weekday()][:2]}</span>"
