"""The calendar as HTML: who, which days, which kinds, which hospitals."""

import pytest

from tests.build.page import Node, parse
from tests.build.served import Client
from tests.build.stories import Region
from tests.build.world import PASSWORD

PATH = "/patients/R000000001"


def _page(doctor: Client, query: str = "") -> Node:
    answer = doctor.get(PATH + query)
    assert answer.status == 200
    return parse(answer.text)


def _rows(page: Node) -> dict[str, Node]:
    body = page.one("section", aria_labelledby="span").one("tbody")
    found = {}
    for row in body.all("tr"):
        heads = row.all("th")
        if heads:
            name = "".join(piece for piece in heads[0].children if isinstance(piece, str))
            found[name] = row
    return found


def _chips_of(page: Node, name: str) -> list[Node]:
    return _rows(page)[name].all("a")


def _chips(row: Node) -> list[tuple[str, str]]:
    return [(chip["title"], chip.text) for chip in row.all("a")]


def test_the_head_says_whose_calendar_it_is(doctor: Client) -> None:
    page = _page(doctor)
    assert "試験 花子" in page.one("h1").text
    head = page.one("main").text
    for said in ("シケン ハナコ", "54歳", "女性", "1970年1月15日（昭和45年）", "自施設番号 7001"):
        assert said in head
    assert page.one("title").text == "試験 花子の診療カレンダー"


def test_half_a_year_up_to_today_is_shown_first_with_newest_left(doctor: Client) -> None:
    page = _page(doctor)
    assert page.one("h2", id="span").text == "2023年11月27日(月) 〜 2024年5月26日(日)"
    weeks = page.one("thead").all("tr")[1].all("th")
    assert len(weeks) == 26
    assert weeks[0].text == "5/20〜"
    assert weeks[0]["aria-current"] == "date"
    assert weeks[-1].text == "11/27〜"


def test_the_grid_shows_two_hospitals_and_the_clinic_together(doctor: Client) -> None:
    page = _page(doctor)
    legend = [label.text for label in page.one("fieldset", class_="legend").all("label")]
    assert [text for text in legend if "見本駅前医院（自施設）" in text and "2件" in text]
    assert [text for text in legend if "見本中央病院" in text and "4件" in text]
    assert [text for text in legend if "見本港湾病院" in text and "3件" in text]
    titles = [title for title, _ in _chips(_rows(page)["処方"])]
    assert titles == [
        "2024年5月13日(月) 見本駅前医院 処方 1剤 ● 新着1件",
        "2024年5月10日(金) 見本中央病院 処方 4剤 ● 新着1件",
    ]


def test_hospitals_are_told_apart_by_a_letter_as_well_as_by_colour(doctor: Client) -> None:
    texts = [text for _, text in _chips(_rows(_page(doctor))["処方"])]
    assert texts == ["13自●", "10中●"]


def test_results_out_of_range_are_counted_and_marked_in_text(doctor: Client) -> None:
    (chip,) = _chips(_rows(_page(doctor))["検体検査"])
    assert chip == ("2024年5月10日(金) 見本中央病院 検体検査 5項目 ! 基準範囲外2件 ● 新着1件", "10中!●")
    (chip,) = _chips(_rows(_page(doctor, "?view=month&at=20240510"))["検体検査"])
    assert chip[1] == "中央 5項目 !2 ●新着"


def test_a_stay_is_a_band_over_its_weeks(doctor: Client) -> None:
    rows = _rows(_page(doctor))
    bands = [cell for cell in rows["入院"].all("td") if cell.text]
    assert [(band["colspan"], band.text) for band in bands] == [("2", "港湾 入院 3/4〜3/15（12日間）")]


def test_a_stay_covers_its_days_in_the_month(doctor: Client) -> None:
    page = _page(doctor, "?view=month&at=20240310")
    row = _rows(page)["入院"]
    cells = row.all("td")
    band = next(cell for cell in cells if cell.text)
    assert band["colspan"] == "12"
    assert cells.index(band) == 31 - 15
    assert sum(int(cell.attributes.get("colspan", "1")) for cell in cells) == 31


def test_a_stay_opens_its_admission_where_that_stands_in_the_period(doctor: Client) -> None:
    page = _page(doctor)
    band = next(link for link in _rows(page)["入院"].all("a"))
    (admission,) = [
        link["href"] for link in _chips_of(page, "受診・入退院") if link["title"].endswith(" 入院")
    ]
    assert band["href"] == admission
    assert band["title"] == "見本港湾病院 入院 2024年3月4日(月)〜2024年3月15日(金)（12日間）"


def test_there_is_no_way_into_the_future(doctor: Client) -> None:
    assert 'rel="next"' not in doctor.get(PATH).text
    assert _page(doctor, "?view=half&at=20231126").one("a", rel="next")["href"].endswith("at=20240526")


def test_the_legend_says_what_the_number_in_a_chip_is(doctor: Client) -> None:
    assert "数字は日、続く字は施設" in _page(doctor).one("fieldset", class_="legend").text
    assert (
        "「!」の数字＝基準範囲外の件数"
        in _page(doctor, "?view=month&at=20240510").one("fieldset", class_="legend").text
    )


def test_facilities_left_out_stay_left_out_in_other_periods(doctor: Client) -> None:
    page = _page(doctor, "?view=half&at=20240520&hide=0")
    boxes = {
        label.text[1:7]: "checked" in label.one("input").attributes
        for label in page.one("fieldset", class_="legend").all("label")
    }
    assert boxes == {"見本駅前医院": True, "見本中央病院": False, "見本港湾病院": True}
    assert page.one("a", rel="prev")["href"] == f"{PATH}?view=half&at=20231126&hide=0"
    strange = _page(doctor, "?view=half&at=20240520&hide=x%22%3E99")
    assert strange.one("a", rel="prev")["href"] == f"{PATH}?view=half&at=20231126"


def test_a_facility_with_nothing_in_the_period_is_marked_softly(doctor: Client) -> None:
    page = _page(doctor, "?view=month&at=20240510")
    soft = [
        label.text
        for label in page.one("fieldset", class_="legend").all("label")
        if "none" in label["class"].split()
    ]
    assert [text[1:7] for text in soft] == ["見本港湾病院"]


def test_where_nothing_is_open_at_all_the_page_says_what_would_be_shown(address: str) -> None:
    stranger = Client(address)
    stranger.sign_in("kawai", PASSWORD)
    status = parse(stranger.get("/patients/R000000002").text).one("div", role="status")
    assert "閲覧できる記録の登録がありません" in status.text
    assert not status.all("a")


def test_a_print_out_says_where_by_whom_and_when_it_was_made(doctor: Client) -> None:
    printed = _page(doctor).one("p", class_="printed")
    assert printed.text == "見本駅前医院 浜田 圭介 2024年5月20日(月) 11:00 に表示"


def test_every_day_of_the_month_is_a_column_newest_left(doctor: Client) -> None:
    page = _page(doctor, "?view=month&at=20240229")
    days = [head.text for head in page.one("thead").all("tr")[1].all("th")]
    assert (len(days), days[0], days[-1]) == (29, "29木", "1木")


def test_every_row_has_one_cell_for_each_column(doctor: Client) -> None:
    for query in ("", "?view=month&at=20240510"):
        page = _page(doctor, query)
        columns = len(page.one("thead").all("tr")[1].all("th"))
        widths = {
            sum(int(cell.attributes.get("colspan", "1")) for cell in row.all("td"))
            for row in page.one("section", aria_labelledby="span").one("tbody").all("tr")
        }
        assert widths == {columns}


def test_kinds_without_a_record_say_so(doctor: Client) -> None:
    page = _page(doctor)
    assert not _chips(_rows(page)["経過記録"])
    assert "この期間に表示できる記録なし: " in page.one("main").text
    assert "内視鏡、生理検査" in page.one("main").text


def test_the_buttons_lead_to_the_neighbours_and_to_the_last_admission(doctor: Client) -> None:
    page = _page(doctor)
    links = {link.text: link["href"] for link in page.one("nav", aria_label="表示期間").all("a")}
    assert links == {
        "1日": f"{PATH}?view=day&at=20240513",
        "1週": f"{PATH}?view=week&at=20240513",
        "6か月": f"{PATH}?view=half&at=20240520",
        "1年": f"{PATH}?view=year&at=20240520",
        "全期間": f"{PATH}?view=life&at=20240520",
        "文書を検索": f"{PATH}/search",
        "1か月": f"{PATH}?view=month&at=20240520",
        "今日": f"{PATH}?view=half&at=20240520",
        "前の期間 ›": f"{PATH}?view=half&at=20231126",
        "直近の入院 3/4": f"{PATH}?view=half&at=20240315#stay",
        "アレルギー・基本情報": _chips_of(page, "アレルギー等")[0]["href"],
    }
    month = _page(doctor, "?view=month&at=20240520")
    links = {link.text: link["href"] for link in month.one("nav", aria_label="表示期間").all("a")}
    assert links["前の期間 ›"] == f"{PATH}?view=month&at=20240430"
    assert links["直近の入院 3/4"] == f"{PATH}?view=month&at=20240304#stay"


def test_stepping_back_and_forth_loses_no_day(doctor: Client) -> None:
    older = _page(doctor, "?view=half&at=20231126").one("h2", id="span").text
    assert older == "2023年5月29日(月) 〜 2023年11月26日(日)"


def test_an_empty_period_says_what_that_means_and_leads_to_the_newest_record(doctor: Client) -> None:
    page = _page(doctor, "?view=month&at=20300101")
    status = page.one("div", role="status")
    assert "この期間に閲覧できる記録はありません。" in status.text
    assert "受診がなかったとは限りません" in status.text
    assert status.one("a")["href"] == f"{PATH}?view=month&at=20240513"
    assert status.one("a").text == "最新の記録（2024年5月13日(月)）へ"


def test_a_strange_day_falls_back_to_today(doctor: Client) -> None:
    for strange in ("?at=20240231", "?at=tomorrow", "?view=year", "?at=99999999", "?at=00010101"):
        assert _page(doctor, strange).one("h2", id="span").text


def test_the_ends_of_the_calendar_can_be_stepped_to(doctor: Client) -> None:
    for query in ("?view=half&at=99991231", "?view=month&at=99991231", "?view=half&at=10000101"):
        assert doctor.get(PATH + query).status == 200


def test_absent_and_forbidden_look_the_same(doctor: Client, region: Region) -> None:
    forbidden = doctor.get(f"/patients/{region.silent.patient.id}")
    absent = doctor.get("/patients/R999999999")
    assert forbidden.status == absent.status == 404
    assert forbidden.text.replace("R000000002", "") == absent.text.replace("R999999999", "")
    assert parse(absent.text).one("h1").text == "見つかりません"


@pytest.mark.parametrize("query", ["", "?view=month&at=20300101"])
def test_each_look_at_a_calendar_is_written_down_once(doctor: Client, region: Region, query: str) -> None:
    with region.world.store.look() as work:
        before = work.audit.find(region.hanako.patient.id, 1000)
    _page(doctor, query)
    with region.world.store.look() as work:
        after = work.audit.find(region.hanako.patient.id, 1000)
    assert len(after) == len(before) + 1
    newest = after[0]
    assert (newest.action, newest.outcome, newest.requester.user) == ("view", "granted", "hamada")


def test_the_calendar_works_in_english(doctor: Client) -> None:
    doctor.cookies["hie_language"] = "en"
    try:
        page = _page(doctor)
    finally:
        del doctor.cookies["hie_language"]
    assert page.one("html")["lang"] == "en"
    assert "1970-01-15 (S45)" in page.one("main").text
    assert page.one("thead").all("tr")[1].all("th")[0].text == "05-20"
    assert [text for _, text in _chips(_rows(page)["Prescriptions"])] == ["13★●", "10中●"]
    assert _chips(_rows(page)["Prescriptions"])[0][0].endswith(" 1 drug ● 1 new")
    assert page.one("h2", id="span").text == "2023-11-27 (Mon) to 2024-05-26 (Sun)"
