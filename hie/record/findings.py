"""What a reader or a checker noticed. A finding names the place, never the value."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding matters (SS-MIX2 fact sheet, chapter 7)."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Finding(NamedTuple):
    """One observation about a file: rule id, severity, place and a sentence without values."""

    code: str
    """The rule's id, e.g. `JIS-03`."""
    severity: Severity
    place: str
    """Segment, occurrence and field (`OBX[3]-5`), a DICOM tag, or `path`."""
    message: str
    """One English sentence; holds shapes and lengths, never clinical text."""
