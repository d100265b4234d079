"""The comparison of the stores bites: it notices a predicate that says something else than the grant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consent.scope import ORDINARY_LABELS, Box, Scope
from hie.exchange.ports import Store
from hie.record.entry import ALL_LABELS, Confidentiality
from hie.record.times import Period
from hie.store import open_store, registry
from hie.store.scope_sql import Predicate, predicate
from tests.property.shown import Group, compare_what_is_shown, found, groups_of
from tests.property.worlds import everybody

SEQUENCES = 400
Change = Callable[[Box], Box]


def _shifted(period: Period, by: int) -> Period:
    return Period(period.start, type(period.end)(period.end + by))


CHANGES: dict[str, Change] = {
    "custodians are not asked": lambda box: box._replace(custodians=None),
    "classes are not asked": lambda box: box._replace(classes=None),
    "the period is not asked": lambda box: box._replace(
        service_period=Period(type(box.service_period.start)(0), box.service_period.end)
    ),
    "the last day is left out": lambda box: box._replace(service_period=_shifted(box.service_period, -1)),
    "the ceiling is not asked": lambda box: box._replace(up_to=Confidentiality.UNKNOWN),
    "the ceiling is left out": lambda box: box._replace(up_to=Confidentiality(max(box.up_to - 1, 0))),
    "labels outside are not asked": lambda box: box._replace(within=ALL_LABELS),
    "ordinary labels are outside": lambda box: box._replace(within=box.within & ~ORDINARY_LABELS),
}
CLOSED_CHANGES: dict[str, Change] = {
    "exceptions are not asked": lambda box: box._replace(other_than=frozenset()),
    "closed boxes are not asked": lambda box: box._replace(custodians=frozenset()),
    "closed classes are not asked": lambda box: box._replace(classes=None),
    "labels to bear are not asked": lambda box: box._replace(bearing=0),
    "one label to bear is forgotten": lambda box: box._replace(bearing=box.bearing & (box.bearing - 1)),
}
"""Slips in what is closed; the boxes of what is opened stay."""
TEXTS = {
    "every condition is met": ("(", "(1 = 1 or "),
    "a level too low": ("e.confidentiality <= ?", "e.confidentiality < ?"),
    "a level turned round": ("e.confidentiality <= ?", "e.confidentiality >= ?"),
    "boxes are intersected": (" or ", " and "),
    "exceptions are turned round": ("not (l.facility", "(l.facility"),
    "labels outside are turned round": ("(e.labels & ?) = 0", "(e.labels & ?) <> 0"),
    "labels to bear are turned round": ("(e.labels & ?) <> 0", "(e.labels & ?) = 0"),
    "closed boxes open": (" and not (", " or ("),
}


@pytest.fixture(scope="module")
def group() -> Group:
    """Worlds of a region in which everybody takes part."""
    (drawn,) = groups_of(20261123, SEQUENCES, SEQUENCES, everybody())
    return drawn


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, group: Group) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("hub")
    opened = open_store(f"sqlite:///{folder}/hie.sqlite", "memory://")
    found(opened, group)
    yield opened
    opened.close()


def test_the_registry_as_it_is_passes(store: Store, group: Group) -> None:
    assert compare_what_is_shown(store, group).permitted


@pytest.mark.parametrize("name", CHANGES)
def test_a_predicate_of_other_boxes_is_noticed(
    name: str, store: Store, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CHANGES[name]

    def planted(opened: Scope, closed: Scope) -> Predicate:
        return predicate(tuple(map(change, opened)), closed)

    monkeypatch.setattr(registry, "predicate", planted)
    with pytest.raises(AssertionError, match="sequence"):
        compare_what_is_shown(store, group)


@pytest.mark.parametrize("name", CLOSED_CHANGES)
def test_a_predicate_that_closes_something_else_is_noticed(
    name: str, store: Store, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CLOSED_CHANGES[name]

    def planted(opened: Scope, closed: Scope) -> Predicate:
        return predicate(opened, tuple(map(change, closed)))

    monkeypatch.setattr(registry, "predicate", planted)
    with pytest.raises(AssertionError, match="sequence"):
        compare_what_is_shown(store, group)


@pytest.mark.parametrize("name", TEXTS)
def test_a_predicate_with_a_slip_of_the_pen_is_noticed(
    name: str, store: Store, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = TEXTS[name]

    def planted(opened: Scope, closed: Scope) -> Predicate:
        right = predicate(opened, closed)
        return right._replace(text=right.text.replace(old, new))

    monkeypatch.setattr(registry, "predicate", planted)
    with pytest.raises(AssertionError, match="sequence"):
        compare_what_is_shown(store, group)
