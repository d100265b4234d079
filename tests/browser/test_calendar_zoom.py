"""The calendar's widths, its list of days and its keys, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.build.browsing import NewPage

pytestmark = pytest.mark.browser

CALENDAR = "/patients/R000000001"


def test_letters_change_the_width_and_plus_goes_closer(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(CALENDAR)
    for letter, width in (("l", "全期間"), ("y", "1年"), ("m", "1か月"), ("h", "6か月")):
        page.keyboard.press(letter)
        expect(page.locator(".zoom [aria-current]")).to_have_text(width)
        page.wait_for_load_state()
    page.locator("a.c").first.focus()
    page.keyboard.press("+")
    expect(page.locator(".zoom [aria-current]")).to_have_text("1週")


def test_a_count_leads_from_a_life_to_a_day(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(f"{CALENDAR}?view=life")
    for width in ("1年", "1か月"):
        page.locator("a.c.q").first.click()
        expect(page.locator(".zoom [aria-current]")).to_have_text(width)
    page.locator("thead .days a").first.click()
    expect(page.locator(".zoom [aria-current]")).to_have_text("1日")


def test_a_narrow_window_shows_days_whose_items_a_thumb_can_press(signed_in: NewPage) -> None:
    page = signed_in(390, 844)
    page.goto(CALENDAR)
    page.wait_for_url("**layout=days")
    items = page.locator(".agenda a.c")
    expect(items.first).to_be_visible()
    heights = items.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().height)")
    assert min(heights) >= 44
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    items.first.click()
    expect(page.get_by_role("complementary", name="選んだ記録").get_by_role("article")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="表で見る").click()
    expect(page.locator("table.grid")).to_be_visible()


def test_heads_stay_in_sight_while_the_grid_is_scrolled(signed_in: NewPage) -> None:
    page = signed_in(1366, 500)
    page.goto(f"{CALENDAR}?view=month&at=20240510")
    head, kind = page.locator("thead .days th").first, page.locator("tbody th").last
    page.locator("#sheet").evaluate("(sheet) => sheet.scrollTo(300, 300)")
    box, sheet = head.bounding_box(), page.locator("#sheet").bounding_box()
    left = kind.bounding_box()
    assert box is not None
    assert sheet is not None
    assert left is not None
    assert box["y"] >= sheet["y"] - 1
    assert abs(left["x"] - sheet["x"]) <= 2


def test_what_is_picked_is_kept_by_two_buttons_without_any_script(signed_in: NewPage) -> None:
    page = signed_in(scripts=False)
    page.goto(CALENDAR)
    page.get_by_text("絞り込み", exact=True).click()
    page.get_by_label("処方").check()
    page.get_by_role("button", name="この条件で表示").click()
    expect(page.get_by_text("絞り込んで表示しています: 処方")).to_be_visible()
    page.get_by_role("button", name="いつもこの条件で表示する").click()
    expect(page.get_by_text("（いつもの表示）")).to_be_visible()
    page.get_by_role("button", name="いつもはすべて表示する").click()
    expect(page.get_by_text("絞り込んで表示しています")).to_have_count(0)


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_back_from_an_opened_record_stays_with_the_patient(signed_in: NewPage, size: tuple[int, int]) -> None:
    page = signed_in(*size)
    page.goto(f"{CALENDAR}?layout=table")
    opened = page.locator("#pane article")
    chip = page.locator("a.c").first
    chip.click()
    expect(opened.first).to_be_visible()
    page.go_back()
    expect(opened).to_have_count(0)
    expect(chip).to_be_focused()
    assert page.url.endswith(f"{CALENDAR}?layout=table")
    page.go_forward()
    expect(opened.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    page.go_back()
    page.wait_for_url("**/patients")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_way_to_the_last_stay_ends_at_its_band(signed_in: NewPage, *, scripts: bool) -> None:
    page = signed_in(scripts=scripts)
    page.goto(CALENDAR)
    page.get_by_role("link", name="直近の入院 3/4").click()
    page.wait_for_url("**view=half**")
    band = page.locator("#stay")
    expect(band).to_be_in_viewport()
    if scripts:
        expect(band).to_be_focused()
    assert page.locator("tbody tr").first.get_attribute("class") == "stays"


def test_plus_keeps_the_focus_in_the_grid_and_n_says_when_nothing_is_new(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(f"{CALENDAR}?view=half&at=20231126")
    page.keyboard.press("n")
    expect(page.get_by_text("この期間に新着はありません。")).to_be_visible()
    page.goto(CALENDAR)
    page.locator("a.c").first.focus()
    page.keyboard.press("+")
    expect(page.locator(".zoom [aria-current]")).to_have_text("1週")
    expect(page.locator("#sheet :focus")).to_have_count(1)
