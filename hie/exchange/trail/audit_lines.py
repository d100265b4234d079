"""Rows of the audit trail as a table for people of the desk: who, when, what kind, why; nothing clinical."""

from __future__ import annotations

from datetime import datetime

from consent.reasons import REASONS
from hie.exchange.ports import AuditRow
from hie.exchange.trail.audit_words import ACTIONS, OUTCOMES, Group
from hie.record.times import JST

CSV_HEADINGS = (
    *("番号", "日時", "利用者ID", "氏名", "施設", "職種", "目的", "操作", "操作コード", "結果", "患者番号"),
    *("種類", "文書の施設", "理由", "補足", "リクエスト", "端末", "アドレス", "認証の段階"),
)
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With these a spreadsheet begins a formula."""


def csv_cells(row: AuditRow) -> tuple[str, ...]:
    """Write a row as the cells of a table that no spreadsheet takes for formulas."""
    event = row.event
    who, origin = event.requester, event.requester.origin
    known, outcome = ACTIONS.get(event.action), OUTCOMES.get(event.outcome)
    reasons = "／".join(REASONS[code].ja if code in REASONS else code for code in event.reasons)
    at = f"{datetime.fromtimestamp(event.at / 1000, JST):%Y-%m-%d %H:%M:%S.%f}"[:-3]
    cells = (
        *(str(row.sequence), at, who.user, who.name, who.facility, who.role.value, who.purpose.value),
        *(known.ja if known else event.action, event.action, outcome.ja if outcome else event.outcome),
        *(event.patient, event.kind, event.custodian, reasons, supplement(row)),
        *(origin.request, origin.device, origin.address, str(origin.assurance)),
    )
    return tuple(map(safe_cell, cells))


def supplement(row: AuditRow) -> str:
    """Return what a row says besides; not of a look at a record, where it may name a test or a day."""
    known = ACTIONS.get(row.event.action)
    closed = known is None or known.group in {Group.RECORD, Group.LABEL}
    return "" if closed and row.event.action != "search" else row.event.detail


def safe_cell(text: str) -> str:
    """Return a cell that is text and stays text."""
    return f"'{text}" if text.startswith(_RISKY) else text
