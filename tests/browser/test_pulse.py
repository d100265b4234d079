"""What is closed while it stands on a screen is taken off the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from consent.model import ConsentEvent, EventKind, Withdrawal
from hie.hub.app import application
from tests.build.browsing import NewPage
from tests.build.records import drug
from tests.build.served import served
from tests.build.stories import Region, tell
from tests.build.world import CENTRAL, CLINIC, HARBOUR

pytestmark = pytest.mark.browser

PLACE = "[scrollX, scrollY, document.querySelector('#sheet').scrollLeft, document.activeElement.href]"
QUICK = 200
"""Milliseconds between two beats; the test waits for what happens, never for a time."""


@pytest.fixture
def region(tmp_path: Path) -> Region:
    """A region of its own for each test: they withdraw."""
    return tell(tmp_path)


@pytest.fixture
def address(region: Region) -> Iterator[str]:
    """Serve it with a quick pulse."""
    app = application(region.world.hub())
    app.state.screen.pulse_every = QUICK
    with served(app) as where:
        yield where


def _withdraw(region: Region, withdrawal: Withdrawal) -> None:
    with region.world.store.work() as work:
        event = ConsentEvent(
            0, region.hanako.patient.id, EventKind.WITHDRAWN, region.world.clock.now(), "d", "2"
        )
        work.consents.record(event._replace(withdrawal=withdrawal))


def _is_blank(page: Page, said: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(said)
    content = page.content()
    assert "試験" not in content
    assert "シケン" not in content
    assert "7001" not in content


def test_a_calendar_is_emptied_when_the_consent_is_withdrawn(
    region: Region, signed_in: NewPage, complaints: list[str]
) -> None:
    page = signed_in()
    page.goto("/patients/R000000001")
    page.get_by_role("row").filter(has_text="処方").get_by_role("link").first.click()
    with page.expect_response(lambda answer: "/pulse" in answer.url and answer.status == 204):
        pass
    with region.world.store.work() as work:
        for facility in (CENTRAL, HARBOUR, CLINIC):
            for number in work.patients.files([region.hanako.patient.id])[region.hanako.patient.id].numbers:
                if number.facility == facility == CLINIC:
                    work.patients.unlink(number, "desk", region.world.clock.now())
    _withdraw(region, Withdrawal())
    _is_blank(page, "いまは表示できません")
    page.get_by_role("link", name="患者さんの一覧へ").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    complaints.clear()  # the browser itself reports the answer 404


def test_a_calendar_is_emptied_when_one_hospital_is_taken_back(
    region: Region, signed_in: NewPage, complaints: list[str]
) -> None:
    page = signed_in()
    page.goto("/patients/R000000001")
    expect(page.get_by_role("heading", level=1)).to_contain_text("試験 花子")
    _withdraw(region, Withdrawal(disclosers=frozenset({HARBOUR})))
    _is_blank(page, "いまは表示できません")
    page.goto("/patients/R000000001")
    expect(page.get_by_role("heading", level=1)).to_contain_text("試験 花子")
    complaints.clear()


def test_a_new_document_empties_no_page_and_is_offered(region: Region, signed_in: NewPage) -> None:
    page = signed_in()
    page.goto("/patients/R000000001")
    with page.expect_response(lambda answer: "/pulse" in answer.url and answer.status == 204):
        pass
    expect(page.locator("#arrived")).to_be_empty()
    region.world.file(CENTRAL, region.hanako, "OMP-01", [drug("見本新薬")], at="20240515")
    region.world.feed(CENTRAL)
    for _ in range(3):
        with page.expect_response(lambda answer: "/pulse" in answer.url and answer.status == 205):
            pass
    expect(page.get_by_role("heading", level=1)).to_contain_text("試験 花子")
    expect(page.get_by_role("button", name="表示", exact=True)).to_have_count(1)
    expect(page.locator("#arrived")).to_contain_text("新しい記録が届きました")


def test_what_came_is_shown_where_the_page_was_being_read(region: Region, signed_in: NewPage) -> None:
    for day in range(10, 31):
        region.world.file(CENTRAL, region.hanako, "OMP-01", [drug(f"見本薬{day}")], at=f"202404{day}")
    region.world.feed(CENTRAL)
    page = signed_in(900, 420)
    page.goto("/patients/R000000001")
    page.get_by_role("row").filter(has_text="処方").get_by_role("link").first.click()
    expect(page.locator("#pane .opened:has(article)")).to_be_focused()
    sheet = page.locator("#sheet")
    before = page.evaluate(PLACE)
    region.world.file(HARBOUR, region.hanako, "OMP-01", [drug("見本新薬")], at="20240516")
    region.world.feed(HARBOUR)
    chips = page.locator("#sheet a.c").count()
    page.get_by_role("button", name="表示", exact=True).click()
    expect(page.locator("#sheet a.c")).to_have_count(chips + 1)
    expect(page.locator("#pane")).to_contain_text("見本")
    expect(sheet).to_be_visible()
    page.wait_for_function(f"before => JSON.stringify({PLACE}) === JSON.stringify(before)", arg=before)
    expect(page.locator("#arrived")).to_be_empty()


def test_what_the_reader_may_not_see_is_not_offered(region: Region, signed_in: NewPage) -> None:
    page = signed_in()
    page.goto("/patients/R000000001")
    region.world.file(CENTRAL, region.silent, "OMP-01", [drug("見本新薬")], at="20240515")
    region.world.feed(CENTRAL)
    for _ in range(3):
        with page.expect_response(lambda answer: "/pulse" in answer.url and answer.status == 204):
            pass
    expect(page.locator("#arrived")).to_be_empty()


def test_a_page_left_open_after_signing_out_elsewhere_is_emptied(
    signed_in: NewPage, complaints: list[str]
) -> None:
    page = signed_in()
    page.goto("/patients/R000000001")
    other = page.context.new_page()
    other.goto("/patients")
    other.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("alert")).to_contain_text("サインインが終わった")
    _is_blank(page, "サインインが終わった")
    complaints.clear()


def test_a_page_that_hears_nothing_is_emptied(signed_in: NewPage, complaints: list[str]) -> None:
    page = signed_in()
    page.goto("/patients/R000000001")
    expect(page.get_by_role("heading", level=1)).to_contain_text("試験 花子")
    page.context.set_offline(offline=True)
    _is_blank(page, "つながらない")
    complaints.clear()
