"""Passkeys, fresh proofs, the quick switch and the lock, in a real browser with a virtual authenticator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from hie.exchange.ports import Account
from hie.exchange.signing.proofs import Rules
from hie.exchange.signing.sessions import MINUTE
from hie.hub.app import application
from hie.record.requester import Role
from tests.build.browsing import NewPage, found_by
from tests.build.served import served
from tests.build.stories import Region
from tests.build.world import CLINIC, PASSWORD

pytestmark = pytest.mark.browser

OF_THE_PATIENT = ["無口", "ムクチ", "0099999999"]
STAFF = {
    "nurse": ("見本 看護師", Role.NURSE),
    "pharmacist": ("見本 薬剤師", Role.PHARMACIST),
    "therapist": ("見本 療法士", Role.THERAPIST),
}
REMAINS = """async () => {
  const told = [JSON.stringify(Object.entries(localStorage)), JSON.stringify(Object.entries(sessionStorage))];
  told.push(document.cookie, document.documentElement.outerHTML, JSON.stringify(history.state), window.name);
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const asked of await cache.keys()) told.push(asked.url, await (await cache.match(asked)).text());
  }
  for (const base of await indexedDB.databases()) told.push(base.name);
  for (const worker of await navigator.serviceWorker.getRegistrations()) told.push(worker.scope);
  return told.join("\\n");
}"""
"""Everything a page can still read of what was there before."""


@pytest.fixture(scope="module")
def address(region: Region) -> Iterator[str]:
    """The region, where a second factor is asked for and a name is what a passkey is bound to."""
    encoded = region.world.passwords.hash(PASSWORD)
    with region.world.store.work() as work:
        for login, (name, role) in STAFF.items():
            work.accounts.add(Account(login, login, name, CLINIC, role, encoded))
    with served(application(region.world.hub(Rules(second_factor=True)))) as where:
        yield where.replace("127.0.0.1", "localhost")


class Phone:
    """The browser's virtual authenticator."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._line = context.new_cdp_session(page)
        self._line.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self._line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def keys(self) -> int:
        """Count the passkeys on it."""
        found = self._line.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return len(found["credentials"])

    def finger(self, *, right: bool) -> None:
        """Let the next checks of the person succeed or fail."""
        asked = {"authenticatorId": self.id, "isUserVerified": right}
        self._line.send("WebAuthn.setUserVerified", asked)


@pytest.fixture
def shared(new_page: NewPage) -> Callable[[], tuple[Page, Phone]]:
    """Open a page with an authenticator."""

    def make() -> tuple[Page, Phone]:
        page = new_page()
        return page, Phone(page.context, page)

    return make


def _password(page: Page, login: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("利用者ID").fill(login)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()


def _enrol(page: Page, login: str) -> None:
    _password(page, login)
    page.get_by_role("button", name="この端末で登録する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("回復コード")
    page.get_by_role("link", name="控えました").click()


def _sign_out(page: Page) -> None:
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url("**/sign-in")


def test_a_passkey_is_made_signs_in_and_confirms(
    shared: Callable[[], tuple[Page, Phone]], region: Region, complaints: list[str]
) -> None:
    page, phone = shared()
    _enrol(page, "hamada")
    page.wait_for_url("**/my-day")
    assert phone.keys() == 1
    _sign_out(page)
    phone.finger(right=False)
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.get_by_role("alert")).to_contain_text("パスキーを確認できませんでした")
    phone.finger(right=True)
    page.get_by_role("button", name="パスキーでサインイン").click()
    page.wait_for_url("**/my-day")
    region.world.clock.moment += 6 * MINUTE
    page.goto("/security")
    page.get_by_role("button", name="新しく発行する").click()
    page.wait_for_url("**/confirm?**")
    page.get_by_role("button", name="パスキーで確認").click()
    page.wait_for_url("**/security?unfinished=1")
    expect(page.get_by_role("alert")).to_contain_text("操作はまだ行われていません")
    page.get_by_role("button", name="新しく発行する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("回復コード")
    assert complaints == []


def test_after_a_quick_switch_nothing_of_the_one_before_is_left(
    shared: Callable[[], tuple[Page, Phone]], complaints: list[str]
) -> None:
    page, phone = shared()
    for login in ("nurse", "kawai"):
        _enrol(page, login)
        page.goto("/security")
        page.get_by_label("この端末は共用です").check()
        page.get_by_label("切り替え一覧に私の名前を出す").check()
        page.get_by_role("button", name="保存する").click()
        expect(page.get_by_role("status")).to_contain_text("端末の設定を変えました")
        _sign_out(page)
    assert phone.keys() == 2
    page.goto("/switch")
    page.get_by_role("button", name="河合 研二").click()
    page.wait_for_url("**/my-day")
    page.goto("/patients/R000000002")
    expect(page.get_by_role("heading", level=1)).to_contain_text("無口 太郎")
    before = [*OF_THE_PATIENT, _session(page)]
    assert len(_left(page, before)) > 1  # the search finds what is there
    page.get_by_role("link", name="利用者を切り替える").click()
    page.get_by_role("button", name="見本 看護師").click()
    page.wait_for_url("**/my-day")
    expect(page.get_by_text("見本 看護師").first).to_be_visible()
    assert _left(page, before) == []
    for _ in range(5):
        page.go_back()
        page.wait_for_load_state()
        assert _left(page, before) == [], page.url
    assert [token for token in before if token in json.dumps(page.context.storage_state())] == []
    # The other's patient was asked for anew on the way back, and is not there for this person.
    assert {text.partition(" of ")[2] for text in complaints} == {"404 (Not Found)"}
    complaints.clear()


def test_a_page_nobody_is_at_takes_its_contents_away(
    shared: Callable[[], tuple[Page, Phone]], region: Region
) -> None:
    page, _ = shared()
    page.clock.install()
    _enrol(page, "clerk")
    page.goto("/security")
    expect(page.get_by_role("heading", name="回復コード")).to_be_visible()
    page.clock.fast_forward(14 * MINUTE)
    page.mouse.move(10, 10)
    page.clock.fast_forward(14 * MINUTE)
    expect(page.get_by_role("heading", name="回復コード")).to_be_visible()
    page.clock.fast_forward(MINUTE)
    expect(page.get_by_text("画面を閉じました")).to_be_visible()
    assert page.get_by_role("heading").count() == 0
    region.world.clock.moment += 15 * MINUTE
    page.get_by_role("link", name="もう一度サインイン").click()
    page.get_by_role("button", name="パスキーでサインイン").click()
    page.wait_for_url("**/security")


def test_a_page_whose_session_was_ended_elsewhere_takes_its_contents_away(
    shared: Callable[[], tuple[Page, Phone]], region: Region
) -> None:
    page, _ = shared()
    page.clock.install()
    _enrol(page, "pharmacist")
    page.goto("/security")
    with region.world.store.work() as work:
        assert work.sessions.close_all(account="pharmacist") == 1
    page.clock.fast_forward(2 * MINUTE)
    page.mouse.move(10, 10)
    expect(page.get_by_text("画面を閉じました")).to_be_visible()


def test_the_pages_of_signing_in_are_accessible(shared: Callable[[], tuple[Page, Phone]], axe: str) -> None:
    page, _ = shared()
    found: list[str] = []

    def look(at: str) -> None:
        if at:
            page.goto(at)
        found.extend(f"{page.url}: {one}" for one in found_by(axe, page))

    look("/sign-in")
    _password(page, "therapist")
    page.get_by_role("button", name="この端末で登録する").wait_for()
    look("")
    page.get_by_role("button", name="この端末で登録する").click()
    page.get_by_role("link", name="控えました").wait_for()
    look("")
    for at in ("/security", "/confirm", "/security/app"):
        look(at)
    page.goto("/security")
    page.get_by_label("切り替え一覧に私の名前を出す").check()
    page.get_by_role("button", name="保存する").click()
    for at in ("/switch", "/switch?who=therapist"):
        look(at)
    assert found == []


def _session(page: Page) -> str:
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "hie_session")


def _left(page: Page, canaries: list[str]) -> list[str]:
    """Name what a page can still read of these."""
    told = page.evaluate(REMAINS) + page.title() + page.url
    return [canary for canary in canaries if canary in told]
