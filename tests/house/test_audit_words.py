"""Every action that the code writes into the audit trail has its words in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.grant import MaintenanceTask
from consent.model import EventKind
from hie.exchange.trail.audit_words import ACTIONS, OUTCOMES

ROOMS = ("hie/exchange", "hie/hub", "hie/cli", "hie/web", "viewer")
_WORD = re.compile(r"[a-z]+(-[a-z]+)*")
_MADE = {"AuditEvent": 2, "Asked": 2}
"""Calls that take an action, and at which place."""


def _sources(repository: Path) -> Iterator[ast.Module]:
    for room in ROOMS:
        for file in sorted((repository / room).rglob("*.py")):
            yield ast.parse(file.read_text("utf-8"))


def _places(tree: ast.Module) -> dict[str, int]:
    """Return the functions of this module that take an action, and at which place they take it."""
    takes: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args if argument.arg != "self"]
            if "action" in names:
                takes[node.name] = names.index("action")
    return takes


def _actions(tree: ast.Module, takes: dict[str, int]) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in takes and len(node.args) > takes[name]:
            yield node.args[takes[name]]
        if name in takes or name == "_replace":
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "action")


def _constants(node: ast.expr) -> Iterator[ast.expr]:
    """Return the texts an expression may be: both sides of a choice."""
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)
    else:
        yield node


@pytest.fixture(scope="module")
def found(repository: Path) -> tuple[set[str], set[str]]:
    """The actions that stand in the code, and the beginnings of those that are put together."""
    whole, begun = set(), set()
    trees = list(_sources(repository))
    anywhere = dict(_MADE)
    for tree in trees:
        anywhere |= _places(tree)
    for tree in trees:
        for node in _actions(tree, anywhere | _places(tree)):
            for one in _constants(node):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    whole.add(one.value)
                elif isinstance(one, ast.JoinedStr) and isinstance(one.values[0], ast.Constant):
                    begun.add(str(one.values[0].value))
    return whole, begun


def test_every_action_of_the_code_is_in_the_catalogue(found: tuple[set[str], set[str]]) -> None:
    whole, begun = found
    assert {"view", "open", "search", "unlink", "sign-in"} <= whole  # else the looking has gone blind
    assert sorted(one for one in whole if _WORD.fullmatch(one) and one not in ACTIONS) == []
    assert [one for one in begun if not any(action.startswith(one) for action in ACTIONS)] == []


def test_every_event_of_a_consent_and_every_maintenance_is_in_the_catalogue() -> None:
    assert [kind for kind in EventKind if f"consent-{kind}" not in ACTIONS] == []
    assert [task for task in MaintenanceTask if task not in ACTIONS] == []


def test_every_word_is_said_in_both_languages() -> None:
    said = [(one.ja, one.en) for one in ACTIONS.values()] + [(one.ja, one.en) for one in OUTCOMES.values()]
    for japanese, english in said:
        assert re.search("[ぁ-んァ-ヶ一-龠]", japanese)
        assert english.isascii()
