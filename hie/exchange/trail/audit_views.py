"""The audit trail for those who keep watch: who looked, when, at what kind of thing, and why.

The secretariat sees all rows, a facility's privacy officer and its liaison those of its own staff, its own
documents and its own patients. Nobody sees content. To look is itself written down, before a row is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from hie.exchange.gate.declared import DESK
from hie.exchange.ports import AuditEvent, AuditQuery, AuditRow, Clock, Store
from hie.record.errors import NotFound
from hie.record.identifiers import PatientId, is_patient_id
from hie.record.people import Patient
from hie.record.requester import Requester, Role
from hie.record.times import JST

MOST = 100
"""Rows on a page."""
AT_ONCE = 2_000
NOBODY = "-"
"""Stands for an account that never did anything."""
_EVER = 2**47


class Looked(NamedTuple):
    """A page of rows."""

    rows: Sequence[AuditRow]
    more: int
    """Number of the last row, to ask for those before it; 0 where there are none."""
    people: dict[PatientId, Patient]
    """Who the patients are, for those who may know."""


def look(store: Store, clock: Clock, requester: Requester, query: AuditQuery) -> Looked:
    """Return the newest rows of a query, as far as they are the requester's to see; `NotFound` for others."""
    wanted = narrowed(requester, query)
    _write_down(store, clock, requester, "audit-read", query)
    with store.look() as work:
        found = work.audit.search(work.audit.within(wanted), MOST + 1)
        rows = found[:MOST]
        named = list({PatientId(row.event.patient) for row in rows if is_patient_id(row.event.patient)})
        files = work.patients.files(named)
    more = rows[-1].sequence if len(found) > MOST else 0
    return Looked(rows, more, {patient: file.patient for patient, file in files.items()})


def exported(store: Store, clock: Clock, requester: Requester, query: AuditQuery) -> Iterator[AuditRow]:
    """Return all rows of a query, newest first, a piece at a time; the taking out is written down first.

    Rows that come while it is read are not among them.
    """
    wanted = narrowed(requester, query)
    _write_down(store, clock, requester, "audit-export", query)
    return everything(store, wanted)


def narrowed(requester: Requester, query: AuditQuery) -> AuditQuery:
    """Leave of a query what the requester may see; raise `NotFound` where that is nothing."""
    if requester.role not in DESK:
        raise NotFound("no such page for the asker")
    if requester.role is Role.SECRETARIAT:
        return query
    return query._replace(concerning=requester.facility)


def everything(store: Store, query: AuditQuery) -> Iterator[AuditRow]:
    """Return the rows of a query, newest first, reading some at a time and holding nothing in between."""
    with store.look() as work:
        query = work.audit.within(query)
    while True:
        with store.look() as work:
            rows = work.audit.search(query, AT_ONCE)
        yield from rows
        if len(rows) < AT_ONCE:
            return
        query = query._replace(before=rows[-1].sequence)


def _write_down(store: Store, clock: Clock, requester: Requester, action: str, query: AuditQuery) -> None:
    """Write down what somebody looks for: codes and days, and never a word that was typed."""
    days = f"{_day(query.since)}/{_day(query.until - 1)}"
    with store.work() as work:
        # What is no account is whatever a program sent: it may be a person's name.
        acted = query.account and work.audit.search(AuditQuery(account=query.account), 1)
        account = query.account if acted or not query.account else NOBODY
        asked = (query.facility, account, query.custodian, " ".join(query.actions[:1]), days)
        known = work.patients.files([PatientId(query.patient)]) if is_patient_id(query.patient) else {}
        patient = next(iter(known), "")
        detail = " ".join(filter(None, asked))
        work.audit.append([AuditEvent(clock.now(), requester, action, "done", patient, 0, (), 0, detail)])


def _day(at: int) -> str:
    """Write the day of a moment; nothing where no day was asked for."""
    return f"{datetime.fromtimestamp(at / 1000, JST):%Y-%m-%d}" if 0 < at < _EVER else ""
