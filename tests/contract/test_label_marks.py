"""Labels put on by hand: a log that every version of a document obeys, on every store."""

from pathlib import Path
from threading import Thread

import pytest

from consent.model import Action, Provision
from hie.exchange.ports import AuditQuery, Store, UnitOfWork
from hie.exchange.ports.labels import Mark, MarkEvent, Named, named
from hie.exchange.records import marking
from hie.record.entry import DocumentEntry, Label
from hie.record.errors import Refused
from hie.record.identifiers import EntryId, content_hash
from hie.record.requester import Requester, Role
from hie.record.times import ALWAYS
from hie.store import open_store
from tests import filed as our
from tests.contract.conftest import database_url
from tests.edges import HandClock

DOCTOR = Requester("ada", "見本 医師", our.HOSPITAL, Role.DOCTOR)
PSYCHIATRY, NOT_TOLD = int(Label.PSYCHIATRY), int(Label.NOT_TOLD)


def _file(store: Store, work: UnitOfWork, version: str, labels: int = 0) -> int:
    local = our.linked(work)
    filing = our.a_filing(
        store,
        our.facts(version=version, labels=labels),
        version.encode(),
        [our.an_observation(our.AST, "1")],
        [our.a_drug("見本錠")],
    )
    work.registry.register(our.to_publish(work), local, [filing])
    return local


def _newest(work: UnitOfWork) -> DocumentEntry:
    grant = our.granted(work, Action.VIEW, our.HOSPITAL)
    return work.registry.get(grant, max(line.id for line in work.registry.find(grant, ALWAYS)))


def _seen(work: UnitOfWork) -> tuple[int, int]:
    grant = our.to_view(work)
    return len(work.registry.find(grant, ALWAYS)), len(work.findings.observations(grant, ALWAYS, frozenset()))


def _record(work: UnitOfWork, local: int, kind: str, label: int, by: str = "ada") -> None:
    entry = _newest(work)
    work.labels.record(MarkEvent(0, local, named(entry.facts.key), kind, label, by, 5))


@pytest.fixture
def local(store: Store) -> int:
    with store.work() as work:
        our.members(work)
        our.linked(work)
        our.consented(work)
        return _file(store, work, "20250402101500000")


def test_the_log_says_what_is_on_and_what_off(store: Store, local: int) -> None:
    with store.work() as work:
        document = named(_newest(work).facts.key)
        assert document not in work.labels.of(local)
        _record(work, local, "marked", NOT_TOLD)
        _record(work, local, "asked", PSYCHIATRY)
    with store.look() as work:
        mark = work.labels.of(local)[document]
        assert (mark.on, mark.off, mark.asked) == (NOT_TOLD, 0, ((PSYCHIATRY, "ada"),))
    with store.work() as work:
        _record(work, local, "unmarked", PSYCHIATRY, "bob")
        _record(work, local, "unmarked", NOT_TOLD, "bob")
        _record(work, local, "marked", PSYCHIATRY)
    with store.look() as work:
        mark = work.labels.of(local)[document]
        assert (mark.on, mark.off, mark.asked) == (PSYCHIATRY, NOT_TOLD, ())


def test_a_label_that_is_applied_closes_the_entry_and_its_findings(store: Store, local: int) -> None:
    del local
    with store.work() as work:
        assert _seen(work) == (1, 1)
        work.labels.apply(our.granted(work, Action.VIEW, our.HOSPITAL), _newest(work), Mark(on=PSYCHIATRY))
        assert _newest(work).facts.labels == PSYCHIATRY
        assert _seen(work) == (0, 0)


def test_only_the_facility_that_wrote_it_applies_one(store: Store, local: int) -> None:
    del local
    with store.work() as work, pytest.raises(Refused):
        work.labels.apply(our.to_view(work), _newest(work), Mark(on=NOT_TOLD))


def test_a_later_version_bears_what_was_put_on_and_not_what_was_taken_off(store: Store, local: int) -> None:
    with store.work() as work:
        our.consented(work, Provision(labels=PSYCHIATRY | int(Label.HIV)))
        _record(work, local, "marked", NOT_TOLD)
        _record(work, local, "unmarked", PSYCHIATRY, "bob")
        _file(store, work, "20250403101500000", labels=PSYCHIATRY | int(Label.HIV))
    with store.look() as work:
        assert _newest(work).facts.labels == NOT_TOLD | int(Label.HIV)


def test_a_mark_changes_its_own_bits_on_every_version_and_no_other(store: Store, local: int) -> None:
    hiv = int(Label.HIV)
    with store.work() as work:
        our.consented(work, Provision(labels=PSYCHIATRY | hiv))
        old = _newest(work)
        _file(store, work, "20250403101500000", labels=PSYCHIATRY | hiv)
        own = our.granted(work, Action.VIEW, our.HOSPITAL)
        work.labels.apply(own, old, Mark(on=NOT_TOLD, off=hiv))
        assert work.registry.get(own, old.id).facts.labels == NOT_TOLD
        assert _newest(work).facts.labels == NOT_TOLD | PSYCHIATRY
        _record(work, local, "marked", NOT_TOLD)


def _marking(store: Store, entry: EntryId, label: Label) -> None:
    marking.mark(store, HandClock(our.NOW), DOCTOR, our.HANAKO, entry, label)


def test_two_doctors_who_mark_at_once_both_do(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    store = open_store(database_url("postgresql", request, tmp_path), str(tmp_path / "objects"))
    with store.work() as work:
        our.members(work)
        our.linked(work)
        our.consented(work)
        local = _file(store, work, "20250402101500000")
    with store.work() as first:
        seen = _newest(first)
        _marking(store, seen.id, Label.HIV)
        first.labels.hold(local)
        first.labels.apply(our.granted(first, Action.VIEW, our.HOSPITAL), seen, Mark(on=NOT_TOLD))
    with store.look() as work:
        assert _newest(work).facts.labels == NOT_TOLD | int(Label.HIV)
    store.close()


def test_a_version_that_is_filed_while_a_mark_waits_bears_it(store: Store, local: int) -> None:
    del local
    with store.work() as work:
        entry = _newest(work).id
        our.linked(work)
    with store.work() as work:
        _file(store, work, "20250403101500000")
        marking_it = Thread(target=_marking, args=(store, entry, Label.NOT_TOLD))
        marking_it.start()
        marking_it.join(0.3)
    marking_it.join()
    with store.look() as work:
        assert _newest(work).facts.labels == NOT_TOLD


def test_a_mark_that_is_put_on_again_mends_a_version_without_it(store: Store, local: int) -> None:
    with store.work() as work:
        _record(work, local, "marked", NOT_TOLD)
        entry = _newest(work)
        assert entry.facts.labels == 0
    _marking(store, entry.id, Label.NOT_TOLD)
    with store.look() as work:
        assert _newest(work).facts.labels == NOT_TOLD


def test_the_trail_names_the_document_that_was_marked(store: Store, local: int) -> None:
    del local
    with store.look() as work:
        entry = _newest(work)
    _marking(store, entry.id, Label.NOT_TOLD)
    with store.look() as work:
        event = work.audit.search(AuditQuery(actions=("label-marked",)), 1)[0].event
    key = entry.facts.key
    assert event.detail == f"128 {key.care_date}/{key.data_kind}/{key.order_number}"
    assert (event.kind, event.custodian, event.entry) == ("laboratory-result", our.HOSPITAL, entry.id)


def test_an_image_that_comes_later_bears_what_was_put_on_its_study(store: Store, local: int) -> None:
    image = our.an_image("1.2.3.1.1")
    document = Named(str(image.study_day), "DICOM", image.study_instance_uid)
    with store.work() as work:
        work.labels.record(MarkEvent(0, local, document, "marked", NOT_TOLD, "ada", 5))
        for number in range(2):
            one = image._replace(sop_instance_uid=f"1.2.3.1.{number}")
            name = content_hash(bytes([number]))
            work.imaging.register(our.to_publish(work), local, [(one, name, 1)])
        filed = work.imaging.instances(our.to_publish(work), image.study_instance_uid)
    assert [one.instance.labels for one in filed] == [NOT_TOLD, NOT_TOLD]
