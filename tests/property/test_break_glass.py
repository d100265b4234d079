"""No sequence of events opens a record in an emergency without every precondition (T-06, I14).

A plain model of the rules runs beside the real exchange on a memory store; after each step both must
agree for every user whether the record is open, and every session must have its review and its notices.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from consent.model import ConsentEvent, EventKind, Restriction, Withdrawal
from hie.exchange.breakglass import emergency, emergency_reviews
from hie.exchange.breakglass.emergency import HOUR, HOURS, MOST, NotOpened
from hie.exchange.gate.access import Asked as Look
from hie.exchange.gate.access import admit
from hie.exchange.ports import ReviewState
from hie.record.errors import HieError, NotFound
from hie.record.requester import Requester, Role
from hie.record.times import Day
from hie.store import open_store
from tests import filed as our
from tests.broken_glass import (
    AGREED,
    BECAUSE,
    CLINIC,
    DOCTOR,
    HANAKO,
    HOME,
    NIGHT,
    OFFICE,
    OFFICER,
    a_region,
)
from tests.edges import HandClock

PEOPLE = (
    DOCTOR,
    DOCTOR._replace(user="u-nurse", role=Role.NURSE),
    DOCTOR._replace(user="u-pharmacist", role=Role.PHARMACIST),
    DOCTOR._replace(facility=HOME.__class__("1310000099")),
)
OWN = OFFICER._replace(user=DOCTOR.user)
"""The doctor in another post, as an officer of the discloser."""
MAY = frozenset({Role.DOCTOR, Role.DENTIST, Role.NURSE})
FRESH = 5 * 60_000


class Broken(NamedTuple):
    """What the model remembers of a session."""

    id: str
    user: str
    opened_at: int
    ends_at: int
    told: int


class BreakGlass(RuleBasedStateMachine):
    """Users, officers and the clock in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.store = open_store("memory://", "memory://")
        self.clock = HandClock(our.NOW)
        a_region(self.store, AGREED)
        self.clause, self.refused, self.on_duty = True, False, True
        self.confirmed = dict.fromkeys((one.user for one in PEOPLE), 0)
        self.broken: dict[str, Broken] = {}
        self.waiting: dict[str, int] = {}
        """Sessions not reviewed, with when that is due."""
        self.wrong: set[str] = set()

    # --- the world moves ---

    @rule(by=st.sampled_from([1, 1000, FRESH - 1, FRESH, HOUR - 1, HOUR, 26 * HOUR, 120 * HOUR]))
    def time_passes(self, by: int) -> None:
        self.clock.at += by

    @precondition(lambda self: self.broken)
    @rule(step=st.sampled_from([-1, 0]), data=st.data())
    def it_is_about_the_end_of_a_session(self, step: int, data: st.DataObject) -> None:
        ends = data.draw(st.sampled_from(sorted(one.ends_at for one in self.broken.values())))
        self.clock.at = max(self.clock.at, ends + step)

    @precondition(lambda self: self.waiting)
    @rule(step=st.sampled_from([-1, 0]), data=st.data())
    def it_is_about_the_day_a_review_is_due(self, step: int, data: st.DataObject) -> None:
        due = data.draw(st.sampled_from(sorted(self.waiting.values())))
        self.clock.at = max(self.clock.at, due + step)

    @rule(clause=st.sampled_from([True, True, True, False]))
    def consent(self, clause: bool) -> None:  # noqa: FBT001  drawn
        self._event(EventKind.WITHDRAWN, withdrawal=Withdrawal())
        self._event(EventKind.GIVEN, provisions=(AGREED._replace(emergency=clause),))
        self.clause = clause

    @precondition(lambda self: len(self.broken) > 1)
    @rule()
    def withdraw(self) -> None:
        self._event(EventKind.WITHDRAWN, withdrawal=Withdrawal())
        self.clause = False

    @precondition(lambda self: self.broken and not self.refused)
    @rule()
    def refuse(self) -> None:
        self.refusal = self._event(
            EventKind.RESTRICTED, restriction=Restriction(recipients=frozenset({NIGHT, PEOPLE[3].facility}))
        )
        self.refused = True

    @precondition(lambda self: self.refused)
    @rule()
    def unrefuse(self) -> None:
        self._event(EventKind.LIFTED, lifts=self.refusal.sequence)
        self.refused = False

    @rule(on=st.sampled_from([True, True, True, False]))
    def duty(self, on: bool) -> None:  # noqa: FBT001  drawn
        emergency.set_duty(self.store, self.clock, OFFICE, NIGHT, on=on)
        if not on:
            for user in {one.user for one in self.broken.values()}:
                self._closes(user)
        self.on_duty = on

    # --- people act ---

    @rule(who=st.sampled_from(PEOPLE))
    def confirm(self, who: Requester) -> None:
        self.confirmed[who.user] = self.clock.at

    @rule(
        who=st.sampled_from(PEOPLE),
        just=st.booleans(),
        identity=st.sampled_from([HANAKO, HANAKO, HANAKO._replace(birth_day=Day(19700116))]),
        reason=st.sampled_from(["unconscious", "unconscious", "curious"]),
        text=st.sampled_from([BECAUSE, BECAUSE, "", "長" * 201]),
        hours=st.sampled_from([*HOURS, 5]),
    )
    def break_anyhow(self, who: Requester, just: bool, **what: object) -> None:  # noqa: FBT001  drawn
        if just:
            self.confirmed[who.user] = self.clock.at
        self._break(who, emergency.Asked(**what))  # type: ignore[arg-type]

    @rule(who=st.sampled_from(PEOPLE[:2]), hours=st.sampled_from(HOURS))
    def break_properly(self, who: Requester, hours: int) -> None:
        self.confirmed[who.user] = self.clock.at
        self._break(who, emergency.Asked(HANAKO, "unconscious", BECAUSE, hours))

    def _break(self, who: Requester, asked: emergency.Asked) -> None:
        now = self.clock.at
        allowed = (
            self._may_open(who)
            and 0 <= now - self.confirmed[who.user] < FRESH
            and not self._suspended(who.user)
            and (asked.identity, asked.reason, asked.text) == (HANAKO, "unconscious", BECAUSE)
            and asked.hours in HOURS
        )
        try:
            session = emergency.break_glass(self.store, self.clock, who, asked, self.confirmed[who.user])
        except NotOpened as refused:
            if refused.why is emergency.Why.TOO_OFTEN:
                return
            if allowed:
                raise
            return
        assert allowed
        assert session.ends_at - session.opened_at <= MOST
        self.broken[session.id] = Broken(session.id, who.user, now, session.ends_at, 1)
        with self.store.look() as work:
            found = work.emergencies.find(session.id)
        assert found is not None
        self.waiting[session.id] = found.review.due_at

    @precondition(lambda self: self.broken)
    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def extend(self, who: Requester, data: st.DataObject) -> None:
        one = self.broken[data.draw(st.sampled_from(sorted(self.broken)))]
        live = one.user == who.user and one.opened_at <= self.clock.at < one.ends_at
        fresh = 0 <= self.clock.at - self.confirmed[who.user] < FRESH
        could = live and fresh and self._may_open(who) and not self._suspended(who.user)
        try:
            emergency.extend(self.store, self.clock, who, one.id, self.confirmed[who.user])
        except (NotFound, NotOpened):
            assert not could
            return
        assert could
        longest = one.opened_at + MOST
        told = one.told + (longest > one.ends_at)
        self.broken[one.id] = one._replace(ends_at=longest, told=told)

    @precondition(lambda self: self.broken)
    @rule(who=st.sampled_from(PEOPLE), data=st.data())
    def end(self, who: Requester, data: st.DataObject) -> None:
        one = self.broken[data.draw(st.sampled_from(sorted(self.broken)))]
        live = one.user == who.user and one.opened_at <= self.clock.at < one.ends_at
        try:
            emergency.end(self.store, self.clock, who, one.id)
        except NotFound:
            assert not live
            return
        assert live
        self.broken[one.id] = one._replace(ends_at=self.clock.at)

    @precondition(lambda self: self.waiting)
    @rule(
        who=st.sampled_from([OFFICER, OFFICE, OFFICER._replace(facility=CLINIC), OWN, *PEOPLE]),
        outcome=st.sampled_from(emergency_reviews.OUTCOMES),
        data=st.data(),
    )
    def review(self, who: Requester, outcome: str, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(sorted(self.waiting)))
        allowed = who in {OFFICER, OFFICE} or (who == OWN and self.broken[one].user != OWN.user)
        try:
            emergency_reviews.review(self.store, self.clock, who, one, outcome, "見た")
        except HieError:
            assert not allowed
            return
        assert allowed
        del self.waiting[one]
        if outcome == "unjustified":
            self.wrong.add(one)
            self._closes(self.broken[one].user)

    @precondition(lambda self: self.wrong)
    @rule(data=st.data())
    def lift(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(sorted(self.wrong)))
        emergency_reviews.lift(self.store, self.clock, OFFICE, one)
        self.wrong.remove(one)

    @rule()
    def housekeeping(self) -> None:
        emergency_reviews.suspend_overdue(self.store, self.clock, OFFICE)
        for one, due in self.waiting.items():
            if due <= self.clock.at:
                self._closes(self.broken[one].user)

    # --- what must always hold ---

    @invariant()
    def a_record_is_open_exactly_while_every_precondition_holds(self) -> None:
        with self.store.work() as work:
            answers = admit(work, self.clock.at, [Look(one, our.HANAKO, "view") for one in PEOPLE])
        for who, answer in zip(PEOPLE, answers, strict=True):
            live = who.facility == NIGHT and any(
                one.user == who.user and one.opened_at <= self.clock.at < one.ends_at
                for one in self.broken.values()
            )
            expected = live and self.clause and not self.refused and who.facility == NIGHT and who.role in MAY
            assert (answer.grant is not None) == expected, who

    @invariant()
    def every_session_has_one_review_and_all_its_notices(self) -> None:
        with self.store.look() as work:
            found = work.emergencies.among(limit=10_000)
            told = {one: len(work.notices.about(one)) for one in self.broken}
        assert {one.session.id for one in found} == set(self.broken)
        for one in found:
            closed = one.review.state is ReviewState.CLOSED
            settled = one.session.id not in self.waiting and one.session.id not in self.wrong
            assert closed == settled
            opened_and_extended = 3 * self.broken[one.session.id].told
            assert told[one.session.id] >= opened_and_extended

    def _may_open(self, who: Requester) -> bool:
        return self.clause and not self.refused and self.on_duty and who.role in MAY and who.facility == NIGHT

    def _closes(self, user: str) -> None:
        for one in list(self.broken.values()):
            if one.user == user:
                self.broken[one.id] = one._replace(ends_at=min(one.ends_at, self.clock.at))

    def _suspended(self, user: str) -> bool:
        mine = [one.id for one in self.broken.values() if one.user == user]
        return any(one in self.wrong or self.waiting.get(one, 2**62) <= self.clock.at for one in mine)

    def _event(self, kind: EventKind, **what: object) -> ConsentEvent:
        with self.store.work() as work:
            return work.consents.record(
                ConsentEvent(0, our.HANAKO, kind, self.clock.at, "desk", "form", **what)  # type: ignore[arg-type]
            )


TestBreakGlass = BreakGlass.TestCase
TestBreakGlass.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
