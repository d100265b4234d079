"""Small documents: compressed rows beside their entries; and the repository that answers for all.

A dictionary makes a short message three times smaller than zstd alone, for less CPU. A dictionary
holds fragments of what it was trained on, so the ones shipped under `dictionaries/` were trained
on invented messages only (docs/adr/0005). Their numbers are in the rows: no file there is ever
changed or removed.
"""

# ruff: noqa: S608  statements are put together from texts of this module and `?`, never from values

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

from backports.zstd import CompressionParameter, ZstdCompressor, ZstdDecompressor, ZstdDict, ZstdError

from consent.grant import Grant
from consent.model import Action
from hie.exchange.ports import ObjectStore, Packed
from hie.record.entry import DocumentEntry
from hie.record.errors import NotFound, Unavailable
from hie.record.identifiers import ContentHash, content_hash
from hie.store.asking import must_allow
from hie.store.codes import APPROVED
from hie.store.scope_sql import predicate
from hie.store.transaction import Transaction

LEVEL = 3
NO_DICTIONARY = 0
SHIPPED = Path(__file__).with_name("dictionaries")


class DictionaryPacker:
    """Keeps `Packer`; picklable: a worker process reads the dictionaries again."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Use the newest dictionary of each kind in `folder`: `<kind>.<number>.zdict`."""
        self._folder = folder
        self._compressors: dict[str, tuple[int, ZstdCompressor]] = {}
        self._guard = Lock()

    def __reduce__(self) -> tuple[type[DictionaryPacker], tuple[Path]]:
        """Pickle the folder only."""
        return type(self), (self._folder,)

    def pack(self, data_kind: str, content: bytes) -> Packed:
        """Compress with the newest dictionary of the kind, or without one."""
        made = self._compressors.get(data_kind)
        if made is None:
            with self._guard:
                made = self._compressors.setdefault(data_kind, self._make(data_kind))
        number, compressor = made
        return Packed(compressor.compress(content, ZstdCompressor.FLUSH_FRAME), number)

    def _make(self, data_kind: str) -> tuple[int, ZstdCompressor]:
        numbers = [number for number, (kind, _) in shipped(self._folder).items() if kind == data_kind]
        options: dict[int, int] = {
            CompressionParameter.compression_level: LEVEL,
            CompressionParameter.checksum_flag: 0,  # the entry's SHA-256 says more
            CompressionParameter.dict_id_flag: 0,  # the row has the number
        }
        if not numbers:
            return NO_DICTIONARY, ZstdCompressor(options=options)
        newest = max(numbers)
        words = ZstdDict(shipped(self._folder)[newest][1].read_bytes())
        return newest, ZstdCompressor(options=options, zstd_dict=words.as_digested_dict)


class Unpacker:
    """Opens packed documents with the dictionary their row names."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Know all dictionaries of `folder`; each is read when first needed."""
        self._files = shipped(folder)
        self._dictionaries: dict[int, ZstdDict] = {}

    def unpack(self, packed: Packed) -> bytes:
        """Return the original bytes, or raise `Unavailable` if they are damaged."""
        try:
            frame = ZstdDecompressor(zstd_dict=self._dictionary(packed.dictionary))
            content = frame.decompress(packed.body)
        except ZstdError as error:
            raise Unavailable("a filed document is damaged") from error
        if not frame.eof:
            raise Unavailable("a filed document is cut off")
        return content

    def _dictionary(self, number: int) -> ZstdDict | None:
        if number == NO_DICTIONARY:
            return None
        if number not in self._dictionaries:
            if number not in self._files:
                raise Unavailable(f"dictionary {number} is not in this release")
            self._dictionaries[number] = ZstdDict(self._files[number][1].read_bytes())
        return self._dictionaries[number]


def shipped(folder: Path = SHIPPED) -> dict[int, tuple[str, Path]]:
    """Return kind and file of each dictionary in `folder`, by number."""
    found: dict[int, tuple[str, Path]] = {}
    for file in sorted(folder.glob("*.zdict")):
        kind, number, _ = file.name.rsplit(".", 2)
        found[int(number)] = (kind, file)
    return found


def checked(content: bytes, name: ContentHash) -> bytes:
    """Return `content` if it is what `name` says, or raise `Unavailable`."""
    if content_hash(content) != name:
        raise Unavailable("a filed document is damaged")
    return content


_BODY = (
    "select e.content_hash, d.dictionary, d.body"
    " from entry e join local_patient l on l.id = e.local_patient"
    " left join small_document d on d.entry = e.id"
    f" where e.id = ? and l.patient = ? and e.status = {APPROVED} and "
)


LEAST_IN_OBJECTS = 64 * 1024
"""No document of fewer bytes was ever put into the object store: never raise it."""
_POINTED_AT = (
    f"select content_hash from entry where size >= {LEAST_IN_OBJECTS} and content_hash in (%s)"
    " union select content_hash from imaging_instance where content_hash in (%s)"
)


class SqlFiledDocuments:
    """Keeps `Repository`: small documents from their rows, large ones from the object store."""

    def __init__(
        self, transaction: Transaction, objects: ObjectStore, unpacker: Unpacker, flush: Callable[[], None]
    ) -> None:
        """Read rows in `transaction`, after `flush` has written what waits."""
        self._transaction = transaction
        self._objects = objects
        self._unpacker = unpacker
        self._flush = flush

    def retrieve(self, grant: Grant, entry: DocumentEntry) -> bytes:
        """Return the original bytes of a covered entry, their hash checked."""
        must_allow(grant, Action.VIEW)
        self._flush()
        gate = predicate(grant.opened, grant.closed)
        row = self._transaction.read(
            _BODY + gate.text, (entry.id, grant.patient, *gate.parameters)
        ).fetchone()
        if row is None:
            raise NotFound("no such entry")
        name, dictionary, body = row
        if body is not None:
            return checked(self._unpacker.unpack(Packed(body, dictionary)), ContentHash(name))
        return checked(large(self._objects, ContentHash(name)), ContentHash(name))

    def unreferenced(self, names: Sequence[ContentHash]) -> set[ContentHash]:
        """Return those to which no entry and no image points."""
        if not names:
            return set()
        self._flush()
        marks = ", ".join("?" * len(names))
        rows = self._transaction.read(_POINTED_AT % (marks, marks), (*names, *names)).fetchall()
        return set(names) - {ContentHash(name) for (name,) in rows}


def large(objects: ObjectStore, name: ContentHash) -> bytes:
    """Read a whole object that an entry points to; raise `Unavailable` if it is gone."""
    try:
        with objects.open(name) as stream:
            return stream.read()
    except NotFound as error:
        raise Unavailable("a filed document is missing from the object store") from error
