"""The promises of `Links`, `LinkCases` and `LocalStatements`."""

from __future__ import annotations

import pytest

from hie.exchange.linking.likeness import keys_of, sought
from hie.exchange.ports import LinkCase, LinkEvent, LinkKind, LocalNumber, Statement, Store
from hie.record.identifiers import EntryId, LocalPatientId, PatientId
from hie.record.people import HumanName, PersonFacts, Sex
from hie.record.times import Day
from tests import filed as our

NUMBER = LocalPatientId(our.HOSPITAL, "00012345")
OTHER = LocalPatientId(our.CLINIC, "7")
FACTS = PersonFacts(HumanName("見本", "花子", "ミホン", "ハナコ"), Day(19700115), Sex.FEMALE, "03-0000-1111")


def _event(kind: LinkKind, at: int = our.NOW) -> LinkEvent:
    return LinkEvent(0, our.HANAKO, kind, "clerk", at, "because", "kana:agree:same")


def test_the_log_keeps_what_happened_in_order(store: Store) -> None:
    with store.work() as work:
        proposed = work.links.note(NUMBER, _event(LinkKind.PROPOSED))
        surrogate = our.linked(work)
        work.patients.unlink(NUMBER, "clerk", our.NOW + 2, LinkKind.CONTESTED, "two people")
        our.linked(work, OTHER.facility, OTHER.value)
        assert proposed.surrogate == surrogate
        history = work.links.history(surrogate)
        assert [one.kind for one in history] == [LinkKind.PROPOSED, LinkKind.LINKED, LinkKind.CONTESTED]
        assert history[0] == proposed
        assert (history[2].reason, history[2].at, history[2].patient) == (
            "two people",
            our.NOW + 2,
            our.HANAKO,
        )
        of_person = work.links.of_person(our.HANAKO)
        assert list(of_person[:3]) == list(history)
        assert [one.sequence for one in of_person] == sorted({one.sequence for one in of_person})
        assert work.links.of_person(our.TARO) == []
        assert work.links.history(surrogate + 999) == []


def test_a_number_that_is_proposed_is_nobodys(store: Store) -> None:
    with store.work() as work:
        surrogate = work.links.note(NUMBER, _event(LinkKind.PROPOSED)).surrogate
        assert work.links.number(surrogate) == LocalNumber(surrogate, NUMBER, PatientId(""))
        assert work.links.find(NUMBER) == LocalNumber(surrogate, NUMBER, PatientId(""))
        assert work.links.find(OTHER) is None
        assert work.links.number(surrogate + 1) is None
        assert work.patients.resolve(our.HOSPITAL, [NUMBER.value]) == {}
        assert our.linked(work) == surrogate
        assert work.links.number(surrogate) == LocalNumber(surrogate, NUMBER, our.HANAKO)


def test_every_line_of_the_log_is_a_decision_of_its_own(store: Store) -> None:
    with store.work() as work:
        before = work.consents.position()
        work.links.note(NUMBER, _event(LinkKind.PROPOSED))
        assert work.consents.position() == before + 1
        assert work.consents.position(our.HOSPITAL) == before + 1


def _case(surrogate: int, kind: LinkKind, at: int) -> LinkCase:
    return LinkCase(surrogate, NUMBER, our.HANAKO, kind, "clerk", at, 85, "kana:agree:same", "why")


def test_the_queue_has_one_case_a_number_and_contested_ones_come_first(store: Store) -> None:
    with store.work() as work:
        first = work.links.note(NUMBER, _event(LinkKind.PROPOSED)).surrogate
        second = work.links.note(OTHER, _event(LinkKind.PROPOSED)).surrogate
        mine = _case(first, LinkKind.PROPOSED, our.NOW)
        theirs = _case(second, LinkKind.CONTESTED, our.NOW + 5)._replace(local=OTHER)
        work.link_cases.open(mine)
        work.link_cases.open(theirs)
        assert work.link_cases.all("", 9) == [theirs, mine]
        assert work.link_cases.all(our.HOSPITAL, 9) == [mine]
        assert work.link_cases.all("", 1) == [theirs]
        held = mine._replace(held=True)
        work.link_cases.open(held)
        assert work.link_cases.find(first) == held
        assert work.link_cases.close(first)
        assert not work.link_cases.close(first)
        assert work.link_cases.find(first) is None
        assert work.link_cases.all("", 9) == [theirs]


def test_what_is_said_again_is_kept_once_and_is_the_newest(store: Store) -> None:
    married = FACTS._replace(name=HumanName("手本", "花子", "テホン", "ハナコ"))
    with store.work() as work:
        surrogate = our.linked(work)
        first = Statement(surrogate, FACTS, "desk", our.NOW)
        second = Statement(surrogate, married, "ADT-00", our.NOW)
        work.local_statements.add([first, second])
        assert [one.facts for one in work.local_statements.of([surrogate])[surrogate]] == [
            married._replace(local=NUMBER),
            FACTS._replace(local=NUMBER),
        ]
        assert work.local_statements.newest([surrogate], "ADT-00") == {surrogate: second.digest}
        work.local_statements.add([first._replace(source="ADT-00")])
        said = work.local_statements.of([surrogate])[surrogate]
        assert [one.facts.name for one in said] == [FACTS.name, married.name]
        assert work.local_statements.newest([surrogate], "ADT-00") == {surrogate: first.digest}
        assert work.local_statements.newest([surrogate], "desk") == {}
        assert work.local_statements.of([]) == {}


@pytest.mark.parametrize(
    "typed",
    [
        FACTS._replace(name=HumanName("", "", "ﾐﾎﾝ", "ﾊﾅｺ"), birth_day=Day(0), phone=""),
        FACTS._replace(name=HumanName("別", "人", "ベツ", "ジン"), phone=""),
        FACTS._replace(name=HumanName("花子", "見本", "ハナコ", "ミホン"), birth_day=Day(0), phone=""),
        FACTS._replace(name=HumanName(), birth_day=Day(0)),
    ],
)
def test_those_who_look_alike_are_found_by_any_key(store: Store, typed: PersonFacts) -> None:
    with store.work() as work:
        surrogate = our.linked(work)
        work.patients.enrol(
            our.a_person(our.TARO, "手本 太郎", "テホン タロウ")._replace(birth_day=Day(19500505))
        )
        work.local_statements.add([Statement(surrogate, FACTS, "desk", our.NOW)])
        assert work.local_statements.alike(sorted(sought(typed)), 9) == [our.HANAKO]
        assert work.local_statements.alike([], 9) == []


def test_a_statement_finds_nobody_once_the_link_has_ended(store: Store) -> None:
    phone = sorted(keys_of(PersonFacts(HumanName(), phone=FACTS.phone)))
    with store.work() as work:
        surrogate = our.linked(work)
        work.local_statements.add([Statement(surrogate, FACTS, "desk", our.NOW)])
        assert work.local_statements.alike(phone, 9) == [our.HANAKO]
        work.patients.unlink(NUMBER, "clerk", our.NOW)
        assert work.local_statements.alike(phone, 9) == []


def test_entries_are_told_apart_by_their_number(store: Store) -> None:
    with store.work() as work:
        surrogate = our.linked(work)
        our.consented(work)
        work.registry.register(our.to_publish(work), surrogate, [our.a_filing(store)])
        ((held,),) = work.registry.known(surrogate).values()
        entry = held.id
        assert work.links.filed(surrogate, [entry, EntryId(entry + 1)]) == {entry: "OML-11"}
        assert work.links.filed(surrogate + 1, [entry]) == {}
