"""The form that a browser prints is filed by its own code when it comes back as a scan."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from hie.exchange.consents.scanning import registration_of
from hie.hub.app import application
from hie.hub.scans import Scans
from tests.build.desks import Desk, desk_world
from tests.build.served import served
from tests.build.world import PASSWORD, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A region with people at its desks."""
    return desk_world(tmp_path)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where it is served."""
    with served(application(world.hub())) as where:
        yield where


@pytest.fixture
def scans() -> Iterator[Scans]:
    """The process that reads scans."""
    running = Scans()
    yield running
    running.close()


def _printed(browser: Browser, address: str, number: str) -> bytes:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#login", "jimu2")
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.goto(f"{address}/desk/{number}/paper")
    page.wait_for_load_state("networkidle")
    paper: bytes = page.pdf(prefer_css_page_size=True)
    context.close()
    return paper


def test_the_printed_form_is_one_page_and_comes_back_by_its_code(
    browser: Browser, address: str, scans: Scans
) -> None:
    number = Desk(address, "jimu1").registered()
    printed = _printed(browser, address, number)
    found = scans.examine(printed)
    assert [registration_of(code) for code in found.codes] == [number]
    # As an office scanner gives it back: 150 dots an inch, a little turned, grey, compressed.
    sheet = Image.open(io.BytesIO(scans.picture(printed, 1, 1754))).convert("L")
    turned = io.BytesIO()
    sheet.rotate(1.5, expand=True, fillcolor=255).save(turned, "JPEG", quality=60)
    assert [registration_of(code) for code in scans.examine(turned.getvalue()).codes] == [number]
