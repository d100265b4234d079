"""`hie edge`: the agent inside the hospital."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from hie.clock import SystemClock
from hie.edge import enrolment, heads, identity, status
from hie.edge.durable import make_folder
from hie.edge.hub_link import HubLink
from hie.edge.policy import NO_POSITION
from hie.edge.running import NOT_LET_IN, Runner
from hie.edge.settings import PUSHED, EdgeSettings
from hie.edge.wiring import alone, spool_of, wired
from hie.exchange.ports.spool import ItemState
from hie.exchange.trail.auditing import seal_written
from hie.record.errors import HieError, Misconfigured, Refused
from hie.record.times import JST

_CODE = 8
"""Characters of a document's code, as the hub's feed monitor shows it."""
_ENDING = (signal.SIGTERM, signal.SIGINT)
_REFUSALS = {
    "token": "this token was used already or has expired; ask the region's office for a new one",
    "certificate": NOT_LET_IN,
    "authority": "the hub is not the one that made this token; ask the region's office for a new one",
}
"""What the hub's refusals mean to the hospital."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    edge = typer.Typer(no_args_is_help=True, help="The agent inside the hospital.")
    edge.command("run")(run)
    edge.command("enrol")(enrol)
    edge.command("status")(show)
    edge.command("replay")(replay)
    edge.command("check")(check)
    app.add_typer(edge, name="edge")


def run() -> None:
    """Run the edge until it is stopped (SIGTERM, SIGINT)."""
    # Held back in every thread, so that they are taken here and nothing is interrupted half-way.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    os.umask(0o077)  # whatever is written is for the edge's account alone
    with _refusing("run"), wired(_settings()) as edge:
        runner = Runner(edge)
        runner.start()
        signal.sigwait(_ENDING)
        runner.stop()


def enrol(token: Annotated[str, typer.Argument(help="The token that the region's office gave you.")]) -> None:
    """Become this facility's edge: make a key here and have it certified by the region."""
    with _refusing("enrol"):
        settings = _settings()
        make_folder(settings.data_dir)
        with alone(settings.data_dir):
            enrolled = enrolment.enrol(settings.data_dir, token)
        _say_who(enrolled)


def show(
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,  # noqa: FBT002
) -> None:
    """Show how the edge is: documents by source and state, lag, quarantine, age of the consent list."""
    with _refusing("status"):
        settings = _settings()
        report = _report(settings)
        if as_json:
            typer.echo(json.dumps(report))
        else:
            _show(report)


def replay(
    source: Annotated[str, typer.Argument(help="Name of the source.")],
    locators: Annotated[list[str] | None, typer.Argument(help="Files in quarantine; all if none.")] = None,
) -> None:
    """Try documents in quarantine again."""
    with _refusing("replay"):
        settings = _settings()
        if source not in settings.formats:
            raise Misconfigured(f"there is no source called {source}")
        with closing(spool_of(settings)) as spool:
            count = spool.replay(source, locators or [], SystemClock().now())
        typer.echo(f"{count:,} documents are tried again")


def check() -> None:
    """Check the settings, the sources, the enrolment, and that the hub answers."""
    with _refusing("check"):
        settings = _settings()
        wrong = 0
        for source in settings.sources:
            readable = all(map(_is_readable, source.roots.values()))
            wrong += not readable
            typer.echo(f"{source.name} ({source.kind.value}): {'readable' if readable else 'NOT READABLE'}")
        if settings.mllp:
            typer.echo(f"{PUSHED}: listens on {settings.mllp.host}:{settings.mllp.port}")
        enrolled = identity.load(settings.data_dir)
        _say_who(enrolled)
        with HubLink(enrolled, settings.data_dir) as link:
            policy = link.policy(NO_POSITION, 0)
        patients = len(policy.patients) if policy else 0
        typer.echo(f"the hub answers; its consent list names {patients:,} patients")
        if wrong or not settings.all_sources:
            raise Misconfigured("not every source can be read" if wrong else "there is no source")


@contextmanager
def _refusing(command: str) -> Iterator[None]:
    """Say what the house refuses in one line, with status 2."""
    try:
        yield
    except HieError as error:
        typer.echo(f"hie edge {command}: {_in_words(error)}", err=True)
        raise typer.Exit(2) from error


def _in_words(error: HieError) -> str:
    """Say what became of a request, and what to do now, where the error itself holds only a code."""
    if isinstance(error, Refused):
        return "; ".join(_REFUSALS.get(reason, reason) for reason in error.reasons)
    return str(error)


def _settings() -> EdgeSettings:
    """Read the settings; of a wrong one its name is said."""
    try:
        return EdgeSettings()
    except ValidationError as error:
        places = sorted({".".join(map(str, one["loc"])) or "sources" for one in error.errors()})
        raise Misconfigured(f"wrong settings: {', '.join(places)}") from error


def _report(settings: EdgeSettings) -> status.Status:
    """Take what the running edge last said, with the counts of this moment."""
    report: dict[str, Any] = status.last_report(settings.data_dir) or {}
    with closing(spool_of(settings)) as spool:
        counts, left = spool.counts(), spool.left_at_hub()
        report["oldest_unsent_at"] = spool.oldest_unsent()
        unreadable = spool.unreadable(status.QUARANTINE_MOST)
        key = status.own_key(spool, SystemClock()) if unreadable else b""
    said = {one["name"]: one for one in report.get("sources", [])}
    report["sources"] = [
        {"kind": source.kind.value, "trouble": "", "looked_at": 0}
        | said.get(source.name, {})
        | {
            "name": source.name,
            "left": left.get(source.name, 0),
            "counts": {
                state.value: counts.get((source.name, state), 0)
                for state in ItemState
                if counts.get((source.name, state), 0)
            },
        }
        for source in settings.all_sources
    ]
    kept = heads.newest(settings.data_dir)
    report["audit"] = seal_written(kept) if kept else None
    report["quarantine"] = [
        {
            "code": status.code_of(item, key),
            "source": item.source,
            "locator": item.found.locator,
            "reason": item.reason,
            "message": item.message,
        }
        for item in unreadable
    ]
    return report


def _show(report: status.Status) -> None:
    console = Console()
    table = _counted(report["sources"])
    console.print(table)
    for source in report["sources"]:
        if source["trouble"] and source["name"] not in report.get("troubles", {}):
            console.print(f"{source['name']}: {source['trouble']}", soft_wrap=True)
    policy = report.get("policy", {})
    console.print(
        f"consent list: position {policy.get('position', 0)}, {_moment(policy.get('received_at', 0))}"
    )
    console.print(f"waiting to be sent since: {_moment(report['oldest_unsent_at'])}")
    console.print(f"last report: {_moment(report.get('at', 0))}")
    if head := report.get("audit"):
        console.print(f"hub's audit trail: {head['sequence']:,} rows, sealed {_moment(head['at'])}")
    for part, trouble in report.get("troubles", {}).items():
        console.print(f"{part}: {trouble}")
    if report["quarantine"]:
        table = Table("code", "quarantine", "file", "reason", "")
        for item in report["quarantine"]:
            place = _printable(item["locator"])
            table.add_row(item["code"][:_CODE], item["source"], place, item["reason"], item["message"])
        console.print(table)


def _counted(sources: Sequence[Mapping[str, Any]]) -> Table:
    """Draw a line for each source, with the states in which any has documents: it fits 80 columns."""
    counts = {state.value: [one["counts"].get(state.value, 0) for one in sources] for state in ItemState}
    counts["gone, at hub"] = [one["left"] for one in sources]
    shown = {name: column for name, column in counts.items() if any(column)}
    table = Table(box=SIMPLE, pad_edge=False)
    table.add_column("source", no_wrap=True)
    for name in shown:
        table.add_column(name, justify="right")
    table.add_column("last look", no_wrap=True)
    for number, source in enumerate(sources):
        figures = [f"{column[number]:,}" for column in shown.values()]
        table.add_row(source["name"], *figures, _short_moment(source["looked_at"]))
    return table


def _short_moment(milliseconds: int) -> str:
    """Write a moment of a table: month, day and minute in Japan's time; a dash where it never was."""
    if not milliseconds:
        return "-"
    return f"{datetime.fromtimestamp(milliseconds / 1000, JST):%m-%d %H:%M}"


def _printable(name: str) -> str:
    """Return a file's name without bytes that are no text."""
    return name.encode("utf-8", "replace").decode()


def _say_who(enrolled: identity.Identity) -> None:
    until = _day(identity.expires_at(enrolled))
    typer.echo(f"enrolled as {enrolled.facility}, certificate until {until}")


def _is_readable(path: Path) -> bool:
    try:
        next(path.iterdir(), None)
    except OSError:
        return False
    return True


def _day(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(JST):%Y-%m-%d}"


def _moment(milliseconds: int) -> str:
    if not milliseconds:
        return "-"
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(JST):%Y-%m-%d %H:%M:%S}"
