"""The calendar from a day to a life: widths, strip, filters, order, what is new, and the list of days."""

from __future__ import annotations

import json
import re

import pytest

from hie.exchange.ports.looks import Look
from tests.build.page import Node, parse
from tests.build.served import Client
from tests.build.stories import Region

PATH = "/patients/R000000001"
ENTRIES = re.compile(r"/entries/([0-9-]+)")


@pytest.fixture(autouse=True)
def nothing_chosen(region: Region) -> None:
    """Let every test begin as if the doctor had chosen nothing and looked at nobody."""
    with region.world.store.work() as work:
        for name in work.preferences.of("hamada"):
            work.preferences.put("hamada", name, "")
        work.looks.put("hamada", region.hanako.patient.id, None)


def _page(doctor: Client, query: str = "", **headers: str) -> Node:
    answer = doctor.get(PATH + query, **headers)
    assert answer.status == 200
    return parse(answer.text)


def _classes(node: Node) -> list[str]:
    return node.attributes.get("class", "").split()


def _sheet(page: Node) -> Node:
    return page.one("section", aria_labelledby="span")


def _opened(page: Node) -> set[int]:
    """Numbers of all entries that the calendar opens."""
    links = (link.attributes.get("href", "") for link in _sheet(page).all("a"))
    found = [match[1] for link in links if (match := ENTRIES.search(link))]
    return {int(number) for numbers in found for number in numbers.split("-")}


def _choose(doctor: Client, page: Node, name: str, value: str) -> None:
    forms = [form for form in page.all("form") if form.attributes.get("action") == "/calendar/choices"]
    token = forms[0].one("input", name="csrf_token")["value"]
    sent = {"csrf_token": token, "name": name, "value": value, "next": PATH}
    answer = doctor.post("/calendar/choices", sent)
    assert (answer.status, answer.headers["location"]) == (303, PATH)


def test_a_week_shows_seven_days_and_a_day_one_by_itself(doctor: Client) -> None:
    page = _page(doctor, "?view=week&at=20240510")
    heads = [head.text for head in page.one("thead").all("tr")[1].all("th")]
    assert heads == ["12日", "11土", "10金", "9木", "8水", "7火", "6月"]
    assert [link["href"] for link in page.one("thead").all("tr")[1].all("a")][2] == "?view=day&at=20240510"
    page = _page(doctor, "?view=day&at=20240510")
    assert page.one("h2", id="span").text == "2024年5月10日(金)"
    assert len(page.one("thead").all("tr")[1].all("th")) == 1
    assert page.one("a", rel="prev")["href"] == f"{PATH}?view=day&at=20240509"


def test_each_width_opens_the_same_documents_of_its_days(doctor: Client) -> None:
    half = _opened(_page(doctor))
    months = [_opened(_page(doctor, f"?view=month&at=2024{month:02}01")) for month in range(1, 6)]
    december, november = (_opened(_page(doctor, f"?view=month&at=2023{month}30")) for month in (12, 11))
    assert half == set().union(*months, december, november)
    week = _opened(_page(doctor, "?view=week&at=20240510"))
    day = _opened(_page(doctor, "?view=day&at=20240510"))
    assert day
    assert day <= week <= half


def test_the_list_of_days_opens_what_the_table_opens(doctor: Client) -> None:
    page = _page(doctor, "?layout=days")
    assert not page.all("table")
    stays = _opened(_page(doctor)) - _opened(page)
    assert not stays
    days = [head["id"] for head in page.one("div", class_="agenda").all("h3") if "id" in head.attributes]
    assert days == sorted(days, reverse=True)
    assert "検体検査 5項目" in page.one("div", class_="agenda").text


def test_a_telephone_is_given_the_list_of_days_unless_it_asks_for_the_table(doctor: Client) -> None:
    phone = {"Sec-CH-UA-Mobile": "?1"}
    assert not _page(doctor, **phone).all("table")
    assert _page(doctor, "?layout=table", **phone).all("table")
    assert _page(doctor, "?view=year", **phone).all("table")


def test_a_year_counts_what_its_months_hold_and_leads_to_them(doctor: Client) -> None:
    page = _page(doctor, "?view=year")
    heads = [head.text for head in page.one("thead").all("tr")[1].all("th")]
    assert heads == ["5月", "4月", "3月", "2月", "1月", *(f"{number}月" for number in range(12, 5, -1))]
    chips = [chip for chip in _sheet(page).all("a") if "q" in _classes(chip)]
    (chip,) = [chip for chip in chips if "中央病院 検体検査" in chip["title"]]
    assert chip["title"] == "2024年5月 見本中央病院 検体検査 1件 ! 基準範囲外のある記録1件 ● 新着1件"
    assert (chip.text, chip["href"]) == ("中 1!●", "?view=month&at=20240531")


def test_a_life_counts_every_entry_once(doctor: Client) -> None:
    page = _page(doctor, "?view=life")
    chips = [chip for chip in _sheet(page).all("a") if "q" in _classes(chip)]
    counted = sum(int(re.sub(r"[^0-9]", "", chip.text)) for chip in chips)
    assert counted == len(_lines(doctor))
    years = {head.text[:4] for head in page.one("thead").all("tr")[1].all("th")}
    assert {chip["href"].removeprefix("?view=year&at=")[:4] for chip in chips} <= years


def _lines(doctor: Client) -> list[list[object]]:
    """What a program is told of the same life."""
    rows: list[list[object]] = json.loads(doctor.get(f"/api{PATH}/timeline").body)["rows"]
    return rows


def test_what_is_picked_is_shown_alone_and_said(doctor: Client) -> None:
    page = _page(doctor, "?kind=laboratory.prescriptions")
    rows = [head.text for head in _sheet(page).one("tbody").all("th")]
    assert [re.sub(r"[0-9]", "", row)[1:] for row in rows] == ["検体検査", "処方"]
    assert "絞り込んで表示しています: 検体検査、処方" in page.one("main").text
    assert page.one("a", rel="prev")["href"].endswith("&kind=laboratory.prescriptions")
    assert _opened(page) < _opened(_page(doctor))


def test_a_department_is_picked_by_its_code(doctor: Client) -> None:
    whole = _opened(_page(doctor, "?layout=days"))
    written = {row[0]: row[-1] or "-" for row in _lines(doctor)}
    codes = {written[number] for number in whole}
    assert codes
    for code in codes:
        mine = {number for number in whole if written[number] == code}
        shown = _opened(_page(doctor, f"?department={code}&layout=days"))
        assert mine <= shown
    assert not _opened(_page(doctor, "?department=zz&layout=days"))


@pytest.mark.parametrize(
    "query", ["?kind=nothing", "?department=%3Cscript%3E", "?kind=&department=", "?department=" + "9" * 300]
)
def test_what_names_nothing_of_ours_picks_nothing(doctor: Client, query: str) -> None:
    page = _page(doctor, query)
    assert "絞り込んで表示しています" not in page.one("main").text
    assert _opened(page) == _opened(_page(doctor))


def test_what_is_kept_holds_at_every_calendar_until_it_is_forgotten(doctor: Client) -> None:
    page = _page(doctor, "?kind=prescriptions")
    _choose(doctor, page, "filter", "kind=prescriptions&hide=0")
    kept = _page(doctor)
    assert "（いつもの表示）" in kept.one("main").text
    assert kept.one("a", rel="prev")["href"] == f"{PATH}?view=half&at=20231126"
    everything = next(link for link in kept.all("a") if link.text == "すべて表示")["href"]
    assert everything.endswith("&all=1")
    shown = _page(doctor, everything.removeprefix(PATH))
    assert "絞り込んで表示しています" not in shown.one("main").text
    _choose(doctor, kept, "filter", "")
    assert "絞り込んで表示しています" not in _page(doctor).one("main").text


def _steps(page: Node) -> list[str]:
    group = page.one("nav", aria_label="表示期間").all("div")[1]
    return [one.text for one in group.children if isinstance(one, Node)]


def test_the_order_is_turned_for_the_person_and_loses_nothing(doctor: Client) -> None:
    newest = _page(doctor)
    _choose(doctor, newest, "order", "oldest")
    oldest = _page(doctor)
    heads = [head.text for head in oldest.one("thead").all("tr")[1].all("th")]
    assert heads == [head.text for head in newest.one("thead").all("tr")[1].all("th")][::-1]
    assert _opened(oldest) == _opened(newest)
    assert [_steps(newest), _steps(oldest)] == [
        ["‹ 後の期間", "今日", "前の期間 ›"],
        ["‹ 前の期間", "今日", "後の期間 ›"],
    ]
    widths = {
        sum(int(cell.attributes.get("colspan", "1")) for cell in row.all("td"))
        for row in _sheet(oldest).one("tbody").all("tr")
    }
    assert widths == {26}
    for view in ("day", "week", "month", "year", "life"):
        assert doctor.get(f"{PATH}?view={view}").status == 200
    _choose(doctor, oldest, "order", "nonsense")
    assert [head.text for head in _page(doctor).one("thead").all("tr")[1].all("th")] == heads[::-1]


def test_at_the_first_look_the_last_days_are_new_and_then_what_came_after_the_last(
    doctor: Client, region: Region
) -> None:
    patient = region.hanako.patient.id
    assert "新着（最近14日の記録）:" in _page(doctor).one("main").text
    with region.world.store.work() as work:
        mark = work.looks.get("hamada", patient)
        assert mark is not None
        work.looks.put("hamada", patient, Look(1, mark.current, mark.at))
    page = _page(doctor)
    chips = [chip for chip in _sheet(page).all("a") if "c" in _classes(chip)]
    chips = [chip for chip in chips if not chip["href"].endswith("/entries/1")]
    assert chips
    assert all("n" in _classes(chip) and "新着" in chip["title"] for chip in chips)
    assert "前回見たあとに届いた記録:" in page.one("main").text
    for query in ("?view=month&at=20240510", "?view=year", "?layout=days"):
        assert "●" in _sheet(_page(doctor, query)).text


def test_a_look_is_noted_up_to_what_was_filed(doctor: Client, region: Region) -> None:
    _page(doctor)
    with region.world.store.look() as work:
        mark = work.looks.get("hamada", region.hanako.patient.id)
        assert mark is not None
        assert mark.current == work.looks.newest()


def test_a_choice_leads_to_no_other_site_and_keeps_nothing_strange(doctor: Client, region: Region) -> None:
    page = _page(doctor)
    token = next(box["value"] for box in page.all("input") if box.attributes.get("name") == "csrf_token")
    sent = {
        "csrf_token": token,
        "name": "filter",
        "value": "kind=%22%3E&department=..",
        "next": "//evil.example",
    }
    answer = doctor.post("/calendar/choices", sent)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    with region.world.store.look() as work:
        assert work.preferences.of("hamada") == {}
