"""A clinic's own files: looked into, shown before, filed under the gate, taken back the same day."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from PIL import Image

from consent.model import ConsentEvent, EventKind, Provision
from hie.exchange.feeds import handed, inspecting, undoing, uploading
from hie.exchange.feeds.clinic_papers import packed
from hie.exchange.feeds.filing import Committed, Said, Tally
from hie.exchange.feeds.own_records import File
from hie.exchange.feeds.reading import reread_document
from hie.exchange.feeds.uploading import Chosen
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import AuditQuery
from hie.exchange.ports.uploads import Upload, UploadState
from hie.exchange.records.retrieve import open_attachment, open_entry
from hie.hub.feeding import Feeding, feed_sources, turn_of
from hie.hub.scans import Scans
from hie.hub.wiring import stored_by
from hie.record.entry import DocumentClass, Format
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import EntryId, LocalPatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS, Day, Period
from tests import storages
from tests.build import uploads
from tests.build.world import CENTRAL, CLINIC, STRANGER, Somebody, World
from tests.storages import BORN, instance

TODAY = "20240520"


class Clinic:
    """The clinic's doctor, with a patient of the clinic and the hospital."""

    def __init__(self, folder: Path, scans: Scans) -> None:
        """Found the region."""
        self.world = World(folder)
        self.scans = scans
        self.hanako: Somebody = (
            replace(self.world.a_patient("R000000001"), born=BORN)
            .linked(CENTRAL, "0012345678").linked(CLINIC, "7001")
            .consenting().there()
        )  # fmt: skip
        self.doctor = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR, Purpose.TREATMENT)

    def hand_in(self, *contents: bytes, who: Requester | None = None) -> list[Upload]:
        """Hand files in."""
        files = [File(f"紹介状 {number}.pdf", content) for number, content in enumerate(contents, 1)]
        world = self.world
        return uploading.receive(
            world.store, world.clock, self.scans, who or self.doctor, self.hanako.patient.id, files
        )

    def file(self, upload: Upload, chosen: Chosen = Chosen("57133-1", "逆紹介", TODAY, "01")) -> Upload:  # noqa: B008
        """Say yes to a preview."""
        world = self.world
        return uploading.file(
            world.store, world.clock, self.doctor, self.hanako.patient.id, upload.id, chosen
        )

    def undo(self, upload: Upload) -> int:
        """Take back."""
        world = self.world
        return undoing.undo(world.store, world.clock, self.doctor, self.hanako.patient.id, upload.id)

    def shown(self, who: Requester) -> list[Upload]:
        """What the page shows somebody."""
        world = self.world
        return list(uploading.shown(world.store, world.clock, who, self.hanako.patient.id).uploads)

    def kept(self, upload: Upload) -> Upload:
        """Return how far an upload has come."""
        with self.world.store.look() as work:
            found = work.uploads.find(CLINIC, upload.id)
        assert found is not None
        return found

    def consents(self, kind: EventKind) -> None:
        """Give or withdraw the patient's consent now."""
        self.world.clock.moment += 1000
        given = (Provision(),) if kind is EventKind.GIVEN else ()
        event = ConsentEvent(0, self.hanako.patient.id, kind, self.world.clock.now(), "desk", "form", given)
        with self.world.store.work() as work:
            work.consents.record(event)
        self.world.clock.moment += 1000

    def number_goes_to_another(self) -> None:
        """Correct the link: the number is another person's, and the patient has another number."""
        jiro = self.world.a_patient("R000000009").named("別人 次郎", "ベツジン ジロウ").linked(CLINIC, "9000")
        other = jiro.consenting().there()
        with self.world.store.work() as work:
            work.patients.link(LocalPatientId(CLINIC, "6001"), self.hanako.patient.id, "desk", 2)
            work.patients.unlink(LocalPatientId(CLINIC, "7001"), "desk", 3)
            work.patients.link(LocalPatientId(CLINIC, "7001"), other.patient.id, "desk", 3)

    def standing(self) -> list[tuple[int, str, DocumentClass]]:
        """What the clinic has on the calendar: id, data kind and class."""
        with self.world.store.work() as work:
            asked = Asked(self.doctor, self.hanako.patient.id, "view")
            grant = admit(work, self.world.clock.now(), [asked])[0].grant
            assert grant is not None
            work.commit()
            rows = work.registry.find(grant, ALWAYS)
            return [(row.id, row.data_kind, row.document_class) for row in rows if row.custodian == CLINIC]

    def actions(self) -> list[tuple[str, str]]:
        """What the trail says, oldest first."""
        with self.world.store.look() as work:
            rows = work.audit.search(AuditQuery(), 100)
        return [(row.event.action, row.event.outcome) for row in reversed(rows)]


@pytest.fixture(scope="module")
def scans() -> Iterator[Scans]:
    """The limited process."""
    made = Scans(allowance=1000.0)
    yield made
    made.close()


@pytest.fixture
def clinic(tmp_path: Path, scans: Scans) -> Clinic:
    """A region."""
    return Clinic(tmp_path, scans)


def test_a_letter_waits_until_somebody_has_seen_it_and_then_stands_on_the_calendar(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    assert (letter.state, letter.reason, letter.title) == (UploadState.WAITING, "", "紹介状 1")
    assert clinic.standing() == []
    filed = clinic.file(letter)
    assert (filed.state, filed.reason, filed.count) == (UploadState.FILED, "", 1)
    ((number, kind, document_class),) = clinic.standing()
    assert (kind, document_class) == ("^逆紹介^^57133-1^診療情報提供書^LN", DocumentClass.DOCUMENT)
    world = clinic.world
    found = open_attachment(
        world.store, world.clock, clinic.doctor, clinic.hanako.patient.id, EntryId(number), 1
    )
    assert (found.about.name, found.about.media_type) == ("逆紹介.pdf", "application/pdf")
    assert found.content == uploads.letter()
    assert ("upload-kept", "granted") in clinic.actions()
    assert clinic.actions()[-4:-1] == [
        ("upload-filed", "granted"), ("publish", "granted"), ("view", "granted"),
    ]  # fmt: skip


def test_a_photograph_is_kept_without_where_it_was_taken(clinic: Clinic) -> None:
    upright, turned, text = clinic.hand_in(uploads.photo(), uploads.photo(turned=True), uploads.picture())
    for one in (upright, turned, text):
        assert clinic.file(one, Chosen("72170-4", "創部", TODAY, "01")).count == 1
    world = clinic.world
    for number, _, _ in clinic.standing():
        found = open_attachment(
            world.store, world.clock, clinic.doctor, clinic.hanako.patient.id, EntryId(number), 1
        )
        for secret in (uploads.GPS, b"Hanako", b"script"):
            assert secret not in found.content
        with Image.open(io.BytesIO(found.content)) as picture:
            picture.load()
            assert set(picture.getexif()) <= {0x0112}


def test_a_turned_photograph_stays_turned(clinic: Clinic) -> None:
    _, turned = clinic.hand_in(uploads.photo(), uploads.photo(turned=True))
    world = clinic.world
    upload, content = uploading.preview(
        world.store, world.clock, clinic.doctor, clinic.hanako.patient.id, turned.id
    )
    assert upload == turned
    drawn = Image.open(io.BytesIO(clinic.scans.picture(content, 1, 100)))
    assert (drawn.width, drawn.height) == (40, 60)


@pytest.mark.parametrize("what", sorted(uploads.HOSTILE))
def test_what_is_neither_paper_nor_picture_is_refused_and_not_kept(what: str, clinic: Clinic) -> None:
    (refused,) = clinic.hand_in(uploads.HOSTILE[what])
    assert (refused.state, refused.reason) == (UploadState.REFUSED, "type")
    with clinic.world.store.look() as work:
        assert work.uploads.content(refused.id) == b""
    with pytest.raises(Conflict):
        clinic.file(refused)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (uploads.scripted(), "script"),
        (uploads.scripted(b"/#4aavaScript"), "script"),
        (uploads.packed_script(), "script"),
        (uploads.huge(), "pixels"),
        (uploads.letter()[:300], "unreadable"),
        (uploads.photo()[:200], "unreadable"),
        (uploads.picture()[:60], "unreadable"),
        (b"", "empty"),
    ],
    ids=["script", "escaped-script", "packed-script", "huge", "half-pdf", "half-jpeg", "half-png", "empty"],
)
def test_what_would_act_or_cannot_be_opened_in_bounds_is_refused(
    content: bytes, reason: str, clinic: Clinic
) -> None:
    (refused,) = clinic.hand_in(content)
    assert (refused.state, refused.reason) == (UploadState.REFUSED, reason)
    assert clinic.standing() == []


def test_the_same_file_twice_is_said_to_be_there(clinic: Clinic) -> None:
    letter = uploads.letter()
    first, again = clinic.hand_in(letter, letter)
    assert (first.reason, again.reason) == ("", "twice")


def test_an_image_of_the_patient_is_filed_and_one_of_another_refused(clinic: Clinic) -> None:
    ours, theirs = clinic.hand_in(
        instance("7001", 1, 1, 1, day="20240510"), instance("7002", 1, 1, 2, day="20240510")
    )
    assert theirs.reason == "other-patient"
    assert clinic.file(ours).count == 1
    assert [kind for _, kind, _ in clinic.standing()] == ["DICOM"]
    assert clinic.undo(ours) == 1
    assert clinic.standing() == []
    (again,) = clinic.hand_in(instance("7001", 1, 1, 1, day="20240510"))
    assert clinic.file(again).count == 1
    assert [kind for _, kind, _ in clinic.standing()] == ["DICOM"]


def test_a_notebook_of_a_pharmacy_is_filed_visit_by_visit_and_taken_back_whole(clinic: Clinic) -> None:
    ours, theirs = clinic.hand_in(uploads.notebook(str(BORN)), uploads.notebook("19991231"))
    assert theirs.reason == "other-patient"
    assert (ours.kind, ours.reason, ours.day) == ("dispensing", "", "20240516")
    assert clinic.file(ours).count == 2
    assert [one for _, _, one in clinic.standing()] == [DocumentClass.DISPENSE] * 2
    assert clinic.undo(ours) == 2
    assert clinic.standing() == []


def test_what_was_filed_today_is_taken_back_and_leaves_the_screen(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    filed = clinic.file(letter)
    number = clinic.standing()[0][0]
    assert clinic.undo(filed) == 1
    assert clinic.standing() == []
    world = clinic.world
    with pytest.raises(NotFound):
        open_entry(
            world.store,
            world.clock,
            clinic.doctor,
            clinic.hanako.patient.id,
            EntryId(number),
            reread_document,
        )
    with pytest.raises(Conflict):
        clinic.undo(filed)
    assert "upload-undone" in {action for action, _ in clinic.actions()}


def test_nothing_is_taken_back_on_another_day(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    clinic.file(letter)
    clinic.world.clock.moment += 13 * 60 * 60 * 1000 + 1
    with pytest.raises(Conflict):
        clinic.undo(letter)
    assert len(clinic.standing()) == 1


def test_another_facility_neither_sees_nor_decides_an_upload(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    stranger = Requester("kawai", "河合 研二", STRANGER, Role.DOCTOR, Purpose.TREATMENT)
    world = clinic.world
    with pytest.raises((NotFound, Invalid)):
        clinic.hand_in(uploads.photo(), who=stranger)
    with pytest.raises(NotFound):
        uploading.discard(world.store, world.clock, stranger, clinic.hanako.patient.id, letter.id)
    clerk = clinic.doctor._replace(role=Role.CARE_MANAGER)
    with pytest.raises(NotFound):
        clinic.hand_in(uploads.photo(), who=clerk)


def test_a_day_to_come_and_a_kind_that_is_none_are_refused_and_the_file_still_waits(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    for chosen, code in (
        (Chosen("57133-1", "", "20240521"), "future"),
        (Chosen("57133-1", "", "soon"), "day"),
        (Chosen("1-1", "", TODAY, "01"), "kind"),
        (Chosen("57133-1", "", TODAY), "department"),
    ):
        with pytest.raises(Invalid) as raised:
            clinic.file(letter, chosen)
        assert raised.value.code == code
    assert clinic.file(letter).count == 1


def test_a_facility_that_only_looks_is_told_so(tmp_path: Path, scans: Scans) -> None:
    clinic = Clinic(tmp_path, scans)
    clinic.hanako = (
        clinic.world.a_patient("R000000007").linked(CENTRAL, "77").linked(CLINIC, "7007")
        .consenting(Provision(disclosers=frozenset({CENTRAL}))).there()
    )  # fmt: skip
    world = clinic.world
    shown = uploading.shown(world.store, world.clock, clinic.doctor, clinic.hanako.patient.id)
    assert shown.standing == ("7007", "view-only")
    with pytest.raises(Invalid) as raised:
        clinic.hand_in(uploads.letter())
    assert raised.value.code == "view-only"


def test_an_upload_does_not_stand_in_the_line_of_the_feeders(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    with turn_of(clinic.world.settings):
        assert clinic.file(letter).count == 1


def test_an_upload_gets_in_between_the_commits_of_a_big_load(clinic: Clinic) -> None:
    world = clinic.world
    (letter,) = clinic.hand_in(uploads.letter())
    for place in range(1, 7):
        storages.laboratory("0012345678", place).place(world.storage(CENTRAL))
    begun, filed = Event(), Event()

    def between(_: Committed) -> None:
        begun.set()
        assert filed.wait(60)

    def load() -> Tally:
        own = stored_by(world.settings)
        try:
            feeding = Feeding(world.settings, CENTRAL, commit_every=1)
            return feed_sources(own, feeding, [world.storage(CENTRAL)], lambda _: None, between)
        finally:
            own.close()

    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load)
        try:
            assert begun.wait(60)
            done = clinic.file(letter)
        finally:
            filed.set()
        assert loading.result() == {"indexed": 6}
    assert (done.state, done.count) == (UploadState.FILED, 1)


def test_an_upload_waits_for_a_transaction_of_another_process(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    other = stored_by(clinic.world.settings)
    writing = other.work()
    with writing as work, ThreadPoolExecutor(1) as pool:
        work.preferences.put("hamada", "theme", "dark")
        filing = pool.submit(clinic.file, letter)
        with pytest.raises(TimeoutError):
            filing.result(timeout=0.2)
        work.commit()
        assert filing.result(timeout=60).count == 1
    other.close()


def test_whoever_the_gate_would_not_show_a_letter_sees_a_file_and_nothing_of_it(clinic: Clinic) -> None:
    world, patient = clinic.world, clinic.hanako.patient.id
    pharmacist = clinic.doctor._replace(user="yaku", role=Role.PHARMACIST)
    colleague = clinic.doctor._replace(user="kondo")
    letter, picture = clinic.hand_in(uploads.letter(), uploads.photo())
    clinic.file(letter)
    for one in clinic.shown(pharmacist):
        assert (one.title, one.file_name, one.kind, one.day, one.told) == ("", "", "unknown", "", "{}")
    assert len(clinic.shown(pharmacist)) == 2
    assert "逆紹介" in {one.title for one in clinic.shown(colleague)}
    for act in (
        lambda: uploading.preview(world.store, world.clock, pharmacist, patient, picture.id),
        lambda: uploading.discard(world.store, world.clock, pharmacist, patient, picture.id),
        lambda: undoing.undo(world.store, world.clock, pharmacist, patient, letter.id),
    ):
        with pytest.raises(NotFound):
            act()
    assert len(clinic.standing()) == 1
    assert undoing.undo(world.store, world.clock, colleague, patient, letter.id) == 1


def test_what_is_filed_is_drawn_from_the_record_and_no_longer_as_an_upload(clinic: Clinic) -> None:
    world = clinic.world
    (letter,) = clinic.hand_in(uploads.letter())
    clinic.file(letter)
    with pytest.raises(NotFound):
        uploading.preview(world.store, world.clock, clinic.doctor, clinic.hanako.patient.id, letter.id)


def test_what_the_consent_does_not_cover_loses_its_bytes_and_its_title(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    feed = handed.feed

    def withdrawn(*given: Any, **named: Any) -> list[Said]:
        clinic.consents(EventKind.WITHDRAWN)
        return feed(*given, **named)

    monkeypatch.setattr(handed, "feed", withdrawn)
    refused = clinic.file(letter)
    assert (refused.state, refused.reason) == (UploadState.REFUSED, "withheld")
    kept = clinic.kept(letter)
    assert (kept.title, kept.file_name, kept.told) == ("", "", "{}")
    with clinic.world.store.look() as work, pytest.raises(NotFound):
        work.uploads.content(letter.id)


def test_a_file_is_not_filed_under_a_number_that_became_another_persons(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    clinic.number_goes_to_another()
    with pytest.raises(Invalid) as raised:
        clinic.file(letter)
    assert raised.value.code == "number"
    assert clinic.standing() == []


def test_a_number_that_becomes_another_persons_during_the_filing_withholds(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    feed = handed.feed

    def moved(*given: Any, **named: Any) -> list[Said]:
        clinic.number_goes_to_another()
        return feed(*given, **named)

    monkeypatch.setattr(handed, "feed", moved)
    assert clinic.file(letter).reason == "withheld"
    with clinic.world.store.look() as work:
        (local_patient, _) = work.patients.resolve(CLINIC, ["7001"])["7001"]
        assert work.registry.known(local_patient) == {}


def test_what_is_being_filed_is_not_taken_back_before_it_is_finished(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    feed, codes = handed.feed, list[str]()

    def undone(*given: Any, **named: Any) -> list[Said]:
        with pytest.raises(Invalid) as raised:
            clinic.undo(letter)
        codes.append(raised.value.code)
        return feed(*given, **named)

    monkeypatch.setattr(handed, "feed", undone)
    assert clinic.file(letter).count == 1
    assert codes == ["unfinished"]
    assert clinic.undo(letter) == 1
    assert clinic.standing() == []


def test_what_a_second_filing_adds_behind_an_undo_goes_too(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    feed = handed.feed

    def first_filed_and_undone(*given: Any, **named: Any) -> list[Said]:
        monkeypatch.setattr(handed, "feed", feed)
        assert clinic.file(letter).count == 1
        assert clinic.undo(letter) == 1
        return feed(*given, **named)

    monkeypatch.setattr(handed, "feed", first_filed_and_undone)
    with pytest.raises(Conflict):
        clinic.file(letter)
    assert clinic.standing() == []
    assert clinic.kept(letter).state is UploadState.UNDONE


def test_an_interrupted_filing_that_may_not_go_on_is_taken_back(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    feed = handed.feed

    def killed(*given: Any, **named: Any) -> list[Said]:
        feed(*given, **named)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(handed, "feed", killed)
        with pytest.raises(SystemExit):
            clinic.file(letter)
    clinic.consents(EventKind.WITHDRAWN)
    assert clinic.file(letter).reason == "withheld"
    clinic.consents(EventKind.GIVEN)
    assert clinic.standing() == []


def test_what_was_filed_today_is_taken_back_after_the_consent_has_ended(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    clinic.file(letter)
    clinic.consents(EventKind.WITHDRAWN)
    assert clinic.undo(letter) == 1
    assert clinic.actions()[-2:] == [("upload-undone", "granted"), ("withdrawal", "done")]
    clinic.consents(EventKind.GIVEN)
    assert clinic.standing() == []


def test_a_number_that_is_another_persons_takes_nothing_back_and_says_so(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    clinic.file(letter)
    clinic.number_goes_to_another()
    with pytest.raises(Conflict):
        clinic.undo(letter)
    assert clinic.kept(letter).state is UploadState.FILED


def test_an_undo_takes_back_no_other_document_of_the_same_version(clinic: Clinic) -> None:
    (letter,) = clinic.hand_in(uploads.letter())
    version = clinic.file(letter).version
    name = f"7001_{TODAY}_^別^^57133-1^診療情報提供書^LN_OTHER_{version}_01_1"
    world = clinic.world
    other = handed.Handed("7001", name, packed(uploads.photo(), "別"))
    handed.feed(world.store, world.clock, CLINIC, "elsewhere", Format.CONTENT_FOLDER, [other])
    assert len(clinic.standing()) == 2
    assert clinic.undo(letter) == 1
    assert [kind for _, kind, _ in clinic.standing()] == ["^別^^57133-1^診療情報提供書^LN"]


def test_a_notebook_that_has_grown_adds_its_new_visit_alone(clinic: Clinic) -> None:
    (first,) = clinic.hand_in(uploads.notebook(str(BORN)))
    assert clinic.file(first).count == 2
    clinic.world.clock.moment += 1000
    more = "5,20240518,1\r\n11,見本薬局,13,4,1399999,,,,1\r\n201,1,見本降圧錠５ｍｇ,1,錠,1,,1\r\n"
    (grown,) = clinic.hand_in(uploads.notebook(str(BORN)) + more.encode("cp932"))
    assert clinic.file(grown).count == 1
    assert len(clinic.standing()) == 3
    assert clinic.undo(grown) == 1
    assert len(clinic.standing()) == 2
    (as_before,) = clinic.hand_in(uploads.notebook(str(BORN)) + b"\r\n")
    assert clinic.file(as_before).reason == "twice"


def test_two_that_hand_the_same_file_in_at_once_have_one_of_it(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, looked, letter = Barrier(2), inspecting.inspect, uploads.letter()

    def inspect(*given: Any) -> Any:
        both.wait(60)
        return looked(*given)

    monkeypatch.setattr(uploading, "inspect", inspect)
    with ThreadPoolExecutor(2) as pool:
        found = [*pool.map(lambda _: clinic.hand_in(letter)[0], range(2))]
    assert sorted(one.reason for one in found) == ["", "twice"]


def test_a_study_of_many_images_is_taken_back_whole_and_none_of_it_comes_twice(clinic: Clinic) -> None:
    made = [instance("7001", 1, 1, place, day="20240510") for place in range(1, 206)]
    filed = [
        clinic.file(one)
        for start in range(0, len(made), 41)
        for one in clinic.hand_in(*made[start : start + 41])
    ]
    assert {one.count for one in filed} == {1}
    (again,) = clinic.hand_in(made[0])
    assert again.reason == "twice"
    assert clinic.undo(filed[0]) == 1
    assert clinic.standing() == []


def test_a_notebook_with_a_psychiatric_drug_is_a_file_to_whom_the_gate_shows_none(clinic: Clinic) -> None:
    content = uploads.notebook(str(BORN)).decode("cp932").replace("見本降圧錠５ｍｇ", "オランザピン錠")
    (plain,) = clinic.hand_in(uploads.notebook(str(BORN)))
    (notebook,) = clinic.hand_in(content.encode("cp932"))
    pharmacist = clinic.doctor._replace(user="yaku", role=Role.PHARMACIST)
    names = {one.id: one.file_name for one in clinic.shown(pharmacist)}
    assert names == {plain.id: "紹介状 1.pdf", notebook.id: ""}


def test_of_a_notebook_that_is_covered_in_part_it_is_said_how_much_was_left_out(
    tmp_path: Path, scans: Scans
) -> None:
    clinic = Clinic(tmp_path, scans)
    later = Provision(service_period=Period(Day(20240510), Day(20240601)))
    clinic.hanako = (
        replace(clinic.world.a_patient("R000000007"), born=BORN)
        .linked(CENTRAL, "77").linked(CLINIC, "7007").consenting(later).there()
    )  # fmt: skip
    (notebook,) = clinic.hand_in(uploads.notebook(str(BORN)))
    filed = clinic.file(notebook)
    assert (filed.count, json.loads(filed.told)["left_out"]) == (1, 1)
