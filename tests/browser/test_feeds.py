"""The feed monitor in a real browser: it keeps up by itself, keeps what was chosen, and fits both screens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hie.hub.app import application
from tests.build.browsing import NewPage, found_by
from tests.build.feeds import TROUBLED, report, status, watched
from tests.build.served import served
from tests.build.world import PASSWORD, TODAY, World

pytestmark = pytest.mark.browser

QUARTER_MINUTE = 15_000
"""Milliseconds after which a page asks again."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A region with a feed under every light."""
    return watched(tmp_path)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where it is served."""
    with served(application(world.hub())) as where:
        yield where


def _as(new_page: NewPage, login: str, width: int = 1366, height: int = 768, *, scripts: bool = True) -> Page:
    page = new_page(width, height, scripts=scripts)
    if scripts:
        page.clock.install()
    page.goto("/sign-in")
    page.get_by_label("利用者ID").fill(login)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    if "/feeds" not in page.url:
        page.goto("/feeds")
    return page


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_both_pages_fit_and_are_accessible(
    new_page: NewPage, axe: str, pictures: Path, width: int, height: int, language: str
) -> None:
    page = _as(new_page, "jimukyoku", width, height)
    page.context.add_cookies([{"name": "hie_language", "value": language, "url": page.url}])
    for path in ("/feeds", f"/feeds/{TROUBLED}"):
        page.goto(path)
        name = path.strip("/").replace("/", "-")
        page.screenshot(path=pictures / f"{name}-{width}-{language}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert found_by(axe, page) == []


def test_the_overview_keeps_up_by_itself(new_page: NewPage, world: World) -> None:
    page = _as(new_page, "jimukyoku")
    line = page.get_by_role("row").filter(has_text="見本故障病院")
    expect(line).to_contain_text("異常")
    page.evaluate("scrollTo(0, 40)")
    page.evaluate("document.querySelector('#feeds a').focus()")
    report(world, TROUBLED, status())
    page.clock.run_for(QUARTER_MINUTE)
    expect(line).to_contain_text("正常")
    expect(page.locator("#feeds")).to_have_count(1)


def test_what_was_chosen_stays_chosen_while_the_page_keeps_up(new_page: NewPage, world: World) -> None:
    page = _as(new_page, "matsuda")
    boxes = page.get_by_role("checkbox")
    boxes.nth(1).check()
    page.evaluate("scrollTo(0, 300)")
    before = page.evaluate("scrollY")
    with world.store.work() as work:
        edge = next(one for one in work.edges.all() if one.facility == TROUBLED)
        work.contacts.report(TROUBLED, edge.status.replace('"version": "0.2.0"', '"version": "0.2.1"'), TODAY)
    page.clock.run_for(QUARTER_MINUTE)
    expect(page.locator("#feed")).to_contain_text("0.2.1")
    expect(boxes.nth(0)).not_to_be_checked()
    expect(boxes.nth(1)).to_be_checked()
    assert page.evaluate("scrollY") == before
    page.get_by_role("button", name="選んだ文書を再読込").click()
    expect(page.get_by_role("status")).to_contain_text("1件の再読込を依頼しました")
    expect(page.get_by_role("table", name="再読込の依頼")).to_contain_text("依頼中")
    page.get_by_role("button", name="すべて再読込").click()
    expect(page.get_by_role("status")).to_contain_text("2件の再読込を依頼しました")
    with world.store.look() as work:
        assert len(work.tasks.waiting(TROUBLED, 9)) == 2


def test_a_replay_works_without_scripts(new_page: NewPage, world: World) -> None:
    page = _as(new_page, "matsuda", scripts=False)
    page.get_by_role("button", name="再読込", exact=False).last.click()
    page.wait_for_url("**/feeds/*#tasks")
    with world.store.look() as work:
        assert len(work.tasks.waiting(TROUBLED, 9)) == 1


def test_a_session_that_ended_says_so_and_asks_no_more(new_page: NewPage, complaints: list[str]) -> None:
    page = _as(new_page, "jimukyoku")
    page.context.clear_cookies(name="hie_session")
    page.clock.run_for(QUARTER_MINUTE)
    expect(page.get_by_role("alert")).to_contain_text("サインイン")
    expect(page.locator("[hx-trigger]")).to_have_count(0)
    assert [text for text in complaints if "401" not in text] == []
    complaints.clear()
