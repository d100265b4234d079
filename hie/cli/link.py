"""`hie link import`: take over the links of an index that was used before, from a table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from hie.cli._desk import By, desk
from hie.exchange.founding import operator
from hie.exchange.linking.link_table import Fate, Names, Planned, apply, counted, plan, read_table
from hie.record.spreadsheets import csv_lines

link = typer.Typer(no_args_is_help=True, help="Take over links from a table.")


@link.callback()
def _link() -> None:
    """Keep the name of the command: there is one so far."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(link, name="link")


@link.command("import")
def import_table(
    table: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="Comma-separated: facility, number, person (any key that lines of one person share),"
            " family, given, kana_family, kana_given, birth_date, sex, phone.",
        ),
    ],
    by: By,
    confirmed_by: Annotated[
        str, typer.Option(help="Name of a second person who vouches for the table; else links are proposals.")
    ] = "",
    report: Annotated[Path | None, typer.Option(help="Write what became of each line here.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would become of each line.")] = False,
) -> None:
    """Link the numbers of a table to persons; what conflicts is queued and stops nothing else."""
    with desk("link import", by) as at:
        lines = list(read_table(table.read_bytes()))
        with at.store.look() as work:
            planned = plan(work, lines, at.clock.new_id)
        if not dry_run:
            names = Names(at.requester, operator(confirmed_by.strip()) if confirmed_by.strip() else None)
            with Progress(transient=True) as shown:
                task = shown.add_task("", total=len(planned))
                planned = apply(
                    at.store, at.clock, names, planned, lambda done: shown.update(task, completed=done)
                )
        if report is not None:
            _write(report, planned)
        _say(planned, dry_run=dry_run, confirmed=bool(confirmed_by.strip()))


def _say(planned: list[Planned], *, dry_run: bool, confirmed: bool) -> None:
    """Print the counts: no line of the table is repeated."""
    counts = counted(planned)
    typer.echo(
        "nothing was written" if dry_run else "linked" if confirmed else "proposed; others must confirm"
    )
    for fate, count in counts.items():
        typer.echo(f"{fate}: {count}")
    why = Counter((one.fate, one.why) for one in planned if one.fate in {Fate.CONFLICT, Fate.INVALID})
    for (fate, reason), count in sorted(why.items()):
        typer.echo(f"  {fate} {reason}: {count}")


def _write(report: Path, planned: list[Planned]) -> None:
    with report.open("w", encoding="utf-8", newline="") as out:
        lines = ((one.place, one.fate.value, one.why.value) for one in planned)
        out.write(csv_lines([("line", "outcome", "reason"), *lines]))
