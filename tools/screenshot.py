"""Takes the README's picture again: one patient's half year in the demo region, in Japanese.

Use: `python tools/screenshot.py [docs/calendar.png]`. Makes the demo region in a temporary folder, signs
in as the first doctor of the demo clinic, opens the calendar of a person with a story, and one item of it.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from hie.cli.demo import PASSWORD
from hie.sample.region import load

PICTURE = Path("docs/calendar.png")
ROW = "検体検査"  # the row, and in it the first result of the hospital that signs so
SIGN = "中"
STORY = "diabetic"  # followed at the clinic, known to three hospitals
START_LIMIT = 120.0  # seconds


@contextmanager
def demo(folder: Path) -> Iterator[str]:
    """Run `hie demo` on a data folder; gives its address, and stops it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    hie = Path(sys.executable).with_name("hie")
    environment = {**os.environ, "HIE_DATA_DIR": str(folder), "HIE_PORT": str(port)}
    with subprocess.Popen([hie, "demo"], env=environment, stdout=subprocess.DEVNULL) as running:
        try:
            _await(port, running)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def _await(port: int, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT
    while running.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("hie demo did not start")


def sign_in(page: Page, address: str, login: str) -> None:
    """Enter as one of the invented people."""
    page.goto(f"{address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main form button")
    page.wait_for_url(f"{address}/my-day")


def open_calendar(page: Page, address: str, patient: str) -> None:
    """Open the half year up to today, with a hospital's laboratory results beside it."""
    page.goto(f"{address}/patients/{patient}")
    row = page.locator(".calendar table tr", has=page.get_by_role("rowheader", name=ROW))
    row.get_by_role("link").filter(has_text=SIGN).first.click()
    page.wait_for_selector("#pane :is(h1, h2, h3)")
    page.mouse.move(0, 0)


def main(target: Path) -> None:
    """Make the picture."""
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(Path(folder)) as address,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=shutil.which("chromium")) as browser,
    ):
        region = load(Path(folder) / "demo/region")
        doctor = next(
            member
            for member in region.members
            if member.facility == region.demo_clinic and member.role == "doctor"
        )
        page = browser.new_page(viewport={"width": 1680, "height": 860}, locale="ja-JP")
        sign_in(page, address, doctor.login)
        open_calendar(page, address, region.stories[STORY].patient)
        page.screenshot(path=target)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE)
