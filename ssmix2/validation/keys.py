"""Rules about the versions of a logical key: KEY-01 to KEY-04 (fact sheet §1.5, §7.1).

KEY-01 to KEY-03 are what `ssmix2.storage.states` notices; versions may lie in several volumes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hie.record.findings import Finding
from ssmix2.layout import FileName
from ssmix2.storage import moment
from ssmix2.validation.rule import ERROR, WARNING
from ssmix2.volumes import Filed, versions

_NO_CANCEL_EVENT = "ADT-12"
"""A withdrawn reception is a flag only: the specification has no message for it."""


def key_findings(
    filed: Iterable[Filed], is_withdrawal: Callable[[FileName], bool]
) -> Iterator[tuple[Filed, Finding]]:
    """Judge the files of one patient; `is_withdrawal` says of a file whether it holds a deletion."""
    found = list(filed)
    places = {one.name: one for one in reversed(found) if one.name}
    for version in versions(found):
        state = version.state
        group = [name for name in (state.current, *state.superseded, *state.deleted) if name]
        newest = places[max(group, key=moment)]
        for finding in state.findings:
            yield newest, finding
        for copy in version.duplicates:
            yield copy, _TWICE
        if (
            state.deleted
            and not newest.volume.is_extended
            and state.key[2] != _NO_CANCEL_EVENT
            and not any(map(is_withdrawal, state.deleted))
        ):
            yield places[state.deleted[0]], _NO_WITHDRAWAL


_TWICE = Finding("KEY-01", ERROR, "path", "Two volumes hold a file of the same name.")
_NO_WITHDRAWAL = Finding("KEY-04", WARNING, "path", "No file of a deleted logical key holds the deletion.")
