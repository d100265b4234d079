"""Random worlds for the gate: a permitted one, then disturbed, so that both answers are frequent.

Every draw comes from small pools, so that days meet the ends of periods, instants the ends of consents,
memberships the moments of recording, and withdrawals the facilities that were named.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from random import Random
from types import ModuleType
from typing import Any, NamedTuple

import consent.model
from consent.model import GRACE, NOTICE, ConsentEvent, Region
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS, FIRST_DAY, LAST_DAY, UNKNOWN_DAY, Day, Period
from tests.property.reference_model import LABELS, SOMEBODY_ELSE, Asker, Document, Situation

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
DAWN = 5_000_000_000
"""Later than any wait that the gate knows, so that a wait can have begun before it."""
INSTANTS = tuple(DAWN + one for one in (1_000, 1_999, 2_000, 2_001, 2_999, 3_000, 3_001))
STARTS = (0, 0, 0, *(DAWN + one for one in (1_000, 2_000, 2_001)))
ENDS = (consent.model.FOREVER,) * 4 + tuple(DAWN + one for one in (2_000, 2_001, 3_000))
RECORDED = tuple(DAWN + one for one in (499, 500, 500, 500, 501))
JOINED = (0, *(DAWN + one for one in (500, 501, 1_999)))
LEFT = tuple(DAWN + one for one in (400, 2_000, 3_000))
NOTICED = (consent.model.FOREVER, *(DAWN + one - NOTICE for one in (0, 2_000, 2_001)))
DIED = (*(DAWN + one - GRACE for one in (1_999, 2_000, 3_000)), DAWN + 500)
CEILINGS = (Confidentiality.NORMAL,) * 2 + tuple(Confidentiality)
EVERY_LABEL = sum(LABELS)
NOSY = "nosy"
"""Account of somebody whom refusals name."""
FREQUENT = (Role.PATIENT, Role.FAMILY, Role.NURSE, Role.PHARMACIST)
OTHER_ROLES = tuple(one for one in Role if one is not Role.DOCTOR)


class World(NamedTuple):
    """One patient's log, links, documents and the questions put to them; who takes part."""

    patient: PatientId
    log: tuple[ConsentEvent, ...]
    linked: frozenset[FacilityCode]
    region: Region
    documents: tuple[Document, ...]
    askers: tuple[Asker, ...]

    @property
    def situation(self) -> Situation:
        """What the reference model reads."""
        return Situation(self.patient, self.log, self.linked, self.region)


def a_world(
    random: Random, patient: PatientId, words: ModuleType = consent.model, region: Region | None = None
) -> World:
    """Draw a world; `words` is `consent.model` or a copy of it with a planted defect.

    `region` where many worlds must share one, as those of one store do.
    """
    log = _log(random, patient, words)
    linked = frozenset(one for one in FACILITIES if random.random() < 0.75)
    documents = tuple(_document(random) for _ in range(6))
    askers = tuple(_asker(random, patient, words) for _ in range(3))
    return World(patient, log, linked, region or a_region(random, words), documents, askers)


# --- who takes part ---


def everybody(words: ModuleType = consent.model) -> Region:
    """Let all four take part since ever."""
    region: Region = words.Region({one: words.Membership((words.Term(0),)) for one in FACILITIES})
    return region


def a_region(random: Random, words: ModuleType = consent.model) -> Region:
    """Disturb the membership of one or two, in half of the worlds."""
    members: dict[FacilityCode, Any] = dict(everybody(words).members)
    for facility in random.sample(FACILITIES, random.choice((0, 0, 0, 1, 1, 2))):
        members[facility] = random.choice((_joined, _left, _returned, _rests))(random, words)
    if random.random() < 0.02:
        del members[random.choice(FACILITIES)]
    region: Region = words.Region(members)
    return region


def _joined(random: Random, words: ModuleType) -> object:
    """Join at some moment, mostly after the first forms, sometimes with a notice."""
    return words.Membership((words.Term(random.choice(JOINED), noticed_at=random.choice(NOTICED)),))


def _left(random: Random, words: ModuleType) -> object:
    return words.Membership((words.Term(0, random.choice(LEFT)),))


def _returned(random: Random, words: ModuleType) -> object:
    again = words.Term(random.choice(JOINED[1:]), noticed_at=random.choice(NOTICED))
    return words.Membership((words.Term(0, DAWN + 100), again))


def _rests(random: Random, words: ModuleType) -> object:
    start = random.choice((DAWN + 100, *INSTANTS))
    return words.Membership((words.Term(0),), (words.Suspension(start, random.choice(ENDS)),))


# --- what was decided ---

Fields = dict[str, object]
Maker = Callable[[Random, ModuleType], tuple[str, Fields]]


def _log(random: Random, patient: PatientId, words: ModuleType) -> tuple[ConsentEvent, ...]:
    """Begin with a consent in nine of ten worlds, mostly a wide one, then let some more happen."""
    makers: list[Maker] = []
    if random.random() < 0.9:
        makers.append(_opening if random.random() < 0.7 else _narrow)
    makers += random.choices(
        (_narrow, _taken_back, _opening, _for_emergencies, _restricted, _lifted, _care, _died),
        (5, 4, 1, 1, 3, 2, 3, 1),
        k=random.choice((0, 0, 1, 1, 2, 2, 3, 4)),
    )
    happened = [
        (10 * number + random.randrange(10) + 1, *make(random, words)) for number, make in enumerate(makers)
    ]
    closed = [sequence for sequence, kind, _ in happened if kind in {"RESTRICTED", "DECEASED"}] or [1]
    events = []
    for sequence, kind, fields in happened:
        if kind == "LIFTED":  # mostly what came before it; a number of what comes later lifts nothing
            fields["lifts"] = random.choice(closed)
        recorded_at = fields.pop("recorded_at", random.choice(RECORDED))
        what = getattr(words.EventKind, kind)
        events.append(words.ConsentEvent(sequence, patient, what, recorded_at, "desk", "form", **fields))
    return tuple(events)


def _opening(random: Random, words: ModuleType) -> tuple[str, Fields]:
    """Everybody shows everybody everything: where a disturbance is noticed."""
    clause = words.Provision(
        recipients=None if random.random() < 0.7 else frozenset(FACILITIES),
        ceiling=random.choice(CEILINGS),
        labels=random.choice((0, EVERY_LABEL, EVERY_LABEL, random.choice(LABELS))),
        emergency=random.random() < 0.5,
        later_members=random.random() < 0.4,
    )
    return "GIVEN", {"provisions": (clause,)}


def _narrow(random: Random, words: ModuleType) -> tuple[str, Fields]:
    return "GIVEN", {"provisions": tuple(_provision(random, words) for _ in range(random.choice((1, 1, 2))))}


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
        random.choice((0, EVERY_LABEL, random.choice(LABELS))),
        random.random() < 0.4,
        random.random() < 0.4,
    )


def _taken_back(random: Random, words: ModuleType) -> tuple[str, Fields]:
    scope = None if random.random() < 0.05 else words.Withdrawal(_some(random), _some(random))
    return "WITHDRAWN", {"withdrawal": scope}


def _restricted(random: Random, words: ModuleType) -> tuple[str, Fields]:
    restriction = words.Restriction(
        _some(random),
        _some(random),
        frozenset({NOSY}) if random.random() < 0.3 else None,
        None if random.random() < 0.5 else frozenset(random.sample(CLASSES, random.randrange(1, 4))),
        random.random() < 0.4,
    )
    return "RESTRICTED", {"restriction": restriction}


def _lifted(_random: Random, _words: ModuleType) -> tuple[str, Fields]:
    return "LIFTED", {}


def _for_emergencies(random: Random, words: ModuleType) -> tuple[str, Fields]:
    """Show a few something, and whoever breaks the glass."""
    return "GIVEN", {"provisions": (words.Provision(None, random.choice(GROUPS), emergency=True),)}


def _care(random: Random, words: ModuleType) -> tuple[str, Fields]:
    care = words.Care(
        random.choice(FACILITIES), random.choice(ENDS if random.random() < 0.5 else INSTANTS), "visit"
    )
    return "CARE_STARTED" if random.random() < 0.8 else "CARE_ENDED", {"care": care}


def _died(random: Random, _words: ModuleType) -> tuple[str, Fields]:
    return "DECEASED", {"recorded_at": random.choice(DIED)}


def _some(random: Random) -> frozenset[FacilityCode] | None:
    return None if random.random() < 0.4 else random.choice(GROUPS)


# --- what is asked ---


def _document(random: Random) -> Document:
    chance = random.random()
    day = UNKNOWN_DAY if chance < 0.1 else random.choice(DAYS) if chance < 0.4 else Day(20250401)
    return Document(
        random.choice(FACILITIES),
        random.choice(CLASSES if random.random() < 0.7 else tuple(DocumentClass)),
        day,
        Confidentiality.NORMAL if random.random() < 0.6 else random.choice(tuple(Confidentiality)),
        _labels(random),
    )


def _labels(random: Random) -> int:
    chance = random.random()
    if chance < 0.6:
        return 0
    return random.choice(LABELS) | (random.choice(LABELS) if chance < 0.7 else 0)


def _asker(random: Random, patient: PatientId, words: ModuleType) -> Asker:
    facility = SOMEBODY_ELSE if random.random() < 0.03 else random.choice(FACILITIES)
    role = Role.DOCTOR if random.random() < 0.6 else random.choice((*OTHER_ROLES, *FREQUENT))
    whose = PatientId("")
    purpose = Purpose.TREATMENT
    if role in {Role.PATIENT, Role.FAMILY} or random.random() < 0.02:
        whose = patient if random.random() < 0.9 else PatientId(f"{patient}x")
        purpose = Purpose.PATIENT_REQUEST
    if random.random() < 0.08:
        purpose = random.choice(tuple(Purpose))
    user = NOSY if random.random() < 0.2 else "account"
    broken = words.Emergency("e1", random.choice(INSTANTS)) if random.random() < 0.35 else None
    who = Requester(user, "name", facility, role, purpose, whose)
    return Asker(who, random.choice(INSTANTS), broken)
