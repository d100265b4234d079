"""Who asks: puts a `Requester` on the request, from the session cookie.

Plain ASGI middleware. Both web doors only read `request.state.requester` (None when nobody is
signed in) and `request.state.csrf_token`. The session is looked up on every request, so that
signing out or stopping a device takes effect on the next one.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from hie.exchange.ports import Clock, Session, Store
from hie.exchange.signing_in import requester_of, token_hash

COOKIE = "hie_session"
PUBLIC = ("/static/", "/health")
"""Paths for which nobody's session is looked up."""


class Authentication:
    """Middleware that knows the store's accounts and nothing about pages."""

    def __init__(self, app: ASGIApp, store: Store, clock: Clock) -> None:
        """Wrap `app`."""
        self._app = app
        self._store = store
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look the session up and pass on."""
        if scope["type"] == "http":
            state = scope.setdefault("state", {})
            state["requester"], state["session"] = None, None
            if not scope["path"].startswith(PUBLIC) and (token := _token(scope)):
                if self._store.reads_in_place:
                    self._recognise(state, token)
                else:
                    await run_in_threadpool(self._recognise, state, token)
        await self._app(scope, receive, send)

    def _recognise(self, state: dict[str, object], token: str) -> None:
        with self._store.look() as work:
            found = work.accounts.session(token_hash(token), self._clock.now())
        if found is not None:
            session: Session = found[0]
            state["session"] = session
            state["requester"] = requester_of(found[1])


def _token(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                cookie, _, token = pair.strip().partition("=")
                if cookie == COOKIE:
                    return str(token)
    return ""
