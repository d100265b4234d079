"""What stands above the calendar's table as HTML, written directly as the table is.

Each page shows all of it, so every text that is not our own goes through `escape` here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from hie.record.identifiers import FacilityCode
from viewer.calendar_places import Zoom
from viewer.choices import Choice
from viewer.drawing import Sign
from viewer.locale import Words
from viewer.periods import View
from viewer.strip import items_in_words

CHECKED, CURRENT = " checked", ' aria-current="true"'


def legend(
    shown: Mapping[FacilityCode, Sign], counts: Mapping[FacilityCode, int], hidden: str, words: Words
) -> Markup:
    """Draw each facility with how many documents of it the period has; those in `hidden` are left out."""
    made = []
    for code, sign in shown.items():
        number, told = counts.get(code, 0), sign.escaped()
        own = escape(f"（{words('calendar.own')}）") if sign.own else ""
        made.append(
            f'<label class="{sign.classes}{"" if number else " none"}"><input type="checkbox"'
            f' class="f{sign.mark}"{"" if str(sign.mark) in hidden else CHECKED} autocomplete="off">'
            f'<span class="swatch" aria-hidden="true">{told.letter}</span><span class="long">{told.name}{own}'
            f'</span><span class="short">{told.short}</span>'
            f"<small>{items_in_words(number, words.language)}</small></label>"
        )
    return Markup("\n".join(made))  # noqa: S704  every piece was escaped


def options(name: str, found: Iterable[Choice]) -> Markup:
    """Draw what can be picked under a form's name, each with how many documents it has."""
    made = [
        f'<label><input type="checkbox" name="{name}" value="{escape(one.value)}"'
        f'{CHECKED if one.chosen else ""} autocomplete="off">{escape(one.text)}'
        f" <small>{one.entries}</small></label>"
        for one in found
    ]
    return Markup("".join(made))  # noqa: S704  every piece was escaped


def zooms(found: Iterable[Zoom], here: View) -> Markup:
    """Draw the widths of the calendar; `here` is the one that is shown."""
    made = [
        f'<a class="button" data-zoom="{one.view}" href="{escape(one.address)}"'
        f"{CURRENT if one.view is here else ''}>{escape(one.text)}</a>"
        for one in found
    ]
    return Markup("\n".join(made))  # noqa: S704  every piece was escaped
