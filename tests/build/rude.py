"""A hospital that writes as hospitals do: in halves, in place, with renames and deletions by flag."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Self

from tests import storages

HALF = 0.02
"""Seconds between the halves of a file; less than what an edge lets a file rest."""


class RudeWriter:
    """Changes a standardized storage, step by step or in a thread of its own."""

    def __init__(self, root: Path, patients: Sequence[str], seed: int, first_order: int = 1) -> None:
        self._root = root
        self._patients = patients
        self._dice = random.Random(seed)
        self._order = first_order
        self._current: list[storages.Document] = []
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="rude writer")
        self.steps = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def step(self) -> None:
        """Change something."""
        self.steps += 1
        ways = (self._write, self._write, self._rewrite, self._supersede, self._delete)
        (self._dice.choice(ways) if len(self._current) > 3 else self._write)()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.step()
            time.sleep(self._dice.uniform(0.0, 0.05))

    def _write(self) -> None:
        self._order += 1
        made = storages.laboratory(self._dice.choice(self._patients), self._order)
        self._current.append(made)
        self._place(made)

    def _rewrite(self) -> None:
        """Write other bytes under the same name, in place."""
        number = self._dice.randrange(len(self._current))
        old = self._current[number]
        value = f"{self._dice.randrange(10, 99)}".encode()
        new = old._replace(content=old.content.replace(b"|5.8|", b"|" + value + b"|", 1))
        self._current[number] = new
        self._place(new)

    def _supersede(self) -> None:
        """Rename the current version from `_1` to `_2` and put a newer one beside it."""
        number = self._dice.randrange(len(self._current))
        old = self._current[number]
        self._rename(old, "2")
        newer = storages.resent(old._replace(content=old.content.replace(b"|HIS2", b"|HIS", 1)), self.steps)
        self._current[number] = newer
        self._place(newer)

    def _delete(self) -> None:
        """Rename the current version from `_1` to `_0`."""
        self._rename(self._current.pop(self._dice.randrange(len(self._current))), "0")

    def _rename(self, document: storages.Document, flag: str) -> None:
        path = self._root / document.name.locator()
        path.rename(path.with_name(document.name._replace(flag=flag).text()))

    def _place(self, document: storages.Document) -> None:
        path = self._root / document.name.locator()
        path.parent.mkdir(parents=True, exist_ok=True)
        middle = len(document.content) // 2
        with path.open("wb", buffering=0) as file:
            file.write(document.content[:middle])
            time.sleep(HALF)
            file.write(document.content[middle:])
