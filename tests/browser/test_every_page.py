"""Every page of the product as each role meets it: fits, is accessible, by day and by night, by keyboard.

The pages are those that the mounted routes and the links on them lead to, so a new page is looked at as
soon as it stands. With `HIE_PICTURES=DIR` each page is kept as a picture, for people who look at it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from hie.cli.demo import PASSWORD
from hie.hub.app import application
from hie.hub.entrance import guarded
from hie.hub.settings import Settings
from hie.hub.wiring import wire
from hie.record.identifiers import PatientId
from hie.record.requester import Role
from hie.sample.region import load
from tests.build.served import Client, served
from tests.build.walking import Map, Place, Walked, walk

pytestmark = pytest.mark.browser

SIZES = {"desk": (1366, 768), "large": (1920, 1080), "phone": (390, 844)}
EXTREMES = ((360, 740), (3840, 2160))
NOBODY = "nobody"
WALKERS = (
    *(NOBODY, Role.DOCTOR, Role.SECRETARIAT, Role.PATIENT, Role.LIAISON, Role.PHARMACIST, Role.NURSE),
    *(Role.CARE_MANAGER, Role.PRIVACY_OFFICER, Role.FEED_OPERATOR, Role.FAMILY),
)
"""Who walks; the first that meets a page looks at all of it, later ones at what differs."""
MOST: Mapping[str, int] = {Role.DOCTOR: 16, Role.SECRETARIAT: 12}
"""How many addresses of one route they try, to come by every kind of record and of case."""
SHARES: Mapping[str, int] = {Role.DOCTOR: 3, Role.SECRETARIAT: 2}
"""In how many tests the pages of one role are looked at."""
WHOLLY, BRIEFLY = 1, 4
"""So many pages of a route are looked at in every way, and as many more of another kind briefly."""
FURTHEST = 120
"""Steps that a page is walked by keyboard at most; a calendar has hundreds."""
NEVER_MET = frozenset(
    {
        *("/here", "/pulse", "/switch/passkey", "/second-factor/passkey"),  # asked by scripts
        "/second-factor/code.svg",  # stands on a page of a session that is not signed in yet
        "/could-see/table.csv",  # asked by a form
        "/emergency",  # leads off from a search
        "/desk/batch/{batch}",  # from here on: of what the demonstration need not hold
        "/desk/scans/{digest}/{page}",
        "/consents/{patient}/scans/{sequence}/{digest}",
        "/links/{surrogate}/exposure",
        "/links/{surrogate}/exposure.csv",
        "/patients/{patient}/uploads/{number}/picture",
        "/patients/{patient}/entries/{entry}/attachments/{number}",
    }
)
"""Routes that no walk need come by; their own tests look at them."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LISTEN = """() => {
  const met = (window.met = new Map());
  document.addEventListener("focusin", (event) => {
    const at = getComputedStyle(event.target);
    const inside = event.target.querySelector?.(":scope *") ?? null;
    const seen = [at, inside && getComputedStyle(inside), getComputedStyle(event.target, "::after")].some(
      (style) => style && ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)));
    met.set(event.target, seen);
  });
  const shown = (one) =>
    one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}) && !one.closest("[inert]");
  const radios = new Set();
  const once = (one) => {
    if (one.type !== "radio") return true;
    const group = `${one.form?.action} ${one.name}`;
    return radios.has(group) ? false : radios.add(group);
  };
  window.wanted = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]",
  )].filter((one) => shown(one) && !one.disabled && one.tabIndex >= 0 && once(one));
  document.activeElement?.blur();
  const parts = (one) => (one.type === "date" || one.type === "datetime-local" ? 6 : 1);
  return window.wanted.reduce((steps, one) => steps + parts(one), 0);
}"""
TOLD = """(furthest) => {
  const told = (one) => one.outerHTML.slice(0, 110);
  const group = (one) => (one.type === "radio" ? [...window.met.keys()].some(
    (met) => met.type === "radio" && met.name === one.name) : window.met.has(one));
  return {
    missed: window.wanted.slice(0, furthest).filter((one) => one.isConnected && !group(one)).map(told),
    unseen: [...window.met].filter(([, seen]) => !seen).map(([one]) => told(one)),
  };
}"""


class Demo(NamedTuple):
    """The served region, and who has an account there by role."""

    address: str
    routes: Map
    logins: Mapping[str, str]
    people: tuple[PatientId, ...]
    """Whom the demonstration tells of; a search would lead to them."""


@pytest.fixture(scope="module")
def demo(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demonstration's region, small, in one hub."""
    data = tmp_path_factory.mktemp("every_page")
    command = [sys.executable, "-m", "hie.cli", "demo", "--patients", "24", "--no-serve"]
    environment = {**os.environ, "HIE_DATA_DIR": str(data)}
    subprocess.run(command, env=environment, cwd=repository, check=True, stdout=subprocess.DEVNULL)
    region = load(data / "demo" / "region")
    logins: dict[str, str] = {}
    for member in region.members:
        if not member.attested_days_ago:
            logins.setdefault(member.role, member.login)
    app = application(wire(Settings(data_dir=data / "demo" / "hub", second_factor="off")))
    with served(app) as where:
        people = tuple(one.patient for one in region.stories.values())
        yield Demo(where, Map(guarded(app.routes)), logins, people)


@pytest.fixture(scope="module")
def walked(demo: Demo) -> Mapping[str, Walked]:
    """What each comes by."""
    found = {}
    for who in WALKERS:
        client = Client(demo.address)
        if who != NOBODY:
            assert client.sign_in(demo.logins[who], PASSWORD).status == 303
        role = None if who == NOBODY else Role(who)
        known = [address for one in demo.people[:3] for address in demo.routes.about(one, role)]
        found[str(who)] = walk(client, demo.routes, role, known, MOST.get(str(who), 2))
    return found


def test_every_page_is_met_by_somebody_and_no_link_leads_nowhere(
    demo: Demo, walked: Mapping[str, Walked]
) -> None:
    answered = frozenset().union(*(one.answered for one in walked.values()))
    roles = set(WALKERS)
    open_to_them = {
        route.path
        for route in demo.routes.routes
        if route.declared.audience is None or route.declared.audience & roles
    }
    assert [f"{who}: {link}" for who, one in walked.items() for link in one.dead] == []
    missed = {one for one in open_to_them - answered if not one.startswith(("/static", "/edge", "/api"))}
    assert missed - NEVER_MET == set()


@pytest.mark.parametrize(
    ("who", "share"), [(str(one), share) for one in WALKERS for share in range(SHARES.get(one, 1))]
)
def test_every_page_fits_and_is_accessible_by_day_by_night_and_by_keyboard(
    browser: Browser, demo: Demo, walked: Mapping[str, Walked], axe: str, who: str, share: int
) -> None:
    met: dict[str, set[str]] = defaultdict(set)
    for other in list(walked)[: list(walked).index(who)]:
        for place in walked[other].pages:
            met[place.route] |= place.parts
    found: list[str] = []
    page = _signed_in(browser, demo, who, found)
    for place in walked[who].pages[share :: SHARES.get(who, 1)]:
        look = Look(page, axe, place, found, _picture(who, place))
        if place.route not in met:
            if place.nth <= BRIEFLY:
                look.wholly() if place.nth <= WHOLLY else look.briefly()
        elif place.parts - met[place.route]:
            look.briefly()
        elif place.nth == 1:
            look.at_a_glance()
    page.context.close()
    assert "\n".join(found) == ""


class Look:
    """Looks at one page in all its sizes."""

    def __init__(self, page: Page, axe: str, place: Place, found: list[str], picture: Path | None) -> None:
        """Look with `page`; what is wrong goes into `found`."""
        self._page, self._axe, self._found, self._picture = page, axe, found, picture
        self._address = place.address
        self._name = f"{place.route} {place.nth}"

    def at_a_glance(self) -> None:
        """Open it: it fits, and nothing complains."""
        self._size("desk")
        before = len(self._found)
        self._page.goto(self._address)
        self._found[before:] = [f"{self._name}: {text}" for text in self._found[before:]]
        self._fits("desk")
        self._keep("desk", "light")
        self._size("phone")
        self._fits("phone")
        self._keep("phone", "light")

    def briefly(self) -> None:
        """Look by day, at a desk and on a phone: what another role sees of it may be more."""
        self.at_a_glance()
        self._size("desk")
        self._examine("desk")

    def wholly(self) -> None:
        """Look in every size, by day and by night, and walk through it by keyboard."""
        self.briefly()
        self._size("phone")
        self._examine("phone", without="color-contrast")
        self._night("phone")
        self._size("large")
        self._fits("large")
        self._keep("large", "light")
        for width, height in EXTREMES:
            self._page.set_viewport_size({"width": width, "height": height})
            self._fits(f"{width}")
        self._size("desk")
        self._walk("desk")

    def _size(self, name: str) -> None:
        width, height = SIZES[name]
        self._page.set_viewport_size({"width": width, "height": height})

    def _fits(self, size: str) -> None:
        if over := self._page.evaluate(WIDER):
            self._found.append(f"{self._name} {size}: {over} pixels too wide")

    def _night(self, size: str) -> None:
        self._page.emulate_media(color_scheme="dark")
        self._examine(f"{size} dark", only="color-contrast")
        self._keep(size, "dark")
        self._page.emulate_media(color_scheme="light")

    def _examine(self, state: str, only: str = "", without: str = "") -> None:
        if not self._page.evaluate("() => 'axe' in window"):
            self._page.evaluate(self._axe)
        asked: dict[str, Any] = {"resultTypes": ["violations"], "preload": False, "iframes": False}
        if only:
            asked["runOnly"] = {"type": "rule", "values": [only]}
        if without:
            asked["rules"] = {without: {"enabled": False}}
        result = self._page.evaluate("(asked) => axe.run(asked)", asked)
        self._found += [
            f"{self._name} {state}: {one['id']} {node['html'][:110]}"
            for one in result["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"][:3]
        ]

    def _walk(self, state: str) -> None:
        steps = self._page.evaluate(LISTEN)
        for _ in range(min(steps, FURTHEST) + 3):
            self._page.keyboard.press("Tab")
        told = self._page.evaluate(TOLD, FURTHEST)
        self._found += [f"{self._name} {state}: not by Tab {one}" for one in told["missed"][:3]]
        self._found += [f"{self._name} {state}: focus unseen {one}" for one in told["unseen"][:3]]

    def _keep(self, size: str, theme: str) -> None:
        if self._picture:
            name = self._picture.with_name(f"{self._picture.name}-{size}-{theme}.png")
            self._page.screenshot(path=name, full_page=size == "phone")


def _signed_in(browser: Browser, demo: Demo, who: str, found: list[str]) -> Page:
    page = browser.new_context(base_url=demo.address, locale="ja-JP", color_scheme="light").new_page()
    page.set_default_timeout(10_000)

    def heard(said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            found.append(f"{said.text} {said.location['url']}")

    page.on("console", heard)
    page.on("pageerror", lambda error: found.append(str(error)))
    if who != NOBODY:
        page.goto("/sign-in")
        page.get_by_label("利用者ID").fill(demo.logins[who])
        page.get_by_label("パスワード").fill(PASSWORD)
        page.get_by_role("button", name="サインイン", exact=True).click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def _picture(who: str, place: Place) -> Path | None:
    folder = os.environ.get("HIE_PICTURES")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) / f"{who}{place.route.replace('/', '_').replace(' ', '_')}-{place.nth}"
