"""The promises of `Uploads`."""

from __future__ import annotations

import pytest

from hie.exchange.ports import Store
from hie.exchange.ports.uploads import Upload, UploadKind, UploadState
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, PatientId

HERE, THERE = FacilityCode("1319900003"), FacilityCode("1319900004")
HANAKO = PatientId("R000000001")
ONE = Upload(
    id="0" * 31 + "1",
    facility=HERE,
    patient=HANAKO,
    number="7001",
    kind=UploadKind.PDF,
    state=UploadState.WAITING,
    reason="",
    file_name="紹介状.pdf",
    title="紹介状",
    document_kind="57133-1",
    day="20240510",
    version="",
    count=0,
    size=9,
    digest="00" * 32,
    told="{}",
    received_at=1000,
    received_by="u-1",
)


def _added(store: Store, upload: Upload, content: bytes = b"%PDF-1.7\n") -> None:
    with store.work() as work:
        work.uploads.add(upload, content)


def test_an_upload_is_found_by_its_own_facility_alone(store: Store) -> None:
    _added(store, ONE)
    with store.look() as work:
        assert work.uploads.find(HERE, ONE.id) == ONE
        assert work.uploads.find(THERE, ONE.id) is None
        assert work.uploads.find(HERE, "nobody\0s") is None


def test_its_bytes_lie_beside_it_until_they_are_forgotten(store: Store) -> None:
    _added(store, ONE)
    filed = ONE._replace(state=UploadState.FILED, version="20240520110000000", count=1)
    with store.work() as work:
        assert work.uploads.content(ONE.id) == b"%PDF-1.7\n"
        assert work.uploads.replace(filed, UploadState.WAITING, forget=True)
    with store.look() as work:
        assert work.uploads.find(HERE, ONE.id) == filed
        with pytest.raises(NotFound):
            work.uploads.content(ONE.id)


def test_who_comes_second_replaces_nothing(store: Store) -> None:
    _added(store, ONE)
    with store.work() as work:
        assert work.uploads.replace(ONE._replace(state=UploadState.DISCARDED), UploadState.WAITING)
        assert not work.uploads.replace(ONE._replace(state=UploadState.FILED), UploadState.WAITING)
        assert not work.uploads.replace(ONE._replace(id="f" * 32), UploadState.WAITING)
    with store.look() as work:
        found = work.uploads.find(HERE, ONE.id)
        assert found is not None
        assert found.state is UploadState.DISCARDED


def test_what_waits_is_listed_however_old_and_what_is_done_while_it_is_new(store: Store) -> None:
    old = ONE._replace(id="0" * 31 + "2", received_at=10, state=UploadState.REFUSED, reason="script")
    done = ONE._replace(id="0" * 31 + "3", received_at=20, state=UploadState.FILED)
    late = ONE._replace(id="0" * 31 + "4", received_at=3000, state=UploadState.FILED)
    other = ONE._replace(id="0" * 31 + "5", facility=THERE)
    for one in (ONE, old, done, late, other):
        _added(store, one)
    with store.look() as work:
        assert work.uploads.of_patient(HERE, HANAKO, since=500) == [late, ONE, old]
        assert work.uploads.of_patient(HERE, PatientId(""), since=0) == []
        assert work.uploads.waiting(HERE) == 1


def test_what_is_there_already_is_found_by_its_digest_however_many_came_after(store: Store) -> None:
    again = ONE._replace(id="0" * 31 + "8", received_at=5000, state=UploadState.FILED)
    gone = ONE._replace(id="0" * 31 + "9", received_at=6000, state=UploadState.UNDONE)
    for one in (ONE, again, gone, ONE._replace(id="0" * 31 + "a", facility=THERE)):
        _added(store, one)
    with store.look() as work:
        assert work.uploads.alike(HERE, HANAKO, ONE.digest) == [ONE, again]
        assert work.uploads.alike(HERE, HANAKO, "11" * 32) == []
        assert work.uploads.alike(HERE, PatientId("R000000002"), ONE.digest) == []


def test_all_that_was_filed_since_is_told_and_no_longer_list_is_cut(store: Store) -> None:
    filed = [
        ONE._replace(id=f"{place:032d}", received_at=place, state=UploadState.FILED, decided_at=place)
        for place in range(1, 251)
    ]
    with store.work() as work:
        for one in filed:
            work.uploads.add(one, b"")
    with store.look() as work:
        assert work.uploads.filed_since(HERE, HANAKO, 11) == filed[10:]
        assert work.uploads.filed_since(THERE, HANAKO, 0) == []


def test_what_nobody_decided_about_loses_its_bytes_and_names(store: Store) -> None:
    refused = ONE._replace(id="0" * 31 + "b", state=UploadState.REFUSED, reason="script")
    late = ONE._replace(id="0" * 31 + "c", received_at=3000)
    filed = ONE._replace(id="0" * 31 + "d", state=UploadState.FILED)
    for one in (ONE, refused, late, filed):
        _added(store, one)
    with store.work() as work:
        assert work.uploads.expire(2000) == 2
        assert work.uploads.expire(2000) == 0
    with store.look() as work:
        gone = work.uploads.find(HERE, ONE.id)
        assert gone is not None
        assert (gone.state, gone.file_name, gone.title) == (UploadState.DISCARDED, "", "")
        with pytest.raises(NotFound):
            work.uploads.content(ONE.id)
        assert work.uploads.content(late.id) == b"%PDF-1.7\n"
        assert work.uploads.content(filed.id) == b"%PDF-1.7\n"


def test_tables_stand_apart_newest_first(store: Store) -> None:
    table = ONE._replace(id="0" * 31 + "6", patient=PatientId(""), number="", kind=UploadKind.TABLE)
    newer = table._replace(id="0" * 31 + "7", received_at=2000, version="20240520110000001")
    for one in (ONE, table, newer):
        _added(store, one)
    with store.look() as work:
        assert work.uploads.tables(HERE) == [newer, table]
        assert work.uploads.tables(HERE, 1) == [newer]
        assert work.uploads.tables(THERE) == []
        assert work.uploads.newest_version(HERE) == "20240520110000001"
        assert work.uploads.newest_version(THERE) == ""
