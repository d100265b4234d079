"""The promises of `Registry`."""

from __future__ import annotations

from threading import Thread
from typing import Any, cast

import pytest

from consent.model import Action, Provision
from hie.exchange.ports import Known, Movement, Store
from hie.record.clinical import Encounter
from hie.record.entry import Confidentiality, DocumentClass, EntryFacts, EntryStatus
from hie.record.errors import NotFound, Refused
from hie.record.identifiers import EntryId, LocalPatientId
from hie.record.times import ALWAYS, UNKNOWN_DAY, Day, Period
from tests import filed as our


def test_what_is_filed_is_known_by_its_key(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        assert work.registry.known(local) == {}
        filing = our.a_filing(store)
        assert work.registry.register(our.to_publish(work), local, [filing]) == 1
        ((key, (known,)),) = work.registry.known(local).items()
    assert key == filing.facts.key
    assert known == Known(known.id, EntryStatus.APPROVED, filing.content_hash)


def test_an_entry_comes_back_with_all_its_facts(store: Store) -> None:
    about = our.facts()._replace(item_count=31, abnormal_count=4, link="A123", department="10")
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        filing = our.a_filing(store, about)
        work.registry.register(our.to_publish(work), local, [filing])
    with store.look() as work:
        grant = our.to_view(work)
        (line,) = work.registry.find(grant, ALWAYS)
        entry = work.registry.get(grant, line.id)
    assert entry.facts == about
    assert (entry.local_patient, entry.custodian, entry.format) == (local, our.HOSPITAL, filing.format)
    assert (entry.content_hash, entry.size) == (filing.content_hash, filing.size)
    assert entry.registered_at == our.NOW
    assert line[1:] == (
        about.service_day,
        our.HOSPITAL,
        about.document_class,
        "OML-11",
        31,
        4,
        "A123",
        "10",
    )


@pytest.mark.parametrize("document_class", DocumentClass)
def test_every_class_comes_back_to_the_facility_that_wrote_it(
    store: Store, document_class: DocumentClass
) -> None:
    with store.work() as work:
        our.consented(work)
        filing = our.a_filing(store, our.facts(document_class=document_class))
        work.registry.register(our.to_publish(work), our.linked(work), [filing])
        (line,) = work.registry.find(our.to_view(work, our.HOSPITAL), ALWAYS)
    assert line.document_class is document_class


def test_lines_are_newest_first_then_by_custodian_then_by_id(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        for facility in (our.OTHER_HOSPITAL, our.HOSPITAL):
            local = our.linked(work, facility)
            days = (20250402, 20250402, 20240101, 20251231)
            filings = [our.a_filing(store, our.facts(day, order=str(day))) for day in days]
            work.registry.register(our.to_publish(work, facility), local, filings)
        lines = work.registry.find(our.to_view(work), ALWAYS)
    assert [line.service_day for line in lines] == [20251231] * 2 + [20250402] * 4 + [20240101] * 2
    assert [line.custodian for line in lines] == [
        *(our.HOSPITAL, our.OTHER_HOSPITAL),
        *(our.HOSPITAL, our.HOSPITAL, our.OTHER_HOSPITAL, our.OTHER_HOSPITAL),
        *(our.HOSPITAL, our.OTHER_HOSPITAL),
    ]
    assert lines[2].id < lines[3].id
    assert lines[4].id < lines[5].id


def test_a_period_includes_both_its_ends(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        filings = [our.a_filing(store, our.facts(day, order=str(day))) for day in range(20250401, 20250406)]
        work.registry.register(our.to_publish(work), our.linked(work), filings)
        lines = work.registry.find(our.to_view(work), Period(Day(20250402), Day(20250404)))
    assert [line.service_day for line in lines] == [20250404, 20250403, 20250402]


def test_only_the_classes_asked_for_are_found(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        classes = (DocumentClass.PROBLEM, DocumentClass.ALLERGY, DocumentClass.NOTE)
        filings = [
            our.a_filing(store, our.facts(20250401 + n, order=f"{n}", document_class=one))
            for n, one in enumerate(classes)
        ]
        work.registry.register(our.to_publish(work), our.linked(work), filings)
        view = our.to_view(work)
        lines = work.registry.find(view, ALWAYS, frozenset(classes[:2]))
        assert [line.document_class for line in lines] == [DocumentClass.ALLERGY, DocumentClass.PROBLEM]
        assert work.registry.find(view, ALWAYS, frozenset({DocumentClass.IMAGE})) == []
        assert len(work.registry.find(view, ALWAYS)) == len(classes)


def test_ids_grow_with_every_registration(store: Store) -> None:
    seen: list[EntryId] = []
    for number in range(3):
        with store.work() as work:
            our.consented(work)
            filings = [our.a_filing(store, our.facts(order=f"{number}-{part}")) for part in range(2)]
            local = our.linked(work)
            work.registry.register(our.to_publish(work), local, filings)
            found = [known.id for each in work.registry.known(local).values() for known in each]
            assert all(number > max(seen, default=0) for number in found if number not in seen)
            seen = found
    assert len(set(seen)) == 6


def test_a_superseded_entry_is_known_but_not_current(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        old = our.facts(version="20250402101500000")._replace(status=EntryStatus.DEPRECATED)
        new = our.facts(version="20250403101500000")
        work.registry.register(
            our.to_publish(work), local, [our.a_filing(store, old), our.a_filing(store, new)]
        )
        (line,) = work.registry.find(our.to_view(work), ALWAYS)
        assert work.registry.known(local)[old.key][0].status is EntryStatus.DEPRECATED
        with pytest.raises(NotFound):
            work.registry.get(our.to_view(work), work.registry.known(local)[old.key][0].id)
    assert line.id == max(line.id, 1)


@pytest.mark.parametrize("status", [EntryStatus.DEPRECATED, EntryStatus.WITHDRAWN])
def test_an_amended_entry_is_gone_until_it_is_approved_again(store: Store, status: EntryStatus) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        filing = our.a_filing(store, observations=[our.an_observation()], medications=[our.a_drug("薬")])
        work.registry.register(our.to_publish(work), local, [filing])
    with store.work() as work:
        grant, publish = our.to_view(work), our.to_publish(work)
        (line,) = work.registry.find(grant, ALWAYS)
        work.registry.amend(publish, {line.id: status})
        assert work.registry.find(grant, ALWAYS) == []
        assert work.findings.observations(grant, ALWAYS, frozenset()) == []
        assert work.findings.medications(grant, ALWAYS) == []
        assert work.registry.movements(grant) == []
        assert work.registry.known(local)[filing.facts.key][0].status is status
        work.registry.amend(publish, {line.id: EntryStatus.APPROVED})
        assert work.registry.find(grant, ALWAYS) == [line]
        assert len(work.findings.observations(grant, ALWAYS, frozenset())) == 1
        assert len(work.findings.medications(grant, ALWAYS)) == 1


def test_nobody_amends_what_another_facility_filed(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        work.registry.register(our.to_publish(work), our.linked(work), [our.a_filing(store)])
        (line,) = work.registry.find(our.to_view(work), ALWAYS)
        with pytest.raises(NotFound):
            work.registry.amend(our.to_publish(work, our.OTHER_HOSPITAL), {line.id: EntryStatus.WITHDRAWN})
        assert work.registry.find(our.to_view(work), ALWAYS) == [line]


def test_a_filing_the_grant_does_not_cover_is_refused_with_all_beside_it(store: Store) -> None:
    with store.work() as work:
        our.consented(work, Provision(classes=frozenset({DocumentClass.LABORATORY_RESULT})))
        local = our.linked(work)
        drugs = our.facts(kind="OMP-01", document_class=DocumentClass.PRESCRIPTION)
        filings = [our.a_filing(store), our.a_filing(store, drugs)]
        with pytest.raises(Refused):
            work.registry.register(our.to_publish(work), local, filings)
        assert work.registry.known(local) == {}


def test_confidential_documents_need_a_ceiling_that_says_so(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        about = our.facts()._replace(confidentiality=Confidentiality.RESTRICTED)
        local = our.linked(work)
        with pytest.raises(Refused):
            work.registry.register(our.to_publish(work), local, [our.a_filing(store, about)])
        our.consented(work, Provision(ceiling=Confidentiality.RESTRICTED))
        assert work.registry.register(our.to_publish(work), local, [our.a_filing(store, about)]) == 1
        assert len(work.registry.find(our.to_view(work), ALWAYS)) == 1


def test_nobody_files_under_another_facilitys_number(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work, our.HOSPITAL)
        with pytest.raises(Refused):
            work.registry.register(our.to_publish(work, our.OTHER_HOSPITAL), local, [our.a_filing(store)])


def test_nobody_files_under_another_persons_number(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        others = work.patients.link(LocalPatientId(our.HOSPITAL, "777"), our.TARO, "clerk", our.NOW)
        with pytest.raises(Refused):
            work.registry.register(our.to_publish(work), others, [our.a_filing(store)])
        with pytest.raises(Refused):
            work.registry.register(our.to_publish(work), 999_999, [our.a_filing(store)])


def test_an_entry_follows_its_link(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        work.registry.register(our.to_publish(work), our.linked(work), [our.a_filing(store)])
        (line,) = work.registry.find(our.to_view(work), ALWAYS)
        number = LocalPatientId(our.HOSPITAL, "00012345")
        work.patients.unlink(number, "clerk", our.NOW)
        assert work.registry.find(our.to_view(work), ALWAYS) == []
        with pytest.raises(NotFound):
            work.registry.get(our.to_view(work), line.id)
        our.consented(work, patient=our.TARO)
        work.patients.link(number, our.TARO, "clerk", our.NOW)
        assert work.registry.find(our.granted(work, Action.VIEW, our.CLINIC, our.TARO), ALWAYS) == [line]


def test_an_unknown_day_is_shown_to_its_writer_only(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        with pytest.raises(Refused):
            work.registry.register(our.to_publish(work), local, [our.a_filing(store, our.facts(UNKNOWN_DAY))])


def test_an_entry_that_is_not_there_is_not_found(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        with pytest.raises(NotFound):
            work.registry.get(our.to_view(work), EntryId(4711))


def _event(day: int, kind: str, order: str, status: EntryStatus = EntryStatus.APPROVED) -> EntryFacts:
    return our.facts(day, kind, DocumentClass.ENCOUNTER, order)._replace(status=status)


def test_movements_say_when_and_where_whatever_became_of_them_and_visits_are_none(store: Store) -> None:
    moved = Encounter("A02", "I", "202504031400", "", "", "05", "3E", "312", "2", "", "")
    away = moved._replace(at="202504041000", department="", ward="", expected_return="20250405\0")
    filings = [
        our.a_filing(store, _event(20250402, "ADT-22", "1")),
        our.a_filing(store, _event(20250403, "ADT-42", "1", EntryStatus.DEPRECATED), encounter=moved),
        our.a_filing(store, _event(20250404, "ADT-31", "1", EntryStatus.WITHDRAWN), encounter=away),
        our.a_filing(store, _event(20250405, "ADT-33", "1")),  # a vendor's own kind
        our.a_filing(store, _event(20250409, "ADT-12", "1")),
        our.a_filing(store, our.facts(20250411)),
    ]
    version = filings[0].facts.key.version
    with store.work() as work:
        our.consented(work)
        work.registry.register(our.to_publish(work), our.linked(work), filings)
        admitted, transferred, left = (
            Movement(Day(day), kind, our.HOSPITAL, version=version)
            for day, kind in ((20250402, "ADT-22"), (20250403, "ADT-42"), (20250404, "ADT-31"))
        )
        department = filings[0].facts.department
        assert work.registry.movements(our.to_view(work)) == [
            admitted._replace(department=department),
            transferred._replace(
                moment="202504031400", status=EntryStatus.DEPRECATED, department="05", ward="3E"
            ),
            left._replace(
                moment="202504041000",
                status=EntryStatus.WITHDRAWN,
                department=department,
                expected="20250405\ufffd",
            ),
        ]


@pytest.mark.parametrize("not_a_grant", [None, "grant", object()])
def test_only_a_grant_opens_the_registry(store: Store, not_a_grant: object) -> None:
    with store.work() as work:
        grant = cast("Any", not_a_grant)
        with pytest.raises(TypeError):
            work.registry.find(grant, ALWAYS)
        with pytest.raises(TypeError):
            work.registry.get(grant, EntryId(1))
        with pytest.raises(TypeError):
            work.registry.movements(grant)
        with pytest.raises(TypeError):
            work.registry.register(grant, 1, [])
        with pytest.raises(TypeError):
            work.registry.amend(grant, {})
        with pytest.raises(TypeError):
            work.findings.observations(grant, ALWAYS, frozenset())
        with pytest.raises(TypeError):
            work.findings.medications(grant, ALWAYS)
        with pytest.raises(TypeError):
            work.imaging.studies(grant, ALWAYS)
        with pytest.raises(TypeError):
            work.imaging.instances(grant, "1.2.3")
        with pytest.raises(TypeError):
            work.imaging.register(grant, 1, [])
        with pytest.raises(TypeError):
            work.repository.retrieve(grant, cast("Any", None))


def test_a_grant_serves_its_own_action_only(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        with pytest.raises(Refused):
            work.registry.register(our.to_view(work, our.HOSPITAL), local, [our.a_filing(store)])
        with pytest.raises(Refused):
            work.registry.find(our.to_publish(work), ALWAYS)
        with pytest.raises(Refused):
            work.findings.observations(our.to_publish(work), ALWAYS, frozenset())


def test_what_is_known_of_a_resolved_patient_stays_true_until_the_commit(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
    seen: list[int] = []

    def feed() -> None:
        with store.work() as work:
            work.patients.resolve(our.HOSPITAL, ["00012345"])
            seen.append(len(work.registry.known(local)))
            if not seen[-1]:
                work.registry.register(our.to_publish(work), local, [our.a_filing(store)])

    other = Thread(target=feed)
    with store.work() as work:
        work.patients.resolve(our.HOSPITAL, ["00012345"])
        assert work.registry.known(local) == {}
        other.start()
        other.join(0.5)
        work.registry.register(our.to_publish(work), local, [our.a_filing(store)])
    other.join()
    assert seen == [1]
