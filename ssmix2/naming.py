"""A message that has no file yet to the name it would be filed under (fact sheet §1.3, §1.4, §2.1).

A message sent over a wire says what happened, not into which folder it belongs: an order of drugs and
one of injections are both RDE^O11. What stands in the message decides; a site whose messages do not
say it names the kind by sender in its settings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity
from hie.record.times import UNKNOWN_DAY, day_of
from ssmix2.er7 import Message, Segment, component, repetitions
from ssmix2.fields import TIMES
from ssmix2.kinds import KINDS
from ssmix2.layout import (
    NO_DATE,
    NO_DEPARTMENT,
    NO_ORDER,
    UNDATED_KINDS,
    ConditionFlag,
    FileName,
)
from ssmix2.segments import is_cancelled, service
from ssmix2.tables import CARE_DATES

_PATIENT_MOST = 15
_ORDER_LENGTH, _ORDER_MOST = 15, 22
_STAMP_LENGTH, _SECONDS = 17, 14
_SEPARATORS = frozenset("_/\\|^~& .")

_HOLDERS = Counter(event for kind in KINDS.values() for event in kind.messages)
_KIND_OF_EVENT = {
    event: kind.code for kind in KINDS.values() for event in kind.messages if _HOLDERS[event] == 1
}
"""Events that belong to one kind only."""

_INJECTION_ROUTES = frozenset({"IV", "IM", "SC", "ID", "IA", "IT", "EP", "IP", "IB", "IC"})
"""HL7 0162: what goes through a needle."""
_INJECTION_TABLES = ("JHSI", "99I0")
_ENDOSCOPY_LENGTH = 11
"""LENDO codes have eleven digits; JJ1017 has 16 or 32."""


def name_of(message: Message, received_at: str, kinds: Mapping[str, str] | None = None) -> FileName:
    """Name the file of a message that came at `received_at` (17 digits).

    `kinds` says by MSH-9 (`RDE^O11`), or by MSH-3 and MSH-9 (`ORDERS/RDE^O11`), what kind a site's
    messages are, where they themselves do not. A message that takes something back gets flag 0.

    Raises `Unreadable`: MSH-B for an event of no kind, REQ-PID-3 without a usable patient number,
    REQ-ORC-2 where an order has none, DATE-04 where nothing says which day it belongs to.
    """
    kind = _kind(message, kinds or {})
    patient = _patient(message)
    return FileName(
        patient,
        _care_date(message, kind),
        kind,
        _order_number(message, kind),
        _stamp(message, received_at),
        _department(message),
        str(ConditionFlag.DELETED if is_cancelled(message) else ConditionFlag.CURRENT),
    )


def _kind(message: Message, kinds: Mapping[str, str]) -> str:
    event = message.event
    header = message.first("MSH")
    sender = component(header[3], 1).strip() if header else ""
    kind = kinds.get(f"{sender}/{event}") or kinds.get(event) or _KIND_OF_EVENT.get(event)
    if kind is None and event in _ASKED:
        kind = _ASKED[event](message)
    if kind not in KINDS:
        raise _unnamed("MSH-B", "MSH-9", "No data kind holds such a message.")
    return kind


def _drugs(message: Message) -> str:
    return "OMP-02" if _is_injection(message) else "OMP-01"


def _given(message: Message) -> str:
    return "OMP-12" if _is_injection(message) else "OMP-11"


def _is_injection(message: Message) -> bool:
    if message.first("RXC"):
        return True
    texts = [segment[field] for segment in message.every("RXE") for field in (2, 21, 27)]
    if any(table in text for text in texts for table in _INJECTION_TABLES):
        return True
    routes = {component(segment[1], 1).strip() for segment in message.every("RXR")}
    return bool(routes) and routes <= _INJECTION_ROUTES


def _ordered(message: Message) -> str:
    if any(_is_physiology(segment[4]) for segment in message.every("OBR")):
        return "OMG-03"
    if any(_is_endoscopy(segment[4]) for segment in message.every("OBR")):
        return "OMG-02"
    return "OMG-01"


def _performed(message: Message) -> str:
    modalities = {component(segment[5], 1).strip() for segment in message.every("IPC")}
    services = [segment[4] for segment in message.every("OBR")]
    services += [segment[3] for segment in message.every("ZE1")]
    return "OMG-12" if "ES" in modalities or any(map(_is_endoscopy, services)) else "OMG-11"


def _is_physiology(service_id: str) -> bool:
    return component(service_id, 3).strip() == "JC10" and service_id.startswith("9")


def _is_endoscopy(service_id: str) -> bool:
    code, system = component(service_id, 1).strip(), component(service_id, 3).strip()
    return "LENDO" in system.upper() or (len(code) == _ENDOSCOPY_LENGTH and code.isdigit())


_ASKED = {"RDE^O11": _drugs, "RAS^O17": _given, "OMG^O19": _ordered, "OMI^Z23": _performed}
"""Events that several kinds share, and who tells them apart."""


def _patient(message: Message) -> str:
    segment = message.first("PID")
    for one in repetitions(segment[3]) if segment else ():
        number = component(one, 1).strip()
        if (
            0 < len(number) <= _PATIENT_MOST
            and number.isascii()
            and number.isprintable()
            and _SEPARATORS.isdisjoint(number)
        ):
            return number
    raise _unnamed("REQ-PID-3", "PID-3", "The message names no patient under whom it could be filed.")


def _care_date(message: Message, kind: str) -> str:
    if kind in UNDATED_KINDS:
        return NO_DATE
    dates = [
        TIMES[segment[field]][:8]
        for name, field in CARE_DATES.get(kind, ())
        for segment in message.every(name)
        if segment[field]
    ]
    # An examination without a date is filed under the day of its order; what was done, under its message's.
    dates += [TIMES[segment[9]][:8] for segment in message.every("ORC") if segment[9]]
    dates += [
        TIMES[segment[field]][:8]
        for name, field in (("EVN", 2), ("MSH", 7))
        for segment in message.every(name)
    ]
    for date in dates:
        if len(date) == len("YYYYMMDD") and day_of(date) != UNKNOWN_DAY:
            return date
    raise _unnamed("DATE-04", "message", "Nothing says which day the message belongs to.")


def _order_number(message: Message, kind: str) -> str:
    if kind.startswith("ADT") or kind == "PPR-01":
        return NO_ORDER
    for name in ("ORC", "OBR"):
        for segment in message.every(name):
            number = component(segment[2], 1).strip()
            if (
                0 < len(number) <= _ORDER_MOST
                and number.isascii()
                and number.isprintable()
                and _SEPARATORS.isdisjoint(number)
            ):
                return number.zfill(_ORDER_LENGTH)
    raise _unnamed("REQ-ORC-2", "ORC-2", "The order has no number.")


def _stamp(message: Message, received_at: str) -> str:
    """Take MSH-7, so that a message sent again gets the same name; the moment it came if that says less."""
    header: Segment | None = message.first("MSH")
    digits = "".join(filter(str.isdecimal, header[7])) if header and header[7].isascii() else ""
    if len(digits) < _SECONDS or day_of(digits[:8]) == UNKNOWN_DAY:
        return received_at
    return digits[:_STAMP_LENGTH].ljust(_STAMP_LENGTH, "0")


def _department(message: Message) -> str:
    order = message.first("ORC")
    code = component(order[17], 1).strip() if order else ""
    code = code or service(message.first("PV1"))
    return code if 0 < len(code) <= 5 and code.isascii() and code.isalnum() else NO_DEPARTMENT  # noqa: PLR2004  §1.8


def _unnamed(code: str, place: str, message: str) -> Unreadable:
    return Unreadable(Finding(code, Severity.ERROR, place, message))
