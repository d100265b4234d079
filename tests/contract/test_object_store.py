"""The promises of `ObjectStore`."""

from __future__ import annotations

import hashlib

import pytest

from hie.exchange.ports import ObjectStore
from hie.record.errors import NotFound
from hie.record.identifiers import ContentHash

CONTENT = bytes(range(256)) * 300
ABSENT = ContentHash(b"\0" * 32)


def test_what_was_put_can_be_read_by_its_hash(objects: ObjectStore) -> None:
    name = objects.put(CONTENT)
    assert name == hashlib.sha256(CONTENT).digest()
    with objects.open(name) as stream:
        assert stream.read() == CONTENT


def test_putting_twice_keeps_once(objects: ObjectStore) -> None:
    assert objects.put(b"once") == objects.put(b"once")
    with objects.open(objects.put(b"once")) as stream:
        assert stream.read() == b"once"


def test_empty_content_is_content(objects: ObjectStore) -> None:
    name = objects.put(b"")
    assert objects.exists(name)
    with objects.open(name) as stream:
        assert stream.read() == b""


@pytest.mark.parametrize(("start", "length"), [(0, 10), (100, 1), (0, len(CONTENT)), (5, 0)])
def test_a_range_is_a_part(objects: ObjectStore, start: int, length: int) -> None:
    assert objects.range(objects.put(CONTENT), start, length) == CONTENT[start : start + length]


@pytest.mark.parametrize("start", [len(CONTENT) - 3, len(CONTENT), len(CONTENT) + 5])
def test_a_range_ends_with_the_content(objects: ObjectStore, start: int) -> None:
    assert objects.range(objects.put(CONTENT), start, 10) == CONTENT[start:]


def test_what_was_never_put_is_not_found(objects: ObjectStore) -> None:
    assert not objects.exists(ABSENT)
    with pytest.raises(NotFound):
        objects.open(ABSENT)
    with pytest.raises(NotFound):
        objects.range(ABSENT, 0, 1)


def test_what_is_young_is_not_named_and_not_deleted_for_its_age(objects: ObjectStore) -> None:
    name = objects.put(CONTENT)
    long_ago = 1_000_000_000_000
    assert list(objects.older(long_ago)) == []
    objects.delete(name, before=long_ago)
    assert objects.exists(name)


@pytest.mark.parametrize("objects", ["folder", "s3"], indirect=True)
def test_what_is_old_is_named_and_deleted(objects: ObjectStore) -> None:
    in_the_future = 4_000_000_000_000
    name = objects.put(CONTENT + b"old")
    assert name in set(objects.older(in_the_future))
    objects.delete(name, before=in_the_future)
    assert not objects.exists(name)
    objects.delete(name, before=in_the_future)


def test_deleting_forgets_and_may_be_repeated(objects: ObjectStore) -> None:
    name = objects.put(b"soon gone")
    objects.delete(name)
    assert not objects.exists(name)
    objects.delete(name)
    assert objects.put(b"soon gone") == name
    assert objects.exists(name)
