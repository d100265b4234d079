"""From things of the spool to parcels and bytes: what is sent was read again just now.

A thing is sent whole or not at all: a parcel names every version that stands at the source, so one
that changed meanwhile keeps its siblings waiting until it was examined again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from hie.edge.keeping import Memory
from hie.edge.sources import Origins
from hie.exchange.feeds.parcels import Parcel, ParcelDocument
from hie.exchange.ports import Clock
from hie.exchange.ports.spool import Answered, Item, ItemState, Thing
from hie.record.entry import NO_LABELS, Format
from hie.record.identifiers import content_hash

Place = tuple[str, str, str]
"""Source, patient and locator: what a receipt names."""


class Load(NamedTuple):
    """A batch without its number."""

    parcels: tuple[Parcel, ...]
    bodies: tuple[bytes, ...]
    items: dict[Place, Item]


class Loader:
    """Reads what is to be sent."""

    def __init__(
        self, memory: Memory, clock: Clock, origins: Origins, most_bytes: int, labels: Mapping[str, int]
    ) -> None:
        """Read documents of `origins` up to `most_bytes`; `labels` are what all of a source bear."""
        self._labels = labels
        self._memory = memory
        self._clock = clock
        self._origins = origins
        self._most_bytes = most_bytes

    def load(self, things: Sequence[Thing]) -> Load:
        """Read the documents to be sent; a thing that is no longer what was examined waits as SEEN."""
        parcels: dict[tuple[str, Format, str], list[ParcelDocument]] = {}
        bodies: dict[tuple[str, Format, str], list[bytes]] = {}
        items: dict[Place, Item] = {}
        stale: list[Answered] = []
        contents = self._contents([item for thing in things for item in thing.items if is_sent(item)])
        for thing in things:
            if gone := [item for item in thing.items if contents.get(item.id, b"") is None]:
                stale.extend(map(_again, gone))
                continue
            whose = (thing.source, thing.format, thing.patient)
            for item in thing.items:
                content = contents.get(item.id)
                size = item.found.stat.size if content is None else len(content)
                parcels.setdefault(whose, []).append(
                    ParcelDocument(
                        item.found.locator, item.found.name, item.content_hash, size, content is not None
                    )
                )
                items[thing.source, thing.patient, item.found.locator] = item
                if content is not None:
                    bodies.setdefault(whose, []).append(content)
        if stale:
            self._memory.answered(stale, self._clock.now())
        return Load(
            tuple(
                Parcel(*whose, tuple(documents), labels=self._labels.get(whose[0], NO_LABELS))
                for whose, documents in parcels.items()
            ),
            tuple(body for whose in parcels for body in bodies.get(whose, ())),
            items,
        )

    def _contents(self, items: Sequence[Item]) -> dict[int, bytes | None]:
        """Return the bytes that were examined by item, none if they are not there any more, or not now."""
        contents: dict[int, bytes | None] = dict.fromkeys((item.id for item in items), None)
        for source, of_source in groupby(items, key=lambda one: one.source):
            some, origin = list(of_source), self._origins.get(source)
            answers = origin.opened([one.found for one in some], self._most_bytes) if origin else ()
            for item, answer in zip(some, answers, strict=False):
                if isinstance(answer, bytes) and content_hash(answer) == item.content_hash:
                    contents[item.id] = answer
        return contents


def is_sent(item: Item) -> bool:
    """Say whether the bytes of a document travel: those that the hub did not say it has."""
    return item.state is ItemState.PUBLISHABLE and not item.at_hub


def _again(item: Item) -> Answered:
    return Answered(item.id, item.revision, ItemState.SEEN)
