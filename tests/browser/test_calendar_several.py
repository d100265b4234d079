"""Several records of one day in half a year: the chip says how many, the pane leads to each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from hie.hub.app import application
from tests.build.browsing import NewPage
from tests.build.records import drug
from tests.build.served import served
from tests.build.world import CENTRAL, CLINIC, World

pytestmark = pytest.mark.browser

TIMES = ("09", "11", "15")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a region in which a hospital prescribed three times on one day."""
    world = World(tmp_path_factory.mktemp("region"))
    builder = world.a_patient("R000000001").linked(CENTRAL, "0012345678").linked(CLINIC, "7001")
    patient = builder.consenting().there()
    for hour in TIMES:
        world.file(
            CENTRAL, patient, "OMP-01", [drug(f"見本薬{hour}", ordered_at=f"20240510{hour}0000")], "20240510"
        )
    world.feed(CENTRAL)
    with served(application(world.hub())) as where:
        yield where


def test_a_chip_says_how_many_it_holds_and_the_pane_leads_to_each(signed_in: NewPage) -> None:
    page = signed_in()
    page.goto("/patients/R000000001")
    chip = page.locator("a.c")
    expect(chip).to_have_text("10中×3●")
    assert chip.evaluate(
        "(one) => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight + 1"
    )
    chip.click()
    steps = page.locator("#pane .several a")
    expect(steps).to_have_text(["1/3 処方", "2/3 処方", "3/3 処方"])
    steps.last.click()
    expect(page.locator("#pane article").last).to_be_focused()
    expect(page.locator("#pane article").last).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#pane article")).to_have_count(0)
