"""A browser keeps nothing of a patient: not while one looks, and not when one has gone (T-02, T-07)."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from tests.build.browsing import NewPage
from tests.build.papers import SUMMARY, clinical_document, lay
from tests.build.records import drug
from tests.build.stories import Region, tell
from tests.build.world import CENTRAL, HARBOUR

KEPT = """async () => ({
    local: {...localStorage},
    session: {...sessionStorage},
    databases: (await indexedDB.databases()).map((one) => one.name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    cookies: document.cookie,
    state: history.state,
})"""
NOTHING = {
    "local": {},
    "session": {},
    "databases": [],
    "caches": [],
    "workers": 0,
    "cookies": "",
    "state": None,
}
OURS = {"hie_session", "hie_device", "hie_language", "hie_display"}
TELL_STEPS = """for (const name of ["pushState", "replaceState"]) {
    const step = history[name].bind(history);
    history[name] = (state, title, address) => {
        const to = new URL(address ?? "", location.href);
        toldStep(JSON.stringify([state, to.pathname + to.search + to.hash]));
        step(state, title, address);
    };
}"""
"""Every step that a page notes in the browser's history is told: what is kept with it, and its address."""


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The region of the tests with one document more, to be opened on its shelf."""
    region = tell(tmp_path_factory.mktemp("region"))
    number = region.hanako.numbers[CENTRAL]
    root = region.world.folder / "extended"
    lay(root, {"main_document.xml": clinical_document(patient=number)}, SUMMARY, patient=number)
    assert region.world.feed(CENTRAL, root) == {"indexed": 1}
    return region


def _through(page: Page, region: Region) -> str:
    """Look a patient up, at the calendar, at a record and at a document; return what was read there."""
    name = region.hanako.patient.name.family
    page.locator("#words").fill(name)
    expect(page.locator("#found")).to_contain_text(name)
    page.locator("#found tbody a").first.click()
    page.wait_for_url("**/patients/R*")
    page.get_by_role("row").filter(has_text="処方").get_by_role("link").first.click()
    expect(page.locator("#pane article")).to_be_visible()
    read = page.locator("#pane").inner_text()
    page.get_by_role("link", name="文書", exact=True).click()
    page.locator("a.paper").first.click()
    expect(page.locator("#leaf article")).to_be_visible()
    return read + page.locator("#leaf").inner_text()


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


def test_steps_of_the_history_hold_nothing_that_was_read(signed_in: NewPage, region: Region) -> None:
    page, steps = signed_in(), list[str]()
    page.expose_function("toldStep", lambda step: steps.append(step))  # noqa: PLW0108  playwright marks it
    page.add_init_script(TELL_STEPS)
    page.reload()
    read = _through(page, region)
    page.go_back()
    page.go_back()
    expect(page.locator("#pane article")).to_be_visible()
    page.evaluate("window.before = true")
    region.world.file(HARBOUR, region.hanako, "OMP-01", [drug("見本新薬")], at="20240516")
    region.world.feed(HARBOUR)
    page.evaluate("dispatchEvent(new Event('online'))")  # the pulse asks at once
    page.get_by_role("button", name="表示", exact=True).click()
    page.wait_for_function(
        "() => !window.before && document.querySelector('#pane article') && !history.state"
    )
    assert page.evaluate(KEPT) == NOTHING
    told = unquote(" ".join(steps))
    assert all(sign in told for sign in ("scrolled", "open=", "/documents"))
    words = {word for word in read.split() if len(word) > 1 and not word.isascii()}
    assert len(words) > 10
    hers = {*region.hanako.patient.name, *region.hanako.numbers.values()}
    assert {word for word in words | hers if word in told} == set()


def test_who_goes_back_after_signing_out_sees_nobody(signed_in: NewPage, region: Region) -> None:
    page = signed_in()
    _through(page, region)
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url("**/sign-in*")
    assert page.evaluate(KEPT) == NOTHING
    went = set[str]()
    for _ in range(page.evaluate("history.length")):
        page.go_back()
        page.wait_for_load_state()
        went.add(unquote(page.url))
        shown = page.content()
        assert region.hanako.patient.name.given not in shown
        assert region.hanako.numbers[CENTRAL] not in shown
    for kept in ("/sign-in?next=/patients/R000000001?open=", "/sign-in?next=/patients/R000000001/documents?"):
        assert any(kept in one for one in went), went
