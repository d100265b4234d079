"""Rules for every module that a linter does not know: where time, randomness and silence may enter."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PACKAGES = ("hie", "adapters", "ssmix2", "consent", "viewer")

# file -> why it may
BROAD_CATCHES: dict[str, str] = {
    "adapters/mllp.py": "what the keeper raises is told, and ends the listener without an answer",
    "hie/edge/running.py": "a defect of one thread of an edge is said, and ends no other",
    "hie/edge/waiting.py": "what a question raised is raised again by whoever asked it",
    "hie/readers/limited.py": "whatever a decoder does to a hostile file, the answer is nothing",
}
ASYNC: dict[str, str] = {
    "adapters/mllp.py": "connections that wait for the disk",
    "hie/edge/pushing.py": "the loop of the MLLP listener",
    "hie/hub/authentication.py": "middleware of the asynchronous server interface",
    "hie/hub/app.py": "start and end of the server",
    "hie/hub/compressing.py": "middleware of the asynchronous server interface",
    "hie/hub/edge_door.py": "start and end of the edges' server",
    "hie/hub/bodies.py": "bodies that come slowly",
    "hie/hub/entrance.py": "stands before every route",
    "hie/hub/gathering.py": "requests that wait together for one transaction",
    "hie/hub/releasing.py": "middleware of the asynchronous server interface",
    "hie/web/edges.py": "bodies that come slowly, and answers that wait for a consent",
    "hie/web/timeline.py": "waits for a gathering",
    "viewer/__init__.py": "files as the asynchronous server interface gives them",
    "viewer/pages/timeline.py": "the same, for people",
    "viewer/policy.py": "middleware of the asynchronous server interface",
}
TABLES: dict[str, str] = {"hie/record/spreadsheets.py": "where no cell becomes a formula"}
CLOCKS: dict[str, str] = {"hie/clock.py": "the Clock of the house"}
ENVIRONMENT: dict[str, str] = {}

NAMES_OF_THINGS = {"KIND", "ROW", "PAGE", "router"}

TIME_AND_CHANCE = {
    ("time", "time"),
    ("time", "time_ns"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("uuid", "uuid1"),
    ("uuid", "uuid4"),
    ("secrets", "token_hex"),
    ("secrets", "token_urlsafe"),
}


def _modules(repository: Path) -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((repository / package).rglob("*.py")):
            yield path.relative_to(repository).as_posix(), ast.parse(path.read_bytes())


def _files_with(repository: Path, applies: Callable[[ast.AST], bool]) -> list[str]:
    return [name for name, tree in _modules(repository) if any(applies(node) for node in ast.walk(tree))]


def _is_broad(node: ast.AST) -> bool:
    """Tell whether a handler swallows whatever comes; one that ends by raising again swallows nothing."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    if isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None:
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(kind is None or _called(kind) in {"Exception", "BaseException"} for kind in kinds)


def _called(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _reads_time_or_chance(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and (_called(node.value), node.attr) in TIME_AND_CHANCE


def _imports_time_or_chance(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and any(
        (node.module, name.name) in TIME_AND_CHANCE for name in node.names
    )


def _reads_environment(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute) and _called(node.value) == "os" and node.attr in {"environ", "getenv"}
    )


def _writes_a_table(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and _called(node.value) == "csv"
        and node.attr in {"writer", "DictWriter"}
    )


RULES: dict[str, tuple[Callable[[ast.AST], bool], dict[str, str]]] = {
    "catches everything": (_is_broad, BROAD_CATCHES),
    "is asynchronous": (lambda node: isinstance(node, ast.AsyncFunctionDef), ASYNC),
    "reads the clock or chance": (
        lambda node: _reads_time_or_chance(node) or _imports_time_or_chance(node),
        CLOCKS,
    ),
    "reads the environment": (_reads_environment, ENVIRONMENT),
    "writes a table": (_writes_a_table, TABLES),
}


@pytest.mark.parametrize("rule", RULES)
def test_only_the_listed_files_may(rule: str, repository: Path) -> None:
    applies, allowed = RULES[rule]
    assert [name for name in _files_with(repository, applies) if name not in allowed] == [], rule


def test_a_listed_file_that_no_longer_needs_its_place_loses_it(repository: Path) -> None:
    for rule, (applies, allowed) in RULES.items():
        assert set(allowed) <= set(_files_with(repository, applies)), rule


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("catches everything", "try:\n  pass\nexcept (ValueError, Exception):\n  pass"),
        ("catches everything", "try:\n  pass\nexcept:\n  pass"),
        ("is asynchronous", "async def f(): ..."),
        ("reads the clock or chance", "import datetime\ndatetime.datetime.now()"),
        ("reads the clock or chance", "from time import time"),
        ("writes a table", "import csv\ncsv.writer(out)"),
        ("reads the environment", "import os\nos.environ['X']"),
    ],
)
def test_a_rule_notices_what_it_forbids(rule: str, line: str) -> None:
    applies, _ = RULES[rule]
    assert any(applies(node) for node in ast.walk(ast.parse(line)))


def test_every_module_opens_with_a_sentence(repository: Path) -> None:
    silent = [name for name, tree in _modules(repository) if not ast.get_docstring(tree)]
    assert silent == []


def test_files_stay_small_enough_to_read(repository: Path) -> None:
    long = {
        name: lines
        for name, _ in _modules(repository)
        if (lines := len((repository / name).read_bytes().splitlines())) > 600
    }
    assert long == {}


@pytest.mark.parametrize("room", ["ssmix2.kinds", "consent.rules", "viewer.rows", "viewer.pages"])
def test_each_extension_file_registers_exactly_one_thing(room: str, repository: Path) -> None:
    folder = repository / room.replace(".", "/")
    files = [path for path in sorted(folder.glob("*.py")) if not path.name.startswith("_")]
    counts = {path.name: _registrations(ast.parse(path.read_bytes()), room) for path in files}
    assert {name: count for name, count in counts.items() if count != 1} == {}


def _registrations(tree: ast.Module, room: str) -> int:
    """Count top-level statements that name the file's thing or use what the room offers for registering."""
    offered = {
        name.asname or name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == room
        for name in node.names
    }
    return sum(_registers(node, offered) for node in tree.body)


def _registers(node: ast.stmt, offered: set[str]) -> bool:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return any(_called(getattr(mark, "func", mark)) in offered for mark in node.decorator_list)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        names = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(_called(name) in NAMES_OF_THINGS for name in names):
            return True
    value = getattr(node, "value", None)
    return isinstance(value, ast.Call) and _called(value.func) in offered
