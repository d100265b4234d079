"""Random worlds for the gate: a permitted one, then disturbed, so that both answers are frequent.

Every draw comes from small pools, so that days meet the ends of periods, instants the ends of consents,
and withdrawals the facilities that were named.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from random import Random
from types import ModuleType
from typing import NamedTuple

import consent.model
from consent.model import ConsentEvent
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS, FIRST_DAY, LAST_DAY, UNKNOWN_DAY, Day, Period
from tests.property.reference_model import SOMEBODY_ELSE, Document

FACILITIES = tuple(FacilityCode(f"131000000{number}") for number in range(1, 5))
GROUPS = tuple(frozenset(group) for size in (1, 2) for group in combinations(FACILITIES[:3], size))
"""Few, so that a withdrawal often names the very facilities of a consent before it."""
CLASSES = (
    DocumentClass.PRESCRIPTION,
    DocumentClass.LABORATORY_RESULT,
    DocumentClass.NOTE,
    DocumentClass.UNKNOWN,
)
DAYS = tuple(
    Day(day) for day in (UNKNOWN_DAY, FIRST_DAY, 20250331, 20250401, 20250402, 20260930, 20261001, LAST_DAY)
)
PERIODS = (
    ALWAYS,
    Period(Day(20250401), Day(20260930)),
    Period(Day(20250401), Day(20250401)),
    Period(UNKNOWN_DAY, Day(20250401)),
    Period(Day(20260930), Day(99999999)),
    Period(Day(20260930), Day(20250401)),
)
INSTANTS = (1_000, 1_999, 2_000, 2_001, 2_999, 3_000, 3_001)
STARTS = (0, 0, 0, 1_000, 2_000, 2_001)
ENDS = (consent.model.FOREVER,) * 4 + (2_000, 2_001, 3_000)
CEILINGS = (Confidentiality.NORMAL,) * 2 + tuple(Confidentiality)


class World(NamedTuple):
    """One patient's log, links, documents and the questions put to them."""

    log: tuple[ConsentEvent, ...]
    linked: frozenset[FacilityCode]
    documents: tuple[Document, ...]
    askers: tuple[tuple[Requester, int], ...]
    """Who asks, and when."""


def a_world(random: Random, patient: PatientId, words: ModuleType = consent.model) -> World:
    """Draw a world; `words` is `consent.model` or a copy of it with a planted defect."""
    log = _log(random, patient, words)
    linked = frozenset(one for one in FACILITIES if random.random() < 0.7)
    documents = tuple(_document(random) for _ in range(6))
    askers = tuple((_requester(random), random.choice(INSTANTS)) for _ in range(3))
    return World(log, linked, documents, askers)


def _log(random: Random, patient: PatientId, words: ModuleType) -> tuple[ConsentEvent, ...]:
    """Begin with a consent in nine of ten worlds, mostly a wide one, then let some more happen."""
    makers: list[Callable[[Random, ModuleType], dict[str, object]]] = []
    if random.random() < 0.9:
        makers.append(_opening if random.random() < 0.7 else _narrow)
    makers += random.choices(
        (_narrow, _taken_back, _opening), (5, 4, 1), k=random.choice((0, 0, 1, 1, 2, 2, 3, 4))
    )
    events = []
    for number, make in enumerate(makers):
        fields = make(random, words)
        kind = words.EventKind.WITHDRAWN if "withdrawal" in fields else words.EventKind.GIVEN
        sequence = 10 * number + random.randrange(10) + 1
        events.append(words.ConsentEvent(sequence, patient, kind, 500, "desk", "form", **fields))
    return tuple(events)


def _opening(random: Random, words: ModuleType) -> dict[str, object]:
    """Everybody shows everybody everything: where a disturbance is noticed."""
    return {"provisions": (words.Provision(ceiling=random.choice(CEILINGS)),)}


def _narrow(random: Random, words: ModuleType) -> dict[str, object]:
    return {"provisions": tuple(_provision(random, words) for _ in range(random.choice((1, 1, 2))))}


def _provision(random: Random, words: ModuleType) -> object:
    classes = None if random.random() < 0.5 else frozenset(random.sample(CLASSES, random.randrange(1, 4)))
    return words.Provision(
        _some(random),
        _some(random),
        classes,
        random.choice(PERIODS) if random.random() < 0.4 else ALWAYS,
        random.choice(STARTS),
        random.choice(ENDS),
        random.choice(CEILINGS),
    )


def _taken_back(random: Random, words: ModuleType) -> dict[str, object]:
    return {"withdrawal": words.Withdrawal(_some(random), _some(random))}


def _some(random: Random) -> frozenset[FacilityCode] | None:
    return None if random.random() < 0.4 else random.choice(GROUPS)


def _document(random: Random) -> Document:
    day = random.choice(DAYS) if random.random() < 0.5 else Day(20250401)
    return Document(
        random.choice(FACILITIES),
        random.choice(CLASSES),
        day,
        Confidentiality.NORMAL if random.random() < 0.5 else random.choice(tuple(Confidentiality)),
    )


def _requester(random: Random) -> Requester:
    facility = SOMEBODY_ELSE if random.random() < 0.05 else random.choice(FACILITIES)
    role = random.choice(tuple(Role)) if random.random() < 0.1 else Role.DOCTOR
    purpose = random.choice(tuple(Purpose)) if random.random() < 0.1 else Purpose.TREATMENT
    return Requester("account", "name", facility, role, purpose)
