"""The entrance of every route: who may come in, from where, with how much; the same for all doors.

A route says in its declaration for whom it is. A person for whom it is not is answered as where there is
no route at all; somebody who is not signed in learns of every closed route only that one signs in.
Whether a record is shown is decided behind, by the gate.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Receive, Scope, Send

from hie.exchange.gate.declared import Declared, Refusal, declaration, is_confirmed
from hie.exchange.ports import Clock, Session
from hie.hub.bodies import Body, NotLetIn, Patience, expect_once
from hie.record.errors import Misconfigured
from hie.record.requester import Requester, Role

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OURS = frozenset({b"same-origin", b"none"})
"""What a browser says of a request from our own page, or of one that a person typed in."""

Refuse = Callable[[Request, Refusal, str], Response]
"""Answers a refusal; the text is where to come back to afterwards."""


class Door(NamedTuple):
    """What the routes of one door have in common."""

    refuse: Refuse
    role_of: Callable[[Scope], Role | None]
    """Says in which role somebody asks; none of a stranger."""
    forms: bool = True
    """Whether browsers come here with a session, so that another page could make them ask."""
    patience: Patience = Patience()


class Guarded(NamedTuple):
    """A route's path and methods with what it declares, for whoever checks them."""

    path: str
    methods: frozenset[str]
    declared: Declared


class Entrance(BaseRoute):
    """One route behind its declaration."""

    def __init__(self, route: Route | Mount, declared: Declared, door: Door, clock: Clock) -> None:
        """Stand before `route`."""
        self.path = route.path
        self.guarded = Guarded(route.path, _methods(route), declared)
        self._begins, _, rest = route.path.partition("{")
        ends = rest.rpartition("}")[2] if rest else route.path
        self._ends = ends if isinstance(route, Route) else ""
        self._route = route
        self._door = door
        self._clock = clock

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match as the route does; nothing but HTTP is served.

        Two hundred routes are asked for every page: what the fixed texts of a path rule out, no pattern is.
        """
        if scope["type"] != "http":
            return Match.NONE, {}
        path: str = scope["path"]
        if not scope.get("root_path") and not (path.startswith(self._begins) and path.endswith(self._ends)):
            return Match.NONE, {}
        return self._route.matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, or refuse."""
        try:
            receive = await self._checked(scope, receive)
        except NotLetIn as refused:
            answer = self._door.refuse(Request(scope), refused.refusal, back_of(scope))
            if scope["method"] not in SAFE:
                answer.headers["connection"] = "close"  # what is left of the body is not read
            await answer(scope, receive, send)
            return
        scope["state"]["guarded"] = self.guarded
        await self._route.handle(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive) -> Receive:
        """Return what the body comes from; raises what is wrong, in an order that tells strangers nothing."""
        declared, method = self.guarded.declared, scope["method"]
        body: Body | None = None
        self._expect_somebody(scope)
        if method not in self.guarded.methods:
            return receive  # the route itself says which methods it has
        if method not in SAFE:
            body = Body(scope, receive, declared.most_bytes, self._door.patience)
            if declared.audience is not None and self._door.forms:
                await _expect_token(scope, body)
            await body.check()
            receive = body.receive
        if declared.fresh and not self._is_fresh(scope):
            if body is not None:
                await body.discard()  # a form with files goes on being sent until it is read
            raise NotLetIn(Refusal.CONFIRM)
        return receive

    def _expect_somebody(self, scope: Scope) -> None:
        audience = self.guarded.declared.audience
        if scope["method"] not in SAFE and self._door.forms and not comes_from_us(scope):
            raise NotLetIn(Refusal.FORGED)
        if audience is None:
            return
        role = self._door.role_of(scope)
        if role is None:
            raise NotLetIn(Refusal.SIGN_IN)
        if role not in audience:
            raise HTTPException(404)

    def _is_fresh(self, scope: Scope) -> bool:
        session: Session | None = scope["state"]["session"]
        if session is None:
            return False
        return is_confirmed(session.confirmed_at, self._clock.now())


def enclosed(routes: Iterable[BaseRoute], door: Door, clock: Clock) -> list[BaseRoute]:
    """Put every route behind its entrance; raises `Misconfigured` where one declares nothing."""
    return [_entrance(route, door, clock) for route in routes]


def guarded(routes: Iterable[BaseRoute]) -> list[Guarded]:
    """Return what is mounted and what it declares; raises `Misconfigured` where a route has no entrance."""
    found = []
    for route in routes:
        if not isinstance(route, Entrance):
            raise Misconfigured(f"{getattr(route, 'path', 'a route')}: stands behind no entrance")
        found.append(route.guarded)
    return found


def _entrance(route: BaseRoute, door: Door, clock: Clock) -> Entrance:
    if not isinstance(route, Route | Mount):
        raise Misconfigured(f"{type(route).__name__}: no kind of route that a door has")
    declared = declaration(route.endpoint if isinstance(route, Route) else route.app)
    if declared is None:
        raise Misconfigured(f"{route.path}: the route does not declare for whom it is")
    if isinstance(route, Route) and route.methods and "GET" in route.methods:
        route.methods.add("HEAD")  # answered as GET is; without its body, see `viewer.policy`
    return Entrance(route, declared, door, clock)


def _methods(route: Route | Mount) -> frozenset[str]:
    return frozenset(route.methods if isinstance(route, Route) and route.methods else ("GET", "HEAD"))


async def _expect_token(scope: Scope, body: Body) -> None:
    session: Session | None = scope["state"]["session"]
    if session is None or not hmac.compare_digest(await body.token(), session.csrf_token.encode()):
        raise NotLetIn(Refusal.FORGED)


def requesting_role(scope: Scope) -> Role | None:
    """Return the role of whoever is signed in."""
    requester: Requester | None = scope["state"]["requester"]
    return requester.role if requester else None


def comes_from_us(scope: Scope) -> bool:
    """Say whether the browser says that the request comes from our own page, or a person's hand."""
    expect_once(scope, frozenset({b"sec-fetch-site", b"origin", b"host"}))
    found = dict(scope["headers"])
    site = found.get(b"sec-fetch-site", b"")
    if site:
        return site in OURS
    origin = urlsplit(found.get(b"origin", b"").decode("latin-1"))
    return bool(origin.netloc) and origin.netloc.encode("latin-1") == found.get(b"host", b"")


def back_of(scope: Scope) -> str:
    """Return where a person is led back to: the page itself, or the page that a form stood on."""
    path: str = scope["path"]
    if scope["method"] in SAFE:
        query = scope["query_string"].decode("latin-1")
        return f"{path}?{query}" if query else path
    routes: list[BaseRoute] = scope["router"].routes
    while path:
        asked = {**scope, "path": path, "method": "GET"}
        if any(route.matches(asked)[0] is Match.FULL for route in routes):
            return path
        path = path.rpartition("/")[0]
    return "/"
