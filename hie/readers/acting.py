"""Whether a PDF would do something by itself, told by its bytes alone: no page is opened, nothing is run."""

from __future__ import annotations

import re
import zlib

MOST_INFLATED = 32 * 1024 * 1024
"""Bytes of packed objects that are looked through."""
_ACTING = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|XFA|EmbeddedFiles?|SubmitForm|ImportData)\b")
"""Names of a PDF's objects that do something by themselves, or bring something along (ISO 32000-1)."""
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm\b[^>]{0,400}>>\s*stream\r?\n")


def acts(content: bytes) -> bool:
    """Say whether a PDF names scripts, programs or files that it carries, also in what is packed in it."""
    if _ACTING.search(_unescaped(content)):
        return True
    left = MOST_INFLATED
    for found in _PACKED.finditer(content):
        inflating = zlib.decompressobj()
        try:
            text = inflating.decompress(content[found.end() :], left)
        except zlib.error:
            continue
        left -= len(text)
        if left <= 0 or _ACTING.search(_unescaped(text)):
            return True
    return False


def _unescaped(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)
