"""The first day of a secretary with no manual: a facility, two people, a patient with consent and link.

Clicks are counted by the page itself, what is typed in fields. A colleague confirms, as the rules ask.
Pictures of each step are left in the folder that `HIE_PICTURES` names, if it names one.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from hie.exchange.ports import Account
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from tests.build.browsing import NewPage
from tests.build.stories import Region
from tests.build.world import CENTRAL, PASSWORD

OFFICE = FacilityCode("1390000009")
COUNT_CLICKS = """
addEventListener("click", event => {
  if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1
}, true)
"""


class Spent(NamedTuple):
    """What a task took."""

    task: str
    clicks: int
    fields: int
    seconds: float


class Person:
    """Somebody at a browser, whose clicks are counted."""

    def __init__(self, page: Page, login: str) -> None:
        page.add_init_script(COUNT_CLICKS)
        page.goto("/sign-in")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("main button.primary").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        self.page = page
        self.fields = 0
        self._pictures = os.environ.get("HIE_PICTURES", "")
        self._taken = 0

    def begin(self) -> tuple[int, int, float]:
        """Start counting a task, from the landing page."""
        self.page.goto("/")
        self.page.evaluate("sessionStorage.clicks = 0")
        self.fields = 0
        return 0, 0, time.monotonic()

    def spent(self, task: str, began: tuple[int, int, float]) -> Spent:
        """Return what was spent since."""
        clicks = int(self.page.evaluate("sessionStorage.clicks"))
        return Spent(task, clicks, self.fields, time.monotonic() - began[2])

    def click(self, name: str) -> None:
        """Click what bears this name, as a link or a button; wait for what it leads to."""
        found = self.page.get_by_role("link", name=name, exact=True).or_(
            self.page.get_by_role("button", name=name, exact=True)
        )
        found.first.click()
        self.page.wait_for_load_state()

    def type(self, label: str, text: str) -> None:
        """Fill a field."""
        self.page.get_by_label(label, exact=True).fill(text)
        self.fields += 1

    def choose(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.page.get_by_label(label, exact=True).select_option(label=option)
        self.fields += 1

    def picture(self, name: str) -> None:
        """Leave a picture of what is seen now."""
        self._taken += 1
        if self._pictures:
            place = Path(self._pictures) / f"{self._taken:02d}-{name}.png"
            self.page.screenshot(path=str(place))


@pytest.fixture
def office(region: Region) -> None:
    """A secretariat of two."""
    encoded = region.world.passwords.hash(PASSWORD)
    with region.world.store.work() as work:
        work.directory.add(Facility(OFFICE, "見本県事務局", FacilityKind.SECRETARIAT, "事務局", 0))
        for login, name in (("office1", "事務 一子"), ("office2", "事務 二郎")):
            work.accounts.add(Account(login, login, name, OFFICE, Role.SECRETARIAT, encoded))


@pytest.fixture
def signed_form(tmp_path: Path) -> Path:
    """A scan of a signed form, as a scanner leaves it."""
    picture = Image.new("L", (620, 877), 255)
    ImageDraw.Draw(picture).line([(100, 700), (300, 660), (500, 700)], fill=0, width=4)
    path = tmp_path / "scan.png"
    picture.save(path)
    return path


def _facility(one: Person) -> Spent:
    began = one.begin()
    one.picture("today")
    one.click("施設・利用者")
    one.click("施設")
    one.click("施設を登録する")
    one.type("施設コード（10桁）", "1320000077")
    one.type("施設名", "見本かえで医院")
    one.choose("種別", "診療所")
    one.type("根拠（議決番号など）", "協議会 第12号")
    one.picture("facility")
    one.click("登録する")
    assert "見本かえで医院" in one.page.locator("main").inner_text()
    one.picture("facility-registered")
    return one.spent("a facility", began)


def _person(one: Person, new_page: NewPage, name: str, role: str, number: str, login: str) -> Spent:
    """Invite; the invited person then accepts at a browser of their own: no work of the secretary's."""
    began = one.begin()
    one.click("施設・利用者")
    one.click("利用者を招待する")
    one.type("施設", "見本かえで医院")
    one.type("氏名", name)
    one.choose("職種", role)
    one.type("免許番号または職員番号", number)
    one.picture("invite")
    one.click("招待状を作る")
    code = one.page.locator("code.code").inner_text()
    one.picture("letter")
    spent = one.spent(f"a person ({role})", began)
    _accept(new_page(390, 844), code, number, login)
    return spent


def _accept(page: Page, code: str, number: str, login: str) -> None:
    page.goto("/invitation")
    page.get_by_label("招待コード").fill(code)
    page.get_by_role("button", name="次へ").click()
    page.get_by_label("免許番号または職員番号").fill(number)
    page.get_by_label("ログイン名（半角の英数字3文字以上）").fill(login)
    for field in ("#password", "#again"):
        page.locator(field).fill("山道で 拾った 赤い傘 七本 2031")
    page.get_by_label("利用規約に同意します").check()
    page.get_by_role("button", name="登録する").click()
    page.get_by_role("heading", name="登録を受け付けました").wait_for()


def _approvals(two: Person) -> Spent:
    began = two.begin()
    for name in ("見本 医子", "見本 看太"):
        two.click("施設・利用者")
        two.click(name)
        two.picture("approve")
        two.click("承認する")
    return two.spent("approving two people (the colleague)", began)


def _patient(one: Person, scan: Path) -> Spent:
    began = one.begin()
    one.click("患者を登録する")
    one.type("ヨミ（セイ　メイ）", "アオバ ハルコ")
    one.type("氏名（姓　名）", "青葉 春子")
    one.type("生年月日", "S25.1.15")
    one.page.get_by_label("女性", exact=True).check()
    one.choose("どの施設の番号か", "見本中央病院")
    one.type("患者番号", "0055500055")
    one.picture("find")
    one.page.locator("#find").click()
    one.page.locator("#new-person").click()
    one.page.locator("#numbers-form").wait_for()
    one.picture("link")
    one.page.locator("#next").click()
    one.page.locator("#scope-form").wait_for()
    one.picture("scope")
    one.page.locator("#propose").click()
    one.page.locator("#files").set_input_files(str(scan))
    one.fields += 1
    one.page.locator("#attach").click()
    one.page.locator("figure.scan").wait_for()
    one.picture("proposed")
    assert one.page.locator("#state").inner_text() == "確認待ち"
    return one.spent("a patient: find, link, sign with the scan", began)


def _verification(two: Person) -> Spent:
    began = two.begin()
    two.click("同意・登録")
    two.page.get_by_role("link", name=re.compile("青葉 春子")).first.click()
    two.picture("verify")
    two.page.locator("#verify").click()
    two.page.wait_for_function("document.querySelector('#state')?.textContent === '登録済み'")
    two.picture("verified")
    return two.spent("verifying the patient (the colleague)", began)


def test_a_secretary_registers_a_facility_two_people_and_a_patient(
    office: None,
    new_page: NewPage,
    signed_form: Path,
    region: Region,
    capsys: pytest.CaptureFixture[str],
) -> None:
    del office
    first, second = Person(new_page(), "office1"), Person(new_page(), "office2")
    spent = [_facility(first)]
    people = (
        ("見本 医子", "医師", "654321", "ishiko"),
        ("見本 看太", "看護師", "123456", "kanta"),
    )
    spent += [_person(first, new_page, *one) for one in people]
    spent.append(_approvals(second))
    spent.append(_patient(first, signed_form))
    spent.append(_verification(second))
    with capsys.disabled():
        for one in spent:
            print(f"\n{one.task}: {one.clicks} clicks, {one.fields} fields, {one.seconds:.1f} s", end="")  # noqa: T201
        print()  # noqa: T201
    with region.world.store.look() as work:
        assert FacilityCode("1320000077") in {facility.code for facility in work.directory.all()}
        assert {account.name for login in ("ishiko", "kanta") if (account := work.accounts.find(login))} == {
            "見本 医子",
            "見本 看太",
        }
        linked = work.patients.resolve(CENTRAL, ["0055500055"])["0055500055"]
        assert [event.kind for event in work.consents.events([linked[1]])[linked[1]]] == ["given"]
    assert max(one.clicks for one in spent) <= 12
