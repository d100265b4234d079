"""`hie audit verify | export | head | complete`: prove the audit trail, and take it out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import Annotated, NamedTuple

import typer

from hie.cli._desk import By, desk
from hie.clock import SystemClock
from hie.exchange.ports import AuditEvent, AuditQuery, ChainRow, Store
from hie.exchange.trail.audit_lines import CSV_HEADINGS, csv_cells
from hie.exchange.trail.audit_views import everything
from hie.exchange.trail.auditing import FaultKind, Sealed, Verdict, prove_beside, seal_written
from hie.exchange.trail.completeness import reconcile
from hie.hub.copying import copied
from hie.hub.heads import is_genuine, kept_key, read_heads
from hie.hub.releasing import Ledger
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import HieError, Invalid
from hie.record.spreadsheets import csv_lines
from hie.record.times import JST
from hie.web.fhir.audit_event import bundle

audit = typer.Typer(no_args_is_help=True, help="Prove that nobody changed the audit trail, and take it out.")
_SAY_EVERY = 2.0
"""Seconds between two lines about how far it is."""

_FAULTS = {
    FaultKind.CHANGED: "this row is not the one that was written, or not behind the one before it",
    FaultKind.MISSING: "this row is missing",
    FaultKind.DOUBLED: "this row comes again, or out of order",
    FaultKind.CUT: "from this row on rows are missing: a signed head says that they were there",
    FaultKind.HEAD: "the noted end of the trail is not its last row",
    FaultKind.REPLACED: "a signed head says that another row stood here",
    FaultKind.FORGED: "a head about this row was not signed by a key that is trusted",
    FaultKind.SEAL_MISSING: "a head that was signed is not in the database any more",
}


class Form(StrEnum):
    """How an export is written."""

    CSV = "csv"
    FHIR = "fhir"


class Compared(NamedTuple):
    """Numbers of rows in which copies and the trail are not the same."""

    different: tuple[int, ...]
    """What a copy has and the trail has not, or has otherwise."""
    lacking: tuple[int, ...]
    """What no copy has."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(audit, name="audit")


@audit.command()
def verify(
    heads: Annotated[
        list[Path] | None, typer.Option("--heads", help="File of heads kept elsewhere; may be repeated.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="Public key that is trusted too, in hexadecimal.")
    ] = None,
    copy: Annotated[
        list[Path] | None,
        typer.Option(
            "--copy", help="Copy of the rows (`audit_copy`) to lay beside the trail; one of each hub."
        ),
    ] = None,
) -> None:
    """Follow the whole chain, past every signed head; status 1 if anything is wrong."""
    settings = Settings()
    with _opened("verify") as store:
        own = kept_key(settings.data_dir)
        trusted = {*([own] if own else ()), *map(_key, key or ())}
        outside = [one for file in heads or () for one in read_heads(file)]
        with store.look() as work:
            sealed = Sealed(work.seals.after(0), outside, lambda one: is_genuine(one, trusted))
            verdict = prove_beside(work.audit, sealed, _progress)
        compared = _compared(store, verdict.rows, copy) if copy else Compared((), ())
    _say(verdict, sealed)
    for number in compared.different[:20]:
        typer.echo(f"row {number}: the copy has another row, or one that is not in the trail")
    for number in compared.lacking[:20]:
        typer.echo(f"row {number}: no copy has this row")
    unvouched = bool(heads) and not any(is_genuine(one, trusted) for one in outside)
    if unvouched:
        typer.echo("no head in the files given was signed by a key that is trusted: they vouch for nothing")
    if unvouched or compared != Compared((), ()) or not verdict.sound:
        raise typer.Exit(1)


@audit.command()
def head() -> None:
    """Print the newest signed head, for a place that nobody of the hub can change."""
    with _opened("head") as store, store.look() as work:
        found = work.seals.last()
    if found is None:
        raise typer.Exit(1)
    typer.echo(json.dumps(seal_written(found)))


@audit.command()
def export(
    by: By,
    since: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD, in Japan's time.")],
    until: Annotated[str, typer.Option("--to", help="Last day.")],
    form: Annotated[Form, typer.Option("--format", help="A table, or FHIR AuditEvents.")] = Form.CSV,
) -> None:
    """Write the rows of some days to the standard output; the taking out is itself recorded."""
    with desk("audit export", by) as at:
        query = AuditQuery(since=_moment(since), until=_moment(until, days=1))
        taken = AuditEvent(
            at.clock.now(), at.requester, "audit-export", "done", "", 0, (), 0, f"{since} {until}"
        )
        with at.store.work() as work:
            work.audit.append([taken])
        rows = everything(at.store, query)
        if form is Form.FHIR:
            typer.echo(json.dumps(bundle(list(rows)), ensure_ascii=False))
        else:
            sys.stdout.write(csv_lines([CSV_HEADINGS]))
            for row in rows:
                sys.stdout.write(csv_lines([csv_cells(row)]))


@audit.command()
def complete(
    day: Annotated[str, typer.Option("--day", help="Day, YYYY-MM-DD; yesterday if none.")] = "",
) -> None:
    """Lay a day's answers about patients beside the trail; status 1 if one has no row."""
    settings, clock = Settings(), SystemClock()
    with _opened("complete") as store:
        moment = _moment(day) if day else clock.now() - 24 * 60 * 60 * 1000
        ledger = Ledger(settings.data_dir, clock)
        found = reconcile(store, ledger.day(moment))
    typer.echo(f"{found.answers:,} answers about patients, {found.size:,} bytes, {len(found.gaps):,} gaps")
    for gap in found.gaps[:20]:
        typer.echo(f"no audit row: request {gap.request}, {gap.route}, {gap.size:,} bytes")
    if ledger.torn:
        typer.echo(f"{ledger.torn:,} lines of the ledger are broken: what they counted is not known")
    if found.gaps or ledger.torn:
        raise typer.Exit(1)


@contextmanager
def _opened(command: str) -> Iterator[Store]:
    """Open the store; what the house refuses is one line and status 2."""
    try:
        with closing(stored_by(Settings())) as store:
            yield store
    except (HieError, OSError) as error:
        typer.echo(f"hie audit {command}: {error}", err=True)
        raise typer.Exit(2) from error


def _progress(rows: Iterable[ChainRow], total: int) -> Iterator[ChainRow]:
    """Pass rows on, and say now and then how far it is."""
    began = said = monotonic()
    for number, row in enumerate(rows, 1):
        yield row
        if number % 1_000 == 0 and monotonic() - said > _SAY_EVERY:
            said = monotonic()
            typer.echo(f"{number:,} of {total:,} rows, {number / (said - began):,.0f} rows/s", err=True)


def _say(verdict: Verdict, sealed: Sealed) -> None:
    typer.echo(f"{verdict.rows:,} rows, {len(sealed.inside):,} seals, {len(sealed.outside):,} heads outside")
    for fault in verdict.faults:
        typer.echo(f"row {fault.sequence:,}: {_FAULTS[fault.kind]}")
    if verdict.sound and not verdict.newest:
        typer.echo("sound as it stands; without --heads nobody sees whether newer rows were cut off")
    elif verdict.sound:
        typer.echo(f"sound; heads outside vouch for the first {verdict.newest:,} rows")


def _compared(store: Store, rows: int, copies: Sequence[Path]) -> Compared:
    """Lay copies beside the first `rows` rows of the trail; together they should have them all."""
    seen, different = bytearray(rows + 1), list[int]()
    with store.look() as work:
        for copy in copies:
            for row in copied(copy):
                if row.sequence <= rows:
                    seen[row.sequence] = 1
                if list(work.audit.chain(row.sequence - 1, 1)) != [row]:
                    different.append(row.sequence)
    return Compared(tuple(different), tuple(one for one in range(1, rows + 1) if not seen[one]))


def _moment(day: str, days: int = 0) -> int:
    try:
        at = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=JST) + timedelta(days=days)
    except ValueError as error:
        raise typer.BadParameter("a day is YYYY-MM-DD") from error
    return int(at.timestamp() * 1000)


def _key(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Invalid("a key is hexadecimal") from error
