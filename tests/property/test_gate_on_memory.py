"""The store in memory shows exactly what the reference model allows, for 20,000 random worlds."""

from __future__ import annotations

import pytest

from hie.store import open_store
from tests.property.shown import (
    BATCH,
    FILED,
    SEQUENCES,
    Tally,
    compare_what_is_filed,
    compare_what_is_shown,
    compare_who_is_listed,
    found,
    groups_of,
)


def test_memory_shows_lists_and_files_what_the_model_permits(capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred patients to a store: this one looks through all it has for each question."""
    shown = listed = Tally()
    for group in groups_of(20261121, SEQUENCES, BATCH):
        store = open_store("memory://", "memory://")
        found(store, group)
        shown += compare_what_is_shown(store, group)
        listed += compare_who_is_listed(store, group)
    share = shown.permitted / shown.decisions
    with capsys.disabled():
        print(f"\nmemory: {SEQUENCES:,} sequences, {shown.decisions:,} decisions, {share:.1%} permitted")  # noqa: T201
    assert 0.10 <= share <= 0.40
    assert 0 < listed.permitted < listed.decisions


def test_exactly_what_the_model_lets_out_is_filed() -> None:
    tally = Tally()
    for group in groups_of(20261122, FILED, BATCH):
        tally += compare_what_is_filed(open_store("memory://", "memory://"), group)
    assert 0.10 <= tally.permitted / tally.decisions <= 0.40
