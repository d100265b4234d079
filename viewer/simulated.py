"""The simulator's answer as tables: custodians by rows of the calendar, changes in words and shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from consent.reasons import REASONS
from hie.exchange.retrospective.simulating import LabelLine, Simulated
from hie.record.identifiers import FacilityCode
from viewer.locale import Language, Words
from viewer.screen import Screen


class Square(NamedTuple):
    """One square of a table."""

    kind: str
    """`opens`, `closes`, or empty where nothing changes."""
    text: str
    change: str = ""


class Line(NamedTuple):
    """One custodian."""

    name: str
    cells: tuple[Square, ...]


class LabelSquare(NamedTuple):
    """One sensitive label."""

    name: str
    kind: str
    text: str
    change: str


class Verdict(NamedTuple):
    """The gate's answer in sentences."""

    when: str
    granted: bool
    why: str


def drawn(found: Simulated, screen: Screen, words: Words, *, changed: bool) -> dict[str, object]:
    """Return what the template needs of an answer."""
    sums = _summed(found, screen)
    rows = [row.key for row in screen.rows if any(row.key == key for _, key in sums)]
    custodians = list(dict.fromkeys(custodian for custodian, _ in sums))
    return {
        "verdicts": _verdicts(found, words, changed=changed),
        "columns": [words(f"row.{key}") for key in rows],
        "lines": [
            Line(screen.facility(one).name, tuple(_square(sums.get((one, key)), words) for key in rows))
            for one in custodians
        ],
        "opt_ins": [_label(one, words) for one in found.labels],
        "position": words("simulator.position", position=found.position),
    }


def sentence(code: str, words: Words) -> str:
    """Say a reason code of the gate in words."""
    found = REASONS.get(code)
    if found is None:
        return code
    return found.ja if words.language is Language.JAPANESE else found.en


def _verdicts(found: Simulated, words: Words, *, changed: bool) -> list[Verdict]:
    said = [(words("simulator.now"), found.granted_now, found.reasons_now)]
    if changed:
        said.append((words("simulator.then"), found.granted_then, found.reasons_then))
    return [
        Verdict(when, granted, words("list.comma").join(sentence(code, words) for code in reasons))
        for when, granted, reasons in said
    ]


def _summed(found: Simulated, screen: Screen) -> Mapping[tuple[FacilityCode, str], Sequence[int]]:
    sums: dict[tuple[FacilityCode, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for cell in found.cells:
        row = screen.row_of.get(cell.document_class)
        if row is not None:
            for place, number in enumerate((cell.there, cell.now, cell.then)):
                sums[cell.custodian, row.key][place] += number
    return sums


def _square(counts: Sequence[int] | None, words: Words) -> Square:
    if counts is None:
        return Square("", "")
    there, now, then = counts
    text = words("simulator.of", n=now, there=there)
    if now == then:
        return Square("", text)
    after = words("simulator.of", n=then, there=there)
    if then > now:
        return Square("opens", text, f"▲ {words('simulator.opened')} {after}")
    return Square("closes", text, f"▼ {words('simulator.closed')} {after}")


def _label(one: LabelLine, words: Words) -> LabelSquare:
    name = words(f"labels.{int(one.label)}")
    text = words("simulator.open") if one.now else words("simulator.shut")
    if one.now == one.then:
        return LabelSquare(name, "", text, "")
    if one.then:
        return LabelSquare(name, "opens", text, f"▲ {words('simulator.opened')}")
    return LabelSquare(name, "closes", text, f"▼ {words('simulator.closed')}")
