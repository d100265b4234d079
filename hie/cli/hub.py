"""`hie hub`: serve the region."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from hie.hub.app import application
from hie.hub.feeding import collect_rarely
from hie.hub.settings import Settings
from hie.hub.wiring import wire

GRACE_SECONDS = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("hub")(hub)


def hub(
    host: Annotated[str | None, typer.Option(help="Address to listen on (HIE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (HIE_PORT).")] = None,
) -> None:
    """Serve the hub: one process, SQLite and a folder unless the settings say otherwise."""
    serve(Settings.given(host=host, port=port))


def serve(settings: Settings) -> None:
    """Run the hub of `settings` until it is stopped."""
    app = application(wire(settings))
    collect_rarely()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
    )
