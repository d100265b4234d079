"""A browser keeps nothing of a patient: not while one looks, and not when one has gone (T-02, T-07)."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.build.browsing import NewPage
from tests.build.stories import Region

KEPT = """async () => ({
    local: {...localStorage},
    session: {...sessionStorage},
    databases: (await indexedDB.databases()).map((one) => one.name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    cookies: document.cookie,
})"""
NOTHING = {"local": {}, "session": {}, "databases": [], "caches": [], "workers": 0, "cookies": ""}
OURS = {"hie_session", "hie_device", "hie_language", "hie_display"}


def _through(page: Page, region: Region) -> None:
    """Look a patient up, at the calendar, at a record, and at what a search finds."""
    name = region.hanako.patient.name.family
    page.locator("#words").fill(name)
    expect(page.locator("#found")).to_contain_text(name)
    page.locator("#found tbody a").first.click()
    page.wait_for_url("**/patients/R*")
    page.get_by_role("table").first.get_by_role("link").first.click()
    expect(page.locator("#pane")).not_to_be_empty()


def test_a_browser_keeps_nothing_of_a_patient(signed_in: NewPage, region: Region) -> None:
    page = signed_in()
    _through(page, region)
    assert page.evaluate(KEPT) == NOTHING
    cookies = page.context.cookies()
    assert {one["name"] for one in cookies} <= OURS
    assert all(one["httpOnly"] for one in cookies)
    values = " ".join(one["value"] for one in cookies)
    for word in (*region.hanako.patient.name, *region.hanako.numbers.values(), region.hanako.patient.id):
        assert word not in values


def test_who_goes_back_after_signing_out_sees_nobody(signed_in: NewPage, region: Region) -> None:
    page = signed_in()
    _through(page, region)
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url("**/sign-in*")
    assert page.evaluate(KEPT) == NOTHING
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        shown = page.content()
        assert region.hanako.patient.name.given not in shown
        assert region.hanako.numbers["1319900001"] not in shown  # type: ignore[index]
