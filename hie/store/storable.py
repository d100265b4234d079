"""Text that both databases take: PostgreSQL refuses NUL, and both refuse lone surrogates."""

from __future__ import annotations


def storable(text: str) -> str:
    """Return `text` with NUL as U+FFFD and lone surrogates (undecodable file names) escaped."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "backslashreplace").decode()
