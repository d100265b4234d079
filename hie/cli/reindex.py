"""`hie reindex --text`: words for documents that were filed before words were searched."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from hie.clock import SystemClock
from hie.exchange.feeds.reading import reread_document
from hie.exchange.feeds.reindexing import Reindexed, reindex
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import HieError, Invalid
from hie.record.identifiers import facility_code


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reindex")(reindexed)


def reindexed(
    *,
    text: Annotated[bool, typer.Option("--text", help="Take down the words that are searched.")] = False,
    facility: Annotated[
        list[str] | None, typer.Option(help="Ten-digit code of a facility; all of them if none is given.")
    ] = None,
) -> None:
    """Read filed documents again for what is searched; safe to stop at any point and to run again."""
    try:
        if not text:
            raise Invalid("say what: --text")
        clock, total = SystemClock(), Reindexed()
        with closing(stored_by(Settings())) as store, _progress() as bar:
            task = bar.add_task("reindex", total=None)
            with store.look() as work:
                known = [one.code for one in work.directory.all()]
            codes = [facility_code(one) for one in facility] if facility else known
            for code in codes:
                before = total
                total += reindex(
                    store,
                    clock,
                    code,
                    reread_document,
                    lambda done, before=before: bar.update(task, completed=(before + done).documents),  # type: ignore[misc]
                )
    except HieError as error:
        typer.echo(f"hie reindex: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(
        f"{total.patients:,} patients, {total.documents:,} documents, {total.lost:,} could not be read"
    )


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), TextColumn("{task.completed:,}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
