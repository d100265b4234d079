"""Who said that they treat whom, from the facility's side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hie.record.identifiers import FacilityCode, PatientId


class Cares(Protocol):
    """An index for "care we started"; what is in force the log of the patient says."""

    def ending(self, facility: FacilityCode, after: int, before: int) -> Sequence[PatientId]:
        """Return persons with something in force for a facility that ends between two moments, exclusive.

        Consents that end then are among them; at most 500, the soonest first.
        """
