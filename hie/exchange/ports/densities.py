"""How full each month of a life is, as far as a grant opens it: counts alone, no document, no line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from consent.grant import Grant
from hie.exchange.ports.looks import Unseen
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode


class Density(NamedTuple):
    """What one facility wrote of one class for one department in one month."""

    month: int
    """YYYYMM; 0 where the day is not known."""
    custodian: FacilityCode
    document_class: DocumentClass
    department: str
    entries: int
    abnormal: int
    """Entries with something out of range in them."""
    new: int
    """Entries that the asker did not see yet."""


class Month(NamedTuple):
    """One month of all facilities together."""

    month: int
    """YYYYMM; 0 where the day is not known."""
    entries: int
    new: int
    """Entries that the asker did not see yet."""


class Densities(Protocol):
    """Counts of a patient's approved entries, each answer one grouped question with the gate inside."""

    def of(self, grant: Grant, unseen: Unseen) -> Sequence[Density]:
        """Return counts of exactly the entries that the grant covers, newest month first.

        Then by custodian, class code and department. `unseen` says which are new.
        """

    def months(self, grant: Grant, unseen: Unseen) -> Sequence[Month]:
        """Return the same by month alone, newest first: as cheap as going through the entries once."""
