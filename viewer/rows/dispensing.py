"""What a pharmacy handed out: drug by drug, as a prescription reads."""

from __future__ import annotations

from hie.record.entry import DocumentClass
from viewer.prescribed import detail
from viewer.rows import Row

ROW = Row("dispensing", 105, frozenset({DocumentClass.DISPENSE}), detail, items="prescription")
