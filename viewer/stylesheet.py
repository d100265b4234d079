"""The stylesheet: the files of `styles`, joined in the order of their names, one file for the browser."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PARTS = Path(__file__).resolve().parent / "styles"
NAME = "viewer.css"


@cache
def stylesheet() -> bytes:
    """Return the whole, read once; `00` are the colours and sizes that all others use."""
    return b"\n".join(part.read_bytes() for part in sorted(PARTS.glob("*.css")))


def digest() -> str:
    """Return a name for its content, new whenever that is."""
    return hashlib.sha256(stylesheet()).hexdigest()[:12]
