"""The gate asked about random worlds, as the property tests of rules and invariants need it."""

from __future__ import annotations

from random import Random

from consent import gate
from consent.grant import Decision, Grant
from consent.model import Action, ConsentEvent, EventKind, Question, decisions_of
from hie.record.identifiers import PatientId
from tests.property.reference_model import Asker, Document
from tests.property.worlds import INSTANTS, World, a_world

WORLDS = 2_000
PATIENT = PatientId("p1")


def worlds(seed: int, count: int = WORLDS) -> list[World]:
    """Draw worlds, always the same for a seed."""
    random = Random(seed)
    return [a_world(random, PATIENT) for _ in range(count)]


def ask(world: World, asker: Asker, action: Action = Action.VIEW) -> Decision:
    """Let the gate answer one question."""
    who, now, emergency = asker
    decisions = decisions_of(world.log)
    question = Question(who, action, PATIENT, decisions, now, world.linked, world.region, emergency)
    return gate.decide(question)


def covered(decision: Decision, world: World) -> set[Document]:
    """Return which documents of a world an answer covers."""
    return {one for one in world.documents if isinstance(decision, Grant) and decision.covers(*one)}


def seen(world: World, asker: Asker, action: Action = Action.VIEW) -> set[Document]:
    """Return what somebody sees, or may file."""
    return covered(ask(world, asker, action), world)


def all_seen(world: World) -> list[set[Document]]:
    """Ask every question of a world."""
    return [seen(world, asker, action) for asker in world.askers for action in Action]


def an_event(kind: EventKind, sequence: int, **fields: object) -> ConsentEvent:
    """Make an event that was recorded before anybody asks."""
    event = ConsentEvent(sequence, PATIENT, kind, INSTANTS[0] - 400, "desk", "form")
    return event._replace(**fields)  # type: ignore[arg-type]


def after(world: World) -> int:
    """Return a sequence later than all of a world."""
    return max((event.sequence for event in world.log), default=0) + 1


def more(world: World, *events: ConsentEvent) -> World:
    """Let more happen."""
    return world._replace(log=(*world.log, *events))
