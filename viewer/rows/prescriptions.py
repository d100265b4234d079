"""Prescriptions."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from viewer.prescribed import detail
from viewer.rows import Row

ROW = Row(
    "prescriptions", 30, frozenset({DocumentClass.PRESCRIPTION}), detail, always=True, items="prescription"
)
