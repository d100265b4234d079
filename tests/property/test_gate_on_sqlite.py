"""SQLite shows exactly what the reference model allows, for 20,000 random worlds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.ports import Store
from hie.store import open_store
from tests.property.shown import SEQUENCES, TOGETHER, ExactlyTheModel, Group, found, group_of


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


@pytest.fixture(scope="module", params=range(SEQUENCES // TOGETHER))
def filled(request: pytest.FixtureRequest, new_stores: Iterator[Store]) -> tuple[Store, Group]:
    """Fill a store with the worlds of one region."""
    store, group = next(new_stores), group_of(20261121, request.param)
    found(store, group)
    return store, group


class TestSqlite(ExactlyTheModel):
    pass
