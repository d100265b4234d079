"""Linking by two people, doubting, ending, and what a hospital's ADT-00 may do: on every store."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hie.exchange.linking import identity, linking
from hie.exchange.linking.hearing import GRAVE, TAKEN_BACK, Heard, hear
from hie.exchange.linking.linking import Claim
from hie.exchange.ports import LinkKind, Store, UnitOfWork
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import HumanName, PersonFacts, Sex
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import UNKNOWN_DAY, Day
from hie.store import open_store
from tests import filed as our

NUMBER = LocalPatientId(our.HOSPITAL, "00012345")
FACTS = PersonFacts(HumanName("見本", "花子", "ミホン", "ハナコ"), Day(19700115), Sex.FEMALE, "", NUMBER)
CLAIM = Claim(NUMBER, our.HANAKO, FACTS)
CHANGES = {
    "married": FACTS._replace(name=HumanName("手本", "花子", "テホン", "ハナコ")),
    "one digit": FACTS._replace(birth_day=Day(19700116)),
    "somebody else": FACTS._replace(
        name=HumanName("手本", "太郎", "テホン", "タロウ"), birth_day=Day(19500505)
    ),
    "sex and birth": FACTS._replace(sex=Sex.MALE, birth_day=Day(19500505)),
    "twin brother": FACTS._replace(name=HumanName("見本", "太郎", "ミホン", "タロウ"), sex=Sex.MALE),
    "twin sister": FACTS._replace(name=HumanName("見本", "花枝", "ミホン", "ハナエ")),
    "same birthday": FACTS._replace(name=HumanName("佐藤", "次郎", "サトウ", "ジロウ")),
    "no birth date": FACTS._replace(
        name=HumanName("佐藤", "次郎", "サトウ", "ジロウ"), birth_day=UNKNOWN_DAY, sex=Sex.UNKNOWN
    ),
    "no reading": FACTS._replace(name=HumanName("佐藤", "次郎"), birth_day=Day(19551212), sex=Sex.UNKNOWN),
}
DUTY = Purpose.ADMINISTRATION


def _by(user: str, role: Role = Role.SECRETARIAT, facility: FacilityCode = our.HOSPITAL) -> Requester:
    return Requester(user, user, facility, role, DUTY)


A, B = _by("a"), _by("b")


def _known(work: UnitOfWork) -> None:
    work.patients.enrol(our.a_person())
    work.patients.enrol(
        our.a_person(our.TARO, "手本 太郎", "テホン タロウ")._replace(birth_day=Day(19500505))
    )


def _linked(work: UnitOfWork) -> int:
    _known(work)
    return linking.confirm(work, our.NOW, B, CLAIM, {"a"})


def _whose(work: UnitOfWork) -> PatientId | None:
    found = work.patients.resolve(our.HOSPITAL, [NUMBER.value]).get(NUMBER.value)
    return found[1] if found else None


def _seen(work: UnitOfWork, surrogate: int) -> str:
    return linking.opened(work, our.NOW, A, surrogate).seen if work.links.number(surrogate) else ""


def _kinds(work: UnitOfWork, surrogate: int) -> list[LinkKind]:
    return [event.kind for event in work.links.history(surrogate)]


def test_one_proposes_and_another_confirms(store: Store) -> None:
    with store.work() as work:
        _known(work)
        case = linking.propose(work, our.NOW, A, CLAIM)
        assert _whose(work) is None
        assert case.score == 85
        with pytest.raises(Invalid):
            linking.confirm_case(work, our.NOW, A, case.surrogate, _seen(work, case.surrogate))
        assert (
            linking.confirm_case(work, our.NOW, B, case.surrogate, _seen(work, case.surrogate))
            == case.surrogate
        )
        assert _whose(work) == our.HANAKO
        assert work.link_cases.find(case.surrogate) is None
        assert _kinds(work, case.surrogate) == [LinkKind.PROPOSED, LinkKind.LINKED]
        with pytest.raises(NotFound):
            linking.confirm_case(work, our.NOW, B, case.surrogate, _seen(work, case.surrogate))
        rows = {event.action: event.requester.user for event in work.audit.find(our.HANAKO, 9)}
        assert rows == {"link-proposed": "a", "link-read": "a", "link": "b"}


def test_nobody_confirms_what_was_not_shown_to_them(store: Store) -> None:
    twin = PatientId("0" * 31 + "9")
    with store.work() as work:
        _known(work)
        work.patients.enrol(our.a_person(twin, "見本 華子", "ミホン ハナコ"))
        surrogate = linking.propose(work, our.NOW, A, CLAIM).surrogate
        shown = _seen(work, surrogate)
        linking.hold(work, our.NOW, B, surrogate)
        assert _seen(work, surrogate) == shown
        linking.reject(work, our.NOW, A, surrogate, "typing")
        linking.propose(work, our.NOW, A, CLAIM._replace(patient=twin))
        for seen in (shown, "", "見本"):
            with pytest.raises(Conflict):
                linking.confirm_case(work, our.NOW, B, surrogate, seen)
        assert _whose(work) is None
        shown = _seen(work, surrogate)
        work.patients.enrol(
            our.a_person(twin, "見本 華子", "ミホン ハナコ")._replace(birth_day=Day(19700116))
        )
        with pytest.raises(Conflict):
            linking.confirm_case(work, our.NOW, B, surrogate, shown)
        assert _whose(work) is None


def test_nobody_accepts_a_change_that_was_not_shown_to_them(store: Store) -> None:
    with store.work() as work:
        surrogate = _linked(work)
        _says(work, surrogate, CHANGES["married"])
        shown = _seen(work, surrogate)
        _says(work, surrogate, CHANGES["one digit"], our.NOW + 1)
        with pytest.raises(Conflict):
            linking.accept(work, our.NOW, A, surrogate, shown)
        person = linking.accept(work, our.NOW, A, surrogate, _seen(work, surrogate))
        assert person.birth_day == CHANGES["one digit"].birth_day


@pytest.mark.parametrize("proposed_by", [set(), {""}, {" "}, {"b"}, {"a", "b"}])
def test_nobody_confirms_what_nobody_or_they_themselves_proposed(store: Store, proposed_by: set[str]) -> None:
    with store.work() as work:
        _known(work)
        with pytest.raises(Invalid):
            linking.confirm(work, our.NOW, B, CLAIM, proposed_by)
        assert _whose(work) is None


def test_too_little_that_agrees_is_not_proposed(store: Store) -> None:
    with store.work() as work:
        _known(work)
        for facts in (*CHANGES.values(), PersonFacts(FACTS.name, UNKNOWN_DAY, FACTS.sex)):
            with pytest.raises(Invalid):
                linking.propose(work, our.NOW, A, CLAIM._replace(facts=facts))
            with pytest.raises(Invalid):
                linking.confirm(work, our.NOW, B, CLAIM._replace(facts=facts), {"a"})
        with pytest.raises(NotFound):
            linking.propose(work, our.NOW, A, CLAIM._replace(patient=PatientId("nobody")))


def test_a_number_has_one_person_and_one_proposal(store: Store) -> None:
    other = Claim(NUMBER, our.TARO, CHANGES["somebody else"])
    with store.work() as work:
        _known(work)
        linking.propose(work, our.NOW, A, CLAIM)
        with pytest.raises(Conflict):
            linking.propose(work, our.NOW, A, other)
        linking.confirm(work, our.NOW, B, CLAIM, {"a"})
        for attempt in (other, CLAIM):
            with pytest.raises(Conflict):
                linking.propose(work, our.NOW, A, attempt)
        with pytest.raises(Conflict):
            linking.confirm(work, our.NOW, B, other, {"a"})
        assert _whose(work) == our.HANAKO


@pytest.mark.parametrize(
    "requester",
    [
        _by("c", Role.LIAISON, our.OTHER_HOSPITAL),
        _by("c", Role.PRIVACY_OFFICER, our.OTHER_HOSPITAL),
        _by("c", Role.DOCTOR),
        _by("c", Role.CLERK),
        _by("c", Role.SYSTEM)._replace(purpose=Purpose.TREATMENT),
    ],
)
def test_others_keep_no_links(store: Store, requester: Requester) -> None:
    with store.work() as work:
        _known(work)
        with pytest.raises(NotFound):
            linking.propose(work, our.NOW, requester, CLAIM)
        surrogate = linking.propose(work, our.NOW, A, CLAIM).surrogate
        with pytest.raises(NotFound):
            linking.confirm_case(work, our.NOW, requester, surrogate, _seen(work, surrogate))
        with pytest.raises(NotFound):
            linking.reject(work, our.NOW, requester, surrogate, "typing")
        with pytest.raises(NotFound):
            linking.hold(work, our.NOW, requester, surrogate)
        linking.confirm_case(work, our.NOW, _by("d", Role.LIAISON), surrogate, _seen(work, surrogate))
        with pytest.raises(NotFound):
            linking.contest(work, our.NOW, requester, NUMBER, "typing")
        with pytest.raises(NotFound):
            linking.split(work, our.NOW, requester, NUMBER, "typing")
        assert _whose(work) == our.HANAKO


def test_a_proposal_is_put_off_or_refused(store: Store) -> None:
    with store.work() as work:
        _known(work)
        surrogate = linking.propose(work, our.NOW, A, CLAIM).surrogate
        linking.hold(work, our.NOW, B, surrogate)
        held = work.link_cases.find(surrogate)
        assert held is not None
        assert held.held
        with pytest.raises(Invalid):
            linking.reject(work, our.NOW, B, surrogate, "見本 花子 is not she")
        linking.reject(work, our.NOW, B, surrogate, "two-people")
        assert work.link_cases.find(surrogate) is None
        assert _whose(work) is None
        assert _kinds(work, surrogate) == [LinkKind.PROPOSED, LinkKind.HELD, LinkKind.REJECTED]


def test_a_doubted_link_is_hidden_at_once_and_needs_two_people_again(store: Store) -> None:
    with store.work() as work:
        surrogate = _linked(work)
        linking.contest(work, our.NOW, _by("c", Role.PRIVACY_OFFICER), NUMBER, "two-people")
        assert _whose(work) is None
        with pytest.raises(NotFound):
            linking.contest(work, our.NOW, A, NUMBER, "two-people")
        with pytest.raises(Conflict):
            linking.confirm(work, our.NOW, B, CLAIM, {"a"})
        linking.propose(work, our.NOW, A, CLAIM)
        assert _whose(work) is None
        linking.confirm_case(work, our.NOW, B, surrogate, _seen(work, surrogate))
        assert _whose(work) == our.HANAKO


@pytest.mark.parametrize("contested", [False, True])
def test_a_split_ends_a_link_for_good(store: Store, contested: bool) -> None:  # noqa: FBT001
    with store.work() as work:
        surrogate = _linked(work)
        if contested:
            linking.contest(work, our.NOW, A, NUMBER, "typing")
        assert linking.split(work, our.NOW, A, NUMBER, "two-people") == our.HANAKO
        assert _whose(work) is None
        assert work.link_cases.find(surrogate) is None
        assert _kinds(work, surrogate)[-1] is LinkKind.UNLINKED
        with pytest.raises(NotFound):
            linking.split(work, our.NOW, A, NUMBER, "two-people")


def test_a_desk_that_looks_for_somebody_is_written_down_with_whom_it_was_shown(store: Store) -> None:
    with store.work() as work:
        _known(work)
        found = linking.look_for(work, our.NOW, A, FACTS)
        assert [(one.patient.id, one.score, one.own) for one in found] == [(our.HANAKO, 85, ())]
        assert [event.action for event in work.audit.find(our.HANAKO, 9)] == ["listed"]
        assert work.audit.find(our.TARO, 9) == []


def _says(work: UnitOfWork, surrogate: int, facts: PersonFacts | None, at: int = our.NOW) -> None:
    hear(work, at, [Heard(surrogate, facts)])


def test_the_same_again_is_remembered_once_and_asks_nobody(store: Store) -> None:
    with store.work() as work:
        surrogate = _linked(work)
        before = work.consents.position()
        for at in range(3):
            _says(work, surrogate, FACTS._replace(phone="099-111-2222"), at)
        assert len(work.local_statements.of([surrogate])[surrogate]) == 2
        assert work.consents.position() == before
        assert work.link_cases.all("", 9) == []


@pytest.mark.parametrize("change", ["married", "one digit"])
def test_a_small_change_waits_in_the_queue_and_the_link_stands(store: Store, change: str) -> None:
    with store.work() as work:
        surrogate = _linked(work)
        _says(work, surrogate, CHANGES[change])
        assert _whose(work) == our.HANAKO
        (case,) = work.link_cases.all("", 9)
        assert (case.kind, case.by) == (LinkKind.CHANGED, "ingest")
        person = linking.accept(work, our.NOW + 1, A, surrogate, _seen(work, surrogate))
        assert (person.name, person.birth_day) == (CHANGES[change].name, CHANGES[change].birth_day)
        assert work.patients.files([our.HANAKO])[our.HANAKO].patient == person
        assert work.link_cases.all("", 9) == []
        assert FACTS.name in [one.facts.name for one in work.local_statements.of([surrogate])[surrogate]]


@pytest.mark.parametrize("change", sorted(CHANGES.keys() - {"married", "one digit"}))
def test_a_grave_difference_hides_the_number_at_once(store: Store, change: str) -> None:
    with store.work() as work:
        surrogate = _linked(work)
        _says(work, surrogate, CHANGES[change])
        assert _whose(work) is None
        (case,) = work.link_cases.all("", 9)
        assert (case.kind, case.reason, case.patient) == (LinkKind.CONTESTED, GRAVE, our.HANAKO)
        with pytest.raises(Conflict):
            linking.accept(work, our.NOW, A, surrogate, _seen(work, surrogate))
        _says(work, surrogate, FACTS)
        assert _whose(work) is None


def test_a_record_that_was_taken_back_hides_the_number(store: Store) -> None:
    with store.work() as work:
        surrogate = _linked(work)
        _says(work, surrogate, None)
        assert _whose(work) is None
        (case,) = work.link_cases.all("", 9)
        assert (case.kind, case.reason) == (LinkKind.CONTESTED, TAKEN_BACK)


MESSAGES = [FACTS, *CHANGES.values(), None, FACTS._replace(phone="099-111-2222")]
STARTS = ["nothing", "proposed", "linked", "contested", "split", "rejected"]


def _start(work: UnitOfWork, state: str) -> int:
    _known(work)
    surrogate = linking.propose(work, our.NOW, A, CLAIM).surrogate
    if state == "rejected":
        linking.reject(work, our.NOW, B, surrogate, "typing")
    if state in {"linked", "contested", "split"}:
        linking.confirm_case(work, our.NOW, B, surrogate, _seen(work, surrogate))
    if state == "contested":
        linking.contest(work, our.NOW, A, NUMBER, "typing")
    if state == "split":
        linking.split(work, our.NOW, A, NUMBER, "typing")
    return surrogate


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(state=st.sampled_from(STARTS), messages=st.lists(st.sampled_from(MESSAGES), max_size=6))
def test_no_sequence_of_messages_links_anything(state: str, messages: list[PersonFacts | None]) -> None:
    """I13: whatever a hospital sends, nothing becomes anybody's that was not."""
    store = open_store("memory://", "memory://")
    with store.work() as work:
        surrogate = _start(work, state)
        linked = _whose(work)
        for at, message in enumerate(messages):
            _says(work, surrogate, message, our.NOW + at)
            now = _whose(work)
            assert now in {linked, None}
            linked = now
        assert work.patients.files([our.TARO])[our.TARO].numbers == ()


def test_an_operator_still_links_alone_and_the_log_says_so(store: Store) -> None:
    with store.work() as work:
        _known(work)
        operator = Requester("op", "op", FacilityCode(""), Role.SYSTEM, DUTY)
        surrogate = identity.enter(work, our.NOW, operator, [(NUMBER, our.HANAKO)])[0]
        assert _kinds(work, surrogate) == [LinkKind.LINKED]
