"""The head of a batch comes from outside: what does not follow its form is refused, whatever it holds."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from hie.exchange.feeds.parcels import (
    DOCUMENTS_MOST,
    HEAD_MOST,
    MAGIC,
    PARCELS_MOST,
    Batch,
    Parcel,
    ParcelDocument,
    head_of,
    read_head,
)
from hie.record.entry import ALL_LABELS, NO_LABELS, Format, Label
from hie.record.errors import Invalid
from hie.record.identifiers import ContentHash

EMPTY = head_of(Batch(1, 2, ()))


def _with(number: bytes) -> bytes:
    start = EMPTY.index(b"{")
    head = EMPTY[start:].replace(b'"number":1', b'"number":' + number)
    return EMPTY[: start - 4] + len(head).to_bytes(4, "big") + head


def test_a_head_is_read_as_it_was_written() -> None:
    assert read_head(io.BytesIO(EMPTY)) == Batch(1, 2, ())
    assert read_head(io.BytesIO(_with(b"7"))).number == 7


def test_the_labels_of_a_source_travel_and_unknown_ones_are_refused() -> None:
    some = Batch(1, 2, (Parcel("s", Format.SSMIX2, "1", (), labels=int(Label.PSYCHIATRY | Label.HIV)),))
    head = head_of(some)
    assert read_head(io.BytesIO(head)) == some
    silent = head.replace(b',"labels":3', b"")
    silent = silent[:4] + (len(silent) - 8).to_bytes(4, "big") + silent[8:]
    assert read_head(io.BytesIO(silent)).parcels[0].labels == NO_LABELS
    for bits in (b"-", b"x", b'"'):
        with pytest.raises(Invalid):
            read_head(io.BytesIO(head.replace(b'"labels":3', b'"labels":' + bits)))
    for unknown in (-1, ALL_LABELS + 1):
        with pytest.raises(Invalid):
            read_head(io.BytesIO(head_of(some._replace(parcels=(some.parcels[0]._replace(labels=unknown),)))))


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"NaN", b"null", b"[]", b"9" * 5000, b"[" * 50_000])
def test_no_number_is_no_number_however_it_is_written(number: bytes) -> None:
    with pytest.raises(Invalid):
        read_head(io.BytesIO(_with(number)))


def test_a_head_holds_no_more_than_its_bounds() -> None:
    some = Parcel("s", Format.SSMIX2, "1", ())
    document = ParcelDocument("l", "n", ContentHash(b"h" * 32), 1, sent=False)
    most = Batch(1, 1, (some,) * PARCELS_MOST)
    assert read_head(io.BytesIO(head_of(most))) == most
    with pytest.raises(Invalid, match="too many"):
        read_head(io.BytesIO(head_of(most._replace(parcels=(some,) * (PARCELS_MOST + 1)))))
    many = some._replace(documents=(document,) * (DOCUMENTS_MOST // 2))
    with pytest.raises(Invalid, match="too many"):
        read_head(io.BytesIO(head_of(Batch(1, 1, (many, many, some._replace(documents=(document,)))))))


def test_a_head_that_is_too_long_is_not_read_at_all() -> None:
    head = io.BytesIO(MAGIC + (HEAD_MOST + 1).to_bytes(4, "big") + b"[" * (HEAD_MOST + 1))
    with pytest.raises(Invalid, match="too long"):
        read_head(head)
    assert head.tell() == len(MAGIC) + 4


def test_a_head_full_of_empty_lists_takes_little_memory() -> None:
    head = b'{"number":1,"policy":1,"parcels":[' + b"[]," * (5 * 1024 * 1024) + b"[]]}"
    tracemalloc.start()
    with pytest.raises(Invalid):
        read_head(io.BytesIO(MAGIC + len(head).to_bytes(4, "big") + head))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 128 * 1024 * 1024
