"""`hie sample`: write the invented region."""

from __future__ import annotations

import socket
import time
from collections import Counter
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

from adapters.mllp import END, START
from hie.clock import SystemClock
from hie.record.errors import HieError, Invalid
from hie.record.times import JST
from hie.sample.days import next_day
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.pushed import prescription
from hie.sample.region import load

_DEFAULTS = RegionPlan()
_PATIENCE = 30.0


group = typer.Typer(help="Write an invented region, and let its days go by.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.add_typer(group, name="sample")


@group.callback()
def sample(  # noqa: PLR0913, PLR0917  the plan of a region
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="New folder for the region.")] = None,
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
    feeds: Annotated[
        bool, typer.Option("--feeds/--no-feeds", help="Let hospitals write transaction storage and index.")
    ] = _DEFAULTS.feeds,
) -> None:
    """Write an invented region: facilities, people, consents, SS-MIX2 storages and DICOM."""
    if context.invoked_subcommand:
        return
    if out is None:
        raise typer.BadParameter("a region needs a new folder", param_hint="--out")
    plan = RegionPlan(patients, hospitals, years, seed, _day(until), feeds)
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


@group.command()
def day(
    region: Annotated[Path, typer.Option(help="Folder of a region.")],
    days: Annotated[int, typer.Option(min=1, help="How many days go by.")] = 1,
) -> None:
    """Write the next days of a region as its hospitals do: new files, corrections, deletions, rewrites."""
    try:
        for _ in range(days):
            told = next_day(region)
            counts = Counter(change.what for change in told.changes)
            words = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
            typer.echo(f"{told.date.isoformat()}: {words}")
    except Invalid as error:
        typer.echo(f"hie sample day: {error}", err=True)
        raise typer.Exit(1) from error


@group.command()
def push(
    region: Annotated[Path, typer.Option(help="Folder of a region.")],
    to: Annotated[str, typer.Option(help="Where the first hospital's edge listens.")] = "127.0.0.1:2575",
    story: Annotated[str, typer.Option(help="Whose prescription it is.")] = "diabetic",
) -> None:
    """Write a prescription of this minute and push it as the first hospital does (HL7 v2 over MLLP)."""
    try:
        told = load(region)
        hospital = told.storages[0].facility
        numbers = told.stories[story].numbers if story in told.stories else ()
        local = next((number for number in numbers if number.facility == hospital), None)
        if local is None:
            raise Invalid("the first hospital does not know the person of this story")
        answer = _pushed(
            to, prescription(told, local, datetime.fromtimestamp(SystemClock().now() / 1000, JST))
        )
    except (HieError, OSError) as error:
        typer.echo(f"hie sample push: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{answer}; see /patients/{told.stories[story].patient}")


def _pushed(to: str, message: bytes) -> str:
    """Send a message; return MSA of the answer."""
    host, _, port = to.rpartition(":")
    if not port.isdecimal():
        raise Invalid("where to push is HOST:PORT")
    with socket.create_connection((host, int(port)), timeout=_PATIENCE) as line, line.makefile("rb") as heard:
        line.sendall(START + message + END)
        answer = b""
        while not answer.endswith(END):
            if not (some := heard.read(1)):
                raise Invalid("the other side ended without an answer")
            answer += some
    return next((one for one in answer.decode("ascii", "replace").split("\r") if one[:3] == "MSA"), "no MSA")


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
