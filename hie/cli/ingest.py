"""`hie ingest`: feed storages of SS-MIX2 and DICOM folders of one facility to the hub."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from adapters.detecting import format_of
from hie.clock import SystemClock
from hie.exchange.feeds.filing import FILINGS_PER_COMMIT, Committed, Outcome, Tally, seen
from hie.exchange.feeds.ingest import record_run
from hie.hub.feeding import Feeding, collect_rarely, feed_sources
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.hub.workers import Workers
from hie.record.entry import Format
from hie.record.errors import HieError
from hie.record.identifiers import facility_code
from ssmix2.storage import patient_folders


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest")(ingest)


def ingest(  # noqa: PLR0913, PLR0917  one parameter for each option
    paths: Annotated[
        list[Path],
        typer.Argument(help="Roots of standardized or extended storages, of DICOM or clinic folders."),
    ],
    facility: Annotated[str, typer.Option(help="Ten-digit code of the facility that wrote them.")],
    workers: Annotated[int, typer.Option(min=1, help="Processes that read and file.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,  # noqa: FBT002
    database_url: Annotated[str | None, typer.Option(help="Database (HIE_DATABASE_URL).")] = None,
    objects_url: Annotated[str | None, typer.Option(help="Large documents (HIE_OBJECTS_URL).")] = None,
    commit_every: Annotated[int, typer.Option(min=1, help="Documents for each commit.")] = FILINGS_PER_COMMIT,
    acks: Annotated[bool, typer.Option("--acks", hidden=True)] = False,  # noqa: FBT002
) -> None:
    """Feed what is new or changed; safe to stop at any point and to run again.

    Patients without a consent in force are withheld: their files are counted and not opened.
    """
    settings = Settings.given(database_url=database_url, objects_url=objects_url)
    try:
        code = facility_code(facility)
        for path in paths:
            format_of(path)
    except HieError as error:
        typer.echo(f"hie ingest: {error}", err=True)
        raise typer.Exit(2) from error
    run = _Run(Feeding(settings, code, commit_every, acks), as_json=as_json)
    try:
        run.feed(paths, workers)
    except (HieError, OSError, EOFError) as error:
        # What is committed stays, and the next run goes on from there.
        typer.echo(f"hie ingest: {_in_words(error)}", err=True)
        raise typer.Exit(2) from error


def _in_words(error: Exception) -> str:
    """Say what went wrong without a path: a file's name holds a patient's number."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) or "a worker ended early"


class _Run:
    """One run of the command, from the first look to the last line."""

    def __init__(self, feeding: Feeding, *, as_json: bool) -> None:
        self._feeding = feeding
        self._as_json = as_json
        self._acknowledge = _print_acknowledgement if feeding.acknowledging else None
        self._clock = SystemClock()
        self._started_at = self._clock.now()

    def feed(self, paths: list[Path], workers: int) -> None:
        """Feed the sources and report."""
        storages = [path for path in paths if format_of(path) is Format.SSMIX2]
        others = [path for path in paths if path not in storages]
        pool = None
        if workers > 1 and storages:
            pool = Workers(self._feeding, workers)
        else:
            others = paths
        collect_rarely()
        store = stored_by(self._feeding.settings)
        with store.look() as work:
            if self._feeding.facility not in {known.code for known in work.directory.all()}:
                typer.echo("hie ingest: no such facility is registered; all will be withheld", err=True)
        tally = Tally()
        with _Bar() as bar:
            for path in storages if pool else ():
                tally += pool.feed(patient_folders(path), bar.show, self._acknowledge) if pool else Tally()
            bar.begin_after(tally)
            tally += feed_sources(store, self._feeding, others, bar.show, self._acknowledge)
        if pool:
            pool.stop()
        finished = record_run(store, self._clock, self._feeding.facility, self._started_at, tally)
        store.close()
        self._report(tally, (finished.finished_at - self._started_at) / 1000)

    def _report(self, tally: Tally, seconds: float) -> None:
        counts = {"seen": seen(tally)} | {outcome.value: tally[outcome] for outcome in Outcome}
        amended = counts.pop(Outcome.AMENDED.value)
        if self._as_json:
            typer.echo(json.dumps(counts | {"seconds": round(seconds, 3), "amended": amended}))
        else:
            words = ", ".join(f"{count:,} {word}" for word, count in counts.items())
            typer.echo(f"{words} in {seconds:.1f} s")


class _Bar:
    """A progress bar on the terminal; silent where there is none."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,} files"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task("ingest", total=None)
        self._before = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begin_after(self, tally: Tally) -> None:
        """Count on from what is done."""
        self._before = seen(tally)

    def show(self, tally: Tally) -> None:
        """Show the counts so far."""
        self._progress.update(self._task, completed=self._before + seen(tally))


def _print_acknowledgement(committed: Committed) -> None:
    typer.echo(json.dumps({"committed": list(committed.locators)}))
    sys.stdout.flush()
