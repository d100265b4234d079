r"""HL7 v2.5 ER7: segments, fields, repetitions, components, escapes (fact sheet §3.1, §3.5).

Our own lean splitter: a message becomes lists of strings and nothing else. `segment[n]` is field
n of the standard, MSH counted right (MSH-1 is the separator itself), and a field that was cut off
at the end of a segment reads as "". `""` (two quotes) is HL7's explicit null and stays as it is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity
from ssmix2.encoding import YEN, with_backslashes
from ssmix2.memo import Memo

Segment = list[str]
"""One segment: its name at 0, field n at n, never shorter than the last field that SS-MIX2 uses (§4)."""

NULL = '""'
"""HL7's explicit null: the sender says that there is no value."""

MOST_SEGMENTS = 50_000
"""An unknown segment of two bytes takes half a kilobyte: a small file could ask for gigabytes."""

_HEAD = "MSH|^~\\&|"
_DELIMITERS = "|^~\\&"
_ESCAPED = {"|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "\\": "\\E\\", "&": "\\T\\"}
_ESCAPE = re.compile(
    r"\\(?:([FSTREHN])|\.(?:br|sp)\s*([0-9]*)|X((?:[0-9A-Fa-f]{2})+)|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{6})\\"
)
_PLAIN = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", "H": "", "N": ""}


class _Widths(dict[str, int]):
    """How many list places a segment needs, by name; an unknown one gets as many as the longest."""

    def __missing__(self, name: str) -> int:
        """Answer for segments without a line in the table."""
        return 56


_OBX_WIDTH = 15
_WIDTHS = _Widths(
    MSH=22,
    EVN=8,
    PID=40,
    PV1=53,
    PV2=50,
    ORC=30,
    TQ1=15,
    RXE=45,
    RXR=7,
    RXC=10,
    SPM=30,
    OBR=50,
    OBX=_OBX_WIDTH,
    PRB=26,
)
_BLANKS = [("",) * count for count in range(57)]


def _event(raw: str) -> str:
    """Read MSH-9.1 and 9.2."""
    return "^".join(part.strip() for part in raw.split("^")[:2])


_EVENTS: Memo[str] = Memo(_event)


class Message(NamedTuple):
    """One message: its segments in order, and what was irregular about their form."""

    segments: list[Segment]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        """Show names of segments only."""
        return f"Message({' '.join(segment[0] for segment in self.segments)})"

    def first(self, name: str) -> Segment | None:
        """Return the first segment of that name."""
        for segment in self.segments:
            if segment[0] == name:
                return segment
        return None

    def every(self, name: str) -> list[Segment]:
        """Return all segments of that name, in order."""
        return [segment for segment in self.segments if segment[0] == name]

    @property
    def event(self) -> str:
        """Message type and event, `ADT^A08`, without the structure (MSH-9.1 and 9.2)."""
        return _EVENTS[self.segments[0][9]]


def parse(text: str) -> Message:
    """Split decoded `text` into segments and fields.

    Segments end with CR; LF and CRLF are read too and reported (JIS-05). Raises `Unreadable`: MSH-A if no
    MSH leads, READ-02 where there are more segments than anybody sends.
    """
    findings: tuple[Finding, ...] = ()
    if not text.startswith(_HEAD):
        text, findings = _regular(text)
    if "\n" in text or not text.endswith("\r"):
        text = text.replace("\r\n", "\r").replace("\n", "\r")
        findings += (
            Finding("JIS-05", Severity.WARNING, "file", "Segments do not all end with CR and nothing else."),
        )
    lines = text.split("\r")
    if len(lines) > MOST_SEGMENTS:
        raise Unreadable(
            Finding("READ-02", Severity.ERROR, "message", "There are more segments than a reader takes.")
        )
    segments = [line.split("|") for line in lines if line]
    # The hottest loop of a region's first load: a call per segment would cost as much as the
    # splitting, and nine segments of ten are results that have all the fields they can have.
    for fields in segments:
        if fields[0] != "OBX" or len(fields) < _OBX_WIDTH:
            missing = _WIDTHS[fields[0]] - len(fields)
            if missing > 0:
                fields.extend(_BLANKS[missing])
    segments[0].insert(1, "|")
    return tuple.__new__(Message, (segments, findings))


def _regular(text: str) -> tuple[str, tuple[Finding, ...]]:
    r"""Rewrite a message whose MSH-1 and MSH-2 are not `|^~\&` as if they were (D8, MSH-A)."""
    text = text.lstrip("\ufeff\x0b\x00 \t\r\n")
    if not text.startswith("MSH") or len(text) < len(_HEAD):
        raise Unreadable(Finding("MSH-A", Severity.ERROR, "MSH", "The first segment is not MSH."))
    if text.startswith(_HEAD):
        return text, (Finding("MSH-A", Severity.ERROR, "MSH", "Something stands before the first segment."),)
    finding = Finding("MSH-A", Severity.ERROR, "MSH-2", "The delimiters are not the five of HL7.")
    if YEN in text[4:9]:
        text = with_backslashes(text)
    given = text[3] + text[4 : text.find(text[3], 4)][:4]
    given += _DELIMITERS[len(given) :]
    if any(character.isalnum() or character.isspace() for character in given):
        raise Unreadable(finding)
    if given != _DELIMITERS:
        table = {ord(mark): _ESCAPED[mark] for mark in _DELIMITERS if mark not in given}
        table.update({ord(mark): standard for mark, standard in zip(given, _DELIMITERS, strict=True)})
        text = "MSH" + text[3:].translate(table)
    return text, (finding,)


def unescape(text: str) -> str:
    r"""Replace escape sequences (`\S\` is `^`); unknown or unclosed ones stay literally (§3.5)."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_replacement, text)


def _replacement(found: re.Match[str]) -> str:
    """Give the text of one escape sequence; character-set switches have none."""
    letter, lines, digits = found.groups()
    if letter is not None:
        return _PLAIN[letter]
    if digits is not None:
        return bytes.fromhex(digits).decode("cp932", "replace")
    if lines is not None:
        return "\n" * min(int(lines or 1), 99)
    return ""


def repetitions(field: str) -> list[str]:
    """Split a field at `~`; an empty field has none."""
    return field.split("~") if field else []


def component(text: str, number: int) -> str:
    """Return component `number` (from 1) of one repetition, unescaped, or ""."""
    parts = text.split("^", number)
    return unescape(parts[number - 1]) if len(parts) >= number else ""


def subcomponent(text: str, number: int) -> str:
    """Return sub-component `number` (from 1) of one component, unescaped, or ""."""
    parts = text.split("&", number)
    return unescape(parts[number - 1]) if len(parts) >= number else ""
