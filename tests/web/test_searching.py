"""Looking for words in a patient's documents: what is found, how it is marked, and what nobody learns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model import Provision
from hie.exchange.records import searching
from hie.hub.app import application
from hie.record.identifiers import PatientId
from tests.build.page import Node, parse
from tests.build.papers import NOTE, REFERRAL, SUMMARY, clinical_document, lay
from tests.build.served import Answer, Client, served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, World
from tests.storages import instance
from viewer import found

WHO, OTHER, CLOSED = "R000000009", "R000000008", "R000000007"
PATH = f"/patients/{WHO}/search"
HOSTILE = "<paragraph>&lt;script&gt;alert(1)&lt;/script&gt;敗血症疑い</paragraph>"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Two hospitals with documents of one patient, and one with documents of another."""
    folder: Path = tmp_path_factory.mktemp("searching")
    world = World(folder)
    everything = Provision(recipients=frozenset({CLINIC}))
    patient = world.a_patient(WHO).linked(CENTRAL, "0012345678").linked(HARBOUR, "55501").linked(CLINIC, "9")
    patient.consenting(everything).there()
    world.a_patient(OTHER).linked(CENTRAL, "0000700007").linked(CLINIC, "8").consenting().there()
    world.a_patient(CLOSED).linked(CENTRAL, "0000700008").there()
    ours, theirs, images = folder / "central", folder / "harbour", folder / "dicom"
    day = "20240511101500000"
    note = clinical_document("<paragraph>糖尿病性<br/>網膜症。HbA1c 7.2</paragraph>")
    lay(ours, {"main_document.xml": note}, NOTE)
    lay(
        ours,
        {"main_document.xml": clinical_document(HOSTILE, title="退院時サマリー", code="18842-5")},
        SUMMARY,
    )
    somebody = clinical_document("<paragraph>別人の糖尿病</paragraph>", patient="0000700007")
    lay(ours, {"main_document.xml": somebody}, NOTE, patient="0000700007")
    letter = clinical_document("<paragraph>糖尿病の教育入院</paragraph>", patient="55501", code="57133-1")
    lay(theirs, {"main_document.xml": letter}, REFERRAL, patient="55501", at=day)
    images.mkdir()
    (images / "1.dcm").write_bytes(instance("0012345678", 1, 1, 1, bytes(range(128)), day="20240510"))
    assert world.feed(CENTRAL, ours) == {"indexed": 3}
    assert world.feed(HARBOUR, theirs) == {"indexed": 1}
    world.feed(CENTRAL, images)
    return world


@pytest.fixture(scope="module")
def doctor(world: World) -> Iterator[Client]:
    with served(application(world.hub())) as address:
        client = Client(address)
        client.sign_in("hamada", PASSWORD)
        yield client


def _asked(doctor: Client, words: str, path: str = PATH, **fields: str) -> Answer:
    token = (
        parse(doctor.get(PATH).text).one("form", id="search-text").one("input", name="csrf_token")["value"]
    )
    return doctor.post(path, {"csrf_token": token, "words": words, **fields})


def _lines(answer: Answer) -> list[Node]:
    return parse(answer.text).one("ol", class_="papers hits").all("li")


def test_two_kanji_are_found_at_every_hospital_and_marked(doctor: Client) -> None:
    newest, oldest = _lines(_asked(doctor, "糖尿"))
    assert "2024年5月11日" in newest.text
    assert "紹介状" in newest.text or "文書" in newest.text
    assert [mark.text for mark in newest.all("mark")] == ["糖尿"]
    assert [mark.text for mark in oldest.all("mark")] == ["糖尿"]
    assert "中央" in oldest.text


def test_a_line_leads_to_the_document(doctor: Client) -> None:
    (line,) = _lines(_asked(doctor, "敗血症"))
    assert "敗血症疑い" in doctor.get(line.one("a")["data-entry"]).text


def test_a_word_across_a_break_of_lines_is_found(doctor: Client) -> None:
    assert len(_lines(_asked(doctor, "糖尿病性網膜症 hba1c"))) == 1


def test_what_an_image_is_called_is_found(doctor: Client) -> None:
    studies = doctor.get(f"/api/patients/{WHO}/timeline?start=20240501&end=20240531").text
    assert "DICOM" in studies
    assert len(_lines(_asked(doctor, "CHEST"))) == 1


def test_a_text_is_never_markup(doctor: Client) -> None:
    (line,) = _lines(_asked(doctor, "alert(1)"))
    assert not line.all("script")
    assert "<script>alert(1)</script>敗血症疑い" in line.text


def _picks(answer: Answer, label: str) -> dict[str, str]:
    """Return what each button of a group says and stands for."""
    groups = parse(answer.text).all("div", role="group")
    return {
        button.text: button["value"]
        for group in groups
        if group["aria-label"] == label
        for button in group.all("button")
    }


def _picked(doctor: Client, words: str, label: str, text: str) -> Answer:
    answer = _asked(doctor, words)
    return _asked(doctor, "別の言葉", pick=_picks(answer, label)[text])


def test_filters_say_how_many_and_narrow_down(doctor: Client) -> None:
    hospitals = _picks(_asked(doctor, "糖尿病"), "医療機関で絞る")
    assert list(hospitals) == ["中央 1", "港湾 1"]
    narrowed = _picked(doctor, "糖尿病", "医療機関で絞る", "港湾 1")
    (line,) = _lines(narrowed)
    assert "2024年5月11日" in line.text
    assert parse(narrowed.text).one("button", aria_pressed="true").text == "港湾 1"
    assert len(_lines(_asked(doctor, "", pick=_picks(narrowed, "医療機関で絞る")["港湾 1"]))) == 2
    (line,) = _lines(_picked(doctor, "糖尿病", "種類で絞る", "経過記録 1"))
    assert "2024年5月10日" in line.text


@pytest.mark.parametrize(
    "pick", ["&" * 50, "from=x&words=糖尿", "words=糖尿&kind=nobody&facility=x&from=-1", "%ff=%ff"]
)
def test_a_button_that_nobody_drew_does_no_harm(doctor: Client, pick: str) -> None:
    assert _asked(doctor, "糖尿", pick=pick).status == 200


def test_a_page_shows_some_and_leads_on(doctor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (searching, found):
        monkeypatch.setattr(place, "SHOWN", 1)
    first = _asked(doctor, "糖尿")
    (newest,) = _lines(first)
    (older,) = [one for one in parse(first.text).all("button", name="pick") if "さらに古い" in one.text]
    second = _asked(doctor, "", pick=older["value"])
    (oldest,) = _lines(second)
    assert newest.text != oldest.text
    assert "2件目から2件目まで" in second.text
    assert _lines(_asked(doctor, "", pick="words=糖尿&from=999")) != []


def test_suggestions_are_longer_words_of_the_documents(doctor: Client) -> None:
    answer = _asked(doctor, "糖尿")
    assert set(_picks(answer, "似た語で探す")) == {"糖尿病", "糖尿病性"}
    again = _picked(doctor, "糖尿", "似た語で探す", "糖尿病性")
    assert len(_lines(again)) == 1
    assert parse(again.text).one("input", id="passage-words")["value"] == "糖尿病性"


def test_where_nothing_is_found_words_like_it_are_suggested(doctor: Client) -> None:
    answer = _asked(doctor, "糖尿量")
    assert "この言葉はありません" in parse(answer.text).text
    assert "糖尿病" in _picks(answer, "似た語で探す")


@pytest.mark.parametrize(
    ("words", "said"),
    [("  ", "探す言葉を入力"), ("あ" * 101, "長すぎます"), ("a b c d e f g h i", "多すぎます")],
)
def test_what_cannot_be_looked_for_is_said(doctor: Client, words: str, said: str) -> None:
    page = parse(_asked(doctor, words).text)
    assert said in page.text
    assert page.all("ol", class_="papers hits") == []


def test_an_address_opens_a_document_beside_the_box(doctor: Client) -> None:
    (line,) = _lines(_asked(doctor, "敗血症"))
    page = parse(doctor.get(line.one("a")["href"]).text)
    assert "敗血症疑い" in page.one("section", id="leaf").text
    assert page.all("ol", class_="papers hits") == []
    nothing = doctor.get(f"{PATH}?open=999999")
    assert nothing.status == 200
    assert "敗血症" not in nothing.text


@pytest.mark.parametrize("patient", [CLOSED, "R000000001", "x"])
def test_the_record_of_nobody_else_is_searched(doctor: Client, patient: str) -> None:
    path = f"/patients/{patient}/search"
    assert _asked(doctor, "糖尿", path).status == 404
    assert doctor.get(path).status == 404


def test_every_search_is_written_down_and_no_word_of_it(world: World, doctor: Client) -> None:
    _asked(doctor, "敗血症")
    _asked(doctor, "敗血症", f"/patients/{CLOSED}/search")
    with world.store.look() as work:
        events = [one for who in (WHO, CLOSED) for one in work.audit.find(PatientId(who), 500)]
    assert {(one.patient, one.outcome, one.detail) for one in events if one.action == "search-text"} == {
        (WHO, "granted", ""),
        (CLOSED, "refused", ""),
    }
    assert "敗血症" not in repr([tuple(one) for one in events])
