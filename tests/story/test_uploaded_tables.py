"""A clinic's table of many patients: said line by line before, filed by patient, corrected, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from hie.exchange.feeds import undoing, uploaded_tables
from hie.exchange.feeds.uploading import File
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import DatedObservation
from hie.exchange.ports.uploads import Upload, UploadState
from hie.readers.clinic_table import Column, Kind, Profile
from hie.record.entry import DocumentClass
from hie.record.errors import Conflict, Invalid, NotFound
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


def test_other_items_of_the_same_day_take_nobodys_place(desk: Desk) -> None:
    desk.file(desk.hand_in())
    head = TABLE.partition("\n")[0]
    desk.file(desk.hand_in(f"{head}\n7001,,2024/5/10,9:05,検査,,尿酸,5.5,mg/dL,,,,,,\n"))
    assert [one for one in desk.values() if one[0] in {"HbA1c", "尿酸"}] == [
        ("HbA1c", "6.8", "%"),
        ("尿酸", "5.5", "mg/dL"),
    ]


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
