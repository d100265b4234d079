"""How the commands speak: lines for people, JSON for programs, progress on the side."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hie.clock import SystemClock
from hie.record.errors import HieError
from ssmix2 import display

FAILED = 1
"""An error was found."""
WRONG = 2
"""The command could not do its work."""

_WIDTH = 160
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def console() -> Console:
    """Write to the terminal, or wide enough for a table where the output goes elsewhere."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDTH)


def say(text: str) -> None:
    """Write a line; names of files may hold bytes that are no text, or commands to a terminal."""
    typer.echo(display.harmless(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def as_json(value: dict[str, Any]) -> str:
    """Give one object as one line."""
    text = json.dumps(value, ensure_ascii=False)
    return display.CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


@contextmanager
def doing(command: str) -> Iterator[None]:
    """End with one line and 2 where a folder cannot be listed, or what was given cannot be used."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read has seen enough: the program ends without a word
    except OSError as error:
        typer.echo(f"ssmix2 {command}: a folder cannot be listed: {error.strerror}", err=True)
        raise typer.Exit(WRONG) from error
    except HieError as error:
        typer.echo(f"ssmix2 {command}: {error}", err=True)
        raise typer.Exit(WRONG) from error


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show how far long work is, on the terminal's error channel and nowhere else."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task("")
        yield lambda text: bar.update(task, description=text)


def now() -> datetime:
    """Give the present time of this machine's zone."""
    return (_EPOCH + timedelta(milliseconds=SystemClock().now())).astimezone()
