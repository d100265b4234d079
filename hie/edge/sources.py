"""The sources of an edge: what looks at each of them and opens single documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

from adapters.crawl import Look
from adapters.opening import Source, Where, opened
from hie.edge.settings import PUSHED, EdgeSettings, EdgeSource
from hie.edge.waiting import Attended, Hung
from hie.exchange.ports.spool import Found, Journal
from hie.record.errors import HieError

_MILLISECOND = 1_000_000
_SECOND = 1_000_000_000
OPEN_SECONDS = 60.0
"""For the opening of a document, after which its source counts as hanging."""
_SLOWEST = 256 * 1024
"""Bytes in a second that a share gives at least."""
_HANDFUL = 32
_HANDFUL_BYTES = 1024 * 1024
"""How many documents are opened by one question: to put a question costs as much as to open one."""
_JUST_PUSHED = _SECOND // 5
"""Nanoseconds the last pushed message rests: our own log is written record by record."""


class Origin(Protocol):
    """One source of the hospital."""

    def look(self, now: int, *, sweep: bool, stopping: Callable[[], bool]) -> Look:
        """Bring the journal up to date; as `adapters.opening.Source`, but `now` in milliseconds."""

    def opened(self, found: Sequence[Found], most: int) -> Iterator[bytes | HieError]:
        """Yield each document's bytes, whole and as it was found, or what `adapters.opening.Source` raises.

        That is `Hung` if the source does not answer at all. A few are opened ahead of the one asked for.
        """

    @property
    def hangs(self) -> bool:
        """Say whether it has not answered in its time, and still does not."""


Origins = Mapping[str, Origin]
"""The sources by their names."""


class JournaledSource:
    """A source and the journal it keeps."""

    def __init__(self, source: Source, journal: Journal) -> None:
        """Keep `journal`; nothing is looked at yet."""
        self._source = source
        self._journal = journal
        self._attended = Attended("opening")

    def look(self, now: int, *, sweep: bool, stopping: Callable[[], bool]) -> Look:
        """Look; a sweep looks at every document."""
        return self._source.look(self._journal, now * _MILLISECOND, sweep=sweep, stopping=stopping)

    def opened(self, found: Sequence[Found], most: int) -> Iterator[bytes | HieError]:
        """Read documents."""
        for some in _handfuls(found, most):
            answers: list[bytes | HieError] = []
            seconds = OPEN_SECONDS + sum(min(one.stat.size, most) for one in some) / _SLOWEST
            try:
                self._attended.do(partial(self._open, some, most, answers), seconds)
            except Hung as hung:
                yield from [*answers, *[hung] * len(some)][: len(some)]
            else:
                yield from answers

    def _open(self, some: Sequence[Found], most: int, answers: list[bytes | HieError]) -> None:
        for one in some:
            try:
                answers.append(self._source.open(one, most))
            except HieError as error:
                answers.append(error)

    @property
    def hangs(self) -> bool:
        """Say whether a document is being opened for longer than that may take."""
        return self._attended.hangs


def _handfuls(found: Sequence[Found], most: int) -> Iterator[Sequence[Found]]:
    """Cut into what is opened by one question; a large document goes alone."""
    some: list[Found] = []
    size = 0
    for one in found:
        more = min(one.stat.size, most)
        if some and (len(some) >= _HANDFUL or size + more > _HANDFUL_BYTES):
            yield some
            some, size = [], 0
        some.append(one)
        size += more
    if some:
        yield some


def origins_of(settings: EdgeSettings, journal: Journal) -> dict[str, Origin]:
    """Make what looks at each source of the settings; raises `Misconfigured`."""
    return {
        source.name: JournaledSource(_opened(source, settings.settle_seconds), journal)
        for source in settings.all_sources
    }


def _opened(source: EdgeSource, settle_seconds: float) -> Source:
    settled = _JUST_PUSHED if source.name == PUSHED else int(settle_seconds * _SECOND)
    return opened(source.kind.value, source.name, Where(source.roots, source.transactions), settled)
