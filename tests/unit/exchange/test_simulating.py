"""Trying out decisions: counts of what would be seen, and nothing that was not asked of the gate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from consent.model import ConsentEvent, EventKind, Provision, Restriction
from hie.exchange.ports import Store
from hie.exchange.retrospective.simulating import CHANGES, OPT_INS, Change, Simulated, Try, Who, simulate
from hie.record.entry import DocumentClass, Label
from hie.record.errors import Invalid, NotFound
from hie.record.requester import Requester, Role
from hie.record.times import Day
from hie.store import open_store
from tests import filed as our
from tests.broken_glass import CLINIC, HOME, NIGHT, OFFICE, OFFICER, a_region
from tests.edges import HandClock

LAB, RX = DocumentClass.LABORATORY_RESULT, DocumentClass.PRESCRIPTION
TODAY = Day(20231115)
DAY = 86_400_000
NAMED = Provision(recipients=frozenset({CLINIC}))


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store("memory://", "memory://")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(our.NOW)


def _filed(store: Store) -> None:
    with store.work() as work:
        local = work.patients.resolve(HOME, ["00012345"])["00012345"][0]
        filings = [
            our.a_filing(store, our.facts(20220402, order="1"), b"1"),
            our.a_filing(store, our.facts(20230402, order="2"), b"2"),
            our.a_filing(store, our.facts(20230402, kind="OMP-01", document_class=RX, order="3"), b"3"),
        ]
        work.registry.register(our.to_publish(work, HOME), local, filings)


def _tried(
    store: Store,
    clock: HandClock,
    change: Change | None = None,
    role: Role = Role.DOCTOR,
    requester: Requester = OFFICE,
    at: int | None = None,
) -> Simulated:
    who = Who(CLINIC, role)
    moment = clock.now() if at is None else at
    return simulate(store, clock, requester, Try(our.HANAKO, who, moment, TODAY, change))


def _counts(found: Simulated) -> dict[DocumentClass, tuple[int, int, int]]:
    return {one.document_class: one[2:] for one in found.cells}


def test_it_counts_what_somebody_sees(store: Store, clock: HandClock) -> None:
    a_region(store, NAMED)
    _filed(store)
    found = _tried(store, clock)
    assert _counts(found) == {LAB: (2, 2, 2), RX: (1, 1, 1)}
    assert found.reasons_now == ("consent-in-force",)
    assert not any(one.now for one in found.labels)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (Change("withdraw-all"), "withdrawn"),
        (Change("withdraw-discloser", HOME), "withdrawn"),
        (Change("refuse-viewer"), "restricted"),
        (Change("hold", HOME), "restricted"),
        (Change("suspend", CLINIC), "membership"),
        (Change("leave", CLINIC), "membership"),
        (Change("death"), "deceased"),
    ],
)
def test_what_would_close_is_shown_closed(
    store: Store, clock: HandClock, change: Change, reason: str
) -> None:
    a_region(store, NAMED)
    _filed(store)
    found = _tried(store, clock, change)
    assert _counts(found) == {LAB: (2, 2, 0), RX: (1, 1, 0)}
    assert (found.granted_now, found.granted_then) == (True, False)
    assert reason in found.reasons_then


def test_what_would_open_is_shown_open(store: Store, clock: HandClock) -> None:
    a_region(store, NAMED._replace(recipients=frozenset({NIGHT})))
    _filed(store)
    assert _counts(_tried(store, clock, Change("consent-named"))) == {LAB: (2, 0, 2), RX: (1, 0, 1)}
    assert _counts(_tried(store, clock, Change("consent-all"))) == {LAB: (2, 0, 0), RX: (1, 0, 0)}


def test_care_opens_a_consent_for_all(store: Store, clock: HandClock) -> None:
    a_region(store, Provision())
    _filed(store)
    assert _counts(_tried(store, clock, Change("care"))) == {LAB: (2, 0, 2), RX: (1, 0, 1)}


def test_an_opt_in_says_that_it_opens_and_gives_no_number(store: Store, clock: HandClock) -> None:
    a_region(store, NAMED._replace(labels=int(Label.HIV)))
    with store.work() as work:
        local = work.patients.resolve(HOME, ["00012345"])["00012345"][0]
        secret = our.a_filing(store, our.facts(order="9", labels=int(Label.HIV)), b"9")
        plain = our.a_filing(store, our.facts(order="8"), b"8")
        work.registry.register(our.to_publish(work, HOME), local, [secret, plain])
    found = _tried(store, clock, Change("opt-in", label=Label.PSYCHIATRY))
    assert _counts(found) == {LAB: (1, 1, 1)}
    said = {one.label: (one.now, one.then) for one in found.labels}
    assert said[Label.PSYCHIATRY] == (False, True)
    assert said[Label.HIV] == (True, True)
    assert set(said) == set(OPT_INS)


def test_the_role_has_its_ceiling_here_too(store: Store, clock: HandClock) -> None:
    a_region(store, NAMED)
    _filed(store)
    assert _counts(_tried(store, clock, role=Role.CARE_MANAGER)) == {LAB: (2, 0, 0), RX: (1, 1, 1)}


def test_the_past_is_asked_as_it_was_recorded_by_then(store: Store, clock: HandClock) -> None:
    a_region(store, NAMED)
    _filed(store)
    with store.work() as work:
        refusal = Restriction(recipients=frozenset({CLINIC}))
        work.consents.record(
            ConsentEvent(
                *(0, our.HANAKO, EventKind.RESTRICTED, clock.now(), "desk", "form 2"), restriction=refusal
            )
        )
    clock.at += DAY
    assert _counts(_tried(store, clock)) == {LAB: (2, 0, 0), RX: (1, 0, 0)}
    assert _counts(_tried(store, clock, at=our.NOW - 1)) == {LAB: (2, 2, 2), RX: (1, 1, 1)}


def test_a_facilitys_own_officer_counts_its_own_documents_of_its_own_patients(
    store: Store, clock: HandClock
) -> None:
    a_region(store, NAMED)
    _filed(store)
    assert _counts(_tried(store, clock, requester=OFFICER)) == {LAB: (2, 2, 2), RX: (1, 1, 1)}
    with pytest.raises(NotFound):
        _tried(store, clock, requester=OFFICER._replace(facility=NIGHT))
    for role in (Role.DOCTOR, Role.PATIENT, Role.CLERK):
        with pytest.raises(NotFound):
            _tried(store, clock, requester=OFFICER._replace(role=role))


def test_each_try_is_written_down_and_changes_nothing(store: Store, clock: HandClock) -> None:
    a_region(store, NAMED)
    for kind in CHANGES:
        label = Label.HIV if kind == "opt-in" else Label(0)
        _tried(store, clock, Change(kind, HOME, label))
    with store.look() as work:
        written = work.audit.find(our.HANAKO, 50)
        assert len(work.consents.events([our.HANAKO])[our.HANAKO]) == 1
    assert [one.action for one in written] == ["simulated"] * len(CHANGES)
    assert written[-1].detail == f"{CLINIC} doctor {CHANGES[0]}"


@pytest.mark.parametrize("change", [Change("merge"), Change("hold"), Change("opt-in", label=Label.NEVER)])
def test_what_is_no_change_is_refused(store: Store, clock: HandClock, change: Change) -> None:
    a_region(store, NAMED)
    with pytest.raises(Invalid):
        _tried(store, clock, change)
