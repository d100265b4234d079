"""`hie backup FOLDER`: a copy of the whole region as of one moment, while the hub goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, TextColumn

from hie.cli._desk import By, desk
from hie.hub.backups import back_up
from hie.hub.settings import Settings
from hie.store.backup import Copy, Told, verify

Folder = Annotated[Path, typer.Argument(help="Folder of the copy; large documents go beside it.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backup")(backup)


def backup(
    folder: Folder,
    by: By,
    *,
    check: Annotated[bool, typer.Option("--verify", help="Only read every byte of it again.")] = False,
) -> None:
    """Take a copy of the region, or read one again; status 2 where it is not whole."""
    with desk("backup", by) as at, shown() as told:
        if check:
            say(verify(folder, told))
        else:
            say(back_up(Settings(), at.store, at.clock, at.requester, folder, told))


@contextmanager
def shown() -> Iterator[Told]:
    """Show which table is being copied and how far it is."""
    columns = (TextColumn("{task.description}"), TextColumn("{task.completed}"))
    with Progress(*columns, transient=True) as progress:
        tasks: dict[str, object] = {}

        def told(name: str, done: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=None)
            progress.update(tasks[name], completed=done)  # type: ignore[arg-type]

        yield told


def say(copy: Copy) -> None:
    """Print what a copy holds."""
    rows = sum(kept.rows for kept in copy.tables)
    typer.echo(f"{len(copy.tables)} tables, {rows:,} rows, {copy.objects:,} large documents")
    typer.echo(f"decisions up to {copy.position}, audit trail up to {copy.audit_sequence}")
    typer.echo(f"digest {copy.digest}")
