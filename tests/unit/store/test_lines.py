"""Connections to SQLite: as many readers as are needed at once, and few of them kept."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from sqlalchemy.engine import make_url

from hie.store.lines import CACHE, MOST_IDLE, SqliteLines


def test_few_readers_are_kept_and_each_keeps_few_pages(tmp_path: Path) -> None:
    lines = SqliteLines(make_url(f"sqlite:///{tmp_path}/hie.sqlite"))
    with ExitStack() as stack:
        stack.callback(lines.close)
        at_once = [lines.reading() for _ in range(3 * MOST_IDLE)]
        assert {reader.execute("pragma cache_size").fetchone() for reader in at_once} == {(CACHE,)}
        for reader in at_once:
            reader.give_back()
        again = [lines.reading() for _ in range(2 * MOST_IDLE)]
        assert sum(reader in at_once for reader in again) == MOST_IDLE
        assert all(reader.execute("select 1").fetchone() == (1,) for reader in again)
        for reader in again:
            reader.give_back()
