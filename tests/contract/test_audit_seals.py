"""The promises of `AuditSeals` and `Complaints`."""

from __future__ import annotations

import pytest

from hie.exchange.ports import Complaint, Seal, Store
from hie.record.errors import Conflict
from tests import filed as our

FIRST = Seal(1, 10, bytes(range(32)), our.NOW, bytes(32), bytes(64))
SECOND = FIRST._replace(number=2, sequence=12)
ASKED = Complaint("c1", 7, our.HANAKO, our.CLINIC, our.NOW, "a1")


def test_seals_come_back_in_order(store: Store) -> None:
    with store.look() as work:
        assert work.seals.last() is None
        assert work.seals.after(0) == []
    with store.work() as work:
        work.seals.add(SECOND)
        work.seals.add(FIRST)
    with store.look() as work:
        assert work.seals.last() == SECOND
        assert work.seals.after(0) == [FIRST, SECOND]
        assert work.seals.after(1) == [SECOND]
        assert work.seals.after(2) == []


def test_a_number_is_sealed_once(store: Store) -> None:
    with store.work() as work:
        work.seals.add(FIRST)
    with store.work() as work, pytest.raises(Conflict):
        work.seals.add(FIRST._replace(sequence=11))
    with store.look() as work:
        assert work.seals.after(0) == [FIRST]


def test_a_complaint_waits_until_it_is_answered_once(store: Store) -> None:
    with store.work() as work:
        assert work.complaints.file(ASKED)
        assert not work.complaints.file(ASKED._replace(id="c2"))
        assert work.complaints.file(
            ASKED._replace(id="c3", row=8, facility=our.HOSPITAL, filed_at=our.NOW + 1)
        )
        assert work.complaints.file(ASKED._replace(id="c4", patient=our.TARO, filed_at=our.NOW - 1))
    with store.look() as work:
        assert [one.id for one in work.complaints.waiting()] == ["c4", "c1", "c3"]
        assert [one.id for one in work.complaints.waiting(our.CLINIC)] == ["c4", "c1"]
        assert [one.id for one in work.complaints.of_patient(our.HANAKO)] == ["c3", "c1"]
    with store.work() as work:
        assert work.complaints.answer("c1", our.NOW + 9, "officer", "担当医が診療のために開きました。")
        assert not work.complaints.answer("c1", our.NOW + 10, "other", "")
        assert not work.complaints.answer("c9", our.NOW, "other", "")
    with store.look() as work:
        answered = ASKED._replace(
            answered_at=our.NOW + 9, answered_by="officer", answer="担当医が診療のために開きました。"
        )
        assert answered in work.complaints.of_patient(our.HANAKO)
        assert [one.id for one in work.complaints.waiting(our.CLINIC)] == ["c4"]
