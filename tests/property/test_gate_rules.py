"""What holds of the gate whatever rules there are; the invariants stand in `test_invariants`."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Sequence
from random import Random

import pytest

from consent import gate
from consent.grant import Grant, MaintenanceGrant, MaintenanceTask
from consent.model import (
    Action,
    ConsentEvent,
    EventKind,
    Provision,
    Question,
    Region,
    decisions_of,
)
from consent.rules import CLOSING, OPENING, Rule, closes
from consent.scope import EVERY_CLASS, WIDEST_PERIOD, Box, Scope, leaves_something
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role
from hie.record.times import Period
from tests.property.asked import PATIENT, WORLDS, all_seen, an_event, ask, covered, worlds
from tests.property.reference_model import LABELS, Asker
from tests.property.worlds import (
    CLASSES,
    DAYS,
    EVERY_LABEL,
    FACILITIES,
    GROUPS,
    INSTANTS,
    a_world,
    everybody,
)

BOTH = frozenset(Action)


def _random_box(random: Random) -> Box:
    days = sorted(random.sample(DAYS, 2))
    return Box(
        None if random.random() < 0.3 else random.choice(GROUPS),
        frozenset() if random.random() < 0.6 else random.choice(GROUPS),
        None if random.random() < 0.4 else frozenset(random.sample(CLASSES, 2)),
        WIDEST_PERIOD if random.random() < 0.5 else Period(*days),
        random.choice(tuple(Confidentiality)),
        EVERY_LABEL if random.random() < 0.6 else random.choice(LABELS),
        0 if random.random() < 0.8 else random.choice(LABELS) | random.choice(LABELS),
    )


def _random_scope(random: Random) -> Scope:
    return tuple(_random_box(random) for _ in range(random.choice((1, 1, 2))))


def _rule(scope: Scope) -> Rule:
    return Rule("added", BOTH, "added", lambda _: scope)


def test_adding_a_closing_rule_never_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(1)
    closed_something = 0
    for world in worlds(1):
        before = all_seen(world)
        with monkeypatch.context() as patch:
            patch.setitem(CLOSING, "added", _rule(_random_scope(random)))
            after = all_seen(world)
        assert all(late <= early for early, late in zip(before, after, strict=True))
        closed_something += before != after
    assert closed_something > WORLDS / 20


def test_adding_an_opening_rule_never_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(2)
    opened_something = 0
    for world in worlds(2):
        before = all_seen(world)
        with monkeypatch.context() as patch:
            patch.setitem(OPENING, "added", _rule(_random_scope(random)))
            after = all_seen(world)
        assert all(early <= late for early, late in zip(before, after, strict=True))
        opened_something += before != after
    assert opened_something > WORLDS / 20


def test_two_rules_cannot_have_one_name() -> None:
    def own_facility(_question: Question) -> Scope:
        return ()

    with pytest.raises(ValueError, match="own_facility"):
        closes(Action.VIEW, reason="withdrawn")(own_facility)
    assert "own_facility" not in CLOSING


def test_the_order_of_rules_cannot_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(3)
    for world in worlds(3):
        answers = [ask(world, asker) for asker in world.askers]
        with monkeypatch.context() as patch:
            for registered in (OPENING, CLOSING):
                shuffled = random.sample(list(registered.items()), len(registered))
                for name in list(registered):
                    patch.delitem(registered, name)
                for name, rule in shuffled:
                    patch.setitem(registered, name, rule)
            again = [ask(world, asker) for asker in world.askers]
        for one, other in zip(answers, again, strict=True):
            assert type(one) is type(other)
            assert one.reasons == other.reasons
            assert covered(one, world) == covered(other, world)


def test_whatever_the_rules_an_entry_is_covered_if_opened_and_not_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only boxes with nothing left are dropped, and a grant is refused only if all are."""
    random = Random(4)
    doctor = Asker(Requester("account", "name", FACILITIES[0], Role.DOCTOR), INSTANTS[0])
    refused = 0
    for world in worlds(4):
        opened, closed = _random_scope(random), _random_scope(random) + _random_scope(random)
        with monkeypatch.context() as patch:
            patch.setattr(gate, "OPENING", {"added": _rule(opened)})
            patch.setattr(gate, "CLOSING", {"closed": _rule(closed)})
            decision = ask(world, doctor)
        expected = {
            one
            for one in world.documents
            if any(box.holds(*one) for box in opened) and not any(box.holds(*one) for box in closed)
        }
        assert covered(decision, world) == expected
        refused += not isinstance(decision, Grant)
    assert WORLDS / 50 < refused < WORLDS


def test_a_box_keeps_something_if_one_of_its_custodians_is_not_closed() -> None:
    box = Box(custodians=frozenset(FACILITIES[:2]))
    first, second = (Box(custodians=frozenset({one}), service_period=WIDEST_PERIOD) for one in FACILITIES[:2])
    assert leaves_something(box, (first,))
    assert leaves_something(box, (second,))
    assert not leaves_something(box, (first, second))
    assert leaves_something(Box(), (first, second))


def test_a_box_keeps_something_if_one_of_its_classes_is_not_closed() -> None:
    box = Box(custodians=frozenset(FACILITIES[:1]))
    known = Box(classes=EVERY_CLASS - {DocumentClass.UNKNOWN}, service_period=WIDEST_PERIOD)
    unknown = Box(classes=frozenset({DocumentClass.UNKNOWN}), service_period=WIDEST_PERIOD)
    assert leaves_something(box, (known,))
    assert leaves_something(box, (unknown,))
    assert not leaves_something(box, (known, unknown))
    assert leaves_something(box, (known, unknown._replace(bearing=LABELS[0])))
    assert leaves_something(Box(), (known._replace(custodians=box.custodians), unknown))


def _asked(
    who: Requester, action: Action, log: Sequence[ConsentEvent], now: int, region: Region | None = None
) -> Question:
    linked = frozenset(FACILITIES[:3])
    return Question(who, action, PATIENT, decisions_of(log), now, linked, region or everybody())


def _some_grant() -> Grant:
    event = an_event(EventKind.GIVEN, 1, provisions=(Provision(),))
    doctor = Requester("account", "name", FACILITIES[0], Role.DOCTOR)
    decision = gate.decide(_asked(doctor, Action.VIEW, [event], INSTANTS[0]))
    assert isinstance(decision, Grant)
    return decision


def test_a_grant_is_made_by_the_gate_alone() -> None:
    grant = _some_grant()
    fields = {field.name: getattr(grant, field.name) for field in dataclasses.fields(Grant)}
    with pytest.raises(TypeError):
        Grant(**fields)
    with pytest.raises(TypeError):
        type("Forged", (Grant,), {})
    with pytest.raises(TypeError):
        type(grant)(**fields, seal=object())  # type: ignore[call-arg]


def test_a_grant_cannot_be_widened() -> None:
    grant = _some_grant()
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(grant, closed=())
    with pytest.raises(dataclasses.FrozenInstanceError):
        grant.patient = PatientId("p2")  # type: ignore[misc]
    assert copy.copy(grant) == grant
    assert pickle.loads(pickle.dumps(grant)) == grant  # noqa: S301  our own bytes


def test_a_withdrawal_that_names_nothing_takes_back_everything() -> None:
    given = an_event(EventKind.GIVEN, 1, provisions=(Provision(),))
    doctor = Requester("account", "name", FACILITIES[3], Role.DOCTOR)
    log = [given, an_event(EventKind.WITHDRAWN, 2)]
    decision = gate.decide(_asked(doctor, Action.VIEW, log, INSTANTS[0]))
    assert decision.reasons == ("withdrawn",)


def _upkeep(
    log: tuple[ConsentEvent, ...], custodian: FacilityCode, now: int, region: Region | None = None
) -> MaintenanceGrant:
    system = Requester("ingest", "ingest", custodian, Role.SYSTEM)
    question = _asked(system, Action.PUBLISH, log, now, region)
    return gate.maintain(question, MaintenanceTask.WITHDRAWAL, "consent-ended")


@pytest.mark.parametrize("seed", range(200))
def test_maintenance_touches_what_its_custodian_could_not_file_and_nothing_else(seed: int) -> None:
    world = a_world(Random(seed), PATIENT)
    for custodian in FACILITIES:
        for now in INSTANTS:
            grant = _upkeep(world.log, custodian, now, world.region)
            leave = gate.decide(_asked(grant.requester, Action.PUBLISH, world.log, now, world.region))
            for document in world.documents:
                could_file = isinstance(leave, Grant) and leave.covers(*document)
                assert grant.covers(*document) == (document[0] == custodian and not could_file)


def test_maintenance_has_an_end_a_reason_and_a_custodian() -> None:
    grant = _upkeep((), FACILITIES[0], 1_000)
    assert (grant.expires_at, grant.reason, grant.task) == (
        *(1_000 + gate.LIFE_OF_A_GRANT, "consent-ended"),
        MaintenanceTask.WITHDRAWAL,
    )
    doctor = Requester("account", "name", FACILITIES[0], Role.DOCTOR)
    for action, reason in ((Action.VIEW, "curious"), (Action.PUBLISH, "")):
        question = _asked(doctor, action, (), 0)
        with pytest.raises(ValueError, match="says why"):
            gate.maintain(question, MaintenanceTask.WITHDRAWAL, reason)


def test_a_maintenance_grant_is_made_by_the_gate_alone() -> None:
    grant = _upkeep((), FACILITIES[0], 1_000)
    fields = {field.name: getattr(grant, field.name) for field in dataclasses.fields(MaintenanceGrant)}
    with pytest.raises(TypeError):
        MaintenanceGrant(**fields)
    with pytest.raises(TypeError):
        type("Forged", (MaintenanceGrant,), {})
    with pytest.raises(TypeError):
        type(grant)(**fields, seal=object())  # type: ignore[call-arg]
