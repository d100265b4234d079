"""PostgreSQL shows exactly what the reference model allows, for 20,000 random worlds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hie.exchange.ports import Store
from hie.store import open_store
from tests.property.shown import SEQUENCES, ExactlyTheModel, found, worlds_of
from tests.property.worlds import World


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return worlds_of(20261121, SEQUENCES)


@pytest.fixture(scope="module")
def store(postgres_url: str, worlds: list[World]) -> Iterator[Store]:
    opened = open_store(postgres_url, "memory://")
    found(opened, worlds)
    yield opened
    opened.close()


class TestPostgresql(ExactlyTheModel):
    pass
