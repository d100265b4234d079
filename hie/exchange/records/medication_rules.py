"""Which drugs hold the same ingredient, and which allergies concern which drugs: tables that can be added.

A table is data: ingredients with the codes and names by which a drug is known, and words of allergies
with the groups they concern. Ours is small and invented, and says so wherever it speaks; a region adds
its own by a distribution with an entry point of the group `hie.medication_rules` that names a `RuleTable`
(docs/reference/medication-rules.md).
A table proposes what to look at together. It never says what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import NamedTuple, TypeGuard

from hie.exchange.records.medication_table import ALLERGIES, INGREDIENTS
from hie.record.clinical import Coding
from hie.record.errors import Misconfigured
from hie.record.folding import folded

GROUP = "hie.medication_rules"
_YJ = re.compile(r"\d{7}[A-Z]\d{4}")
_HOT = re.compile(r"\d{7}(?:\d{2}|\d{6})?")
_GENERIC = ("【般】", "(般)", "［般］", "（般）")
"""How names of a prescription by ingredient (一般名処方) begin."""
FRONT = 7
"""Characters of YJ that name ingredient and route; digits of HOT that name the product."""
_LOCAL = "99"


class KnownBy(StrEnum):
    """What told the ingredient of a drug."""

    YJ = "yj"
    """The first seven characters of its YJ code: ingredient and route."""
    HOT = "hot"
    """Its HOT code stands in a rule table."""
    NAME = "name"
    """Its name begins with a name of a rule table."""


class Ingredient(NamedTuple):
    """What a drug is made of, as far as that is known."""

    code: str
    """Seven characters of YJ (ingredient and route), or the rule table's own."""
    name: str
    """As the rule table calls it; empty where only the code is known."""
    known_by: KnownBy


class IngredientRule(NamedTuple):
    """How a table knows an ingredient."""

    code: str
    name: str
    hots: tuple[str, ...]
    """HOT7 of its products."""
    names: tuple[str, ...]
    """What names of its products begin with."""
    groups: tuple[str, ...]
    """What it belongs to, for allergies."""


class AllergyRule(NamedTuple):
    """Which words in an allergy concern which group of ingredients."""

    group: str
    words: tuple[str, ...]


class RuleTable(NamedTuple):
    """Rules of one author."""

    key: str
    """Names it beside each hint."""
    ingredients: tuple[IngredientRule, ...]
    allergies: tuple[AllergyRule, ...]


class Rules:
    """Some tables, ready to be asked; the first table that knows something answers."""

    def __init__(self, tables: Sequence[RuleTable]) -> None:
        """Fold the names of `tables` once."""
        self.tables = tuple(tables)
        self._by_code: dict[str, tuple[str, IngredientRule]] = {}
        self._by_hot: dict[str, IngredientRule] = {}
        self._by_name: list[tuple[str, IngredientRule]] = []
        for table in self.tables:
            for one in table.ingredients:
                self._by_code.setdefault(one.code, (table.key, one))
                for hot in one.hots:
                    self._by_hot.setdefault(hot, one)
                self._by_name += [(folded(name), one) for name in one.names]
        # The longest name first: it says the most.
        self._by_name.sort(key=lambda pair: -len(pair[0]))
        self._ingredient_of = lru_cache(maxsize=65_536)(self._look_up)

    def ingredient_of(self, drug: Coding) -> Ingredient | None:
        """Say what a drug is made of, by its code, else by its name; None where nobody knows."""
        return self._ingredient_of(drug)

    def _look_up(self, drug: Coding) -> Ingredient | None:
        if not drug.system.startswith(_LOCAL):
            if _YJ.fullmatch(drug.code):
                code = drug.code[:FRONT]
                _, rule = self._by_code.get(code, ("", None))
                return Ingredient(code, rule.name if rule else "", KnownBy.YJ)
            rule = self._by_hot.get(drug.code[:FRONT]) if _HOT.fullmatch(drug.code) else None
            if rule is not None:
                return Ingredient(rule.code, rule.name, KnownBy.HOT)
        name = drug.text
        for generic in _GENERIC:
            name = name.removeprefix(generic)
        said = folded(name)
        found = next((rule for front, rule in self._by_name if said.startswith(front)), None)
        return Ingredient(found.code, found.name, KnownBy.NAME) if found else None

    def author_of(self, ingredient: Ingredient) -> str:
        """Name the table that knows an ingredient; empty where only its YJ code is known."""
        return self._by_code.get(ingredient.code, ("", None))[0]

    def concerned(self, allergy: str, ingredient: Ingredient) -> str | None:
        """Say by which group or ingredient an allergy in words concerns an ingredient; None if by none."""
        rule = self._by_code.get(ingredient.code, ("", None))[1]
        if rule is None:
            return None
        said = folded(allergy)
        if any(folded(name) in said for name in (rule.name, *rule.names)):
            return rule.name
        return next((group for group in _groups(self.tables, said) if group in rule.groups), None)


def _groups(tables: Iterable[RuleTable], said: str) -> Iterator[str]:
    for table in tables:
        for rule in table.allergies:
            if any(folded(word) in said for word in rule.words):
                yield rule.group


def _ingredients(text: str) -> Iterator[IngredientRule]:
    for line in text.strip().splitlines():
        code, name, hots, names, groups = (part.strip() for part in line.split("|"))
        yield IngredientRule(
            code, name, tuple(hots.split()), tuple(names.split()) or (name,), tuple(groups.split())
        )


def _allergies(text: str) -> Iterator[AllergyRule]:
    for line in text.strip().splitlines():
        group, words = (part.strip() for part in line.split("|"))
        yield AllergyRule(group, tuple(words.split()))


SAMPLE = RuleTable("sample", tuple(_ingredients(INGREDIENTS)), tuple(_allergies(ALLERGIES)))
"""Ours: small and invented, for a demonstration; no table to prescribe by."""


def tables_of(points: Iterable[EntryPoint]) -> tuple[RuleTable, ...]:
    """Load the tables that entry points name, by name; raise `Misconfigured` for what is no table."""
    found: list[RuleTable] = []
    for point in sorted(points, key=lambda one: one.name):
        try:
            table = point.load()
        except (ImportError, AttributeError) as error:
            raise Misconfigured(f"{GROUP}: {point.name} ({point.value}) cannot be loaded") from error
        if not _is_table(table):
            raise Misconfigured(f"{GROUP}: {point.name} ({point.value}) is no RuleTable")
        if not table.key or table.key in {SAMPLE.key, *(one.key for one in found)}:
            raise Misconfigured(f"{GROUP}: {point.name}: its key {table.key!r} is empty or another table's")
        found.append(table)
    return tuple(found)


def _is_table(table: object) -> TypeGuard[RuleTable]:
    return (
        isinstance(table, RuleTable)
        and all(isinstance(one, IngredientRule) for one in table.ingredients)
        and all(isinstance(one, AllergyRule) for one in table.allergies)
    )


@cache
def installed() -> Rules:
    """Return the rules of every table that is installed, ours last; read once, when the hub is wired.

    Raises `Misconfigured` where a distribution names something else than a table.
    """
    return Rules((*tables_of(entry_points(group=GROUP)), SAMPLE))
