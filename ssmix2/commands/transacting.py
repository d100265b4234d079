"""`ssmix2 transactions`: the log of a storage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hie.record.errors import Invalid
from ssmix2 import plain
from ssmix2.commands.arguments import AsJson
from ssmix2.commands.speaking import FAILED, as_json, doing, progress, say
from ssmix2.replay import replay
from ssmix2.transactions import START, Position, Record, read_after

app = typer.Typer(help="List a transaction storage, or build a storage from it.", no_args_is_help=True)

Log = Annotated[Path, typer.Argument(exists=True, file_okay=False, readable=True, help="Root of the log.")]
After = Annotated[str, typer.Option(help="Only what comes after this FILE@OFFSET.")]
_EVERY = 1000


@app.command("ls")
def list_records(log: Log, after: After = "", *, json: AsJson = False) -> None:
    """List records in order, with the position from which reading can go on; ends with 1 where one is bad."""
    failed = False
    with doing("transactions"):
        for record in read_after(log, _position(after), has_ended=True):
            failed = failed or record.finding is not None
            say(as_json(_plain(record)) if json else _line(record))
    if failed:
        raise typer.Exit(FAILED)


@app.command("replay")
def replay_log(
    log: Log,
    root: Annotated[Path, typer.Argument(file_okay=False, help="Folder of the storage to build.")],
    after: After = "",
) -> None:
    """Build a storage from the log (TRX-03); records that cannot be read are left out and end it with 1."""
    applied = left_out = 0
    with doing("transactions"), progress() as show:
        root.mkdir(parents=True, exist_ok=True)
        for one in replay(read_after(log, _position(after), has_ended=True), root):
            applied += one.finding is None
            if one.finding:
                left_out += 1
                place = _place(one.record)
                say(
                    "{place}: {severity} {rule}: {message}".format(
                        **plain.finding(one.finding) | {"place": place}
                    )
                )
            if applied % _EVERY == 0:
                show(f"{applied:,} 件")
    say(f"{applied:,} 件")
    if left_out:
        raise typer.Exit(FAILED)


def _position(text: str) -> Position:
    """Read `FILE@OFFSET`, empty for the beginning."""
    if not text:
        return START
    file, _, offset = text.rpartition("@")
    if not file or not (offset.isascii() and offset.isdigit()):
        raise Invalid("a position is written FILE@OFFSET")
    return Position(file, int(offset))


def _place(record: Record) -> str:
    return f"{record.position.file}@{record.position.offset}"


def _plain(record: Record) -> dict[str, Any]:
    return {
        "position": _place(record),
        "length": record.length,
        **(record.header._asdict() if record.header else {}),
        **({"finding": plain.finding(record.finding)} if record.finding else {}),
    }


def _line(record: Record) -> str:
    words = record.finding.message if record.finding else ""
    text = "  ".join(record.header[1:]) if record.header else ""
    return f"{_place(record)}  {record.length:>8,}  {text}{words}"
