"""Which entries a rule opens or closes: sets of boxes, as Python; the registry says it in SQL.

A box is five questions about an entry, all answered from columns that are never null:
who keeps it, what class it is, of which day, how confidential, which sensitive labels it bears.
"""

from __future__ import annotations

from typing import NamedTuple

from hie.record.entry import ALL_LABELS, NO_LABELS, Confidentiality, DocumentClass, Label
from hie.record.identifiers import FacilityCode
from hie.record.times import ALWAYS, Day, Period

KNOWN_CLASSES = frozenset(DocumentClass) - {DocumentClass.UNKNOWN}
EVERY_CLASS = frozenset(DocumentClass)
ORDINARY_LABELS = int(Label.STAFF | Label.NOT_TOLD)
"""What every consent opens to who treats, with a mark; see `Label`."""


class Box(NamedTuple):
    """Entries that answer all questions with yes."""

    custodians: frozenset[FacilityCode] | None = None
    """These only; `None` for every custodian."""
    other_than: frozenset[FacilityCode] = frozenset()
    """But not these."""
    classes: frozenset[DocumentClass] | None = None
    service_period: Period = ALWAYS
    up_to: Confidentiality = Confidentiality.NORMAL
    within: int = NO_LABELS
    """Bits of `Label` that an entry may bear; with any other it lies outside."""
    bearing: int = NO_LABELS
    """Bits of which an entry must bear one; 0 asks for none."""

    def holds(
        self,
        custodian: FacilityCode,
        document_class: DocumentClass,
        service_day: Day,
        confidentiality: Confidentiality,
        labels: int,
    ) -> bool:
        """Say whether an entry with these facts lies in the box."""
        return (
            self.reaches(custodian)
            and (self.classes is None or document_class in self.classes)
            and self.service_period.holds(service_day)
            and confidentiality <= self.up_to
            and not labels & ~self.within
            and (not self.bearing or bool(labels & self.bearing))
        )

    @property
    def is_empty(self) -> bool:
        """Say whether no entry at all can lie in it."""
        return (
            (self.custodians is not None and self.custodians <= self.other_than)
            or (self.classes is not None and not self.classes)
            or self.service_period.start > self.service_period.end
            or (self.bearing != 0 and not self.bearing & self.within)
        )

    def lies_in(self, other: Box) -> bool:
        """Say whether every entry of this box, whoever its custodian, lies in `other`."""
        if self.custodians is not None:
            return all(other.reaches(one) for one in self.custodians - self.other_than) and self._fits(other)
        return other.custodians is None and other.other_than <= self.other_than and self._fits(other)

    def reaches(self, custodian: FacilityCode) -> bool:
        """Say whether it may hold entries of `custodian`."""
        return (self.custodians is None or custodian in self.custodians) and custodian not in self.other_than

    def _fits(self, other: Box) -> bool:
        return (
            other.classes is None or (self.classes is not None and self.classes <= other.classes)
        ) and self.fits_but_for_classes(other)

    def fits_but_for_classes(self, other: Box) -> bool:
        """Say whether days, confidentiality and labels of this box all lie in those of `other`."""
        return (
            other.service_period.start <= self.service_period.start
            and self.service_period.end <= other.service_period.end
            and self.up_to <= other.up_to
            and not self.within & ~other.within
            and (not other.bearing or (self.bearing != 0 and not self.bearing & ~other.bearing))
        )


Scope = tuple[Box, ...]
"""An entry lies in a scope if it lies in one of its boxes."""

NOTHING: Scope = ()


def leaves_something(box: Box, closed: Scope) -> bool:
    """Say whether an opened box that is not empty keeps an entry that no closed one holds.

    Asked for each custodian and class; two closed boxes that only together close all days or labels of
    one class are not noticed, which costs an empty answer and shows nothing.
    """
    limits = [one for one in closed if box.fits_but_for_classes(one)]
    if not limits:
        return True
    if box.custodians is None:
        far = [one for one in limits if one.custodians is None and one.other_than <= box.other_than]
        return _leaves_a_class(box, far)
    return any(
        _leaves_a_class(box, [one for one in limits if one.reaches(custodian)])
        for custodian in box.custodians - box.other_than
    )


def _leaves_a_class(box: Box, limits: list[Box]) -> bool:
    left = EVERY_CLASS if box.classes is None else box.classes
    for one in limits:
        if one.classes is None:
            return False
        left -= one.classes
    return bool(left)


WIDEST_PERIOD = Period(Day(0), Day(99999999))
"""Every day, the unknown one too: for what a facility wrote itself, and for closing."""

EVERYTHING = Box(service_period=WIDEST_PERIOD, up_to=Confidentiality.UNKNOWN, within=ALL_LABELS)
"""Every entry, also where something about it is not known."""
