"""A doctor's way through the screen, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.build.browsing import NewPage

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
    expect(page.get_by_text("1人")).to_be_visible()
    page.get_by_role("link", name="試験 花子").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("試験 花子")
    _row(page, "処方").get_by_role("link").filter(has_text="中").click()
    pane = _pane(page)
    expect(pane.get_by_role("heading", level=2)).to_contain_text("2024年5月10日")
    for said in ("見本中央病院", "見本利尿剤錠２０ｍｇ", "1回0.5錠", "粉砕指示", "28日分", "10回分", "右手"):
        expect(pane).to_contain_text(said)
    assert page.url.endswith(CALENDAR)


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
    assert page.url.endswith("?view=month&at=20240510")


def test_half_a_year_fits_a_screen_of_1366(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(CALENDAR)
    sheet = page.get_by_role("region", name="日付ごと・種類ごとの診療情報")
    assert sheet.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0


def test_the_keyboard_is_enough(signed_in: NewPage) -> None:
    page = signed_in()
    page.keyboard.type("7001")
    with page.expect_response("**/patients") as answer:
        page.keyboard.press("Enter")
    answer.value.finished()
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + CALENDAR)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('table') !== null"):
            break
    first = page.evaluate("() => document.activeElement.title")
    assert "検体検査" in first
    page.keyboard.press("ArrowDown")
    assert "処方" in page.evaluate("() => document.activeElement.title")
    page.keyboard.press("Enter")
    expect(_pane(page).get_by_role("article")).to_be_visible()
    expect(_pane(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(_pane(page).get_by_role("article")).to_have_count(0)
    assert "処方" in page.evaluate("() => document.activeElement.title")
    page.keyboard.press("]")
    page.wait_for_url("**at=20231126")
    page.keyboard.press("[")
    page.wait_for_url("**at=20240526")


def test_arrows_walk_through_a_row_and_between_rows(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(CALENDAR + "?view=month&at=20240510")
    _row(page, "処方").get_by_role("link").filter(has_text="自院").focus()
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
    expect(grid.get_by_role("link").first).to_have_attribute("tabindex", "0")
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


def test_a_session_that_ended_is_told_in_the_pane(signed_in: NewPage, complaints: list[str]) -> None:
    page = signed_in()
    page.goto(CALENDAR)
    page.context.clear_cookies()
    with page.expect_response("**/entries/**") as answer:
        _row(page, "病名").get_by_role("link").click()
    assert answer.value.status == 401
    expect(_pane(page).get_by_role("alert")).to_contain_text("サインインしてください")
    assert [text for text in complaints if "401" not in text] == []
    complaints.clear()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_pictures_are_taken_of_each_page(signed_in: NewPage, pictures: Path, width: int, height: int) -> None:
    page = signed_in(width, height)
    size = f"{width}x{height}"
    for name, path in (
        ("patients", "/patients"),
        ("half", CALENDAR),
        ("month", CALENDAR + "?view=month&at=20240510"),
    ):
        page.goto(path)
        page.screenshot(path=pictures / f"{name}-{size}.png")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name
    _row(page, "検体検査").get_by_role("link").click()
    expect(_pane(page).get_by_role("article")).to_be_visible()
    page.screenshot(path=pictures / f"laboratory-{size}.png")
