"""Consents and links are recorded with who did it, or not at all; a refusal tells the asker nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consent.model import Action, ConsentEvent, EventKind, Provision, Withdrawal
from hie.exchange.consents.consenting import give, withdraw
from hie.exchange.gate.publish import publishable
from hie.exchange.linking.identity import link, unlink
from hie.exchange.ports import AuditEvent, Store
from hie.exchange.records.patients import my_patients
from hie.exchange.records.retrieve import open_entry
from hie.exchange.records.timeline import TimelineRequest, admitted
from hie.record.entry import Confidentiality, DocumentClass, DocumentEntry
from hie.record.errors import Conflict, HieError, Invalid, NotFound
from hie.record.identifiers import EntryId, FacilityCode, LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind, HumanName, Patient
from hie.record.requester import Purpose, Requester, Role
from hie.record.submission import Reading
from hie.record.times import ALWAYS, Day, Period
from hie.store import open_store

HOSPITAL, CLINIC = FacilityCode("1310000001"), FacilityCode("1310000002")
PATIENT, OTHER, NOBODY = PatientId("p1"), PatientId("p2"), PatientId("p404")
NUMBER = LocalPatientId(HOSPITAL, "0012345")
DESK = Requester("desk", "Desk", HOSPITAL, Role.CLERK, Purpose.ADMINISTRATION)
DOCTOR = Requester("doctor", "Doctor", CLINIC, Role.DOCTOR)
NONE: frozenset[FacilityCode] = frozenset()


class FixedClock:
    """`Clock` that stands still."""

    def now(self) -> int:
        """Return always the same moment."""
        return 5_000

    def new_id(self) -> str:
        """Return always the same number."""
        return "0" * 32


CLOCK = FixedClock()


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/hie.sqlite"
    opened = open_store(url, "memory://")
    with opened.work() as work:
        for mark, code in enumerate((HOSPITAL, CLINIC)):
            work.directory.add(Facility(code, "見本", FacilityKind.HOSPITAL, "見", mark))
        for patient in (PATIENT, OTHER):
            work.patients.enrol(Patient(patient, HumanName("試験", "花子", "シケン", "ハナコ")))
    yield opened
    opened.close()


def _audit(store: Store, patient: PatientId = PATIENT) -> list[AuditEvent]:
    with store.work() as work:
        return list(work.audit.find(patient, 10))


def _log(store: Store) -> list[ConsentEvent]:
    with store.work() as work:
        return list(work.consents.events([PATIENT]).get(PATIENT, ()))


def test_a_consent_is_recorded_with_who_when_and_why(store: Store) -> None:
    provision = Provision(frozenset({HOSPITAL}), frozenset({CLINIC}))
    event = give(store, CLOCK, DESK, PATIENT, [provision], "form 17")
    assert _log(store) == [event]
    assert event[1:8] == (PATIENT, EventKind.GIVEN, 5_000, "desk", "form 17", (provision,), None)
    (written,) = _audit(store)
    assert (written.action, written.outcome, written.at) == ("consent-given", "done", 5_000)
    assert (written.requester, written.position) == (DESK, event.sequence)


def test_a_withdrawal_is_recorded_and_closes_at_once(store: Store) -> None:
    link(store, CLOCK, DESK, NUMBER, PATIENT)
    give(store, CLOCK, DESK, PATIENT, [Provision(recipients=frozenset({CLINIC}))], "form 17")
    request = TimelineRequest(DOCTOR, PATIENT, ALWAYS)
    assert admitted(store, CLOCK, [request]) != [None]
    event = withdraw(store, CLOCK, DESK, PATIENT, Withdrawal(), "form 18")
    assert admitted(store, CLOCK, [request]) == [None]
    assert [one.kind for one in _log(store)] == [EventKind.GIVEN, EventKind.WITHDRAWN]
    actions = {one.action: one for one in _audit(store)}
    assert actions["consent-withdrawn"].position == event.sequence


@pytest.mark.parametrize(
    "provision",
    [
        Provision(disclosers=NONE),
        Provision(recipients=NONE),
        Provision(classes=frozenset()),
        Provision(classes=frozenset({DocumentClass.NOTE, DocumentClass.UNKNOWN})),
        Provision(service_period=Period(Day(0), Day(20250401))),
        Provision(service_period=Period(Day(20250402), Day(20250401))),
        Provision(starts_at=10, ends_at=10),
        Provision(ceiling=Confidentiality.UNKNOWN),
    ],
)
def test_a_consent_that_says_nothing_or_too_much_is_not_recorded(store: Store, provision: Provision) -> None:
    with pytest.raises(Invalid):
        give(store, CLOCK, DESK, PATIENT, [Provision(), provision], "form")
    assert (_log(store), _audit(store)) == ([], [])


def test_without_provisions_evidence_names_or_a_known_person_nothing_is_recorded(store: Store) -> None:
    attempts: list[tuple[Callable[[], object], type[HieError]]] = [
        (lambda: give(store, CLOCK, DESK, PATIENT, [], "form"), Invalid),
        (lambda: give(store, CLOCK, DESK, PATIENT, [Provision()], " "), Invalid),
        (lambda: give(store, CLOCK, DESK, NOBODY, [Provision()], "form"), NotFound),
        (lambda: withdraw(store, CLOCK, DESK, PATIENT, Withdrawal(disclosers=NONE), "form"), Invalid),
        (lambda: withdraw(store, CLOCK, DESK, PATIENT, Withdrawal(), ""), Invalid),
        (lambda: withdraw(store, CLOCK, DESK, NOBODY, Withdrawal(), "form"), NotFound),
    ]
    for attempt, error in attempts:
        with pytest.raises(error):
            attempt()
    assert (_log(store), _audit(store), _audit(store, NOBODY)) == ([], [], [])


def test_a_link_is_recorded_and_named_without_the_number(store: Store) -> None:
    surrogate = link(store, CLOCK, DESK, NUMBER, PATIENT)
    with store.work() as work:
        assert work.patients.resolve(HOSPITAL, [NUMBER.value]) == {NUMBER.value: (surrogate, PATIENT)}
    (written,) = _audit(store)
    assert (written.action, written.outcome, written.requester) == ("link", "done", DESK)
    assert written.detail == f"{HOSPITAL} {surrogate}"
    assert NUMBER.value not in written.detail


def test_a_number_that_is_somebody_elses_is_not_linked(store: Store) -> None:
    surrogate = link(store, CLOCK, DESK, NUMBER, PATIENT)
    with pytest.raises(Conflict):
        link(store, CLOCK, DESK, NUMBER, OTHER)
    with store.work() as work:
        assert work.patients.resolve(HOSPITAL, [NUMBER.value]) == {NUMBER.value: (surrogate, PATIENT)}
    assert _audit(store, OTHER) == []


def test_a_number_is_linked_to_known_persons_only(store: Store) -> None:
    with pytest.raises(NotFound):
        link(store, CLOCK, DESK, NUMBER, NOBODY)
    with store.work() as work:
        assert work.patients.resolve(HOSPITAL, [NUMBER.value]) == {}
    assert _audit(store, NOBODY) == []


def test_an_unlinked_number_is_nobodys_and_may_be_linked_to_another(store: Store) -> None:
    surrogate = link(store, CLOCK, DESK, NUMBER, PATIENT)
    unlink(store, CLOCK, DESK, NUMBER)
    with store.work() as work:
        assert work.patients.resolve(HOSPITAL, [NUMBER.value]) == {}
    assert sorted(one.action for one in _audit(store)) == ["link", "unlink"]
    assert link(store, CLOCK, DESK, NUMBER, OTHER) == surrogate


def test_what_is_not_linked_cannot_be_unlinked(store: Store) -> None:
    with pytest.raises(NotFound):
        unlink(store, CLOCK, DESK, NUMBER)
    link(store, CLOCK, DESK, NUMBER, PATIENT)
    unlink(store, CLOCK, DESK, NUMBER)
    with pytest.raises(NotFound):
        unlink(store, CLOCK, DESK, NUMBER)
    assert len(_audit(store)) == 2


@pytest.mark.parametrize("act", ["give", "withdraw", "link", "unlink"])
def test_what_cannot_be_audited_does_not_happen(
    store: Store, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """The disk fails under the audit trail: the decision that was to be recorded with it is gone as well."""
    linked = LocalPatientId(HOSPITAL, "linked")
    link(store, CLOCK, DESK, linked, PATIENT)
    before = len(_audit(store))
    acts: dict[str, Callable[[], object]] = {
        "give": lambda: give(store, CLOCK, DESK, PATIENT, [Provision()], "form"),
        "withdraw": lambda: withdraw(store, CLOCK, DESK, PATIENT, Withdrawal(), "form"),
        "link": lambda: link(store, CLOCK, DESK, NUMBER, PATIENT),
        "unlink": lambda: unlink(store, CLOCK, DESK, linked),
    }

    def fails(_self: object, _events: object) -> None:
        raise OSError("disk full")

    with store.work() as work:
        trail = type(work.audit)
    with monkeypatch.context() as patch:
        patch.setattr(trail, "append", fails)
        with pytest.raises(OSError, match="disk full"):
            acts[act]()
    assert _log(store) == []
    assert len(_audit(store)) == before
    with store.work() as work:
        assert set(work.patients.resolve(HOSPITAL, [NUMBER.value, "linked"])) == {"linked"}


def _never_read(_entry: DocumentEntry, _content: bytes, _facility: FacilityCode) -> Reading:
    raise AssertionError("nothing may be read")


def test_a_person_who_is_unknown_and_one_who_is_closed_look_the_same(store: Store) -> None:
    """The screen says the same of both; the audit trail has a refusal of each."""
    give(store, CLOCK, DESK, OTHER, [Provision(recipients=frozenset({HOSPITAL}))], "form")
    answers = admitted(
        store, CLOCK, [TimelineRequest(DOCTOR, patient, ALWAYS) for patient in (NOBODY, PATIENT, OTHER)]
    )
    assert answers == [None, None, None]
    errors = []
    for patient in (NOBODY, PATIENT, OTHER):
        with pytest.raises(NotFound) as raised:
            open_entry(store, CLOCK, DOCTOR, patient, EntryId(1), _never_read)
        errors.append((type(raised.value), str(raised.value)))
        refusals = [one for one in _audit(store, patient) if one.requester == DOCTOR]
        assert [(one.action, one.outcome, one.reasons) for one in refusals] == [
            ("open", "refused", ("no-consent",)),
            ("view", "refused", ("no-consent",)),
        ]
    assert len(set(errors)) == 1


def test_a_number_that_is_unknown_and_one_that_is_closed_look_the_same_to_ingest(store: Store) -> None:
    link(store, CLOCK, DESK, NUMBER, PATIENT)
    with store.work() as work:
        assert publishable(work, HOSPITAL, [NUMBER.value, "unknown"], CLOCK.now()) == {}
    give(store, CLOCK, DESK, PATIENT, [Provision()], "form")
    with store.work() as work:
        allowed = publishable(work, HOSPITAL, [NUMBER.value, "unknown"], CLOCK.now())
    assert list(allowed) == [NUMBER.value]
    assert allowed[NUMBER.value].grant.action is Action.PUBLISH


def test_everybody_whom_a_search_shows_finds_it_in_their_own_records(store: Store) -> None:
    for patient, number in ((PATIENT, "1"), (OTHER, "2")):
        link(store, CLOCK, DESK, LocalPatientId(CLINIC, number), patient)
    assert [line.patient.id for line in my_patients(store, CLOCK, DOCTOR, "シケン")] == [PATIENT, OTHER]
    assert [line.patient.id for line in my_patients(store, CLOCK, DOCTOR, "2")] == [OTHER]
    assert my_patients(store, CLOCK, DESK, "シケン") == ()
    for patient, times in ((PATIENT, 1), (OTHER, 2)):
        rows = [row for row in _audit(store, patient) if row.requester == DOCTOR]
        assert [(row.action, row.outcome, row.detail) for row in rows] == [("listed", "done", "")] * times
    searches = [(row.action, row.detail) for row in _audit(store, PatientId(""))]
    assert searches == [("search", "1"), ("search", "2")]


def test_what_can_be_nobodys_number_is_refused_and_does_not_disturb_the_others(store: Store) -> None:
    link(store, CLOCK, DESK, LocalPatientId(CLINIC, "1"), PATIENT)
    requests = [
        TimelineRequest(DOCTOR, PatientId(text), ALWAYS) for text in ("\0", PATIENT, "x" * 60_000, "\ud800")
    ]
    assert [answer is not None for answer in admitted(store, CLOCK, requests)] == [False, True, False, False]
    refused = _audit(store, PatientId(""))
    assert [(row.action, row.outcome) for row in refused] == [("view", "refused")] * 3
