"""How the spool's rows stand for its words: states as numbers, names of any bytes, items from rows.

File names may hold bytes that are no UTF-8; Python carries them as lone surrogates, SQLite's text
cannot. Such a text is kept as the bytes it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hie.exchange.ports.spool import Found, Item, ItemState, Stat
from hie.record.entry import DOCUMENT_CLASSES, Confidentiality, Format
from hie.record.identifiers import ContentHash
from hie.record.times import JST, UNKNOWN_DAY, Day, day_of, japanese_day

SEEN, HELD, PUBLISHABLE, FILED, UNREADABLE, RECALLED, WITHDRAWN, LEFT = range(8)
"""Numbers of the states; LEFT stands no more at the source, and is at the hub."""

STATES = (
    ItemState.SEEN,
    ItemState.HELD,
    ItemState.PUBLISHABLE,
    ItemState.FILED,
    ItemState.UNREADABLE,
    ItemState.RECALLED,
    ItemState.WITHDRAWN,
    ItemState.FILED,
)
NUMBER = {state: number for number, state in enumerate(STATES[:LEFT])}
RANK = {Format.SSMIX2: 0, Format.CONTENT_FOLDER: 1, Format.DICOM: 2}
"""Small formats first."""

ITEM = (
    "d.id, d.source, d.leaf, f.path, d.name, d.patient, d.thing, d.inode, d.size, d.modified, d.changed, "
    "d.state, d.revision, d.hash, d.class, d.day, d.confidentiality, d.reason, d.message, d.changed_at, "
    "d.hub_hash, d.hub_knows, d.labels"
)
"""Columns of `item_of`."""
ITEMS = f"select {ITEM} from document d left join folder f on f.id = d.folder "  # noqa: S608  ours

_SECOND = 1_000_000_000
_HASH = 32
_new = tuple.__new__


def kept(text: str) -> str | bytes:
    """Turn a text into what the file keeps."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")
    return text


def text_of(value: str | bytes) -> str:
    """Turn back what `kept` made."""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")


def place(path: str, leaf: str) -> str:
    """Return the locator of what stands in a folder."""
    return f"{path}/{leaf}" if path else leaf


def initial(found: Found) -> int:
    """Return the state in which a new or changed document begins: what names nobody is not read."""
    if found.reason:
        return UNREADABLE
    return SEEN if found.patient else HELD


def care_day(found: Found) -> Day:
    """Return the day by which documents wait to be read: of care, as the name says, or of writing."""
    return day_of(found.name.partition("_")[2]) or _written_on(found.stat.modified)


def item_of(row: tuple[Any, ...], sources: Mapping[int, str]) -> Item:
    """Make an item from a row of `ITEM`."""
    leaf, path, state = text_of(row[2]), row[3], row[11]
    name = leaf.rpartition("/")[2] if row[4] is None else text_of(row[4])
    locator = leaf if path is None else place(text_of(path), leaf)
    stat = _new(Stat, row[7:11])
    found = Found(locator, name, text_of(row[5]), text_of(row[6]), stat)
    sent = hashes_of(row[20])
    digest = sent[-1] if state == RECALLED and sent else ContentHash(row[13])
    return Item(
        row[0],
        sources[row[1]],
        found,
        STATES[state],
        row[12],
        digest,
        DOCUMENT_CLASSES[row[14]],
        Day(row[15]) if row[15] else UNKNOWN_DAY,
        Confidentiality(row[16]),
        row[22],
        row[17],
        row[18],
        row[19],
        bool(row[21]) and sent[-1:] == (row[13],),
        tuple(dict.fromkeys(one for one in sent[:-1] if one != digest)) if len(sent) > 1 else (),
    )


def hashes_of(sent: bytes | None) -> tuple[ContentHash, ...]:
    """Take apart what `hub_hash` keeps: the hashes of all bytes the hub may have, the newest last."""
    if not sent or len(sent) == _HASH:
        return (ContentHash(sent),) if sent else ()
    return tuple(ContentHash(sent[at : at + _HASH]) for at in range(0, len(sent), _HASH))


def _written_on(modified: int) -> Day:
    try:
        return japanese_day(datetime.fromtimestamp(modified / _SECOND, JST))
    except (OverflowError, ValueError, OSError):
        return UNKNOWN_DAY
