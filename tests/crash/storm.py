"""A storage in a storm: two rude writers change it while the crawler is killed again and again.

Use: `python storm.py FOLDER DOCUMENTS KILLS SEED`. Prints one JSON line: what stood in the storage in the
end, and how the spool and a pretended hub differ from it. The writers make folders and files at once,
write aside and rename, write in two steps, rewrite in place, rename flags, and delete the SS-MIX2 way. The
crawler looks, reads, sends and is answered, and dies by SIGKILL at any moment.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapters.crawl import Crawl, Volume
from adapters.listing import SECOND
from adapters.shapes import StandardShape
from hie.exchange.ports.spool import Answered, Examined, ItemState, Thing
from hie.record.entry import Confidentiality, DocumentClass, Format
from hie.record.errors import Conflict, NotFound
from hie.record.identifiers import ContentHash, content_hash
from hie.record.times import UNKNOWN_DAY
from hie.store.spool import SqliteSpool

SOURCE = "main"
SETTLED = SECOND // 4
SWEEP_SECONDS = 3.0
WRITERS = 2
PATIENTS = 1_000
"""Of each writer."""
MOST = 10**9


class Outcome(NamedTuple):
    """How a storm ended."""

    documents: int
    kills: int
    missed: int
    doubled: int
    stale_flags: int
    left_over: int
    """Documents that spool or hub have and the storage has not."""
    written: int
    """Steps of the writers."""


# --- the writers -----------------------------------------------------------------------------------


class Writer:
    """One of the two; each has its own patients, and all names its own."""

    def __init__(self, root: Path, number: int, seed: int) -> None:
        """Write below `root`."""
        self._root = root
        self._dice = random.Random(seed * 10 + number)
        self._first = number * PATIENTS
        self._order = number * 10_000_000
        self._things: list[list[Path]] = []
        self.documents = 0

    def step(self) -> None:
        """Do one rude thing."""
        acts: list[tuple[int, Callable[[], None]]] = [
            *((74, self._at_once), (8, self._aside), (5, self._in_two_steps)),
            *((6, self._update), (5, self._rewrite), (2, self._delete)),
        ]
        weights = [weight for weight, _ in acts]
        (act,) = self._dice.choices([act for _, act in acts], weights)
        act()

    def _new(self) -> Path:
        self._order += 1
        patient = f"{(self._first + self._dice.randrange(PATIENTS)) * 7919 % 10**10:010d}"
        day = f"2026{self._dice.randint(1, 12):02d}{self._dice.randint(1, 28):02d}"
        kind = self._dice.choice(["OMP-01", "OML-11", "ADT-12", "OMG-01"])
        folder = self._root / patient[:3] / patient[3:6] / patient / day / kind
        path = folder / f"{patient}_{day}_{kind}_{self._order:015d}_{day}101502004_01_1"
        self._things.append([path])
        self.documents += 1
        return path

    def _content(self) -> bytes:
        return self._dice.randbytes(self._dice.randint(10, 600))

    def _at_once(self) -> None:
        path = self._new()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._content())

    def _aside(self) -> None:
        path = self._new()
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.tmp")
        aside.write_bytes(self._content())
        aside.rename(path)

    def _in_two_steps(self) -> None:
        path = self._new()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(self._content())
            file.flush()
            time.sleep(self._dice.choice([0.01, 0.05, 0.3]))
            file.write(self._content())

    def _update(self) -> None:
        if self._things:
            thing = self._dice.choice(self._things)
            current = thing[-1]
            if current.name.endswith("_1"):
                thing[-1] = current.rename(current.with_name(f"{current.name[:-1]}2"))
            if self._dice.random() < 0.3:
                time.sleep(self._dice.choice([0.01, 0.3]))
            parts = current.name.split("_")
            parts[4], parts[6] = f"{int(parts[4]) + 100 * (1 + len(thing))}", "1"
            thing.append(current.with_name("_".join(parts)))
            thing[-1].write_bytes(self._content())
            self.documents += 1

    def _rewrite(self) -> None:
        if self._things:
            path = self._dice.choice(self._things)[-1]
            before = path.stat()
            content = self._content()
            same_size = self._dice.random() < 0.5
            with path.open("r+b") as file:
                file.write(
                    (content * (1 + before.st_size // len(content)))[: before.st_size]
                    if same_size
                    else content
                )
            if self._dice.random() < 0.2:
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def _delete(self) -> None:
        if self._things:
            thing = self._things.pop(self._dice.randrange(len(self._things)))
            gone = [path.rename(path.with_name(f"{path.name[:-1]}0")) for path in thing]
            parts = gone[-1].name.split("_")
            parts[4] = f"{int(parts[4]) + 100 * (1 + len(thing))}"
            gone[-1].with_name("_".join(parts)).write_bytes(self._content())
            self.documents += 1


def write(root: Path, number: int, seed: int, documents: int, report: Path) -> None:
    """Be rude until so many documents were written."""
    writer = Writer(root, number, seed)
    steps = 0
    while writer.documents < documents:
        writer.step()
        steps += 1
        time.sleep(0.001)
    report.write_text(str(steps))


# --- the crawler -----------------------------------------------------------------------------------


class Hub:
    """A hub that remembers of each thing what it was told last, durably."""

    def __init__(self, path: Path) -> None:
        """Open the file or make it."""
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("create table if not exists filed (thing, name, digest, at)")
        self._database.execute("create index if not exists by_thing on filed (thing)")

    def take(self, things: list[Thing]) -> None:
        """Let each thing be what it is said to be."""
        self._database.execute("begin immediate")
        for thing in things:
            key = thing.items[0].found.thing
            self._database.execute("delete from filed where thing = ?", (key,))
            self._database.executemany(
                "insert into filed values (?, ?, ?, ?)",
                [(key, one.found.name, one.content_hash, time.time()) for one in thing.items],
            )
        self._database.execute("commit")

    def contents(self) -> list[tuple[str, bytes]]:
        """Return names and digests."""
        return self._database.execute("select name, digest from filed").fetchall()


class Uploader:
    """Looks, reads, sends: what an edge does, in its smallest form."""

    def __init__(self, folder: Path) -> None:
        """Open everything below `folder`."""
        self.spool = SqliteSpool(folder / "spool.sqlite", {SOURCE: Format.SSMIX2})
        self.hub = Hub(folder / "hub.sqlite")
        self._crawl = Crawl(SOURCE, StandardShape(), [Volume("", folder / "storage")], SETTLED)

    def round(self, *, sweep: bool) -> int:
        """Look, read and send; return how much there was to do."""
        look = self._crawl.look(self.spool, time.time_ns(), sweep=sweep)
        assert not look.trouble, look.trouble
        return look.changed + self._examine() + self._send()

    def _examine(self) -> int:
        done = 0
        patients = [f"{number * 7919 % 10**10:010d}" for number in range(WRITERS * PATIENTS)]
        while items := self.spool.to_examine(patients, 200):
            results = []
            for item in items:
                try:
                    digest = content_hash(self._crawl.open(item.found, MOST))
                except (Conflict, NotFound):
                    continue
                results.append(_publishable(item.id, item.revision, digest))
            self.spool.examined(results, _now())
            done += len(results)
            if not results:
                break
        return done

    def _send(self) -> int:
        done = 0
        while things := self.spool.to_send(100, MOST):
            self.hub.take(things)
            items = [item for thing in things for item in thing.items]
            self.spool.answered([Answered(item.id, item.revision, ItemState.FILED) for item in items], _now())
            done += len(items)
        return done


def crawl(folder: Path) -> None:
    """Be an uploader until killed; sweep now and then."""
    uploader = Uploader(folder)
    swept = time.monotonic() - random.uniform(0, SWEEP_SECONDS)
    while True:
        sweep = time.monotonic() - swept > SWEEP_SECONDS
        uploader.round(sweep=sweep)
        if sweep:
            swept = time.monotonic()
        time.sleep(0.05)


def _publishable(item: int, revision: int, digest: ContentHash) -> Examined:
    return Examined(
        item,
        revision,
        ItemState.PUBLISHABLE,
        digest,
        DocumentClass.NOTE,
        UNKNOWN_DAY,
        Confidentiality.NORMAL,
        0,
    )


def _now() -> int:
    return time.time_ns() // 1_000_000


# --- the storm -------------------------------------------------------------------------------------


def forked(act: Callable[[], None]) -> int:
    """Run `act` in a process of its own; return its number."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    return child


def storm(folder: Path, documents: int, kills: int, seed: int) -> Outcome:
    """Let it blow until all is written and the crawler was killed so often; compare in the end."""
    root = folder / "storage"
    root.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    each = -(-documents // WRITERS)
    reports = [folder / f"writer{number}" for number in range(WRITERS)]
    writers = {
        forked(lambda n=number: write(root, n, seed, each, reports[n])): number  # type: ignore[misc]
        for number in range(WRITERS)
    }
    killed = 0
    while writers or killed < kills:
        crawler = forked(lambda: crawl(folder))
        time.sleep(dice.uniform(0.02, 1.0))
        os.kill(crawler, signal.SIGKILL)
        _, status = os.waitpid(crawler, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "the crawler ended by itself"
        killed += 1
        for writer in list(writers):
            ended, status = os.waitpid(writer, os.WNOHANG)
            if ended:
                assert os.waitstatus_to_exitcode(status) == 0, "a writer failed"
                del writers[writer]
    calm(folder)
    return outcome(folder, killed, sum(int(report.read_text()) for report in reports))


def calm(folder: Path) -> None:
    """Let one uploader do in peace what is left."""
    time.sleep(SETTLED / SECOND)
    uploader = Uploader(folder)
    while uploader.round(sweep=True):
        pass
    uploader.spool.close()


def standing(folder: Path) -> dict[str, bytes]:
    """Return what stands in the storage: locators and digests."""
    root = folder / "storage"
    return {
        path.relative_to(root).as_posix(): content_hash(path.read_bytes())
        for path in root.rglob("*")
        if path.is_file()
    }


def outcome(folder: Path, kills: int, written: int) -> Outcome:
    """Compare the storage with spool and hub."""
    there = {locator.rpartition("/")[2]: digest for locator, digest in standing(folder).items()}
    at_hub = Hub(folder / "hub.sqlite").contents()
    spool = SqliteSpool(folder / "spool.sqlite", {SOURCE: Format.SSMIX2})
    with spool.file.reading() as connection:
        rows = connection.execute("select leaf, hash, state, folder is not null from document").fetchall()
    spool.close()
    in_spool = [(leaf, digest) for leaf, digest, state, stands in rows if stands and state == 3]
    flags = {name[:-1]: name[-1] for name in there}
    missed = sum(len(there.items() - set(held)) for held in (at_hub, in_spool))
    doubled = sum(
        count - 1 for held in (at_hub, in_spool) for count in Counter(n[:-1] for n, _ in held).values()
    )
    stale = sum(flags.get(name[:-1], name[-1]) != name[-1] for name, _ in (*at_hub, *in_spool))
    left_over = (
        sum(name not in there for name, _ in (*at_hub, *in_spool)) - stale + (len(rows) - len(in_spool))
    )
    return Outcome(len(there), kills, missed, doubled, stale, left_over, written)


def main() -> None:
    """Run one storm and print how it ended."""
    folder, documents, kills, seed = sys.argv[1:]
    sys.stdout.write(json.dumps(storm(Path(folder), int(documents), int(kills), int(seed))._asdict()) + "\n")


if __name__ == "__main__":
    main()
