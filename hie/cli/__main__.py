"""`hie <command>`: one file beside this one for each command, found by looking."""

from __future__ import annotations

import importlib
import pkgutil

import typer

import hie.cli

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Tsunagu HIE: a regional health-information exchange engine.",
)


def _collect() -> None:
    for module in sorted(found.name for found in pkgutil.iter_modules(hie.cli.__path__)):
        if not module.startswith("_"):
            importlib.import_module(f"hie.cli.{module}").register(app)


_collect()

if __name__ == "__main__":
    app()
