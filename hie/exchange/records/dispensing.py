"""What was prescribed beside what a pharmacy handed out, line by line; both as their sources say.

A prescription of which no pharmacy says anything is not compared: that nothing is known of it here is
no difference. Days are compared, doses are not: a prescription says the single dose, a pharmacy the day's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from hie.exchange.ports import Issue
from hie.exchange.records.medication_rules import Rules
from hie.record.entry import DocumentClass
from hie.record.folding import folded
from hie.record.identifiers import EntryId
from hie.record.times import Day, days_after

WITHIN = 7
"""Days after a prescription within which it is looked for; in Japan it is valid for four."""
SHOWN_FOR = 365
"""Days for which what was handed out is compared."""


class Difference(StrEnum):
    """What a comparison of one line found."""

    NONE = "none"
    OTHER_PRODUCT = "other-product"
    """The same ingredient under another name: a generic."""
    OTHER_DAYS = "other-days"
    NOT_HANDED_OUT = "not-handed-out"
    """The pharmacy says others of the prescription, not this."""
    NOT_PRESCRIBED = "not-prescribed"
    """No prescription that the asker may see fits."""


class Handed(NamedTuple):
    """One line of a comparison."""

    prescribed: Issue | None
    handed: Issue | None
    difference: Difference

    @property
    def day(self) -> Day:
        """The day it was handed out, else prescribed."""
        one = self.handed or self.prescribed
        return one.service_day if one else Day(0)


def compared(issues: Sequence[Issue], today: Day, rules: Rules) -> tuple[Handed, ...]:
    """Compare what was handed out within the last year, newest first."""
    since = days_after(today, -SHOWN_FOR)
    orders = [one for one in issues if one.document_class is DocumentClass.PRESCRIPTION and not one.cancelled]
    handed = [
        one for one in issues if one.document_class is DocumentClass.DISPENSE and one.service_day >= since
    ]
    taken: set[int] = set()
    found: list[Handed] = []
    touched: defaultdict[EntryId, Day] = defaultdict(lambda: Day(0))
    for one in sorted(handed, key=lambda each: (each.service_day, each.entry)):
        at = _fitting(one, orders, taken, rules)
        if at is None:
            found.append(Handed(None, one, Difference.NOT_PRESCRIBED))
            continue
        taken.add(at)
        touched[orders[at].entry] = max(touched[orders[at].entry], one.service_day)
        found.append(Handed(orders[at], one, _difference(orders[at], one)))
    found += [
        Handed(order, None, Difference.NOT_HANDED_OUT)
        for place, order in enumerate(orders)
        if order.entry in touched and place not in taken
    ]
    return tuple(sorted(found, key=lambda each: (-_sorted_day(each, touched), each.handed is None)))


def _sorted_day(one: Handed, touched: dict[EntryId, Day]) -> Day:
    return touched[one.prescribed.entry] if one.prescribed else one.day


def _fitting(handed: Issue, orders: Sequence[Issue], taken: set[int], rules: Rules) -> int | None:
    """Find the newest prescription that fits: the same name first, then the same ingredient."""
    since = days_after(handed.service_day, -WITHIN)
    near = [
        place
        for place, order in enumerate(orders)
        if place not in taken and since <= order.service_day <= handed.service_day
    ]
    near.sort(key=lambda place: -orders[place].service_day)
    name = folded(handed.drug.text)
    known = rules.ingredient_of(handed.drug)
    for place in near:
        if folded(orders[place].drug.text) == name:
            return place
    for place in near:
        other = rules.ingredient_of(orders[place].drug)
        if known and other and known.code == other.code:
            return place
    return None


def _difference(order: Issue, handed: Issue) -> Difference:
    if folded(order.drug.text) != folded(handed.drug.text):
        return Difference.OTHER_PRODUCT
    if order.days and handed.days and order.days != handed.days:
        return Difference.OTHER_DAYS
    return Difference.NONE
