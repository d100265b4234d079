"""`hie passwords LIST FILE`: make the file of breached passwords that no new password may stand in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hie.hub.breach_list import write_list


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("passwords")(passwords)


def passwords(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="LIST", exists=True, dir_okay=False, help="Lines of passwords, or of SHA-1 with a count."
        ),
    ],
    target: Annotated[
        Path,
        typer.Argument(metavar="FILE", dir_okay=False, help="File to write; name it in HIE_BREACH_LIST."),
    ],
) -> None:
    """Make the file from a list on this machine: eight bytes for each password. Nothing is fetched."""
    try:
        count = write_list(source, target)
    except OSError as error:
        typer.echo(f"hie passwords: {error.strerror}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{count} passwords. Start the hub with HIE_BREACH_LIST={target}")
