"""SQLite shows exactly what the reference model allows, for 20,000 random worlds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.ports import Store
from hie.store import open_store
from tests.property.shown import SEQUENCES, TOGETHER, ExactlyTheModel, Group, found, groups_of


@pytest.fixture(scope="module")
def new_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Store]]:
    """Open a store of its own for whoever asks next."""
    opened: list[Store] = []

    def opening() -> Iterator[Store]:
        while True:
            folder: Path = tmp_path_factory.mktemp("hub")
            opened.append(open_store(f"sqlite:///{folder}/hie.sqlite", f"file://{folder}/objects"))
            yield opened[-1]

    yield opening()
    for store in opened:
        store.close()


@pytest.fixture(scope="module")
def stores(new_stores: Iterator[Store]) -> list[tuple[Store, Group]]:
    filled = []
    for group in groups_of(20261121, SEQUENCES, TOGETHER):
        filled.append((next(new_stores), group))
        found(*filled[-1])
    return filled


class TestSqlite(ExactlyTheModel):
    pass
