"""A doctor looks for a word in a patient's documents, with a keyboard, on a phone and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from hie.hub.app import application
from tests.build.browsing import NewPage
from tests.build.papers import NOTE, SUMMARY, clinical_document, lay
from tests.build.served import served
from tests.build.world import CENTRAL, CLINIC, World

WHO = "R000000009"
PATH = f"/patients/{WHO}/search"
SIZES = ((1366, 768), (1920, 1080), (390, 844))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A hub with a patient who has a shelf of documents."""
    folder: Path = tmp_path_factory.mktemp("searching")
    world = World(folder)
    world.a_patient(WHO).linked(CENTRAL, "0012345678").linked(CLINIC, "9").consenting().there()
    for number in range(1, 41):
        text = f"<paragraph>{number}回目の外来。糖尿病性腎症は落ち着いている。</paragraph>"
        paper = clinical_document(text, title=f"経過記録 第{number}回")
        day = f"202404{1 + number % 28:02}113000000"
        lay(folder / "papers", {"main_document.xml": paper}, NOTE, key=f"D{number:04}", at=day)
    paper = clinical_document("<paragraph>嚥下障害あり。</paragraph>", title="サマリー", code="18842-5")
    lay(folder / "papers", {"main_document.xml": paper}, SUMMARY)
    world.feed(CENTRAL, folder / "papers")
    with served(application(world.hub())) as where:
        yield where


def _looks_for(page: Page, words: str) -> None:
    page.goto(PATH)
    page.get_by_role("searchbox").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits, .note")


def test_a_word_is_found_and_read_by_keyboard_alone(signed_in: NewPage) -> None:
    page = signed_in()
    _looks_for(page, "腎症")
    assert page.locator("a.paper").count() == 30
    assert page.locator("mark").first.inner_text() == "腎症"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.paper')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#leaf article")
    assert page.locator("#leaf mark").first.inner_text() == "腎症"
    assert page.locator("nav.tabs a[aria-current]").inner_text() == "文書"
    was = page.locator("a.paper[aria-current]").get_attribute("id")
    page.keyboard.press("j")
    page.wait_for_selector(f"a.paper[aria-current]:not(#{was})")
    page.wait_for_selector("#leaf article")
    page.go_back()
    assert page.locator("a.paper").count() == 30
    assert page.locator("#leaf article").count() == 0


def test_no_word_stands_in_an_address_or_stays_in_the_browser(signed_in: NewPage) -> None:
    page = signed_in()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    _looks_for(page, "腎症")
    page.get_by_role("button", name="糖尿病性腎症").click()
    page.wait_for_selector(".hits")
    page.get_by_role("button", name="さらに古い文書").click()
    page.wait_for_selector(".hits")
    assert page.locator("a.paper").count() == 10
    asked = [url for url in seen if "/static/" not in url]
    assert {url.partition("/patients/")[2] for url in asked if "/search" in url} == {f"{WHO}/search"}
    assert not any("%" in url for url in asked)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_everything_works_without_scripts(signed_in: NewPage) -> None:
    page = signed_in(scripts=False)
    _looks_for(page, "嚥下 障害")
    page.locator("a.paper").click()
    assert "嚥下障害あり" in page.locator("#leaf").inner_text()


@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_and_is_accessible(
    signed_in: NewPage, size: tuple[int, int], axe: str, pictures: Path
) -> None:
    page = signed_in(*size)
    for name, words in (("found", "腎症"), ("nothing", "腎臓")):
        _looks_for(page, words)
        page.screenshot(path=pictures / f"search-{name}-{size[0]}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert all(place.is_visible() for place in page.locator(".passage").all())
        page.evaluate(axe)
        found = page.evaluate("axe.run().then((done) => done.violations)")
        assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []


def test_the_box_stands_beside_the_list_of_documents(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(f"/patients/{WHO}/documents")
    page.get_by_role("searchbox").fill("嚥下")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits")
    assert page.locator("a.paper").count() == 1
