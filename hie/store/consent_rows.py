"""The body of a consent event and what its form says, as texts of its row, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from consent.model import NO_PAPER, Paper
from consent.plain import Body, body_of, paper_of, plain, plain_paper
from hie.store.storable import storable


def written(body: Body) -> str:
    """Write as JSON: the same event is always the same text."""
    return orjson.dumps(plain(body)).decode()


@lru_cache(maxsize=8192)
def read(text: str) -> Body:
    """Read what `written` wrote; remembered, since events never change."""
    return body_of(orjson.loads(text))


def storable_paper(paper: Paper) -> Paper:
    """Return `paper` with texts that both databases take."""
    texts: dict[str, Any] = {
        name: storable(value) for name, value in paper._asdict().items() if isinstance(value, str)
    }
    return paper._replace(**texts)


def written_paper(paper: Paper) -> str:
    """Write what a form says as JSON; nothing where there is none."""
    return "" if paper == NO_PAPER else orjson.dumps(plain_paper(paper)).decode()


def read_paper(text: str) -> Paper:
    """Read what `written_paper` wrote."""
    return paper_of(orjson.loads(text)) if text else NO_PAPER
