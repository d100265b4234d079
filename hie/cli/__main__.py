"""`hie <command>`: one file beside this one for each command, found by looking.

Only the command that is asked for is imported: the parts of all of them take seconds to load.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

import hie.cli
from hie.logs import install

_NAMES = sorted(found.name for found in pkgutil.iter_modules(hie.cli.__path__) if found.name[0] != "_")


class _Commands(TyperGroup):
    """The commands by the names of their files."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  typer's own signature
        """Name them without importing any."""
        return _NAMES

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ANN401, ARG002
        """Import one; none if there is no such file."""
        if cmd_name not in _NAMES:
            return None
        alone = typer.Typer(add_completion=False)
        importlib.import_module(f"hie.cli.{cmd_name}").register(alone)
        command = typer.main.get_command(alone)
        if isinstance(command, TyperGroup):
            command = command.commands[cmd_name]  # a file of several: `hie consent give`
        assert isinstance(command, TyperCommand | TyperGroup)  # noqa: S101  typer makes no other
        return command


class Program(typer.Typer):
    """Commands whose unexpected errors end with one line: a type and a place, never a value."""

    def __call__(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  as typer has it
        """Run the command of the command line."""
        install()
        return typer.main.get_command(self)(*args, **options)


app = Program(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Tsunagu HIE: a regional health-information exchange engine.",
)


@app.callback()
def _hie() -> None:
    """Do nothing by itself."""


if __name__ == "__main__":
    app()
