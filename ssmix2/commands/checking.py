"""`ssmix2 check`, `ssmix2 report` and `ssmix2 fields`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from hie.record.findings import Severity
from ssmix2 import plain, valuelist
from ssmix2.acceptance import Acceptance
from ssmix2.acceptance_page import page
from ssmix2.commands.arguments import AsJson, Extended, Roots
from ssmix2.commands.speaking import FAILED, as_json, doing, now, progress, say
from ssmix2.index import Index
from ssmix2.validation import Examined, Part, check_index, check_transactions, examine, examine_file
from ssmix2.volumes import Volume, as_volumes, patients

RANKED = (Severity.ERROR, Severity.WARNING, Severity.INFORMATION)
_EVERY = 100
"""Files between two words about progress."""


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


class Language(StrEnum):
    """Language of the report."""

    JA = "ja"
    EN = "en"


class Beside(NamedTuple):
    """What lies beside the storage and is compared with it."""

    database: Path | None
    """Index database."""
    transactions: Path | None
    extended_transactions: Path | None

    def parts(self) -> set[Part]:
        """Say what there is to look at; of nothing else a verdict is given."""
        given = {Part.INDEX} if self.database else set[Part]()
        return given | {Part.LOG} if self.transactions or self.extended_transactions else given


Paths = Annotated[
    list[Path], typer.Argument(exists=True, readable=True, help="Files, or the root folders of one storage.")
]
IndexFile = Annotated[
    Path | None,
    typer.Option("--index", exists=True, dir_okay=False, help="Index database (SQLite) to compare with."),
]
LogFolder = Annotated[
    Path | None,
    typer.Option("--transactions", exists=True, file_okay=False, help="Root of the transaction storage."),
]
ExtendedLogFolder = Annotated[
    Path | None,
    typer.Option(
        "--extended-transactions",
        exists=True,
        file_okay=False,
        help="Root of the transaction storage of the extended storage.",
    ),
]
InLanguage = Annotated[Language, typer.Option("--language", help="Language of the report.")]


def check(  # noqa: PLR0913  the options of a command
    paths: Paths,
    extended: Extended = None,
    index: IndexFile = None,
    transactions: LogFolder = None,
    *,
    extended_transactions: ExtendedLogFolder = None,
    written: Annotated[
        Format, typer.Option("--format", help="text, json, or html for the report.")
    ] = Format.TEXT,
    least: Annotated[
        Severity, typer.Option("--severity", help="Write no finding below this (text and json).")
    ] = Severity.INFORMATION,
    json: AsJson = False,
) -> None:
    """Check files or a storage against the specification; the text ends with a sum, on the error channel.

    Ends with 0 where no finding is an error, 1 where one is, 2 where something cannot be read.
    """
    written = Format.JSON if json else written
    beside = Beside(index, transactions, extended_transactions)
    found = _nothing_found(extended, beside)
    with doing("check"), progress() as show:
        for one in _examined(paths, extended or [], beside):
            found.add(one)
            if found.files % _EVERY == 0:
                show(f"{found.patients:,} 人 {found.files:,} 件")
            if written is not Format.HTML:
                _say_findings(one, least, as_lines=written is Format.TEXT)
        if written is Format.HTML:
            typer.echo(page(found, _shown(paths, extended, beside), _moment()), nl=False)
    if written is Format.TEXT:
        typer.echo(_sum(found), err=True)
    if found.errors:
        raise typer.Exit(FAILED)


def report(  # noqa: PLR0913  the options of a command
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, writable=True, help="HTML file to write.")],
    extended: Extended = None,
    index: IndexFile = None,
    transactions: LogFolder = None,
    *,
    extended_transactions: ExtendedLogFolder = None,
    language: InLanguage = Language.JA,
) -> None:
    """Write the acceptance report that a hospital hands to its vendor: one HTML file.

    Ends with 0 where no finding is an error, 1 where one is, 2 where something cannot be read.
    """
    beside = Beside(index, transactions, extended_transactions)
    found = _nothing_found(extended, beside)
    with doing("report"), progress() as show:
        for one in _examined(paths, extended or [], beside):
            found.add(one)
            if found.files % _EVERY == 0:
                show(f"{found.patients:,} 人 {found.files:,} 件")
        out.write_text(page(found, _shown(paths, extended, beside), _moment(), language.value), "utf-8")
    if found.errors:
        raise typer.Exit(FAILED)


def fields(
    roots: Roots,
    field: Annotated[list[str], typer.Option("--field", help="A field or component, such as OBX-3.1.")],
    kind: Annotated[str, typer.Option(help="Only this data kind, such as OML-11.")] = "",
    *,
    json: AsJson = False,
) -> None:
    """List the distinct values of fields with an example, and count how often each field is filled.

    What a field of a patient holds is shown as it is: mind who reads it.
    """
    with doing("fields"), progress() as show:
        listings = [valuelist.Listing(valuelist.field(text)) for text in field]
        for read in valuelist.read_values(patients(as_volumes(roots)), listings, kind):
            show(f"{read:,} 件")
    for listing in listings:
        head = {"field": listing.field.label, "segments": listing.segments, "filled": listing.filled}
        values = [one._asdict() for one in listing.values()]
        if json:
            say(as_json({**head, "others": listing.others, "values": values}))
        else:
            say("{field}: {filled:,} / {segments:,}".format(**head))
            for one in values:
                say("{times:>10,}  {text}  {example}".format(**one))


def _nothing_found(extended: Sequence[Path] | None, beside: Beside) -> Acceptance:
    """Begin a report that knows what there is to look at."""
    return Acceptance(beside.parts() | ({Part.CONTENT_FOLDER} if extended else set()))


def _examined(paths: Sequence[Path], extended: Sequence[Path], beside: Beside) -> Iterator[Examined]:
    """Check everything that was named, one file after another."""
    for path in paths:
        if path.is_file():
            yield examine_file(path)
    volumes = as_volumes([path for path in paths if path.is_dir()], extended)
    yield from examine(volumes)
    yield from _beside(volumes, beside)


def _beside(volumes: Sequence[Volume], beside: Beside) -> Iterator[Examined]:
    """Compare the storage with its index and its logs."""
    if beside.database:
        with Index(beside.database, read_only=True) as opened:
            for located in check_index(opened, volumes):
                yield Examined(located.path, None, [located.finding], None, is_file=False, part=Part.INDEX)
    logs = ((beside.transactions, False), (beside.extended_transactions, True))
    for log, is_extended in logs:
        for located in check_transactions(log, volumes, is_extended=is_extended) if log else ():
            yield Examined(located.path, None, [located.finding], None, is_file=False, part=Part.LOG)


def _sum(found: Acceptance) -> str:
    """Say in one line what everything came to, also what was not written."""
    times = Counter[Severity]()
    for tally in found.tallies.values():
        times[tally.severity] += tally.times
    counts = (f"{severity.value} {times[severity]:,}" for severity in RANKED)
    return f"{found.files:,} files checked: {', '.join(counts)}"


def _say_findings(one: Examined, least: Severity, *, as_lines: bool) -> None:
    for finding in one.findings:
        if RANKED.index(finding.severity) > RANKED.index(least):
            continue
        line = plain.finding(finding) | {"path": one.path}
        say("{path}: {severity} {rule} {place}: {message}".format(**line) if as_lines else as_json(line))


def _shown(paths: Sequence[Path], extended: Sequence[Path] | None, beside: Beside) -> list[str]:
    """Name everything that was looked at; what a path stands for where it is no root of messages."""
    parts = {Part.CONTENT_FOLDER: extended or [], Part.INDEX: [beside.database], Part.LOG: beside[1:]}
    named = [f"{part}: {path}" for part, given in parts.items() for path in given if path]
    return [*map(str, paths), *named]


def _moment() -> str:
    return f"{now():%Y-%m-%d %H:%M %z}"
