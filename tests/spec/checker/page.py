"""Writes `docs/reference/checker.md` from the catalogue of rules: `python -m tests.spec.checker.page`."""

from __future__ import annotations

from pathlib import Path

from ssmix2.validation.catalogue import CATALOGUE, Described, members

PAGE = Path(__file__).resolve().parents[3] / "docs/reference/checker.md"
CHAPTERS = {
    "§7.1": "Paths, names and versions",
    "§7.2": "Characters, header, identity, care date",
    "§7.3": "Required fields",
    "§7.4": "Order of segments",
    "§7.5": "Types, values, codes",
    "§7.6": "Index, transactions, extended storage",
    "§7": "Reading itself",
}
OPENING_WORDS = """# What the checker says

This page is written from the catalogue in `ssmix2/validation/catalogue.py`:
`python -m tests.spec.checker.page`, and a test fails when it is out of date. Every id below has a violation
planted for it in `tests/unit/ssmix2/test_rules.py`.

| Command | Does |
|---|---|
| `ssmix2 check PATH... --format text\\|json\\|html` | checks files, or the roots of one storage |
| `ssmix2 report PATH... --out report.html` | the acceptance report for the vendor (`--language en`) |
| `ssmix2 stats ROOT...` | counts by kind, state, month and department (CNT-01) |
| `ssmix2 fields ROOT... --field OBX-3.1` | distinct values and fill counts of fields (GET-01) |
| `ssmix2 index build\\|check\\|show DATABASE` | the index database SSMIXIDX in SQLite |
| `ssmix2 transactions ls\\|replay LOG` | the log, and a storage built from it |

`check` and `report` take `--extended ROOT`, `--index DATABASE`, `--transactions LOG` and, for the log of the
extended storage, `--extended-transactions LOG` besides; the report judges each of them by itself, and what
was not given not at all. They end with 0 where no finding is an error, with 1 where one is, and with 2 where
something could not be read. `check --severity warning` writes no finding below that; the sum of all is the
last line of the error channel.
Several roots are one storage: their labels are STD01, STD02, … and ANX01, … in the order they are given.

A finding names the rule, how much it matters, the file and the place (`OBX[3]-5` is field 5 of the third
OBX), and a sentence. It never repeats a value. The report holds paths, and with them patient numbers.
"""


def page() -> str:
    """Write the page."""
    parts = [OPENING_WORDS]
    for clause, title in CHAPTERS.items():
        rules = [one for one in CATALOGUE if _chapter(one) == clause]
        lines = [
            f"| {one.id} | {one.severity.value} | {one.clause} | {one.english} | {one.japanese} |"
            for one in rules
        ]
        head = "| Rule | Severity | Clause | What it asks | 内容 |\n|---|---|---|---|---|\n"
        parts.append(f"## {clause} {title}\n\n{head}" + "\n".join(lines) + "\n" + _members(rules))
    return "\n".join(parts)


def _chapter(one: Described) -> str:
    return "§7.3" if one.clause == "§2.3" else one.clause


def _members(rules: list[Described]) -> str:
    """List the single ids of families, errors marked."""
    families = {"REQ": "REQ-", "REQ-SEG": "REQ-SEG-", "RE": "RE-", "ORD": "ORD-", "NUM": "NUM-"}
    text = ""
    for one in rules:
        if one.id in families:
            found = [
                (code, severity)
                for code, severity in members().items()
                if code.startswith(families[one.id])
                and not (one.id == "REQ" and code.startswith("REQ-SEG-"))
                and code != "NUM-OBX-5"
            ]
            ids = " ".join(
                f"{code}{'' if severity is one.severity else ' (error)'}" for code, severity in found
            )
            text += f"\n{one.id}: {ids}\n"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
