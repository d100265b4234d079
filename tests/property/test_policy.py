"""The consent list of an edge answers as the hub's gate does, and says no more than that takes."""

from __future__ import annotations

from random import Random

import pytest

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, ConsentEvent, EventKind, Provision, Question, decisions_of
from hie.exchange.policy import Policy, grant_of, policy_of, read_policy, written
from hie.exchange.publish import publisher
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.store import open_store
from tests.filed import a_person
from tests.property.worlds import FACILITIES, INSTANTS, a_world

PERSON = PatientId("0000000000000000000000000000000p")
NUMBER = "00012345"


def _told(log: tuple[ConsentEvent, ...], facility: FacilityCode) -> Policy:
    """Let a hub tell the edge of `facility` what stands in a person's log."""
    store = open_store("memory://", "memory://")
    with store.work() as work:
        work.patients.enrol(a_person(PERSON))
        work.patients.link(LocalPatientId(facility, NUMBER), PERSON, "clerk", 1)
        for event in log:
            work.consents.record(event._replace(patient=PERSON))
        policy = policy_of(work, facility, 5)
    return read_policy(written(policy))


@pytest.mark.parametrize("seed", range(400))
def test_the_edge_decides_as_the_hub_does(seed: int) -> None:
    world = a_world(Random(seed), PERSON)
    for facility in FACILITIES:
        policy = _told(world.log, facility)
        for now in INSTANTS:
            here = grant_of(policy, NUMBER, now)
            log = decisions_of(sorted(world.log, key=lambda one: one.sequence))
            question = Question(publisher(facility), Action.PUBLISH, PERSON, log, now)
            there = decide(question)
            covered = [here is not None and here.covers(*document) for document in world.documents]
            assert covered == [
                isinstance(there, Grant) and there.covers(*document) for document in world.documents
            ]


def test_a_consent_list_names_no_person_no_form_and_nobody_elses_clause() -> None:
    ours, theirs = FACILITIES[:2]
    given = ConsentEvent(
        *(0, PERSON, EventKind.GIVEN, 77_777, "desk-clerk", "paper-form-9"),
        (Provision(frozenset({ours})), Provision(frozenset({theirs}), frozenset({FACILITIES[3]}))),
    )
    content = written(_told((given,), ours)).decode()
    for secret in (PERSON, "desk-clerk", "paper-form-9", "77777", theirs, FACILITIES[3]):
        assert secret not in content
    assert NUMBER in content
    assert NUMBER not in written(_told((given,), FACILITIES[2])).decode()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"{}", b"\xff", b"[" * 100_000),
        b'{"position":1,"issued_at":1,"facility":"x","patients":{"1":[[1,"given",{}]]}}',
        b'{"position":1,"issued_at":1,"facility":"x","patients":{"1":[[1,"taken",{"provisions":[]}]]}}',
    ],
)
def test_what_is_no_consent_list_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_policy(content)
