"""Walks the pages of a served region as each role does: by the links that stand on them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, urljoin, urlsplit

from starlette.routing import compile_path

from hie.hub.entrance import Guarded
from hie.record.requester import Role
from tests.build.page import Node, parse
from tests.build.served import Client

OK = 200
REDIRECTS = frozenset({301, 302, 303, 307})
ENOUGH = 3
"""Parts that make a page worth another look."""
LEAVES_THE_SESSION = frozenset({"/sign-in", "/sign-in/second", "/switch"})


class Place(NamedTuple):
    """A page to look at."""

    route: str
    """The path as it is mounted, with the view where a page has several."""
    address: str
    nth: int
    """Which of the route's kept pages it is."""
    parts: frozenset[str]
    """Kinds of elements in its content."""


class Walked(NamedTuple):
    """What one role came by."""

    pages: tuple[Place, ...]
    answered: frozenset[str]
    """Routes that answered, pages or not."""
    dead: tuple[str, ...]
    """Links that led nowhere, each with the page it stands on."""


class Map:
    """The mounted routes, asked by address."""

    def __init__(self, routes: Iterable[Guarded]) -> None:
        """Read the routes that are asked by GET."""
        self.routes = tuple(route for route in routes if "GET" in route.methods)
        self._patterns: list[tuple[re.Pattern[str], str]] = [
            (compile_path(route.path)[0], route.path)
            for route in sorted(self.routes, key=lambda route: route.path.count("{"))
        ]

    def route_of(self, address: str) -> str:
        """Return the route that answers an address; empty for none."""
        path = urlsplit(address).path
        return next((route for pattern, route in self._patterns if pattern.match(path)), "")

    def seeds(self, role: Role | None) -> Iterator[str]:
        """Yield the addresses a role may type in."""
        for route in self.routes:
            audience = route.declared.audience
            if "{" not in route.path and (audience is None or role in audience):
                yield route.path

    def about(self, patient: str, role: Role | None) -> Iterator[str]:
        """Yield the addresses of a patient's own pages."""
        for route in self.routes:
            audience = route.declared.audience
            alone = "{patient}" in route.path and route.path.count("{") == 1
            if alone and (audience is None or role in audience):
                yield route.path.replace("{patient}", patient)


def walk(client: Client, known: Map, role: Role | None, more: Sequence[str] = (), most: int = 3) -> Walked:
    """Follow the links, up to `most` addresses of each route and view; `client` is signed in.

    Of a route's pages the first is kept, and later ones that have enough parts that no kept one had.
    """
    waiting = deque((address, "") for address in (*more, *known.seeds(role)))
    asked: Counter[str] = Counter()
    answered: set[str] = set()
    seen: set[str] = set()
    kept, dead = _Kept(), []
    while waiting:
        address, stood_on = waiting.popleft()
        route = known.route_of(address)
        name = _name(route, address)
        if address in seen or asked[name] >= most or (role and route in LEAVES_THE_SESSION):
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status == OK:
            asked[name] += 1
            answered.add(route)
            if answer.headers.get("content-type", "").startswith("text/html"):
                page = parse(answer.text)
                kept.offer(name, address, page)
                waiting.extend((link, address) for link in _links(page, address))
        elif answer.status in REDIRECTS:
            answered.add(route)
            waiting.append((urljoin(address, answer.headers["location"]), stood_on))
        elif stood_on:
            dead.append(f"{answer.status} {address} on {stood_on}")
    return Walked(tuple(kept.pages), frozenset(answered), tuple(dead))


class _Kept:
    """The pages of a walk that are worth a look."""

    def __init__(self) -> None:
        self.pages: list[Place] = []
        self._parts: dict[str, set[str]] = defaultdict(set)
        self._times: Counter[str] = Counter()

    def offer(self, name: str, address: str, page: Node) -> None:
        """Keep the first of a name, and what has enough that is new."""
        parts, known = _parts(page), self._parts[name]
        if not self._times[name] or len(parts - known) >= ENOUGH:
            self._times[name] += 1
            self.pages.append(Place(name, address, self._times[name], parts))
            known |= parts


def _name(route: str, address: str) -> str:
    view = parse_qs(urlsplit(address).query).get("view", [""])[0]
    return f"{route} {view}".strip()


def _parts(page: Node) -> frozenset[str]:
    """Name what a page is made of: each kind of element in its content."""
    return frozenset(
        f"{one.tag} {one.attributes.get('class', '')}" for main in page.all("main") for one in main.walk()
    )


def _links(page: Node, base: str) -> Iterator[str]:
    """Yield the addresses on a page, pictures too; those that stand in the content first."""
    found = [*(one for main in page.all("main") for one in main.walk()), *page.walk()]
    for one in found:
        given = one.attributes.get("href" if one.tag == "a" else "src", "") if one.tag in {"a", "img"} else ""
        target = urljoin(base, given.partition("#")[0])
        if given and target.startswith("/") and not target.startswith("/static"):
            yield target
