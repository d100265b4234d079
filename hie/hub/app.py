"""Builds the ASGI application from a wired hub: both doors, authentication, the viewer's policy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

from fastapi import FastAPI
from fastapi.concurrency import contextmanager_in_threadpool

import hie.web
import viewer
import viewer.failures
from hie import __version__
from hie.hub.authentication import Authentication
from hie.hub.compressing import Compressing
from hie.hub.entrance import Door, enclosed, guarded, requesting_role
from hie.hub.releasing import Releasing
from hie.hub.wiring import Hub

Beside = Callable[[], AbstractContextManager[object]]
"""What runs for as long as the hub does, its door of edges open; entered and left in a thread."""


def application(hub: Hub, beside: Beside = nullcontext) -> FastAPI:
    """Return the application; it closes the hub when the server stops."""
    running = [one for one in (hub.housekeeping, hub.recording and hub.recording.sealing) if one]

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        del app
        try:
            for one in running:
                one.start()
            async with (
                hub.edge_door.opened() if hub.edge_door else nullcontext(),
                contextmanager_in_threadpool(beside()),
            ):
                yield
        finally:
            for one in running:
                one.stop()
            hub.thumbnails.close()
            if hub.scans:
                hub.scans.close()
            if hub.papers:
                hub.papers.close()
            hub.store.close()

    app = FastAPI(
        title="Tsunagu HIE",
        version=__version__,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # it would tell which addresses there are
        # Spans and logged exceptions leave the house with addresses and texts in them; ours do not.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    for routes, refused in (
        (hie.web.routes(hub.services), hie.web.refused),
        (viewer.routes(), viewer.failures.refused),
    ):
        door = Door(refused, requesting_role)
        app.router.routes.extend(enclosed(routes, door, hub.services.clock))
    guarded(app.routes)  # nothing came in past an entrance
    viewer.furnish(app, hub.services)
    if hub.recording:
        app.add_middleware(
            Releasing,
            store=hub.store,
            clock=hub.services.clock,
            recorded=hub.recording.recorded,
            ledger=hub.recording.ledger,
        )
    app.add_middleware(
        Authentication, store=hub.store, clock=hub.services.clock, secure_cookies=hub.services.secure_cookies
    )
    app.add_middleware(Compressing)
    return app
