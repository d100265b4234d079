"""The calendar day by day, as a list: for a narrow screen, and for whoever reads it aloud.

The same chips as in the table, in words; a day with many items shows them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup, escape

from hie.record.entry import DocumentClass
from hie.record.times import Day
from viewer.drawing import ABNORMAL, NEW, Drawing, day_of_title, label_of
from viewer.formats import full_day
from viewer.grid import Chip, chips_by_row
from viewer.rows import Row
from viewer.stays import details_of, stay_in_words


class Agenda(Drawing):
    """Draws one patient's calendar as a list of days."""

    def draw_days(self, rows: Sequence[Row], row_of: Mapping[DocumentClass, Row], today: Day) -> Markup:
        """Draw stays first, then each day with something, in the person's order."""
        grid = chips_by_row(self._lines, row_of, self._span)
        days: dict[Day, list[tuple[Row, Chip]]] = {}
        for row in rows:
            for chips in grid.get(row.key, {}).values():
                for chip in chips:
                    days.setdefault(chip.day, []).append((row, chip))
        made = [*self._stays(today)]
        for day in sorted(days, reverse=not self._span.oldest_first):
            current = ' aria-current="date"' if day == today else ""
            made.append(f'<h3 id="d{day}"{current}>{day_of_title(day, self._language)}</h3><ul>')
            made += [self._item(row, chip) for row, chip in days[day]]
            made.append("</ul>")
        return Markup(f'<div class="agenda">{"".join(made)}</div>')  # noqa: S704  escaped where prepared

    def _item(self, row: Row, chip: Chip) -> str:
        label = label_of(row, self._language)
        opening, said, sign = self._opening(chip, label)
        new = self._new_of(chip)
        flags = f"<i>{ABNORMAL}{chip.abnormal}</i>" if chip.abnormal else ""
        if new:
            flags += f"<em>{NEW}{escape(self._words('chip.new.short'))}</em>"
        glyph = escape(self._words(f"glyph.{row.key}"))
        return (
            f'<li>{opening}<span class="glyph" aria-hidden="true">{glyph}</span>'
            f"<span>{label.name} {said}</span>{flags}<b>{sign.short}</b></a></li>"
        )

    def _stays(self, today: Day) -> Iterator[str]:
        """Say the stays that lie in the period, each with its details."""
        words, period = self._words, self._span.period
        told = []
        for stay in self._timeline.stays:
            if stay.start > period.end or stay.end < period.start or (stay.planned and stay.end < today):
                continue
            sign, _ = self._signs[stay.custodian]
            text = stay_in_words(
                stay, self._shown[stay.custodian].name, lambda day: full_day(day, words), words
            )
            more = "".join(f"<small>{escape(line)}</small>" for line in details_of(stay, words))
            told.append(f'<li><div class="stay {sign.classes}"><span>{escape(text)}</span>{more}</div></li>')
        if told:
            yield f"<h3>{escape(words('stay.label'))}</h3><ul>"
            yield from told
            yield "</ul>"
