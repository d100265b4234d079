"""Breaking the glass: who may, what it opens and until when, who is told, and what must follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from consent.model import ConsentEvent, EventKind, Restriction, Withdrawal
from hie.exchange.breakglass import emergency, emergency_reviews
from hie.exchange.breakglass.emergency import HOUR, NotOpened, Why, break_glass
from hie.exchange.breakglass.working_days import end_of_working_day
from hie.exchange.consents.exact import MOST_TRIES, Identity
from hie.exchange.gate.access import Asked as Look
from hie.exchange.gate.access import admit
from hie.exchange.notices import SECRETARIAT, officer_of, received, the_patient, unread
from hie.exchange.ports import AuditEvent, AuditQuery, ReviewState, Store
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.people import Sex
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import JST, Day
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
    another,
    broken,
)
from tests.edges import HandClock


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/hie.sqlite"
    opened = open_store(url, "memory://")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(our.NOW)


def _sees(store: Store, clock: HandClock, requester: Requester = DOCTOR) -> bool:
    with store.work() as work:
        (answer,) = admit(work, clock.now(), [Look(requester, our.HANAKO, "view")])
    return answer.grant is not None


def _audit(store: Store) -> list[AuditEvent]:
    with store.look() as work:
        return list(work.audit.find(our.HANAKO, 50))


def _why(
    store: Store,
    clock: HandClock,
    requester: Requester = DOCTOR,
    asked: emergency.Asked | None = None,
    confirmed_at: int | None = None,
) -> Why:
    asked = asked or emergency.Asked(HANAKO, "unconscious", BECAUSE)
    with pytest.raises(NotOpened) as refused:
        break_glass(store, clock, requester, asked, clock.now() if confirmed_at is None else confirmed_at)
    return refused.value.why


def test_a_record_that_is_closed_is_open_while_the_glass_is_broken(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    assert not _sees(store, clock)
    session = broken(store, clock)
    assert _sees(store, clock)
    clock.at = session.ends_at - 1
    assert _sees(store, clock)
    clock.at = session.ends_at
    assert not _sees(store, clock)


def test_reads_under_it_are_audited_as_of_an_emergency(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    broken(store, clock)
    assert _sees(store, clock)
    looked, opened, *_ = _audit(store)
    assert (looked.action, looked.requester.purpose, looked.reasons) == (
        "view",
        Purpose.EMERGENCY,
        ("emergency",),
    )
    assert (opened.action, opened.outcome) == ("emergency-open", "done")


def test_the_words_of_the_reason_stand_in_no_audit_record(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    emergency_reviews.review(store, clock, OFFICER, session.id, "justified", "カルテと合う")
    assert not [one for one in _audit(store) if BECAUSE in repr(one) or "カルテと合う" in repr(one)]


def test_every_discloser_the_secretariat_and_the_patient_are_told_at_once(
    store: Store, clock: HandClock
) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    with store.look() as work:
        told = work.notices.about(session.id)
    assert {one.to for one in told} == {officer_of(HOME), SECRETARIAT, the_patient(our.HANAKO)}
    assert len(told) == 3
    assert unread(store, OFFICER) == 1
    assert [one.kind for one in received(store, OFFICE)] == ["emergency-opened"]


def test_who_has_no_treating_role_or_works_elsewhere_cannot(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    assert _why(store, clock, DOCTOR._replace(role=Role.PHARMACIST)) is Why.NOT_ALLOWED
    assert _why(store, clock, DOCTOR._replace(role=Role.LIAISON)) is Why.NOT_ALLOWED
    assert _why(store, clock, DOCTOR._replace(facility=CLINIC)) is Why.NOT_ALLOWED
    assert not [one for one in _audit(store) if one.outcome == "done"]


def test_without_a_fresh_second_factor_nobody_can(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    assert _why(store, clock, confirmed_at=0) is Why.NOT_CONFIRMED
    assert _why(store, clock, confirmed_at=clock.now() - 5 * 60_000) is Why.NOT_CONFIRMED


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (emergency.Asked(HANAKO, "curious", BECAUSE), Why.REASON),
        (emergency.Asked(HANAKO, "unconscious", "　"), Why.TEXT),
        (emergency.Asked(HANAKO, "unconscious", "長" * 201), Why.TEXT),
        (emergency.Asked(HANAKO, "unconscious", BECAUSE, 5), Why.HOURS),
        (emergency.Asked(HANAKO, "unconscious", BECAUSE, 0), Why.HOURS),
        (emergency.Asked(HANAKO._replace(kana="ミホン"), "unconscious", BECAUSE), Why.NOTHING),
        (emergency.Asked(HANAKO._replace(sex=Sex.MALE), "unconscious", BECAUSE), Why.NOTHING),
        (emergency.Asked(Identity(own_number="00012345"), "unconscious", BECAUSE), Why.NOTHING),
    ],
)
def test_what_is_incomplete_opens_nothing(
    store: Store, clock: HandClock, asked: emergency.Asked, why: Why
) -> None:
    a_region(store, AGREED)
    assert _why(store, clock, asked=asked) is why


def test_a_person_without_the_clause_is_answered_like_nobody(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED._replace(emergency=False))
    assert _why(store, clock) is Why.NOTHING
    nobody = emergency.Asked(HANAKO._replace(birth_day=Day(19700116)), "unconscious", BECAUSE)
    assert _why(store, clock, asked=nobody) is Why.NOTHING


def test_two_people_of_one_name_and_birth_are_told_apart_by_number_only(
    store: Store, clock: HandClock
) -> None:
    a_region(store, AGREED)
    another(store, our.a_person(our.TARO))
    assert _why(store, clock) is Why.SEVERAL


def test_who_searches_too_often_is_answered_no_more(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    nobody = emergency.Asked(HANAKO._replace(kana="ダレカ"), "unconscious", BECAUSE)
    for _ in range(MOST_TRIES):
        assert _why(store, clock, asked=nobody) is Why.NOTHING
    assert _why(store, clock) is Why.TOO_OFTEN
    clock.at += HOUR + 1
    assert broken(store, clock).patient == our.HANAKO


def test_nothing_withdrawn_and_nothing_refused_is_opened(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    with store.work() as work:
        event = ConsentEvent(0, our.HANAKO, EventKind.WITHDRAWN, clock.now(), "desk", "form 2")
        work.consents.record(event._replace(withdrawal=Withdrawal()))
    assert session.is_live(clock.now())
    assert not _sees(store, clock)
    assert _why(store, clock) is Why.NOTHING


def test_a_refusal_of_the_hospital_by_name_is_never_passed(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    broken(store, clock)
    refused = Restriction(recipients=frozenset({NIGHT}))
    with store.work() as work:
        work.consents.record(
            ConsentEvent(
                *(0, our.HANAKO, EventKind.RESTRICTED, clock.now(), "desk", "form 3"), restriction=refused
            )
        )
    assert not _sees(store, clock)


def test_it_opens_for_nobody_else(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    broken(store, clock)
    assert not _sees(store, clock, DOCTOR._replace(user="u-colleague"))


def test_ending_early_closes_at_once(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    emergency.end(store, clock, DOCTOR, session.id)
    assert not _sees(store, clock)
    with pytest.raises(NotFound):
        emergency.end(store, clock, DOCTOR, session.id)


def test_only_the_user_ends_or_extends_a_session(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    other = DOCTOR._replace(user="u-colleague")
    with pytest.raises(NotFound):
        emergency.end(store, clock, other, session.id)
    with pytest.raises(NotFound):
        emergency.extend(store, clock, other, session.id, clock.now())


def test_an_extension_is_told_again_and_ends_four_hours_after_the_opening(
    store: Store, clock: HandClock
) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    clock.at += HOUR // 2
    with pytest.raises(NotOpened):
        emergency.extend(store, clock, DOCTOR, session.id, 0)
    longer = emergency.extend(store, clock, DOCTOR, session.id, clock.now())
    assert longer.ends_at == session.opened_at + 4 * HOUR
    assert unread(store, OFFICER) == 2
    clock.at = longer.ends_at - 1
    again = emergency.extend(store, clock, DOCTOR, session.id, clock.now())
    assert again.ends_at == longer.ends_at
    assert unread(store, OFFICER) == 2


def test_an_emergency_that_is_found_wrong_is_closed_at_once(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session, other = broken(store, clock), broken(store, clock)
    clock.at += 60_000
    emergency_reviews.review(store, clock, OFFICER, session.id, "unjustified", "受診の記録がない")
    assert not _sees(store, clock)
    for one in (session, other):
        with pytest.raises(NotFound):
            emergency.extend(store, clock, DOCTOR, one.id, clock.now())
    ended = [one.requester.user for one in _audit(store) if one.action == "emergency-end"]
    assert ended == [OFFICER.user] * 2


def test_what_is_not_reviewed_in_time_closes_what_is_open(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    broken(store, clock)
    with store.look() as work:
        (found,) = work.emergencies.among()
    clock.at = found.review.due_at - 1
    second = broken(store, clock)
    clock.at += 1
    with pytest.raises(NotOpened) as refused:
        emergency.extend(store, clock, DOCTOR, second.id, clock.now())
    assert refused.value.why is Why.SUSPENDED
    emergency_reviews.suspend_overdue(store, clock, OFFICE)
    assert not _sees(store, clock)


def test_what_could_not_be_opened_now_is_not_extended(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    for other in (DOCTOR._replace(facility=HOME), DOCTOR._replace(role=Role.NURSE)):
        with pytest.raises(NotFound):
            emergency.extend(store, clock, other, session.id, clock.now())
    with store.work() as work:
        event = ConsentEvent(0, our.HANAKO, EventKind.WITHDRAWN, clock.now(), "desk", "form 2")
        work.consents.record(event._replace(withdrawal=Withdrawal()))
    with pytest.raises(NotOpened) as refused:
        emergency.extend(store, clock, DOCTOR, session.id, clock.now())
    assert refused.value.why is Why.NOTHING


def test_a_glass_broken_while_duty_was_taken_away_opens_nothing(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    broken(store, clock)
    with store.work() as work:
        work.duties.set(NIGHT, OFFICE.user, clock.now(), on=False)
    assert not _sees(store, clock)


def test_of_reviews_of_many_each_discloser_sees_its_own(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    with store.work() as work:
        for number in range(600):
            of_others = session._replace(id=f"e-{number}", disclosers=(CLINIC,), opened_at=clock.now() + 1)
            work.emergencies.open(of_others, clock.now() + HOUR)
    assert [one.session.id for one in emergency_reviews.queue(store, OFFICER)] == [session.id]


def test_the_end_of_emergency_duty_ends_what_is_open_there(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    broken(store, clock)
    emergency.set_duty(store, clock, OFFICE, NIGHT, on=False)
    assert not _sees(store, clock)
    assert _why(store, clock) is Why.NOT_ALLOWED


def test_only_the_secretariat_says_who_does_emergency_duty_and_only_hospitals_do(
    store: Store, clock: HandClock
) -> None:
    a_region(store, AGREED)
    with pytest.raises(NotFound):
        emergency.set_duty(store, clock, DOCTOR, HOME, on=True)
    with pytest.raises(NotFound):
        emergency.set_duty(store, clock, OFFICE, CLINIC, on=True)


def test_the_discloser_reviews_and_the_patient_is_told(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    assert [one.session.id for one in emergency_reviews.queue(store, OFFICER)] == [session.id]
    written = emergency_reviews.review(store, clock, OFFICER, session.id, "justified", "救急搬送と合う")
    assert written.state is ReviewState.CLOSED
    assert emergency_reviews.queue(store, OFFICER) == []
    with store.look() as work:
        kinds = [one.kind for one in work.notices.find([the_patient(our.HANAKO)], 9)]
    assert sorted(kinds) == ["emergency-opened", "emergency-reviewed"]
    with pytest.raises(Conflict):
        emergency_reviews.review(store, clock, OFFICER, session.id, "justified", "もう一度")


def test_who_reads_the_reviews_is_written_down_with_whom_they_were_shown(
    store: Store, clock: HandClock
) -> None:
    a_region(store, AGREED)
    broken(store, clock)
    listed = emergency_reviews.listed(store, clock, OFFICER)
    assert ([one.session.patient for one in listed.waiting], list(listed.files)) == (
        [our.HANAKO],
        [our.HANAKO],
    )
    row = _audit(store)[0]
    assert (row.action, row.requester.user) == ("listed", OFFICER.user)
    with store.look() as work:
        (read,) = work.audit.search(AuditQuery(actions=("reviews-read",)), 9)
    assert read.event.requester.user == OFFICER.user
    with pytest.raises(NotFound):
        emergency_reviews.listed(store, clock, DOCTOR)


def test_nobody_reviews_their_own_nor_what_is_not_theirs(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    for reviewer in (
        OFFICER._replace(user=DOCTOR.user),
        OFFICE._replace(user=DOCTOR.user),
        OFFICER._replace(facility=NIGHT),
        OFFICER._replace(role=Role.LIAISON),
        DOCTOR,
    ):
        with pytest.raises(NotFound):
            emergency_reviews.review(store, clock, reviewer, session.id, "justified", "自分で")
    assert emergency_reviews.queue(store, OFFICER._replace(facility=NIGHT)) == []
    with pytest.raises(NotFound):
        emergency_reviews.queue(store, DOCTOR)


def test_a_review_that_says_nothing_is_none(store: Store, clock: HandClock) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    for outcome, text in (("fine", "よい"), ("justified", " "), ("justified", "長" * 201)):
        with pytest.raises(Invalid):
            emergency_reviews.review(store, clock, OFFICER, session.id, outcome, text)


def test_what_nobody_reviews_in_three_working_days_takes_the_right_away(
    store: Store, clock: HandClock
) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    with store.look() as work:
        found = work.emergencies.find(session.id)
    assert found is not None
    clock.at = found.review.due_at - 1
    assert emergency_reviews.suspend_overdue(store, clock, OFFICE) == 0
    emergency.end(store, clock, DOCTOR, broken(store, clock).id)
    clock.at = found.review.due_at
    assert _why(store, clock) is Why.SUSPENDED
    assert emergency_reviews.suspend_overdue(store, clock, OFFICE) == 1
    assert emergency_reviews.suspend_overdue(store, clock, OFFICE) == 0
    emergency_reviews.review(store, clock, OFFICER, session.id, "justified", "遅れて確認した")
    assert broken(store, clock).patient == our.HANAKO


def test_a_wrong_emergency_takes_the_right_away_until_the_secretariat_lifts_it(
    store: Store, clock: HandClock
) -> None:
    a_region(store, AGREED)
    session = broken(store, clock)
    emergency_reviews.review(store, clock, OFFICER, session.id, "unjustified", "受診の記録がない")
    assert _why(store, clock) is Why.SUSPENDED
    with pytest.raises(NotFound):
        emergency_reviews.lift(store, clock, OFFICER, session.id)
    emergency_reviews.lift(store, clock, OFFICE, session.id)
    assert broken(store, clock).patient == our.HANAKO
    with pytest.raises(NotFound):
        emergency_reviews.lift(store, clock, OFFICE, session.id)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ((2026, 4, 6, 10), (2026, 4, 10)),  # Monday: to the end of Thursday
        ((2026, 4, 10, 23), (2026, 4, 16)),  # Friday: Monday, Tuesday, Wednesday
        ((2026, 4, 11, 1), (2026, 4, 16)),  # Saturday
        ((2026, 12, 28, 9), (2027, 1, 7)),  # the turn of the year is free
    ],
)
def test_working_days_are_counted_in_japan(opened: tuple[int, ...], due: tuple[int, ...]) -> None:
    moment = int(datetime(*opened, tzinfo=JST).timestamp() * 1000)  # type: ignore[misc,arg-type]
    expected = int(datetime(*due, tzinfo=JST).timestamp() * 1000)  # type: ignore[misc,arg-type]
    assert end_of_working_day(moment, 3) == expected
