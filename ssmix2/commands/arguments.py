"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Roots = Annotated[
    list[Path],
    typer.Argument(exists=True, file_okay=False, readable=True, help="Root folders of one storage."),
]
Extended = Annotated[
    list[Path] | None,
    typer.Option(
        "--extended", exists=True, file_okay=False, readable=True, help="Root folder of its extended storage."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for other programs.")]
