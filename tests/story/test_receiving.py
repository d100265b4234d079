"""An edge hands documents to the hub: what is filed, held, wanted, put aside and taken back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model import Provision
from hie.exchange.feeds.parcels import Fate, Parcel, ParcelDocument
from hie.exchange.feeds.receiving import NumberPassed, PolicyMoved, Taken
from hie.exchange.ports import Store
from hie.record.entry import NO_LABELS, DocumentClass, EntryStatus, Format, Label
from hie.record.errors import Invalid
from hie.record.identifiers import ContentHash, LocalPatientId, PatientId
from hie.record.people import HumanName, Patient
from hie.record.times import ALWAYS
from hie.store import open_store
from tests import sent, storages
from tests.sent import Sender, image, named, parcel, recall, seen_at_the_clinic
from tests.storages import HOSPITAL, laboratory, prescription, resent

ONE, TWO, THREE = "0000000001", "0000000002", "0000000003"
FILED, HELD, WANTED = (Fate.FILED, ""), (Fate.HELD, ""), (Fate.WANTED, "")
SENT_BACK = named(laboratory(ONE, 1))[0]
TAKEN_BACK = (Fate.RECALLED, "")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/hie.sqlite3"
    opened = open_store(url, str(tmp_path / "objects"))
    storages.people(opened, [ONE, TWO], [ONE])
    yield opened
    opened.close()


@pytest.fixture
def sender(store: Store) -> Sender:
    return Sender(store)


def test_what_is_sent_is_filed_and_seen_and_sent_again_changes_nothing(sender: Sender) -> None:
    both = parcel(ONE, named(laboratory(ONE, 1)), named(prescription(ONE, 2)))
    assert sender.fates(both) == [FILED, FILED]
    before = sent.hub_content(sender.store, [ONE])
    assert len(seen_at_the_clinic(sender.store, ONE)) == 2
    assert sender.fates(both) == [FILED, FILED]
    assert sent.hub_content(sender.store, [ONE]) == before


def test_bytes_the_hub_has_need_not_travel_and_others_are_wanted(sender: Sender) -> None:
    first, second = laboratory(ONE, 1), laboratory(ONE, 2)
    sender.fates(parcel(ONE, named(first)))
    unsent = parcel(ONE, named(first, sent=False), named(second, sent=False))
    assert sender.fates(unsent) == [FILED, WANTED]
    assert len(seen_at_the_clinic(sender.store, ONE)) == 1


def test_the_hub_gates_again_and_keeps_nothing_of_the_withheld(sender: Sender, tmp_path: Path) -> None:
    secret = laboratory(TWO, 1, results=600)
    assert sender.fates(parcel(TWO, named(secret)), parcel(THREE, named(laboratory(THREE, 1)))) == [
        HELD,
        HELD,
    ]
    with sender.store.look() as work:
        assert work.feeds.quarantined(HOSPITAL) == []
        (run,) = work.feeds.runs(HOSPITAL, 9)
        assert work.audit.count() == 0
    assert (run.seen, run.withheld) == (2, 2)
    assert not [path for path in tmp_path.rglob("objects/*/*") if path.is_file()]


def test_a_document_beyond_the_consent_is_held_beside_one_within(store: Store) -> None:
    storages.consent(store, TWO, Provision(classes=frozenset({DocumentClass.PRESCRIPTION})))
    fates = Sender(store).fates(parcel(TWO, named(laboratory(TWO, 1)), named(prescription(TWO, 2))))
    assert fates == [HELD, FILED]


def test_what_all_of_a_source_bears_is_asked_of_the_consent(store: Store) -> None:
    one, content = parcel(ONE, named(laboratory(ONE, 1)))
    told = (one._replace(labels=int(Label.PSYCHIATRY)), content)
    assert Sender(store).fates(told) == [HELD]
    storages.consent(store, ONE, Provision(labels=int(Label.PSYCHIATRY)))
    sender = Sender(store)
    assert sender.fates(told, parcel(ONE, named(laboratory(ONE, 2)), source="other")) == [FILED, FILED]
    assert _labels(store) == [Label.PSYCHIATRY, NO_LABELS]


def test_what_all_of_a_facility_bears_is_asked_of_the_consent(store: Store) -> None:
    with store.work() as work:
        (hospital,) = [one for one in work.directory.all() if one.code == HOSPITAL]
        work.directory.add(hospital._replace(labels=int(Label.PSYCHIATRY)))
    both = parcel(ONE, named(laboratory(ONE, 1)), named(prescription(ONE, 2)))
    assert Sender(store).fates(both) == [HELD, HELD]
    storages.consent(store, ONE, Provision(labels=int(Label.PSYCHIATRY)))
    assert Sender(store).fates(both) == [FILED, FILED]
    assert _labels(store) == [Label.PSYCHIATRY, Label.PSYCHIATRY]


def _labels(store: Store) -> list[int]:
    """Return what the filed documents of the first patient bear, in order."""
    with store.look() as work:
        grant = sent.view(store, ONE)
        assert grant is not None
        found = sorted(line.id for line in work.registry.find(grant, ALWAYS))
        return [work.registry.get(grant, one).facts.labels for one in found]


def test_poison_is_put_aside_with_its_reason_and_the_rest_is_filed(sender: Sender) -> None:
    good, bad = laboratory(ONE, 1), laboratory(ONE, 12)._replace(content=b"no message")
    altered, content = named(laboratory(ONE, 3))
    altered = altered._replace(content_hash=ContentHash(b"x" * 32))
    other = laboratory(TWO, 4)
    stray, stray_content = named(other)
    stray = stray._replace(locator=f"{good.name.folder()}/{stray.name}")
    nameless = ParcelDocument("x/no grammar", "no grammar", ContentHash(b"y" * 32), 0, sent=True)
    one = parcel(ONE, named(good), named(bad), (altered, content), (stray, stray_content), (nameless, b""))
    assert sender.fates(one) == [
        *(FILED, (Fate.QUARANTINED, "MSH-A"), (Fate.QUARANTINED, "HASH-01")),
        *((Fate.QUARANTINED, "PATH-01"), (Fate.QUARANTINED, "PATH-02")),
    ]
    with sender.store.look() as work:
        held = work.feeds.quarantined(HOSPITAL)
    assert len(held) == 4
    assert not [one for one in held if TWO in one.locator]
    assert all(one.locator.startswith(f"main/{ONE}/") for one in held)


def test_what_is_repaired_leaves_the_quarantine(sender: Sender) -> None:
    document = laboratory(ONE, 1)
    broken = parcel(ONE, named(document._replace(content=b"no message")))
    assert sender.fates(broken) == [(Fate.QUARANTINED, "MSH-A")]
    assert sender.fates(parcel(ONE, named(laboratory(ONE, 2)))) == [FILED]
    with sender.store.look() as work:
        assert len(work.feeds.quarantined(HOSPITAL)) == 1
    assert sender.fates(parcel(ONE, named(document))) == [FILED]
    with sender.store.look() as work:
        assert work.feeds.quarantined(HOSPITAL) == []


def test_a_new_version_replaces_the_old_and_a_deletion_takes_it_out(sender: Sender) -> None:
    first = laboratory(ONE, 1)
    second = resent(first)
    sender.fates(parcel(ONE, named(first)))
    assert sender.fates(parcel(ONE, named(first, "2", sent=False), named(second))) == [FILED, FILED]
    assert len(seen_at_the_clinic(sender.store, ONE)) == 1
    statuses = sorted(row[2] for row in sent.hub_content(sender.store, [ONE])[ONE])  # type: ignore[type-var]
    assert statuses == [EntryStatus.APPROVED, EntryStatus.DEPRECATED]
    gone = parcel(ONE, named(first, "2", sent=False), named(second, "0", sent=False))
    assert sender.fates(gone) == [FILED, FILED]
    assert seen_at_the_clinic(sender.store, ONE) == []


@pytest.mark.parametrize("flag", ["1", "0"])
def test_an_older_version_of_another_source_never_stands_over_a_newer_one(sender: Sender, flag: str) -> None:
    """The correction or the cancellation was pushed; the storage still has what it corrects."""
    old = laboratory(ONE, 1)
    new = resent(old)
    assert sender.fates(parcel(ONE, named(new, flag), source="mllp")) == [FILED]
    before = _current(sender)
    assert sender.fates(parcel(ONE, named(old))) == [FILED]
    assert _current(sender) == before
    assert sender.fates(parcel(ONE, named(old))) == [FILED]
    assert _current(sender) == before
    # When the storage has taken it in, the storage's word counts as before.
    assert sender.fates(parcel(ONE, named(old, "2"), named(new, "1"))) == [FILED, FILED]
    assert _current(sender) == {new.name.timestamp}


@pytest.mark.parametrize("flag", ["1", "0"])
def test_a_newer_version_of_another_source_ends_the_older_one(sender: Sender, flag: str) -> None:
    old = laboratory(ONE, 1)
    new = resent(old)
    assert sender.fates(parcel(ONE, named(old))) == [FILED]
    assert sender.fates(parcel(ONE, named(new, flag), source="mllp")) == [FILED]
    assert _current(sender) == ({new.name.timestamp} if flag == "1" else set())


def _current(sender: Sender) -> set[object]:
    rows = sent.hub_content(sender.store, [ONE])[ONE]
    return {row[0][3] for row in rows if row[2] is EntryStatus.APPROVED}  # type: ignore[index]


def test_nothing_is_taken_under_another_consent_list(sender: Sender) -> None:
    one = parcel(ONE, named(laboratory(ONE, 1)))
    before = sent.position(sender.store)
    storages.consent(sender.store, TWO)
    assert sender.send(one, policy=before) == PolicyMoved(sent.position(sender.store))
    assert sender.send(recall(ONE), policy=before) == PolicyMoved(sent.position(sender.store))
    assert sent.hub_content(sender.store, [ONE]) == {ONE: frozenset()}
    assert isinstance(sender.send(one), Taken)


def test_consents_of_others_move_no_list(sender: Sender) -> None:
    before = sent.position(sender.store)
    with sender.store.work() as work:
        work.patients.enrol(Patient(PatientId("stranger"), HumanName()))
        work.patients.link(LocalPatientId(storages.CLINIC, "9"), PatientId("stranger"), "desk", 1)
    assert isinstance(sender.send(parcel(ONE, named(laboratory(ONE, 1))), policy=before), Taken)


def test_a_late_batch_undoes_nothing(sender: Sender) -> None:
    first = laboratory(ONE, 1)
    sender.send(parcel(ONE, named(first)), number=5)
    late = parcel(ONE, named(first, "0", sent=False))
    assert sender.send(late, number=4) == NumberPassed(5)
    assert len(seen_at_the_clinic(sender.store, ONE)) == 1


def test_a_new_enrolment_fences_the_old_edge_out(sender: Sender) -> None:
    one = parcel(ONE, named(laboratory(ONE, 1)))
    again = sent.enrolled(sender.store)
    assert again.epoch == 2
    assert isinstance(sender.send(one, number=99), NumberPassed)
    sender.edge = again
    assert isinstance(sender.send(one, number=1), Taken)


def test_after_a_withdrawal_all_is_taken_back_and_can_come_again(sender: Sender) -> None:
    store = sender.store
    lab, drugs = laboratory(ONE, 1), prescription(ONE, 2)
    broken = laboratory(ONE, 3)._replace(content=b"no message")
    sender.fates(parcel(ONE, named(lab), named(drugs), named(broken)))
    sent.withdraw(store, ONE)
    assert sender.fates(recall(ONE)) == [TAKEN_BACK]
    assert {row[2] for row in sent.hub_content(store, [ONE])[ONE]} == {EntryStatus.WITHDRAWN}
    with store.look() as work:
        assert work.feeds.quarantined(HOSPITAL) == []
        (row,) = [one for one in work.audit.find(PatientId(f"p-{ONE}"), 9) if one.action == "withdrawal"]
    assert (row.detail, row.reasons) == ("withdrew 2", ("recalled",))
    assert sender.fates(parcel(ONE, named(lab))) == [HELD]
    storages.consent(store, ONE)
    assert seen_at_the_clinic(store, ONE) == []
    assert sender.fates(parcel(ONE, named(lab, sent=False))) == [WANTED]
    assert sender.fates(parcel(ONE, named(lab), named(drugs))) == [FILED, FILED]
    assert len(seen_at_the_clinic(store, ONE)) == 2
    assert len(sent.hub_content(store, [ONE])[ONE]) == 2


def test_what_a_narrower_consent_still_covers_is_spared(sender: Sender) -> None:
    lab, drugs = laboratory(ONE, 1), prescription(ONE, 2)
    sender.fates(parcel(ONE, named(lab), named(drugs)))
    sent.withdraw(sender.store, ONE)
    storages.consent(sender.store, ONE, Provision(classes=frozenset({DocumentClass.PRESCRIPTION})))
    everything = recall(ONE, named(lab)[0], named(drugs)[0])
    assert sender.fates(everything) == [TAKEN_BACK, (Fate.STANDS, "")]
    assert [line.data_kind for line in seen_at_the_clinic(sender.store, ONE)] == ["OMP-01"]


def test_a_number_whose_link_ended_keeps_nothing_standing(sender: Sender) -> None:
    sender.fates(parcel(ONE, named(laboratory(ONE, 1))))
    with sender.store.work() as work:
        work.patients.unlink(LocalPatientId(HOSPITAL, ONE), "desk", 1)
    assert sender.fates(recall(ONE)) == [TAKEN_BACK]
    with sender.store.work() as work:
        work.patients.link(LocalPatientId(HOSPITAL, ONE), PatientId(f"p-{ONE}"), "desk", 2)
    assert {row[2] for row in sent.hub_content(sender.store, [ONE])[ONE]} == {EntryStatus.WITHDRAWN}


def test_a_flood_of_empty_recalls_leaves_one_record_and_of_strangers_none(sender: Sender) -> None:
    strangers = [recall(f"9{number:09d}") for number in range(300)]
    assert sender.fates(*strangers) == [TAKEN_BACK] * 300
    with sender.store.look() as work:
        assert work.audit.count() == 0
    sender.fates(parcel(ONE, named(laboratory(ONE, 1))))
    sent.withdraw(sender.store, ONE)
    with sender.store.look() as work:
        before = work.audit.count()
    sender.fates(*strangers, recall(TWO), recall(TWO), recall(ONE), *strangers[:9])
    with sender.store.look() as work:
        assert work.audit.count() == before + 2
        (taken,) = [one for one in work.audit.find(PatientId(f"p-{ONE}"), 9) if one.action == "withdrawal"]
        (empty, *_) = work.audit.find(PatientId(""), 1)
    assert taken.detail == "withdrew 1"
    assert (empty.patient, empty.detail) == ("", "withdrew nothing of 1 patients")


def test_images_come_one_by_one_and_make_one_study(sender: Sender) -> None:
    store = sender.store
    slices = [image(f"ct/{number}", storages.instance(ONE, 7, 1, number)) for number in (1, 2, 3)]
    for one in slices:
        assert sender.fates(parcel(ONE, one, how=Format.DICOM)) == [FILED]
    (line,) = seen_at_the_clinic(store, ONE)
    assert line.item_count == 3
    unsent = [(one._replace(sent=False), b"") for one, _ in slices]
    missing = image("ct/4", storages.instance(ONE, 7, 1, 4), sent=False)
    assert sender.fates(parcel(ONE, *unsent, missing, how=Format.DICOM)) == [FILED, FILED, FILED, WANTED]
    conflict = image("ct/5", storages.instance(ONE, 7, 1, 1, pixels=b"\1" * 128))
    poison = image("ct/6", b"no image")
    held = image("ct/7", storages.instance(TWO, 8, 1, 1))
    fates = sender.fates(
        parcel(ONE, conflict, poison, held, how=Format.DICOM), parcel(TWO, held, how=Format.DICOM)
    )
    assert [fate for fate, _ in fates] == [Fate.QUARANTINED] * 3 + [Fate.HELD]
    assert [reason for _, reason in fates] == ["DCM-CONFLICT", fates[1][1], "ID-01", ""]


def test_a_study_is_taken_back_by_any_of_its_images_and_stands_again(sender: Sender) -> None:
    store = sender.store
    slices = [image(f"ct/{number}", storages.instance(ONE, 7, 1, number)) for number in (1, 2)]
    sender.fates(parcel(ONE, *slices, how=Format.DICOM))
    sent.withdraw(store, ONE)
    assert sender.fates(recall(ONE, slices[0][0], how=Format.DICOM)) == [TAKEN_BACK]
    storages.consent(store, ONE)
    grant = sent.view(store, ONE)
    assert grant is not None
    with store.look() as work:
        assert work.imaging.studies(grant, ALWAYS) == []
        assert work.imaging.instances(grant, f"{storages.UID}.7") == []
    assert sender.fates(parcel(ONE, *slices, how=Format.DICOM)) == [FILED, FILED]
    with store.look() as work:
        assert len(work.imaging.instances(grant, f"{storages.UID}.7")) == 2
    assert [line.item_count for line in seen_at_the_clinic(store, ONE)] == [2]
    assert len(sent.hub_content(store, [ONE])[ONE]) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        sent.written(1, 1, [parcel(ONE, named(laboratory(ONE, 1)))])[:-1],
        sent.written(1, 1, [parcel(ONE, named(laboratory(ONE, 1)))]) + b"x",
        sent.written(-1, 1, []),
        sent.written(2**70, 1, []),
        sent.written(1, 1, [parcel("", named(laboratory(ONE, 1)))]),
        sent.written(1, 1, [parcel(ONE, named(laboratory(ONE, 1)), source="a/b")]),
        sent.written(
            1, 1, [(Parcel("a", Format.SSMIX2, ONE, (named(laboratory(ONE, 1))[0],), recall=True), b"")]
        ),
    ],
)
def test_what_is_no_batch_is_refused_whole(sender: Sender, content: bytes) -> None:
    with pytest.raises(Invalid):
        sender.receiving.receive(sender.edge, io.BytesIO(content))
    assert sent.hub_content(sender.store, [ONE]) == {ONE: frozenset()}


def test_an_empty_batch_is_a_batch(sender: Sender) -> None:
    assert sender.send() == Taken(())


def _quarantined(store: Store) -> set[str]:
    with store.look() as work:
        return {one.locator for one in work.feeds.quarantined(HOSPITAL)}


def test_a_parcel_of_some_documents_leaves_the_quarantine_of_the_others_alone(sender: Sender) -> None:
    bad, worse = laboratory(ONE, 1), laboratory(ONE, 2)
    broken = [one._replace(content=b"no message") for one in (bad, worse)]
    assert [fate for fate, _ in sender.fates(parcel(ONE, *map(named, broken)))] == [Fate.QUARANTINED] * 2
    before = _quarantined(sender.store)
    assert len(before) == 2
    sender.fates(parcel(ONE, named(laboratory(ONE, 3)), named(prescription(ONE, 4))))
    assert _quarantined(sender.store) == before
    assert sender.fates(parcel(ONE, named(bad))) == [FILED]
    assert {one.rpartition("/")[2] for one in _quarantined(sender.store)} == {worse.name.text()}


def test_two_sources_with_equal_paths_have_a_quarantine_each(sender: Sender) -> None:
    bad = laboratory(ONE, 1)
    broken = bad._replace(content=b"no message")
    for source in ("main", "other"):
        assert sender.fates(parcel(ONE, named(broken), source=source))[0][0] is Fate.QUARANTINED
    assert {one.partition("/")[0] for one in _quarantined(sender.store)} == {"main", "other"}
    assert sender.fates(parcel(ONE, named(bad))) == [FILED]
    assert {one.partition("/")[0] for one in _quarantined(sender.store)} == {"other"}
    sent.withdraw(sender.store, ONE)
    assert sender.fates(recall(ONE)) == [TAKEN_BACK]
    assert {one.partition("/")[0] for one in _quarantined(sender.store)} == {"other"}


def test_what_was_replaced_at_the_source_leaves_the_quarantine(sender: Sender) -> None:
    bad = laboratory(ONE, 1)
    broken = bad._replace(content=b"no message")
    assert sender.fates(parcel(ONE, named(broken), named(laboratory(ONE, 2))))[0][0] is Fate.QUARANTINED
    assert sender.fates(parcel(ONE, named(resent(bad)))) == [FILED]
    assert _quarantined(sender.store) == set()
