"""A folder into which a clinic's own system puts papers, photographs and tables: told apart by their names.

A paper is named `number_day_kind_title.pdf` (`.jpg`, `.png`), as `7001_20240510_紹介状_逆紹介.pdf`: the
kind is a word of `KINDS` or a code of the table of standard documents, and the title may be left out. The
file `clinic.toml` at the root says the clinic's department, without which no rule could judge a scan, and
which column of its tables (`*.csv`) is what. Images (DICOM) may lie anywhere beside them.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from adapters.dicom_folder import files
from adapters.ssmix2_standard import read_file
from hie.exchange.feeds import clinic_papers
from hie.exchange.feeds.clinic_papers import Paper, label_of, packed, paper
from hie.readers.acting import acts
from hie.readers.clinic_table import Column, Kind, Profile
from hie.readers.photo import JPEG, PNG, bare
from hie.record.errors import Invalid, Misconfigured, NotFound, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.submission import Submission
from hie.record.times import JST, UNKNOWN_DAY, day_of
from ssmix2.extended import plain_name
from ssmix2.layout import NO_DATE, FileName

SETTINGS = "clinic.toml"
PREFIX = "clinic"
"""Begins every locator of a patient's paper."""
TABLE_PREFIX = "clinic-tables"
"""Begins every locator of a table: no patient's number holds a hyphen, so no paper's begins so."""
LARGEST = 64 * 1024 * 1024
ENDINGS = (".pdf", ".jpg", ".jpeg", ".png")
TABLES = (".csv", ".tsv")
KINDS: Mapping[str, str] = {
    "紹介状": "57133-1",
    "診療情報提供書": "57133-1",
    "検査": "11502-2",
    "検査結果": "11502-2",
    "報告書": "47045-0",
    "画像": "18748-4",
    "心電図": "28010-7",
    "心エコー": "59281-6",
    "内視鏡": "19805-1",
    "サマリ": "18842-5",
    "診療録": "34108-1",
    "診断書": "70004-7",
    "意見書": "11488-4",
    "写真": clinic_papers.PHOTOGRAPH,
    "その他": clinic_papers.OTHER,
}
"""Words that a name may say for a kind."""
PDF = b"%PDF-"
_ACTS = Finding("PDF-01", Severity.ERROR, "file", "The PDF runs scripts, sends forms or carries files.")
_LEAST_PARTS = 3
_LONGEST_NUMBER = 20
_NOBODYS = FileName("", NO_DATE, "", "", "", "", "1")
"""Stands for a paper whose name says not whose it is: counted, never opened."""


class Clinic(NamedTuple):
    """What `clinic.toml` says."""

    department: str
    profile: Profile


class ClinicPatient:
    """The papers of one patient; keeps the promise of `PatientSource`."""

    def __init__(self, root: Path, patient: str, found: Mapping[str, FileName]) -> None:
        """Stand for the files of `found`: paths below `root`, and what each is."""
        self.locator = f"{PREFIX}/{patient}"
        self.patient = patient
        self._root = root
        self._found = found

    def submissions(self) -> list[Submission]:
        """Name the papers, sorted."""
        return [
            Submission(f"{self.locator}/{path}", name.text(), self.patient)
            for path, name in sorted(self._found.items())
        ]

    def read(self, submission: Submission) -> bytes:
        """Return a paper as a package; raises `NotFound`, `Unavailable` or `Unreadable`."""
        return read_paper(f"{self._root}/{submission.locator.removeprefix(f'{self.locator}/')}")


def is_clinic_folder(root: Path) -> bool:
    """Say whether a folder is such a one: by its settings."""
    return (root / SETTINGS).is_file()


def settings_of(root: Path) -> Clinic:
    """Read `clinic.toml`: `department`, `kind`, `[columns]`; raises `Misconfigured`."""
    try:
        told = tomllib.loads((root / SETTINGS).read_text(encoding="utf-8"))
        columns = {Column(column): str(head) for column, head in told.get("columns", {}).items()}
        kind = Kind(told["kind"]) if told.get("kind") else None
    except (OSError, ValueError, AttributeError) as error:
        raise Misconfigured(f"{SETTINGS} cannot be read, or names a column or kind that is none") from error
    return Clinic(str(told.get("department", "")), Profile(columns, kind))


def patients(root: Path) -> Iterator[ClinicPatient]:
    """Yield the patients whose papers lie in the folder, by number; papers that name nobody are of `""`."""
    department = settings_of(root).department
    by_patient: dict[str, dict[str, FileName]] = {}
    for path in files(root):
        try:
            name = paper_name(path.rpartition("/")[2], f"{root}/{path}", department)
        except OSError:
            continue  # gone meanwhile
        if name is None and path.lower().endswith(ENDINGS):
            name = _NOBODYS
        if name is not None:
            by_patient.setdefault(name.patient_id, {})[path] = name
    for number in sorted(by_patient):
        yield ClinicPatient(root, number, by_patient[number])


def tables(root: Path) -> list[str]:
    """Name the tables in the folder by their paths below it, oldest first; nothing is opened."""
    return sorted(
        (path for path in files(root) if path.lower().endswith(TABLES)),
        key=lambda path: (_written(f"{root}/{path}"), path),
    )


def open_table(root: Path, path: str) -> tuple[bytes, str]:
    """Return a table's bytes and version; raises `NotFound`, `Unavailable` or `Unreadable`."""
    content = read_file(f"{root}/{path}", LARGEST)
    written = _written(f"{root}/{path}")
    if not written:
        raise NotFound("the file is gone")
    return content, written


def paper_name(leaf: str, path: str, department: str) -> FileName | None:
    """Read what a paper's name says; none where it is no paper's. Its version is when it was written.

    Raises `OSError` where the file is gone.
    """
    stem, ending = os.path.splitext(plain_name(leaf))  # noqa: PTH122  a name, no path
    parts = stem.split("_", _LEAST_PARTS)
    if ending.lower() not in ENDINGS or len(parts) < _LEAST_PARTS:
        return None
    number, day, kind, title = (*parts, "")[:4]
    written = _version(path)
    code = KINDS.get(kind, kind)
    if not number.isalnum() or not number.isascii() or len(number) > _LONGEST_NUMBER:
        return None
    if len(day) != len("YYYYMMDD") or day_of(day) == UNKNOWN_DAY or not label_of(code):
        return None
    if day > written[: len(day)]:
        return None  # a day to come, when it was written
    key = sha256(f"{stem}{ending.lower()}".encode("utf-8", "replace")).hexdigest()
    try:
        return paper(number, key, Paper(code, title, day, department), written)
    except Invalid:
        return None


def read_paper(path: str) -> bytes:
    """Read a paper or a photograph, without what a camera says of places, as a package.

    Raises `NotFound`, `Unavailable` or `Unreadable`.
    """
    content = read_file(path, LARGEST)
    if content.startswith(PDF) and acts(content):
        raise Unreadable(_ACTS)
    parts = plain_name(path.rpartition("/")[2]).rpartition(".")[0].split("_", _LEAST_PARTS)
    title = parts[_LEAST_PARTS] if len(parts) > _LEAST_PARTS else parts[-1]
    return packed(bare(content) if content.startswith((JPEG, PNG)) else content, title)


def _written(path: str) -> str:
    """Write when a file was written, or nothing where it is gone."""
    try:
        return _version(path)
    except OSError:
        return ""


def _version(path: str) -> str:
    """Write when a file was written, in 17 digits."""
    written = datetime.fromtimestamp(os.stat(path).st_mtime, UTC).astimezone(JST)  # noqa: PTH116  once per file
    return f"{written:%Y%m%d%H%M%S}{written.microsecond // 1000:03d}"
