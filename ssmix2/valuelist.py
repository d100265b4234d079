"""Distinct values of chosen fields with an example, and how often each is filled (rule GET-01)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hie.record.errors import Invalid, Unreadable
from ssmix2.encoding import decode, limited
from ssmix2.er7 import Message, component, parse, repetitions
from ssmix2.volumes import Patient

_PLACE = re.compile(r"([A-Z][A-Z0-9]{2})-(\d{1,2})(?:\.(\d{1,2}))?")
MOST_VALUES = 10_000
"""Distinct values of one field that are told apart; more are counted together."""


class Field(NamedTuple):
    """A field, or one component of it."""

    segment: str
    number: int
    part: int
    """0 for the whole field."""

    @property
    def label(self) -> str:
        """`OBX-3.1`, as it was asked for."""
        return f"{self.segment}-{self.number}" + (f".{self.part}" if self.part else "")


class Value(NamedTuple):
    """One distinct value."""

    text: str
    times: int
    example: str
    """Path of the first file that holds it."""


class Listing:
    """Values and fill counts of one field, growing message by message."""

    def __init__(self, field: Field) -> None:
        """Start with nothing seen."""
        self.field = field
        self.segments = 0
        self.filled = 0
        self.others = 0
        """Values beyond those that are told apart."""
        self._values: dict[str, tuple[int, str]] = {}

    def add(self, message: Message, path: str) -> None:
        """Take every occurrence in a message."""
        for segment in message.segments:
            if segment[0] == self.field.segment:
                self.segments += 1
                raw = segment[self.field.number] if self.field.number < len(segment) else ""
                self.filled += bool(raw)
                for text in self._texts(raw):
                    self._take(text, path)

    def values(self) -> list[Value]:
        """Give the values, the most frequent first."""
        found = (Value(text, count, path) for text, (count, path) in self._values.items())
        return sorted(found, key=lambda one: (-one.times, one.text))

    def _texts(self, raw: str) -> Iterator[str]:
        for one in repetitions(raw):
            text = component(one, self.field.part) if self.field.part else one
            if text:
                yield text

    def _take(self, text: str, path: str) -> None:
        count, example = self._values.get(text, (0, path))
        if count == 0 and len(self._values) >= MOST_VALUES:
            self.others += 1
        else:
            self._values[text] = (count + 1, example)


def field(text: str) -> Field:
    """Read `OBX-3` or `OBX-3.1`; `Invalid` for anything else."""
    found = _PLACE.fullmatch(text)
    if found is None or int(found[2]) == 0:
        raise Invalid("a field is written like OBX-3 or OBX-3.1")
    return Field(found[1], int(found[2]), int(found[3] or 0))


def read_values(people: Iterable[Patient], listings: Sequence[Listing], kind: str = "") -> Iterator[int]:
    """Read every message, of one kind where it is named, into the listings; yields the files read so far."""
    read = 0
    for patient in people:
        for one in patient.files():
            if one.name is None or one.volume.is_extended or kind not in {"", one.name.data_kind}:
                continue
            try:
                message = parse(decode(limited(one.path))[0])
            except (Unreadable, OSError):
                continue
            read += 1
            for listing in listings:
                listing.add(message, one.entry.locator)
        yield read
