"""Looks at a tree of folders and tells a journal what came, changed, moved and went; polling only.

Notification of the operating system loses half of what is written into folders just made, and
network shares send none (performance sheet §3). So a fast pass stats the known folders and lists
those that moved, or whose listing cannot be trusted: listed within two seconds of a change, which
a coarse time stamp hides, or with files that somebody may still be writing. A slow sweep stats
every file and so finds what leaves no trace in a folder: a rewrite in place, a clock set back.

What cannot be listed changes nothing. Only a folder's own listing forgets what was in it, and a
root in which nothing known is left is taken for another folder, such as a share that is away.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from adapters.listing import AGAIN, SECOND, Lister, Listing, Root, Unsettled
from adapters.shapes import Shape, stat_of
from hie.exchange.ports.spool import FolderJournal, Found, KnownFolder, Stat
from hie.record.entry import Format
from hie.record.errors import Conflict, NotFound, Unavailable, Unreadable
from hie.record.findings import Finding, Severity

SETTLED = 2 * SECOND
"""A document is taken when nothing was written to it for so long."""
UNLISTED = -1
"""Remembered for a folder whose name alone is known."""

_ROWS_AT_ONCE = 2_000
_MILLISECOND = 1_000_000


class Volume(NamedTuple):
    """One root of a source; with several, each has a label, with which its locators begin (§1.6)."""

    label: str
    root: Path


class Look(NamedTuple):
    """What a look at a source gave."""

    changed: int
    """Documents that came, changed, moved or went."""
    trouble: str
    """What could not be looked at, without names; empty if all could."""
    away: bool = False
    """Whether a whole root is not there, or another folder stands in its place."""


class Crawl:
    """A source made of folders; for one thread at a time."""

    def __init__(self, source: str, shape: Shape, volumes: Sequence[Volume], settled: int = SETTLED) -> None:
        """Crawl `volumes`; `settled` in nanoseconds."""
        self._source = source
        self._shape = shape
        self._volumes = {volume.label: os.fspath(volume.root) for volume in volumes}
        self._settled = settled
        self._unsettled: Unsettled = {}

    @property
    def format(self) -> Format:
        """The format of the documents."""
        return self._shape.format

    def look(
        self,
        journal: FolderJournal,
        now: int,
        *,
        sweep: bool = False,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Look:
        """Bring the journal up to date; `now` in nanoseconds since 1970.

        Ends early when `stopping` says so; what was not looked at is found in the next look. Raises
        `Unavailable` if the journal cannot be written; what was not written is found again as well.
        """
        with ExitStack() as opened:
            look = self._begun(journal, now)
            for label, root in self._volumes.items():
                look.open(label, root, opened)
            look.run(stopping, sweep=sweep)
        self._unsettled = look.lister.unsettled
        return Look(look.changed, look.trouble, look.away)

    def look_at(self, journal: FolderJournal, now: int, folders: Sequence[str]) -> Look:
        """Look at some folders only, named as below every root; one not known yet by the nearest above it."""
        with ExitStack() as opened:
            look = self._begun(journal, now)
            for label, root in self._volumes.items():
                look.open(label, root, opened)
            look.run_at(folders)
        self._unsettled = {**self._unsettled, **look.lister.unsettled}
        return Look(look.changed, look.trouble, look.away)

    def stamp(self, journal: FolderJournal, folder: str) -> int | None:
        """Return the time stamp under which a folder is remembered in some volume, none if in none."""
        paths = (f"{label}/{folder}" if label else folder for label in self._volumes)
        known = [journal.known(self._source, path) for path in paths]
        return min((one.modified for one in known if one is not None), default=None)

    def open(self, found: Found, most: int) -> bytes:
        """Return a document's bytes, whole and as it was found.

        Raises `NotFound` if it is gone, `Conflict` if it is not or does not stay as it was found,
        `Unavailable` if it cannot be read now, `Unreadable` if it is larger than `most` bytes.
        """
        if found.stat.size > most:
            raise Unreadable(_too_large(found.stat.size))
        path = self._path(found.locator)
        self._expect(path, found.stat)
        content = self._shape.read(path)
        self._expect(path, found.stat)
        return content

    def _begun(self, journal: FolderJournal, now: int) -> _Pass:
        lister = Lister(self._source, self._shape, journal, now, self._settled, self._unsettled)
        return _Pass(self._source, self._shape, journal, now, lister)

    def _path(self, locator: str) -> str:
        if "" in self._volumes:
            return f"{self._volumes['']}/{locator}"
        label, _, below = locator.partition("/")
        if label not in self._volumes:
            raise NotFound("there is no such volume")
        return f"{self._volumes[label]}/{below}"

    def _expect(self, path: str, expected: Stat) -> None:
        try:
            if stat_of(path) != expected:
                raise Conflict("the document changed since it was found")
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound("the document is gone") from error
        except OSError as error:
            raise Unavailable("the document cannot be read") from error


class _Pass:
    """One look."""

    def __init__(
        self,
        source: str,
        shape: Shape,
        journal: FolderJournal,
        now: int,
        lister: Lister,
    ) -> None:
        self._source = source
        self._shape = shape
        self._journal = journal
        self._now = now
        self.lister = lister
        self.changed = 0
        self.away = False
        self._roots: dict[str, Root] = {}
        self._listed_roots: set[str] = set()
        self._waiting: list[tuple[KnownFolder, list[Found] | None]] = []
        """What is to be written: a listing, or a folder that is gone."""
        self._rows = 0
        self._owner = ""
        self._sweeps = False

    @property
    def trouble(self) -> str:
        """What could not be looked at."""
        return "; ".join(f"{count} {what}" for what, count in sorted(self.lister.troubles.items()))

    def open(self, label: str, path: str, opened: ExitStack) -> None:
        """Open a volume; one that is away is trouble."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            self.lister.troubles[f"volumes away: {type(error).__name__}"] += 1
            self.away = True
            return
        opened.callback(os.close, descriptor)
        self._roots[label] = Root(label, path, descriptor)

    def run(self, stopping: Callable[[], bool], *, sweep: bool) -> None:
        """Look at what is known, then at roots that are not."""
        self._sweeps = sweep
        if self._roots:
            known = self._journal.folders(self._source)
            suspects = self._of_each(known) if sweep else self._moved(known)
            for folder, root in suspects:
                if stopping():
                    break
                self._list_again(folder, root)
            else:
                for root in self._roots.values():
                    if root.label not in self._listed_roots:
                        self._list_root(root)
        self._write()

    def run_at(self, folders: Sequence[str]) -> None:
        """Look at these folders below every root."""
        for root in self._roots.values():
            for folder in folders:
                path = f"{root.label}/{folder}" if root.label else folder
                nearest = self._nearest(path, root.label)
                if nearest is not None:
                    self._list_again(nearest, root)
                    # What was found new must be known before the next folder is asked for.
                    self._write()
        self._write()

    def _nearest(self, path: str, label: str) -> KnownFolder | None:
        """Return this folder if it is known, else the nearest known one above it."""
        while True:
            known = self._journal.known(self._source, path)
            if known is not None and known.modified != UNLISTED:
                return known
            if path == label:
                return None
            path = path.rpartition("/")[0] or label

    # --- which folders -----------------------------------------------------------------------------

    def _moved(self, known: Iterable[KnownFolder]) -> Iterator[tuple[KnownFolder, Root]]:
        """Yield the known folders whose time stamps moved; this loop is what nothing changed costs."""
        stat = os.stat
        only = self._roots.get("")
        for folder in known:
            path, modified = folder
            root, below = (only, path) if only else self._rooted(path)
            try:
                if (
                    root is None
                    or stat(below, dir_fd=root.descriptor, follow_symlinks=False).st_mtime_ns == modified
                ):
                    continue
            except OSError as error:
                if below:
                    # Where it is just gone, the folder above it tells: its listing has the name no more.
                    if not isinstance(error, FileNotFoundError | NotADirectoryError):
                        self.lister.fail(error)
                    continue
            if root is not None:
                yield folder, root

    def _of_each(self, known: Iterable[KnownFolder]) -> Iterator[tuple[KnownFolder, Root]]:
        """Yield all known folders but those that are documents: the folders above them list them."""
        for folder in known:
            root, below = self._rooted(folder.path)
            if root is not None and not (below and self._shape.is_document(below)):
                yield folder, root

    def _rooted(self, path: str) -> tuple[Root | None, str]:
        """Return the volume in which a folder lies, none if it is away, and the path below its root."""
        if "" in self._roots:
            return self._roots[""], path
        label, _, below = path.partition("/")
        return self._roots.get(label), below

    def _list_again(self, folder: KnownFolder, root: Root) -> None:
        below = root.below(folder.path)
        if not below:
            self._listed_roots.add(root.label)
            if folder.modified == os.fstat(root.descriptor).st_mtime_ns and not self._sweeps:
                return
        if below and self._shape.is_document(below):
            owner = folder.path.rpartition("/")[0]
            if owner == self._owner:
                return
            self._owner = owner
            folder = KnownFolder(owner, AGAIN)
        listing = self.lister.list(root, folder.path, folder)
        if listing is None:
            return
        known = set(self._journal.below(self._source, folder.path))
        stand = set(listing.below).union(path for path, _ in listing.documents)
        if root.below(folder.path) == "" and known and not known & stand:
            self.lister.troubles["volumes without anything known"] += 1
            self.away = True
            return
        for path in sorted(known - stand):
            self._keep(KnownFolder(path, AGAIN), None)
        self._descend(listing, [path for path in listing.below if path not in known])

    def _list_root(self, root: Root) -> None:
        """List a root that was never listed to its end; what is known below it is not listed again."""
        listing = self.lister.list(root, root.label, None)
        if listing:
            known = set(self._journal.below(self._source, root.label))
            self._descend(listing, [path for path in listing.below if path not in known])

    def _descend(self, listing: Listing, fresh: list[str]) -> None:
        """List all that is new below, and remember each folder after what is in it.

        So a crash leaves no folder remembered as listed with something new and unknown in it.
        """
        open_listings = [(listing, iter(fresh))]
        while open_listings:
            above, new = open_listings[-1]
            path = next(new, None)
            if path is None:
                open_listings.pop()
                self._remember(above)
                continue
            inside = self.lister.list(above.root, path, None)
            if inside is None:
                above.again = True
            else:
                open_listings.append((inside, iter(inside.below)))

    # --- writing -----------------------------------------------------------------------------------

    def _remember(self, listing: Listing) -> None:
        modified = AGAIN if listing.again else listing.modified
        known = listing.known
        if known is None or known.modified != modified or listing.found != listing.before:
            for path, stamp in listing.documents:
                self._keep(KnownFolder(path, stamp), [])
            self._keep(KnownFolder(listing.folder, modified), list(listing.found.values()))
        self._write_if_many()

    def _keep(self, folder: KnownFolder, found: list[Found] | None) -> None:
        self._waiting.append((folder, found))
        self._rows += 1 + len(found or ())

    def _write_if_many(self) -> None:
        if self._rows >= _ROWS_AT_ONCE:
            self._write()

    def _write(self) -> None:
        if not self._waiting:
            return
        now = self._now // _MILLISECOND
        with self._journal.turn():
            for folder, found in self._waiting:
                if found is None:
                    self.changed += self._journal.gone(self._source, folder.path, now)
                else:
                    self.changed += self._journal.listed(self._source, folder, found, now)
        self._waiting.clear()
        self._rows = 0


def _too_large(size: int) -> Finding:
    return Finding(
        "SIZE-01", Severity.ERROR, "file", f"The document has {size} bytes, more than the edge takes."
    )
