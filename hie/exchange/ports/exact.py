"""Finding one person of the region by what only somebody in front of them knows: exact, one or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hie.record.identifiers import PatientId
from hie.record.people import Sex
from hie.record.times import Day


class ExactIndex(Protocol):
    """The whole region by exact words; its answers are shown only after another question (attack 29)."""

    def by_name(self, kana: str, birth_day: Day, sex: Sex | None = None) -> Sequence[PatientId]:
        """Return persons read exactly so, born that day and of that sex; at most two, none without kana.

        Widths, kinds of kana and blanks do not matter. Two mean that the words do not say who.
        """

    def tries(self, account: str, since: int, add: int | None = None) -> int:
        """Count a person's exact searches since a moment; with `add`, add one and forget those before."""
