"""The spool as a list of rows and plain loops: the judge of the one on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hie.exchange.ports.spool import Answered, Examined, Found, Item, ItemState, Thing
from hie.record.entry import Confidentiality, DocumentClass, Format, Label
from hie.record.identifiers import ContentHash
from hie.record.times import UNKNOWN_DAY, Day
from hie.store.spool_rows import hashes_of

NOTHING = ContentHash(b"")
SEEN, HELD, PUBLISHABLE, FILED, UNREADABLE, RECALLED, WITHDRAWN = ItemState
AT_REST = {HELD, PUBLISHABLE, FILED, UNREADABLE}


@dataclass(slots=True)
class Row:
    """A document; `folder` is none when it stands at its source no more and may be at the hub."""

    id: int
    source: str
    folder: str | None
    found: Found
    state: ItemState
    changed_at: int
    revision: int = 1
    content_hash: ContentHash = NOTHING
    document_class: DocumentClass = DocumentClass.UNKNOWN
    service_day: Day = UNKNOWN_DAY
    confidentiality: Confidentiality = Confidentiality.UNKNOWN
    labels: int = int(Label.UNKNOWN)
    reason: str = ""
    message: str = ""
    hub_hash: bytes | None = None
    """Hashes of what the hub may have, one behind the other."""
    hub_knows: bool = False

    def item(self) -> Item:
        """Show it as the spool does."""
        sent = hashes_of(self.hub_hash)
        at_hub = self.hub_knows and sent[-1:] == (self.content_hash,)
        shown = sent[-1] if self.state is RECALLED and sent else self.content_hash
        former = tuple(dict.fromkeys(one for one in sent[:-1] if one != shown))
        return Item(
            self.id,
            self.source,
            self.found._replace(reason="", message=""),
            self.state,
            self.revision,
            shown,
            self.document_class,
            self.service_day,
            self.confidentiality,
            self.labels,
            self.reason,
            self.message,
            self.changed_at,
            at_hub,
            former,
        )


class SpoolModel:
    """Keeps what `Journal` and `Spool` promise, without a file."""

    def __init__(self, formats: dict[str, Format]) -> None:
        """Begin empty."""
        self.rows: list[Row] = []
        self.folders: dict[tuple[str, str], int] = {}
        self._formats = formats
        self._last = 0

    def standing(self, source: str, folder: str) -> list[Found]:
        """Return what stands in a folder."""
        rows = [row for row in self.rows if (row.source, row.folder) == (source, folder)]
        return sorted((row.found for row in rows), key=lambda found: found.locator)

    def listed(self, source: str, folder: str, modified: int, found: Sequence[Found], now: int) -> int:
        """Compare a folder with what was known."""
        self._know(source, folder)
        self.folders[source, folder] = modified
        old = {row.found.locator: row for row in self.rows if (row.source, row.folder) == (source, folder)}
        things: set[str] = set()
        changes, came = 0, []
        for one in found:
            row = old.pop(one.locator, None)
            if row is None:
                came.append(one)
            elif not _same(row.found, one):
                things |= {row.found.thing, one.thing}
                self._change(row, one, now)
                changes += 1
        gone = dict(old)
        changes += len(came) + len(gone)
        by_stat = {(row.found.thing, row.found.stat[:3]): key for key, row in gone.items()}
        by_inode = {(row.found.thing, row.found.stat.inode): key for key, row in gone.items()}
        for one in came:
            old_name = by_stat.pop((one.thing, one.stat[:3]), "") if one.stat.inode else ""
            if old_name not in gone:
                old_name = by_inode.pop((one.thing, one.stat.inode), "") if one.stat.inode else ""
            if old_name in gone:
                self._take_over(gone.pop(old_name), folder, one, now)
                changes -= 1
            else:
                self._came(source, folder, one, now)
            things.add(one.thing)
        for row in gone.values():
            things.add(row.found.thing)
            self._leave(row)
        self._touch(source, things, now)
        return changes

    def gone(self, source: str, folder: str, now: int) -> int:
        """Forget a folder and all below."""
        below = [
            row
            for row in self.rows
            if row.source == source
            and row.folder is not None
            and (row.folder == folder or row.folder.startswith(f"{folder}/"))
        ]
        for row in below:
            self._leave(row)
        for place in [place for place in self.folders if place[0] == source]:
            if place[1] == folder or place[1].startswith(f"{folder}/"):
                del self.folders[place]
        self._touch(source, {row.found.thing for row in below}, now)
        return len(below)

    def seen(self, patients: set[str], sources: set[str] | None = None) -> set[int]:
        """Name what is to be examined."""
        return {
            row.id
            for row in self.rows
            if row.state is SEEN
            and row.found.patient in patients
            and (sources is None or row.source in sources)
        }

    def examined(self, one: Examined, now: int) -> None:
        """Take what reading gave."""
        for row in self.rows:
            if (row.id, row.revision, row.state) != (one.item, one.revision, SEEN) or row.folder is None:
                continue
            row.state, row.content_hash, row.changed_at = one.state, one.content_hash, now
            row.reason, row.message = one.reason, one.message
            if one.state is not UNREADABLE:
                row.document_class, row.service_day = one.document_class, one.service_day
                row.confidentiality, row.labels = one.confidentiality, one.labels
            if one.state is HELD and row.hub_hash is not None:
                row.state = RECALLED

    def things(self) -> list[Thing]:
        """Return everything that could be sent, in any order."""
        ready: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            if row.folder is not None:
                ready.setdefault((row.source, row.found.thing), []).append(row)
        given = []
        for (source, _), rows in ready.items():
            states = {row.state for row in rows}
            if PUBLISHABLE in states and SEEN not in states:
                items = tuple(row.item() for row in rows if row.state in {PUBLISHABLE, FILED})
                given.append(Thing(source, self._formats[source], items[0].found.patient, items))
        return given

    def sent(self, things: Sequence[Thing]) -> None:
        """Remember that these may be at the hub."""
        ids = {item.id for thing in things for item in thing.items if item.state is PUBLISHABLE}
        for row in self.rows:
            if row.id in ids and hashes_of(row.hub_hash)[-1:] != (row.content_hash,):
                before = row.hub_hash if self._formats[row.source] is Format.DICOM else None
                row.hub_hash, row.hub_knows = (before or b"") + row.content_hash, False

    def recalled(self) -> list[Item]:
        """Return what is to be taken back."""
        return [row.item() for row in self.rows if row.state is RECALLED]

    def answered(self, one: Answered, now: int) -> None:
        """Take the hub's word."""
        for row in list(self.rows):
            if (row.id, row.revision) != (one.item, one.revision):
                continue
            if one.state is WITHDRAWN and row.state is RECALLED:
                if row.folder is None:
                    self.rows.remove(row)
                row.state = WITHDRAWN if row.content_hash else SEEN
                row.hub_hash, row.hub_knows, row.changed_at = None, False, now
            elif one.state is not WITHDRAWN and row.state in {PUBLISHABLE, FILED} and row.folder is not None:
                row.state, row.reason, row.message, row.changed_at = one.state, one.reason, one.message, now
                row.hub_knows = one.state is FILED

    def regated(self, patient: str, may_leave: Callable[[Item], bool] | None, now: int) -> None:
        """Ask again."""
        for row in self.rows:
            if row.found.patient != patient:
                continue
            state = self._regated(row, may_leave)
            if state is not row.state:
                if row.state in {RECALLED, WITHDRAWN}:
                    row.revision += 1
                    row.hub_knows = False
                row.state, row.changed_at = state, now

    def restate(self, now: int) -> int:
        """Let the hub be told of everything again."""
        told = [
            row
            for row in self.rows
            if row.state in {FILED, WITHDRAWN} and row.folder is not None and row.content_hash
        ]
        for row in told:
            row.state = PUBLISHABLE if row.state is FILED else RECALLED
            row.hub_hash, row.changed_at = row.hub_hash or row.content_hash, now
        return len(told)

    def ask_held(self, now: int) -> None:
        """Ask the hub again about what it held."""
        for row in self.rows:
            held = row.state is HELD and row.hub_hash is not None and row.content_hash
            if held and row.found.patient and row.folder is not None:
                row.state, row.changed_at = PUBLISHABLE, now

    def replay(self, source: str, now: int) -> int:
        """Try all of the quarantine again."""
        again = [
            row for row in self.rows if row.state is UNREADABLE and row.found.patient and row.source == source
        ]
        for row in again:
            row.state, row.reason, row.message, row.changed_at = SEEN, "", "", now
            row.revision += 1
        return len(again)

    def _know(self, source: str, folder: str) -> None:
        while True:
            self.folders.setdefault((source, folder), -1)
            if not folder:
                return
            folder = folder.rpartition("/")[0]

    def _came(self, source: str, folder: str, one: Found, now: int) -> None:
        for row in self.rows:
            if (row.source, row.folder, row.found.thing) == (source, None, one.thing):
                same_file = row.found.stat.inode and row.found.stat.inode == one.stat.inode
                if same_file or row.found.locator == one.locator:
                    self._take_over(row, folder, one, now)
                    return
        self._last += 1
        made = Row(
            self._last, source, folder, one, _initial(one), now, reason=one.reason, message=one.message
        )
        self.rows.append(made)

    def _take_over(self, row: Row, folder: str, one: Found, now: int) -> None:
        before = row.found
        row.folder = folder
        row.found = one._replace(stat=before.stat._replace(changed=one.stat.changed))
        _begin(row, one, now)
        same_bytes = before.stat.inode and before.stat[:3] == one.stat[:3]
        if not same_bytes and not _same(before, one):
            self._change(row, one, now)

    @staticmethod
    def _change(row: Row, one: Found, now: int) -> None:
        row.found, row.content_hash = one, NOTHING
        if row.hub_hash is None:
            row.document_class, row.service_day = DocumentClass.UNKNOWN, UNKNOWN_DAY
            row.confidentiality, row.labels = Confidentiality.UNKNOWN, int(Label.UNKNOWN)
        _begin(row, one, now)

    def _leave(self, row: Row) -> None:
        if row.hub_hash is None:
            self.rows.remove(row)
            return
        row.folder = None
        row.revision += 1
        if row.state is not RECALLED:
            row.state = FILED

    def _touch(self, source: str, things: set[str], now: int) -> None:
        for row in self.rows:
            known = row.source == source and row.found.thing in things and row.found.patient
            if known and row.folder is not None and row.state in AT_REST:
                row.state, row.changed_at = SEEN, now
                row.revision += 1

    @staticmethod
    def _regated(row: Row, may_leave: Callable[[Item], bool] | None) -> ItemState:
        if may_leave is None or not may_leave(row.item()):
            if row.hub_hash is not None:
                return RECALLED
            if row.state in {UNREADABLE, WITHDRAWN}:
                return row.state
            never_read = row.state is SEEN or not row.content_hash
            return SEEN if may_leave is not None and never_read else HELD
        if row.folder is None:
            return FILED
        if row.state in {RECALLED, HELD, WITHDRAWN}:
            return PUBLISHABLE if row.content_hash and not row.reason else SEEN
        return row.state


def _begin(row: Row, one: Found, now: int) -> None:
    row.revision += 1
    row.changed_at, row.reason, row.message = now, one.reason, one.message
    if row.state is not RECALLED:
        row.state = _initial(one)


def _initial(one: Found) -> ItemState:
    if one.reason:
        return UNREADABLE
    return SEEN if one.patient else HELD


def _same(old: Found, new: Found) -> bool:
    return old[1:5] == new[1:5]
