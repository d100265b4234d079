"""Rules about the index database: IDX-01 to IDX-04 (fact sheet §1.8, §7.6)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from hie.record.findings import Finding
from ssmix2.extended import folder_name
from ssmix2.index import COLUMNS, DELETE, Index, Row
from ssmix2.layout import ConditionFlag, FileName, parse_name
from ssmix2.validation.located import Located
from ssmix2.validation.rule import ERROR, WARNING
from ssmix2.volumes import Volume, patients


def check_index(index: Index, volumes: Sequence[Volume]) -> Iterator[Located]:
    """Compare an index with the tree, row by row and file by file; memory holds one patient."""
    by_label = {volume.label: volume for volume in volumes}
    for row in index.rows():
        place = f"{row.volume_label}/{row.locator}"
        yield from (Located(place, finding) for finding in _row(index, row, by_label.get(row.volume_label)))
    for patient in patients(volumes):
        for one in patient.files():
            if one.name and index.of_file(one.volume.label, one.entry.locator) is None:
                yield Located(f"{one.volume.label}/{one.entry.locator}", _NO_ROW)


def _row(index: Index, row: Row, volume: Volume | None) -> Iterator[Finding]:
    if volume is None or not _exists(row, volume):
        yield _NO_FILE
    yield from _columns(row, volume)
    yield from _operation(index, row, volume)
    for (column, _, limit), text in zip(COLUMNS, row, strict=True):
        if len(text) > limit:
            yield Finding("IDX-04", WARNING, column, f"The column holds more than {limit} characters.")


def _exists(row: Row, volume: Volume) -> bool:
    """Say whether the row's file is there; a path that leaves the volume is nowhere."""
    if ".." in row.locator.split("/") or "\0" in row.locator:
        return False
    return os.path.lexists(volume.root / row.locator)


def _columns(row: Row, volume: Volume | None) -> Iterator[Finding]:
    """Compare the columns with the file's name."""
    name = _named(row, volume)
    if name is None:
        yield Finding("IDX-03", WARNING, "FileName", "The name does not follow the grammar.")
        return
    compared = (
        ("PatientID", row.patient_id, name.patient_id),
        ("OrderDate", row.order_date, name.care_date),
        ("DataKind", row.data_kind, name.data_kind),
        ("OrderNo", row.order_no, name.order_number),
        ("EnterOrgCD", row.enter_org_cd, name.department),
        ("TransactionDatetime", row.transaction_datetime, name.timestamp),
    )
    for column, given, wanted in compared:
        if given != wanted:
            yield Finding("IDX-03", WARNING, column, "The column is not what the file's name says.")


def _named(row: Row, volume: Volume | None) -> FileName | None:
    if volume and volume.is_extended:
        return folder_name(row.locator.split("/")[-2], row.file_name)
    return parse_name(row.file_name)


def _operation(index: Index, row: Row, volume: Volume | None) -> Iterator[Finding]:
    """Ask whether DEL stands exactly at the last deletion of its key."""
    if row.flag != ConditionFlag.DELETED:
        if row.processing_type == DELETE:
            yield _NOT_DELETED
        return
    name = _named(row, volume)
    if name is None or (volume and volume.is_extended):
        return
    deleted = [one for one in index.of_key(name) if one.flag == ConditionFlag.DELETED]
    is_last = bool(deleted) and row.transaction_datetime == deleted[0].transaction_datetime
    if is_last != (row.processing_type == DELETE):
        yield _NOT_DELETED


_NO_FILE = Finding("IDX-01", ERROR, "row", "The row's file is not below its volume.")
_NO_ROW = Finding("IDX-02", ERROR, "path", "The file has no row in the index.")
_NOT_DELETED = Finding(
    "IDX-03", WARNING, "ProcessingType", "DEL does not stand at the last deletion of its key."
)
