"""`ssmix2 index`: the index database of a storage."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from hie.record.findings import Severity
from ssmix2 import plain
from ssmix2.commands.arguments import AsJson, Extended, Roots
from ssmix2.commands.speaking import FAILED, as_json, doing, now, progress, say
from ssmix2.index import Index, Row, build, rebuilt
from ssmix2.validation import check_index
from ssmix2.volumes import as_volumes

app = typer.Typer(help="Build, check and show the index database SSMIXIDX.", no_args_is_help=True)

Database = Annotated[Path, typer.Argument(dir_okay=False, help="SQLite file of the index.")]
Existing = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="SQLite file of the index.")]


@app.command("build")
def build_index(
    database: Database,
    roots: Roots,
    facility: Annotated[str, typer.Option(help="Medical institution code of ten digits.")],
    extended: Extended = None,
) -> None:
    """Write the index of a storage anew; an index that exists is kept until the new one is whole."""
    rows = 0
    with doing("index"), progress() as show, rebuilt(database) as index:
        stamp = f"{now():%Y-%m-%d %H:%M:%S.%f}"
        for rows in build(index, as_volumes(roots, extended or []), facility, stamp):
            show(f"{rows:,} 行")
    say(f"{rows:,} 行")


@app.command("check")
def check(database: Existing, roots: Roots, extended: Extended = None, *, json: AsJson = False) -> None:
    """Compare an index with its storage (IDX-01 to IDX-04); ends with 1 where a finding is an error."""
    failed = False
    with doing("index"), Index(database, read_only=True) as index:
        for located in check_index(index, as_volumes(roots, extended or [])):
            failed = failed or located.finding.severity is Severity.ERROR
            line = plain.finding(located.finding) | {"path": located.path}
            say(as_json(line) if json else "{path}: {severity} {rule} {place}: {message}".format(**line))
    if failed:
        raise typer.Exit(FAILED)


@app.command("show")
def show(
    database: Existing,
    patient: Annotated[str, typer.Option(help="Only this patient's rows.")] = "",
    after: Annotated[
        str, typer.Option(help="Only rows changed after this UpdateDatetime (YYYY-MM-DD HH:MM:SS).")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 1000,
    *,
    json: AsJson = False,
) -> None:
    """Show rows: a patient's, or what changed, in the order of the change."""
    with doing("index"), Index(database, read_only=True) as index:
        if patient:
            rows = [row for row in islice(index.of_patient(patient), limit) if row.update_datetime > after]
        else:
            rows = [change.row for change in index.changed_after(after, limit=limit)]
        for row in rows:
            say(as_json(row._asdict()) if json else _line(row))


def _line(row: Row) -> str:
    return f"{row.update_datetime}  {row.processing_type}  {row.volume_label}  {row.locator}"
