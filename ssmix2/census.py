"""What a storage holds: files by kind and state, by month and department, patients (rule CNT-01)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hie.record.errors import Unreadable
from ssmix2.encoding import decode, limited
from ssmix2.er7 import parse
from ssmix2.layout import NO_DATE, ConditionFlag, FileName
from ssmix2.volumes import Volume, as_volumes, patients

_STATES = {
    ConditionFlag.CURRENT: "current",
    ConditionFlag.SUPERSEDED: "superseded",
    ConditionFlag.DELETED: "deleted",
}
_MONTH = 6


class Census:
    """Counts that grow file by file."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self.files = 0
        self.patients = 0
        self.unreadable = 0
        self.kinds: dict[str, dict[str, int]] = {}
        self.spans: dict[str, dict[str, list[str]]] = {}
        """Kind -> state -> first and last care date, first and last time stamp."""
        self.care_months: dict[str, Counter[str]] = {}
        """Kind -> month of care -> files; undated ones under `-`."""
        self.stamp_months: Counter[str] = Counter()
        self.departments: Counter[str] = Counter()
        self.first_date = ""
        self.last_date = ""

    def add(self, name: FileName, *, readable: bool) -> None:
        """Count one file."""
        self.files += 1
        self.unreadable += not readable
        state = _STATES[ConditionFlag(name.flag)]
        self.kinds.setdefault(name.data_kind, dict.fromkeys(_STATES.values(), 0))[state] += 1
        self._span(name, state)
        dated = name.care_date != NO_DATE
        month = name.care_date[:_MONTH] if dated else NO_DATE
        self.care_months.setdefault(name.data_kind, Counter())[month] += 1
        self.stamp_months[name.timestamp[:_MONTH]] += 1
        self.departments[name.department or NO_DATE] += 1
        if dated:
            self.first_date = min(self.first_date or name.care_date, name.care_date)
            self.last_date = max(self.last_date, name.care_date)

    def _span(self, name: FileName, state: str) -> None:
        first = [name.care_date, name.care_date, name.timestamp, name.timestamp]
        span = self.spans.setdefault(name.data_kind, {}).setdefault(state, first)
        for place, given, choose in (
            (0, name.care_date, min),
            (1, name.care_date, max),
            (2, name.timestamp, min),
            (3, name.timestamp, max),
        ):
            span[place] = choose(span[place], given)

    def plain(self) -> dict[str, Any]:
        """Give the counts as one JSON object."""
        names = ("first_date", "last_date", "first_timestamp", "last_timestamp")
        return {
            "files": self.files,
            "patients": self.patients,
            "kinds": dict(sorted(self.kinds.items())),
            "spans": {
                kind: {state: dict(zip(names, span, strict=True)) for state, span in sorted(spans.items())}
                for kind, spans in sorted(self.spans.items())
            },
            "care_months": {
                kind: dict(sorted(each.items())) for kind, each in sorted(self.care_months.items())
            },
            "timestamp_months": dict(sorted(self.stamp_months.items())),
            "departments": dict(sorted(self.departments.items())),
            "unreadable": self.unreadable,
            "first_date": self.first_date,
            "last_date": self.last_date,
        }


def is_readable(content: bytes) -> bool:
    """Say whether a reader can open the bytes: they decode, and MSH leads."""
    try:
        parse(decode(content)[0])
    except Unreadable:
        return False
    return True


def _content(path: Path) -> bytes | None:
    """Read a file; nothing, which no reader can open, where it cannot be read, and none where it is gone."""
    try:
        return limited(path)
    except FileNotFoundError:
        return None
    except OSError:
        return b""


def count(storage: Sequence[Volume] | Path, progress: Callable[[Census], None] = lambda _: None) -> Census:
    """Walk a storage (its volumes, or its only root) and count; `progress` is called after every patient."""
    census = Census()
    volumes = as_volumes([storage]) if isinstance(storage, Path) else storage
    for patient in patients(volumes):
        before = census.files
        for one in patient.files():
            if one.name is None:
                continue
            content = b"" if one.volume.is_extended else _content(one.path)
            if content is not None:
                census.add(one.name, readable=one.volume.is_extended or is_readable(content))
        census.patients += census.files > before
        progress(census)
    return census
