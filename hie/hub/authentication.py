"""Who asks: puts a `Requester` on the request, from the session cookie.

Plain ASGI middleware. Both web doors only read `request.state.requester` (None when nobody is signed in)
and `request.state.session`; a session that still waits for its second factor stands in
`request.state.waiting` instead, and opens nothing. The session is looked up on every request, so that
signing out, a stopped browser, a stopped person and an ended post take effect on the next one.
"""

from __future__ import annotations

import logging

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from hie.exchange.ports import Account, Clock, Session, Store
from hie.exchange.signing.browsers import SESSION_COOKIE, cookie, token_hash
from hie.exchange.signing.sessions import SEEN_EVERY, found_session, requester_of
from hie.record.errors import HieError
from hie.record.requester import Origin

PUBLIC = ("/static/", "/health")
"""Paths for which nobody's session is looked up."""
UNATTENDED = b"hie-unattended"
"""Header of what a page asks by itself, again and again: it does not show that a person is there."""

_log = logging.getLogger(__name__)


class Authentication:
    """Middleware that knows the store's accounts and nothing about pages."""

    def __init__(self, app: ASGIApp, store: Store, clock: Clock, *, secure_cookies: bool = False) -> None:
        """Wrap `app`."""
        self._app = app
        self._store = store
        self._clock = clock
        self._cookie = cookie(SESSION_COOKIE, secure=secure_cookies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look the session up and pass on."""
        if scope["type"] == "http":
            state = scope.setdefault("state", {})
            state["requester"], state["session"], state["account"], state["waiting"] = None, None, None, None
            state["origin"] = Origin(self._clock.new_id(), "", _address(scope))
            if not scope["path"].startswith(PUBLIC) and (token := _token(scope, self._cookie)):
                await self._recognise(scope, state, token)
        await self._app(scope, receive, send)

    async def _recognise(self, scope: Scope, state: dict[str, object], token: str) -> None:
        name, now = token_hash(token), self._clock.now()
        if self._store.reads_in_place:
            found = self._session(name, now)
        else:
            found = await run_in_threadpool(self._session, name, now)
        if found is None:
            return
        session, account = found
        if not session.assurance:
            state["waiting"] = found
            return
        came = state["origin"]
        assert isinstance(came, Origin)  # noqa: S101  put there above
        origin = came._replace(device=session.device, assurance=session.assurance)
        state["session"], state["account"], state["origin"] = session, account, origin
        state["requester"] = requester_of(account, session, origin)
        if now - session.seen_at >= SEEN_EVERY and not any(
            head == UNATTENDED for head, _ in scope["headers"]
        ):
            await run_in_threadpool(self._seen, name, now)

    def _session(self, name: bytes, now: int) -> tuple[Session, Account] | None:
        with self._store.look() as work:
            return found_session(work, name, now)

    def _seen(self, name: bytes, now: int) -> None:
        try:
            with self._store.work() as work:
                work.sessions.seen(name, now)
        except HieError as error:
            # The store is busy or full: the session ends a little earlier, nothing else.
            _log.warning("a session was not extended: %s", type(error).__name__)


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _token(scope: Scope, wanted: str) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                cookie_name, _, token = pair.strip().partition("=")
                if cookie_name == wanted:
                    return str(token)
    return ""
