"""Order groups of prescriptions and injections: ORC, RXE, TQ1, RXR, RXC (fact sheet §2.3, §4.9).

One ORC group is one drug of a prescription or one administration of an injection. Which drugs
belong to one Rp is said by ORC-4, not by their place.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from hie.record.clinical import MedicationRequest, Record
from hie.record.times import UNKNOWN_DAY, Day
from ssmix2.er7 import NULL, Message, Segment, unescape
from ssmix2.fields import (
    CODINGS,
    DAYS,
    DURATIONS,
    NO_CODING,
    PRACTITIONERS,
    QUANTITIES,
    SHOWN,
    TEXTS,
    TIMES,
    TRIPLETS,
    USAGES,
)
from ssmix2.layout import FileName
from ssmix2.segments import observation, trial, with_note
from ssmix2.tables import CANCELLED_CONTROLS

_NO_SEGMENT: Segment = [""] * 56
_PLACES = {"TQ1": 2, "RXR": 3}
_OTHERS = frozenset({"OBX", "NTE", "CTI"})
_RP_DIGITS = 2
_TAIL_DIGITS = 3
_new = tuple.__new__


class OrderGroup(NamedTuple):
    """The segments of one RXE; those that are missing read as empty fields."""

    orc: Segment
    rxe: Segment
    tq1: Segment
    rxr: Segment
    components: tuple[Segment, ...]
    """RXC"""
    others: tuple[Segment, ...] = ()
    """OBX, NTE and CTI, in order."""


def order_groups(message: Message) -> list[OrderGroup]:
    """Gather the groups of a message in order; a second RXE under one ORC opens a group too."""
    groups: list[tuple[list[Segment], list[Segment], list[Segment]]] = []
    places: list[Segment] = [_NO_SEGMENT] * 4
    components: list[Segment] = []
    others: list[Segment] = []
    for segment in message.segments:
        name = segment[0]
        if name == "ORC":
            places = [segment, _NO_SEGMENT, _NO_SEGMENT, _NO_SEGMENT]
            components, others = [], []
        elif name == "RXE":
            if places[1] is not _NO_SEGMENT:
                places = [places[0], _NO_SEGMENT, _NO_SEGMENT, _NO_SEGMENT]
                components, others = [], []
            places[1] = segment
            groups.append((places, components, others))
        elif name == "RXC":
            components.append(segment)
        elif name in _PLACES and places[_PLACES[name]] is _NO_SEGMENT:
            places[_PLACES[name]] = segment
        elif name in _OTHERS:
            others.append(segment)
    return [_new(OrderGroup, (*heads, tuple(parts), tuple(rest))) for heads, parts, rest in groups]


def said_besides(groups: list[OrderGroup]) -> tuple[Record, ...]:
    """Read what the orders say besides their drugs."""
    return tuple([one for group in groups if group.others for one in further_records(group)])


def further_records(group: OrderGroup) -> list[Record]:
    """Read what an order says besides its drugs: OBX with their NTE, and the trial (CTI)."""
    records: list[Record] = []
    for segment in group.others:
        if segment[0] == "OBX":
            records.append(observation(segment, "", NO_CODING, NO_CODING))
        elif segment[0] == "CTI":
            records.append(trial(segment))
        else:
            with_note(records, segment)
    return records


@lru_cache(maxsize=1_000)
def rp_number(orc4: str) -> tuple[str, str]:
    """Read ORC-4 as Rp number (two digits) and the number behind it, each "" where there is none (Q10).

    `1`, `order_01` and `order_01_001` all occur; anything else has no Rp number.
    """
    parts = orc4.partition("^")[0].strip().split("_")
    tail = ""
    if len(parts) > 1 and len(parts[-1]) == _TAIL_DIGITS and parts[-1].isdecimal():
        tail = parts.pop()
    number = parts[-1]
    if number.isdecimal() and len(number) <= _RP_DIGITS:
        return number.zfill(_RP_DIGITS), tail
    return "", ""


def rp_numbers(groups: list[OrderGroup]) -> list[str]:
    """Give every group its Rp number; where ORC-4 has none, like neighbours share one (Q10)."""
    numbers = [rp_number(group[0][4])[0] for group in groups]
    if all(numbers):
        return numbers
    numbers = []
    last, highest, previous = "", 0, ("", "", "", "")
    for group in groups:
        number = rp_number(group.orc[4])[0]
        like = (group.tq1[3], group.tq1[6], group.tq1[7], group.rxe[27])
        if not number:
            number = last if last and like == previous else f"{highest + 1:02}"
        numbers.append(number)
        last, highest, previous = number, max(highest, int(number)), like
    return numbers


def medication_request(group: OrderGroup, number: str, component: Segment | None = None) -> MedicationRequest:
    """Read one drug: RXE of a prescription, or one RXC of an injection.

    Flat and without the NamedTuple constructor: a region has tens of millions of them.
    """
    orc, rxe, tq1, rxr, _, _ = group
    drug, amount, unit, kind = (rxe[2], rxe[3], rxe[5], "")
    most, strength, volume = rxe[4].strip(), rxe[25], ""
    instructions = TEXTS[rxe[7]]
    if component is not None:
        drug, amount, unit, kind = component[2], component[3], component[4], component[1].strip()
        instructions += TEXTS[component[7]]
        most, strength, volume = "", component[5], quantity(rxe[3], rxe[5])
    if strength:
        strength = quantity(strength, rxe[26] if component is None else component[6])
    medication, local = TRIPLETS[drug]
    usage, supplements = USAGES[tq1[3]]
    return _new(
        MedicationRequest,
        (
            orc[2].partition("^")[0].strip(),
            number,
            medication,
            local,
            amount.strip(),
            SHOWN[unit][0],
            QUANTITIES[rxe[19]],
            rxe[10].strip(),
            SHOWN[rxe[11]][0],
            SHOWN[rxe[6]][0],
            usage,
            supplements,
            DURATIONS[tq1[6]],
            tq1[14].strip(),
            TIMES[tq1[7]],
            TIMES[tq1[8]],
            unescape(tq1[11]).strip(),
            CODINGS[rxe[27]],
            TEXTS[rxe[21]],
            instructions,
            CODINGS[rxr[1]],
            CODINGS[rxr[2]],
            kind,
            _rate(rxe) if component is not None else "",
            rxe[15].strip(),
            orc[1].strip(),
            TIMES[orc[9]],
            PRACTITIONERS[orc[12]],
            NO_CODING if component is None else CODINGS[rxe[2]],
            CODINGS[rxr[3]],
            CODINGS[rxr[4]],
            rxe[12],
            most,
            strength,
            volume,
        ),
    )


def quantity(amount: str, unit: str) -> str:
    """Write an amount with its unit; nothing where the source says that it has none."""
    number = amount.strip()
    shown = SHOWN[unit][0]
    return "" if number in {"", NULL} else f"{number} {'' if shown == NULL else shown}".strip()


def _rate(rxe: Segment) -> str:
    """Read how fast an infusion runs: RXE-23 with its unit, else the hours of RXE-22."""
    rate = rxe[23].strip()
    return f"{rate} {SHOWN[rxe[24]][0]}".strip() if rate else rxe[22].strip()


def late_day(groups: list[OrderGroup], name: FileName) -> Day:
    """Return the earliest start where it lies before the care date, else `UNKNOWN_DAY`.

    An order entered today for a past day is filed under today (§1.3); a clinician looks for it
    under the day it was for.
    """
    starts = {DAYS[group.tq1[7]] for group in groups} - {UNKNOWN_DAY}
    earliest = min(starts, default=UNKNOWN_DAY)
    return earliest if earliest < DAYS[name.care_date] else UNKNOWN_DAY


def ordering_department(groups: list[OrderGroup]) -> str:
    """Return the code of the first ORC-17 that has one."""
    for group in groups:
        if code := CODINGS[group.orc[17]].code:
            return code
    return ""


def all_cancelled(groups: list[OrderGroup]) -> bool:
    """Say whether every group's ORC-1 takes it back."""
    return bool(groups) and CANCELLED_CONTROLS.issuperset(group.orc[1].strip() for group in groups)
