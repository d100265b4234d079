"""SQLite shows exactly what the reference model allows, for 20,000 random worlds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.ports import Store
from hie.store import open_store
from tests.property.shown import SEQUENCES, ExactlyTheModel, found, worlds_of
from tests.property.worlds import World


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return worlds_of(20261121, SEQUENCES)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, worlds: list[World]) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("hub")
    opened = open_store(f"sqlite:///{folder}/hie.sqlite", f"file://{folder}/objects")
    found(opened, worlds)
    yield opened
    opened.close()


class TestSqlite(ExactlyTheModel):
    pass
