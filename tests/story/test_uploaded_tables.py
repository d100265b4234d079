"""A clinic's table of many patients: said line by line before, filed by patient, corrected, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from consent.model import ConsentEvent, EventKind, Provision
from hie.exchange.feeds import handed, undoing, uploaded_tables
from hie.exchange.feeds.own_records import File
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import DatedObservation
from hie.exchange.ports.uploads import Upload, UploadState
from hie.readers.clinic_table import Column, Kind, Profile
from hie.record.entry import DocumentClass
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import LocalPatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS
from tests.build.uploads import TABLE
from tests.build.world import CENTRAL, CLINIC, STRANGER, World


class Desk:
    """The clinic's reception, with one patient who consents and one who does not."""

    def __init__(self, folder: Path) -> None:
        """Found the region."""
        self.world = World(folder)
        hanako = self.world.a_patient("R000000001").linked(CENTRAL, "12").linked(CLINIC, "7001")
        self.hanako = hanako.consenting().there()
        self.world.a_patient("R000000002").named("無口 太郎", "ムクチ タロウ").linked(CLINIC, "9999").there()
        self.clerk = Requester("clerk", "事務 花代", CLINIC, Role.CLERK, Purpose.TREATMENT)
        self.doctor = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR, Purpose.TREATMENT)

    def hand_in(self, text: str = TABLE, encoding: str = "cp932") -> Upload:
        """Hand a table in."""
        file = File("検査結果.csv", text.encode(encoding))
        return uploaded_tables.receive(self.world.store, self.world.clock, self.clerk, file)

    def rehearse(self, upload: Upload) -> uploaded_tables.Rehearsal:
        """See what it would do."""
        return uploaded_tables.rehearse(self.world.store, self.world.clock, self.clerk, upload.id)

    def file(self, upload: Upload) -> Upload:
        """Say yes."""
        return uploaded_tables.file(self.world.store, self.world.clock, self.clerk, upload.id)

    def consents(self, kind: EventKind) -> None:
        """Give or withdraw the patient's consent now."""
        self.world.clock.moment += 1000
        provisions = (Provision(),) if kind is EventKind.GIVEN else ()
        event = ConsentEvent(
            0, self.hanako.patient.id, kind, self.world.clock.now(), "desk", "form", provisions
        )
        with self.world.store.work() as work:
            work.consents.record(event)
        self.world.clock.moment += 1000

    def standing(self) -> list[DocumentClass]:
        """What the clinic has on the calendar."""
        with self.world.store.work() as work:
            asked = Asked(self.doctor, self.hanako.patient.id, "view")
            grant = admit(work, self.world.clock.now(), [asked])[0].grant
            assert grant is not None
            work.commit()
            return sorted(row.document_class for row in work.registry.find(grant, ALWAYS))

    def values(self) -> list[tuple[str, str, str]]:
        """What the findings index says."""
        with self.world.store.work() as work:
            asked = Asked(self.doctor, self.hanako.patient.id, "view")
            grant = admit(work, self.world.clock.now(), [asked])[0].grant
            assert grant is not None
            work.commit()
            rows: Sequence[DatedObservation] = work.findings.observations(grant, ALWAYS, frozenset())
        return sorted((row.code.text, row.value, row.unit) for row in rows)


ALL = sorted(
    [
        DocumentClass.LABORATORY_RESULT,
        DocumentClass.PRESCRIPTION,
        DocumentClass.VITAL_SIGN,
        DocumentClass.ENCOUNTER,
    ]
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A region."""
    return Desk(tmp_path)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_every_line_is_said_before_anything_is_filed(encoding: str, desk: Desk) -> None:
    found = desk.rehearse(desk.hand_in(encoding=encoding))
    assert [(line.line, line.problem) for line in found.lines] == [
        *((line, "") for line in range(2, 7)),
        (7, "other-person"),
        (8, "unknown-number"),
        (9, "date"),
        (10, "item"),
    ]
    assert (found.documents, found.unchanged, found.patients, found.good) == (4, 0, 1, 5)
    assert desk.standing() == []


def test_the_good_lines_are_filed_as_the_table_wrote_them_and_the_others_stay_out(desk: Desk) -> None:
    filed = desk.file(desk.hand_in())
    assert filed.state is UploadState.FILED
    assert desk.standing() == ALL
    assert desk.values() == [("HbA1c", "6.8", "%"), ("体温", "36.5", "℃"), ("ＣＲＰ", "<0.02", "mg/dL")]
    with pytest.raises(Conflict):
        desk.file(filed)


def test_the_same_table_again_files_nothing_and_a_corrected_one_takes_the_place(desk: Desk) -> None:
    desk.file(desk.hand_in())
    assert desk.rehearse(again := desk.hand_in()).documents == 0
    assert desk.rehearse(again).unchanged == 4
    corrected = desk.hand_in(TABLE.replace(",6.8,", ",7.1,"))
    assert (desk.rehearse(corrected).documents, desk.rehearse(corrected).unchanged) == (1, 3)
    desk.file(corrected)
    assert desk.standing() == ALL
    assert ("HbA1c", "7.1", "%") in desk.values()
    taken = undoing.undo_table(desk.world.store, desk.world.clock, desk.clerk, corrected.id)
    assert taken == 1
    assert ("HbA1c", "6.8", "%") in desk.values()
    assert desk.standing() == ALL


LINES = TABLE.splitlines(keepends=True)
MORE = "7001,シケン ハナコ,2024/5/10,,処方,,別の錠,,錠,,,1日1回朝食後,28日,28,1\n"


def test_a_later_table_of_the_same_day_takes_the_place_and_nothing_stands_twice(desk: Desk) -> None:
    desk.file(desk.hand_in("".join([LINES[0], LINES[1], LINES[3]])))
    desk.world.clock.moment += 24 * 60 * 60 * 1000
    whole = desk.hand_in("".join([*LINES[:4], MORE]))
    assert (desk.rehearse(whole).documents, desk.rehearse(whole).replaced) == (2, 2)
    desk.file(whole)
    assert desk.standing() == [DocumentClass.LABORATORY_RESULT, DocumentClass.PRESCRIPTION]
    assert desk.values() == [("HbA1c", "6.8", "%"), ("ＣＲＰ", "<0.02", "mg/dL")]


def test_what_was_measured_at_another_moment_or_department_takes_nobodys_place(desk: Desk) -> None:
    desk.file(desk.hand_in())
    head = LINES[0].rstrip("\n")
    later = "7001,,2024/5/10,13:05,検査,,尿酸,5.5,mg/dL,,,,,,,\n"
    elsewhere = "7001,,2024/5/10,9:05,検査,,血糖,90,mg/dL,,,,,,,02\n"
    upload = desk.hand_in(f"{head},診療科\n{later}{elsewhere}")
    assert desk.rehearse(upload).replaced == 0
    desk.file(upload)
    assert {one[0] for one in desk.values()} == {"HbA1c", "体温", "ＣＲＰ", "尿酸", "血糖"}


class _KilledError(Exception):
    """Stands for a kill."""


def _killed_behind_the_feed(desk: Desk, upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    fed = handed.feed

    def killed(*given: Any, **named: Any) -> None:
        fed(*given, **named)
        raise _KilledError

    with monkeypatch.context() as patched:
        patched.setattr(handed, "feed", killed)
        with pytest.raises(_KilledError):
            desk.file(upload)


def test_a_table_whose_filing_was_interrupted_is_finished_and_neither_discarded_nor_undone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, world = desk.hand_in(), desk.world
    _killed_behind_the_feed(desk, upload, monkeypatch)
    assert len(desk.standing()) > 0
    with pytest.raises(Conflict):
        uploaded_tables.discard(world.store, world.clock, desk.clerk, upload.id)
    with pytest.raises(Conflict):
        uploaded_tables.arrange(world.store, world.clock, desk.clerk, upload.id, Profile({}))
    with pytest.raises(Invalid) as raised:
        undoing.undo_table(world.store, world.clock, desk.clerk, upload.id)
    assert raised.value.code == "unfinished"
    desk.file(upload)
    assert desk.standing() == ALL
    assert undoing.undo_table(world.store, world.clock, desk.clerk, upload.id) == 4
    assert desk.standing() == []


def test_a_table_is_taken_back_after_the_consent_has_ended(desk: Desk) -> None:
    filed = desk.file(desk.hand_in())
    desk.consents(EventKind.WITHDRAWN)
    assert undoing.undo_table(desk.world.store, desk.world.clock, desk.clerk, filed.id) == 4
    desk.consents(EventKind.GIVEN)
    assert desk.standing() == []


def test_a_table_of_a_number_that_is_nobodys_now_is_not_said_to_be_taken_back(desk: Desk) -> None:
    filed = desk.file(desk.hand_in())
    with desk.world.store.work() as work:
        work.patients.unlink(LocalPatientId(CLINIC, "7001"), "desk", desk.world.clock.now())
    with pytest.raises(Conflict):
        undoing.undo_table(desk.world.store, desk.world.clock, desk.clerk, filed.id)


def test_a_table_is_taken_back_on_the_same_day_with_all_it_filed(desk: Desk) -> None:
    filed = desk.file(desk.hand_in())
    assert undoing.undo_table(desk.world.store, desk.world.clock, desk.clerk, filed.id) == 4
    assert desk.standing() == []
    assert desk.values() == []


def test_columns_of_other_names_are_said_once_and_remembered(desk: Desk) -> None:
    text = "番,いつ,なに,どれだけ\n7001,2024/5/10,尿酸,5.5\n"
    upload = desk.hand_in(text)
    assert desk.rehearse(upload).problem == "number-column"
    profile = Profile(
        {Column.NUMBER: "番", Column.DATE: "いつ", Column.ITEM: "なに", Column.VALUE: "どれだけ"},
        Kind.LABORATORY,
    )
    world = desk.world
    uploaded_tables.arrange(world.store, world.clock, desk.clerk, upload.id, profile)
    assert desk.rehearse(upload).good == 1
    desk.file(upload)
    assert desk.values() == [("尿酸", "5.5", "")]
    assert desk.rehearse(desk.hand_in(text.replace("5.5", "5.6"))).good == 1


def test_a_stranger_sees_no_table_and_a_role_that_hands_none_in_finds_no_page(desk: Desk) -> None:
    upload = desk.hand_in()
    stranger = Requester("kawai", "河合 研二", STRANGER, Role.DOCTOR, Purpose.TREATMENT)
    with pytest.raises(NotFound):
        uploaded_tables.rehearse(desk.world.store, desk.world.clock, stranger, upload.id)
    with pytest.raises(NotFound):
        uploaded_tables.listed(desk.world.store, desk.doctor._replace(role=Role.CARE_MANAGER))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "encoding"),
        (b"a,a\n1,2\n", "heads"),
        (b"a,b\n1,\x81\n", "encoding"),
        (b'a,b\n"1,2\n', "table"),
        (b"a,b\n" + b"1,2\n" * 20_001, "lines"),
    ],
    ids=["empty", "picture", "heads", "bytes", "quote", "long"],
)
def test_what_is_no_table_is_refused_whole(content: bytes, code: str, desk: Desk) -> None:
    with pytest.raises(Invalid) as raised:
        uploaded_tables.receive(desk.world.store, desk.world.clock, desk.clerk, File("x.csv", content))
    assert raised.value.code == code
