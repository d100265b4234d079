"""`hie sample`: write the invented region."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from hie.hub.clock import SystemClock
from hie.record.errors import Invalid
from hie.record.times import JST
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan

_DEFAULTS = RegionPlan()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sample)


def sample(
    out: Annotated[Path, typer.Option(help="New folder for the region.")],
    patients: Annotated[
        int, typer.Option(min=1, help="How many patients, the stories included.")
    ] = _DEFAULTS.patients,
    hospitals: Annotated[
        int, typer.Option(min=1, help="How many hospitals; clinics grow with them.")
    ] = _DEFAULTS.hospitals,
    years: Annotated[int, typer.Option(min=1, help="How many years are told.")] = _DEFAULTS.years,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = _DEFAULTS.seed,
    until: Annotated[
        str, typer.Option(help="Last day told: YYYY-MM-DD or today.")
    ] = _DEFAULTS.until.isoformat(),
) -> None:
    """Write an invented region: facilities, people, consents, SS-MIX2 storages and DICOM."""
    plan = RegionPlan(patients, hospitals, years, seed, _day(until))
    started = time.monotonic()
    console = Console(stderr=True)
    try:
        with Progress(*_columns(), console=console, disable=not console.is_terminal, transient=True) as bar:
            task = bar.add_task("patients", total=plan.patients, files=0)
            for step in generate(plan, out):
                bar.update(task, completed=step.patients, files=step.files)
    except Invalid as error:
        typer.echo(f"hie sample: {error}", err=True)
        raise typer.Exit(1) from error
    seconds = time.monotonic() - started
    size = f"{step.files} files, {step.bytes / 1e6:.1f} MB"
    typer.echo(f"{step.patients} patients, {size} in {seconds:.1f} s ({step.files / seconds:.0f} files/s)")


def _columns() -> tuple[ProgressColumn, ...]:
    counted = TextColumn("{task.fields[files]} files")
    name = TextColumn("{task.description}")
    return (name, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), counted)


def _day(text: str) -> date:
    if text == "today":
        return datetime.fromtimestamp(SystemClock().now() / 1000, JST).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("YYYY-MM-DD or today") from None
