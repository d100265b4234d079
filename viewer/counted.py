"""The calendar of a year and of a life: how many documents of each kind, by month or year and facility.

Each count leads closer, so a life of any length is read from one grouped answer of the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from hie.exchange.ports import Density
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.times import Day
from viewer.drawing import ABNORMAL, ADMISSIONS, EMPTY, NEW, Drawing, WhyEmpty, label_of
from viewer.frame import frame
from viewer.periods import CLOSER, Column, Span, View
from viewer.rows import Row

Counts = dict[FacilityCode, list[int]]
"""Documents, those with something out of range, new ones."""


def counts_by_row(
    density: Sequence[Density], row_of: Mapping[DocumentClass, Row], span: Span
) -> dict[str, dict[int, Counts]]:
    """Add up counts by row, column and facility."""
    found: dict[str, dict[int, Counts]] = {}
    for one in density:
        day = Day(one.month * 100 + 1)
        if span.period.holds(day):
            cells = found.setdefault(row_of[one.document_class].key, {})
            count = cells.setdefault(span.column_of[day], {}).setdefault(one.custodian, [0, 0, 0])
            count[0] += one.entries
            count[1] += one.abnormal
            count[2] += one.new
    return found


class Counted(Drawing):
    """Draws one patient's year or life."""

    def draw_counts(
        self,
        density: Sequence[Density],
        rows: Sequence[Row],
        row_of: Mapping[DocumentClass, Row],
        today: Day,
        picked: str,
        *,
        why: WhyEmpty | None = None,
    ) -> Markup:
        """Draw the whole table; `picked` is added to each address, `why` says why a row is empty."""
        cells = counts_by_row(density, row_of, self._span)
        made = [
            frame(
                self._span.view, self._span.columns, today, self._language, picked, self._span.oldest_first
            ),
            "<tbody>",
        ]
        if any(row.key == ADMISSIONS for row in rows):
            made += self._bands(today)
        for row in rows:
            if row.key in cells:
                self._counts(row, cells[row.key], str(escape(picked)), made)
            elif row.always:
                made.append(self._empty(row, why))
        made.append("</tbody></table>")
        return Markup("".join(made))  # noqa: S704  every piece was escaped where it was prepared

    def _counts(self, row: Row, cells: Mapping[int, Counts], picked: str, made: list[str]) -> None:
        label = label_of(row, self._language)
        number = sum(count[0] for counts in cells.values() for count in counts.values())
        made.append(f"{label.head}<small>{number}</small></th>")
        place = 0
        for column in sorted(cells):
            made.append(EMPTY * (column - place))
            drawn = [
                self._count(self._span.columns[column], custodian, count, label.name, picked)
                for custodian, count in sorted(cells[column].items())
            ]
            made.append(f"<td>{''.join(drawn)}</td>")
            place = column + 1
        made.append(f"{EMPTY * (len(self._span.columns) - place)}</tr>")

    def _count(
        self, column: Column, custodian: FacilityCode, count: Sequence[int], kind: str, picked: str
    ) -> str:
        sign, classes = self._signs[custodian]
        entries, abnormal, new = count
        words, view = self._words, self._span.view
        when = words("count.month", year=column.first // 10000, month=column.first // 100 % 100)
        if view is View.LIFE:
            when = words("count.year", year=column.first // 10000)
        title, flags = f"{when} {sign.name} {kind} {words.counted('calendar.items', entries)}", ""
        if abnormal:
            classes, flags = f"{classes} x", f"<i>{ABNORMAL}</i>"
            title += f" {ABNORMAL} {words('count.abnormal', n=abnormal)}"
        if new:
            classes, flags = f"{classes} n", f"{flags}<em>{NEW}</em>"
            title += f" {NEW} {words('chip.new', n=new)}"
        address = f"?view={CLOSER[view]}&amp;at={column.last}{picked}"
        told = f"<b>{sign.letter}</b> {entries}{flags}"
        return f'<a class="{classes} q" href="{address}" title="{title}">{told}</a>'
