"""Every port in memory; the keepers follow in the next change."""

from __future__ import annotations

import io
from typing import BinaryIO

from hie.exchange.ports import ObjectStore, UnitOfWork
from hie.record.errors import Misconfigured, NotFound
from hie.record.identifiers import ContentHash, content_hash
from hie.store.documents import DictionaryPacker


class MemoryObjects:
    """Keeps `ObjectStore` in a dictionary."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: dict[ContentHash, bytes] = {}

    def put(self, content: bytes) -> ContentHash:
        """Keep `content`; the same twice is kept once."""
        name = content_hash(content)
        self._kept.setdefault(name, content)
        return name

    def open(self, name: ContentHash) -> BinaryIO:
        """Open for reading, or raise `NotFound`."""
        if name not in self._kept:
            raise NotFound("no such object")
        return io.BytesIO(self._kept[name])

    def range(self, name: ContentHash, start: int, length: int) -> bytes:
        """Return `length` bytes from `start`, fewer at the end, or raise `NotFound`."""
        if name not in self._kept:
            raise NotFound("no such object")
        return self._kept[name][start : start + length]

    def exists(self, name: ContentHash) -> bool:
        """Say whether it is kept."""
        return name in self._kept

    def delete(self, name: ContentHash) -> None:
        """Forget it; forgetting twice is no error."""
        self._kept.pop(name, None)


class MemoryStore:
    """Not there yet."""

    def __init__(self, objects: ObjectStore) -> None:
        """Refuse."""
        self.objects: ObjectStore = objects
        self.packer = DictionaryPacker()
        raise Misconfigured("database: memory is not there yet")

    def work(self) -> UnitOfWork:
        """Refuse."""
        raise NotImplementedError

    def close(self) -> None:
        """Do nothing."""
