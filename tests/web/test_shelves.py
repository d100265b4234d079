"""Lists of documents and images: every hospital's, newest first, without opening one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.ports import EntryLine
from hie.exchange.ports.looks import Unseen
from hie.exchange.records.listing import Listed
from hie.hub.app import application
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId
from hie.record.times import UNKNOWN_DAY, Day
from tests.build.page import Node, parse
from tests.build.papers import SUMMARY, clinical_document, lay
from tests.build.served import Client, served
from tests.build.stories import Region, tell
from tests.build.world import CENTRAL, PASSWORD
from viewer.drawing import signs
from viewer.locale import WORDS, Language
from viewer.screen import Screen
from viewer.shelf import Chosen, Shelving, pictured_of, shelf_of

DOCUMENTS = "/patients/R000000001/documents"
BODY = "<paragraph>読める本文</paragraph>"


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    folder: Path = tmp_path_factory.mktemp("region")
    found = tell(folder)
    root = folder / "extended"
    number = found.hanako.numbers[CENTRAL]
    lay(
        root,
        {"main_document.xml": clinical_document(BODY, patient=number, title="退院時サマリ")},
        SUMMARY,
        patient=number,
    )
    assert found.world.feed(CENTRAL, root) == {"indexed": 1}
    return found


@pytest.fixture(scope="module")
def doctor(region: Region) -> Iterator[Client]:
    with served(application(region.world.hub())) as address:
        client = Client(address)
        assert client.sign_in("hamada", PASSWORD).status == 303
        yield client


def _page(doctor: Client, path: str = DOCUMENTS) -> Node:
    answer = doctor.get(path)
    assert answer.status == 200
    return parse(answer.text)


def _papers(page: Node) -> list[Node]:
    return page.one("ol", class_="papers").all("a")


def test_a_document_is_listed_by_its_title_author_day_and_hospital(doctor: Client) -> None:
    (paper,) = _papers(_page(doctor))
    for said in ("退院時サマリ", "中央", "五日"):
        assert said in paper.text, paper.text


def test_the_chosen_one_is_read_beside_the_list_without_a_script(doctor: Client) -> None:
    (paper,) = _papers(_page(doctor))
    page = _page(doctor, paper["href"])
    assert "読める本文" in page.one("section", id="leaf").text
    assert _papers(page)[0]["aria-current"] == "true"


def test_images_are_listed_with_what_they_are(doctor: Client) -> None:
    assert doctor.get("/patients/R000000001/images").status == 200


def _listed(number: int, kind: DocumentClass, data_kind: str, link: str) -> Listed:
    line = EntryLine(EntryId(number), Day(20240510), CENTRAL, kind, data_kind, 1, 0, link)
    return Listed(line, "", "")


def test_an_order_is_told_from_what_was_done_and_an_examination_says_that_it_has_no_image(
    region: Region,
) -> None:
    screen, words = Screen(region.world.hub().services), WORDS[Language.JAPANESE]
    listed = (
        _listed(1, DocumentClass.PHYSIOLOGY, "OMG-02", ""),
        _listed(2, DocumentClass.PHYSIOLOGY, "OMG-12", ""),
        _listed(3, DocumentClass.IMAGING_PERFORMED, "OMG-11", "A1"),
        _listed(4, DocumentClass.IMAGING_PERFORMED, "OMG-11", "A2"),
        _listed(5, DocumentClass.IMAGE, "", "A2"),
    )
    shown = signs([screen.facility(CENTRAL)], CENTRAL, words)
    pictured = pictured_of(listed)
    made = Shelving("/", Chosen(), shown, screen.row_of, words, Unseen(0, UNKNOWN_DAY), pictured)
    told = [paper.told for paper in shelf_of(listed, made).papers]
    assert told == ["依頼", "実施", "実施、見られる画像なし", "実施", "1枚"]


def test_what_cannot_be_opened_says_so_and_the_list_stays(doctor: Client) -> None:
    page = _page(doctor, f"{DOCUMENTS}?open=999999")
    assert "この文書は開けません" in page.one("section", id="leaf").text
    assert len(_papers(page)) == 1


def test_a_filter_that_finds_nothing_offers_the_way_back(doctor: Client) -> None:
    page = _page(doctor, f"{DOCUMENTS}?kind=notes")
    assert "この条件に合うものはありません" in page.one("main").text
    assert DOCUMENTS in {link.attributes.get("href") for link in page.all("a")}


def test_nobody_is_told_of_a_patient_who_did_not_consent(doctor: Client) -> None:
    assert doctor.get("/patients/R000000002/documents").status == 404
