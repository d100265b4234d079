"""Invented messages of one invented patient, written as text and read as files."""

from typing import TypeVar

import ssmix2
from hie.record.identifiers import FacilityCode
from hie.record.submission import Reading

T = TypeVar("T")

FACILITY = FacilityCode("1319999999")
HEAD = (
    "MSH|^~\\&|KARTE9|HOSP|GW|RCV|20250303091500.000||{message}|20250303000001|P|2.5||||||~ISO IR87\n"
    "PID|0001||0000700007^^^^PI||期日^五郎^^^^^L^I~キジツ^ゴロウ^^^^^L^P||19581103|M\n"
)


def file_name(kind: str, date: str = "20250303", flag: str = "1") -> ssmix2.FileName:
    """Name a file of the patient."""
    name = ssmix2.parse_name(f"0000700007_{date}_{kind}_000000000700101_20250303091500000_-_{flag}")
    assert name is not None
    return name


def read(
    kind: str, message: str, body: str, *, date: str = "20250303", flag: str = "1", head: str = HEAD
) -> Reading:
    """Read `body`, the segments below MSH and PID, as a file of `kind`; `head` replaces those two."""
    lines = (head.format(message=message) + body.strip("\n")).split("\n")
    return ssmix2.read(file_name(kind, date, flag), ssmix2.encode("\r".join(lines) + "\r"), FACILITY)


def of(reading: Reading, kind: type[T]) -> list[T]:
    """Return the records of one type."""
    return [record for record in reading.records if isinstance(record, kind)]
