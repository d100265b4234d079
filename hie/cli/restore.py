"""`hie restore FOLDER`: put a copy back, decisions first, with nothing that was closed since coming open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hie.cli._desk import By
from hie.cli.backup import say, shown
from hie.clock import SystemClock
from hie.exchange.founding import operator
from hie.hub import backups
from hie.hub.heads import read_heads
from hie.hub.settings import Settings
from hie.record.errors import HieError, Invalid

Folder = Annotated[Path, typer.Argument(help="Folder of the copy.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("restore")(restore)


def restore(
    folder: Folder,
    by: By,
    trail: Annotated[
        list[Path] | None, typer.Option("--trail", help="Copy of the audit trail (HIE_AUDIT_COPY).")
    ] = None,
    heads: Annotated[
        list[Path] | None, typer.Option("--heads", help="Heads of the audit trail kept elsewhere.")
    ] = None,
    *,
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Open a region that stayed closed; whoever asks answers for it.")
    ] = False,
) -> None:
    """Put a copy into an empty database. Without the audit trail's copy the region stays closed."""
    settings, clock, who = Settings(), SystemClock(), operator(by.strip())
    try:
        if not by.strip():
            raise Invalid("who acts has a name")
        if reopen:
            with shown() as told:
                backups.reopen(settings, clock, who, folder, told)
            typer.echo("The region is open.")
            return
        known = [seal for file in heads or () for seal in read_heads(file)]
        with shown() as told:
            done = backups.restore(settings, clock, who, folder, trail or (), known, told)
    except HieError as error:
        typer.echo(f"hie restore: {error}", err=True)
        raise typer.Exit(2) from error
    _say(done)


def _say(done: backups.Restored) -> None:
    say(done.copy)
    if done.replayed is None:
        typer.echo("No copy of the audit trail: nobody knows what was withdrawn since. The region is closed.")
    else:
        closed = sum(done.replayed.closed.values())
        typer.echo(f"{done.replayed.rows:,} rows replayed, {closed} decisions closed again")
        if done.replayed.to_enter:
            typer.echo("To be entered again from their papers:")
            for patient in done.replayed.to_enter:
                typer.echo(f"  {patient}")
    typer.echo(
        "The region is open."
        if done.open
        else "To open it nevertheless: hie restore FOLDER --reopen --by NAME"
    )
