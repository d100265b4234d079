"""axe-core finds nothing serious on any page, in any size, in both languages."""

import pytest
from playwright.sync_api import expect

from tests.build.browsing import NewPage, found_by
from tests.build.world import PASSWORD

pytestmark = pytest.mark.browser

CALENDAR = "/patients/R000000001"
OPENS = "a:is(.c:not(.q), .stay, .opens)"
"""What opens a record beside the calendar; the days at the head of its table lead elsewhere."""


def test_the_sign_in_page_and_its_failure(new_page: NewPage, axe: str) -> None:
    page = new_page()
    page.goto("/sign-in")
    assert found_by(axe, page) == []


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_pages_of_the_doctor(signed_in: NewPage, axe: str, width: int, height: int, language: str) -> None:
    page = signed_in(width, height)
    page.context.add_cookies([{"name": "hie_language", "value": language, "url": page.url}])
    for path in (
        "/patients",
        CALENDAR,
        CALENDAR + "?view=month&at=20240510",
        CALENDAR + "?view=month&at=20300101",
    ):
        page.goto(path)
        assert found_by(axe, page) == [], path
    page.goto(CALENDAR)
    links = page.locator(f"table.grid {OPENS}").all()
    assert links or width < 700
    for link in links:
        link.click()
        expect(page.get_by_role("article").first).to_be_visible()
        assert found_by(axe, page) == [], link.get_attribute("title")
        page.keyboard.press("Escape")
        expect(page.get_by_role("article")).to_have_count(0)


@pytest.mark.parametrize("width", [1366, 390])
def test_an_account_without_records_and_an_ended_session(
    new_page: NewPage, signed_in: NewPage, axe: str, width: int, complaints: list[str]
) -> None:
    page = new_page(width, 844)
    page.goto("/sign-in")
    page.get_by_label("利用者ID").fill("clerk")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("同意・登録")
    assert found_by(axe, page) == []
    page = signed_in(width, 844)
    page.goto(CALENDAR)
    if width < 700:  # A narrow window goes on to the list of days, which asks again who looks.
        page.wait_for_url("**layout=days")
    page.context.clear_cookies(name="hie_session")
    page.locator(f"#sheet {OPENS}").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    # The heading went with the record; a message is no page of its own.
    assert [found for found in found_by(axe, page) if "page-has-heading-one" not in found] == []
    assert [text for text in complaints if "401" not in text] == []
    complaints.clear()


def test_an_opened_record_as_a_page_of_its_own(signed_in: NewPage, axe: str) -> None:
    page = signed_in()
    page.goto(CALENDAR)
    page.goto(page.get_by_role("table").first.get_by_role("link").first.get_attribute("href") or "")
    assert found_by(axe, page) == []
