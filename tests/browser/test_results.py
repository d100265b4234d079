"""The page of results in a browser: by keyboard, on a phone, without scripts, and onto the clipboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from hie.hub.app import application
from tests.build.browsing import NewPage, found_by
from tests.build.records import DRUG, REPORT, result
from tests.build.served import served
from tests.build.world import CENTRAL, CLINIC, HARBOUR, World

pytestmark = pytest.mark.browser

RESULTS = "/patients/R000000001/results"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where one person's creatinine of two hospitals is served."""
    world = World(tmp_path_factory.mktemp("region"))
    somebody = (
        world.a_patient("R000000001")
        .linked(CENTRAL, "0012345678")
        .linked(HARBOUR, "55501")
        .linked(CLINIC, "7001")
        .consenting()
        .there()
    )
    for month in range(1, 6):
        facility, value, unit = (CENTRAL, "0.81", "mg/dL") if month % 2 else (HARBOUR, "74.3", "μmol/L")
        at = f"2024{month:02}10"
        high = result("クレアチニン", value, unit=unit, unit_code="", flag="H", observed_at=f"{at}0900")
        world.file(facility, somebody, "OML-11", [REPORT, high], at=at)
    world.file(CENTRAL, somebody, "OMP-01", [DRUG], at="20240310")
    world.feed(CENTRAL)
    world.feed(HARBOUR)
    with served(application(world.hub())) as where:
        yield where


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_axe_finds_nothing(signed_in: NewPage, axe: str, width: int, height: int, language: str) -> None:
    page = signed_in(width, height)
    page.context.add_cookies([{"name": "hie_language", "value": language, "url": page.url}])
    for query in ("", "?panel=kidney", "?panel=coagulation", "?item=3C015"):
        page.goto(RESULTS + query)
        assert found_by(axe, page) == [], query
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_arrow_keys_walk_through_the_trends_and_the_focus_tells_everything(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto(RESULTS + "?panel=kidney")
    stack = page.get_by_role("region", name="推移")
    stack.focus()
    page.keyboard.press("ArrowLeft")
    said = page.locator(".trend output").first
    expect(said).to_contain_text("クレアチニン 0.81 mg/dL")
    expect(said).to_contain_text("見本中央病院 2024年5月10日")
    page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("74.3 μmol/L")
    page.get_by_role("table").get_by_role("link", name="74.3").first.focus()
    expect(page.locator("[data-told]")).to_contain_text("そろえた値 0.840 mg/dL")
    expect(page.locator("[data-told]")).to_contain_text("見本港湾病院")


def test_the_table_is_copied_as_text(signed_in: NewPage) -> None:
    page = signed_in()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(RESULTS)
    page.get_by_role("button", name="表をコピー").click()
    expect(page.get_by_text("表をコピーしました。")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[0].split("\t")[:4] == ["項目", "単位", "基準範囲", "2024/5/10 9:00 見本中央病院"]
    assert copied[1].split("\t")[3:5] == ["0.81 高", "74.3 μmol/L ≈0.840 高"]


def test_without_scripts_items_are_chosen_and_the_text_is_a_link_away(signed_in: NewPage) -> None:
    page = signed_in(scripts=False)
    page.goto(RESULTS)
    page.get_by_role("checkbox", name="クレアチニン").check()
    page.get_by_role("button", name="選んだ項目の推移").click()
    expect(page.get_by_role("img", name="クレアチニン（mg/dL）")).to_be_visible()
    way = page.get_by_role("link", name="テキスト表示").get_attribute("href") or ""
    assert "74.3 μmol/L ≈0.840 高" in page.request.get(way).text()
