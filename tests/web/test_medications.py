"""The page of medication: one list, hints with their sources, what was handed out, and who sees what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.feeds.dispensing import dispensed
from hie.exchange.ports import Account
from hie.hub.app import application
from hie.readers.jahis import read_notebook
from hie.record.clinical import Coding
from hie.record.requester import Role
from ssmix2.extended import unpack
from ssmix2.extended_writer import write_folder
from tests.build.notebooks import PERSON, notebook, visit
from tests.build.page import Node, parse
from tests.build.records import PENICILLIN, PROBLEM, REPORT, drug, result
from tests.build.served import Client, served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, World
from viewer.locale import WORDS, Language

PATH = "/patients/R000000001/medications"
CLOSED = WORDS[Language.JAPANESE]("sharing.why.closed")
STATIN = Coding("999001111", "見本スタチン錠１０ｍｇ", "HOT9")
OTHER_NAME = Coding("2189099F1011", "見本の別名錠", "YJ")
CAPSULE = Coding("999002222", "見本経口ペニシリンカプセル２５０ｍｇ", "HOT9")


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A region where two hospitals give one ingredient, and the clinic took in a medication notebook."""
    folder: Path = tmp_path_factory.mktemp("region")
    world = World(folder)
    with world.store.work() as work:
        encoded = world.passwords.hash(PASSWORD)
        for login, role in (("yakuzai", Role.PHARMACIST), ("kaigo", Role.CARE_MANAGER)):
            work.accounts.add(Account(login, login, login, CLINIC, role, encoded))
    somebody = world.a_patient("R000000001")
    for facility, number in ((CENTRAL, "0012345678"), (HARBOUR, "55501"), (CLINIC, "7001")):
        somebody = somebody.linked(facility, number)
    hanako = somebody.consenting().there()
    world.a_patient("R000000002").linked(CENTRAL, "0099999999").there()
    allergy = PENICILLIN._replace(action=Coding("A", "追加", "HL70323"), instance="1", reported_at="20240101")
    world.file(CENTRAL, hanako, "ADT-61", [allergy], at="20240101")
    world.file(CENTRAL, hanako, "PPR-01", [PROBLEM], at="20240101")
    creatinine = result("クレアチニン", "0.71", observed_at="202405010900")
    world.file(CENTRAL, hanako, "OML-11", [REPORT, creatinine], at="20240501")
    central = [drug(STATIN.text)._replace(medication=STATIN), drug(CAPSULE.text)._replace(medication=CAPSULE)]
    world.file(CENTRAL, hanako, "OMP-01", central, at="20240510")
    world.file(HARBOUR, hanako, "OMP-01", [drug("")._replace(medication=OTHER_NAME)], at="20240512")
    brought = read_notebook(notebook(PERSON, *visit("20240511", 14)))
    for one in dispensed(brought, "7001", "20240511000000000"):
        write_folder(folder / "extended", one.name, unpack(one.content).files)
    for facility in (CENTRAL, HARBOUR):
        world.feed(facility)
    assert world.feed(CLINIC, folder / "extended")["indexed"] == 1
    with served(application(world.hub())) as served_at:
        yield served_at


def _signed_in(where: str, login: str) -> Client:
    client = Client(where)
    assert client.sign_in(login, PASSWORD).status == 303
    return client


def _page(where: str, login: str = "hamada", path: str = PATH) -> Node:
    answer = _signed_in(where, login).get(path)
    assert answer.status == 200
    return parse(answer.text)


def _block(page: Node, heading: str) -> Node:
    return next(one for one in page.all("section") if any(h.text.startswith(heading) for h in one.all("h2")))


def _links(where: str, login: str) -> list[str]:
    page = parse(_signed_in(where, login).get("/patients").text)
    return [one.attributes["href"] for one in page.all("a")]


def test_the_list_joins_all_hospitals(where: str) -> None:
    page = _page(where)
    names = [row.all("th")[0].text for row in _block(page, "現在の薬").all("tr")[1:]]
    assert [name.split()[0] for name in names] == [OTHER_NAME.text, STATIN.text, CAPSULE.text]
    assert "（YJコード）" in names[0]
    assert "（名称から）" in names[1]


def test_hints_name_both_sources_and_say_what_they_are(where: str) -> None:
    block = _block(_page(where), "ヒント")
    assert "警告や指示ではありません" in block.text
    assert "小さな見本で、架空のもの" in block.text
    allergy, same = (one for one in block.all("ul")[0].children if isinstance(one, Node))
    assert allergy.text.startswith("アレルギーの記載 ペニシリン系")
    assert same.text.startswith("同じ成分 見本スタチン 見本の規則表による")
    assert [link.attributes["title"] for link in same.all("a")] == ["見本港湾病院", "見本中央病院"]


def test_what_a_pharmacist_asks_for_stands_beside(where: str) -> None:
    page = _page(where)
    assert "0.71 mg/dL" in _block(page, "検査値").text
    beside = _block(page, "アレルギーと病名").text
    assert PENICILLIN.substance.text in beside
    assert PROBLEM.name in beside


def test_what_was_handed_out_stands_beside_what_was_prescribed(where: str) -> None:
    rows = _block(_page(where), "処方と調剤").all("tr")[1:]
    told = [[cell.text for cell in row.children if isinstance(cell, Node)] for row in rows]
    assert told[0][0].startswith(STATIN.text)
    assert "見本薬局 お薬手帳を取り込んだ施設" in told[0][0]
    assert told[0][2] == "日数が違う"
    assert [line[2] for line in told].count("対応する処方が見えない") == 3
    assert [line[0] for line in told].count("—") == 1


def test_a_pharmacist_opens_this_page_first(where: str) -> None:
    assert PATH in _links(where, "yakuzai")
    assert _block(_page(where, "yakuzai"), "検査値").all("li")
    assert PATH not in _links(where, "hamada")


def test_what_a_role_may_not_see_gives_no_hint_and_no_line(where: str) -> None:
    page = _page(where, "kaigo")
    assert len(_block(page, "現在の薬").all("tr")) == 4
    assert not _block(page, "検査値").all("li")
    beside = _block(page, "アレルギーと病名").text
    assert PENICILLIN.substance.text not in beside
    assert CLOSED in beside
    summary = _page(where, "kaigo", "/patients/R000000001/summary")
    assert CLOSED in summary.one("section", aria_labelledby="s-allergies").text
    assert CLOSED in _block(page, "検査値").text
    assert "アレルギーの記載" not in _block(page, "ヒント").text


def test_nobody_else_learns_that_there_is_anything(where: str) -> None:
    assert _signed_in(where, "hamada").get(PATH.replace("0001", "0002")).status == 404
    assert _signed_in(where, "kawai").get(PATH).status == 404
