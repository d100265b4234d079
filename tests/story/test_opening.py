"""The audit record of an opening says what came of it, and keeps nothing that somebody typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.model import Provision
from hie.clock import SystemClock
from hie.exchange.feeds.reading import reread_document
from hie.exchange.ports import Store
from hie.exchange.records.retrieve import open_entry, open_picture
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.entry import DocumentClass
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId, PatientId
from hie.record.requester import Requester, Role
from tests import storages
from tests.storages import CLINIC, HOSPITAL, UID

ONE, TWO = "0000000001", "0000000002"
DOCTOR = Requester("d", "d", CLINIC, Role.DOCTOR)
CLOCK = SystemClock()
TYPED = "山田 太郎 1970-01-15"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A patient with a report and an image, and one whose reports only are open."""
    settings = Settings(data_dir=tmp_path / "data")
    opened = stored_by(settings)
    storages.people(opened, [ONE, TWO], [ONE])
    storages.consent(opened, TWO, Provision(classes=frozenset({DocumentClass.LABORATORY_RESULT})))
    storages.laboratory(ONE, 1).place(tmp_path / "storage")
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "1.dcm").write_bytes(storages.instance(ONE, 1, 1, 1))
    feed_sources(
        opened, Feeding(settings, HOSPITAL), [tmp_path / "storage", tmp_path / "images"], lambda _: None
    )
    return opened


def _newest(store: Store, patient: str = ONE) -> tuple[str, str, int, str]:
    with store.look() as work:
        row = work.audit.find(PatientId(f"p-{patient}"), 1)[0]
    return row.action, row.outcome, row.entry, row.detail


def _open(store: Store, patient: str, entry: int) -> None:
    open_entry(store, CLOCK, DOCTOR, PatientId(f"p-{patient}"), EntryId(entry), reread_document)


def _picture(store: Store, study: str, instance: str) -> bytes:
    return open_picture(store, CLOCK, DOCTOR, PatientId(f"p-{ONE}"), study, instance).content


def test_an_opening_is_written_down_as_granted_only_where_something_was_opened(store: Store) -> None:
    _open(store, ONE, 1)
    assert _newest(store) == ("open", "granted", 1, "")
    with pytest.raises(NotFound):
        _open(store, ONE, 999)
    assert _newest(store) == ("open", "absent", 999, "")
    with pytest.raises(NotFound):
        _open(store, TWO, 1)
    assert _newest(store, TWO) == ("open", "absent", 1, "")
    with pytest.raises(NotFound):
        _open(store, "nobody", 1)
    assert _newest(store, "nobody") == ("open", "refused", 1, "")


def test_an_image_is_written_down_as_granted_only_where_it_is_there(store: Store) -> None:
    assert _picture(store, f"{UID}.1", f"{UID}.1.1.1")
    action, outcome, study, detail = _newest(store)
    assert (action, outcome, detail) == ("open-image", "granted", f"{UID}.1.1.1")
    _open(store, ONE, study)  # the entry of the study: what is put on it hides the look at its image
    assert _newest(store) == ("open", "granted", study, "")
    with pytest.raises(NotFound):
        _picture(store, f"{UID}.1", f"{UID}.1.1.2")
    assert _newest(store) == ("open-image", "absent", 0, f"{UID}.1.1.2")


@pytest.mark.parametrize(
    ("study", "instance"),
    [(f"{UID}.1", TYPED), (TYPED, f"{UID}.1.1.1"), (f"{UID}.1", "1" * 65), (f"{UID}.1", "1.2\n")],
)
def test_what_is_no_uid_is_not_found_and_not_kept(store: Store, study: str, instance: str) -> None:
    with pytest.raises(NotFound):
        _picture(store, study, instance)
    assert _newest(store) == ("open-image", "absent", 0, "")


def test_the_record_is_on_disk_before_a_byte_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading fails, and the record is there all the same."""

    def fails(*_: object) -> bytes:
        raise OSError("no disk")

    with store.work() as work:
        documents = type(work.repository)
    monkeypatch.setattr(documents, "retrieve", fails)
    monkeypatch.setattr(type(store.objects), "open", fails)
    with pytest.raises(OSError, match="no disk"):
        _open(store, ONE, 1)
    assert _newest(store) == ("open", "granted", 1, "")
    with pytest.raises(OSError, match="no disk"):
        _picture(store, f"{UID}.1", f"{UID}.1.1.1")
    action, outcome, study, detail = _newest(store)
    assert (action, outcome, detail) == ("open-image", "granted", f"{UID}.1.1.1")
    _open(store, ONE, study)  # the entry of the study: what is put on it hides the look at its image
