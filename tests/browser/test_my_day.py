"""My day in a browser: what it says, how a mark is set and taken back, and what an open page is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hie.exchange.ports import Account
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from tests.build.browsing import NewPage
from tests.build.records import REPORT, RESULT, VISIT
from tests.build.stories import Region
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD

pytestmark = pytest.mark.browser

EMPTY = FacilityCode("1319900009")


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
    moves.get_by_role("link", name="試験 花子さんのカレンダーを開く").click()
    page.wait_for_url(re.compile(r"/patients/R000000001"))
    expect(page.locator("#d20240518")).to_be_in_viewport()
    name = page.get_by_role("heading", level=1)
    expect(name).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") > 0
    page.screenshot(path=pictures / "my_day_opened_390.png")


def test_a_mark_takes_a_patient_off_the_page_and_undo_brings_it_back(
    signed_in: NewPage, region: Region
) -> None:
    region.world.file(HARBOUR, region.hanako, "OML-11", [REPORT, RESULT], "20240520")
    region.world.feed(HARBOUR)
    for scripts in (True, False):
        page = signed_in(scripts=scripts)
        page.goto("/my-day")
        results = page.locator("section.block.results")
        expect(results).to_contain_text("試験 花子")
        results.get_by_role("button", name="試験 花子さんの新着を既読にする").click()
        expect(page.get_by_text("試験 花子さんの新着を既読にしました。")).to_be_visible()
        expect(results).to_contain_text("新しい検査結果はありません。")
        page.get_by_role("button", name="元に戻す").click()
        expect(results).to_contain_text("試験 花子")


def test_the_search_of_the_list_of_patients_stands_on_top(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto("/my-day")
    page.keyboard.type("シケン")
    expect(page.locator("#found").get_by_role("link", name="試験 花子")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/R000000001")
    page.goto("/my-day")
    expect(page.locator("section.block.recent")).to_contain_text("試験 花子")


def test_enter_opens_the_only_patient_found_and_offers_the_first_of_several(
    signed_in: NewPage, region: Region
) -> None:
    page = signed_in()
    for pause in (True, False):
        _search(page)
        if pause:
            expect(page.locator("#found tbody tr")).to_have_count(1)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/patients/{region.hanako.patient.id}")
    other = region.world.a_patient("R000000003").named("試験 次郎", "シケン ジロウ")
    other.linked(CENTRAL, "9001").linked(CLINIC, "9002").consenting().there()
    _search(page)
    expect(page.locator("#found tbody tr")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.locator("#found tbody a").first).to_be_focused()


def _search(page: Page) -> None:
    """Type as soon as the search has the focus, which it takes by itself."""
    page.goto("/my-day")
    expect(page.locator("input[autofocus]")).to_be_focused()
    page.keyboard.type("シケン")


@pytest.mark.parametrize(
    ("role", "said", "ways"),
    [
        (Role.CARE_MANAGER, "貴事業所を選ぶと", 0),
        (Role.PHARMACIST, "窓口にいる方は", 2),
        (Role.DOCTOR, "目の前の患者さんは", 2),
    ],
)
def test_who_may_see_nobody_is_told_what_to_do(
    new_page: NewPage, region: Region, axe: str, role: Role, said: str, ways: int
) -> None:
    login = f"nobody-{role.value}"
    _account(region, login, role)
    page = new_page()
    page.goto("/sign-in")
    page.get_by_label("利用者ID").fill(login)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url("**/my-day")
    expect(page.locator("section.nobody")).to_contain_text(said)
    starts = page.get_by_role("link", name=re.compile("患者さんを探して(診療|利用)を開始する"))
    expect(starts).to_have_count(ways)
    _accessible(page, axe)


def test_the_page_is_accessible_in_both_sizes(signed_in: NewPage, axe: str) -> None:
    for width, height in ((1366, 768), (390, 844)):
        page = signed_in(width, height)
        page.goto("/my-day")
        _accessible(page, axe)


def _account(region: Region, login: str, role: Role) -> None:
    """Let somebody work at a facility of which nobody is a patient."""
    with region.world.store.work() as work:
        if EMPTY not in {one.code for one in work.directory.all()}:
            work.directory.add(Facility(EMPTY, "見本町事業所", FacilityKind.CLINIC, "町", 5))
        encoded = region.world.passwords.hash(PASSWORD)
        work.accounts.add(Account(login, login, "見本 三郎", EMPTY, role, encoded))


def _accessible(page: Page, axe: str) -> None:
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
