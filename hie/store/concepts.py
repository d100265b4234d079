"""What observations and drugs are called, as small integers: said once, remembered per process."""

from __future__ import annotations

from collections.abc import Mapping

from hie.record.clinical import Coding
from hie.store.storable import storable
from hie.store.transaction import Transaction

MOST_REMEMBERED = 100_000
"""Concepts a process remembers; a region has a few thousand."""

LONGEST = (100, 200, 50, 100, 200)
"""Characters of each part that are indexed; what is longer is no name, and the document has it all."""


Concept = tuple[Coding, str, str]
"""A coding with the unit and the reference range it was reported with."""


class Vocabulary:
    """Numbers of committed concepts, shared by the process; concepts are never changed."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.numbers: dict[Concept, int] = {}

    def learn(self, numbers: dict[Concept, int]) -> None:
        """Remember what a transaction has committed."""
        if len(self.numbers) + len(numbers) > MOST_REMEMBERED:
            self.numbers = {}
        self.numbers.update(numbers)


class Concepts:
    """Concepts of one transaction: what it adds is remembered only after its commit."""

    def __init__(self, vocabulary: Vocabulary, transaction: Transaction) -> None:
        """Look into `vocabulary` first."""
        self._vocabulary = vocabulary
        self._transaction = transaction
        self._new: dict[Concept, int] = {}

    @property
    def known(self) -> Mapping[Concept, int]:
        """Return the numbers the process remembers; never 0."""
        return self._vocabulary.numbers

    def number(self, code: Coding, unit: str, reference_range: str) -> int:
        """Return the number of a concept, giving it one; call while holding the entry counter."""
        concept = (code, unit, reference_range)
        found = self.known.get(concept) or self._new.get(concept)
        if found is None:
            found = self._new[concept] = self._look_up(concept)
        return found

    def keep(self) -> None:
        """Remember after a commit."""
        if self._new:
            self._vocabulary.learn(self._new)
            self._new = {}

    def forget(self) -> None:
        """Forget after a roll back."""
        self._new = {}

    def _look_up(self, concept: Concept) -> int:
        (code, text, system), unit, reference_range = concept
        parts = (code, text, system, unit, reference_range)
        row = tuple(storable(part)[:most] for part, most in zip(parts, LONGEST, strict=True))
        found = self._transaction.execute(
            "select id from concept"
            " where code = ? and text = ? and system = ? and unit = ? and reference_range = ?",
            row,
        ).fetchone()
        if found is not None:
            return int(found[0])
        number = self._transaction.next_number("concept")
        self._transaction.execute(
            "insert into concept (id, code, text, system, unit, reference_range) values (?, ?, ?, ?, ?, ?)",
            (number, *row),
        )
        return number
