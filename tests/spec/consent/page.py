"""Writes `docs/reference/gate.md` from the truth tables: `python -m tests.spec.consent.page`."""

from __future__ import annotations

import importlib
from pathlib import Path

from consent import rules
from consent.reasons import REASONS
from consent.rules import CLOSING, OPENING, Rule
from tests.spec.consent.tables import Row

PAGE = Path(__file__).resolve().parents[3] / "docs/reference/gate.md"
OPENING_WORDS = """# What the gate opens and closes

Every line here is a test (`tests/spec/consent/`), and this page is written from them:
`python -m tests.spec.consent.page`. Whoever finds a wrong line has found a defect.

A document is shown when some rule opens it and no rule closes it; the order of rules cannot matter.
A, B, C and D are facilities; all of them take part since ever and have a linked number of the patient's,
except who asks, where the line does not say otherwise. `given A → B` is a consent that lets A show B, `*`
stands for all that take part, `withdrawn A → B` takes back all that was given before between these two.
`refused` is the patient's, `held` the discloser's; `care B` says that B treats the patient. Events stand in
the order in which they were recorded, at instant 50. *Views* is a doctor who asks for treatment at instant
150; *files* is the custodian's system. *Glass broken* is an emergency that the asker opened and stated.
*Open* and *closed* come with the reasons that the audit record keeps; *left out* is a document that is not
shown in an answer that may hold others.
"""


def page() -> str:
    """Return the whole page."""
    rules.collect()
    found = {**OPENING, **CLOSING}
    parts = [OPENING_WORDS, *(_chapter(found[name]) for name in sorted(found)), _reasons()]
    return "\n".join(parts)


def table_of(rule: str) -> tuple[Row, ...]:
    """Return the truth table of a rule; each rule has one."""
    table: tuple[Row, ...] = importlib.import_module(f"tests.spec.consent.test_{rule}").TABLE
    return table


def _chapter(rule: Rule) -> str:
    verb = "Opens" if rule.name in OPENING else "Closes"
    actions = " and ".join(sorted(rule.actions))
    module = importlib.import_module(f"{rules.__name__}.{rule.name}")
    lines = [
        f"## {rule.name}",
        "",
        str(module.__doc__).split("\n", maxsplit=1)[0],
        "",
        f"{verb} for {actions}, with the reason `{rule.reason}`.",
        "",
        "| Decided | Who asks | Document | Answer | Because |",
        "|---|---|---|---|---|",
        *(f"| {_cells(row)} |" for row in table_of(rule.name)),
        "",
    ]
    return "\n".join(lines)


def _cells(row: Row) -> str:
    decided = "<br>".join(f"`{event}`" for event in row.decided.split("; ")) if row.decided else "–"
    return f"{decided} | {row.asks} | {row.document} | {row.answer} | {row.because}"


def _reasons() -> str:
    lines = ["## Reasons", "", "| Code | 日本語 | English |", "|---|---|---|"]
    lines += [f"| `{code}` | {sentence.ja} | {sentence.en} |" for code, sentence in sorted(REASONS.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
