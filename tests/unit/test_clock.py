"""The hub's clock is never set back (I27)."""

from __future__ import annotations

from consent.gate import decide
from consent.grant import Grant
from consent.model import (
    Action,
    ConsentEvent,
    EventKind,
    Membership,
    Provision,
    Question,
    Region,
    Term,
    decisions_of,
)
from hie.clock import FORGIVEN, SteadyClock
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role

NOW = 1_770_000_000_000
DAY = 86_400_000
SECOND = 1_000


class Machine:
    """A machine's two clocks in nanoseconds: one that people set, and one that only goes on."""

    def __init__(self) -> None:
        """Start at a moment."""
        self.ahead = 0
        self.passed = 0

    def wall(self) -> int:
        """Return what people see."""
        return (NOW + self.passed + self.ahead) * 1_000_000

    def steady(self) -> int:
        """Return what nobody sets."""
        return (77 + self.passed) * 1_000_000


def _clock(machine: Machine, seen: int = 0) -> SteadyClock:
    return SteadyClock(seen, machine.wall, machine.steady)


def test_it_goes_with_the_machine() -> None:
    machine = Machine()
    clock = _clock(machine)
    assert clock.now() == NOW
    machine.passed += 90 * SECOND
    assert clock.now() == NOW + 90 * SECOND


def test_a_machine_that_is_set_back_does_not_set_it_back() -> None:
    machine = Machine()
    clock = _clock(machine)
    machine.ahead = -DAY
    assert clock.now() == NOW
    machine.passed += SECOND
    assert clock.now() == NOW + SECOND
    machine.passed += DAY + SECOND
    assert clock.now() == NOW + DAY + 2 * SECOND


def test_it_follows_a_machine_that_is_set_forward() -> None:
    machine = Machine()
    clock = _clock(machine)
    machine.ahead = DAY
    assert clock.now() == NOW + DAY
    machine.ahead = 0
    machine.passed += SECOND
    assert clock.now() == NOW + DAY + SECOND


def test_it_goes_on_after_a_restart_from_what_was_written_down_unless_that_is_days_ahead() -> None:
    machine = Machine()
    assert _clock(machine, NOW + DAY).now() == NOW + DAY
    assert _clock(machine, NOW - DAY).now() == NOW
    assert _clock(machine, NOW + FORGIVEN + 1).now() == NOW


def test_i27_a_clock_that_jumps_a_day_extends_no_right() -> None:
    discloser, viewer = FacilityCode("1310000001"), FacilityCode("1310000002")
    patient, ends_at = PatientId("p1"), NOW + 10 * SECOND
    clause = Provision(recipients=frozenset({viewer}), ends_at=ends_at)
    given = ConsentEvent(1, patient, EventKind.GIVEN, NOW - DAY, "desk", "form", (clause,))
    region = Region({one: Membership((Term(0),)) for one in (discloser, viewer)})
    for jump in (-DAY, DAY):
        machine = Machine()
        clock = _clock(machine)
        for second in range(20):
            machine.passed = second * SECOND
            machine.ahead = jump if second % 3 == 1 else 0
            who = Requester("a", "n", viewer, Role.DOCTOR)
            question = Question(
                *(who, Action.VIEW, patient, decisions_of([given]), clock.now()),
                *(frozenset({discloser}), region),
            )
            if NOW + machine.passed >= ends_at:
                assert not isinstance(decide(question), Grant)
