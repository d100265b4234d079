"""Hints: two things of a patient's medication that somebody may want to look at together.

A hint names its two sources and the table that said so. It is no alarm and no advice, and that there is
none says nothing: tables are small, and what no hospital sent cannot be seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from hie.exchange.ports import Issue
from hie.exchange.records.allergies import Allergy
from hie.exchange.records.medication_rules import Ingredient, Rules
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import Day, days_after, days_between

OVERLAP = 7
"""Days of supply that may be left when a facility issues a drug again, before a hint speaks of it."""


class Taken(NamedTuple):
    """A drug that goes on."""

    last: Issue
    """The newest issue."""
    ingredient: Ingredient | None
    issues: tuple[Issue, ...]
    """Newest first."""


class HintKind(StrEnum):
    """What a hint is about."""

    SAME_INGREDIENT = "same-ingredient"
    SUPPLY_TWICE = "supply-twice"
    """One facility issued a drug again while much of the last supply was left."""
    ALLERGY = "allergy"


class Source(NamedTuple):
    """Where one half of a hint stands."""

    entry: EntryId
    custodian: FacilityCode
    day: Day
    text: str
    """The drug or the allergy, as written."""


class Hint(NamedTuple):
    """Two things that somebody may want to look at together."""

    kind: HintKind
    about: str
    """The ingredient or group both belong to, as the rule table calls it; else the code of YJ."""
    rule: str
    """Which rule table said so; empty where the codes alone do."""
    sources: tuple[Source, ...]


def hints_of(
    taken: Sequence[Taken], allergies: Sequence[Allergy], today: Day, rules: Rules
) -> tuple[Hint, ...]:
    """Return the hints about what goes on: allergies first, then ingredients, each named once."""
    return (
        *_about_allergies(taken, allergies, rules),
        *_about_ingredients([one for one in taken if _begins(one.last) <= today], rules),
        *_about_supply(taken, today),
    )


def _about_allergies(taken: Sequence[Taken], allergies: Sequence[Allergy], rules: Rules) -> Iterator[Hint]:
    """Find what an allergy concerns; several facilities that know of one make one hint."""
    for last, ingredient, _ in taken:
        if ingredient is None:
            continue
        told: defaultdict[str, list[Source]] = defaultdict(list)
        for one in allergies:
            if about := rules.concerned(one.text, ingredient):
                told[about].append(Source(one.entry, one.custodian, one.day, one.text))
        for about, sources in told.items():
            author = rules.author_of(ingredient)
            yield Hint(HintKind.ALLERGY, about, author, (source_of(last), *sources))


def _about_ingredients(taken: Sequence[Taken], rules: Rules) -> Iterator[Hint]:
    """Find one ingredient in what is taken today from two documents, or twice alike in one.

    Different strengths in one document its doctor meant; one drug of one facility is told by its supply.
    """
    same: defaultdict[str, list[Taken]] = defaultdict(list)
    for one in taken:
        if one.ingredient is not None:
            same[one.ingredient.code].append(one)
    for code, drugs in same.items():
        ingredient = drugs[0].ingredient
        entries = {one.last.entry for one in drugs}
        named = {(one.last.custodian, one.last.drug.code or one.last.drug.text) for one in drugs}
        written = {(one.last.entry, one.last.drug, one.last.usage_code, one.last.usage) for one in drugs}
        twice = len(written) < len(drugs)
        if ingredient is not None and ((len(entries) > 1 and len(named) > 1) or twice):
            sources = tuple(source_of(one.last) for one in drugs)
            about = ingredient.name or code
            yield Hint(HintKind.SAME_INGREDIENT, about, rules.author_of(ingredient), sources)


def _about_supply(taken: Sequence[Taken], today: Day) -> Iterator[Hint]:
    """Find a drug that its own facility issued again with more than `OVERLAP` days of it left."""
    said = set()
    for last, ingredient, issues in taken:
        for before in issues[1:]:
            if not before.days or not last.days or before.entry == last.entry:
                continue
            earlier, later = sorted(
                (before, last), key=lambda one: (_begins(one), one.service_day, one.entry)
            )
            if not _begins(earlier):
                continue
            ends = days_after(_begins(earlier), earlier.days - 1)
            over = days_after(_begins(later), later.days - 1)
            left = days_between(_begins(later), ends) + 1
            pair = frozenset((before.entry, last.entry))
            if left > OVERLAP and min(ends, over) >= today and pair not in said:
                said.add(pair)
                about = ingredient.name if ingredient and ingredient.name else last.drug.text
                yield Hint(HintKind.SUPPLY_TWICE, about, "", (source_of(earlier), source_of(later)))
                break


def _begins(issue: Issue) -> Day:
    return issue.start or issue.service_day


def source_of(issue: Issue) -> Source:
    """Say where a drug stands."""
    return Source(issue.entry, issue.custodian, issue.service_day, issue.drug.text)
