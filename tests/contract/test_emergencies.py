"""The promises of `Emergencies`, `Duties` and `Notices`."""

from __future__ import annotations

import pytest

from consent.model import Emergency
from hie.exchange.ports import (
    Addressee,
    EmergencySession,
    Notice,
    Review,
    Reviewed,
    ReviewState,
    Store,
)
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role
from tests import filed as our

HOUR = 3_600_000
NOW = 1_770_000_000_000
PERSON = PatientId("p-1")
OTHER = PatientId("p-2")
OPENED = EmergencySession(
    "e-1",
    "u-1",
    "医師 一郎",
    our.CLINIC,
    Role.DOCTOR,
    PERSON,
    "unconscious",
    "意識がなく、家族とも連絡がとれない",
    (our.HOSPITAL,),
    NOW,
    NOW + HOUR,
)
USER = Requester("u-1", "医師 一郎", our.CLINIC, Role.DOCTOR)
OFFICER = Addressee(our.HOSPITAL, Role.PRIVACY_OFFICER)
SECRETARIAT = Addressee()
HERSELF = Addressee(role=Role.PATIENT, patient=PERSON)


def _opened(store: Store, *sessions: EmergencySession) -> None:
    with store.work() as work:
        for session in sessions:
            work.emergencies.open(session, session.opened_at + 3 * 24 * HOUR)


def test_a_session_is_kept_with_its_open_review(store: Store) -> None:
    _opened(store, OPENED)
    with store.look() as work:
        assert work.emergencies.find("e-1") == Reviewed(OPENED, Review("e-1", NOW + 72 * HOUR))
        assert work.emergencies.find("e-2") is None


def test_a_session_is_live_for_its_user_and_its_patient_only(store: Store) -> None:
    _opened(store, OPENED)
    with store.look() as work:
        assert work.emergencies.live(USER, PERSON, NOW) == Emergency("e-1", NOW + HOUR)
        assert work.emergencies.live(USER._replace(user="u-2"), PERSON, NOW) is None
        assert work.emergencies.live(USER, OTHER, NOW) is None


def test_in_another_post_of_the_user_it_opens_nothing(store: Store) -> None:
    _opened(store, OPENED)
    with store.look() as work:
        assert work.emergencies.live(USER._replace(facility=our.HOSPITAL), PERSON, NOW) is None
        assert work.emergencies.live(USER._replace(role=Role.NURSE), PERSON, NOW) is None


def test_a_session_is_live_from_its_first_to_before_its_last_millisecond(store: Store) -> None:
    _opened(store, OPENED)
    with store.look() as work:
        assert work.emergencies.live(USER, PERSON, NOW - 1) is None
        assert work.emergencies.live(USER, PERSON, NOW + HOUR - 1) is not None
        assert work.emergencies.live(USER, PERSON, NOW + HOUR) is None


def test_a_session_that_was_ended_early_is_not_live_from_then_on(store: Store) -> None:
    _opened(store, OPENED)
    with store.work() as work:
        assert work.emergencies.end("e-1", NOW + 10)
    with store.look() as work:
        assert work.emergencies.live(USER, PERSON, NOW + 9) is not None
        assert work.emergencies.live(USER, PERSON, NOW + 10) is None


def test_of_two_live_sessions_the_one_that_lasts_longer_counts(store: Store) -> None:
    _opened(store, OPENED._replace(id="e-9", ends_at=NOW + 2 * HOUR), OPENED)
    with store.look() as work:
        assert work.emergencies.live(USER, PERSON, NOW) == Emergency("e-9", NOW + 2 * HOUR)


def test_an_end_may_be_moved(store: Store) -> None:
    _opened(store, OPENED)
    with store.work() as work:
        assert work.emergencies.prolong("e-1", NOW + 3 * HOUR)
        found = work.emergencies.find("e-1")
    assert found is not None
    assert found.session == OPENED._replace(ends_at=NOW + 3 * HOUR)


def test_what_was_closed_is_neither_prolonged_nor_closed_again(store: Store) -> None:
    _opened(store, OPENED)
    with store.work() as work:
        work.emergencies.end("e-1", NOW + 10)
        assert not work.emergencies.prolong("e-1", NOW + 3 * HOUR)
        assert not work.emergencies.end("e-1", NOW + 20)
        assert not work.emergencies.end("e-2", NOW + 20)
        found = work.emergencies.find("e-1")
    assert found is not None
    assert found.session == OPENED._replace(ended_at=NOW + 10)


def test_of_two_reviews_at_once_one_is_written(store: Store) -> None:
    _opened(store, OPENED)
    before = Review("e-1", NOW + 72 * HOUR)
    wrong = before._replace(
        state=ReviewState.SUSPENDED, reviewer="u-7", outcome="unjustified", text="受診なし"
    )
    fine = before._replace(state=ReviewState.CLOSED, reviewer="u-8", outcome="justified", text="よい")
    with store.work() as work:
        assert work.emergencies.review(wrong, before)
        assert not work.emergencies.review(fine, before)
        assert not work.emergencies.review(fine._replace(session="e-2"), before)
        found = work.emergencies.find("e-1")
    assert found is not None
    assert found.review == wrong


def test_a_review_is_replaced_by_what_the_reviewer_says(store: Store) -> None:
    _opened(store, OPENED)
    closed = Review("e-1", NOW + 72 * HOUR, ReviewState.CLOSED, "u-7", "justified", "事実と合う", NOW + HOUR)
    with store.work() as work:
        assert work.emergencies.review(closed, Review("e-1", NOW + 72 * HOUR))
    with store.look() as work:
        assert work.emergencies.find("e-1") == Reviewed(OPENED, closed)


def test_sessions_are_found_by_user_by_patient_by_state_and_by_moment(store: Store) -> None:
    second = OPENED._replace(
        id="e-2", account="u-2", patient=OTHER, disclosers=(), opened_at=NOW + 1, ends_at=NOW + 2
    )
    _opened(store, OPENED, second)
    with store.work() as work:
        work.emergencies.review(Review("e-2", NOW, ReviewState.SUSPENDED), Review("e-2", NOW))

    def found(**what: object) -> list[str]:
        with store.look() as work:
            return [one.session.id for one in work.emergencies.among(**what)]  # type: ignore[arg-type]

    assert found() == ["e-2", "e-1"]
    assert found(limit=1) == ["e-2"]
    assert found(account="u-1") == ["e-1"]
    assert found(patient=OTHER) == ["e-2"]
    assert found(states=frozenset({ReviewState.SUSPENDED})) == ["e-2"]
    assert found(states=frozenset({ReviewState.OPEN, ReviewState.SUSPENDED}), account="u-1") == ["e-1"]
    assert found(states=frozenset()) == []
    assert found(live_at=NOW + 2) == ["e-1"]
    assert found(discloser=OPENED.disclosers[0], limit=1) == ["e-1"]
    assert found(discloser=FacilityCode("131")) == []


def test_the_last_word_about_a_hospital_says_whether_it_does_emergency_duty(store: Store) -> None:
    with store.work() as work:
        work.duties.set(our.HOSPITAL, "u-9", NOW, on=True)
        work.duties.set(our.CLINIC, "u-9", NOW, on=True)
        work.duties.set(our.CLINIC, "u-9", NOW, on=False)
    with store.look() as work:
        assert work.duties.on_duty() == {our.HOSPITAL}


def _notice(number: str, to: Addressee, at: int) -> Notice:
    return Notice(number, to, "emergency-opened", PERSON, "e-1", at)


def test_notices_are_found_by_whom_they_are_for_the_newest_first(store: Store) -> None:
    first, second, hers = (
        _notice("n-1", OFFICER, NOW),
        _notice("n-2", OFFICER, NOW + 1),
        _notice("n-3", HERSELF, NOW),
    )
    with store.work() as work:
        work.notices.add([first, second, hers])
    with store.look() as work:
        assert work.notices.find([OFFICER], 10) == [second, first]
        assert work.notices.find([OFFICER], 1) == [second]
        assert work.notices.find([HERSELF, SECRETARIAT], 10) == [hers]
        assert work.notices.find([], 10) == []
        assert work.notices.about("e-1") == [first, hers, second]


def test_notices_read_are_counted_no_more(store: Store) -> None:
    with store.work() as work:
        work.notices.add(
            [_notice("n-1", OFFICER, NOW), _notice("n-2", OFFICER, NOW + 5), _notice("n-3", HERSELF, NOW)]
        )
    with store.work() as work:
        assert work.notices.unread([OFFICER, HERSELF]) == 3
        work.notices.read([OFFICER], NOW, NOW + 9)
    with store.look() as work:
        assert work.notices.unread([OFFICER]) == 1
        assert work.notices.unread([HERSELF]) == 1
        assert work.notices.unread([]) == 0
        assert [one.read_at for one in work.notices.find([OFFICER], 5)] == [0, NOW + 9]


def test_what_a_rolled_back_transaction_opened_left_no_notice_behind(store: Store) -> None:
    def opened_and_failed() -> None:
        with store.work() as work:
            work.emergencies.open(OPENED, NOW)
            work.notices.add([_notice("n-1", OFFICER, NOW)])
            raise LookupError

    with pytest.raises(LookupError):
        opened_and_failed()
    with store.look() as work:
        assert work.emergencies.among() == []
        assert work.notices.unread([OFFICER]) == 0
