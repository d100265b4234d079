"""The calendar as HTML: who, which days, which kinds, which hospitals."""

from tests.build.page import Node, parse
from tests.build.served import Client
from tests.build.stories import Region

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


def _chips(row: Node) -> list[tuple[str, str]]:
    return [(chip["title"], chip.text) for chip in row.all("a")]


def test_the_head_says_whose_calendar_it_is(doctor: Client) -> None:
    page = _page(doctor)
    assert "試験 花子" in page.one("h1").text
    head = page.one("main").text
    for said in ("シケン ハナコ", "54歳", "女性", "1970年1月15日（昭和45年）", "当院番号 7001"):
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
    legend = [label.text for label in page.one("fieldset").all("label")]
    assert [text for text in legend if "見本駅前医院（自院）" in text and "2件" in text]
    assert [text for text in legend if "見本中央病院" in text and "4件" in text]
    assert [text for text in legend if "見本港湾病院" in text and "3件" in text]
    titles = [title for title, _ in _chips(_rows(page)["処方"])]
    assert titles == [
        "2024年5月13日(月) 見本駅前医院 処方 1剤",
        "2024年5月10日(金) 見本中央病院 処方 4剤",
    ]


def test_hospitals_are_told_apart_by_a_letter_as_well_as_by_colour(doctor: Client) -> None:
    texts = [text for _, text in _chips(_rows(_page(doctor))["処方"])]
    assert texts == ["13自", "10中"]


def test_results_out_of_range_are_counted_and_marked_in_text(doctor: Client) -> None:
    (chip,) = _chips(_rows(_page(doctor))["検体検査"])
    assert chip == ("2024年5月10日(金) 見本中央病院 検体検査 5項目 ! 基準範囲外2件", "10中!")
    (chip,) = _chips(_rows(_page(doctor, "?view=month&at=20240510"))["検体検査"])
    assert chip[1] == "中央 5項目 !2"


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
    assert not _chips(_rows(page)["経過・文書"])
    assert "この期間に記録なし: " in page.one("main").text
    assert "生理検査、内視鏡" in page.one("main").text


def test_the_buttons_lead_to_the_neighbours_and_to_the_last_admission(doctor: Client) -> None:
    page = _page(doctor)
    links = {link.text: link["href"] for link in page.one("nav", aria_label="表示期間").all("a")}
    assert links == {
        "6か月": f"{PATH}?view=half&at=20240520",
        "1か月": f"{PATH}?view=month&at=20240520",
        "‹ 後の期間": f"{PATH}?view=half&at=20241124",
        "今日": f"{PATH}?view=half&at=20240520",
        "前の期間 ›": f"{PATH}?view=half&at=20231126",
        "直近の入院 3/4": f"{PATH}?view=half&at=20240315",
    }
    month = _page(doctor, "?view=month&at=20240520")
    links = {link.text: link["href"] for link in month.one("nav", aria_label="表示期間").all("a")}
    assert links["前の期間 ›"] == f"{PATH}?view=month&at=20240430"
    assert links["直近の入院 3/4"] == f"{PATH}?view=month&at=20240304"


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


def test_each_look_at_a_calendar_is_written_down(doctor: Client, region: Region) -> None:
    with region.world.store.look() as work:
        before = work.audit.find(region.hanako.patient.id, 1000)
    _page(doctor)
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
    assert page.one("h2", id="span").text == "2023-11-27 (Mon) to 2024-05-26 (Sun)"
