"""Where a finding was made."""

from __future__ import annotations

from typing import NamedTuple

from hie.record.findings import Finding


class Located(NamedTuple):
    """A finding and the file it is about, as a path below the storage root."""

    path: str
    """With the volume's label before it where a storage has several roots."""
    finding: Finding
