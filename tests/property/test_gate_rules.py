"""What holds of the gate whatever rules there are, and the invariants that this slice of rules promises."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from random import Random

import pytest

from consent import gate
from consent.grant import Decision, Grant, MaintenanceGrant, MaintenanceTask
from consent.model import (
    Action,
    ConsentEvent,
    EventKind,
    Provision,
    Question,
    Withdrawal,
    decisions_of,
)
from consent.rules import CLOSING, OPENING, Rule, closes
from consent.scope import WIDEST_PERIOD, Box, Scope, leaves_something
from hie.record.entry import Confidentiality
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import Period
from tests.property.reference_model import Document
from tests.property.worlds import CLASSES, DAYS, FACILITIES, GROUPS, INSTANTS, World, a_world

WORLDS = 2_000
PATIENT = PatientId("p1")
BOTH = frozenset(Action)


def _worlds(seed: int) -> list[World]:
    random = Random(seed)
    return [a_world(random, PATIENT) for _ in range(WORLDS)]


def _ask(world: World, who: Requester, now: int, action: Action = Action.VIEW) -> Decision:
    return gate.decide(Question(who, action, PATIENT, decisions_of(world.log), now, world.linked))


def _seen(decision: Decision, world: World) -> set[Document]:
    return {one for one in world.documents if isinstance(decision, Grant) and decision.covers(*one)}


def _all_seen(world: World) -> list[set[Document]]:
    return [_seen(_ask(world, who, now, action), world) for who, now in world.askers for action in Action]


def _random_box(random: Random) -> Box:
    days = sorted(random.sample(DAYS, 2))
    return Box(
        None if random.random() < 0.3 else random.choice(GROUPS),
        frozenset() if random.random() < 0.6 else random.choice(GROUPS),
        None if random.random() < 0.4 else frozenset(random.sample(CLASSES, 2)),
        WIDEST_PERIOD if random.random() < 0.5 else Period(*days),
        random.choice(tuple(Confidentiality)),
    )


def _random_scope(random: Random) -> Scope:
    return tuple(_random_box(random) for _ in range(random.choice((1, 1, 2))))


def _rule(scope: Scope) -> Rule:
    return Rule("added", BOTH, "added", lambda _: scope)


def test_adding_a_closing_rule_never_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(1)
    closed_something = 0
    for world in _worlds(1):
        before = _all_seen(world)
        with monkeypatch.context() as patch:
            patch.setitem(CLOSING, "added", _rule(_random_scope(random)))
            after = _all_seen(world)
        assert all(late <= early for early, late in zip(before, after, strict=True))
        closed_something += before != after
    assert closed_something > WORLDS / 20


def test_adding_an_opening_rule_never_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(2)
    opened_something = 0
    for world in _worlds(2):
        before = _all_seen(world)
        with monkeypatch.context() as patch:
            patch.setitem(OPENING, "added", _rule(_random_scope(random)))
            after = _all_seen(world)
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
    for world in _worlds(3):
        answers = [_ask(world, who, now) for who, now in world.askers]
        with monkeypatch.context() as patch:
            for registered in (OPENING, CLOSING):
                shuffled = random.sample(list(registered.items()), len(registered))
                for name in list(registered):
                    patch.delitem(registered, name)
                for name, rule in shuffled:
                    patch.setitem(registered, name, rule)
            again = [_ask(world, who, now) for who, now in world.askers]
        for one, other in zip(answers, again, strict=True):
            assert type(one) is type(other)
            assert one.reasons == other.reasons
            assert _seen(one, world) == _seen(other, world)


def test_whatever_the_rules_an_entry_is_covered_if_opened_and_not_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only boxes with nothing left are dropped, and a grant is refused only if all are."""
    random = Random(4)
    doctor = Requester("account", "name", FACILITIES[0], Role.DOCTOR)
    refused = 0
    for world in _worlds(4):
        opened, closed = _random_scope(random), _random_scope(random) + _random_scope(random)
        with monkeypatch.context() as patch:
            patch.setattr(gate, "OPENING", {"added": _rule(opened)})
            patch.setattr(gate, "CLOSING", {"closed": _rule(closed)})
            decision = _ask(world, doctor, 1_000)
        expected = {
            one
            for one in world.documents
            if any(box.holds(*one) for box in opened) and not any(box.holds(*one) for box in closed)
        }
        assert _seen(decision, world) == expected
        refused += not isinstance(decision, Grant)
    assert WORLDS / 50 < refused < WORLDS


def test_a_box_keeps_something_if_one_of_its_custodians_is_not_closed() -> None:
    box = Box(custodians=frozenset(FACILITIES[:2]))
    first, second = (Box(custodians=frozenset({one}), service_period=WIDEST_PERIOD) for one in FACILITIES[:2])
    assert leaves_something(box, (first,))
    assert leaves_something(box, (second,))
    assert not leaves_something(box, (first, second))
    assert leaves_something(Box(), (first, second))


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.TREATMENT])
def test_a_purpose_other_than_treatment_sees_nothing(purpose: Purpose) -> None:
    for world in _worlds(5):
        for who, now in world.askers:
            for action in Action:
                assert not isinstance(_ask(world, who._replace(purpose=purpose), now, action), Grant)


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.SYSTEM, Role.CLERK, Role.CARE_MANAGER, Role.PATIENT])
def test_a_role_that_does_not_treat_sees_nothing(role: Role) -> None:
    """I17, for every purpose."""
    random = Random(6)
    for world in _worlds(6):
        for who, now in world.askers:
            one = who._replace(role=role, purpose=random.choice(tuple(Purpose)))
            assert not isinstance(_ask(world, one, now), Grant)


def _event(kind: EventKind, sequence: int, **fields: object) -> ConsentEvent:
    return ConsentEvent(sequence, PATIENT, kind, 0, "desk", "form")._replace(**fields)  # type: ignore[arg-type]


def _next(world: World) -> int:
    return max((event.sequence for event in world.log), default=0) + 1


def test_after_withdrawing_all_nothing_of_others_is_open_until_a_later_consent() -> None:
    """I3: and the old consents stay dead after the new one."""
    for world in _worlds(7):
        gone = _event(EventKind.WITHDRAWN, _next(world), withdrawal=Withdrawal())
        after = world._replace(log=(*world.log, gone))
        small = Provision(classes=frozenset({CLASSES[0]}))
        again = _event(EventKind.GIVEN, _next(after), provisions=(small,))
        renewed = after._replace(log=(*after.log, again))
        fresh = world._replace(log=(again,))
        for who, now in world.askers:
            own = {one for one in world.documents if one.custodian == who.facility in world.linked}
            assert _seen(_ask(after, who, now), world) <= own
            assert _seen(_ask(after, who, now, Action.PUBLISH), world) == set()
            assert _seen(_ask(renewed, who, now), world) == _seen(_ask(fresh, who, now), world)


def test_adding_a_withdrawal_never_opens() -> None:
    """I5."""
    random = Random(8)
    for world in _worlds(8):
        taken_back = Withdrawal(random.choice((None, *GROUPS)), random.choice((None, *GROUPS)))
        event = _event(EventKind.WITHDRAWN, random.randrange(1, _next(world) + 5), withdrawal=taken_back)
        more = world._replace(log=(*world.log, event))
        assert all(late <= early for early, late in zip(_all_seen(world), _all_seen(more), strict=True))


def test_ending_a_link_never_opens() -> None:
    """I5 and I12, as far as the gate itself asks for links."""
    for world in _worlds(9):
        fewer = world._replace(linked=frozenset(sorted(world.linked)[1:]))
        assert all(late <= early for early, late in zip(_all_seen(world), _all_seen(fewer), strict=True))


def test_adding_a_consent_never_closes() -> None:
    """I6."""
    random = Random(10)
    for world in _worlds(10):
        provision = Provision(random.choice((None, *GROUPS)), random.choice((None, *GROUPS)))
        event = _event(EventKind.GIVEN, random.randrange(1, _next(world) + 5), provisions=(provision,))
        more = world._replace(log=(*world.log, event))
        assert all(early <= late for early, late in zip(_all_seen(world), _all_seen(more), strict=True))


def test_no_document_of_a_facility_that_no_consent_names_is_shown() -> None:
    """I7: consent is not handed on, whoever else shows what to whom."""
    shown = 0
    for world in _worlds(11):
        named: set[FacilityCode] = set()
        for event in world.log:
            for provision in event.provisions:
                named |= set(FACILITIES) if provision.disclosers is None else provision.disclosers
        for who, now in world.askers:
            seen = {one.custodian for one in _seen(_ask(world, who, now), world)}
            assert seen <= named | (world.linked & {who.facility})
            shown += bool(seen)
    assert shown


def test_what_was_recorded_later_does_not_change_what_was_decided_earlier() -> None:
    """I8: a decision at a position is made from the log up to it, and says so."""
    for world in _worlds(12):
        for upto in range(len(world.log)):
            prefix = world._replace(log=world.log[:upto])
            position = prefix.log[-1].sequence if prefix.log else 0
            for who, now in world.askers:
                assert _ask(prefix, who, now).position == position
        shuffled = world._replace(log=tuple(Random(13).sample(world.log, len(world.log))))
        assert _all_seen(shuffled) == _all_seen(world), "I4: sequences count, not the order of arrival"


def test_facilities_that_are_not_concerned_change_nothing() -> None:
    """I28: what is left of the log when everything about other pairs is taken out decides the same."""
    for world in _worlds(14):
        for who, now in world.askers:
            for document in world.documents:
                pair = (document.custodian, who.facility)
                log = tuple(_projected(event, *pair) for event in world.log)
                alone = world._replace(log=log)
                one = document in _seen(_ask(world, who, now), world)
                assert (document in _seen(_ask(alone, who, now), world)) == one


def _projected(event: ConsentEvent, discloser: FacilityCode, viewer: FacilityCode) -> ConsentEvent:
    """Keep of an event what it says of this pair."""
    if event.withdrawal is not None:
        return (
            event if event.withdrawal.covers(discloser, viewer) else _event(EventKind.GIVEN, event.sequence)
        )
    kept = (
        one._replace(disclosers=frozenset({discloser}), recipients=frozenset({viewer}))
        for one in event.provisions
        if Withdrawal(one.disclosers, one.recipients).covers(discloser, viewer)
    )
    return event._replace(provisions=tuple(kept))


def _some_grant() -> Grant:
    event = _event(EventKind.GIVEN, 1, provisions=(Provision(),))
    doctor = Requester("account", "name", FACILITIES[0], Role.DOCTOR)
    decision = gate.decide(Question(doctor, Action.VIEW, PATIENT, decisions_of([event]), 0))
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
    given = _event(EventKind.GIVEN, 1, provisions=(Provision(),))
    doctor = Requester("account", "name", FACILITIES[0], Role.DOCTOR)
    log = [given, _event(EventKind.WITHDRAWN, 2)]
    decision = gate.decide(Question(doctor, Action.VIEW, PATIENT, decisions_of(log), 0))
    assert decision.reasons == ("withdrawn",)


def _upkeep(log: tuple[ConsentEvent, ...], custodian: FacilityCode, now: int) -> MaintenanceGrant:
    system = Requester("ingest", "ingest", custodian, Role.SYSTEM)
    question = Question(system, Action.PUBLISH, PATIENT, decisions_of(log), now)
    return gate.maintain(question, MaintenanceTask.WITHDRAWAL, "consent-ended")


@pytest.mark.parametrize("seed", range(200))
def test_maintenance_touches_what_its_custodian_could_not_file_and_nothing_else(seed: int) -> None:
    world = a_world(Random(seed), PATIENT)
    for custodian in FACILITIES:
        for now in INSTANTS:
            grant = _upkeep(world.log, custodian, now)
            question = Question(grant.requester, Action.PUBLISH, PATIENT, decisions_of(world.log), now)
            leave = gate.decide(question)
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
        question = Question(doctor, action, PATIENT, decisions_of(()), 0)
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
