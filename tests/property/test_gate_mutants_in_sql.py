"""The comparison of the stores bites: it notices a predicate that says something else than the grant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consent.scope import Box, Scope
from hie.exchange.ports import Store
from hie.record.entry import Confidentiality
from hie.record.times import Period
from hie.store import open_store, registry
from hie.store.scope_sql import Predicate, predicate
from tests.property.shown import compare_what_is_shown, found, worlds_of
from tests.property.worlds import World

SEQUENCES = 400
Change = Callable[[Box], Box]


def _shifted(period: Period, by: int) -> Period:
    return Period(period.start, type(period.end)(period.end + by))


CHANGES: dict[str, Change] = {
    "custodians are not asked": lambda box: box._replace(custodians=None),
    "exceptions are not asked": lambda box: box._replace(other_than=frozenset()),
    "classes are not asked": lambda box: box._replace(classes=None),
    "the period is not asked": lambda box: box._replace(
        service_period=Period(type(box.service_period.start)(0), box.service_period.end)
    ),
    "the last day is left out": lambda box: box._replace(service_period=_shifted(box.service_period, -1)),
    "the ceiling is not asked": lambda box: box._replace(up_to=Confidentiality.UNKNOWN),
    "the ceiling is left out": lambda box: box._replace(up_to=Confidentiality(max(box.up_to - 1, 0))),
}
TEXTS = {
    "every condition is met": ("(", "(1 = 1 or "),
    "a level too low": ("e.confidentiality <= ?", "e.confidentiality < ?"),
    "a level turned round": ("e.confidentiality <= ?", "e.confidentiality >= ?"),
    "boxes are intersected": (" or ", " and "),
    "exceptions are turned round": ("not (l.facility", "(l.facility"),
}


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return worlds_of(20261123, SEQUENCES)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, worlds: list[World]) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("hub")
    opened = open_store(f"sqlite:///{folder}/hie.sqlite", "memory://")
    found(opened, worlds)
    yield opened
    opened.close()


def test_the_registry_as_it_is_passes(store: Store, worlds: list[World]) -> None:
    assert compare_what_is_shown(store, worlds).permitted


@pytest.mark.parametrize("name", CHANGES)
def test_a_predicate_of_other_boxes_is_noticed(
    name: str, store: Store, worlds: list[World], monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CHANGES[name]

    def planted(opened: Scope, closed: Scope) -> Predicate:
        return predicate(tuple(map(change, opened)), closed)

    monkeypatch.setattr(registry, "predicate", planted)
    with pytest.raises(AssertionError, match="sequence"):
        compare_what_is_shown(store, worlds)


@pytest.mark.parametrize("name", TEXTS)
def test_a_predicate_with_a_slip_of_the_pen_is_noticed(
    name: str, store: Store, worlds: list[World], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = TEXTS[name]

    def planted(opened: Scope, closed: Scope) -> Predicate:
        right = predicate(opened, closed)
        return right._replace(text=right.text.replace(old, new))

    monkeypatch.setattr(registry, "predicate", planted)
    with pytest.raises(AssertionError, match="sequence"):
        compare_what_is_shown(store, worlds)
