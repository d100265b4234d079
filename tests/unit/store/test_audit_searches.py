"""A search of the trail looks at the rows it is about, and an export leaves none out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hie.exchange.ports import AuditEvent, AuditQuery, Store
from hie.exchange.trail.audit_pack import pack
from hie.exchange.trail.audit_views import exported
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose, Requester, Role
from hie.store import open_store
from hie.store.audit import _conditions
from tests import filed as our
from tests.edges import HandClock

MANY = 50_500
CLOCK = HandClock(our.NOW)
DOCTOR = Requester("u1", "見本 医師", our.HOSPITAL, Role.DOCTOR, Purpose.TREATMENT)
OFFICE = Requester("office", "事務", FacilityCode("9990000001"), Role.SECRETARIAT, Purpose.ADMINISTRATION)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/hie.sqlite3", f"{tmp_path}/objects")
    yield opened
    opened.close()


def _plan(file: Path, query: AuditQuery) -> str:
    where, parameters = _conditions(query)
    text = f"explain query plan select 1 from audit_event where {where} order by sequence desc limit 9"  # noqa: S608  ours
    with sqlite3.connect(file) as raw:
        steps = " / ".join(row[3] for row in raw.execute(text, parameters))
    raw.close()
    return steps


@pytest.mark.parametrize(
    ("column", "query"),
    [
        ("account", AuditQuery(since=1, account="x")),
        ("custodian", AuditQuery(since=1, custodian=our.HOSPITAL)),
        ("patient", AuditQuery(since=1, patient="x")),
    ],
)
def test_what_somebody_did_is_found_by_an_index(
    store: Store, tmp_path: Path, column: str, query: AuditQuery
) -> None:
    assert store
    plan = _plan(tmp_path / "hie.sqlite3", query)
    assert f"ix_audit_event_{column} ({column}=?" in plan
    assert "TEMP B-TREE" not in plan


def test_days_are_read_along_the_chain_and_not_sorted(store: Store, tmp_path: Path) -> None:
    assert store
    plan = _plan(tmp_path / "hie.sqlite3", AuditQuery(since=9, until=10, after=1, before=9))
    assert "SEARCH audit_event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in plan
    assert "TEMP B-TREE" not in plan


def test_an_export_and_a_month_are_whole(store: Store) -> None:
    event = AuditEvent(our.NOW, DOCTOR, "view", "granted", our.HANAKO, 0, (), 0, "")
    with store.work() as work:
        work.audit.append([event] * MANY)
    query = AuditQuery(facility=our.HOSPITAL)
    assert sum(1 for _ in exported(store, CLOCK, OFFICE, query)) == MANY
    assert pack(store, CLOCK, OFFICE, our.HOSPITAL, "2023-11").looks == MANY
