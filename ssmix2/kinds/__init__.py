"""Data kinds: one file beside this one per kind that is read into records.

Such a file holds `KIND`, a `DataKind`, and `read(message, name, facility)`, which returns `Parts`.
A folder that is none of them is read by name: whose and when, no records.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType

from hie.record.entry import DocumentClass
from hie.record.errors import Misconfigured
from ssmix2.datakind import DataKind, ReadKind


def unknown_kind(code: str) -> DataKind:
    """Describe a kind outside the list (D11): kept, and opened by no ordinary consent (law 6)."""
    return DataKind(code, code, code, (), DocumentClass.UNKNOWN)


def collect(modules: Iterable[ModuleType]) -> dict[str, tuple[DataKind, ReadKind]]:
    """Gather `KIND` and `read` of each module; `Misconfigured` if two name the same kind."""
    found: dict[str, tuple[DataKind, ReadKind]] = {}
    for module in modules:
        kind: DataKind = module.KIND
        if kind.code in found:
            raise Misconfigured(f"two files of ssmix2/kinds read {kind.code}")
        found[kind.code] = (kind, module.read)
    return found


_COLLECTED = collect(
    importlib.import_module(f"{__name__}.{name}")
    for name in sorted(found.name for found in pkgutil.iter_modules(__path__))
)

READERS: dict[str, ReadKind] = {code: read for code, (_, read) in _COLLECTED.items()}
"""Folder code -> the function that reads its messages into records."""

KINDS: dict[str, DataKind] = {kind.code: kind for kind in sorted(kind for kind, _ in _COLLECTED.values())}
"""Folder code -> what it is, for all 26 of the specification (fact sheet §2.1)."""
