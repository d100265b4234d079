"""Vendor characters (fact sheet §3.3) for the screen and for comparison; the table is `ssmix2.encoding`'s.

What a file says is kept as it is: these give another text beside it.
"""

from __future__ import annotations

import unicodedata

from ssmix2.encoding import standard

_SIGNS = str.maketrans({"−": "-", "‐": "-", "–": "-", "—": "-", "－": "-", "〜": "~", "～": "~", "µ": "μ"})


def shown(text: str) -> str:
    """Write vendor characters and half-width katakana as every reader knows them; kanji stay as they are."""
    return text if text.isascii() else standard(text)


def folded(text: str) -> str:
    """Fold a term for comparison: width, case, blanks, dashes and vendor characters make no difference."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", standard(text)).translate(_SIGNS)
    return "".join(text.casefold().split())
