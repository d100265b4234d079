"""Names and folders of a standardized storage (SS-MIX2 標準化ストレージ, fact sheet §1.1 to §1.5).

A name is `患者ID_診療日_データ種別_オーダNo_発生日時_診療科コード_フラグ`. Reading is tolerant (time stamps
of 12 to 17 digits, a missing department, extended-storage kinds with `^` and blanks); writing
gives what was read, but for an empty department element, which is left out.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple, NewType

LogicalKey = NewType("LogicalKey", tuple[str, str, str, str])
"""論理キー: patient id, care date, data kind, order number. Time stamp and department are no part of it."""

NO_DATE = "-"
"""Care date of kinds without a date: ADT-00, ADT-01, ADT-61, PPR-01."""

NO_DEPARTMENT = "-"
"""Department element where no department applies."""

NO_ORDER = "9" * 15
"""Order number of an event that has no order."""

UNDATED_KINDS = frozenset({"ADT-00", "ADT-01", "ADT-61", "PPR-01"})

_TOLERANT = re.compile(
    r"(?P<patient_id>[^_/]+)_(?P<care_date>-|\d{8})_(?P<data_kind>[^/]+?)_(?P<order_number>[^_/]*)"
    r"_(?P<timestamp>\d{12,17})(?:_(?P<department>[^_/]*))?_(?P<flag>[012])",
    re.ASCII,
)
_NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""Control characters, and bytes of a name that no file system's encoding could read."""
_PARTS = 7
_FLAGS = frozenset("012")
_TIMESTAMP_LENGTHS = range(12, 18)
_DATE_LENGTH = 8


class ConditionFlag(StrEnum):
    """コンディションフラグ: the state of one file, the last character of its name."""

    CURRENT = "1"
    SUPERSEDED = "2"
    DELETED = "0"


class FileName(NamedTuple):
    """A file's name in its parts, all as written."""

    patient_id: str
    care_date: str
    """`YYYYMMDD` or `-`."""
    data_kind: str
    order_number: str
    timestamp: str
    """発生日時: 12 to 17 digits."""
    department: str
    """`-` where none applies, empty where the element is missing or empty."""
    flag: str

    @property
    def logical_key(self) -> LogicalKey:
        """What names the thing the file speaks of, across its versions (fact sheet §1.4)."""
        return LogicalKey(self[:4])

    @property
    def department_code(self) -> str:
        """The department, or the empty string where none applies."""
        return "" if self.department == NO_DEPARTMENT else self.department

    def text(self) -> str:
        """Write the name; without the department element where it is empty, however that was written."""
        if self.department:
            return "_".join(self)
        return "_".join((*self[:5], self.flag))

    def folder(self) -> str:
        """Folder below the root, `/` between levels (fact sheet §1.2)."""
        return f"{patient_folder(self.patient_id)}/{self.care_date}/{self.data_kind}"

    def locator(self) -> str:
        """Folder and name below the root."""
        return f"{self.folder()}/{self.text()}"

    def flagged(self, flag: ConditionFlag) -> FileName:
        """Give the same name in another state."""
        return self._replace(flag=str(flag))


def patient_folder(patient_id: str) -> str:
    """Folder of a patient below the root: first three characters, next three, the whole id."""
    levels = (patient_id[:3], patient_id[3:6], patient_id)
    return "/".join(level for level in levels if level)


def parse_name(name: str) -> FileName | None:
    """Read a file or content-folder name; none if it does not follow the grammar.

    Runs once per file of a first load, so the ordinary name takes a path without a regular
    expression. Whether the date exists in the calendar is the checker's question.
    """
    parts = name.split("_")
    if (
        len(parts) == _PARTS
        and name.isascii()
        and name.isprintable()
        and parts[6] in _FLAGS
        and parts[4].isdigit()
        and len(parts[4]) in _TIMESTAMP_LENGTHS
        and (parts[1] == NO_DATE or (len(parts[1]) == _DATE_LENGTH and parts[1].isdigit()))
        and parts[0]
        and parts[2]
        and "/" not in name
    ):
        return tuple.__new__(FileName, parts)
    return _parse_tolerantly(name)


def _parse_tolerantly(name: str) -> FileName | None:
    match = _TOLERANT.fullmatch(name)
    return FileName(**match.groupdict(default="")) if match and not _NO_TEXT.search(name) else None
