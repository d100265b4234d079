"""The pages of emergencies, care and trying out: no serious finding, no sideways scrolling, few clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from consent.model import Provision
from hie.exchange.ports import Account
from hie.hub.app import application
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from tests.build.browsing import NewPage, found_by
from tests.build.records import drug
from tests.build.served import served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, PASSWORD, World

pytestmark = pytest.mark.browser

OFFICE = FacilityCode("1319900009")
SIZES = [(1366, 768), (390, 844)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A hospital on duty, and somebody who agreed to the emergency clause."""
    folder: Path = tmp_path_factory.mktemp("emergency")
    world = World(folder)
    encoded = world.passwords.hash(PASSWORD)
    with world.store.work() as work:
        work.directory.add(Facility(OFFICE, "見本事務局", FacilityKind.SECRETARIAT, "事務局", 0))
        for login, facility, role in (
            ("night", HARBOUR, Role.DOCTOR),
            ("officer", CENTRAL, Role.PRIVACY_OFFICER),
            ("office", OFFICE, Role.SECRETARIAT),
        ):
            work.accounts.add(Account(login, login, f"{login} 氏名", facility, role, encoded))
        work.duties.set(HARBOUR, "office", 1, on=True)
    clause = Provision(recipients=frozenset({CLINIC}), emergency=True)
    somebody = (
        world.a_patient("R000000003")
        .named("救 急子", "キュウ キュウコ")
        .linked(CENTRAL, "0031")
        .consenting(clause)
        .there()
    )
    world.file(CENTRAL, somebody, "OMP-01", [drug("見本抗凝固薬")])
    world.feed(CENTRAL)
    with served(application(world.hub())) as where:
        yield where


def _as(new_page: NewPage, login: str, width: int, height: int) -> Page:
    page = new_page(width, height)
    page.goto("/sign-in")
    page.get_by_label("利用者ID").fill(login)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.locator("form[action='/sign-out']")).to_be_attached()
    return page


def _fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_from_the_patients_list_to_an_emergency_calendar_and_its_end(
    new_page: NewPage, axe: str, width: int, height: int
) -> None:
    page = _as(new_page, "night", width, height)
    page.goto("/patients")
    page.get_by_role("link", name="緊急閲覧").click()
    page.get_by_label("氏名カナ").fill("きゅう きゅうこ")
    page.get_by_label("生年月日").fill("昭和45年1月15日")
    page.get_by_label("性別").select_option("F")
    page.get_by_label("意識がない").check()
    page.get_by_label("くわしい理由").fill("搬送時に意識がない")
    assert found_by(axe, page) == []
    _fits(page)
    page.get_by_role("button", name="確認へ進む").click()
    assert found_by(axe, page) == []
    page.get_by_role("button", name="緊急閲覧を始める").click()
    if width < 700:  # A narrow window goes on to the list of days.
        page.wait_for_url("**layout=days")
    banner = page.get_by_role("region", name="緊急閲覧中")
    expect(banner).to_contain_text("12:00まで")
    expect(page.get_by_role("heading", level=1)).to_contain_text("救 急子")
    assert found_by(axe, page) == []
    banner.get_by_role("button", name="終了").click()
    expect(banner).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_desk_reviews_and_tries_out(new_page: NewPage, axe: str, width: int, height: int) -> None:
    page = _as(new_page, "office", width, height)
    for path in ("/reviews", "/notices", "/could-see", "/could-see?patient=R000000003", "/simulator"):
        page.goto(path)
        assert found_by(axe, page) == [], path
        _fits(page)
    page.get_by_label("患者カードの番号").fill("R000000003")
    page.get_by_role("button", name="選ぶ").click()
    page.get_by_label("変更を試す").select_option("withdraw-all")
    page.get_by_role("button", name="確かめる").click()
    expect(page.get_by_text("変更すると 見られません")).to_be_visible()
    assert found_by(axe, page) == []
    _fits(page)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_form_of_starting_care(new_page: NewPage, axe: str, width: int, height: int) -> None:
    page = _as(new_page, "hamada", width, height)
    page.goto("/care")
    assert found_by(axe, page) == []
    _fits(page)
