"""One message and what is read from it: the specification of a data kind, and a page of the manual.

A file `test_<kind>.py` holds `EXAMPLES`, checks each with `check`, and `page.py` writes them down.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import ssmix2
from hie.record.clinical import Record
from hie.record.submission import Reading
from tests.messages import FACILITY, HEAD, file_name

_NO_FACTS: Mapping[str, Any] = {}


class Example(NamedTuple):
    """Message in, records out."""

    says: str
    """One sentence: what the example shows."""
    name: str
    """The file's name."""
    message: str
    """Every segment, one to a line, as read once decoded."""
    records: tuple[Record, ...]
    """All of them, complete."""
    facts: Mapping[str, Any] = _NO_FACTS
    """Fields of `EntryFacts` that matter here, and what they are."""
    findings: tuple[str, ...] = ()
    """Codes of what was irregular."""


def message(event: str, body: str, *, head: str = HEAD) -> str:
    """Put MSH with the event `ADT^A01^ADT_A01` and PID of the invented patient above `body`.

    An `EVN` that leads `body` goes between the two, where ADT messages have it.
    """
    msh, pid = head.format(message=event).rstrip("\n").split("\n")
    lines = body.strip("\n").split("\n")
    events = [lines.pop(0)] if lines[0].startswith("EVN") else []
    return "\n".join((msh, *events, pid, *lines))


def named(kind: str, date: str = "20250303", flag: str = "1") -> str:
    """Name the file of the invented patient; `date` is `-` for a kind without a date."""
    return file_name(kind, date, flag).text()


def read(example: Example) -> Reading:
    """Read the message under its name, as the bytes of a file."""
    name = ssmix2.parse_name(example.name)
    assert name is not None, "the name follows the grammar"
    lines = example.message.strip("\n").split("\n")
    return ssmix2.read(name, ssmix2.encode("\r".join((*lines, ""))), FACILITY)


def check(example: Example) -> None:
    """Compare all records, the facts that are named, and the findings."""
    reading = read(example)
    assert [tuple(one) for one in reading.records] == [tuple(one) for one in example.records]
    assert [type(one) for one in reading.records] == [type(one) for one in example.records]
    found = {name: getattr(reading.facts, name) for name in example.facts}
    assert found == dict(example.facts)
    assert tuple(finding.code for finding in reading.findings) == example.findings


def says(example: Example) -> str:
    """Name the case in a test's report."""
    return example.says
