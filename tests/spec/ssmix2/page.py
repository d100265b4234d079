"""Writes `docs/reference/kinds/` from the examples: `python -m tests.spec.ssmix2.page`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import groupby
from pathlib import Path

from hie.record.clinical import Coding, Record
from ssmix2.datakind import DataKind
from ssmix2.kinds import KINDS
from ssmix2.tables import CANCEL_EVENTS, CARE_DATES
from tests.spec.ssmix2.example import Example

FOLDER = Path(__file__).resolve().parents[3] / "docs/reference/kinds"
INDEX = "README.md"
OPENING_WORDS = """# Data kinds of a standardized storage

The 26 folders (データ種別) of SS-MIX2 and what this library reads from each. Every example on these pages is
a test (`tests/spec/ssmix2/`), and the pages are written from them: `python -m tests.spec.ssmix2.page`.
Whoever finds a wrong line has found a defect. All people, codes and values are invented.

Codes and texts are shown as *code text (system)*; a field that is empty in every record of a table is left
out. Messages are shown decoded, one segment to a line; on disk they are ISO-2022-JP and end in CR.

| Kind | 名称 | English | Messages | Care date | Class | Examples |
|---|---|---|---|---|---|---|
"""


def pages() -> dict[str, str]:
    """Return every page by the name of its file."""
    found = {f"{code}.md": kind_page(KINDS[code]) for code in sorted(KINDS)}
    return {INDEX: _index(), **found}


def examples_of(kind: str) -> tuple[Example, ...]:
    """Return the examples of a kind; each has a file of them."""
    name = f"tests.spec.ssmix2.test_{kind.lower().replace('-', '_')}"
    examples: tuple[Example, ...] = importlib.import_module(name).EXAMPLES
    return examples


def kind_page(kind: DataKind) -> str:
    """Return the page of one kind."""
    module = importlib.import_module(f"ssmix2.kinds.{kind.code.lower().replace('-', '_')}")
    lines = [
        f"# {kind.code} {kind.label_ja}",
        "",
        str(module.__doc__).strip(),
        "",
        f"* English: {kind.label_en}",
        f"* Messages: {', '.join(map(_event, kind.messages))}",
        f"* Care date (診療日): {_dated_by(kind.code)}",
        f"* Document class: `{kind.document_class}`",
        "",
    ]
    for example in examples_of(kind.code):
        lines += _example(example)
    return "\n".join(lines).rstrip("\n") + "\n"


def _index() -> str:
    rows = (
        f"| [{kind.code}]({kind.code}.md) | {kind.label_ja} | {kind.label_en}"
        f" | {', '.join(map(_event, kind.messages))} | {_dated_by(kind.code)}"
        f" | `{kind.document_class}` | {len(examples_of(kind.code))} |\n"
        for _, kind in sorted(KINDS.items())
    )
    return OPENING_WORDS + "".join(rows)


def _event(message: str) -> str:
    return f"`{message}`" + (" (cancels)" if message in CANCEL_EVENTS else "")


def _dated_by(code: str) -> str:
    """Name the fields that the care date comes from; `-` is the date of a kind that has none."""
    return " or ".join(f"{segment}-{field}" for segment, field in CARE_DATES.get(code, ())) or "`-`"


def _example(example: Example) -> Iterator[str]:
    yield from (
        f"## {example.says}",
        "",
        f"`{example.name}`",
        "",
        "```",
        example.message.strip("\n"),
        "```",
        "",
    )
    if example.facts:
        yield from ("| Entry | |", "|---|---|")
        yield from (f"| {_words(name)} | {_shown(value)} |" for name, value in example.facts.items())
        yield ""
    if example.findings:
        yield from ("Findings: " + ", ".join(f"`{code}`" for code in example.findings), "")
    if not example.records:
        yield from ("No record.", "")
    for kind, records in groupby(example.records, type):
        yield from _table(kind.__name__, list(records))


def _table(kind: str, records: Sequence[Record]) -> Iterator[str]:
    """One record stands upright, field by field; several stand side by side under their fields."""
    values = dict(zip(records[0]._fields, zip(*records, strict=True), strict=True))
    filled = [field for field, column in values.items() if _full(column)]
    yield from (f"**{kind}**", "")
    if len(records) == 1:
        yield from ("| Field | Value |", "|---|---|")
        yield from (f"| {_words(field)} | {_shown(getattr(records[0], field))} |" for field in filled)
    else:
        yield f"| {' | '.join(map(_words, filled))} |"
        yield "|" + "---|" * len(filled)
        for record in records:
            yield f"| {' | '.join(_shown(getattr(record, field)) for field in filled)} |"
    yield ""


def _full(value: object) -> bool:
    return any(map(_full, value)) if isinstance(value, tuple) else value not in {"", None, False}


def _words(field: str) -> str:
    return field.replace("_", " ")


def _shown(value: object) -> str:
    """Write a value into a cell."""
    if isinstance(value, Coding):
        system = f" ({value.system})" if value.system else ""
        return _cell(f"{value.code} {value.text}{system}".strip())
    if isinstance(value, tuple):
        return ", ".join(shown for shown in map(_shown, value) if shown)
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, Enum):
        return value.name.lower().replace("_", " ")
    return _cell(str(value))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    """Write the folder; a page of a kind that is gone goes too."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for stale in set(FOLDER.glob("*.md")) - {FOLDER / name for name in made}:
        stale.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
