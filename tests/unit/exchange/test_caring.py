"""Starting care opens what "all that take part" consented to, for a month, and the patient is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model import ConsentEvent, EventKind, Provision, Withdrawal
from hie.exchange.breakglass import caring
from hie.exchange.breakglass.caring import DAY, LASTS, NotStarted
from hie.exchange.consents.exact import MOST_TRIES, Identity, Miss
from hie.exchange.gate.access import Asked, admit
from hie.exchange.notices import the_patient
from hie.exchange.ports import AuditQuery, Store
from hie.record.errors import Invalid, NotFound
from hie.record.requester import Requester, Role
from hie.record.times import Day
from hie.store import open_store
from tests import filed as our
from tests.broken_glass import CLINIC, HANAKO, HOME, NIGHT, a_region
from tests.edges import HandClock

ALL = Provision()
DOCTOR = Requester("u-clinic", "駅前 医師", CLINIC, Role.DOCTOR)
CARD = Identity(card=our.HANAKO)


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
        (answer,) = admit(work, clock.now(), [Asked(requester, our.HANAKO, "view")])
    return answer.grant is not None


@pytest.mark.parametrize("identity", [HANAKO, HANAKO._replace(sex=None), CARD])
def test_a_facility_that_starts_care_sees_what_all_may_see(
    store: Store, clock: HandClock, identity: Identity
) -> None:
    a_region(store, ALL)
    assert not _sees(store, clock)
    assert caring.start(store, clock, DOCTOR, identity, "visit") == our.HANAKO
    assert _sees(store, clock)
    assert _sees(store, clock, DOCTOR._replace(user="u-colleague"))
    assert not _sees(store, clock, DOCTOR._replace(facility=NIGHT))


def test_care_ends_by_itself_after_thirty_days(store: Store, clock: HandClock) -> None:
    a_region(store, ALL)
    caring.start(store, clock, DOCTOR, HANAKO, "visit")
    clock.at += LASTS - 1
    assert _sees(store, clock)
    clock.at += 1
    assert not _sees(store, clock)
    assert caring.started(store, clock, DOCTOR) == []


def test_care_is_renewed_for_another_month_and_may_be_ended(store: Store, clock: HandClock) -> None:
    a_region(store, ALL)
    caring.start(store, clock, DOCTOR, HANAKO, "home-visit")
    clock.at += 29 * DAY
    caring.renew(store, clock, DOCTOR, our.HANAKO)
    clock.at += 29 * DAY
    (found,) = caring.started(store, clock, DOCTOR)
    assert (found.file.patient.id, found.care.reason, found.by) == (our.HANAKO, "home-visit", "u-clinic")
    with store.look() as work:
        (row,) = work.audit.search(AuditQuery(account="u-clinic", actions=("desk-page",)), 5)
    assert row.event.detail == f"care 1 {our.HANAKO}"
    assert _sees(store, clock)
    caring.end(store, clock, DOCTOR, our.HANAKO)
    assert not _sees(store, clock)
    assert caring.started(store, clock, DOCTOR) == []
    with pytest.raises(NotFound):
        caring.renew(store, clock, DOCTOR, our.HANAKO)


def test_the_patient_is_told_and_finds_it_in_the_audit_trail(store: Store, clock: HandClock) -> None:
    a_region(store, ALL)
    caring.start(store, clock, DOCTOR, HANAKO, "visit")
    with store.look() as work:
        (told,) = work.notices.find([the_patient(our.HANAKO)], 9)
        actions = [one.action for one in work.audit.find(our.HANAKO, 9)]
    assert (told.kind, told.subject) == ("care-started", CLINIC)
    assert actions == ["consent-care-started", "exact-search"]


@pytest.mark.parametrize(
    "provision", [Provision(recipients=frozenset({NIGHT})), Provision(disclosers=frozenset({NIGHT})), None]
)
def test_a_person_whose_consent_says_nothing_to_the_facility_is_answered_like_nobody(
    store: Store, clock: HandClock, provision: Provision | None
) -> None:
    a_region(store, *([provision] if provision else []))
    for identity in (HANAKO, HANAKO._replace(birth_day=Day(19700116)), Identity(card="p-404")):
        with pytest.raises(NotStarted) as missed:
            caring.start(store, clock, DOCTOR, identity, "visit")
        assert missed.value.miss is Miss.NOBODY
    assert not _sees(store, clock)


def test_care_opens_nothing_that_was_withdrawn(store: Store, clock: HandClock) -> None:
    a_region(store, ALL)
    caring.start(store, clock, DOCTOR, HANAKO, "visit")
    with store.work() as work:
        event = ConsentEvent(0, our.HANAKO, EventKind.WITHDRAWN, clock.now(), "desk", "form 2")
        work.consents.record(event._replace(withdrawal=Withdrawal()))
    assert not _sees(store, clock)


def test_only_who_treats_starts_care_and_for_a_reason(store: Store, clock: HandClock) -> None:
    a_region(store, ALL)
    for role in (Role.CLERK, Role.SECRETARIAT, Role.CARE_MANAGER, Role.LIAISON):
        with pytest.raises(NotFound):
            caring.start(store, clock, DOCTOR._replace(role=role), HANAKO, "visit")
    with pytest.raises(Invalid):
        caring.start(store, clock, DOCTOR, HANAKO, "curiosity")


def test_nobody_finds_out_who_is_registered_by_asking_often(store: Store, clock: HandClock) -> None:
    a_region(store, ALL)
    for number in range(MOST_TRIES):
        with pytest.raises(NotStarted):
            caring.start(store, clock, DOCTOR, Identity(card=f"p-{number}"), "visit")
    with pytest.raises(NotStarted) as missed:
        caring.start(store, clock, DOCTOR, HANAKO, "visit")
    assert missed.value.miss is Miss.TOO_OFTEN


def test_the_care_of_another_facility_is_not_ones_own(store: Store, clock: HandClock) -> None:
    a_region(store, ALL)
    caring.start(store, clock, DOCTOR, HANAKO, "visit")
    with pytest.raises(NotFound):
        caring.end(store, clock, DOCTOR._replace(facility=HOME), our.HANAKO)
    assert caring.started(store, clock, DOCTOR._replace(facility=HOME)) == []
