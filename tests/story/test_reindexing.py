"""What was filed before words were searched gets its words from the hub's own copies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from consent.model import ConsentEvent, EventKind
from hie.cli.__main__ import app
from hie.exchange.feeds import reindexing
from hie.exchange.feeds.reading import reread_document
from hie.exchange.feeds.reindexing import Reindexed, reindex
from hie.exchange.ports.passages import Hit
from hie.exchange.records.searching import SearchRequest, search
from hie.record.clinical import DiagnosticReport
from hie.record.entry import DocumentClass
from hie.record.identifiers import PatientId
from hie.record.requester import Requester, Role
from hie.store.work import SqlStore
from tests.build.papers import NOTE, SUMMARY, clinical_document, lay
from tests.build.records import REPORT, RESULT
from tests.build.world import CENTRAL, CLINIC, World
from tests.storages import instance

FIRST, SECOND, WITHDRAWN = PatientId("R000000001"), PatientId("R000000002"), PatientId("R000000003")
NUMBERS = {FIRST: "0012345678", SECOND: "0012345679", WITHDRAWN: "0012345680"}
DOCTOR = Requester("hamada", "浜田 圭介", CLINIC, Role.DOCTOR)
WORDS = ("咳", "糖尿病", "溶血", "CHEST")


class Before(NamedTuple):
    """A hub whose documents lost their words, and what was found while they had them."""

    world: World
    found: dict[tuple[PatientId, str], list[Hit]]


def _hits(world: World, patient: PatientId, word: str) -> list[Hit]:
    answer = search(world.store, world.clock, SearchRequest(DOCTOR, patient, word))
    return [one.hit for one in answer.found]


def _forgotten(world: World) -> None:
    """Take the words out, as if a release had filed that took none down."""
    with world.store.work() as work:
        work.execute("delete from passage")  # type: ignore[attr-defined]  # behind the port


@pytest.fixture
def before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Before]:
    monkeypatch.setenv("HIE_DATA_DIR", str(tmp_path / "hub"))
    world = World(tmp_path)
    papers, images = tmp_path / "papers", tmp_path / "images"
    images.mkdir()
    for count, (patient, number) in enumerate(NUMBERS.items()):
        somebody = world.a_patient(patient).linked(CENTRAL, number).linked(CLINIC, number[-4:])
        told = somebody.consenting().there()
        lay(papers, {"main_document.xml": clinical_document(patient=number)}, NOTE, patient=number)
        body = clinical_document("<paragraph>糖尿病</paragraph>", patient=number, code="18842-5")
        lay(papers, {"main_document.xml": body}, SUMMARY, patient=number, key="D0002")
        note: DiagnosticReport = REPORT._replace(note="検体に溶血あり")
        world.file(CENTRAL, told, "OML-11", [note, RESULT])
        (images / f"{count}.dcm").write_bytes(instance(number, count + 1, 1, 1, bytes(128), day="20240510"))
    for root in (None, papers, images):
        world.feed(CENTRAL, root)
    found = {(patient, word): _hits(world, patient, word) for patient in NUMBERS for word in WORDS}
    _forgotten(world)
    yield Before(world, found)
    world.store.close()


def _again(world: World) -> Reindexed:
    return reindex(world.store, world.clock, CENTRAL, reread_document, lambda _: None)


def test_what_was_found_at_filing_is_found_again(before: Before) -> None:
    assert isinstance(before.world.store, SqlStore)
    assert {len(hits) for hits in before.found.values()} == {1}
    assert not any(_hits(before.world, patient, word) for patient, word in before.found)
    assert _again(before.world) == Reindexed(3, 12, 0)
    for (patient, word), hits in before.found.items():
        assert _hits(before.world, patient, word) == hits
    assert _again(before.world) == Reindexed(3, 0, 0)


def test_a_run_that_was_stopped_goes_on(before: Before, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindexing, "AT_ONCE", 1)
    read = 0

    def stopping(*asked: object) -> object:
        nonlocal read
        read += 1
        if read == 3:
            raise KeyboardInterrupt
        return reread_document(*asked)  # type: ignore[arg-type]

    with pytest.raises(KeyboardInterrupt):
        reindex(before.world.store, before.world.clock, CENTRAL, stopping, lambda _: None)  # type: ignore[arg-type]
    done = _again(before.world)
    assert 0 < done.documents < 12
    assert _hits(before.world, FIRST, "咳") == before.found[FIRST, "咳"]


def test_nothing_is_read_of_whom_nothing_may_be_filed(before: Before) -> None:
    withdrawal = ConsentEvent(0, WITHDRAWN, EventKind.WITHDRAWN, 2, "desk", "form")
    with before.world.store.work() as work:
        work.consents.record(withdrawal)
    assert _again(before.world).documents == 8
    with before.world.store.look() as work:
        events = work.audit.find(WITHDRAWN, 100)
    assert not [event for event in events if event.detail.startswith("reindexed")]


def test_what_is_read_again_is_written_down_before(before: Before) -> None:
    def rows() -> int:
        with before.world.store.look() as work:
            return [event.detail for event in work.audit.find(FIRST, 100)].count("read again for words")

    seen: list[int] = []

    def reading(*asked: object) -> object:
        seen.append(rows())
        return reread_document(*asked)  # type: ignore[arg-type]

    reindex(before.world.store, before.world.clock, CENTRAL, reading, lambda _: None)  # type: ignore[arg-type]
    assert seen[0] == 1
    _again(before.world)
    assert rows() == 1, "where nothing is left nothing is read"


def test_the_command_reads_every_facility(before: Before) -> None:
    assert before.found[SECOND, "糖尿病"][0].document_class is DocumentClass.DOCUMENT
    done = CliRunner().invoke(app, ["reindex", "--text"])
    assert done.exit_code == 0, done.output
    assert "12 documents, 0 could not be read" in done.stdout
    assert CliRunner().invoke(app, ["reindex"]).exit_code == 2
