"""The promises of `Maintenance`: taking back what may not stand, and nothing else."""

from __future__ import annotations

from typing import Any, cast

import pytest

from consent.gate import maintain
from consent.grant import MaintenanceGrant, MaintenanceTask
from consent.model import (
    Action,
    ConsentEvent,
    EventKind,
    Membership,
    Provision,
    Question,
    Region,
    Term,
    Withdrawal,
    decisions_of,
)
from hie.exchange.gate.publish import publisher
from hie.exchange.ports import Filing, Store, TakenBack, UnitOfWork
from hie.record.entry import Confidentiality, DocumentClass, EntryFacts, EntryKey, EntryStatus, Format
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId, content_hash
from hie.record.times import ALWAYS, Day
from tests import filed as our

NUMBER = "00012345"
IMAGE = content_hash(b"bytes of an image")
DRUGS = our.facts(kind="OMP-01", document_class=DocumentClass.PRESCRIPTION, order="2")


def _taking_back(
    work: UnitOfWork, facility: FacilityCode = our.HOSPITAL, patient: PatientId = our.HANAKO
) -> MaintenanceGrant:
    log = decisions_of(work.consents.events([patient])[patient])
    region = Region({facility: Membership((Term(0),))})
    question = Question(publisher(facility), Action.PUBLISH, patient, log, our.NOW, region=region)
    return maintain(question, MaintenanceTask.WITHDRAWAL, "consent-ended")


def _withdrawn(work: UnitOfWork) -> None:
    event = ConsentEvent(0, our.HANAKO, EventKind.WITHDRAWN, our.NOW, "desk", "form 2", (), Withdrawal())
    work.consents.record(event)


def _filed(store: Store, work: UnitOfWork, *provisions: Provision) -> int:
    our.consented(work, *provisions)
    local = our.linked(work)
    filings = [
        our.a_filing(store, observations=[our.an_observation()]),
        our.a_filing(store, DRUGS, b"MSH|drugs", medications=[our.a_drug("薬")]),
    ]
    work.registry.register(our.to_publish(work), local, filings)
    return local


def _statuses(work: UnitOfWork, local: int) -> dict[str, EntryStatus]:
    return {key.data_kind: one.status for key, all_of in work.registry.known(local).items() for one in all_of}


def test_all_of_a_number_is_taken_back_and_can_stand_again(store: Store) -> None:
    with store.work() as work:
        local = _filed(store, work)
        _withdrawn(work)
        assert work.maintenance.withdraw(_taking_back(work), NUMBER).taken == 2
        assert work.maintenance.withdraw(_taking_back(work), NUMBER).taken == 0
        assert set(_statuses(work, local).values()) == {EntryStatus.WITHDRAWN}
    with store.work() as work:
        our.consented(work)
        grant = our.to_view(work)
        assert work.registry.find(grant, ALWAYS) == []
        assert work.findings.observations(grant, ALWAYS, frozenset()) == []
        assert work.findings.medications(grant, ALWAYS) == []
        again = {one.id: EntryStatus.APPROVED for held in work.registry.known(local).values() for one in held}
        work.registry.amend(our.to_publish(work), again)
        assert len(work.registry.find(grant, ALWAYS)) == 2
        assert len(work.findings.observations(grant, ALWAYS, frozenset())) == 1


def test_what_may_stand_is_left_alone(store: Store) -> None:
    with store.work() as work:
        local = _filed(store, work)
        assert work.maintenance.withdraw(_taking_back(work), NUMBER).taken == 0
        _withdrawn(work)
        our.consented(work, Provision(classes=frozenset({DocumentClass.PRESCRIPTION})))
        done = work.maintenance.withdraw(_taking_back(work), NUMBER)
        assert done == TakenBack(1, frozenset({DRUGS.key}))
        assert _statuses(work, local) == {
            "OML-11": EntryStatus.WITHDRAWN,
            "OMP-01": EntryStatus.APPROVED,
        }


def test_only_what_is_named_is_taken_back(store: Store) -> None:
    with store.work() as work:
        local = _filed(store, work)
        _withdrawn(work)
        nothing = EntryKey("20250402", "OML-11", "another", "")
        assert work.maintenance.withdraw(_taking_back(work), NUMBER, [nothing], [b"x" * 32]).taken == 0  # type: ignore[list-item]
        assert work.maintenance.withdraw(_taking_back(work), NUMBER, []).taken == 0
        assert work.maintenance.withdraw(_taking_back(work), NUMBER, [DRUGS.key]).taken == 1
        assert _statuses(work, local)["OML-11"] is EntryStatus.APPROVED
        by_hash = [content_hash(b"MSH|^~\\&|invented")]
        assert work.maintenance.withdraw(_taking_back(work), NUMBER, [], by_hash).taken == 1


def test_nobody_takes_back_what_another_facility_or_person_has(store: Store) -> None:
    with store.work() as work:
        _filed(store, work)
        _withdrawn(work)
        others = _taking_back(work, our.OTHER_HOSPITAL)
        assert work.maintenance.withdraw(others, NUMBER).taken == 0
        assert work.maintenance.withdraw(_taking_back(work, patient=our.TARO), NUMBER).taken == 0
        assert work.maintenance.withdraw(_taking_back(work), "another number").taken == 0


def test_what_a_number_filed_whose_link_ended_is_taken_back_for_nobody(store: Store) -> None:
    with store.work() as work:
        local = _filed(store, work)
        work.patients.unlink(LocalPatientId(our.HOSPITAL, NUMBER), "clerk", our.NOW)
        assert work.maintenance.withdraw(_taking_back(work), NUMBER).taken == 0
        assert work.maintenance.withdraw(_taking_back(work, patient=PatientId("")), NUMBER).taken == 2
        assert set(_statuses(work, local).values()) == {EntryStatus.WITHDRAWN}


def _study(store: Store, work: UnitOfWork, local: int) -> None:
    work.imaging.register(our.to_publish(work), local, [(our.an_image("1.2.3.1.1"), IMAGE, 512)])
    manifest = b'{"study_instance_uid":"1.2.3"}'
    packed = store.packer.pack("DICOM", manifest)
    facts = EntryFacts(
        EntryKey("20250402", "DICOM", "1.2.3", ""),
        *(DocumentClass.IMAGE, Day(20250402), "", EntryStatus.APPROVED, Confidentiality.NORMAL, 1, 0, "", 0),
    )
    filing = Filing(facts, Format.DICOM, content_hash(manifest), len(manifest), *packed, (), ())
    work.registry.register(our.to_publish(work), local, [filing])


def _images(work: UnitOfWork) -> tuple[int, int]:
    grant = our.to_view(work)
    return len(work.imaging.studies(grant, ALWAYS)), len(work.imaging.instances(grant, "1.2.3"))


def test_a_study_that_is_taken_back_hides_its_images_until_it_stands_again(store: Store) -> None:
    with store.work() as work:
        local = _filed(store, work)
        _study(store, work, local)
        assert _images(work) == (1, 1)
        assert work.imaging.standing(local, [IMAGE, content_hash(b"another")]) == {IMAGE}
        assert work.imaging.standing(local + 1, [IMAGE]) == set()
        _withdrawn(work)
        assert work.maintenance.withdraw(_taking_back(work), NUMBER, [], [IMAGE]).taken == 1
    with store.work() as work:
        our.consented(work)
        assert _images(work) == (0, 0)
        assert work.imaging.standing(local, [IMAGE]) == set()
        assert len(work.imaging.instances(our.to_publish(work), "1.2.3")) == 1
        ((study,),) = [held for key, held in work.registry.known(local).items() if key.data_kind == "DICOM"]
        assert study.status is EntryStatus.WITHDRAWN
        work.registry.amend(our.to_publish(work), {study.id: EntryStatus.APPROVED})
        assert _images(work) == (1, 1)


def test_a_study_that_grows_after_it_was_taken_back_stands_again(store: Store) -> None:
    with store.work() as work:
        local = _filed(store, work)
        _study(store, work, local)
        _withdrawn(work)
        work.maintenance.withdraw(_taking_back(work), NUMBER)
        our.consented(work)
        new = our.an_image("1.2.3.1.2", number=2)
        work.imaging.register(our.to_publish(work), local, [(new, content_hash(b"2"), 1)])
        manifest = b'{"study_instance_uid":"1.2.3","more":1}'
        facts = our.facts(kind="DICOM", document_class=DocumentClass.IMAGE, order="1.2.3", version="")
        work.registry.register(our.to_publish(work), local, [our.a_filing(store, facts, manifest)])
        assert _images(work) == (1, 2)


def test_only_a_maintenance_grant_takes_back(store: Store) -> None:
    with store.work() as work:
        _filed(store, work)
        for wrong in (None, our.to_publish(work), our.to_view(work)):
            with pytest.raises(TypeError):
                work.maintenance.withdraw(cast("Any", wrong), NUMBER)
        with pytest.raises(TypeError):
            work.registry.find(cast("Any", _taking_back(work)), ALWAYS)
        with pytest.raises(NotFound):
            work.registry.amend(our.to_publish(work), {cast("Any", 999): EntryStatus.WITHDRAWN})
