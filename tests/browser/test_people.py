"""A secretary without a manual: every task within four clicks, on both screens, by scan or by hand."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Locator, Page, expect

from hie.hub.app import application
from tests.build.browsing import NewPage, found_by
from tests.build.people import House, found_house, with_secretariat
from tests.build.served import served
from tests.build.world import PASSWORD, World

pytestmark = pytest.mark.browser

MOST_CLICKS = 4
CHOSEN = "kasumi no mukou ni yama"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A region with a secretariat."""
    return with_secretariat(World(tmp_path_factory.mktemp("people")))


@pytest.fixture(scope="module")
def house(world: World) -> House:
    """A hospital with a desk."""
    return found_house(world)


@pytest.fixture(scope="module")
def address(world: World, house: House) -> Iterator[str]:
    """Where it is served."""
    del house
    with served(application(world.hub())) as where:
        yield where


def _as(new_page: NewPage, login: str, width: int = 1366, height: int = 768, *, scripts: bool = True) -> Page:
    page = new_page(width, height, scripts=scripts)
    page.goto("/sign-in")
    page.get_by_label("利用者ID").fill(login)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


class Hand:
    """Counts what it clicks."""

    def __init__(self) -> None:
        """Begin a task."""
        self.clicks = 0
        self.began = monotonic()

    def click(self, at: Locator) -> None:
        """Click once."""
        self.clicks += 1
        at.click()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_the_pages_fit_and_are_accessible(
    new_page: NewPage, axe: str, pictures: Path, house: House, width: int, height: int
) -> None:
    page = _as(new_page, "seki", width, height)
    own = (f"/people/{house.mori}", f"/facilities/{house.code}", f"/facilities/{house.code}/membership/leave")
    for path in ("/people", "/invite", "/facilities", "/facilities/new", "/attestation", "/imports", *own):
        page.goto(path)
        page.screenshot(path=pictures / f"{path[1:].replace('/', '-')}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert found_by(axe, page) == [], path
        if width < height:
            small = page.locator("main :is(button, a.button, select, input:not([type=hidden]))")
            for one in small.all():
                box = one.bounding_box()
                assert box is None or box["height"] >= 44 or one.get_attribute("type") == "radio", path


def test_a_hospital_joins_and_two_people_come_in_within_four_clicks_each(new_page: NewPage) -> None:
    page = _as(new_page, "seki")
    joining = Hand()
    joining.click(page.get_by_role("link", name="施設・利用者"))
    joining.click(page.get_by_role("link", name="施設", exact=True))
    joining.click(page.get_by_role("link", name="施設を登録する"))
    page.get_by_label("施設コード（10桁）").fill("9910000123")
    page.get_by_label("施設名").fill("見本新設病院")
    joining.click(page.get_by_role("button", name="登録する"))
    expect(page.get_by_role("status")).to_contain_text("登録しました")
    codes = []
    for name, role, number in (("見本 一郎", "doctor", "111"), ("見本 次子", "nurse", "222")):
        page.goto("/facilities/9910000123")
        inviting = Hand()
        inviting.click(page.get_by_role("link", name="利用者を招待する"))
        page.get_by_label("氏名").fill(name)
        page.get_by_label("職種").select_option(role)
        page.get_by_label("免許番号または職員番号").fill(number)
        inviting.click(page.get_by_role("button", name="招待状を作る"))
        expect(page.get_by_text(f"{name} 様")).to_be_visible()
        codes.append((page.locator("code.code").inner_text(), number))
        assert inviting.clicks <= MOST_CLICKS
    assert joining.clicks <= MOST_CLICKS
    for login, (code, number) in zip(("ichiro", "tsugiko"), codes, strict=True):
        _accept(new_page, code, number, login)
    other = _as(new_page, "tani")
    for name in ("見本 一郎", "見本 次子"):
        other.goto("/")
        approving = Hand()
        approving.click(other.get_by_role("link", name="施設・利用者"))
        approving.click(other.get_by_role("link", name=name))
        approving.click(other.get_by_role("button", name="承認する"))
        expect(other.get_by_role("status").first).to_contain_text("承認しました")
        assert approving.clicks <= MOST_CLICKS


def _accept(new_page: NewPage, code: str, number: str, login: str) -> None:
    page = new_page(390, 844)
    page.goto(f"/invitation#{code.replace('-', '')}")
    expect(page.get_by_label("招待コード")).to_have_value(code.replace("-", ""))
    assert "#" not in page.url
    page.get_by_role("button", name="次へ").click()
    page.get_by_label("免許番号または職員番号").fill(number)
    page.get_by_label("ログイン名").fill(login)
    page.get_by_label("新しいパスワード").fill(CHOSEN)
    page.get_by_label("パスワード（もう一度）").fill(CHOSEN)
    page.get_by_label("利用規約に同意します").check()
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_role("status")).to_contain_text("承認すると利用できます")


def test_a_leaver_is_dismissed_in_two_clicks_from_the_list(new_page: NewPage, world: World) -> None:
    leaving = found_house(world)
    page = _as(new_page, "seki")
    page.goto("/people")
    hand = Hand()
    hand.click(page.get_by_role("link", name=f"見本 {leaving.mori}", exact=True))
    hand.click(page.get_by_role("button", name="退職（すべての利用を終了）"))
    expect(page.get_by_role("status")).to_contain_text("利用を終了しました")
    assert hand.clicks == 2


def test_everything_works_without_scripts(new_page: NewPage, house: House) -> None:
    page = _as(new_page, house.arai, scripts=False)
    page.goto("/people")
    page.get_by_label("氏名・ログイン名・施設名で探す").fill(house.hori)
    page.get_by_role("button", name="探す").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.goto("/invite")
    page.get_by_label("氏名").fill("見本 三郎")
    page.get_by_label("職種").select_option("clerk")
    page.get_by_label("免許番号または職員番号").fill("333")
    page.get_by_role("button", name="招待状を作る").click()
    code = page.locator("code.code").inner_text()
    nobody = new_page(scripts=False)
    nobody.goto("/invitation")
    nobody.get_by_label("招待コード").fill(code)
    nobody.get_by_role("button", name="次へ").click()
    expect(nobody.get_by_role("heading", level=1)).to_contain_text("見本 三郎 様")
