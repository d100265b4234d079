"""Data kinds: one file beside this one per kind that is read into records.

Such a file holds `KIND`, a `DataKind`, and `read(message, name, facility)`, which returns `Parts`.
Kinds without a file are read by name: whose and when, no records.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType

from hie.record.entry import DocumentClass
from hie.record.errors import Misconfigured
from ssmix2.datakind import DataKind, ReadKind

_BY_NAME = (
    DataKind(
        "ADT-01", "担当医の変更", "attending doctor change", ("ADT^A54", "ADT^A55"), DocumentClass.ENCOUNTER
    ),
    DataKind("ADT-21", "入院予定", "planned admission", ("ADT^A14", "ADT^A27"), DocumentClass.ENCOUNTER),
    DataKind("ADT-31", "外出泊実施", "leave of absence", ("ADT^A21", "ADT^A52"), DocumentClass.ENCOUNTER),
    DataKind(
        "ADT-32", "外出泊帰院実施", "return from leave", ("ADT^A22", "ADT^A53"), DocumentClass.ENCOUNTER
    ),
    DataKind("ADT-41", "転科・転棟予定", "planned transfer", ("ADT^A15", "ADT^A26"), DocumentClass.ENCOUNTER),
    DataKind("ADT-42", "転科・転棟実施", "transfer", ("ADT^A02", "ADT^A12"), DocumentClass.ENCOUNTER),
    DataKind("ADT-51", "退院予定", "planned discharge", ("ADT^A16", "ADT^A25"), DocumentClass.ENCOUNTER),
    DataKind("ADT-61", "アレルギー情報", "allergy list", ("ADT^A60",), DocumentClass.ALLERGY),
    DataKind("OMD", "食事オーダ", "diet order", ("OMD^O03",), DocumentClass.MEAL),
    DataKind("OMP-11", "処方実施通知", "medication administration", ("RAS^O17",), DocumentClass.PRESCRIPTION),
    DataKind("OMP-12", "注射実施通知", "injection administration", ("RAS^O17",), DocumentClass.INJECTION),
    DataKind("OML-01", "検体検査オーダ", "laboratory order", ("OML^O33",), DocumentClass.LABORATORY_ORDER),
    DataKind("OMG-02", "内視鏡検査オーダ", "endoscopy order", ("OMG^O19",), DocumentClass.ENDOSCOPY),
    DataKind("OMG-12", "内視鏡検査の実施通知", "endoscopy performed", ("OMI^Z23",), DocumentClass.ENDOSCOPY),
    DataKind("OMG-03", "生理検査オーダ", "physiology order", ("OMG^O19",), DocumentClass.PHYSIOLOGY),
    DataKind("OMG-13", "生理検査結果通知", "physiology result", ("ORU^R01",), DocumentClass.PHYSIOLOGY),
)


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

KINDS: dict[str, DataKind] = {
    kind.code: kind for kind in sorted((*_BY_NAME, *(kind for kind, _ in _COLLECTED.values())))
}
"""Folder code -> what it is, for all 26 of the specification (fact sheet §2.1)."""
