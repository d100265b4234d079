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

OVERLAP = 14
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
        *_about_ingredients(taken, rules),
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
    """Find one ingredient in two documents; within one document its doctor meant it."""
    same: defaultdict[str, list[Taken]] = defaultdict(list)
    for one in taken:
        if one.ingredient is not None:
            same[one.ingredient.code].append(one)
    for code, drugs in same.items():
        ingredient = drugs[0].ingredient
        if ingredient is not None and len({one.last.entry for one in drugs}) > 1:
            sources = tuple(source_of(one.last) for one in drugs)
            about = ingredient.name or code
            yield Hint(HintKind.SAME_INGREDIENT, about, rules.author_of(ingredient), sources)


def _about_supply(taken: Sequence[Taken], today: Day) -> Iterator[Hint]:
    """Find a drug that its own facility issued again with more than `OVERLAP` days of it left."""
    for last, ingredient, issues in taken:
        for before in issues[1:]:
            begins, began = last.start or last.service_day, before.start or before.service_day
            if not before.days or not last.days or before.entry == last.entry:
                continue
            if not begins or not began:
                continue
            ends = days_after(began, before.days - 1)
            left = days_between(begins, ends) + 1
            if left > OVERLAP and ends >= today:
                about = ingredient.name if ingredient and ingredient.name else last.drug.text
                yield Hint(HintKind.SUPPLY_TWICE, about, "", (source_of(before), source_of(last)))
                break


def source_of(issue: Issue) -> Source:
    """Say where a drug stands."""
    return Source(issue.entry, issue.custodian, issue.service_day, issue.drug.text)
