"""OMD 食事オーダ: what a patient in hospital eats, and from which meal on (fact sheet §2.3, §4.13).

One record per ODS. An order that names its last meal (TQ1-8) counts the days it runs; one that
does not runs until the next one and counts none.
"""

from __future__ import annotations

from hie.record.clinical import Coding, NutritionOrder
from hie.record.entry import DocumentClass
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from hie.record.times import LAST_DAY, UNKNOWN_DAY, date_from_day
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message, Segment, repetitions, unescape
from ssmix2.fields import CODINGS, DAYS, PRACTITIONERS, TIMES, USAGES
from ssmix2.layout import FileName
from ssmix2.segments import allergies, department, is_cancelled

KIND = DataKind("OMD", "食事オーダ", "diet order", ("OMD^O03",), DocumentClass.MEAL)

MOST_TIMINGS = 30
"""TQ1 of one order that are looked at: each of its meals bears them all."""
_NO_ORDER: Segment = [""] * 56
_NO_MEAL = Finding("REQ-SEG-ODS", Severity.ERROR, "message", "There is no ODS segment.")


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every meal; the entry stands on the day of the first one, whenever it was ordered."""
    records: list[NutritionOrder] = []
    order, timings = _NO_ORDER, list[Segment]()
    for segment in message.segments:
        if segment[0] == "ORC":
            order, timings = segment, []
        elif segment[0] == "TQ1" and len(timings) < MOST_TIMINGS:
            timings.append(segment)
        elif segment[0] == "ODS":
            records.append(_meal(order, timings, segment))
    days = {DAYS[one.start] for one in records} - {UNKNOWN_DAY}
    return Parts(
        records=(*records, *allergies(message)),
        item_count=_length(records),
        department=department(message),
        cancelled=is_cancelled(message),
        service_day=min(days, default=UNKNOWN_DAY),
        findings=() if records else (_NO_MEAL,),
    )


def _meal(order: Segment, timings: list[Segment], meal: Segment) -> NutritionOrder:
    """Read one ODS with the ORC and the TQ1 above it."""
    starts = [time for one in timings if (time := TIMES[one[7]])]
    ends = [TIMES[one[8]] for one in timings]
    return NutritionOrder(
        order_number=order[2].partition("^")[0].strip(),
        kind=meal[1].strip(),
        meals=_codings(meal[2]),
        foods=_codings(meal[3]),
        texts=tuple(text for one in repetitions(meal[4]) if (text := unescape(one).strip())),
        frequency=tuple(
            usage for one in timings for each in repetitions(one[3]) if any(usage := USAGES[each][0])
        ),
        start=min(starts, default=""),
        end=max(ends, default="") if all(ends) else "",
        status=order[1].strip(),
        ordered_at=TIMES[order[9]],
        orderer=PRACTITIONERS[order[12]],
    )


def _codings(raw: str) -> tuple[Coding, ...]:
    return tuple(coding for one in repetitions(raw) if any(coding := CODINGS[one]))


def _length(records: list[NutritionOrder]) -> int:
    """Count the days from the first meal to the last, both included; 0 where one is not said, or for ever."""
    starts = [DAYS[one.start] for one in records]
    ends = [DAYS[one.end] for one in records]
    if not records or UNKNOWN_DAY in starts or {UNKNOWN_DAY, LAST_DAY}.intersection(ends):
        return 0
    return max((date_from_day(max(ends)) - date_from_day(min(starts))).days + 1, 0)
