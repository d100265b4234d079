"""From a withdrawal to an empty screen: how long a calendar that stands open stays readable.

    python benchmarks/blank.py [--times 5]

A real hub serves a small region, a real browser shows a calendar with the pulse as it is delivered. At a
random moment between two beats everything is withdrawn; measured is until the page is emptied, beside the
best that a pulse of this length allows. Ends with 1 if one takes longer than a minute.
"""

# ruff: noqa: E402  the path is set before the imports

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

# The script's own folder holds modules named like those of the standard library.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from playwright.sync_api import Page, sync_playwright

from consent.model import ConsentEvent, EventKind, Provision, Withdrawal
from hie.hub.app import application
from hie.record.identifiers import PatientId
from tests.build.served import served
from tests.build.stories import Region, tell
from tests.build.world import CLINIC, PASSWORD
from viewer.screen import PULSE_EVERY

LIMIT = 60.0
CALENDAR = "/patients/R000000002"


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as browsers:
        region = tell(Path(folder))
        with served(application(region.world.hub())) as address:
            browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_context(base_url=address, locale="ja-JP").new_page()
            page.goto("/sign-in")
            page.locator("#login").fill("hamada")
            page.locator("#password").fill(PASSWORD)
            page.locator("form[action='/sign-in'] button").click()
            page.wait_for_url("**/patients")
            found = sorted(_once(region, page) for _ in range(times))
            browser.close()
    every = PULSE_EVERY / 1000
    print(f"pulse every {every:.0f} s, {times} withdrawals at random moments")
    print(f"until the screen was empty: median {statistics.median(found):.1f} s, longest {found[-1]:.1f} s")
    print(f"the best a pulse allows:    median {every / 2:.1f} s, longest {every:.1f} s")
    print(f"limit {LIMIT:.0f} s: {'kept' if found[-1] <= LIMIT else 'MISSED'}")
    return 0 if found[-1] <= LIMIT else 1


def _once(region: Region, page: Page) -> float:
    _record(region, EventKind.GIVEN)
    page.goto(CALENDAR)
    page.locator("[data-pulse]").wait_for()
    page.wait_for_timeout(random.uniform(0, PULSE_EVERY))
    _record(region, EventKind.WITHDRAWN)
    began = time.perf_counter()
    page.locator(".blanked").wait_for(timeout=2000 * LIMIT)
    return time.perf_counter() - began


def _record(region: Region, kind: EventKind) -> None:
    """Let the one without a number at the clinic consent for it by name, or take it back."""
    clinic = frozenset({CLINIC})
    patient = PatientId(region.silent.patient.id)
    event = ConsentEvent(0, patient, kind, region.world.clock.now(), "bench", "form")
    with region.world.store.work() as work:
        if kind is EventKind.GIVEN:
            work.consents.record(event._replace(provisions=(Provision(recipients=clinic),)))
        else:
            work.consents.record(event._replace(withdrawal=Withdrawal()))


if __name__ == "__main__":
    sys.exit(main())
