"""`ssmix2 check`, `ssmix2 report` and `ssmix2 fields`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ssmix2 import plain, valuelist
from ssmix2.acceptance import Acceptance
from ssmix2.acceptance_page import page
from ssmix2.commands.arguments import AsJson, Extended, Roots
from ssmix2.commands.speaking import FAILED, as_json, doing, now, progress, say
from ssmix2.index import Index
from ssmix2.validation import Examined, check_file, check_index, check_transactions, examine
from ssmix2.volumes import Volume, as_volumes, patients

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
InLanguage = Annotated[Language, typer.Option("--language", help="Language of the report.")]


def check(
    paths: Paths,
    extended: Extended = None,
    index: IndexFile = None,
    transactions: LogFolder = None,
    written: Annotated[
        Format, typer.Option("--format", help="text, json, or html for the report.")
    ] = Format.TEXT,
    *,
    json: AsJson = False,
) -> None:
    """Check files or a storage against the specification.

    Ends with 0 where no finding is an error, 1 where one is, 2 where something cannot be read.
    """
    written = Format.JSON if json else written
    found = Acceptance()
    with doing("check"), progress() as show:
        for one in _examined(paths, extended or [], index, transactions):
            found.add(one)
            if found.files % _EVERY == 0:
                show(f"{found.patients:,} 人 {found.files:,} 件")
            if written is not Format.HTML:
                _say_findings(one, as_lines=written is Format.TEXT)
        if written is Format.HTML:
            typer.echo(page(found, _shown(paths, extended), _moment()), nl=False)
    if found.errors:
        raise typer.Exit(FAILED)


def report(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, writable=True, help="HTML file to write.")],
    extended: Extended = None,
    index: IndexFile = None,
    transactions: LogFolder = None,
    language: InLanguage = Language.JA,
) -> None:
    """Write the acceptance report that a hospital hands to its vendor: one HTML file.

    Ends with 0 where no finding is an error, 1 where one is, 2 where something cannot be read.
    """
    found = Acceptance()
    with doing("report"), progress() as show:
        for one in _examined(paths, extended or [], index, transactions):
            found.add(one)
            if found.files % _EVERY == 0:
                show(f"{found.patients:,} 人 {found.files:,} 件")
        out.write_text(page(found, _shown(paths, extended), _moment(), language.value), "utf-8")
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


def _examined(
    paths: Sequence[Path], extended: Sequence[Path], index: Path | None, transactions: Path | None
) -> Iterator[Examined]:
    """Check everything that was named, one file after another."""
    for path in paths:
        if path.is_file():
            found = [located.finding for located in check_file(path.name, path.name, path.read_bytes())]
            yield Examined(str(path), None, found, None)
    volumes = as_volumes([path for path in paths if path.is_dir()], extended)
    yield from examine(volumes)
    yield from _beside(volumes, index, transactions)


def _beside(volumes: Sequence[Volume], index: Path | None, transactions: Path | None) -> Iterator[Examined]:
    """Compare the storage with its index and its log."""
    if index:
        with Index(index, read_only=True) as opened:
            for located in check_index(opened, volumes):
                yield Examined(located.path, None, [located.finding], None, is_file=False)
    if transactions:
        for located in check_transactions(transactions, volumes):
            yield Examined(located.path, None, [located.finding], None, is_file=False)


def _say_findings(one: Examined, *, as_lines: bool) -> None:
    for finding in one.findings:
        line = plain.finding(finding) | {"path": one.path}
        say("{path}: {severity} {rule} {place}: {message}".format(**line) if as_lines else as_json(line))


def _shown(paths: Sequence[Path], extended: Sequence[Path] | None) -> list[str]:
    return [str(path) for path in (*paths, *(extended or []))]


def _moment() -> str:
    return f"{now():%Y-%m-%d %H:%M %z}"
