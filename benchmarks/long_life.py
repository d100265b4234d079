"""A life of 20,000 entries over fifteen years and five hospitals, in a region of 22,013: every page of it.

    python benchmarks/long_life.py [--patients 22013] [--factor 10] [--entries 20000] [--keep FOLDER]

Tells one person who is dialysed three times a week, files all of it as a hospital's storage is filed, in a
region that `region_rows.py` fills, and, unless `--factor 0`, in one that many times larger. Measured in one
run, the regions taking turns, medians of eleven:

* the queries: half a year, the whole life, its density, one analyte of ten years;
* every page of the person as a browser gets it: milliseconds until the last byte, bytes on the line;
* in Chromium with a processor four times slower: first paint of the calendar, and how long a press of an
  arrow key and the opening of a record take.

Ends with 1 where the half year is longer than 150 KB on the line, or a page grows by more than a quarter
with the region.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

from playwright.sync_api import Page, sync_playwright
from region_rows import fill
from served_hub import TOKEN, ServedHub

from consent.grant import Grant
from consent.model import ConsentEvent, EventKind, Provision
from hie.clock import SystemClock
from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import Account, Device, Session, Store
from hie.exchange.ports.looks import Unseen
from hie.exchange.records.series import SeriesRequest, series
from hie.exchange.signing.browsers import token_hash
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.settings import Settings
from hie.record.identifiers import PatientId
from hie.record.people import HumanName, Sex
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import Day, Period
from hie.sample import documents
from hie.sample.chart import Disease, Document
from hie.sample.drugs import Infusion, rp
from hie.sample.facilities import Region, invented_region
from hie.sample.names import known_person
from hie.sample.plan import RegionPlan
from hie.sample.tale import Charts
from hie.sample.tree import Tree
from hie.store import open_store
from hie.store.codes import APPROVED

YEARS = 15
PLAN = RegionPlan(patients=10, hospitals=5, years=YEARS, until=date(2026, 10, 31))
INDEX = 9_999
"""The person's place in the invented region: after everybody else."""
TURNS = 11
MOST_BYTES = 150_000
GROWTH = 1.25
SLOWER = 4
CREATININE = "3C015"
DRIP = (Infusion((("maintenance", "500"),), "60 mL/hr", 10, 240),)
WORDS = (
    "透析中の血圧低下なし。",
    "下腿浮腫軽度、肺野清。",
    "腎性貧血、二次性副甲状腺機能亢進症。",
    "除水量据え置き。",
)
LAST = Day(20261031)


class Told(NamedTuple):
    """A region that is filled, and who is asked about by whom."""

    folder: Path
    patient: PatientId
    doctor: Requester
    entries: int


def main() -> int:
    """Run, print the tables, return the exit status."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--patients", type=int, default=22013)
    arguments.add_argument("--factor", type=int, default=10)
    arguments.add_argument("--entries", type=int, default=20_000)
    arguments.add_argument("--keep", help="folder for the databases, used again if they are there")
    given = arguments.parse_args()
    base = Path(given.keep) if given.keep else Path(tempfile.mkdtemp(prefix="life-"))
    missed: list[str] = []
    try:
        small = _region(base, "x1", given.patients, given.entries)
        regions = {"x1": small}
        if given.factor:
            name = f"x{given.factor}"
            regions[name] = _region(base, name, given.patients * given.factor, given.entries)
        missed += _queries(regions)
        missed += _pages(regions)
        _browser(small)
    finally:
        if not given.keep:
            shutil.rmtree(base)
    for one in missed:
        print("FLOOR MISSED:", one)
    return 1 if missed else 0


# --- the life ---------------------------------------------------------------------------------------


def _region(base: Path, name: str, patients: int, entries: int) -> Told:
    region = invented_region(PLAN)
    person = known_person(
        PLAN, INDEX, HumanName("長命", "続", "ナガイノチ", "ツヅク"), Sex.MALE, date(1950, 3, 3)
    )
    doctor = Requester("bench-life", "見本 医師", region.demo_clinic.code, Role.DOCTOR, Purpose.TREATMENT)
    folder = base / name
    if not folder.exists():
        folder.mkdir(parents=True)
        storages = base / "storages"
        charts = Charts(PLAN, region, person, Random("life"))
        told = list(_write(storages, charts, entries))
        print(f"{len(told)} documents of one person", file=sys.stderr)
        store = open_store(f"sqlite:///{folder / 'hie.sqlite3'}", str(folder / "objects"))
        fill(store, patients, 45)
        _enrol(store, region, charts, doctor)
        for site in (*region.hospitals, region.demo_clinic):
            areas = [storages / "facilities" / site.code / area for area in ("ssmix2", "extended")]
            feeding = Feeding(Settings(data_dir=folder), site.code)
            feed_sources(store, feeding, [one for one in areas if one.exists()], lambda _: None)
        store.close()
    bare = sqlite3.connect(folder / "hie.sqlite3")
    (count,) = bare.execute(
        "select count(*) from entry e join local_patient l on l.id = e.local_patient where l.patient = ?"
        " and e.status = ?",
        (person.patient.id, APPROVED),
    ).fetchone()
    bare.close()
    print(f"{name}: {count} current entries of the one, {patients} others", file=sys.stderr)
    return Told(folder, person.patient.id, doctor, count)


def _write(storages: Path, charts: Charts, entries: int) -> Iterator[Document]:
    """Write the life into storages, unless a region before has done so; yield every document."""
    there, tree = storages.exists(), Tree(storages)
    for number, document in enumerate(_life(charts)):
        if number >= entries * 1.1:  # a document of the extended storage is more files than one
            return
        if not there:
            tree.write(document)
        yield document


def _life(charts: Charts) -> Iterator[Document]:
    """Tell it backwards from the last day, so that whatever the number, the newest is there."""
    charts.allergies = ("penicillin",)
    dialysis, clinic = charts.hospital(0), charts.clinic()
    others = [charts.hospital(number) for number in range(1, 5)]
    last, first = PLAN.last, PLAN.first
    for chart in (dialysis, clinic, *others):
        yield chart.demographics(last - 1, height="165.0", weight="60.0")
        yield chart.problems(last - 1, [Disease("hypertension", first - 900, primary=True)])
    for number, day in enumerate(range(last - 1, first, -1)):
        turn = day % 7
        if turn in {0, 2, 4}:
            yield dialysis.visit(day, "01", "0805")
            yield dialysis.inject(day, DRIP, clock="0830")
            yield dialysis.inject(day, DRIP, clock="1130")
            yield from documents.vital_signs(dialysis, day, "01")
            yield from documents.progress_note(dialysis, day, "01", WORDS)
            yield dialysis.laboratory(day, "clinic" if number % 3 else "diabetes", clock="0812")
        if turn == 5:
            other = others[number // 7 % len(others)]
            yield other.visit(day, "01", "0915")
            yield other.laboratory(day, "clinic", clock="0920")
            yield other.prescribe(day, (rp("morning", 28, "calcium 1", "statin 1"),))
            yield from documents.progress_note(other, day, "01", WORDS)
        if turn == 1:
            yield clinic.visit(day, "01", "0930")
            yield clinic.prescribe(day, (rp("twice", 14, "biguanide 1"), rp("morning", 14, "calcium 1")))


def _enrol(store: Store, region: Region, charts: Charts, doctor: Requester) -> None:
    with store.work() as work:
        for facility in region.facilities:
            work.directory.add(facility)
        known = (doctor.user, "life", doctor.name, doctor.facility, Role.DOCTOR, "nobody's")
        work.accounts.add(Account(*known, attested_at=2**50))
        work.patients.enrol(charts.person.patient)
        for chart in charts.opened():
            work.patients.link(chart.local, charts.person.patient.id, "bench", 1)
        work.consents.record(
            ConsentEvent(0, charts.person.patient.id, EventKind.GIVEN, 1, "bench", "form", (Provision(),))
        )
        work.devices.keep(Device("life", b"life", "", 0, 0))
        who = (token_hash(TOKEN), doctor.user, doctor.facility, doctor.role, "life", "csrf")
        work.sessions.open(Session(*who, 0, 2**50, 2**51, 0, 2))


# --- queries ----------------------------------------------------------------------------------------


def _queries(regions: dict[str, Told]) -> list[str]:
    print(f"\nQueries, milliseconds, medians of {TURNS}")
    stores = {
        name: open_store(f"sqlite:///{told.folder / 'hie.sqlite3'}", str(told.folder / "objects"))
        for name, told in regions.items()
    }
    clock = SystemClock()
    samples: dict[tuple[str, str], list[float]] = {}
    for _ in range(TURNS):
        for name, told in regions.items():
            store = stores[name]
            with store.work() as work:
                (answer,) = admit(work, clock.now(), [Asked(told.doctor, told.patient, "view")])
            assert isinstance(answer.grant, Grant)
            for what, act in _asked(store, told, answer.grant).items():
                samples.setdefault((what, name), []).append(_timed(act))
    for store in stores.values():
        store.close()
    return _told_of(samples, list(regions), "")


def _asked(store: Store, told: Told, grant: Grant) -> dict[str, Callable[[], object]]:
    def find(start: int, end: int) -> Callable[[], object]:
        def act() -> object:
            with store.look() as work:
                return len(work.registry.find(grant, Period(Day(start), Day(end))))

        return act

    def density() -> object:
        with store.look() as work:
            return work.densities.of(grant, Unseen())

    ten_years = Period(Day(20161101), LAST)
    request = SeriesRequest(told.doctor, told.patient, CREATININE, ten_years)
    return {
        "find half a year": find(20260501, LAST),
        "find the whole life": find(20111101, LAST),
        "density of the whole life": density,
        "decide, write down, creatinine of ten years": lambda: series(store, SystemClock(), request),
    }


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter_ns()
    act()
    return (time.perf_counter_ns() - start) / 1_000_000


def _told_of(samples: dict[tuple[str, str], list[float]], names: list[str], unit: str) -> list[str]:
    """Print medians side by side with their growth; return what grew too much."""
    missed = []
    for what in dict.fromkeys(what for what, _ in samples):
        medians = [statistics.median(samples[what, name]) for name in names]
        growth = f"  × {medians[-1] / medians[0]:.2f}" if len(medians) > 1 else ""
        print(f"  {what:52} {'  '.join(f'{one:8.2f}' for one in medians)}{unit}{growth}")
        if len(medians) > 1 and medians[-1] > GROWTH * medians[0] + 1:
            missed.append(f"{what} grew by {medians[-1] / medians[0]:.2f}")
    return missed


# --- pages ------------------------------------------------------------------------------------------


def _paths(told: Told) -> dict[str, str]:
    base = f"/patients/{told.patient}"
    at = f"at={LAST}"
    return {
        "calendar, half a year": f"{base}?view=half&{at}",
        "calendar, a month": f"{base}?view=month&{at}",
        "calendar, a year": f"{base}?view=year&{at}",
        "calendar, the whole life": f"{base}?view=life&{at}",
        "summary": f"{base}/summary",
        "results": f"{base}/results",
        "one analyte": f"{base}/results/{CREATININE}",
        "medications": f"{base}/medications",
        "documents": f"{base}/documents",
        "images": f"{base}/images",
        "my day": "/my-day",
    }


def _pages(regions: dict[str, Told]) -> list[str]:
    print(
        f"\nPages over HTTP, milliseconds until the last byte, medians of {TURNS}; bytes on the line (zstd)"
    )
    samples: dict[tuple[str, str], list[float]] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for name, told in regions.items():
        with ServedHub(told.folder) as server:
            for what, path in _paths(told).items():
                for _ in range(TURNS):
                    start = time.perf_counter_ns()
                    size = _fetched(server.address + path, "zstd, gzip")
                    samples.setdefault((what, name), []).append((time.perf_counter_ns() - start) / 1e6)
                sizes[what] = (size, _fetched(server.address + path, "identity"))
            if name == next(iter(regions)):
                for clients in (1, 16):
                    none = server.rate("/noop", clients)
                    rate = server.rate(_paths(told)["calendar, half a year"], clients)
                    print(
                        f"  c={clients:<3} half a year {rate:6.0f}/s, {none / rate:.1f} no-op requests each"
                    )
    missed = _told_of(samples, list(regions), " ms")
    for what, (small, whole) in sizes.items():
        print(f"  {what:52} {small / 1000:8.1f} KB of {whole / 1000:.0f}")
    if sizes["calendar, half a year"][0] > MOST_BYTES:
        missed.append(f"half a year is {sizes['calendar, half a year'][0]} bytes, at most {MOST_BYTES}")
    return missed


def _fetched(address: str, encoding: str) -> int:
    asked = urllib.request.Request(  # noqa: S310  our own hub
        address, headers={"Cookie": f"hie_session={TOKEN}", "Accept-Encoding": encoding}
    )
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        assert answer.status == 200
        return len(answer.read())


# --- Chromium ---------------------------------------------------------------------------------------

PAINTED = """() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const whole = performance.getEntriesByType('navigation')[0];
  return [paint ? paint.startTime : -1, whole.domContentLoadedEventEnd, whole.responseEnd];
}"""
ARROW = """() => new Promise((done) => {
  const chip = document.querySelector('table.grid a[tabindex="0"]');
  chip.focus();
  const start = performance.now();
  chip.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true, cancelable: true}));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""


def _browser(told: Told) -> None:
    print(f"\nChromium, processor {SLOWER} × slower, milliseconds, medians of {TURNS}")
    with ServedHub(told.folder) as server, sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width, height in ((1366, 768), (390, 844)):
            context = browser.new_context(
                base_url=server.address, locale="ja-JP", viewport={"width": width, "height": height}
            )
            context.add_cookies([{"name": "hie_session", "value": TOKEN, "url": server.address}])
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            figures: dict[str, list[float]] = {}
            for _ in range(TURNS):
                _looked(page, _paths(told)["calendar, half a year"], figures)
            for what, found in figures.items():
                print(f"  {width} × {height} {what:40} {statistics.median(found):8.0f}")
            context.close()
        browser.close()


def _looked(page: Page, path: str, figures: dict[str, list[float]]) -> None:
    page.goto(path, wait_until="load")
    paint, ready, answered = page.evaluate(PAINTED)
    figures.setdefault("answer complete", []).append(answered)
    figures.setdefault("first contentful paint", []).append(paint)
    figures.setdefault("all of it there and alive", []).append(ready)
    if page.locator("table.grid a[tabindex='0']").count():
        figures.setdefault("an arrow key, until drawn", []).append(page.evaluate(ARROW))
        start = time.perf_counter()
        page.locator("table.grid a.c").first.click()
        page.locator("#pane article").first.wait_for()
        figures.setdefault("a record opened, until it stands", []).append(
            (time.perf_counter() - start) * 1000
        )


if __name__ == "__main__":
    sys.exit(main())
