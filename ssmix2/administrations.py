"""Drugs as they were given: ORC, the planned part, RXA, RXR (fact sheet §2.3, §4.11).

Several RXA may stand before one RXR, which says how all of them were given. What stands before the
first RXA of an ORC (RXE, TQ1, RXR, RXC) repeats the order and is read as such, a request.
"""

from __future__ import annotations

from collections.abc import Callable

from hie.record.clinical import MedicationAdministration, Record
from hie.record.findings import Finding, Severity
from ssmix2.datakind import Parts
from ssmix2.er7 import Message, Segment, repetitions, unescape
from ssmix2.fields import CODINGS, NO_CODING, PRACTITIONERS, SHOWN, TEXTS, TIMES, TRIPLETS
from ssmix2.orders import OrderGroup, medication_request, quantity, rp_number
from ssmix2.segments import PLACES, allergies, department, is_cancelled, observation, trial, with_note

_NO_SEGMENT: Segment = [""] * 56
_NOT_GIVEN = Finding("REQ-SEG-RXA", Severity.ERROR, "message", "There is no RXA segment.")


class _Order:
    """One ORC while its segments come in."""

    __slots__ = ("components", "given", "number", "orc", "rxe", "rxr", "tq1")

    def __init__(self, orc: Segment, number: str) -> None:
        """Start with nothing planned and nothing given."""
        self.orc = orc
        self.number = number
        self.rxe = self.tq1 = self.rxr = _NO_SEGMENT
        self.components: list[Segment] = []
        self.given: list[Segment] = []
        """RXA that wait for their RXR."""


def administrations(message: Message, *, components: bool) -> Parts:
    """Read every drug given and, before it, what was planned, as far as it is repeated.

    `components`: the planned drugs are the RXC lines and ORC-4 counts administrations (injections).
    """
    reading = _Reading(components)
    for segment in message.segments:
        reading.take(segment)
    reading.close()
    count = sum(isinstance(one, MedicationAdministration) for one in reading.records)
    return Parts(
        records=(*reading.records, *allergies(message)),
        item_count=count,
        department=department(message),
        cancelled=is_cancelled(message),
        findings=() if count else (_NOT_GIVEN,),
    )


class _Reading:
    """The walk through a message."""

    def __init__(self, components: bool) -> None:  # noqa: FBT001  handed through
        """Start before the first ORC."""
        self.records: list[Record] = []
        self._components = components
        self._order = _Order(_NO_SEGMENT, "")
        self._position = 0

    def take(self, segment: Segment) -> None:
        """Read one segment."""
        step = _STEPS.get(segment[0])
        if step is not None:
            step(self, segment)

    def close(self) -> None:
        """Read what was planned and not given, and RXA behind which no RXR came."""
        self._planned()
        self._given(_NO_SEGMENT)

    def order(self, segment: Segment) -> None:
        """Begin with ORC."""
        self.close()
        self._position += 1
        self._order = _Order(segment, _number(segment, self._position, components=self._components))

    def plan(self, segment: Segment) -> None:
        """Keep RXE, TQ1 or RXC of the planned part; the first of each counts, of RXC all."""
        if segment[0] == "RXC":
            self._order.components.append(segment)
        elif segment[0] == "RXE":
            self._order.rxe = segment
        elif self._order.tq1 is _NO_SEGMENT:
            self._order.tq1 = segment

    def give(self, segment: Segment) -> None:
        """Keep RXA until its RXR comes; before the first one stands what was planned."""
        self._planned()
        self._order.given.append(segment)

    def _planned(self) -> None:
        """Read the planned part, once."""
        order = self._order
        if order.rxe is not _NO_SEGMENT:
            group = OrderGroup(order.orc, order.rxe, order.tq1, order.rxr, tuple(order.components))
            drugs = (group.components or (None,)) if self._components else (None,)
            self.records += [medication_request(group, order.number, one) for one in drugs]
            order.rxe = _NO_SEGMENT

    def route(self, segment: Segment) -> None:
        """Read how the RXA before it were given, or how it was planned."""
        if self._order.given:
            self._given(segment)
        elif self._order.rxr is _NO_SEGMENT:
            self._order.rxr = segment

    def result(self, segment: Segment) -> None:
        """Read OBX."""
        self.records.append(observation(segment, "", NO_CODING, NO_CODING))

    def note(self, segment: Segment) -> None:
        """Read NTE."""
        with_note(self.records, segment)

    def trial(self, segment: Segment) -> None:
        """Read CTI."""
        self.records.append(trial(segment))

    def _given(self, route: Segment) -> None:
        order = self._order
        self.records += [_administration(order, given, route) for given in order.given]
        order.given.clear()


_STEPS: dict[str, Callable[[_Reading, Segment], None]] = {
    "ORC": _Reading.order,
    **dict.fromkeys(("RXE", "TQ1", "RXC"), _Reading.plan),
    "RXA": _Reading.give,
    "RXR": _Reading.route,
    "OBX": _Reading.result,
    "NTE": _Reading.note,
    "CTI": _Reading.trial,
}


def _number(orc: Segment, position: int, *, components: bool) -> str:
    """Give the group's number: Rp, and the administration of an injection (Q10)."""
    rp, tail = rp_number(orc[4])
    rp = rp or f"{position:02}"
    return f"{rp}_{tail}" if components and tail else rp


def _administration(order: _Order, given: Segment, route: Segment) -> MedicationAdministration:
    """Read one RXA."""
    medication, local = TRIPLETS[given[5]]
    return MedicationAdministration(
        order_number=order.orc[2].partition("^")[0].strip(),
        group=order.number,
        medication=medication,
        local=local,
        dose=given[6].strip(),
        dose_unit=SHOWN[given[7]][0],
        form=SHOWN[given[8]][0],
        start=TIMES[given[3]],
        end=TIMES[given[4]],
        notes=TEXTS[given[9]],
        performer=PRACTITIONERS[given[10]],
        place=PLACES[given[11]],
        rate=unescape(given[12]).strip(),
        lots=_texts(given[15]),
        expirations=tuple(time for one in repetitions(given[16]) if (time := TIMES[one])),
        manufacturer=CODINGS[given[17]],
        status=given[20].strip(),
        refusal=CODINGS[given[18]],
        route=CODINGS[route[1]],
        site=CODINGS[route[2]],
        device=CODINGS[route[3]],
        method=CODINGS[route[4]],
        ordered_at=TIMES[order.orc[9]],
        orderer=PRACTITIONERS[order.orc[12]],
        control=order.orc[1].strip(),
        strength=quantity(given[13], given[14]),
    )


def _texts(raw: str) -> tuple[str, ...]:
    return tuple(text for one in repetitions(raw) if (text := unescape(one).strip()))
