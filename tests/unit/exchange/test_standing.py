"""How consents stand as time goes by, and what becomes of those who join, leave and come back."""

from __future__ import annotations

import pytest

from consent.model import (
    FOREVER,
    NOTICE,
    ConsentEvent,
    EventKind,
    Membership,
    Provision,
    Region,
    Suspension,
    Term,
    Withdrawal,
)
from hie.exchange.consents.standing import Change, State, standing
from hie.record.identifiers import FacilityCode, PatientId

HOSPITAL, CLINIC, LATER = (FacilityCode(f"131000000{n}") for n in (1, 2, 3))
SIGNED, NOW = 1_000_000, 1_000_000 + 3 * NOTICE
OLD = Membership((Term(0),))


def _given(*provisions: Provision, sequence: int = 1) -> ConsentEvent:
    return ConsentEvent(sequence, PatientId("p"), EventKind.GIVEN, SIGNED, "d", "f", provisions)


def _withdrawn(withdrawal: Withdrawal, sequence: int = 2, at: int = SIGNED + 10) -> ConsentEvent:
    return ConsentEvent(sequence, PatientId("p"), EventKind.WITHDRAWN, at, "d", "f", (), withdrawal)


LISTED = Provision(frozenset({HOSPITAL}), frozenset({CLINIC}))


@pytest.mark.parametrize(
    ("provision", "later", "state", "ended_at"),
    [
        (Provision(), [], State.IN_FORCE, FOREVER),
        (Provision(ends_at=NOW), [], State.ENDED, NOW),
        (Provision(starts_at=NOW + 1), [], State.COMING, FOREVER),
        (Provision(), [_withdrawn(Withdrawal())], State.WITHDRAWN, SIGNED + 10),
        (Provision(), [_withdrawn(Withdrawal(None, frozenset({CLINIC})))], State.PARTLY, FOREVER),
        (LISTED, [_withdrawn(Withdrawal(None, frozenset({CLINIC})))], State.WITHDRAWN, SIGNED + 10),
        (LISTED, [_withdrawn(Withdrawal(frozenset({CLINIC}), None))], State.IN_FORCE, FOREVER),
        (Provision(), [_withdrawn(Withdrawal(), sequence=0)], State.IN_FORCE, FOREVER),
        (Provision(ends_at=SIGNED + 5), [_withdrawn(Withdrawal())], State.ENDED, SIGNED + 5),
    ],
)
def test_a_provision_stands_as_its_time_and_what_came_later_say(
    provision: Provision, later: list[ConsentEvent], state: State, ended_at: int
) -> None:
    (one,) = standing([*later, _given(provision)], Region({}), NOW)
    assert (one.state, one.ended_at) == (state, ended_at)


EVERYBODY, FUTURE = Provision(), Provision(later_members=True)


@pytest.mark.parametrize(
    ("provision", "membership", "change"),
    [
        (EVERYBODY, OLD, None),
        (EVERYBODY, Membership((Term(SIGNED + 5),)), (Change.NOT_INCLUDED, SIGNED + 5)),
        (FUTURE, Membership((Term(SIGNED + 5),)), (Change.WAITING, FOREVER)),
        (FUTURE, Membership((Term(SIGNED + 5, FOREVER, NOW),)), (Change.WAITING, NOW + NOTICE)),
        (
            FUTURE,
            Membership((Term(SIGNED + 5, FOREVER, SIGNED + 9),)),
            (Change.INCLUDED, SIGNED + 9 + NOTICE),
        ),
        (EVERYBODY, Membership((Term(0, SIGNED + 7),)), (Change.LEFT, SIGNED + 7)),
        (EVERYBODY, Membership((Term(0, SIGNED + 7), Term(SIGNED + 8))), (Change.RETURNED, SIGNED + 8)),
        (EVERYBODY, Membership((Term(0),), (Suspension(SIGNED + 6),)), (Change.SUSPENDED, SIGNED + 6)),
        (EVERYBODY, Membership((Term(0),), (Suspension(SIGNED + 6, NOW),)), None),
        (Provision(recipients=frozenset({CLINIC}), disclosers=frozenset({HOSPITAL})), OLD, None),
        (EVERYBODY, Membership((Term(0, 5),)), None),
    ],
)
def test_who_joined_left_or_came_back_is_said(
    provision: Provision, membership: Membership, change: tuple[Change, int] | None
) -> None:
    region = Region({HOSPITAL: OLD, CLINIC: OLD, LATER: membership})
    (one,) = standing([_given(provision)], region, NOW)
    found = [(said.change, said.at) for said in one.changes if said.facility == LATER]
    assert found == ([change] if change else [])
