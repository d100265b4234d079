"""The body of a consent event as the text of its row, and back."""

from __future__ import annotations

from functools import lru_cache

import orjson

from consent.plain import Body, body_of, plain


def written(body: Body) -> str:
    """Write as JSON: the same event is always the same text."""
    return orjson.dumps(plain(body)).decode()


@lru_cache(maxsize=8192)
def read(text: str) -> Body:
    """Read what `written` wrote; remembered, since events never change."""
    return body_of(orjson.loads(text))
