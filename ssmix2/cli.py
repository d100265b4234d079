"""The command `ssmix2`: list, show, count and check a standardized storage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from ssmix2 import census, display, plain
from ssmix2.commands import checking, indexing, transacting
from ssmix2.commands.arguments import AsJson, Extended, Roots
from ssmix2.commands.speaking import FAILED, as_json, console, doing, progress, say
from ssmix2.layout import NO_DATE, NO_ORDER, ConditionFlag, FileName
from ssmix2.opened import Opened, open_file
from ssmix2.volumes import as_volumes, patients, versions

app = typer.Typer(
    help="Read and check SS-MIX2 standardized storages.", no_args_is_help=True, add_completion=False
)
app.command("check")(checking.check)
app.command("report")(checking.report)
app.command("fields")(checking.fields)
app.add_typer(indexing.app, name="index")
app.add_typer(transacting.app, name="transactions")

_STATES = {ConditionFlag.CURRENT: "有効", ConditionFlag.SUPERSEDED: "旧版", ConditionFlag.DELETED: "削除"}


@app.command("ls")
def list_files(
    roots: Roots,
    patient: Annotated[str, typer.Option(help="Only this patient's files.")] = "",
    kind: Annotated[str, typer.Option(help="Only this data kind, such as OML-11.")] = "",
    extended: Extended = None,
    *,
    json: AsJson = False,
) -> None:
    """List the files of a storage by patient, and say which ones are current."""
    with doing("ls"):
        volumes = as_volumes(roots, extended or [])
        for person in patients(volumes):
            if patient not in {"", person.patient_id}:
                continue
            found = [one for one in person.files() if one.name and kind in {"", one.name.data_kind}]
            counting = {version.current for version in versions(found)}
            for one in found:
                if one.name is None:
                    continue
                path = one.entry.locator if len(volumes) == 1 else f"{one.volume.label}/{one.entry.locator}"
                line = {"path": path, **one.name._asdict(), "current": one in counting}
                say(as_json(line) if json else _listed(one.name, current=one in counting))


@app.command("show")
def show_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="One file.")],
    *,
    json: AsJson = False,
) -> None:
    """Show one file as a doctor reads it."""
    opened = open_file(file)
    if json:
        say(as_json(_opened_plain(opened)))
    else:
        _show(opened)
    if opened.message is None:
        raise typer.Exit(FAILED)


@app.command("stats")
def statistics(roots: Roots, extended: Extended = None, *, json: AsJson = False) -> None:
    """Count files by kind and state, month and department; patients, and the days they cover (CNT-01)."""
    with doing("stats"), progress() as show:
        counted = census.count(
            as_volumes(roots, extended or []),
            lambda so_far: show(f"{so_far.patients:,} 人 {so_far.files:,} 件"),
        )
    if json:
        say(as_json(counted.plain()))
    else:
        terminal = console()
        terminal.print(_census_table(counted))
        dates = f"{display.moment(counted.first_date)} 〜 {display.moment(counted.last_date)}"
        terminal.print(f"診療日 {dates}  読めないファイル {counted.unreadable:,}")


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
    terminal = console()
    terminal.print(_heading(opened))
    for table in display.tables(opened.records):
        terminal.print(table)
    if opened.message and not opened.records:
        terminal.print(display.segments_table(opened.message))
    if opened.findings:
        terminal.print(display.findings_table(opened.findings))


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
