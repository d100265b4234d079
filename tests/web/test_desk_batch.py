"""A list of consents: every line says what it becomes, and counts once verified beside its scan."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hie.exchange.consents import bulk
from hie.exchange.consents.bulk import Outcome
from hie.hub.app import application
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Purpose, Requester, Role
from tests.build.desks import HANAKO, OFFICE, Desk, desk_world
from tests.build.page import parse
from tests.build.paper_forms import as_picture, sheet
from tests.build.served import Answer, served
from tests.build.world import CENTRAL, CLINIC, STRANGER, World

HEADING = "医療機関コード,患者番号,氏名,ヨミ,生年月日,性別,署名日,見せる施設,見る施設,スキャン"
FIRST = f"{CENTRAL},0010,見本 松子,ミホン マツコ,S30.4.1,女,2024-05-01,すべて,,matsuko.png"
SECRETARY = Requester("jimu1", "x", OFFICE, Role.SECRETARIAT, Purpose.ADMINISTRATION)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A region with people at its desks."""
    return desk_world(tmp_path_factory.mktemp("batch"))


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Where it is served."""
    with served(application(world.hub())) as where:
        yield where


def _outcomes(world: World, *lines: str) -> list[Outcome]:
    table = "\n".join((HEADING, *lines))
    return [one.outcome for one in bulk.preview(world.store, world.clock, SECRETARY, table)]


def _decisions(world: World) -> int:
    with world.store.look() as work:
        return len(work.consents.changes(0))


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (FIRST, Outcome.NEW),
        (f"{CENTRAL},0012345678,試験 花子,シケン ハナコ,1970-01-15,女,2024-05-01", Outcome.KNOWN),
        (f"{CLINIC},77,試験 花子,シケン ハナコ,1970-01-15,女,2024-05-01", Outcome.ALIKE),
        (f"{CENTRAL},0010,見本 松子,ミホン マツコ,S30.4.31,女,2024-05-01", Outcome.INVALID),
        (f"{CENTRAL},0010,見本 松子,ミホン マツコ,S30.4.1,?,2024-05-01", Outcome.INVALID),
        (f"{CENTRAL},0010,見本 松子,ミホン マツコ,S30.4.1,女,2024-06-01", Outcome.INVALID),
        (f"{CENTRAL},0010,見本 松子,ミホン マツコ,R2.4.1,女,2024-05-01", Outcome.INVALID),
        ("9999999999,0010,見本 松子,ミホン マツコ,S30.4.1,女,2024-05-01", Outcome.INVALID),
        (f"{CENTRAL},,見本 松子,ミホン マツコ,S30.4.1,女,2024-05-01", Outcome.INVALID),
        (f"{CENTRAL},0010,見本 松子,ミホン マツコ,S30.4.1,女,2024-05-01,9999999999", Outcome.INVALID),
        (f"{CENTRAL},0010,{'長' * 101},ミホン マツコ,S30.4.1,女,2024-05-01", Outcome.INVALID),
        (f"{CENTRAL},0010", Outcome.INVALID),
    ],
)
def test_each_line_says_what_it_would_become(world: World, line: str, outcome: Outcome) -> None:
    assert _outcomes(world, line) == [outcome]


def test_a_number_twice_is_proposed_once(world: World) -> None:
    assert _outcomes(world, FIRST, FIRST) == [Outcome.NEW, Outcome.TWICE]


@pytest.mark.parametrize(
    "table",
    [
        "",
        "a,b\n1,2",
        HEADING.replace("ヨミ", "x"),
        f'{HEADING}\n"open',
        f"{HEADING}\n{FIRST}\0",
        "x" * 400_001,
    ],
)
def test_what_is_no_list_is_refused(world: World, table: str) -> None:
    with pytest.raises(Invalid):
        bulk.preview(world.store, world.clock, SECRETARY, table)


def test_only_a_desk_brings_a_list(world: World) -> None:
    clerk = SECRETARY._replace(role=Role.CLERK, facility=CLINIC)
    with pytest.raises(NotFound):
        bulk.preview(world.store, world.clock, clerk, HEADING)


def test_to_apply_twice_proposes_once(world: World) -> None:
    table = f"{HEADING}\n{CENTRAL},0020,見本 竹子,ミホン タケコ,S31.4.1,女,2024-05-01"
    first = bulk.apply(world.store, world.clock, SECRETARY, table, "b" * 32)
    assert bulk.apply(world.store, world.clock, SECRETARY, table, "b" * 32) == first
    assert [len(bulk.of_batch(world.store, SECRETARY, "b" * 32)), len(first)] == [1, 1]


def _upload(desk: Desk, table: bytes) -> Answer:
    return desk.client.upload("/desk/batch", desk.token(), [("list.csv", table)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_list_is_read_in_either_encoding(address: str, encoding: str) -> None:
    page = parse(_upload(Desk(address, "jimu1"), f"{HEADING}\r\n{FIRST}\r\n".encode(encoding)).text)
    assert "見本 松子" in page.one("section", id="lines").text
    assert "1行のうち 1行" in page.text


def test_a_list_becomes_proposals_that_another_verifies_beside_their_scans(
    world: World, address: str
) -> None:
    first, second = Desk(address, "jimu1"), Desk(address, "jimu2")
    lines = [FIRST, f"{STRANGER},0011,見本 梅子,ミホン ウメコ,S29.4.1,女,2024-05-01,,,C:\\scan\\梅子.png"]
    before = _decisions(world)
    page = parse(_upload(first, "\n".join((HEADING, *lines)).encode()).text)
    fields = {name: page.one("input", name=name)["value"] for name in ("batch", "table")}
    where = first.send("/desk/batch/apply", fields).headers["location"]
    scans = [("matsuko.png", as_picture(sheet(""))), ("梅子.png", as_picture(sheet("", turned=1)))]
    sent = first.client.upload(
        f"{where}/scans", first.token(), [*scans, ("x.png", as_picture(sheet("", turned=2)))]
    )
    assert sent.text.count("1枚を登録に付けました") == 2
    assert "1枚は付け先が分かりません" in sent.text
    assert not first.page(where).all("input", name="ticked")
    ticks = [one["value"] for one in second.page(where).all("input", name="ticked")]
    assert len(ticks) == 2
    assert _decisions(world) == before
    done = second.send(f"{where}/verify", {"ticked": ticks[0]})
    assert "1件を確認して登録しました" in done.text
    assert _decisions(world) == before + 1
    second.send(f"{where}/verify", {"ticked": ticks[0]})
    forged = second.send(f"{where}/verify", {"ticked": f"{ticks[1][:32]} {'0' * 32}"})
    assert "先に変えたか" in forged.text
    assert _decisions(world) == before + 1


def test_formulas_and_markup_of_a_list_stay_text(address: str) -> None:
    hostile = f"{CENTRAL},0030,=cmd() <b>,ミホン <script>alert(1)</script>,S30.4.1,女,2024-05-01"
    answer = _upload(Desk(address, "jimu1"), f"{HEADING}\n{hostile}".encode())
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_nobody_elses_batch_is_shown(address: str) -> None:
    assert Desk(address, "outsider").client.get(f"/desk/batch/{'b' * 32}").status == 404
    assert Desk(address, "hamada").client.get("/desk/batch").status == 404


def test_a_known_person_stays_who_they_are(world: World) -> None:
    line = f"{CENTRAL},0012345678,試験 花子,シケン ハナコ,1970-01-15,女,2024-05-01"
    (planned,) = bulk.preview(world.store, world.clock, SECRETARY, f"{HEADING}\n{line}")
    assert planned.proposal.patient == PatientId(HANAKO)
