"""What the calendar's table shows around its cells: columns and their heads; the same for all patients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from markupsafe import escape

from hie.record.times import Day, date_from_day
from viewer.formats import WEEKDAYS, short_day
from viewer.locale import WORDS, Language
from viewer.periods import Column, View, span

SATURDAY = 5


@lru_cache(128)
def frame(view: View, at: Day, today: Day, language: Language) -> str:
    """Draw everything of the table that stands before its body; `at` is any day shown."""
    columns = span(view, at).columns
    words = WORDS[language]
    return "".join(
        (
            f'<table class="grid {view}"><caption class="unseen">{escape(words("calendar.grid"))}</caption>',
            *_columns(view, columns, today),
            '<thead><tr class="months"><th class="corner" rowspan="2" scope="col">',
            f"{escape(words('calendar.kind'))}</th>",
            *_months(columns, language),
            '</tr><tr class="days">',
            *_days(view, columns, today, language),
            "</tr></thead>",
        )
    )


def _columns(view: View, columns: Sequence[Column], today: Day) -> Iterator[str]:
    yield '<colgroup><col class="kinds"></colgroup><colgroup>'
    for column in columns:
        names = []
        if view is View.MONTH and date_from_day(column.first).weekday() >= SATURDAY:
            names.append("weekend")
        if column.first <= today <= column.last:
            names.append("today")
        yield f'<col class="{" ".join(names)}">' if names else "<col>"
    yield "</colgroup>"


def _months(columns: Sequence[Column], language: Language) -> Iterator[str]:
    """Head the columns of each month; a week belongs to the month of its last day."""
    widths: dict[int, int] = {}
    for column in columns:
        month = column.last // 100
        widths[month] = widths.get(month, 0) + 1
    for month, width in widths.items():
        year, number = divmod(month, 100)
        # One column has no room for the year.
        text = f"{year}年{number}月" if width > 1 else f"{number}月"
        if language is Language.ENGLISH:
            text = f"{year}-{number:02}"
        yield f'<th scope="colgroup" colspan="{width}"><span>{text}</span></th>'


def _days(view: View, columns: Sequence[Column], today: Day, language: Language) -> Iterator[str]:
    for column in columns:
        current = ' aria-current="date"' if column.first <= today <= column.last else ""
        if view is View.HALF:
            text = f"{short_day(column.first)}{'<span>〜</span>' if language is Language.JAPANESE else ''}"
        else:
            when = date_from_day(column.first)
            text = f"<b>{when.day}</b><span>{WEEKDAYS[language][when.weekday()][:2]}</span>"
        yield f'<th scope="col"{current}>{text}</th>'
