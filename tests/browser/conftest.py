"""A served region and pages of a real browser, whose console must stay silent."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from hie.hub.app import application
from tests.build.browsing import NewPage
from tests.build.served import served
from tests.build.stories import Region, tell
from tests.build.world import PASSWORD


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The region of the tests, fed."""
    return tell(tmp_path_factory.mktemp("region"))


@pytest.fixture(scope="module")
def address(region: Region) -> Iterator[str]:
    """Where the region is served."""
    with served(application(region.world.hub())) as where:
        yield where


@pytest.fixture
def complaints() -> list[str]:
    """What pages said on the console; a test that provokes a complaint takes it out."""
    return []


@pytest.fixture
def new_page(browser: Browser, address: str, complaints: list[str]) -> Iterator[NewPage]:
    """Open pages of a size; at the end none may have complained: no error, no breach of the policy."""

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    with ExitStack() as contexts:

        def make(width: int = 1366, height: int = 768, *, scripts: bool = True) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                base_url=address,
                locale="ja-JP",
                java_script_enabled=scripts,
            )
            contexts.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(10_000)
            page.on("console", heard)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return page

        yield make
    assert complaints == []


@pytest.fixture
def signed_in(new_page: NewPage) -> NewPage:
    """Open pages in which the clinic's doctor has signed in."""

    def make(width: int = 1366, height: int = 768, *, scripts: bool = True) -> Page:
        page = new_page(width, height, scripts=scripts)
        page.goto("/sign-in")
        page.get_by_label("利用者ID").fill("hamada")
        page.get_by_label("パスワード").fill(PASSWORD)
        page.get_by_role("button", name="サインイン", exact=True).click()
        page.wait_for_url("**/my-day")
        page.goto("/patients")
        return page

    return make


@pytest.fixture(scope="session")
def pictures(repository: Path) -> Path:
    """Folder for screenshots that people look at; kept out of the repository."""
    folder = repository / ".cache/screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def axe(repository: Path) -> str:
    """Source of axe-core, from the locked front-end packages."""
    return (repository / "frontend/node_modules/axe-core/axe.min.js").read_text()
