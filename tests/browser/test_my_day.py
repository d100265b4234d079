"""My day in a browser: what it says, how a mark is set and taken back, and what an open page is told."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.build.browsing import NewPage
from tests.build.records import REPORT, RESULT, VISIT
from tests.build.stories import Region
from tests.build.world import CENTRAL, HARBOUR


def _news(region: Region) -> None:
    """Let things happen at two hospitals after what the region began with."""
    world, hanako = region.world, region.hanako
    told = VISIT._replace(event="A01", patient_class="I", at="202405181000", admitted_at="", ward="3F")
    world.file(CENTRAL, hanako, "ADT-22", [told], "20240518")
    world.file(HARBOUR, hanako, "OML-11", [REPORT, RESULT._replace(flag="H")], "20240519")
    world.feed(CENTRAL)
    world.feed(HARBOUR)


def test_what_happened_is_told_and_the_calendar_opens_at_that_day(
    signed_in: NewPage, region: Region, pictures: Path
) -> None:
    _news(region)
    for width, height in ((1366, 768), (390, 844)):
        page = signed_in(width, height)
        page.goto("/my-day")
        moves = page.locator("section.block.moves")
        expect(moves).to_contain_text("5/18(土)に入院")
        expect(page.locator("section.block.results")).to_contain_text("基準外")
        assert page.locator("section.block").count() <= 5
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=pictures / f"my_day_{width}.png", full_page=True)
    moves.get_by_role("link", name="試験 花子のカレンダーを開く").click()
    page.wait_for_url(re.compile(r"/patients/R000000001\?at=20240518"))
