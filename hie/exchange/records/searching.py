"""Words looked for in all documents of one patient that the gate shows the asker, and in no other.

The gate is asked first and the record of it is on disk before a text is read (law 3). Totals, numbers beside
a filter and suggestions are made of the documents on show alone: what is hidden is counted nowhere. The
words themselves are written down nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from consent.grant import Grant
from consent.scope import WIDEST_PERIOD
from hie.exchange.gate.access import Asked, LetIn, let_in
from hie.exchange.ports import Clock, PatientFile, Store, UnitOfWork
from hie.exchange.ports.passages import Hit
from hie.exchange.records.pulse import beat_of
from hie.record.entry import DocumentClass
from hie.record.errors import Invalid
from hie.record.folding import folded
from hie.record.identifiers import EntryId, FacilityCode, PatientId
from hie.record.requester import Requester
from hie.record.wording import Excerpt, asked_words, beginning, excerpts, terms

SHOWN = 30
"""Documents shown at once."""
PIECES = 2
"""Places shown of one document."""
LOOKED_AT = 200
"""Documents, the newest, whose words are suggested where nothing was found."""
SUGGESTED = 6
_LIKE = 2
"""Letters in a row that a suggestion shares with what was asked."""


class SearchRequest(NamedTuple):
    """Who looks for what in whose documents."""

    requester: Requester
    patient: PatientId
    asked: str
    """As it was typed; empty for the page before anything is asked."""
    classes: Collection[DocumentClass] = ()
    """Only of these kinds; of all if there is none."""
    custodian: FacilityCode = FacilityCode("")
    """Only of this facility; of all if it is empty."""
    skip: int = 0
    """Documents not shown, because they were shown before."""

    def __repr__(self) -> str:
        """Show nothing clinical."""
        return f"SearchRequest({self.patient})"


class Found(NamedTuple):
    """One document with the places where the words stand."""

    hit: Hit
    title: Excerpt
    places: tuple[Excerpt, ...]


class Searched(NamedTuple):
    """What a search gave."""

    file: PatientFile
    problem: str
    """Why nothing was looked for: `empty`, `long`, `many`; empty where it was."""
    total: int
    found: tuple[Found, ...]
    """Some of them, newest day first."""
    classes: Mapping[DocumentClass, int]
    """How many of each kind, at the chosen facility."""
    custodians: Mapping[FacilityCode, int]
    """How many of each facility, of the chosen kinds."""
    suggestions: tuple[str, ...]
    """Words of documents on show that hold what was asked, or are like it."""
    beat: bytes
    newest: int
    """Up to which entry it was read (`LetIn.newest`)."""
    skipped: int = 0
    """Documents that stand before these."""


def search(store: Store, clock: Clock, request: SearchRequest) -> Searched:
    """Decide, write down, and look; raise `NotFound` if refused."""
    asked = Asked(request.requester, request.patient, "search-text")
    with store.work() as work:
        asker = let_in(work, clock.now(), asked)
        try:
            words = asked_words(request.asked)
        except Invalid as problem:
            return Searched(asker.file, str(problem), 0, (), {}, {}, (), beat_of(asker.grant), asker.newest)
        return _searched(work, asker, words, request)


def _searched(work: UnitOfWork, asker: LetIn, words: Sequence[str], request: SearchRequest) -> Searched:
    grant = asker.grant
    hits = work.passages.search(grant, words, WIDEST_PERIOD)
    here = [hit for hit in hits if request.custodian in {"", hit.custodian}]
    of_kind = [hit for hit in hits if not request.classes or hit.document_class in request.classes]
    both = [hit for hit in here if not request.classes or hit.document_class in request.classes]
    skip = min(request.skip, max(0, len(both) - 1) // SHOWN * SHOWN)
    shown = both[skip : skip + SHOWN]
    texts = work.passages.texts(grant, [hit.entry for hit in shown])
    return Searched(
        asker.file,
        "",
        len(both),
        tuple(_found(hit, texts, words) for hit in shown),
        Counter(hit.document_class for hit in here),
        Counter(hit.custodian for hit in of_kind),
        _suggested(work, grant, words, texts if hits else None),
        beat_of(grant),
        asker.newest,
        skip,
    )


def _found(hit: Hit, texts: Mapping[EntryId, str], words: Sequence[str]) -> Found:
    written = texts.get(hit.entry, "")  # taken back between two reads: its line stays, its words do not
    title = beginning(written, words)
    places = [place for place in excerpts(written, words, PIECES + 1) if place != title]
    return Found(hit, title, tuple(places[:PIECES]))


def _suggested(
    work: UnitOfWork, grant: Grant, words: Sequence[str], texts: Mapping[EntryId, str] | None
) -> tuple[str, ...]:
    """Return longer words that hold what was asked, or where nothing was found, words like it."""
    if texts is not None:
        return _most(texts.values(), lambda term: any(word in term and word != term for word in words))
    newest = work.passages.search(grant, (), WIDEST_PERIOD)[:LOOKED_AT]
    pairs = {word[at : at + _LIKE] for word in words for at in range(len(word) - _LIKE + 1)}
    among = work.passages.texts(grant, [hit.entry for hit in newest])
    return _most(among.values(), lambda term: any(pair in term for pair in pairs))


def _most(texts: Iterable[str], wanted: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the wanted words that most of the texts hold."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update({term for term in terms(text) if wanted(folded(term))})
    return tuple(term for term, _ in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:SUGGESTED])
