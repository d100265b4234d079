"""What was prescribed beside what was handed out, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hie.exchange.ports import Issue
from hie.exchange.records.dispensing import Difference, Handed
from hie.exchange.records.medication_hints import source_of
from hie.record.identifiers import EntryId
from viewer.beside import Signs, Stands, stands
from viewer.dosage import how_much
from viewer.locale import Words
from viewer.parts import Tone

_CALM = frozenset({Difference.NONE, Difference.OTHER_PRODUCT})


class ShownHanded(NamedTuple):
    """One line of what was prescribed beside what was handed out."""

    prescribed: Stands | None
    prescribed_how: str
    handed: Stands | None
    handed_how: str
    pharmacy: str
    """Who handed out, as the notebook names it; empty where it does not."""
    word: str
    tone: Tone


def handed_of(one: Handed, pharmacies: Mapping[EntryId, str], shown: Signs, words: Words) -> ShownHanded:
    """Write a line of the comparison."""
    return ShownHanded(
        _issue(one.prescribed, shown, words),
        _how(one.prescribed, words),
        _issue(one.handed, shown, words),
        _how(one.handed, words),
        pharmacies.get(one.handed.entry, "") if one.handed else "",
        {
            Difference.NONE: words("med.handed.none"),
            Difference.OTHER_PRODUCT: words("med.handed.product"),
            Difference.OTHER_DAYS: words("med.handed.days"),
            Difference.NOT_HANDED_OUT: words("med.handed.missing"),
            Difference.NOT_PRESCRIBED: words("med.handed.alone"),
        }[one.difference],
        Tone.PLAIN if one.difference in _CALM else Tone.ATTENTION,
    )


def _issue(one: Issue | None, shown: Signs, words: Words) -> Stands | None:
    return stands(source_of(one), shown, words, one.drug.text) if one else None


def _how(one: Issue | None, words: Words) -> str:
    if one is None:
        return ""
    days = words.counted("rx.days", one.days) if one.days else ""
    return " ".join(filter(None, (how_much(one, words), days)))
