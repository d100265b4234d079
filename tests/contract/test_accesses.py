"""The list of who looked tells nothing of a document that is kept from the patient, in any version (I18)."""

from __future__ import annotations

import pytest

from hie.exchange.ports import AuditEvent, Store
from hie.exchange.ports.labels import MarkEvent, named
from hie.exchange.records import marking
from hie.exchange.records.retrieve import open_entry, open_picture
from hie.exchange.trail.accesses import accesses
from hie.record.entry import DocumentClass, EntryFacts, Label
from hie.record.identifiers import EntryId, content_hash
from hie.record.requester import Purpose, Requester, Role
from hie.record.submission import Reading
from tests import filed as our
from tests.edges import HandClock

CLOCK = HandClock(our.NOW)
DOCTOR = Requester("ada", "見本 医師", our.HOSPITAL, Role.DOCTOR, Purpose.TREATMENT)
SECOND = DOCTOR._replace(user="bob", name="別 医師")
HANAKO = Requester("hanako", "見本 花子", our.HOSPITAL, Role.PATIENT, Purpose.PATIENT_REQUEST, our.HANAKO)
STUDY, IMAGE = "1.2.3", "1.2.3.1.1"


def _filed(store: Store, facts: EntryFacts) -> EntryId:
    with store.work() as work:
        local = our.linked(work)
        filing = our.a_filing(store, facts, facts.key.version.encode())
        work.registry.register(our.to_publish(work), local, [filing])
        return work.registry.known(local)[facts.key][-1].id


def _looked(store: Store) -> list[str]:
    """Return the documents that the patient reads somebody opened."""
    return [one.action for one in accesses(store, CLOCK, HANAKO).lines if one.action.startswith("open")]


def _opened(store: Store, entry: EntryId) -> None:
    open_entry(store, CLOCK, DOCTOR, our.HANAKO, entry, lambda *_: Reading(None, our.facts(), (), ()))


@pytest.fixture
def region(store: Store) -> Store:
    with store.work() as work:
        our.members(work)
        our.linked(work)
        our.consented(work)
    return store


def test_a_mark_hides_the_looks_that_were_before_it_until_it_is_taken_off(region: Store) -> None:
    entry = _filed(region, our.facts())
    other = _filed(region, our.facts(order="2"))
    _opened(region, entry)
    _opened(region, other)
    assert _looked(region) == ["open", "open"]
    marking.mark(region, CLOCK, DOCTOR, our.HANAKO, entry, Label.NOT_TOLD)
    assert _looked(region) == ["open"]
    marking.mark(region, CLOCK, DOCTOR, our.HANAKO, other, Label.PSYCHIATRY)
    assert _looked(region) == ["open"]
    marking.ask_to_unmark(region, CLOCK, DOCTOR, our.HANAKO, entry, Label.NOT_TOLD)
    marking.answer_unmarking(region, CLOCK, SECOND, our.HANAKO, entry, Label.NOT_TOLD, agreed=True)
    assert _looked(region) == ["open", "open"]


def test_a_mark_on_the_present_version_hides_the_looks_at_those_before_it(region: Store) -> None:
    _opened(region, _filed(region, our.facts()))
    present = _filed(region, our.facts(version="20250403101500000"))
    assert _looked(region) == ["open"]
    marking.mark(region, CLOCK, DOCTOR, our.HANAKO, present, Label.NOT_TOLD)
    assert _looked(region) == []


def test_a_mark_on_a_study_hides_the_looks_at_its_images(region: Store) -> None:
    about = our.facts(kind="DICOM", document_class=DocumentClass.IMAGE, order=STUDY, version="")
    content = b"an image"
    image = our.an_image(IMAGE, STUDY)
    with region.work() as work:
        local = our.linked(work)
        name = region.objects.put(content)
        assert name == content_hash(content)
        work.imaging.register(our.to_publish(work), local, [(image, name, len(content))])
        work.registry.register(our.to_publish(work), local, [our.a_large_filing(region, b"study", about)])
        study = work.registry.known(local)[about.key][0].id
    open_picture(region, CLOCK, DOCTOR, our.HANAKO, STUDY, IMAGE)
    assert _looked(region) == ["open-image"]
    marking.mark(region, CLOCK, DOCTOR, our.HANAKO, study, Label.NOT_TOLD)
    assert _looked(region) == []


def test_only_the_newest_marks_do_not_push_an_older_one_out(region: Store) -> None:
    entry = _filed(region, our.facts())
    noisy = _filed(region, our.facts(order="2"))
    _opened(region, entry)
    marking.mark(region, CLOCK, DOCTOR, our.HANAKO, entry, Label.NOT_TOLD)
    for _ in range(201):
        marking.mark(region, CLOCK, DOCTOR, our.HANAKO, noisy, Label.VIOLENCE)
    assert _looked(region) == []


def test_a_document_that_is_not_there_any_more_is_left_out(region: Store) -> None:
    with region.work() as work:
        row = AuditEvent(our.NOW, DOCTOR, "open", "granted", our.HANAKO, 501, (), 0, "", "note", our.HOSPITAL)
        work.audit.append([row, row._replace(action="open-image", entry=0)])
    assert _looked(region) == []


def test_what_the_log_says_counts_where_an_entry_was_not_reached(region: Store) -> None:
    entry = _filed(region, our.facts())
    _opened(region, entry)
    with region.work() as work:
        local = our.linked(work)
        document = named(our.facts().key)
        event = MarkEvent(0, local, document, "marked", int(Label.NOT_TOLD), "ada", 5)
        work.labels.record(event)
    assert _looked(region) == []
