"""PostgreSQL shows exactly what the reference model allows, for 20,000 random worlds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hie.exchange.ports import Store
from hie.store import open_store
from tests.property.shown import (
    Tally,
    compare_what_is_filed,
    compare_what_is_shown,
    compare_who_is_listed,
    found,
    worlds_of,
)
from tests.property.worlds import World

SEQUENCES = 20_000
FILED = 500


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return worlds_of(20261121, SEQUENCES)


@pytest.fixture(scope="module")
def store(postgres_url: str, worlds: list[World]) -> Iterator[Store]:
    opened = open_store(postgres_url, "memory://")
    found(opened, worlds)
    yield opened
    opened.close()


def test_exactly_what_the_model_permits_is_shown(
    store: Store, worlds: list[World], capsys: pytest.CaptureFixture[str]
) -> None:
    tally = compare_what_is_shown(store, worlds)
    share = tally.permitted / tally.decisions
    with capsys.disabled():
        print(f"\nPostgreSQL: {SEQUENCES:,} sequences, {tally.decisions:,} decisions, {share:.1%} permitted")  # noqa: T201
    assert 0.10 <= share <= 0.40


def test_my_patients_are_exactly_the_linked_and_the_consented(store: Store, worlds: list[World]) -> None:
    tally = compare_who_is_listed(store, worlds)
    assert 0 < tally.permitted < tally.decisions


def test_exactly_what_the_model_lets_out_is_filed(store: Store) -> None:
    tally: Tally = compare_what_is_filed(store, worlds_of(20261122, FILED), SEQUENCES)
    assert 0.10 <= tally.permitted / tally.decisions <= 0.40
