"""The promises of `Repository`, for small documents and large ones."""

from __future__ import annotations

import pytest

from consent.model import Provision
from hie.exchange.ports import Store
from hie.record.entry import DocumentClass, DocumentEntry, EntryStatus
from hie.record.errors import NotFound, Unavailable
from hie.record.identifiers import ContentHash, EntryId
from hie.record.times import ALWAYS
from tests import filed as our

SMALL = "MSH|^~\\&|見本|".encode("iso2022_jp") * 9
LARGE = bytes(range(256)) * 400


def _filed(store: Store, *, large: bool) -> DocumentEntry:
    with store.work() as work:
        our.consented(work)
        filing = our.a_large_filing(store, LARGE) if large else our.a_filing(store, content=SMALL)
        work.registry.register(our.to_publish(work), our.linked(work), [filing])
    with store.look() as work:
        grant = our.to_view(work)
        (line,) = work.registry.find(grant, ALWAYS)
        return work.registry.get(grant, line.id)


@pytest.mark.parametrize("large", [False, True])
def test_a_document_comes_back_byte_for_byte(store: Store, large: bool) -> None:  # noqa: FBT001
    entry = _filed(store, large=large)
    with store.look() as work:
        assert work.repository.retrieve(our.to_view(work), entry) == (LARGE if large else SMALL)


def test_a_document_can_be_read_in_the_transaction_that_filed_it(store: Store) -> None:
    with store.work() as work:
        our.consented(work)
        work.registry.register(our.to_publish(work), our.linked(work), [our.a_filing(store, content=SMALL)])
        grant = our.to_view(work)
        (line,) = work.registry.find(grant, ALWAYS)
        assert work.repository.retrieve(grant, work.registry.get(grant, line.id)) == SMALL


def test_a_missing_large_document_is_unavailable(store: Store) -> None:
    entry = _filed(store, large=True)
    store.objects.delete(entry.content_hash)
    with store.look() as work, pytest.raises(Unavailable):
        work.repository.retrieve(our.to_view(work), entry)


@pytest.mark.parametrize("damage", ["other content", "no frame", "unknown dictionary"])
def test_a_damaged_small_document_is_unavailable(store: Store, damage: str) -> None:
    filing = our.a_filing(store, content=SMALL)
    damaged = {
        "other content": filing._replace(packed=our.a_filing(store, content=b"other").packed),
        "no frame": filing._replace(packed=b"no frame"),
        "unknown dictionary": filing._replace(dictionary=9999),
    }[damage]
    with store.work() as work:
        our.consented(work)
        work.registry.register(our.to_publish(work), our.linked(work), [damaged])
        grant = our.to_view(work)
        (line,) = work.registry.find(grant, ALWAYS)
        entry = work.registry.get(grant, line.id)
        with pytest.raises(Unavailable):
            work.repository.retrieve(grant, entry)


def test_an_entry_in_hand_opens_nothing_a_grant_does_not_cover(store: Store) -> None:
    with store.work() as work:
        our.consented(work, Provision(recipients=frozenset({our.CLINIC})))
        drugs = frozenset({DocumentClass.PRESCRIPTION})
        our.consented(work, Provision(recipients=frozenset({our.OTHER_CLINIC}), classes=drugs))
        work.registry.register(our.to_publish(work), our.linked(work), [our.a_filing(store, content=SMALL)])
        grant = our.to_view(work)
        (line,) = work.registry.find(grant, ALWAYS)
        entry = work.registry.get(grant, line.id)
        with pytest.raises(NotFound):
            work.repository.retrieve(our.to_view(work, our.OTHER_CLINIC), entry)
        with pytest.raises(NotFound):
            work.repository.retrieve(grant, entry._replace(id=EntryId(entry.id + 1)))


def test_a_withdrawn_document_is_not_found(store: Store) -> None:
    entry = _filed(store, large=False)
    with store.work() as work:
        work.registry.amend(our.to_publish(work), {entry.id: EntryStatus.WITHDRAWN})
        with pytest.raises(NotFound):
            work.repository.retrieve(our.to_view(work), entry)


def test_only_what_nothing_points_to_is_unreferenced(store: Store) -> None:
    entry = _filed(store, large=True)
    image, absent = ContentHash(b"\1" * 32), ContentHash(b"\2" * 32)
    with store.work() as work:
        grant, local = our.to_publish(work), our.linked(work)
        work.registry.amend(grant, {entry.id: EntryStatus.DEPRECATED})
        work.imaging.register(grant, local, [(our.an_image("1.2.3.1.1"), image, 9)])
    with store.look() as work:
        assert work.repository.unreferenced([entry.content_hash, image, absent]) == {absent}
        assert work.repository.unreferenced([]) == set()
