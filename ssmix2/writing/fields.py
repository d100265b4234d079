"""Fields as ER7 text: checked, encodable, escaped (SS-MIX2 fact sheet §3).

Most texts of a region repeat (drug names, item names, departments), so what is made from a
text alone is remembered.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hie.record.clinical import Coding
from hie.record.errors import Invalid
from hie.record.times import UNKNOWN_DAY, day_of
from ssmix2.encoding import writable
from ssmix2.writing.envelope import Practitioner

NULL = '""'
"""HL7's explicit null: the value does not exist, and the field counts as filled."""

NOTHING = Coding()
_REMEMBERED = 1 << 16
_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?|[+-]?\.\d+", re.ASCII)
_TIME = re.compile(r"\d{4}|\d{6}|\d{8}|\d{10}|\d{12}|\d{14,18}", re.ASCII)
_DAY_DIGITS = 8
_SECOND_DIGITS = 14


@lru_cache(_REMEMBERED)
def escaped(text: str) -> str:
    r"""Make `text` encodable and put `\F\`, `\S\`, `\T\`, `\R\`, `\E\` for the delimiters."""
    return writable(text).translate(_ESCAPES)


@lru_cache(_REMEMBERED)
def cwe(coding: Coding, local: Coding = NOTHING) -> str:
    """Write one or two triplets: code, text, system, and the facility's own."""
    return "^".join(map(escaped, (*coding, *local))).rstrip("^")


@lru_cache(_REMEMBERED)
def subcomponents(coding: Coding) -> str:
    """Write a triplet inside a component, as TQ1-3 and CQ.2 hold it."""
    return "&".join(map(escaped, coding)).rstrip("&")


@lru_cache(_REMEMBERED)
def coded_value(value: str) -> str:
    """Write a value whose own `~` and `^` are delimiters (OBX-5 of type CWE)."""
    return "~".join("^".join(map(escaped, part.split("^"))) for part in value.split("~"))


@lru_cache(_REMEMBERED)
def time(text: str, place: str) -> str:
    """Write the digits of a TS; a fraction of a second follows a point.

    Raises `Invalid` for what is no time; empty stays empty.
    """
    if not text:
        return ""
    if not _TIME.fullmatch(text) or (len(text) >= _DAY_DIGITS and day_of(text) == UNKNOWN_DAY):
        raise Invalid(f"{place} is no time of HL7")
    if len(text) <= _SECOND_DIGITS:
        return text
    return f"{text[:_SECOND_DIGITS]}.{text[_SECOND_DIGITS:]}"


@lru_cache(_REMEMBERED)
def number(text: str, place: str) -> str:
    """Write an NM: sign, digits, fraction; the explicit null and the empty text pass."""
    if text and text != NULL and not _NUMBER.fullmatch(text):
        raise Invalid(f"{place} is no number of HL7: NM holds sign, digits and fraction only")
    return text


def required(text: str, place: str) -> str:
    """Give `text` back, or raise `Invalid`: the specification wants this field filled."""
    if not text:
        raise Invalid(f"{place} is required")
    return text


@lru_cache(_REMEMBERED)
def xcn(practitioner: Practitioner) -> str:
    """Write a doctor: number, family, given, L, I (§3.6); empty without a name."""
    if not practitioner.family:
        return ""
    who = "^".join(map(escaped, practitioner))
    return f"{who}^^^^^^^L^^^^^I"


def doctor(name: str, known: Practitioner) -> str:
    """Write a doctor of whom only the shown name is given; `known` lends the number if it is the same."""
    if name == known.name:
        return xcn(known)
    family, _, given = name.partition(" ")
    return xcn(Practitioner("", family, given))


def join(*fields: str) -> str:
    """Join a segment; empty fields at its end are cut."""
    return "|".join(fields).rstrip("|")
