"""An entry as it is read from its row: which columns, in which order, and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hie.record.entry import DocumentEntry, EntryFacts, EntryKey
from hie.record.identifiers import ContentHash
from hie.store.codes import CLASSES, CONFIDENTIALITIES, FORMATS, STATUSES

COLUMNS = (
    "e.id, e.local_patient, l.facility, e.care_date, e.data_kind, e.order_number, e.version,"
    " e.class_code, e.service_day, e.department, e.status, e.confidentiality, e.item_count,"
    " e.abnormal_count, e.link, e.labels, e.format, e.content_hash, e.size, e.registered_at"
)
"""What `entry_of` reads: of an entry `e` and its local patient `l`."""


def entry_of(row: Sequence[Any]) -> DocumentEntry:
    """Make the entry that a row of `COLUMNS` says."""
    number, local_patient, custodian, care_date, kind, order_number, version, *rest = row
    class_code, day, department, status, confidentiality, items, abnormal, link, labels, *filed = rest
    format_code, name, size, registered_at = filed
    facts = EntryFacts(
        EntryKey(care_date, kind, order_number, version),
        CLASSES[class_code],
        day,
        department,
        STATUSES[status],
        CONFIDENTIALITIES[confidentiality],
        items,
        abnormal,
        link,
        labels,
    )
    return DocumentEntry(
        number, local_patient, custodian, facts, FORMATS[format_code], ContentHash(name), size, registered_at
    )
