"""The gate's scope as an SQL predicate; proved equal to `Grant.covers` by a property test.

The predicate speaks of five columns, none of them ever null: `l.facility` (the local patient's),
and of the table called `e`: `class_code`, `service_day`, `confidentiality`, `labels`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from consent.scope import Box, Scope
from hie.record.entry import ALL_LABELS, DocumentClass
from hie.store.codes import CLASS_CODES


class Predicate(NamedTuple):
    """A condition for `where`, with a parameter for each `?`, in order."""

    text: str
    parameters: tuple[object, ...]


@lru_cache(maxsize=4096)
def predicate(opened: Scope, closed: Scope) -> Predicate:
    """Say: in one of the opened boxes, and in none of the closed ones."""
    within = _any_of(opened)
    if not closed:
        return within
    without = _any_of(closed)
    return Predicate(f"{within.text} and not {without.text}", within.parameters + without.parameters)


def _any_of(scope: Scope) -> Predicate:
    if not scope:
        return Predicate("(1 = 0)", ())
    boxes = [_inside(box) for box in scope]
    text = " or ".join(box.text for box in boxes)
    return Predicate(f"({text})", tuple(value for box in boxes for value in box.parameters))


def _inside(box: Box) -> Predicate:
    parts = [
        Predicate(
            "e.service_day between ? and ?", (int(box.service_period.start), int(box.service_period.end))
        ),
        Predicate("e.confidentiality <= ?", (int(box.up_to),)),
    ]
    if outside := ALL_LABELS & ~box.within:
        parts.append(Predicate("(e.labels & ?) = 0", (outside,)))
    if box.bearing:
        parts.append(Predicate("(e.labels & ?) <> 0", (box.bearing,)))
    if box.custodians is not None:
        parts.append(_among("l.facility", sorted(box.custodians)))
    if box.other_than:
        others = _among("l.facility", sorted(box.other_than))
        parts.append(Predicate(f"not {others.text}", others.parameters))
    if box.classes is not None:
        parts.append(_classes(box.classes))
    text = " and ".join(part.text for part in parts)
    return Predicate(f"({text})", tuple(value for part in parts for value in part.parameters))


def _classes(classes: frozenset[DocumentClass]) -> Predicate:
    """Name the classes, or the fewer others: SQLite makes a table of a long list for every query."""
    others = sorted(code for word, code in CLASS_CODES.items() if word not in classes)
    if len(others) >= len(classes):
        return _among("e.class_code", sorted(CLASS_CODES[word] for word in classes))
    excluded = _among("e.class_code", others)
    return Predicate(f"not {excluded.text}", excluded.parameters)


def _among(column: str, values: Sequence[str] | Sequence[int]) -> Predicate:
    if not values:
        return Predicate("(1 = 0)", ())
    return Predicate(f"({column} in ({', '.join('?' * len(values))}))", tuple(values))
