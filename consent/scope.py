"""Which entries a rule opens or closes: sets of boxes, as Python; the registry says it in SQL.

A box is four questions about an entry, all answered from columns that are never null:
who keeps it, what class it is, of which day, how confidential.
"""

from __future__ import annotations

from typing import NamedTuple

from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.times import ALWAYS, Day, Period


class Box(NamedTuple):
    """Entries that answer all four questions with yes."""

    custodians: frozenset[FacilityCode] | None = None
    """These only; `None` for every custodian."""
    other_than: frozenset[FacilityCode] = frozenset()
    """But not these."""
    classes: frozenset[DocumentClass] | None = None
    service_period: Period = ALWAYS
    up_to: Confidentiality = Confidentiality.NORMAL

    def holds(
        self,
        custodian: FacilityCode,
        document_class: DocumentClass,
        service_day: Day,
        confidentiality: Confidentiality,
    ) -> bool:
        """Say whether an entry with these facts lies in the box."""
        return (
            (self.custodians is None or custodian in self.custodians)
            and custodian not in self.other_than
            and (self.classes is None or document_class in self.classes)
            and self.service_period.holds(service_day)
            and confidentiality <= self.up_to
        )


Scope = tuple[Box, ...]
"""An entry lies in a scope if it lies in one of its boxes."""

NOTHING: Scope = ()

WIDEST_PERIOD = Period(Day(0), Day(99999999))
"""Every day, the unknown one too: for what a facility wrote itself, and for closing."""
