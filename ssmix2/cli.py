"""The command `ssmix2`: list, show, count and check a standardized storage."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from hie.record.findings import Severity
from ssmix2 import census, display, plain
from ssmix2.layout import NO_DATE, NO_ORDER, ConditionFlag, FileName
from ssmix2.opened import Opened, open_file
from ssmix2.storage import files, parsed, patient_folders, states
from ssmix2.validation import check_storage

app = typer.Typer(
    help="Read and check SS-MIX2 standardized storages.", no_args_is_help=True, add_completion=False
)

Root = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, readable=True, help="Root folder of a storage.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for other programs.")]

_STATES = {ConditionFlag.CURRENT: "有効", ConditionFlag.SUPERSEDED: "旧版", ConditionFlag.DELETED: "削除"}
_FAILED = 1
_WRONG = 2
_WIDTH = 160


@app.command("ls")
def list_files(
    root: Root,
    patient: Annotated[str, typer.Option(help="Only this patient's files.")] = "",
    kind: Annotated[str, typer.Option(help="Only this data kind, such as OML-11.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List the files of a storage by patient, and say which ones are current."""
    for folder in patient_folders(root):
        if patient not in {"", folder.patient_id}:
            continue
        found = [
            (entry, name) for entry, name in parsed(files(folder)) if name and kind in {"", name.data_kind}
        ]
        counting = {state.current for state in states(name for _, name in found)}
        for entry, name in found:
            is_current = name in counting
            line = {"path": entry.locator, **name._asdict(), "current": is_current}
            _say(_json(line) if as_json else _listed(name, current=is_current))


@app.command("show")
def show_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="One file.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one file as a doctor reads it."""
    opened = open_file(file)
    if as_json:
        _say(_json(_opened_plain(opened)))
    else:
        _show(opened)
    if opened.message is None:
        raise typer.Exit(_FAILED)


@contextmanager
def _listing(command: str) -> Iterator[None]:
    """End with one line and 2 where a folder of the storage cannot be listed."""
    try:
        yield
    except OSError as error:
        typer.echo(f"ssmix2 {command}: a folder cannot be listed: {error.strerror}", err=True)
        raise typer.Exit(_WRONG) from error


@app.command("stats")
def statistics(root: Root, *, as_json: AsJson = False) -> None:
    """Count files by kind and state, patients, and the days they cover."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("")
        with _listing("stats"):
            counted = census.count(
                root,
                lambda so_far: progress.update(
                    task, description=f"{so_far.patients:,} 人 {so_far.files:,} 件"
                ),
            )
    if as_json:
        _say(_json(counted.plain()))
    else:
        console = _console()
        console.print(_census_table(counted))
        dates = f"{display.moment(counted.first_date)} 〜 {display.moment(counted.last_date)}"
        console.print(f"診療日 {dates}  読めないファイル {counted.unreadable:,}")


@app.command("check")
def check(root: Root, *, as_json: AsJson = False) -> None:
    """Check a storage against the specification; ends with 1 if any finding is an error."""
    failed = False
    with _listing("check"):
        for located in check_storage(root):
            failed = failed or located.finding.severity is Severity.ERROR
            line = plain.finding(located.finding) | {"path": located.path}
            _say(_json(line) if as_json else "{path}: {severity} {rule} {place}: {message}".format(**line))
    if failed:
        raise typer.Exit(_FAILED)


def _console() -> Console:
    """Write to the terminal, or wide enough for a table where the output goes elsewhere."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDTH)


def _say(text: str) -> None:
    """Write a line; names of files may hold bytes that are no text, or commands to a terminal."""
    typer.echo(display.harmless(text).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _json(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return display.CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _listed(name: FileName, *, current: bool) -> str:
    label = display.kind_label(name.data_kind)
    state = _STATES[ConditionFlag(name.flag)]
    mark = "*" if current else " "
    key = f"{name.patient_id}  {name.care_date:<8}  {state}  {name.data_kind:<6}  {name.order_number}"
    return f"{mark} {key}  {label}"


def _opened_plain(opened: Opened) -> dict[str, Any]:
    return {
        "path": str(opened.path),
        "kind": opened.kind,
        "findings": [plain.finding(one) for one in opened.findings],
        "records": [plain.record(one) for one in opened.records],
    }


def _show(opened: Opened) -> None:
    console = _console()
    console.print(_heading(opened))
    for table in display.tables(opened.records):
        console.print(table)
    if opened.message and not opened.records:
        console.print(display.segments_table(opened.message))
    if opened.findings:
        console.print(display.findings_table(opened.findings))


def _heading(opened: Opened) -> Text:
    name = opened.name
    if name is None:
        return Text(display.harmless(opened.path.name), "bold")
    parts = [
        display.kind_label(name.data_kind),
        f"({name.data_kind})",
        "" if name.care_date == NO_DATE else display.moment(name.care_date),
        name.patient_id,
        opened.patient.name.kanji if opened.patient else "",
        f"オーダ {name.order_number}" if name.order_number not in {"", NO_ORDER} else "",
        f"診療科 {name.department_code}" if name.department_code else "",
        _STATES[ConditionFlag(name.flag)],
    ]
    return Text(display.harmless("  ".join(part for part in parts if part)), "bold")


def _census_table(counted: census.Census) -> Table:
    table = Table(title=f"{counted.patients:,} 人 {counted.files:,} 件", title_justify="left")
    for column in ("種別", "名称", *_STATES.values()):
        table.add_column(column, justify="left" if column in {"種別", "名称"} else "right")
    for code, numbers in sorted(counted.kinds.items()):
        label = display.kind_label(code)
        table.add_row(Text(code), Text(label), *(f"{number:,}" for number in numbers.values()))
    return table
