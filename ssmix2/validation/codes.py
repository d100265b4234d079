"""Rule COD-01: coded fields hold codes of their tables (fact sheet §5.1, §5.2, §5.4).

The tables lie beside this file in `code_tables.tsv`: table, code, text. A code of a local system
(`99…`) or of a system that we have no table of is never judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from ssmix2.er7 import NULL, component, repetitions, unescape
from ssmix2.memo import Memo
from ssmix2.validation.rule import WARNING, Rule, Subject, Violation, at


def _tables() -> dict[str, dict[str, str]]:
    """Read table -> code -> text."""
    found: dict[str, dict[str, str]] = {}
    for line in (files(__package__) / "code_tables.tsv").read_text("utf-8").splitlines():
        table, code, text = line.split("\t")
        found.setdefault(table, {})[code] = text
    return found


TABLES = _tables()
"""HL7 numbers (`0119`) and Japanese names (`MR9P-unit`) -> code -> text."""

PLAIN: dict[str, dict[int, str]] = {
    "EVN": {4: "0062"},
    "PID": {8: "0001"},
    "PV1": {2: "0004", 36: "0112"},
    "DB1": {2: "0334", 4: "0136"},
    "ORC": {1: "0119", 5: "0038"},
    "OBR": {25: "0123"},
    "OBX": {2: "0125", 8: "0078", 11: "0085"},
    "PRB": {1: "0287"},
    "RXC": {1: "0166"},
    "RXA": {20: "0322", 21: "0323"},
    "ODS": {1: "0159"},
}
"""Fields of type ID or IS: the field is the code."""

CODED: dict[str, dict[int, str]] = {
    "NK1": {3: "0063"},
    "AL1": {2: "0127", 4: "0128"},
    "IAM": {2: "0127", 4: "0128", 6: "0323", 9: "0436", 17: "0438"},
    "IN1": {17: "0063"},
    "ORC": {29: "0482"},
    "TQ1": {9: "0485"},
    "RXR": {1: "0162", 3: "0164"},
    "RXE": {2: "", 5: "MR9P-unit", 6: "MR9P-form", 7: "", 11: "MR9P-unit", 21: "MR9P-category", 27: ""},
    "RXC": {4: "MR9P-unit"},
    "RXA": {7: "MR9P-unit", 8: "MR9P-form"},
    "PRB": {13: "", 14: "0241", 18: "", 25: "0177"},
}
"""Fields of type CWE: the table that HL7 or MERIT-9 means there; JHS… systems name theirs."""

_OF_SYSTEM = {f"HL7{name}": name for name in TABLES if name.isdigit()} | {
    name: name for name in TABLES if name.startswith("JHS")
}
_OPEN_ENDED = {"0485": "TS"}
"""Tables in which codes that begin so carry a number."""


def _is_coded(raw: str, table: str) -> bool:
    """Say whether every triplet of a CWE that names a table of ours holds one of its codes."""
    for repetition in repetitions(raw):
        parts = [unescape(part).strip() for part in repetition.split("^", 6)[:6]]
        parts += [""] * (6 - len(parts))
        for code, system in ((parts[0], parts[2]), (parts[3], parts[5])):
            known = table if system == "MR9P" else _OF_SYSTEM.get(system, "")
            if code and code != NULL and known and not _is_in(code, known):
                return False
    return True


def _is_in(code: str, table: str) -> bool:
    beginning = _OPEN_ENDED.get(table)
    return code in TABLES[table] or (beginning is not None and code.startswith(beginning))


def _judge(raw: str) -> bool:
    table, _, field = raw.partition("\n")
    return _is_coded(field, table)


_JUDGED: Memo[bool] = Memo(_judge)
"""Table, a line's end and the raw field -> whether its codes are known; vocabulary repeats itself."""


def _tabled(subject: Subject) -> Iterator[Violation]:
    counted: dict[str, int] = {}
    for segment in subject.message.segments:
        name = segment[0]
        counted[name] = number = counted.get(name, 0) + 1
        for field, table in PLAIN.get(name, {}).items():
            if segment[field] and not _are_in(segment[field], table):
                yield Violation(at(name, number, field), f"A code is not in table {table}.")
        for field, table in CODED.get(name, {}).items():
            if segment[field] and not _JUDGED[f"{table}\n{segment[field]}"]:
                yield Violation(at(name, number, field), "A code is not in the table that its system names.")


def _are_in(raw: str, table: str) -> bool:
    codes = TABLES[table]
    return raw in codes or all(
        component(one, 1).strip() in codes or one in {"", NULL} for one in repetitions(raw)
    )


RULES = (Rule("COD-01", WARNING, "§7.5", _tabled),)
