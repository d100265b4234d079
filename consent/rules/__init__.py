"""The rules of the gate, one file each: `@opens` or `@closes`, from a question to a scope.

The files beside this one are collected in sorted order; their order cannot matter, because
an entry is granted when some rule opens it and no rule closes it. A closing rule can never
open anything, an opening rule can never close anything.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import NamedTuple

from consent.model import Action, Question
from consent.scope import Scope

RuleFunction = Callable[[Question], Scope]


class Rule(NamedTuple):
    """One registered rule."""

    name: str
    actions: frozenset[Action]
    reason: str
    scope: RuleFunction


OPENING: dict[str, Rule] = {}
CLOSING: dict[str, Rule] = {}


def opens(*actions: Action, reason: str) -> Callable[[RuleFunction], RuleFunction]:
    """Register a rule whose scope is opened for these actions."""
    return _registered(OPENING, frozenset(actions), reason)


def closes(*actions: Action, reason: str) -> Callable[[RuleFunction], RuleFunction]:
    """Register a rule whose scope is closed for these actions."""
    return _registered(CLOSING, frozenset(actions), reason)


def _registered(
    rules: dict[str, Rule], actions: frozenset[Action], reason: str
) -> Callable[[RuleFunction], RuleFunction]:
    def register(function: RuleFunction) -> RuleFunction:
        name = function.__name__
        if name in OPENING or name in CLOSING:
            raise ValueError(f"two rules are called {name}")
        rules[name] = Rule(name, actions, reason, function)
        return function

    return register


def collect() -> None:
    """Import every rule beside this file."""
    for module in sorted(found.name for found in pkgutil.iter_modules(__path__)):
        importlib.import_module(f"{__name__}.{module}")
