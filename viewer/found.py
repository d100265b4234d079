"""What a search through documents found, ready to be drawn: its lines, and what each button stands for."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

from hie.exchange.records.searching import SHOWN, Found, Searched
from hie.record.identifiers import FacilityCode
from viewer.choices import Choice
from viewer.drawing import Sign
from viewer.formats import full_day
from viewer.locale import Words
from viewer.screen import Screen
from viewer.shelf import Chosen, Paper, address, chosen_of

_FIELDS = 8


class LookedFor(NamedTuple):
    """What is looked for; a button carries all of it in its value."""

    words: str = ""
    kind: str = ""
    """Key of a row of the calendar; empty for all."""
    facility: str = ""
    skip: int = 0

    def __repr__(self) -> str:
        """Show no word."""
        return f"LookedFor({self.kind}, {self.skip})"


class Choices(NamedTuple):
    """All buttons beside what was found; the value of each says the whole of what it looks for."""

    kinds: tuple[Choice, ...] = ()
    facilities: tuple[Choice, ...] = ()
    suggestions: tuple[Choice, ...] = ()
    newer: str = ""
    """Value of the button to the lines before these; empty where there are none."""
    older: str = ""


def looked_for(words: str, pick: str) -> LookedFor:
    """Read the form: the button that was pressed, else the words that were typed."""
    try:
        given = {name: values[-1] for name, values in parse_qs(pick, max_num_fields=_FIELDS).items()}
    except ValueError:
        given = {}
    if not given:
        return LookedFor(words)
    chosen = chosen_of(given)
    return LookedFor(given.get("words", ""), chosen.kind, chosen.facility, chosen.skip)


def paper_of(base: str, screen: Screen, found: Found, sign: Sign, words: Words) -> Paper:
    """Prepare one line; `base` is the address of the search, which names no word."""
    hit = found.hit
    key = screen.row_of[hit.document_class].key
    return Paper(
        hit.entry,
        address(base, Chosen(opened=hit.entry)),
        key,
        words(f"row.{key}"),
        found.title,
        full_day(hit.service_day, words),
        sign,
        places=found.places,
    )


def choices_of(screen: Screen, found: Searched, asked: LookedFor, words: Words) -> Choices:
    """Say what each button stands for; one that is chosen takes its choice back."""
    start = asked._replace(skip=0)
    counts: Counter[str] = Counter()
    for kind, number in found.classes.items():
        counts[screen.row_of[kind].key] += number
    keys = [row.key for row in screen.rows if counts[row.key] or row.key == asked.kind]
    codes = sorted({*found.custodians, *([asked.facility] if asked.facility else [])})
    after, before = found.skipped + SHOWN, max(0, found.skipped - SHOWN)
    return Choices(
        tuple(
            Choice(
                _value(start._replace(kind="" if key == asked.kind else key)),
                words(f"row.{key}"),
                key == asked.kind,
                counts[key],
            )
            for key in keys
        ),
        tuple(
            Choice(
                _value(start._replace(facility="" if code == asked.facility else code)),
                screen.facility(code).short_name,
                code == asked.facility,
                found.custodians.get(code, 0),
            )
            for code in map(FacilityCode, codes)
        ),
        tuple(Choice(_value(LookedFor(term)), term) for term in found.suggestions),
        _value(asked._replace(skip=before)) if found.skipped else "",
        _value(asked._replace(skip=after)) if after < found.total else "",
    )


def _value(asked: LookedFor) -> str:
    """Write what is looked for with the names that an address of a list has."""
    said = {"words": asked.words, "kind": asked.kind, "facility": asked.facility, "from": asked.skip}
    return urlencode({name: value for name, value in said.items() if value})
