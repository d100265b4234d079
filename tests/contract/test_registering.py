"""What one person writes down counts from the moment in which another verified it, whole or not at all."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from consent.model import ConsentEvent, EventKind, Paper, Provision, Restriction
from hie.exchange.consents import consenting, forms, registering
from hie.exchange.notices import officer_of, the_patient
from hie.exchange.ports import (
    OPEN_STATES,
    Proposal,
    Registration,
    RegistrationKind,
    RegistrationState,
    Scan,
    ScanPage,
    Store,
)
from hie.record.errors import Conflict, HieError, Invalid, NotFound
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind, HumanName, Patient, Sex
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import UNKNOWN_DAY, Day

HOSPITAL, CLINIC, OFFICE = (FacilityCode(f"131000000{n}") for n in (1, 2, 3))
PERSON = PatientId("p1")
TODAY = Day(20260410)
NOW = forms.beginning(TODAY) + 10 * 3_600_000


def _at(user: str, facility: FacilityCode, role: Role) -> Requester:
    return Requester(user, user, facility, role, Purpose.ADMINISTRATION)


WRITER, OTHER = _at("writer", OFFICE, Role.SECRETARIAT), _at("other", OFFICE, Role.SECRETARIAT)
DOCTOR, LIAISON = _at("doctor", CLINIC, Role.DOCTOR), _at("liaison", HOSPITAL, Role.LIAISON)
OFFICER, STRANGER = _at("officer", CLINIC, Role.PRIVACY_OFFICER), _at("x", HOSPITAL, Role.DOCTOR)
NUMBER = LocalPatientId(HOSPITAL, "00012345")
PROPOSAL = Proposal(
    name=HumanName("見本", "一郎", "ミホン", "イチロウ"),
    birth_day=Day(19500101),
    sex=Sex.MALE,
    numbers=(NUMBER,),
    provisions=(Provision(),),
    paper=Paper(TODAY, "2026-1", "patient"),
    template="all",
)


class Clock:
    """`Clock` that a test sets; its numbers count."""

    def __init__(self) -> None:
        """Start at `NOW`."""
        self.at, self.made = NOW, 0

    def now(self) -> int:
        """Return the moment that was set."""
        return self.at

    def new_id(self) -> str:
        """Return the next number."""
        self.made += 1
        return f"{self.made:032x}"


CLOCK = Clock()
FIRST = "a" * 32


@pytest.fixture
def store(store: Store) -> Store:
    """A region of three facilities and one person."""
    with store.work() as work:
        for code, kind in (
            (HOSPITAL, FacilityKind.HOSPITAL),
            (CLINIC, FacilityKind.CLINIC),
            (OFFICE, FacilityKind.SECRETARIAT),
        ):
            work.directory.add(Facility(code, code, kind, code, 0))
        work.patients.enrol(
            Patient(PERSON, HumanName("見本", "花子", "ミホン", "ハナコ"), Day(19600101), Sex.FEMALE)
        )
    return store


def _proposed(
    store: Store, proposal: Proposal = PROPOSAL, who: Requester = WRITER, *, scanned: bool = True
) -> Registration:
    registering.start(store, CLOCK, who, FIRST, proposal)
    done = registering.rewrite(store, CLOCK, who, FIRST, 1, proposal, complete=True)
    if scanned:
        _scan(store)
    return done


def _scan(store: Store, page: int = 1, digest: str = "ab" * 32) -> None:
    with store.work() as work:
        work.evidence.keep(Scan(digest, "image/png", 3, 9, NOW, "writer", OFFICE), b"png")
        work.evidence.file(ScanPage(FIRST, digest, page, OFFICE, NOW, "writer"))


def _seen(store: Store, who: Requester = OTHER) -> str:
    return registering.read(store, CLOCK, who, FIRST).seen


def _verify(store: Store, who: Requester = OTHER) -> Registration:
    return registering.verify(store, CLOCK, who, FIRST, _seen(store, who))


def _log(store: Store, patient: PatientId) -> list[ConsentEvent]:
    with store.look() as work:
        return list(work.consents.events([patient])[patient])


def _decisions(store: Store) -> int:
    with store.look() as work:
        return len(work.consents.changes(0))


def test_a_verified_registration_enrols_links_and_records_at_once(store: Store) -> None:
    _proposed(store)
    assert _decisions(store) == 0
    done = _verify(store)
    patient = done.proposal.patient
    with store.look() as work:
        file = work.patients.files([patient])[patient]
    assert (file.patient.name, file.numbers) == (PROPOSAL.name, (NUMBER,))
    (event,) = _log(store, patient)
    assert (event.sequence, event.recorded_by, event.recorded_at) == (done.position, "other", NOW)
    assert event.valid_from == forms.beginning(TODAY)
    assert event.paper == Paper(TODAY, "2026-1", "patient", "ab" * 32, OFFICE, "writer")
    assert FIRST in event.evidence
    assert "ab" * 32 in event.evidence


def test_every_step_has_its_audit_record_without_a_word_of_the_form(store: Store) -> None:
    _proposed(store)
    patient = _verify(store).proposal.patient
    with store.work() as work:
        rows = work.audit.find(patient, 20)
    assert {"registration-verified", "patient-added", "link", "consent-given"} <= {one.action for one in rows}
    assert not any("見本" in one.detail or "ミホン" in one.detail for one in rows)


def test_nobody_verifies_what_they_wrote_any_of(store: Store) -> None:
    registering.start(store, CLOCK, OTHER, FIRST, PROPOSAL)
    registering.rewrite(store, CLOCK, WRITER, FIRST, 1, PROPOSAL, complete=True)
    _scan(store)
    for who in (WRITER, OTHER):
        with pytest.raises(Invalid):
            _verify(store, who)
    assert _decisions(store) == 0


def test_without_a_scan_nobody_verifies(store: Store) -> None:
    _proposed(store, scanned=False)
    with pytest.raises(Invalid):
        _verify(store)
    _scan(store)
    assert _verify(store).state is RegistrationState.VERIFIED


def test_who_decides_has_seen_the_last_version_and_every_page(store: Store) -> None:
    _proposed(store)
    seen = _seen(store)
    _scan(store, page=2)
    with pytest.raises(Conflict):
        registering.verify(store, CLOCK, OTHER, FIRST, seen)
    with pytest.raises(Conflict):
        registering.reject(store, CLOCK, OTHER, FIRST, seen, "scope")
    seen = _seen(store)
    registering.rewrite(store, CLOCK, WRITER, FIRST, 2, PROPOSAL, complete=True)
    with pytest.raises(Conflict):
        registering.verify(store, CLOCK, OTHER, FIRST, seen)
    assert _decisions(store) == 0


def test_a_draft_is_not_verified(store: Store) -> None:
    registering.start(store, CLOCK, WRITER, FIRST, PROPOSAL)
    _scan(store)
    with pytest.raises(Conflict):
        _verify(store)


def test_to_verify_again_changes_nothing(store: Store) -> None:
    _proposed(store)
    seen = _seen(store)
    first = registering.verify(store, CLOCK, OTHER, FIRST, seen)
    position = _decisions(store)
    assert registering.verify(store, CLOCK, OTHER, FIRST, seen) == first
    assert _decisions(store) == position


def test_of_two_verifiers_at_once_one_wins(store: Store) -> None:
    _proposed(store, PROPOSAL._replace(patient=PERSON, numbers=()))
    seen, ends = _seen(store), []
    third = _at("third", OFFICE, Role.SECRETARIAT)
    gate = threading.Barrier(2)

    def decide(who: Requester) -> None:
        gate.wait()
        try:
            registering.verify(store, CLOCK, who, FIRST, seen)
            ends.append("won")
        except Conflict:
            ends.append("conflict")

    threads = [threading.Thread(target=decide, args=(who,)) for who in (OTHER, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["conflict", "won"]
    assert len(_log(store, PERSON)) == 1


def test_what_fails_between_the_steps_leaves_nothing(store: Store) -> None:
    _proposed(store)
    seen = _seen(store)
    with store.work() as work:  # somebody else's since it was proposed
        work.patients.link(NUMBER, PERSON, "desk", NOW)
    before = _decisions(store)
    with pytest.raises(Conflict):
        registering.verify(store, CLOCK, OTHER, FIRST, seen)
    with store.look() as work:
        found = work.registrations.find(FIRST)
    assert found is not None
    assert (found.state, found.proposal.patient) == (RegistrationState.PROPOSED, "")
    assert _decisions(store) == before


def test_a_registration_sent_back_is_written_again(store: Store) -> None:
    _proposed(store)
    with pytest.raises(Invalid):
        registering.reject(store, CLOCK, OTHER, FIRST, _seen(store), "because I say so")
    sent_back = registering.reject(store, CLOCK, OTHER, FIRST, _seen(store), "number")
    assert (sent_back.state, sent_back.reason) == (RegistrationState.REJECTED, "number")
    registering.rewrite(store, CLOCK, WRITER, FIRST, sent_back.version, PROPOSAL, complete=True)
    assert _verify(store).state is RegistrationState.VERIFIED


def test_what_is_decided_stays_decided(store: Store) -> None:
    _proposed(store)
    done = _verify(store)
    with pytest.raises(Conflict):
        registering.rewrite(store, CLOCK, WRITER, FIRST, done.version, PROPOSAL, complete=False)
    with pytest.raises(Conflict):
        registering.cancel(store, CLOCK, WRITER, FIRST, done.version)


def test_a_cancelled_registration_waits_for_nobody(store: Store) -> None:
    _proposed(store)
    with pytest.raises(Conflict):
        registering.cancel(store, CLOCK, WRITER, FIRST, 1)
    registering.cancel(store, CLOCK, WRITER, FIRST, 2)
    assert registering.queue(store, OTHER, OPEN_STATES) == []
    with pytest.raises(Conflict):
        _verify(store)


def test_a_desk_sees_its_own_business_and_vouches_for_its_own_numbers(store: Store) -> None:
    _proposed(store, who=DOCTOR)
    assert [one.may_verify for one in registering.queue(store, LIAISON, OPEN_STATES)] == [True]
    assert [one.may_verify for one in registering.queue(store, OFFICER, OPEN_STATES)] == [False]
    with pytest.raises(Invalid):
        _verify(store, OFFICER)
    outside = _at("out", FacilityCode("1310000009"), Role.LIAISON)
    assert registering.queue(store, outside, OPEN_STATES) == []
    for who in (outside, _at("patient", CLINIC, Role.PATIENT)):
        with pytest.raises(NotFound):
            registering.read(store, CLOCK, who, FIRST)
    with pytest.raises(Invalid):
        _verify(store, STRANGER)
    assert _verify(store, LIAISON).decided_by == "liaison"


def test_only_who_may_propose_begins_one(store: Store) -> None:
    for role in (Role.PATIENT, Role.FEED_OPERATOR, Role.CARE_MANAGER, Role.PRIVACY_OFFICER):
        with pytest.raises(Invalid):
            registering.start(store, CLOCK, _at("a", CLINIC, role), FIRST, PROPOSAL)
    for number in ("", "../x", "a" * 31):
        with pytest.raises(Invalid):
            registering.start(store, CLOCK, WRITER, number, PROPOSAL)


def test_to_begin_twice_begins_once_and_shows_nobody_elses(store: Store) -> None:
    begun = registering.start(store, CLOCK, DOCTOR, FIRST, PROPOSAL)
    assert registering.start(store, CLOCK, DOCTOR, FIRST, Proposal()) == begun
    outside = _at("out", FacilityCode("1310000009"), Role.LIAISON)
    with pytest.raises(NotFound):
        registering.start(store, CLOCK, outside, FIRST, PROPOSAL)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"paper": Paper(UNKNOWN_DAY, "1", "patient")}, Invalid),
        ({"paper": Paper(Day(20260411), "1", "patient")}, Invalid),
        ({"paper": Paper(TODAY, "1")}, Invalid),
        ({"provisions": ()}, Invalid),
        ({"provisions": (Provision(ends_at=NOW),)}, Invalid),
        ({"provisions": (Provision(disclosers=frozenset({FacilityCode("9999999999")})),)}, Invalid),
        ({"birth_day": UNKNOWN_DAY}, Invalid),
        ({"birth_day": Day(20200101)}, Invalid),
        ({"name": HumanName("見本")}, Invalid),
        ({"patient": PatientId("p404")}, NotFound),
        ({"numbers": (LocalPatientId(FacilityCode("9999999999"), "1"),)}, Invalid),
        ({"numbers": (LocalPatientId(HOSPITAL, " "),)}, Invalid),
        ({"kind": RegistrationKind.DEATH}, Invalid),
        ({"kind": RegistrationKind.DEATH, "patient": PERSON, "died_on": Day(20260411)}, Invalid),
        ({"kind": RegistrationKind.LIFT, "patient": PERSON, "lifts": 77}, Invalid),
    ],
)
def test_what_could_not_be_verified_is_not_proposed(
    store: Store, change: dict[str, Any], error: type[HieError]
) -> None:
    proposal = PROPOSAL._replace(**change)
    registering.start(store, CLOCK, WRITER, FIRST, proposal)
    with pytest.raises(error):
        registering.rewrite(store, CLOCK, WRITER, FIRST, 1, proposal, complete=True)


def test_a_number_that_is_somebody_elses_is_not_proposed(store: Store) -> None:
    with store.work() as work:
        work.patients.link(NUMBER, PERSON, "desk", NOW)
    with pytest.raises(Conflict):
        _proposed(store)
    assert registering.rewrite(
        store, CLOCK, WRITER, FIRST, 1, PROPOSAL._replace(patient=PERSON), complete=True
    )


def test_a_number_is_not_linked_to_who_hardly_resembles(store: Store) -> None:
    twin = PROPOSAL._replace(patient=PERSON, birth_day=Day(19600101))
    registering.start(store, CLOCK, WRITER, FIRST, twin)
    with pytest.raises(Invalid):
        registering.rewrite(store, CLOCK, WRITER, FIRST, 1, twin, complete=True)
    same = twin._replace(name=HumanName("見本", "花子", "ミホン", "ハナコ"), sex=Sex.FEMALE)
    registering.rewrite(store, CLOCK, WRITER, FIRST, 1, same, complete=True)
    _scan(store)
    _verify(store)
    with store.look() as work:
        assert work.patients.files([PERSON])[PERSON].numbers == (NUMBER,)


def test_a_death_and_a_lift_count_once_a_second_person_confirms_them(store: Store) -> None:
    refused = consenting.restrict(
        store, CLOCK, WRITER, PERSON, Restriction(recipients=frozenset({CLINIC})), "form"
    )
    lift = Proposal(RegistrationKind.LIFT, PERSON, paper=Paper(TODAY, "1", "patient"), lifts=refused.sequence)
    _proposed(store, lift)
    assert consenting.live_restrictions(_log(store, PERSON))
    _verify(store)
    assert not consenting.live_restrictions(_log(store, PERSON))
    death = Proposal(RegistrationKind.DEATH, PERSON, paper=Paper(TODAY, "1"), died_on=Day(20260401))
    number = "b" * 32
    _linked(store, LocalPatientId(HOSPITAL, "1"))
    registering.start(store, CLOCK, LIAISON, number, death)
    registering.rewrite(store, CLOCK, LIAISON, number, 1, death, complete=True)
    with store.work() as work:
        work.evidence.file(ScanPage(number, "ab" * 32, 3, HOSPITAL, NOW, "liaison"))
    opened = registering.read(store, CLOCK, OTHER, number)
    registering.verify(store, CLOCK, OTHER, number, opened.seen)
    died = _log(store, PERSON)[-1]
    assert (died.kind, died.valid_from) == (EventKind.DECEASED, forms.beginning(Day(20260401)))


def _linked(store: Store, *numbers: LocalPatientId) -> None:
    with store.work() as work:
        for number in numbers:
            work.patients.link(number, PERSON, "desk", NOW)


HER_NAME = HumanName("見本", "花子", "ミホン", "ハナコ")
ABOUT_HER = PROPOSAL._replace(
    patient=PERSON, name=HER_NAME, birth_day=Day(19600101), sex=Sex.FEMALE, numbers=()
)
NURSE, NEXT_DOOR = _at("nurse", CLINIC, Role.NURSE), _at("next", CLINIC, Role.LIAISON)


@pytest.mark.parametrize("linked", [(), (LocalPatientId(CLINIC, "9"),)])
@pytest.mark.parametrize(
    "provision", [Provision(), Provision(recipients=frozenset({CLINIC})), Provision(frozenset({HOSPITAL}))]
)
def test_who_would_look_does_not_verify_what_the_next_desk_wrote(
    store: Store, provision: Provision, linked: tuple[LocalPatientId, ...]
) -> None:
    _linked(store, LocalPatientId(HOSPITAL, "1"), *linked)
    _proposed(store, ABOUT_HER._replace(provisions=(provision,)), NURSE)
    assert not registering.read(store, CLOCK, NEXT_DOOR, FIRST).may_verify
    with pytest.raises(Invalid):
        _verify(store, NEXT_DOOR)
    assert _log(store, PERSON) == []


def test_a_hospital_with_a_number_verifies_what_a_clinic_wrote_and_sees_it_wait(store: Store) -> None:
    _linked(store, LocalPatientId(HOSPITAL, "1"))
    _proposed(store, ABOUT_HER, NURSE)
    assert [one.may_verify for one in registering.queue(store, LIAISON, OPEN_STATES)] == [True]
    assert registering.queue(store, STRANGER, OPEN_STATES) == []
    done = _verify(store, LIAISON)
    assert registering.read(store, CLOCK, LIAISON, FIRST).registration == done


def test_a_desk_verifies_what_opens_the_own_records_alone(store: Store) -> None:
    _linked(store, LocalPatientId(HOSPITAL, "1"))
    _proposed(store, ABOUT_HER._replace(provisions=(Provision(frozenset({HOSPITAL})),)), STRANGER)
    assert _verify(store, LIAISON).state is RegistrationState.VERIFIED


def test_another_counter_does_not_write_on(store: Store) -> None:
    _proposed(store, who=DOCTOR)
    with pytest.raises(Conflict):
        registering.rewrite(store, CLOCK, STRANGER, FIRST, 2, PROPOSAL, complete=True)
    with pytest.raises(Conflict):
        registering.cancel(store, CLOCK, STRANGER, FIRST, 2)
    assert not registering.read(store, CLOCK, STRANGER, FIRST).may_write


@pytest.mark.parametrize(
    ("restriction", "verifies"),
    [
        (Restriction(recipients=frozenset({HOSPITAL})), False),
        (Restriction(disclosers=frozenset({CLINIC})), False),
        (Restriction(disclosers=frozenset({HOSPITAL})), True),
        (Restriction(disclosers=frozenset({HOSPITAL}), by_discloser=True), True),
    ],
)
def test_a_refusal_is_ended_by_the_secretariat_or_whose_records_it_closes(
    store: Store,
    restriction: Restriction,
    verifies: bool,  # noqa: FBT001
) -> None:
    _linked(store, LocalPatientId(HOSPITAL, "1"), LocalPatientId(CLINIC, "2"))
    event = consenting.restrict(store, CLOCK, WRITER, PERSON, restriction, "form")
    lift = Proposal(RegistrationKind.LIFT, PERSON, paper=Paper(TODAY, "1", "patient"), lifts=event.sequence)
    _proposed(store, lift, STRANGER)
    assert registering.read(store, CLOCK, LIAISON, FIRST).may_verify == verifies
    assert registering.read(store, CLOCK, OTHER, FIRST).may_verify


def test_a_facility_without_a_number_confirms_no_death(store: Store) -> None:
    _linked(store, LocalPatientId(HOSPITAL, "1"))
    death = Proposal(RegistrationKind.DEATH, PERSON, paper=Paper(TODAY, "1"), died_on=Day(20260401))
    _proposed(store, death, STRANGER)
    with pytest.raises(NotFound):
        _verify(store, OFFICER)
    assert _verify(store, LIAISON).state is RegistrationState.VERIFIED


def test_the_patient_and_who_shows_are_told_once_it_counts(store: Store) -> None:
    other = FacilityCode("1310000004")
    with store.work() as work:
        work.directory.add(Facility(other, other, FacilityKind.HOSPITAL, other, 0))
    _linked(store, LocalPatientId(HOSPITAL, "1"), LocalPatientId(other, "2"), LocalPatientId(CLINIC, "3"))
    both = (Provision(frozenset({HOSPITAL, other}), frozenset({CLINIC})),)
    _proposed(store, ABOUT_HER._replace(provisions=both), NURSE)
    _verify(store, LIAISON)
    with store.look() as work:
        told = {
            to: [one.kind for one in work.notices.find([to], 10)]
            for to in (the_patient(PERSON), *map(officer_of, (HOSPITAL, other, CLINIC)))
        }
    assert [to for to, kinds in told.items() if kinds == ["consent-registered"]] == [
        *(the_patient(PERSON), officer_of(other)),
    ]
    assert not told[officer_of(CLINIC)] + told[officer_of(HOSPITAL)]


def test_a_desk_begins_only_about_whom_it_could_have_found(store: Store) -> None:
    other = ABOUT_HER._replace(birth_day=Day(19610101), name=HumanName("見本", "月子", "ミホン", "ツキコ"))
    for who in (DOCTOR, LIAISON):
        with pytest.raises(NotFound):
            registering.start(store, CLOCK, who, FIRST, other)
    registering.start(store, CLOCK, DOCTOR, FIRST, PROPOSAL)
    with pytest.raises(NotFound):
        registering.rewrite(store, CLOCK, DOCTOR, FIRST, 1, other, complete=False)
    assert registering.start(store, CLOCK, LIAISON, "c" * 32, ABOUT_HER).proposal.patient == PERSON
    assert registering.start(store, CLOCK, WRITER, "d" * 32, other).proposal.patient == PERSON
    _linked(store, LocalPatientId(HOSPITAL, "1"))
    assert registering.start(store, CLOCK, LIAISON, "e" * 32, other).proposal.patient == PERSON
