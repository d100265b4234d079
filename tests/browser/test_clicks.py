"""How many clicks each daily task takes, counted on real pages from the page after sign-in.

A click is one; pressing Enter is one; typing into a search is one, and so is choosing what it found.
Moving with the arrow keys and scrolling are none, and what a page says by itself takes no click at all.
With `HIE_PICTURES=DIR` the last page of each task is kept as a picture, for people who look at it.

Absent, because they belong to messages between the members of a team and do not exist yet: answering a
question or a request 可/不可, broadcasting a request for a discharge or a transfer, sending a pharmacist's
疑義 or トレーシング note, pressing 了解 on an instruction, asking the doctor only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from hie.cli.found import fill
from hie.hub.app import application
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.settings import Settings
from hie.hub.wiring import wire
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import load
from tests.build.served import Client, served
from tests.build.world import FixedClock

pytestmark = pytest.mark.browser

PASSWORD = "an invented password"
NOON = 1_793_502_000_000
"""2026-11-01 12:00 in Japan, the day after the region's last."""
DIABETIC, NAME, SOUND = "R000112648", "佐伯 節子", "サエキ セツコ"
NEWS_OF = "三宅 恵子"
HOSPITALS = 3
"""So many hospitals and the clinic measured her haemoglobin."""


class Hand:
    """Uses a page as a person does, and counts."""

    def __init__(self, page: Page) -> None:
        """Start at the page after sign-in, with no click."""
        self.page = page
        self.clicks = 0

    def click(self, what: Locator) -> None:
        """Click the first such thing; it must be in sight."""
        what.first.click()
        self.clicks += 1

    def type(self, where: Locator, words: str) -> None:
        """Type into a search."""
        where.press_sequentially(words)
        self.clicks += 1

    def enter(self) -> None:
        """Press Enter."""
        self.page.keyboard.press("Enter")
        self.clicks += 1

    def link(self, name: str | re.Pattern[str]) -> Locator:
        """Find a link of the page by its name."""
        return self.page.get_by_role("link", name=name)

    def tab(self, name: str) -> None:
        """Go to another page of the patient."""
        self.click(self.page.locator("nav.tabs").get_by_role("link", name=name, exact=True))


Way = Callable[[Hand], None]


def _calendar_of_the_news(hand: Hand) -> None:
    """Open the calendar of somebody whom the first page names."""
    hand.click(hand.link(re.compile(f"^{NEWS_OF}.*カレンダーを開く")))
    expect(hand.page.locator("h1")).to_contain_text(NEWS_OF)
    expect(hand.page).to_have_url(re.compile(r"/patients/R\d+([?#]|$)"))


def _seen_before(hand: Hand) -> None:
    """Open whom one looked at before, whom the first page keeps at hand."""
    hand.click(hand.page.locator("section.block.recent").get_by_role("link", name=NAME))
    expect(hand.page.locator("h1")).to_contain_text(NAME)


def _searched(hand: Hand) -> None:
    """Search for anybody, and go to the first that is found."""
    hand.type(hand.page.locator("#words"), SOUND)
    expect(hand.page.locator("#found").get_by_role("link", name=NAME)).to_be_visible(timeout=20_000)
    hand.page.keyboard.press("ArrowDown")
    hand.enter()
    expect(hand.page.locator("h1")).to_contain_text(NAME)


def _calendar_of_anybody(hand: Hand) -> None:
    _searched(hand)
    expect(hand.page).to_have_url(re.compile(rf"/patients/{DIABETIC}$"))


def _last_note(hand: Hand) -> None:
    """Read the newest note of the hospital beside the calendar."""
    _seen_before(hand)
    hand.click(hand.page.locator("main a[title*='経過記録']"))
    expect(hand.page.get_by_role("article").first).to_contain_text("明日退院")


def _last_summary(hand: Hand) -> None:
    """Read the summary of the last stay beside the calendar."""
    _seen_before(hand)
    hand.click(hand.page.locator("main a[title*='文書']"))
    expect(hand.page.get_by_role("article").first).to_contain_text("退院時診断")


def _last_results(hand: Hand) -> None:
    """Read what is new of the laboratory beside the calendar."""
    _calendar_of_the_news(hand)
    hand.click(hand.page.locator("main a[title*='検体検査']"))
    expect(hand.page.get_by_role("article").first).to_contain_text("2026年10月28日")


def _discharge_summary(hand: Hand) -> None:
    """From the calendar: the documents, of which the newest summary is opened."""
    hand.page.goto(f"/patients/{DIABETIC}")
    hand.tab("文書")
    hand.click(hand.page.locator("a.paper", has_text="退院時サマリー"))
    expect(hand.page.get_by_role("article")).to_contain_text("退院時診断")


def _trend_over_hospitals(hand: Hand) -> None:
    """From the calendar: all results, then a panel with its curves of all hospitals."""
    hand.page.goto(f"/patients/{DIABETIC}")
    hand.tab("検査")
    hand.click(hand.page.locator("nav.panels").get_by_role("link", name="貧血"))
    expect(hand.page.locator("figure.trend svg").first).to_be_visible()
    assert hand.page.locator(".legend > span:not(.soft)").count() > HOSPITALS


def _word_in_documents(hand: Hand) -> None:
    """From the calendar: find a word of two kanji in the text of all documents."""
    hand.page.goto(f"/patients/{DIABETIC}")
    hand.tab("文書")
    hand.type(hand.page.locator("#passage-words"), "解熱")
    hand.enter()
    expect(hand.page.locator("mark").first).to_have_text("解熱")


def _undo_of_seen(hand: Hand) -> None:
    """Mark somebody's news as seen by mistake, and take it back."""
    mark = hand.page.get_by_role("button", name=re.compile(f"^{NEWS_OF}.*既読にする"))
    before = mark.count()
    hand.click(mark)
    expect(hand.page.get_by_role("status").filter(has_text=NEWS_OF)).to_be_visible()
    assert mark.count() < before
    hand.click(hand.page.get_by_role("button", name="元に戻す"))
    expect(mark).to_have_count(before)


def _status_by_itself(hand: Hand) -> None:
    """The hospital's liaison office types nothing: its ADT messages tell the family doctor."""
    expect(hand.page.locator("section.block.moves")).to_contain_text("退院予定")


def _duplicates_and_allergies(hand: Hand) -> None:
    """Hints of one ingredient twice and of an allergy: a search opens the page that tells them."""
    _searched(hand)
    _drugs(hand.page)


def _duplicates_of_the_list(hand: Hand) -> None:
    """The same of a patient who was at the counter before."""
    _seen_before(hand)
    _drugs(hand.page)


def _drugs(page: Page) -> None:
    expect(page.locator("ul.hints")).to_contain_text("同じ成分")
    expect(page.locator("[aria-labelledby=med-beside]")).to_contain_text("ペニシリン")


def _reason_for_a_drug(hand: Hand) -> None:
    """The diseases stand beside the drugs."""
    _seen_before(hand)
    expect(hand.page.locator("[aria-labelledby=med-beside]")).to_contain_text("２型糖尿病")


class Task(NamedTuple):
    """A task of somebody."""

    name: str
    login: str
    target: int
    """Clicks that it is to take at most."""
    takes: int
    """Clicks that it takes."""
    way: Way


DOCTOR, PARTNER, PHARMACIST = "hamada", "ono", "ueda"
"""Two of one clinic: what one has looked at is news to the other still; who looks comes after who marks."""
TASKS = (
    Task("learn what became of a patient in hospital", PARTNER, 0, 0, _status_by_itself),
    Task("take back a mark that was set by mistake", PARTNER, 2, 2, _undo_of_seen),
    Task("read the last results", PARTNER, 2, 2, _last_results),
    Task("open the calendar of a patient with news", DOCTOR, 1, 1, _calendar_of_the_news),
    Task("open the calendar of a patient seen before", DOCTOR, 1, 1, _seen_before),
    Task("open the calendar of anybody by a search", DOCTOR, 1, 2, _calendar_of_anybody),
    Task("read the last note", DOCTOR, 2, 2, _last_note),
    Task("read the last summary", DOCTOR, 2, 2, _last_summary),
    Task("open the discharge summary from the calendar", DOCTOR, 2, 2, _discharge_summary),
    Task("see a trend over hospitals from the calendar", DOCTOR, 2, 2, _trend_over_hospitals),
    Task("find a word in all documents from the calendar", DOCTOR, 3, 3, _word_in_documents),
    Task("check duplicates and allergies by a search", PHARMACIST, 1, 2, _duplicates_and_allergies),
    Task("check duplicates and allergies of the list", PHARMACIST, 1, 1, _duplicates_of_the_list),
    Task("see the reason for a drug", PHARMACIST, 1, 1, _reason_for_a_drug),
)
MISSED = {"open the calendar of anybody by a search", "check duplicates and allergies by a search"}
"""What takes more than it is to: the words of a search are one, and choosing whom it found is another."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served region whose stories are the tasks'."""
    folder = tmp_path_factory.mktemp("clicks")
    for _ in generate(RegionPlan(patients=7, hospitals=4, years=1), folder / "region"):
        pass
    region = load(folder / "region")
    clock = FixedClock()
    clock.moment = NOON
    settings = Settings(data_dir=folder / "hub", second_factor="off")
    hub = wire(settings, clock)
    fill(hub.store, region, PASSWORD)
    for storage in region.storages:
        places = [place for place in (storage.ssmix2, storage.extended) if place]
        feed_sources(hub.store, Feeding(settings, storage.facility), places, lambda _: None)
    with served(application(hub)) as where:
        for login in (DOCTOR, PHARMACIST):
            client = Client(where)
            assert client.sign_in(login, PASSWORD).status == 303
            assert client.get(f"/patients/{DIABETIC}").status == 200  # looked at on another day
        yield where


@pytest.mark.parametrize("task", TASKS, ids=[one.name.replace(" ", "-") for one in TASKS])
def test_each_task_takes_so_many_clicks(browser: Browser, address: str, task: Task) -> None:
    page = browser.new_context(
        base_url=address, locale="ja-JP", viewport={"width": 1366, "height": 768}
    ).new_page()
    page.set_default_timeout(8_000)
    page.goto("/sign-in")
    page.get_by_label("利用者ID").fill(task.login)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url("**/my-day")
    hand = Hand(page)
    try:
        task.way(hand)
    finally:
        _picture(page, task)
        page.context.close()
    assert hand.clicks == task.takes, f"{task.name}: {hand.clicks} clicks"


def test_no_task_but_those_told_takes_more_than_its_target() -> None:
    assert {task.name for task in TASKS if task.takes > task.target} == MISSED
    assert max(task.takes for task in TASKS) < 5


def _picture(page: Page, task: Task) -> None:
    folder = os.environ.get("HIE_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"clicks_{task.login}_{task.name.replace(' ', '_')}.png")
