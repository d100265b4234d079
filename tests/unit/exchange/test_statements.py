"""What may be written into the consent log, and who may have signed it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from consent.model import (
    FOREVER,
    NO_PAPER,
    Care,
    ConsentEvent,
    EventKind,
    Paper,
    Provision,
    Restriction,
)
from hie.exchange.consents import consenting, forms
from hie.exchange.ports import Store
from hie.record.entry import DocumentClass, Label
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import HumanName, Patient
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import UNKNOWN_DAY, Day
from hie.store import open_store

HOSPITAL, CLINIC = FacilityCode("1310000001"), FacilityCode("1310000002")
PATIENT = PatientId("p1")
LIAISON = Requester("liaison", "Liaison", HOSPITAL, Role.LIAISON, Purpose.ADMINISTRATION)
ELSEWHERE = Requester("other", "Other", CLINIC, Role.LIAISON, Purpose.ADMINISTRATION)
SECRETARY = Requester("secretary", "Secretary", CLINIC, Role.SECRETARIAT, Purpose.ADMINISTRATION)
TODAY = Day(20260410)
NOW = forms.beginning(TODAY) + 10 * 3_600_000
NONE: frozenset[FacilityCode] = frozenset()


class FixedClock:
    """`Clock` that stands still."""

    def now(self) -> int:
        """Return always the same moment."""
        return NOW

    def new_id(self) -> str:
        """Return always the same number."""
        return "0" * 32


CLOCK = FixedClock()


@pytest.fixture
def store() -> Iterator[Store]:
    """A store that knows one person."""
    opened = open_store("memory://", "memory://")
    _born(opened, Day(19500101))
    yield opened
    opened.close()


def _born(store: Store, day: Day) -> None:
    with store.work() as work:
        work.patients.enrol(Patient(PATIENT, HumanName("試験", "花子", "シケン", "ハナコ"), day))


def _restrict(store: Store, restriction: Restriction, who: Requester = LIAISON) -> ConsentEvent:
    return consenting.restrict(store, CLOCK, who, PATIENT, restriction, "form 1")


def _log(store: Store) -> list[ConsentEvent]:
    with store.look() as work:
        return list(work.consents.events([PATIENT])[PATIENT])


@pytest.mark.parametrize(
    "restriction",
    [
        Restriction(),
        Restriction(recipients=NONE),
        Restriction(users=frozenset()),
        Restriction(classes=frozenset()),
        Restriction(recipients=frozenset({CLINIC}), by_discloser=True),
    ],
)
def test_a_restriction_names_what_it_closes(store: Store, restriction: Restriction) -> None:
    with pytest.raises(Invalid):
        _restrict(store, restriction)
    assert _log(store) == []


def test_a_hold_is_the_facilitys_own_to_set_and_to_lift(store: Store) -> None:
    hold = Restriction(frozenset({HOSPITAL}), by_discloser=True)
    with pytest.raises(Invalid):
        _restrict(store, hold, ELSEWHERE)
    held = _restrict(store, hold)
    with pytest.raises(Invalid):
        consenting.lift(store, CLOCK, ELSEWHERE, PATIENT, held.sequence, "form 2")
    consenting.lift(store, CLOCK, SECRETARY, PATIENT, held.sequence, "form 2")
    assert consenting.live_restrictions(_log(store)) == {}


def test_a_refusal_is_lifted_once_at_any_desk(store: Store) -> None:
    refused = _restrict(store, Restriction(recipients=frozenset({CLINIC})))
    other = _restrict(store, Restriction(classes=frozenset({DocumentClass.NOTE})))
    consenting.lift(store, CLOCK, ELSEWHERE, PATIENT, refused.sequence, "form 2")
    for sequence in (refused.sequence, 0, 999):
        with pytest.raises(Invalid):
            consenting.lift(store, CLOCK, LIAISON, PATIENT, sequence, "form 3")
    assert list(consenting.live_restrictions(_log(store))) == [other.sequence]


def _care(kind: EventKind, care: Care | None) -> ConsentEvent:
    return ConsentEvent(0, PATIENT, kind, 0, "doctor", "", care=care)


def test_care_has_a_facility_a_reason_of_the_list_and_an_end_within_a_year(store: Store) -> None:
    end = NOW + 30 * forms.A_DAY
    for care in (
        None,
        Care(FacilityCode("x"), end, "visit"),
        Care(CLINIC, end, "because"),
        Care(CLINIC, FOREVER, "visit"),
        Care(CLINIC, NOW, "visit"),
    ):
        with pytest.raises(Invalid):
            consenting.record(store, CLOCK, LIAISON, _care(EventKind.CARE_STARTED, care))
    with pytest.raises(Invalid):
        consenting.record(store, CLOCK, LIAISON, _care(EventKind.CARE_ENDED, None))
    consenting.record(store, CLOCK, LIAISON, _care(EventKind.CARE_STARTED, Care(CLINIC, end, "visit")))
    consenting.record(store, CLOCK, LIAISON, _care(EventKind.CARE_ENDED, Care(CLINIC)))
    assert [one.kind for one in _log(store)] == [EventKind.CARE_STARTED, EventKind.CARE_ENDED]


def test_a_death_needs_a_proof(store: Store) -> None:
    death = ConsentEvent(0, PATIENT, EventKind.DECEASED, 0, "desk", "", valid_from=NOW - forms.A_DAY)
    with pytest.raises(Invalid):
        consenting.record(store, CLOCK, LIAISON, death)
    consenting.record(store, CLOCK, LIAISON, death._replace(evidence="form 4"))
    assert _log(store)[0].valid_from == NOW - forms.A_DAY


def test_what_is_written_down_has_happened(store: Store) -> None:
    given = ConsentEvent(0, PATIENT, EventKind.GIVEN, NOW + 1, "desk", "form", (Provision(),))
    with pytest.raises(Invalid), store.work() as work:
        consenting.enter(work, NOW, LIAISON, [given])
    with pytest.raises(Invalid):
        consenting.record(store, CLOCK, LIAISON, given._replace(valid_from=NOW + 1))


@pytest.mark.parametrize("label", [Label.NEVER, Label.UNKNOWN, 1 << 20])
def test_no_consent_opts_in_to_what_never_leaves_or_is_not_known(store: Store, label: int) -> None:
    with pytest.raises(Invalid):
        consenting.give(store, CLOCK, LIAISON, PATIENT, [Provision(labels=label)], "form")


FIVE, FIFTEEN, ADULT = Day(20210410), Day(20110410), Day(19500101)
BY = "見本 太郎"


@pytest.mark.parametrize(
    ("born", "paper", "accepted"),
    [
        (ADULT, Paper(signer="patient"), True),
        (ADULT, NO_PAPER, True),
        (UNKNOWN_DAY, Paper(signer="patient"), False),
        (ADULT, Paper(signer="neighbour", representative=BY), False),
        (ADULT, Paper(signer="parent", representative=BY), False),
        (ADULT, Paper(signer="guardian"), False),
        (ADULT, Paper(signer="guardian", representative=BY), True),
        (ADULT, Paper(signer="patient", signed_on=Day(20260411)), False),
        (FIVE, Paper(signer="patient"), False),
        (FIVE, Paper(signer="family", representative=BY), False),
        (FIVE, Paper(signer="parent", representative=BY), True),
        (FIFTEEN, Paper(signer="patient"), False),
        (FIFTEEN, Paper(signer="parent", representative=BY), False),
        (FIFTEEN, Paper(signer="parent", representative=BY, minors_view="agrees"), True),
        (Day(20110411), Paper(signer="parent", representative=BY), True),
        (Day(20080410), Paper(signer="patient"), True),
        (Day(20080411), Paper(signer="patient"), False),
    ],
)
def test_who_may_sign_depends_on_the_patients_age(
    store: Store, born: Day, paper: Paper, *, accepted: bool
) -> None:
    _born(store, born)
    end = min(FOREVER, forms.latest_end(paper, born, NOW)) if born else FOREVER
    given = ConsentEvent(
        0, PATIENT, EventKind.GIVEN, 0, "desk", "form", (Provision(ends_at=end),), paper=paper
    )
    if accepted:
        consenting.record(store, CLOCK, LIAISON, given)
    else:
        with pytest.raises(Invalid):
            consenting.record(store, CLOCK, LIAISON, given)
    assert len(_log(store)) == int(accepted)


@pytest.mark.parametrize(
    ("born", "signer", "last_day"),
    [
        (ADULT, "guardian", Day(20280410)),
        (FIVE, "parent", Day(20390709)),
        (Day(20080229), "parent", Day(20260530)),
    ],
)
def test_what_is_signed_in_somebodys_place_ends(store: Store, born: Day, signer: str, last_day: Day) -> None:
    _born(store, born)
    paper = Paper(Day(20240101) if born == Day(20080229) else TODAY, "1", signer, representative=BY)
    paper = paper._replace(minors_view="agrees")
    end = forms.beginning(last_day)
    assert forms.latest_end(paper, born, NOW) == end
    for ends_at, accepted in ((end + 1, False), (end, True)):
        given = ConsentEvent(
            0, PATIENT, EventKind.GIVEN, 0, "d", "form", (Provision(ends_at=ends_at),), paper=paper
        )
        if accepted:
            consenting.record(store, CLOCK, LIAISON, given)
        else:
            with pytest.raises(Invalid):
                consenting.record(store, CLOCK, LIAISON, given)
