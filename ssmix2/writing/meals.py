"""OMD as text: `PV1 [{AL1}] { ORC TQ1 {ODS} }` (fact sheet §2.3, §4.13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from hie.record.clinical import NutritionOrder, Record
from hie.record.errors import Invalid
from ssmix2.writing.fields import cwe, doctor, escaped, join, required, subcomponents, time
from ssmix2.writing.orders import parted, visit
from ssmix2.writing.segments import Frame

MESSAGE_TYPE = "OMD^O03^OMD_O03"
_KINDS = frozenset("DSP")


def meals(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write the meals; neighbours that are ordered alike stand under one ORC."""
    orders, allergies = parted(records)
    if not orders:
        raise Invalid("OMD holds at least one meal")
    yield from visit(framed, allergies, set_id="0001")
    for _, together in groupby(_checked(framed, orders), key=_ordered):
        group = list(together)
        yield _orc(framed, group[0])
        yield _tq1(group[0])
        yield from map(_ods, group)


def _checked(framed: Frame, records: Sequence[Record]) -> Iterator[NutritionOrder]:
    for record in records:
        if not isinstance(record, NutritionOrder):
            raise Invalid("OMD holds meals only")
        if record.order_number != framed.envelope.order_number:
            raise Invalid("ORC-2 is the order number of the envelope in every group")
        yield record


def _ordered(meal: NutritionOrder) -> NutritionOrder:
    """Give what the meals under one ORC share."""
    return meal._replace(kind="", meals=(), foods=(), texts=())


def _orc(framed: Frame, meal: NutritionOrder) -> str:
    """Write ORC as OMD has it: no filler, place, facility or order type."""
    who = doctor(meal.orderer, framed.envelope.practitioner)
    number = escaped(meal.order_number)
    ordered = time(required(meal.ordered_at, "ORC-9"), "ORC-9")
    head = f"ORC|{required(escaped(meal.status), 'ORC-1')}|{number}|||||||{ordered}"
    return join(head, who, "", who, "", "", "", "", framed.department)


def _tq1(meal: NutritionOrder) -> str:
    frequency = "~".join(map(subcomponents, meal.frequency))
    return join("TQ1|1|", f"{frequency}|||", time(meal.start, "TQ1-7"), time(meal.end, "TQ1-8"))


def _ods(meal: NutritionOrder) -> str:
    if meal.kind not in _KINDS:
        raise Invalid("ODS-1 is D, S or P")
    foods = required("~".join(map(cwe, meal.foods)), "ODS-3")
    return join("ODS", meal.kind, "~".join(map(cwe, meal.meals)), foods, "~".join(map(escaped, meal.texts)))
