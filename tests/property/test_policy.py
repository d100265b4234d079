"""The consent list of an edge answers as the hub's gate does, and says no more than that takes."""

from __future__ import annotations

from random import Random

import pytest

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, ConsentEvent, EventKind, Provision, Question, Region, decisions_of
from hie.exchange.gate.policy import Policy, grant_of, policy_of, read_policy, written
from hie.exchange.gate.publish import publisher
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.store import open_store
from tests.filed import a_person
from tests.property.recorded import record_log, record_members
from tests.property.worlds import FACILITIES, INSTANTS, a_world, everybody

PERSON = PatientId("0000000000000000000000000000000p")
NUMBER = "00012345"


def _told(log: tuple[ConsentEvent, ...], facility: FacilityCode, region: Region | None = None) -> Policy:
    """Let a hub tell the edge of `facility` what stands in a person's log, and who takes part."""
    store = open_store("memory://", "memory://")
    with store.work() as work:
        record_members(work, region or everybody())
        work.patients.enrol(a_person(PERSON))
        work.patients.link(LocalPatientId(facility, NUMBER), PERSON, "clerk", 1)
        record_log(work, log, PERSON)
        policy = policy_of(work, facility, 5)
    return read_policy(written(policy))


@pytest.mark.parametrize("seed", range(600))
def test_the_edge_decides_as_the_hub_does(seed: int) -> None:
    world = a_world(Random(seed), PERSON)
    for facility in FACILITIES:
        policy = _told(world.log, facility, world.region)
        for now in INSTANTS:
            here = grant_of(policy, NUMBER, now)
            log, who = decisions_of(world.log), publisher(facility)
            question = Question(who, Action.PUBLISH, PERSON, log, now, world.linked, world.region)
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
