"""What a search through documents found, ready to be drawn: its lines, and what each button stands for."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

from hie.exchange.records.searching import SHOWN, Found, Searched
from hie.record.identifiers import FacilityCode
from hie.record.wording import Excerpt
from viewer.drawing import Sign
from viewer.formats import full_day
from viewer.locale import Words
from viewer.screen import Screen

_DIGITS, _FIELDS = 6, 8


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


class Pick(NamedTuple):
    """A button: what it says, what it stands for, and whether that is so already."""

    text: str
    value: str
    chosen: bool = False


class Picks(NamedTuple):
    """All buttons beside what was found."""

    kinds: tuple[Pick, ...] = ()
    facilities: tuple[Pick, ...] = ()
    suggestions: tuple[Pick, ...] = ()
    newer: str = ""
    """Value of the button to the lines before these; empty where there are none."""
    older: str = ""


class FoundPaper(NamedTuple):
    """One document that was found."""

    number: int
    key: str
    kind: str
    day: str
    sign: Sign
    title: Excerpt
    places: tuple[Excerpt, ...]


def looked_for(words: str, pick: str) -> LookedFor:
    """Read the form: the button that was pressed, else the words that were typed."""
    try:
        given = {name: values[-1] for name, values in parse_qs(pick, max_num_fields=_FIELDS).items()}
    except ValueError:
        given = {}
    if not given:
        return LookedFor(words)
    skip = given.get("skip", "")
    after = int(skip) if skip.isascii() and skip.isdecimal() and len(skip) <= _DIGITS else 0
    return LookedFor(given.get("words", ""), given.get("kind", ""), given.get("facility", ""), after)


def line_of(screen: Screen, found: Found, sign: Sign, words: Words) -> FoundPaper:
    """Prepare one line."""
    hit = found.hit
    key = screen.row_of[hit.document_class].key
    day = full_day(hit.service_day, words)
    return FoundPaper(hit.entry, key, words(f"row.{key}"), day, sign, found.title, found.places)


def picks_of(screen: Screen, found: Searched, asked: LookedFor, words: Words) -> Picks:
    """Say what each button stands for; one that is chosen takes its choice back."""
    start = asked._replace(skip=0)
    counts: Counter[str] = Counter()
    for kind, number in found.classes.items():
        counts[screen.row_of[kind].key] += number
    keys = [row.key for row in screen.rows if counts[row.key] or row.key == asked.kind]
    codes = sorted({*found.custodians, *([asked.facility] if asked.facility else [])})
    after, before = found.skipped + SHOWN, max(0, found.skipped - SHOWN)
    return Picks(
        tuple(
            Pick(
                words("search.of", what=words(f"row.{key}"), n=counts[key]),
                _value(start._replace(kind="" if key == asked.kind else key)),
                key == asked.kind,
            )
            for key in keys
        ),
        tuple(
            Pick(
                words("search.of", what=screen.facility(code).short_name, n=found.custodians.get(code, 0)),
                _value(start._replace(facility="" if code == asked.facility else code)),
                code == asked.facility,
            )
            for code in map(FacilityCode, codes)
        ),
        tuple(Pick(term, _value(LookedFor(term))) for term in found.suggestions),
        _value(asked._replace(skip=before)) if found.skipped else "",
        _value(asked._replace(skip=after)) if after < found.total else "",
    )


def _value(asked: LookedFor) -> str:
    return urlencode({name: value for name, value in asked._asdict().items() if value})
