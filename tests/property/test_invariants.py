"""The invariants of the consent model (I1 to I32), as far as the gate itself keeps them.

`docs/security-properties.md` says for each number which test keeps it; here stand those that are asked
of the gate in random worlds. What stores and edges must do with its answers is proved beside them.
"""

from __future__ import annotations

from random import Random

import pytest

from consent.grant import Grant
from consent.model import (
    FOREVER,
    NOTICE,
    Action,
    Care,
    ConsentEvent,
    EventKind,
    Membership,
    Provision,
    Restriction,
    Suspension,
    Term,
    Withdrawal,
    decisions_of,
)
from consent.reasons import EMERGENCY, REASONS
from hie.record.entry import Confidentiality
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import Day
from hie.store.reach import reaches
from tests.property.asked import (
    PATIENT,
    WORLDS,
    after,
    all_seen,
    an_event,
    ask,
    covered,
    more,
    seen,
    worlds,
)
from tests.property.reference_model import (
    IN_AN_EMERGENCY,
    MAY_READ,
    NOT_TOLD,
    STAFF,
    Asker,
    Document,
    below_the_ceiling,
    live_clauses,
    takes_part,
    treats,
)
from tests.property.worlds import (
    CLASSES,
    DAWN,
    EVERY_LABEL,
    FACILITIES,
    GROUPS,
    INSTANTS,
    World,
    everybody,
)

THEMSELVES = {Role.PATIENT, Role.FAMILY}
WITHOUT_RECORDS = [role for role in Role if role.value not in MAY_READ]


def _less(before: World, later: World) -> bool:
    """Say whether nothing is open in the later world that was not open before."""
    return all(late <= early for early, late in zip(all_seen(before), all_seen(later), strict=True))


def _own(world: World, asker: Asker) -> set[Document]:
    """Return what a facility wrote itself and has a link for."""
    facility = asker.who.facility
    return {one for one in world.documents if one.custodian == facility in world.linked}


def test_i01_whatever_is_shown_has_a_whole_chain_behind_it() -> None:
    shown = 0
    for world in worlds(1):
        for asker in world.askers:
            for document in seen(world, asker):
                shown += 1
                who, now, _ = asker
                assert document.custodian in world.linked
                assert takes_part(world.region, document.custodian, now)
                assert below_the_ceiling(who, document)
                if who.role in THEMSELVES:
                    assert who.patient == PATIENT
                    continue
                assert takes_part(world.region, who.facility, now)
                by_consent = live_clauses(world.situation, document.custodian, who.facility, now)
                by_clause = live_clauses(
                    world.situation, document.custodian, who.facility, now, in_emergency=True
                )
                assert (
                    document.custodian == who.facility
                    or any(one.recipients or treats(world.situation, who.facility, now) for one in by_consent)
                    or (asker.emergency is not None and by_clause)
                )
    assert shown > WORLDS / 10


def test_i03_after_withdrawing_all_nothing_is_open_until_a_later_consent() -> None:
    """And the old consents stay dead after the new one."""
    for world in worlds(3):
        gone = more(world, an_event(EventKind.WITHDRAWN, after(world), withdrawal=Withdrawal()))
        small = Provision(classes=frozenset({CLASSES[0]}), emergency=True)
        again = an_event(EventKind.GIVEN, after(gone), provisions=(small,))
        renewed = more(gone, again)
        without = {EventKind.GIVEN, EventKind.WITHDRAWN}
        fresh = world._replace(log=(*(one for one in world.log if one.kind not in without), again))
        for asker in world.askers:
            assert seen(gone, asker) <= _own(world, asker)
            assert seen(gone, asker, Action.PUBLISH) == set()
            assert seen(renewed, asker) == seen(fresh, asker)


def test_i04_neither_the_order_of_arrival_nor_a_repetition_changes_a_decision() -> None:
    for world in worlds(4):
        shuffled = world._replace(log=tuple(Random(13).sample(world.log, len(world.log))))
        assert all_seen(shuffled) == all_seen(world)
        assert all_seen(world._replace(log=world.log * 2)) == all_seen(world)


def _taken_back(random: Random) -> tuple[EventKind, dict[str, object]]:
    scope = Withdrawal(random.choice((None, *GROUPS)), random.choice((None, *GROUPS)))
    return EventKind.WITHDRAWN, {"withdrawal": scope}


def _refused(random: Random) -> tuple[EventKind, dict[str, object]]:
    return EventKind.RESTRICTED, {
        "restriction": Restriction(
            random.choice((None, *GROUPS)), random.choice((None, *GROUPS)), by_discloser=random.random() < 0.5
        )
    }


def _end_of_care(random: Random) -> tuple[EventKind, dict[str, object]]:
    return EventKind.CARE_ENDED, {"care": Care(random.choice(FACILITIES))}


def _death(_random: Random) -> tuple[EventKind, dict[str, object]]:
    return EventKind.DECEASED, {"recorded_at": 0}


@pytest.mark.parametrize("make", [_taken_back, _refused, _end_of_care, _death])
def test_i05_closing_events_never_open(make: object) -> None:
    assert callable(make)
    random = Random(5)
    closed = 0
    for world in worlds(5):
        kind, fields = make(random)
        taken = {event.sequence for event in world.log} | {event.lifts for event in world.log}
        free = [number for number in range(1, after(world) + 5) if number not in taken]
        later = more(world, an_event(kind, random.choice(free), **fields))
        assert _less(world, later)
        closed += all_seen(world) != all_seen(later)
    assert closed


def test_i05_ending_a_link_or_a_membership_and_adding_a_label_never_opens() -> None:
    random = Random(6)
    for world in worlds(6):
        facility = random.choice(FACILITIES)
        assert _less(world, world._replace(linked=world.linked - {facility}))
        member = world.region.members.get(facility, Membership())
        rest = Suspension(random.choice(INSTANTS))
        resting = member._replace(suspensions=(*member.suspensions, rest))
        at_rest = world.region._replace(members={**world.region.members, facility: resting})
        assert _less(world, world._replace(region=at_rest))
        label = 1 << random.randrange(10)
        borne = tuple(one._replace(labels=one.labels | label) for one in world.documents)
        labelled = world._replace(documents=borne)
        for asker in world.askers:
            for action in Action:
                shown = seen(labelled, asker, action)
                unlabelled = seen(world, asker, action)
                assert all(
                    one in unlabelled
                    for one, other in zip(world.documents, borne, strict=True)
                    if other in shown
                )


def test_i06_adding_a_consent_never_closes() -> None:
    random = Random(7)
    for world in worlds(7):
        provision = Provision(
            random.choice((None, *GROUPS)),
            random.choice((None, *GROUPS)),
            labels=random.choice((0, EVERY_LABEL)),
            emergency=random.random() < 0.5,
        )
        event = an_event(EventKind.GIVEN, random.randrange(1, after(world) + 5), provisions=(provision,))
        assert _less(more(world, event), world)


def test_i07_no_document_of_a_facility_that_no_consent_names_is_shown_to_others() -> None:
    """Consent is not handed on, whoever else shows what to whom."""
    shown = 0
    for world in worlds(8):
        named: set[FacilityCode] = set()
        for event in world.log:
            for provision in event.provisions:
                named |= set(FACILITIES) if provision.disclosers is None else provision.disclosers
        for asker in world.askers:
            if asker.who.role not in THEMSELVES:
                custodians = {one.custodian for one in seen(world, asker)}
                assert custodians <= named | (world.linked & {asker.who.facility})
                shown += bool(custodians)
    assert shown


def test_i08_a_decision_is_made_from_the_log_up_to_its_position_and_reaches_not_back() -> None:
    for world in worlds(9):
        for upto in range(len(world.log)):
            prefix = world._replace(log=world.log[:upto])
            position = prefix.log[-1].sequence if prefix.log else 0
            assert all(ask(prefix, asker).position == position for asker in world.askers)
        early = world._replace(log=tuple(event._replace(valid_from=1) for event in world.log))
        assert all_seen(early) == all_seen(world)


def _joined(world: World, facility: FacilityCode, *terms: Term) -> World:
    region = everybody()._replace(members={**everybody().members, facility: Membership(terms)})
    return world._replace(region=region)


def test_i09_all_at_signing_admits_nobody_later_and_all_future_nobody_before_notice_and_wait() -> None:
    facility, other = FACILITIES[:2]
    joined = DAWN + 700
    document = Document(other, CLASSES[1], Day(20250401), Confidentiality.NORMAL)
    for later_members in (False, True):
        form = an_event(
            EventKind.GIVEN, 1, provisions=(Provision(later_members=later_members),), recorded_at=DAWN
        )
        world = World(PATIENT, (form,), frozenset({facility, other}), everybody(), (document,), ())
        for noticed in (FOREVER, joined, joined + 5):
            late = _joined(world, facility, Term(joined, noticed_at=noticed))
            for now in (joined, joined + 5, *(joined + NOTICE + one for one in (-1, 0, 4, 5))):
                asker = Asker(Requester("a", "n", facility, Role.DOCTOR), now)
                admitted = later_members and now >= noticed + NOTICE
                assert bool(seen(late, asker)) == admitted
                assert bool(seen(late, asker, Action.PUBLISH)) is False  # it files nothing of its own here


def test_i10_leaving_and_joining_again_restores_no_earlier_right() -> None:
    for world in worlds(10):
        at_first = world._replace(region=everybody())
        for asker in world.askers:
            facility = asker.who.facility
            if asker.who.role in THEMSELVES or facility not in FACILITIES:
                continue
            returned = _joined(at_first, facility, Term(0, DAWN + 600), Term(DAWN + 700))
            shown = seen(returned, asker._replace(emergency=None))
            assert shown <= _own(world, asker), "what others showed it"
            for other in world.askers:
                if other.who.role not in THEMSELVES and other.who.facility != facility:
                    assert not {one for one in seen(returned, other) if one.custodian == facility}


def test_i12_without_a_link_nothing_of_a_number_is_open() -> None:
    for world in worlds(12):
        for facility in FACILITIES:
            ended = world._replace(linked=world.linked - {facility})
            for asker in world.askers:
                assert not {one for one in seen(ended, asker) if one.custodian == facility}


def test_i14_a_broken_glass_opens_the_emergency_set_and_nothing_else() -> None:
    opened = 0
    for world in worlds(14):
        for asker in world.askers:
            who, now, broken = asker
            before = seen(world, asker._replace(emergency=None))
            answer = ask(world, asker)
            by_it = covered(answer, world) - before
            assert before <= covered(answer, world)
            for document in by_it:
                opened += 1
                assert broken is not None
                assert now < broken.ends_at
                assert who.role in {Role.DOCTOR, Role.DENTIST, Role.NURSE}
                assert EMERGENCY in answer.reasons
                assert document.document_class in IN_AN_EMERGENCY
                assert not document.labels & ~(STAFF | NOT_TOLD)
                assert document.confidentiality <= Confidentiality.RESTRICTED
                assert live_clauses(world.situation, document.custodian, who.facility, now, in_emergency=True)
    assert opened


def test_i16_whatever_is_granted_lies_below_the_ceiling_of_the_role() -> None:
    for world in worlds(16):
        for asker in world.askers:
            assert all(below_the_ceiling(asker.who, one) for one in seen(world, asker))


@pytest.mark.parametrize("role", WITHOUT_RECORDS)
def test_i17_the_secretariat_and_whoever_does_not_treat_sees_nothing(role: Role) -> None:
    random = Random(17)
    for world in worlds(17, 500):
        for asker in world.askers:
            who = asker.who._replace(role=role, purpose=random.choice(tuple(Purpose)))
            assert not isinstance(ask(world, asker._replace(who=who)), Grant)


@pytest.mark.parametrize(
    "purpose", [one for one in Purpose if one not in {Purpose.TREATMENT, Purpose.EMERGENCY}]
)
def test_i01_a_purpose_other_than_treatment_shows_a_facility_nothing(purpose: Purpose) -> None:
    for world in worlds(18, 500):
        for asker in world.askers:
            if asker.who.role not in THEMSELVES:
                who = asker.who._replace(purpose=purpose)
                for action in Action:
                    assert not isinstance(ask(world, asker._replace(who=who), action), Grant)


def test_i18_a_patient_sees_the_same_whether_or_not_something_was_not_told() -> None:
    """The grant itself is the same: what is asked of the store with it cannot tell."""
    hidden = 0
    for world in worlds(19):
        untold = tuple(one._replace(labels=one.labels | NOT_TOLD) for one in world.documents)
        for asker in world.askers:
            if asker.who.role in THEMSELVES:
                assert not seen(world._replace(documents=untold), asker)
                hidden += bool(seen(world, asker))
    assert hidden


def test_i22_positions_never_decrease_as_more_is_decided() -> None:
    for world in worlds(22):
        logs = [world.log[:upto] for upto in range(len(world.log) + 1)]
        positions = [decisions_of(log).position for log in logs]
        assert positions == sorted(positions)


def test_i24_the_fold_of_a_log_does_not_ask_for_its_order() -> None:
    for world in worlds(24):
        for upto in range(len(world.log) + 1):
            log = list(world.log[:upto])
            one, other = decisions_of(log), decisions_of(log[::-1])
            assert [sorted(part) for part in one[1:3]] == [sorted(part) for part in other[1:3]]
            assert set(one.restrictions) == set(other.restrictions)
            assert set(one.care) == set(other.care)
            assert (one.position, one.closed_at) == (other.position, other.closed_at)
            assert reaches(one) == reaches(other)


def test_i28_facilities_that_are_not_concerned_change_nothing() -> None:
    """What is left of the log when everything about other pairs is taken out decides the same."""
    for world in worlds(28, 1_000):
        for asker in world.askers:
            if asker.who.role in THEMSELVES or (asker.emergency is not None):
                continue
            for document in world.documents:
                pair = (document.custodian, asker.who.facility)
                log = tuple(_projected(event, *pair) for event in world.log)
                members = {one: world.region.members[one] for one in pair if one in world.region.members}
                alone = world._replace(
                    log=log,
                    linked=world.linked & set(pair),
                    region=world.region._replace(members=members),
                )
                assert (document in seen(alone, asker)) == (document in seen(world, asker))


def _projected(event: ConsentEvent, discloser: FacilityCode, viewer: FacilityCode) -> ConsentEvent:
    """Keep of an event what it says of this pair."""
    if event.kind is EventKind.WITHDRAWN:
        concerns = event.withdrawal is None or event.withdrawal.covers(discloser, viewer)
        return event if concerns else an_event(EventKind.GIVEN, event.sequence)
    if event.care is not None and event.care.facility != viewer:
        return an_event(EventKind.GIVEN, event.sequence)
    kept = (
        one._replace(
            disclosers=None if one.disclosers is None else frozenset({discloser}),
            recipients=None if one.recipients is None else frozenset({viewer}),
        )
        for one in event.provisions
        if Withdrawal(one.disclosers, one.recipients).covers(discloser, viewer)
    )
    return event._replace(provisions=tuple(kept))


def test_i32_a_death_only_takes_rights_away() -> None:
    for world in worlds(32):
        died = an_event(EventKind.DECEASED, 1_000, recorded_at=INSTANTS[2])
        assert _less(world, more(world, died))


def test_every_reason_that_the_gate_gives_has_its_sentence() -> None:
    given: set[str] = set()
    for world in worlds(33):
        for asker in world.askers:
            for action in Action:
                given |= set(ask(world, asker, action).reasons)
    assert given <= set(REASONS)
    assert {"no-care", "unlinked", "joined-later", "expired", "membership"} <= given
