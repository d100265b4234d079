"""The property test bites: it notices the defects planted here, each a plausible slip of a pen.

Every mutant is the gate's own source with one text replaced, imported beside the real one.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

import consent
from hie.record.identifiers import PatientId
from tests.property.judged import Gate, judged
from tests.property.mutants import MUTANTS, Mutant
from tests.property.worlds import a_world

SEQUENCES = 6_000
LEAST = 0.95
ROOT = Path(consent.__file__).parent


class _Mutated(SourceLoader):
    """Loads one file of the gate, the mutants' texts replaced."""

    def __init__(self, path: Path, mutants: Sequence[Mutant]) -> None:
        self._path = path
        self._mutants = mutants

    def get_filename(self, fullname: str) -> str:
        return f"<mutant of {fullname}>"

    def get_data(self, path: str) -> bytes:
        if path.startswith("<mutant"):
            source = self._path.read_text()
            for mutant in self._mutants:
                assert mutant.old in source, f"no longer in {mutant.file}: {mutant.old}"
                source = source.replace(mutant.old, mutant.new)
            return source.encode()
        raise OSError(path)


class _Finder(MetaPathFinder):
    """Finds `consent` and what is in it, mutated."""

    def __init__(self, mutants: Sequence[Mutant]) -> None:
        self._mutants = mutants

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        del path, target
        if fullname.partition(".")[0] != "consent":
            return None
        place = ROOT.joinpath(*fullname.split(".")[1:])
        package = place.is_dir()
        file = place / "__init__.py" if package else place.with_suffix(".py")
        concerned = [one for one in self._mutants if ROOT / one.file == file]
        spec = importlib.util.spec_from_loader(fullname, _Mutated(file, concerned), is_package=package)
        assert spec is not None
        if package:
            spec.submodule_search_locations = [str(place)]
        return spec


def _of_the_gate(modules: Mapping[str, ModuleType]) -> list[str]:
    return [name for name in modules if name.partition(".")[0] == "consent"]


@contextmanager
def planted(*mutants: Mutant) -> Iterator[Gate]:
    """Import a second gate with the mutants in it; the real one is back afterwards."""
    real = {name: sys.modules.pop(name) for name in _of_the_gate(sys.modules)}
    finder = _Finder(mutants)
    sys.meta_path.insert(0, finder)
    try:
        gate = importlib.import_module("consent.gate")
        yield Gate(gate.decide, importlib.import_module("consent.model"))
    finally:
        sys.meta_path.remove(finder)
        for name in _of_the_gate(sys.modules):
            del sys.modules[name]
        sys.modules.update(real)


def caught(gate: Gate, sequences: int = SEQUENCES) -> bool:
    """Say whether the property test would fail with this gate."""
    random = Random(20261120)
    for number in range(sequences):
        world = a_world(random, PatientId(f"p{number}"), gate.words)
        try:
            if judged(gate, world).differences:
                return True
        except (AttributeError, TypeError, ValueError):
            return True
    return False


def test_nearly_all_planted_defects_are_caught(
    record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    survivors = []
    for name, mutant in MUTANTS.items():
        with planted(mutant) as gate:
            if not caught(gate):
                survivors.append(name)
    share = 1 - len(survivors) / len(MUTANTS)
    record_property("survivors", "; ".join(survivors))
    with capsys.disabled():
        print(f"\n{len(MUTANTS)} planted defects, {share:.1%} caught; survivors: {survivors or 'none'}")  # noqa: T201
    assert share >= LEAST, survivors


def test_a_gate_without_a_planted_defect_is_not_caught() -> None:
    with planted() as gate:
        assert not caught(gate, 300)
