"""What of a document is searched: the words that somebody wrote in it, as written and as they are compared.

A text is made of pieces: a title, a paragraph, a cell of a table. A word that begins in one and ends in the
next was written by nobody, so pieces stay apart; inside one, breaks of lines do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from hie.record.entry import LABORATORY, WRITTEN
from hie.record.errors import Invalid
from hie.record.folding import folded

PARTING = "\f"
"""Stands between two pieces; it folds to nothing, so no word holds it."""
COMMENTED = LABORATORY
"""Classes whose documents are searched where somebody wrote a comment; figures have a page of their own."""
WORDED = WRITTEN | COMMENTED
MOST_WORDS = 8
LONGEST = 100
"""Characters of what is asked for."""
_TERM = re.compile(r"[\u3005\u4e00-\u9fff\uf900-\ufaff]+|[ァ-ヺー]+|[A-Za-z][A-Za-z0-9-]*")
"""What reads as one word without a dictionary: a run of kanji, of katakana, of Latin letters."""
LONGEST_TERM, LEAST_TERM = 12, 2
_AROUND = 36
"""Characters shown before and behind what was found."""
_MARKS = frozenset("\N{HALFWIDTH KATAKANA VOICED SOUND MARK}\N{HALFWIDTH KATAKANA SEMI-VOICED SOUND MARK}")


class Wording(NamedTuple):
    """The text of one document, twice, with the same pieces."""

    written: str
    folded: str
    title: str = ""
    """What the document is called, for a list of many; empty where it says nothing of the kind."""
    author: str = ""

    def __repr__(self) -> str:
        """Show nothing clinical."""
        return f"Wording({len(self.written)})"


class Run(NamedTuple):
    """A part of a text that was asked for, or that was not."""

    text: str
    found: bool

    def __repr__(self) -> str:
        """Show nothing clinical."""
        return f"Run({len(self.text)}, {self.found})"


Excerpt = tuple[Run, ...]


def worded(pieces: Iterable[str]) -> Wording | None:
    """Put pieces together, none twice in a row; None where nothing was written."""
    found = ((text, folded(text)) for text, _ in groupby(map(_piece, pieces)))
    kept = [piece for piece in found if piece[1]]
    if not kept:
        return None
    written, compared = zip(*kept, strict=True)
    return Wording(PARTING.join(written), PARTING.join(compared))


def _piece(text: str) -> str:
    return text.replace(PARTING, " ").strip()


def asked_words(text: str) -> tuple[str, ...]:
    """Return the folded words of what somebody asks for, each once: a document holds every one of them.

    Blanks part words, wide ones too. Raises `Invalid` that says `empty`, `long` or `many`.
    """
    if len(text) > LONGEST:
        raise Invalid("long")
    words = tuple(dict.fromkeys(filter(None, map(folded, text.split()))))
    if not words:
        raise Invalid("empty")
    if len(words) > MOST_WORDS:
        raise Invalid("many")
    return words


def excerpts(written: str, words: Sequence[str], most: int) -> tuple[Excerpt, ...]:
    """Return where words stand in a text, at most so many pieces, cut around what was found first.

    The piece that holds most of the words comes first; what cannot be marked is shown unmarked.
    """
    held = [(sum(word in folded(piece) for word in words), piece) for piece in written.split(PARTING)]
    best = sorted((-count, place) for place, (count, _) in enumerate(held) if count)[:most]
    return tuple(_cut(runs(held[place][1], words)) for _, place in best)


def runs(piece: str, words: Sequence[str]) -> Excerpt:
    """Part one piece into what was asked for and the rest, nothing lost."""
    clusters = list(_clusters(piece))
    parts = list(map(_folded, clusters))
    whole = "".join(parts)
    if whole != folded(piece):  # letters that become another letter only beside one another
        return (Run(piece, found=False),)
    cluster_of = [place for place, part in enumerate(parts) for _ in part]
    found = [False] * len(clusters)
    for word in words:
        start = whole.find(word)
        while start >= 0:
            first, last = cluster_of[start], cluster_of[start + len(word) - 1]
            found[first : last + 1] = [True] * (last + 1 - first)
            start = whole.find(word, start + 1)
    return tuple(
        Run("".join(cluster for cluster, _ in group), is_found)
        for is_found, group in groupby(zip(clusters, found, strict=True), key=lambda one: one[1])
    )


_folded = lru_cache(maxsize=8192)(folded)
"""A document is written with few letters, again and again."""


def _clusters(text: str) -> Iterator[str]:
    """Keep with a letter what changes it: voicing marks of half width, combining marks, selectors."""
    cluster = ""
    for character in text:
        if cluster and (character in _MARKS or unicodedata.category(character) in {"Mn", "Mc", "Me"}):
            cluster += character
            continue
        if cluster:
            yield cluster
        cluster = character
    if cluster:
        yield cluster


def _cut(excerpt: Excerpt) -> Excerpt:
    """Shorten what was not asked for: a few words around each place are enough to know it."""
    last = len(excerpt) - 1
    return tuple(
        run if run.found else Run(_shortened(run.text, first=place == 0, last=place == last), found=False)
        for place, run in enumerate(excerpt)
    )


def _shortened(text: str, *, first: bool, last: bool) -> str:
    before = "" if first and not last else text[:_AROUND]
    behind = "" if last and not first else text[-_AROUND:]
    if len(text) <= len(before) + len(behind):
        return text
    return f"{before}…{behind}" if not (first and last) else f"{text[: 2 * _AROUND]}…"


def terms(text: str) -> Iterator[str]:
    """Yield what reads as words in a text, as written; what is too long to be one word is left out."""
    for found in _TERM.finditer(text):
        if LEAST_TERM <= len(found.group()) <= LONGEST_TERM:
            yield found.group()


def beginning(written: str, words: Sequence[str]) -> Excerpt:
    """Return the first piece of a text, mostly its title, with what was asked for marked."""
    return _cut(runs(written.partition(PARTING)[0], words))
