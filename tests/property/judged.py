"""The gate held against the reference model, decision by decision."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from hie.record.requester import Requester
from tests.property.reference_model import Document, may_ask, may_file, may_see
from tests.property.worlds import FACILITIES, World


class Gate(NamedTuple):
    """A gate under test: the real one, or a copy with a planted defect (hence without types)."""

    decide: Callable[..., Any]
    words: ModuleType


class Verdict(NamedTuple):
    """How a gate did in one world."""

    decisions: int
    permitted: int
    differences: list[str]


def judged(gate: Gate, world: World) -> Verdict:
    """Ask the gate and the model everything about `world`."""
    decisions = gate.words.decisions_of(world.log)
    last = max((event.sequence for event in world.log), default=0)
    differences = []
    count = permitted = 0
    for who, now in world.askers:
        for action in gate.words.Action:
            decision = gate.decide(_question(gate, world, decisions, who, now, action))
            expected = [
                document for document in world.documents if _allowed(action, world, who, document, now)
            ]
            seen = [one for one in world.documents if hasattr(decision, "covers") and decision.covers(*one)]
            count += len(world.documents)
            permitted += len(expected)
            if seen != expected or decision.position != last:
                differences.append(
                    f"{action} by {who} ({who.role}, {who.purpose}) at {now}: {seen} != {expected}"
                )
            if not decision.reasons:
                differences.append(f"{action} at {now}: an answer without a reason")
            if action == "view" and hasattr(decision, "covers") != may_ask(
                world.log, world.linked, FACILITIES, who, now
            ):
                differences.append(f"{who} at {now}: a grant for nothing, or none for something")
    return Verdict(count, permitted, differences)


def _question(
    gate: Gate, world: World, decisions: object, who: Requester, now: int, action: object
) -> object:
    return gate.words.Question(who, action, "p", decisions, now, world.linked)


def _allowed(action: str, world: World, who: Requester, document: Document, now: int) -> bool:
    if action == "publish":
        return may_file(world.log, FACILITIES, who, document, now)
    return may_see(world.log, world.linked, who, document, now)
