"""`hie hub`: serve the region. `hie restored`: its database was put back to what it was."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Annotated

import typer
import uvicorn

from hie.cli._desk import By, desk
from hie.exchange.feeds import edges
from hie.exchange.records.medication_rules import installed
from hie.hub.app import Beside, application
from hie.hub.custody import proxies
from hie.hub.feeding import collect_rarely
from hie.hub.listening import BOUNDED
from hie.hub.settings import Settings
from hie.hub.wiring import Hub, wire

GRACE_SECONDS = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("hub")(hub)
    app.command("restored")(restored)


def hub(
    host: Annotated[str | None, typer.Option(help="Address to listen on (HIE_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (HIE_PORT).")] = None,
) -> None:
    """Serve the hub: one process, SQLite and a folder unless the settings say otherwise."""
    settings = Settings.given(host=host, port=port)
    wired = wire(settings)
    typer.echo(f"medication rules: {', '.join(table.key for table in installed().tables)}")
    serve(settings, wired)


def restored(by: By) -> None:
    """Say that the hub's database was restored: edges notice and state again all that they have."""
    with desk("restored", by) as at:
        edges.restored(at.store, at.clock, at.requester)


def serve(settings: Settings, hub: Hub, beside: Beside = nullcontext) -> None:
    """Run a hub, and what goes on beside it, until it is stopped."""
    os.umask(0o077)  # whatever is written is for the hub's account alone
    app = application(hub, beside)
    collect_rarely()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=proxies(settings.trusted_proxies),
        **BOUNDED,
    )
