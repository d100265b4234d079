"""The head of a batch comes from outside: what does not follow its form is refused, whatever it holds."""

from __future__ import annotations

import io

import pytest

from hie.exchange.parcels import Batch, head_of, read_head
from hie.record.errors import Invalid

EMPTY = head_of(Batch(1, 2, ()))


def _with(number: bytes) -> bytes:
    start = EMPTY.index(b"{")
    head = EMPTY[start:].replace(b'"number":1', b'"number":' + number)
    return EMPTY[: start - 4] + len(head).to_bytes(4, "big") + head


def test_a_head_is_read_as_it_was_written() -> None:
    assert read_head(io.BytesIO(EMPTY)) == Batch(1, 2, ())
    assert read_head(io.BytesIO(_with(b"7"))).number == 7


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"NaN", b"null", b"[]", b"9" * 5000, b"[" * 50_000])
def test_no_number_is_no_number_however_it_is_written(number: bytes) -> None:
    with pytest.raises(Invalid):
        read_head(io.BytesIO(_with(number)))
