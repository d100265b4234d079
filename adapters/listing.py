"""One folder as a crawl lists it: what in it is a document, and whether somebody may still be writing."""

from __future__ import annotations

import os
from collections import Counter
from typing import NamedTuple

from adapters.shapes import INODES, Shape, stat_of
from hie.exchange.ports.spool import FolderJournal, Found, KnownFolder, Stat
from hie.record.errors import NotFound, Unavailable

SECOND = 1_000_000_000
RACY = 2 * SECOND
"""A folder whose time stamp is younger than this when it is listed is listed again."""
AGAIN = 0
"""Remembered as a folder's time stamp, it is none: the folder is listed again."""

Unsettled = dict[str, tuple[Stat, int]]
"""Documents that may not be whole yet: as they were, and since when by our own clock."""

_new = tuple.__new__


class Root(NamedTuple):
    """An open volume."""

    label: str
    path: str
    descriptor: int

    def below(self, folder: str) -> str:
        """Return a folder's path below the root, for which the journal's begins with the label."""
        return folder[len(self.label) + 1 :] if self.label else folder


class Listing:
    """A folder as it is listed, until all that is new below it is listed too."""

    def __init__(self, root: Root, folder: str, modified: int, known: KnownFolder | None) -> None:
        """Begin with the folder's time stamp, and how it was known."""
        self.root = root
        self.folder = folder
        self.modified = modified
        self.known = known
        self.before: dict[str, Found] = {}
        self.found: dict[str, Found] = {}
        self.below: list[str] = []
        self.documents: list[tuple[str, int]] = []
        """Folders that are documents, and their time stamps."""
        self.again = False
        """Whether this listing cannot be trusted for ever."""

    def locator(self, leaf: str) -> str:
        """Return the locator of what stands in the folder under a name."""
        return f"{self.folder}/{leaf}" if self.folder else leaf


class Lister:
    """Lists folders during one look."""

    def __init__(
        self, source: str, shape: Shape, journal: FolderJournal, now: int, settled: int, before: Unsettled
    ) -> None:
        """Take a document that rested for `settled` nanoseconds, by its time or since the look `before`."""
        self._source = source
        self._shape = shape
        self._journal = journal
        self._now = now
        self._settled = settled
        self._before = before
        self.unsettled: Unsettled = {}
        """What this look found that did not rest yet."""
        self.troubles: Counter[str] = Counter()

    def list(self, root: Root, folder: str, known: KnownFolder | None) -> Listing | None:
        """List a folder; none if that cannot be done, which is trouble unless it is just gone."""
        below = root.below(folder)
        path = f"{root.path}/{below}"
        try:
            # The time stamp first: what changes while we list makes it another one.
            modified = os.stat(below or ".", dir_fd=root.descriptor, follow_symlinks=False).st_mtime_ns
            listing = Listing(root, folder, modified, known)
            if known is not None:
                listing.before = {one.locator: one for one in self._journal.standing(self._source, folder)}
            listing.again = modified + RACY > self._now
            with os.scandir(path) as items:
                for item in items:
                    self._sort(listing, item, below)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self.fail(error)
            return None
        listing.below.sort()
        return listing

    def fail(self, error: OSError) -> None:
        """Count a folder that could not be listed."""
        self.troubles[f"folders not listed: {type(error).__name__}"] += 1

    def _sort(self, listing: Listing, item: os.DirEntry[str], below: str) -> None:
        """Put what stands in a folder where it belongs; links and hidden folders belong nowhere."""
        name = item.name
        if item.is_dir(follow_symlinks=False):
            if name.startswith("."):
                return
            path = listing.locator(name)
            if self._shape.is_document(f"{below}/{name}" if below else name):
                self._take_folder(listing, item, path, below)
            else:
                listing.below.append(path)
        elif item.is_file(follow_symlinks=False) and not self._shape.skips(name):
            try:
                status = item.stat(follow_symlinks=False)
            except FileNotFoundError:
                listing.again = True
                return
            stat = _new(
                Stat, (status.st_ino & INODES, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            )
            self._take(listing, item, stat, below)

    def _take_folder(self, listing: Listing, item: os.DirEntry[str], path: str, below: str) -> None:
        try:
            modified = os.lstat(item.path).st_mtime_ns
            stat = stat_of(item.path)
        except FileNotFoundError:
            # Gone, or nothing in it yet: its own time stamp moves when something is.
            if os.path.isdir(item.path):  # noqa: PTH112  a race, not a path
                listing.documents.append((path, AGAIN))
            else:
                listing.again = True
            if path in listing.before:
                listing.found[path] = listing.before[path]
            return
        listing.documents.append((path, AGAIN if modified + RACY > self._now else modified))
        self._take(listing, item, stat, below)

    def _take(self, listing: Listing, item: os.DirEntry[str], stat: Stat, below: str) -> None:
        """Take a document as it is, or as it was where somebody is still writing."""
        locator = listing.locator(item.name)
        before = listing.before.get(locator)
        if before is not None and before.stat == stat:
            listing.found[locator] = before
            return
        if stat.modified + self._settled > self._now and not self._has_waited(locator, stat):
            listing.again = True
            if before is not None:
                listing.found[locator] = before
            return
        try:
            named = self._shape.named(below, item.name, item.path)
        except (NotFound, FileNotFoundError):
            listing.again = True
            return
        except (OSError, Unavailable) as error:
            self.troubles[f"files not opened: {type(error).__name__}"] += 1
            listing.again = True
            if before is not None:
                listing.found[locator] = before
            return
        listing.found[locator] = _new(
            Found,
            (locator, named.name, named.patient, named.thing or locator, stat, named.reason, named.message),
        )

    def _has_waited(self, locator: str, stat: Stat) -> bool:
        """Say whether a document stayed the same for long enough by our own clock, whatever its time says."""
        before = self._before.get(locator)
        since = before[1] if before and before[0] == stat and before[1] <= self._now else self._now
        self.unsettled[locator] = (stat, since)
        return since + self._settled <= self._now
