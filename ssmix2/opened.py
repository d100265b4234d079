"""Open one file wherever it lies: inside a storage, beside one, or an extended-storage document.

The name says what a file is; where it does not, its folder does, and last the message itself.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from hie.record.clinical import Coding, Record
from hie.record.errors import Unreadable
from hie.record.findings import Finding
from hie.record.identifiers import FacilityCode
from hie.record.people import PatientFacts
from ssmix2.encoding import decode, limited
from ssmix2.er7 import Message, Segment, component, parse
from ssmix2.fields import CODINGS, TIMES
from ssmix2.kinds import KINDS
from ssmix2.layout import NO_DATE, FileName, parse_name
from ssmix2.reading import read
from ssmix2.segments import observation
from ssmix2.standing import standing

NO_FACILITY = FacilityCode("0000000000")
"""Who wrote a file that lies outside every storage is not known."""

_LEVELS_UP = 3
_ZERO_TIME = "0" * 17
_DIGITS = re.compile(r"\d{12,17}", re.ASCII)
_INJECTIONS = {"RDE^O11": ("OMP-02", "OMP-01"), "RAS^O17": ("OMP-12", "OMP-11")}
_COMPONENT_SEGMENT = "RXC"


class Opened(NamedTuple):
    """One file as far as it could be opened."""

    path: Path
    name: FileName | None
    """Its name in parts, made from the message where the file's own name says nothing."""
    patient: PatientFacts | None
    records: tuple[Record, ...]
    findings: tuple[Finding, ...]
    message: Message | None
    """None where no reader can open the bytes."""

    @property
    def kind(self) -> str:
        """Data kind, or the empty string where nothing could be read."""
        return self.name.data_kind if self.name else ""


def open_file(path: Path) -> Opened:
    """Read the file at `path`; bytes that no reader can open become a finding.

    Raises `OSError` where the file cannot be read at all.
    """
    content = limited(path)
    named = _named(path)
    try:
        message = parse(decode(content)[0])
        name = named or _from_message(message, path)
        reading = read(name, content, NO_FACILITY)
    except Unreadable as unreadable:
        return Opened(path, named, None, (), (unreadable.finding,), None)
    records = reading.records or results(message)
    return Opened(path, name, reading.patient, records, reading.findings, message)


def results(message: Message) -> tuple[Record, ...]:
    """Read every OBX of a message whose kind has no reader, vital signs (ORU^R30) for one."""
    found: list[Record] = []
    group, at = Coding(), ""
    for segment in standing(message).segments:
        if segment[0] == "OBR":
            group, at = CODINGS[segment[4]], TIMES[segment[7]]
        elif segment[0] == "OBX":
            found.append(observation(segment, at, group, Coding()))
    return tuple(found)


def _named(path: Path) -> FileName | None:
    """Take the file's own name, else that of the content folder it lies in."""
    return parse_name(path.name) or parse_name(path.parent.name)


def _from_message(message: Message, path: Path) -> FileName:
    """Describe a file whose name says nothing by its message and the folders above it."""
    person = message.first("PID")
    order = message.first("ORC") or message.first("OBR")
    sent = "".join(_DIGITS.findall(message.segments[0][7].replace(".", "")))[:17]
    return FileName(
        component(person[3].partition("~")[0], 1).strip() if person else "",
        NO_DATE,
        _kind(message, path),
        _order_number(order),
        sent or _ZERO_TIME,
        "",
        "1",
    )


def _order_number(order: Segment | None) -> str:
    return component(order[2], 1).strip() if order else ""


def _kind(message: Message, path: Path) -> str:
    """Name the kind: a folder above that is one, else the only kind of this event (fact sheet §2.1)."""
    for folder in list(path.absolute().parents)[:_LEVELS_UP]:
        if folder.name in KINDS:
            return folder.name
    event = message.event
    if event in _INJECTIONS:
        injection, prescription = _INJECTIONS[event]
        return injection if message.first(_COMPONENT_SEGMENT) else prescription
    possible = [kind.code for kind in KINDS.values() if event in kind.messages]
    return possible[0] if possible else event
