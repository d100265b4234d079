"""A doctor's way through the screen, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.build.browsing import NewPage
from tests.build.world import PASSWORD

pytestmark = pytest.mark.browser

CALENDAR = "/patients/R000000001"


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def _pane(page: Page) -> Locator:
    return page.get_by_role("complementary", name="選んだ記録")


def test_from_signing_in_to_a_prescription(signed_in: NewPage) -> None:
    page = signed_in()
    page.get_by_role("searchbox").fill("しけん")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("試験 花子")
    _row(page, "処方").get_by_role("link").filter(has_text="中").click()
    pane = _pane(page)
    expect(pane.get_by_role("heading", level=2)).to_contain_text("2024年5月10日")
    for said in ("見本中央病院", "見本利尿剤錠２０ｍｇ", "1回0.5錠", "粉砕指示", "28日分", "10回分", "右手"):
        expect(pane).to_contain_text(said)
    assert "?open=" in page.url
    page.reload()
    expect(pane).to_contain_text("見本利尿剤錠２０ｍｇ")


def test_laboratory_flags_are_seen_as_words(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(CALENDAR)
    _row(page, "検体検査").get_by_role("link").click()
    row = _pane(page).get_by_role("row").filter(has_text="白血球数")
    expect(row).to_contain_text("11.2")
    expect(row).to_contain_text("H 高")


def test_the_grid_keeps_its_place_when_a_record_opens(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(CALENDAR + "?view=month&at=20240510")
    chip = _row(page, "病名").get_by_role("link").first
    before = chip.bounding_box()
    chip.click()
    expect(_pane(page).get_by_role("article")).to_be_visible()
    after = chip.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 1
    assert "?view=month&at=20240510&open=" in page.url


def test_half_a_year_fits_a_screen_of_1366(signed_in: NewPage) -> None:
    page = signed_in()
    for day in ("20240520", "20240602", "20240609"):
        page.goto(f"{CALENDAR}?view=half&at={day}")
        sheet = page.get_by_role("region", name="日付ごと・種類ごとの診療情報")
        assert sheet.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0


def test_the_keyboard_is_enough(signed_in: NewPage) -> None:
    page = signed_in()
    page.keyboard.type("7001")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + CALENDAR)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('table') !== null"):
            break
    assert page.evaluate("() => document.activeElement.matches('a.c')")
    first = page.evaluate("() => document.activeElement.title")
    assert "検体検査" in first
    page.keyboard.press("ArrowDown")
    assert "処方" in page.evaluate("() => document.activeElement.title")
    page.keyboard.press("Enter")
    expect(_pane(page).get_by_role("article")).to_be_visible()
    expect(_pane(page).locator(".opened")).to_be_focused()
    page.keyboard.press("Escape")
    expect(_pane(page).get_by_role("article")).to_have_count(0)
    assert "処方" in page.evaluate("() => document.activeElement.title")
    page.keyboard.press("]")
    page.wait_for_url("**at=20231126")
    expect(page.get_by_role("region", name="日付ごと・種類ごとの診療情報")).to_be_focused()
    page.keyboard.press("[")
    page.wait_for_url("**at=20240526")
    expect(page.locator("table a.c:focus")).to_have_count(1)


def test_arrows_walk_through_a_row_and_between_rows(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(CALENDAR + "?view=month&at=20240510")
    _row(page, "処方").get_by_role("link").filter(has_text="自施設").focus()
    walked = []
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowLeft", "End", "Home"):
        page.keyboard.press(key)
        walked.append(page.evaluate("() => document.activeElement.title.split(' ').slice(1, 3).join(' ')"))
    assert walked == [
        "見本中央病院 処方",
        "見本中央病院 病名",
        "見本中央病院 処方",
        "見本駅前医院 処方",
        "見本駅前医院 処方",
        "見本中央病院 処方",
        "見本駅前医院 処方",
    ]


def test_one_tab_stop_stands_for_the_whole_grid(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(CALENDAR)
    grid = page.get_by_role("table", name="日付ごと・種類ごとの診療情報")
    expect(grid.get_by_title("検体検査")).to_have_attribute("tabindex", "0")
    stops = grid.get_by_role("link").evaluate_all("(all) => all.filter((one) => one.tabIndex === 0).length")
    assert stops == 1


def test_a_facility_can_be_left_out_without_any_script(signed_in: NewPage) -> None:
    page = signed_in(scripts=False)
    page.goto(CALENDAR)
    chips = _row(page, "処方").get_by_role("link")
    expect(chips).to_have_count(2)
    page.get_by_label("見本中央病院").uncheck()
    expect(chips).to_have_count(1)


def test_everything_works_without_any_script(signed_in: NewPage) -> None:
    page = signed_in(scripts=False)
    page.get_by_role("searchbox").fill("シケン")
    page.get_by_role("button", name="検索").click()
    page.get_by_role("link", name="試験 花子").click()
    _row(page, "処方").get_by_role("link").filter(has_text="中").click()
    expect(page.get_by_role("article")).to_contain_text("28日分")
    page.get_by_role("link", name="診療カレンダーへ戻る").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("2024年5月1日")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_session_that_ended_leaves_nothing_on_the_screen_and_offers_the_way_back(
    signed_in: NewPage, complaints: list[str]
) -> None:
    page = signed_in()
    page.goto(CALENDAR + "?view=month&at=20240510")
    page.context.clear_cookies(name="hie_session")
    with page.expect_response("**/entries/**") as answer:
        _row(page, "病名").get_by_role("link").click()
    assert answer.value.status == 401
    expect(page.get_by_role("alert")).to_contain_text("サインインしてください")
    assert "試験" not in page.inner_text("body") + page.title()
    page.get_by_role("link", name="サインインする").click()
    page.get_by_label("利用者ID").fill("hamada")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(_pane(page).get_by_role("article")).to_contain_text("高血圧症")
    assert [text for text in complaints if "401" not in text] == []
    complaints.clear()


def test_the_list_follows_what_is_typed_and_never_opens_an_old_one(signed_in: NewPage) -> None:
    page = signed_in()
    page.keyboard.type("無口")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("該当する患者はいません。")).to_be_visible()
    assert page.url.endswith("/patients")
    page.get_by_role("searchbox").fill("しけ")
    expect(page.get_by_role("link", name="試験 花子")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("ん")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="試験 花子")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**" + CALENDAR)


@pytest.mark.parametrize("width", [1366, 390])
def test_the_day_of_the_last_admission_is_seen_in_its_month(signed_in: NewPage, width: int) -> None:
    page = signed_in(width, 1200)
    page.goto(CALENDAR + "?view=month&at=20240520&layout=table")
    page.get_by_role("link", name="直近の入院 3/4").click()
    page.wait_for_url("**at=20240304&layout=table")
    admitted = _row(page, "受診・入退院").get_by_role("link").filter(has_text="入院")
    expect(admitted).to_be_in_viewport(ratio=1)
    assert admitted.evaluate(
        "(one) => document.elementFromPoint(one.getBoundingClientRect().x + 12,"
        " one.getBoundingClientRect().y + 8).closest('a') === one"
    )


def test_a_telephone_begins_at_the_newest_day_with_a_record(signed_in: NewPage) -> None:
    page = signed_in(390, 844)
    page.goto(CALENDAR + "?view=month&at=20240520&layout=table")
    places = page.evaluate(
        "() => [document.querySelector('thead th').getBoundingClientRect().right,"
        " document.querySelector('a.c').closest('td').getBoundingClientRect().left]"
    )
    assert abs(places[0] - places[1]) < 2 or places[1] > places[0]
    expect(page.locator("a.c").first).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_the_pane_names_the_patient_and_keeps_its_heading(
    signed_in: NewPage, width: int, height: int
) -> None:
    page = signed_in(width, height)
    page.goto(CALENDAR + "?layout=table")
    _row(page, "病名").get_by_role("link").click()
    pane = _pane(page)
    expect(pane.get_by_role("article")).to_be_visible()
    for said in ("試験 花子", "54歳", "女性"):
        expect(pane.get_by_text(said, exact=True).first).to_be_visible()
    if width < 700:
        expect(pane.get_by_text("1970年1月15日（昭和45年）").first).to_be_visible()
    close = pane.get_by_role("button", name="閉じる").bounding_box()
    title = pane.locator(".title").bounding_box()
    assert close is not None
    assert title is not None
    assert close["y"] + close["height"] <= title["y"]
    for name in ("高血圧症", "肺炎の疑い"):
        box = pane.get_by_role("rowheader", name=name).bounding_box()
        assert box is not None
        assert box["width"] > box["height"]
    assert pane.evaluate(
        "(one) => [...one.querySelectorAll('.scroll')].every((box) => box.scrollWidth <= box.clientWidth)"
    )


@pytest.mark.parametrize("width", [1366, 390])
def test_no_table_of_any_kind_is_cut(signed_in: NewPage, width: int) -> None:
    page = signed_in(width, 844)
    page.goto(CALENDAR + "?layout=table")
    for name in ("検体検査", "病名", "アレルギー等"):
        _row(page, name).get_by_role("link").first.click()
        expect(_pane(page).get_by_role("article").first).to_be_visible()
        cut = _pane(page).evaluate(
            "(one) => [...one.querySelectorAll('.scroll')].filter((box) => box.scrollWidth > box.clientWidth)"
            ".map((box) => box.ariaLabel)"
        )
        assert cut == [], name
        wider = _pane(page).locator(".opened").evaluate("(one) => one.scrollWidth - one.clientWidth")
        assert wider <= 0, name
        page.keyboard.press("Escape")


def test_a_facility_left_out_stays_left_out_in_another_period(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(CALENDAR)
    page.get_by_label("見本中央病院").uncheck()
    expect(_row(page, "処方").get_by_role("link")).to_have_count(1)
    page.get_by_role("link", name="1か月").click()
    page.wait_for_url("**view=month**")
    expect(page.get_by_label("見本中央病院")).not_to_be_checked()
    expect(_row(page, "処方").get_by_role("link")).to_have_count(1)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("見本中央病院")).not_to_be_checked()


def test_a_stay_opens_its_admission_in_the_pane(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(CALENDAR)
    page.get_by_role("link", name="港湾 入院 3/4〜3/15").click()
    expect(_pane(page).get_by_role("article")).to_contain_text("入院日時")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_pictures_are_taken_of_each_page(signed_in: NewPage, pictures: Path, width: int, height: int) -> None:
    page = signed_in(width, height)
    size = f"{width}x{height}"
    for name, path in (
        ("patients", "/patients"),
        ("half", CALENDAR),
        ("life", CALENDAR + "?view=life"),
        ("days", CALENDAR + "?view=half&layout=days"),
        ("month", CALENDAR + "?view=month&at=20240510&layout=table"),
    ):
        page.goto(path)
        page.screenshot(path=pictures / f"{name}-{size}.png")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name
    _row(page, "検体検査").get_by_role("link").click()
    expect(_pane(page).get_by_role("article")).to_be_visible()
    page.screenshot(path=pictures / f"laboratory-{size}.png")
