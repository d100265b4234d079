"""What a rule is: one line of a table with id, severity, clause and the check itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from hie.record.findings import Finding, Severity
from ssmix2.er7 import Message
from ssmix2.layout import FileName

ERROR, WARNING, INFORMATION = Severity.ERROR, Severity.WARNING, Severity.INFORMATION


class Subject(NamedTuple):
    """One file under check: where it lies, what its name says, and its message."""

    locator: str
    """Path below the storage root, with `/`; a bare name where the folder is not to be judged."""
    name: FileName
    message: Message


class Violation(NamedTuple):
    """One place at which a rule does not hold."""

    place: str
    message: str
    """One sentence without values of the file."""
    id: str = ""
    """Rule id where one check stands for a family (`REQ-PID-7`), else the rule's own."""
    severity: Severity | None = None
    """Where it differs from the rule's own."""


class Rule(NamedTuple):
    """One rule of fact sheet chapter 7."""

    id: str
    severity: Severity
    clause: str
    check: Callable[[Subject], Iterable[Violation]]

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """Apply the rule to a file."""
        for found in self.check(subject):
            severity = found.severity or self.severity
            yield Finding(found.id or self.id, severity, found.place, found.message)


def at(segment: str, occurrence: int, field: int) -> str:
    """Name a place: `OBX[3]-5`, counted from 1 among segments of that name."""
    return f"{segment}[{occurrence}]-{field}"
