"""The import contracts hold, and each one breaks when the one import it forbids is added."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGES = ("hie", "adapters", "ssmix2", "consent", "viewer")

# contract -> file -> the wrong line
WRONG: dict[str, dict[str, str]] = {
    "The house has storeys": {"hie/record/errors.py": "import hie.exchange"},
    "The pure rooms know no database, no socket, no web framework": {
        "hie/exchange/__init__.py": "import starlette",
    },
    "The words and the gate need only the standard library": {"consent/__init__.py": "import orjson"},
    "The viewer asks the exchange; it parses and fetches nothing": {"viewer/__init__.py": "import ssmix2"},
    "Only the gate makes grants": {
        "consent/_mint.py": "",
        "hie/exchange/__init__.py": "import consent._mint",
    },
    "Extension files do not know one another": {
        "viewer/rows/first.py": "import viewer.rows.second",
        "viewer/rows/second.py": "",
    },
    "No cycles between siblings, anywhere": {
        "hie/store/first.py": "import hie.store.second",
        "hie/store/second.py": "import hie.store.first",
    },
    "SQL and buckets are spoken in the store alone": {"hie/hub/__init__.py": "import sqlalchemy"},
    "DICOM is parsed behind its own doors": {"hie/exchange/__init__.py": "import pydicom"},
    "Web frameworks stay at the doors": {"hie/store/__init__.py": "import fastapi"},
    "The edge has one way out": {"hie/edge/sources.py": "import httpx"},
}


def _copy(repository: Path, target: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(repository / package, target / package, ignore=_all_but_python)
    shutil.copy(repository / "pyproject.toml", target)
    return target


def _all_but_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not (name.endswith(".py") or (Path(folder) / name).is_dir())]


def _lint(tree: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)


def _declared(repository: Path) -> set[str]:
    settings = tomllib.loads((repository / "pyproject.toml").read_text())
    return {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def test_every_contract_holds(repository: Path, tmp_path: Path) -> None:
    done = _lint(_copy(repository, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_has_its_wrong_import(repository: Path) -> None:
    assert set(WRONG) == _declared(repository)


@pytest.mark.parametrize("contract", WRONG)
def test_one_wrong_import_breaks_its_contract(contract: str, repository: Path, tmp_path: Path) -> None:
    tree = _copy(repository, tmp_path)
    for name, line in WRONG[contract].items():
        place = tree / name
        place.write_text((place.read_text() if place.exists() else "") + f"\n{line}\n")
    done = _lint(tree)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout
