"""My patients: whom a facility may ask about, and finding one of them."""

import pytest

from tests.build.page import Node, parse, table
from tests.build.served import Client
from tests.build.world import PASSWORD


def _search(client: Client, words: str) -> Node:
    token = parse(client.get("/patients").text).one("form", role="search").one("input", name="csrf_token")
    answer = client.post("/patients", {"words": words, "csrf_token": token["value"]})
    assert answer.status == 200
    return parse(answer.text)


def test_the_list_shows_who_is_reachable_with_what_identifies_them(doctor: Client) -> None:
    page = parse(doctor.get("/patients").text)
    assert table(page) == [
        {
            "氏名": "試験 花子",
            "カナ": "シケン ハナコ",
            "年齢": "54歳",
            "性別": "女性",
            "生年月日": "1970年1月15日（昭和45年）",
            "自施設番号": "7001",
            "番号のある施設": "3施設",
        }
    ]
    assert page.one("tbody").one("a")["href"] == "/patients/R000000001"


@pytest.mark.parametrize(
    "words", ["シケン", "しけん", "試験", "試験 花子", "7001", "1970-01-15", "S45.1.15", "ｼｹﾝ"]
)
def test_one_box_finds_by_kana_kanji_number_and_birth_date(doctor: Client, words: str) -> None:
    page = _search(doctor, words)
    assert [link.text for link in page.one("tbody").all("a")] == ["試験 花子"]
    assert page.one("input", id="words")["value"] == words


@pytest.mark.parametrize("words", ["無口", "ムクチ", "0099999999", "山田"])
def test_who_is_not_reachable_is_not_found(doctor: Client, words: str) -> None:
    page = _search(doctor, words)
    assert not page.all("table")
    assert "該当する患者はいません。" in page.one("section").text


def test_the_words_searched_for_stand_in_no_address(doctor: Client) -> None:
    form = parse(doctor.get("/patients").text).one("form", role="search")
    assert form["method"] == "post"


def test_a_script_gets_the_list_alone(doctor: Client) -> None:
    token = parse(doctor.get("/patients").text).one("form", role="search").one("input", name="csrf_token")
    fields = {"words": "しけん", "csrf_token": token["value"]}
    piece = parse(doctor.post("/patients", fields, **{"HX-Request": "true"}).text)
    assert not piece.all("html")
    assert [link.text for link in piece.one("tbody").all("a")] == ["試験 花子"]


@pytest.mark.parametrize("words", ["1970-02-31", "試験 S45.13.1", "1970年2月30日"])
def test_a_day_that_no_calendar_has_is_said_to_be_none(doctor: Client, words: str) -> None:
    page = _search(doctor, words)
    assert not page.all("table")
    assert "実在しない日付" in page.one("section").text


def test_too_long_a_search_is_told_so_and_lists_nobody(doctor: Client) -> None:
    page = _search(doctor, "シケン" * 40)
    assert not page.all("table")
    assert "長すぎます" in page.one("section").text


def test_the_list_says_which_words_it_belongs_to(doctor: Client) -> None:
    assert _search(doctor, " 試験   花子 ").one("section", id="found")["data-asked"] == "試験 花子"


def test_searching_without_the_sessions_token_is_refused(doctor: Client) -> None:
    assert doctor.post("/patients", {"words": "試験"}).status == 403


def test_who_does_not_treat_sees_nobody(address: str) -> None:
    clerk = Client(address)
    clerk.sign_in("clerk", PASSWORD)
    assert clerk.get("/patients").status == 404
    assert clerk.get("/").headers["location"] == "/desk"
    assert not parse(clerk.get("/desk").text).all("table")


def test_the_start_leads_to_the_list(doctor: Client, browser_of_nobody: Client) -> None:
    assert doctor.get("/").headers["location"] == "/my-day"
    assert browser_of_nobody.get("/").headers["location"] == "/sign-in"
