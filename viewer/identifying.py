"""Forms that name one person exactly: what was typed, and what it says."""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.consents.exact import Identity
from hie.record.eras import read_day
from hie.record.people import Sex
from hie.record.times import UNKNOWN_DAY


class Typed(NamedTuple):
    """As it was typed, to be shown again."""

    number: str = ""
    card: str = ""
    kana: str = ""
    birth: str = ""
    sex: str = ""

    def identity(self, *, with_sex: bool) -> Identity | None:
        """Return whom it names, or none where it is incomplete; a number goes before a name."""
        if self.number.strip():
            return Identity(own_number=self.number.strip())
        if self.card.strip():
            return Identity(card=self.card.strip())
        born = read_day(self.birth)
        sex = Sex(self.sex) if self.sex in set(Sex) else None
        if not self.kana.strip() or born == UNKNOWN_DAY or (with_sex and sex is None):
            return None
        return Identity(kana=self.kana, birth_day=born, sex=sex if with_sex else None)
