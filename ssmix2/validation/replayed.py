"""Rules about a transaction storage: TRX-01 to TRX-03 (fact sheet §1.7, §7.6)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from hie.record.errors import Unreadable
from hie.record.findings import Finding
from ssmix2.encoding import decode
from ssmix2.er7 import Message, component, parse, repetitions
from ssmix2.extended import folder_name
from ssmix2.index import Index
from ssmix2.kinds import KINDS
from ssmix2.layout import NO_ORDER, ConditionFlag, FileName
from ssmix2.transactions import START, Header, Record, read_after
from ssmix2.validation.located import Located
from ssmix2.validation.rule import ERROR, WARNING
from ssmix2.volumes import EXTENDED, STANDARD, Volume, patients

_AT_ONCE = "1970-01-01 00:00:00.000000"
_ORDER = {"ORC": 2, "OBR": 2}


def check_transactions(
    log: Path, volumes: Sequence[Volume], *, is_extended: bool = False
) -> Iterator[Located]:
    """Check a log by itself and, where volumes are given, against the storage it should rebuild.

    A standardized and an extended storage have a log each (§1.7): `is_extended` says whose this one
    is, and volumes of the other are left out. The replay is kept in a file without a name, so memory
    does not grow with the log.
    """
    own = [volume for volume in volumes if volume.is_extended == is_extended]
    volume = own[0] if own else Volume(EXTENDED if is_extended else STANDARD, log)
    with Index("") as replayed:
        for record in read_after(log, START, has_ended=True):
            place = f"{record.position.file}@{record.position.offset}"
            finding = record.finding
            if finding is None and not (is_extended or record.body.strip()):
                finding = _NO_MESSAGE
            findings = [finding] if finding else list(_record(record, own))
            yield from (Located(place, each) for each in findings)
            if record.header and finding is None:
                replayed.apply(record.header, volume, _AT_ONCE)
        if own:
            yield from _replay(replayed, own)


def _record(record: Record, volumes: Sequence[Volume]) -> Iterator[Finding]:
    if record.header is None:
        return
    if record.body.strip():
        try:
            message = parse(decode(record.body)[0])
        except Unreadable as unreadable:
            yield unreadable.finding
        else:
            yield from _agreement(record.header, message)
    if volumes and not _is_stored(record.header, volumes):
        yield Finding("TRX-02", WARNING, "header", "No stored file has the name of the record.")


def _agreement(header: Header, message: Message) -> Iterator[Finding]:
    """Compare the header with the message behind it."""
    person = message.first("PID")
    numbers = [component(one, 1).strip() for one in repetitions(person[3])] if person else []
    if numbers and header.patient_id not in numbers:
        yield Finding("TRX-02", WARNING, "PID-3", "The patient is not the one of the header.")
    kind = KINDS.get(header.data_kind)
    if kind and message.event not in kind.messages:
        yield Finding("TRX-02", WARNING, "MSH-9", "The message type does not belong in the header's kind.")
    if header.order_number == NO_ORDER or header.data_kind == "PPR-01":
        return
    for segment in message.segments:
        if segment[0] in _ORDER:
            given = component(segment[2], 1).strip()
            if given and given.zfill(15) != header.order_number.zfill(15):
                yield Finding(
                    "TRX-02", WARNING, f"{segment[0]}-2", "The order number is not that of the header."
                )
                return


def _is_stored(header: Header, volumes: Sequence[Volume]) -> bool:
    """Say whether the record's file, under any flag, lies in a volume."""
    name = _file(header)
    return any(_is_there(volume, name.flagged(flag)) for volume in volumes for flag in ConditionFlag)


def _is_there(volume: Volume, name: FileName) -> bool:
    """Say whether a volume holds a file, or a content folder whatever its name says of its kind."""
    if not volume.is_extended:
        return os.path.lexists(volume.root / name.locator())
    folder = volume.root / name.folder()
    try:
        found = [folder_name(name.data_kind, each.name) for each in folder.iterdir()]
    except OSError:
        return False
    return any(one and one._replace(department=name.department) == name for one in found)


def _file(header: Header) -> FileName:
    flag = ConditionFlag.DELETED if header.operation == "DEL" else ConditionFlag.CURRENT
    return FileName(*header[1:5], header.timestamp, header.department, str(flag))


def _replay(replayed: Index, volumes: Sequence[Volume]) -> Iterator[Located]:
    """Compare the files that the log makes with those that are there."""
    for row in replayed.rows():
        name = FileName(*row[2:6], row.transaction_datetime, row.enter_org_cd, row.flag)
        if not any(_is_there(volume, name) for volume in volumes):
            yield Located(row.locator, _MISSING)
    for patient in patients(volumes):
        for one in patient.files():
            if one.name and not any(
                (row.transaction_datetime, row.flag) == (one.name.timestamp, one.name.flag)
                for row in replayed.of_key(one.name)
            ):
                yield Located(one.entry.locator, _UNEXPECTED)


_NO_MESSAGE = Finding("TRX-01", ERROR, "record", "The record holds no message.")
_MISSING = Finding("TRX-03", WARNING, "path", "The log makes a file that the storage does not hold.")
_UNEXPECTED = Finding("TRX-03", WARNING, "path", "The storage holds a file that the log does not make.")
