"""The gate held against the reference model, decision by decision."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from tests.property.reference_model import Asker, Document, may_ask, may_file, may_see
from tests.property.worlds import CLASSES, FACILITIES, World


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
    for asker in world.askers:
        who, now, _ = asker
        for action in gate.words.Action:
            decision = gate.decide(_question(gate, world, decisions, asker, action))
            expected = [document for document in world.documents if _allowed(action, world, asker, document)]
            seen = [one for one in world.documents if hasattr(decision, "covers") and decision.covers(*one)]
            count += len(world.documents)
            permitted += len(expected)
            if seen != expected or decision.position != last:
                differences.append(
                    f"{action} by {who} ({who.role}, {who.purpose}) at {now}: {seen} != {expected}"
                )
            if not decision.reasons:
                differences.append(f"{action} at {now}: an answer without a reason")
            if action == "view" and hasattr(decision, "covers") != may_ask(world.situation, asker, CLASSES):
                differences.append(f"{who} at {now}: a grant for nothing, or none for something")
    return Verdict(count, permitted, differences)


def _question(gate: Gate, world: World, decisions: object, asker: Asker, action: object) -> object:
    who, now, emergency = asker
    return gate.words.Question(
        who, action, world.patient, decisions, now, world.linked, world.region, emergency
    )


def _allowed(action: str, world: World, asker: Asker, document: Document) -> bool:
    if action == "publish":
        return may_file(world.situation, asker, document, FACILITIES)
    return may_see(world.situation, asker, document)
