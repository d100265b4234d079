"""Rules about content folders of an extended storage: EXT-01 to EXT-05 (fact sheet §6, §7.6).

Documents are read as the readers read them (`hie.record.markup`): no document type, no network, bounded.
What a document points to is looked for inside its own folder only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from hie.record.errors import Unreadable
from hie.record.findings import Finding
from hie.record.markup import parse
from ssmix2.documentkind import LOINC, REFERRAL, REFERRAL_IN_CDA, document_kind
from ssmix2.extended import DEEPEST, MOST_BYTES, MOST_FILES, Content
from ssmix2.layout import FileName
from ssmix2.validation.rule import ERROR, WARNING

_LOINC_ROOT = "2.16.840.1.113883.6.1"
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]")
_DECLARES = "EXT-05"
"""What the parser finds of a document type; what else it finds is no well-formed XML to these rules."""


class Header(NamedTuple):
    """What a document says about itself, and what it points to."""

    is_clinical: bool
    patient_ids: tuple[str, ...]
    code: str
    code_system: str
    """OID of the system that the code is of."""
    references: tuple[str, ...]


def read_safely(content: bytes) -> Header:
    """Read the header of XML without document type and entities.

    Raises `Unreadable` with EXT-05 where it has them, or where the bytes are no XML within bounds.
    """
    try:
        root = parse(content)
    except Unreadable as unreadable:
        raise Unreadable(_DECLARED if unreadable.finding.code == _DECLARES else _NO_XML) from None
    return Header(
        root.name == "ClinicalDocument",
        tuple(one.attributes.get("extension", "").strip() for one in root.all("recordTarget/patientRole/id")),
        root.value("code", "code"),
        root.value("code", "codeSystem"),
        tuple(
            one.attributes["value"]
            for one in root.every()
            if one.name.rpartition(" ")[2] == "reference" and one.attributes.get("value")
        ),
    )


def check_content_folder(path: Path, name: FileName, kind_folder: str) -> list[Finding]:
    """Check one content folder lying at `path`; `kind_folder` is the name of the folder above."""
    found = [*_kind(kind_folder)]
    try:
        files = _files(path)
        main = Content(files).main()
        if not main:
            found.append(_NO_MAIN)
    except Unreadable as unreadable:
        return [*found, unreadable.finding]
    for each in sorted(files):
        if each.lower().endswith(".xml"):
            found += _document(path, each, name, kind_folder if each == main else "", files)
    return found


def _kind(kind_folder: str) -> Iterator[Finding]:
    """Apply EXT-02."""
    kind = document_kind(kind_folder)
    if not kind.well_formed:
        yield Finding("EXT-02", WARNING, "path", "A kind's folder has three or six components.")
    elif kind.standard.code and (kind.standard.system != LOINC or not kind.is_known):
        yield Finding("EXT-02", WARNING, "path", "The standard code is not in the table of document codes.")


def _document(
    path: Path, each: str, name: FileName, kind_folder: str, files: dict[str, bytes]
) -> Iterator[Finding]:
    """Apply EXT-03 to EXT-05 to one XML file; attachments have no kind of their own."""
    try:
        header = read_safely((path / each).read_bytes())
    except Unreadable as unreadable:
        yield unreadable.finding
        return
    if header.is_clinical and kind_folder:
        yield from _identity(header, name, kind_folder)
    for number, reference in enumerate(header.references, 1):
        if not reference.startswith("#") and not _resolves(each, reference, files):
            yield Finding(
                "EXT-04", WARNING, f"reference[{number}]", "What the document points to is not in its folder."
            )


def _identity(header: Header, name: FileName, kind_folder: str) -> Iterator[Finding]:
    """Apply EXT-03."""
    if name.patient_id not in header.patient_ids:
        yield Finding(
            "EXT-03", WARNING, "recordTarget", "The document's patient is not the one of its folder."
        )
    code, _, system = document_kind(kind_folder).standard
    if not code or (code == REFERRAL and header.code == REFERRAL_IN_CDA):
        return
    if header.code != code:
        yield Finding("EXT-03", WARNING, "code", "The document's kind is not the one of its folder.")
    elif system == LOINC and header.code_system != _LOINC_ROOT:
        yield Finding("EXT-03", WARNING, "code", "The document's code is not of the system of its folder.")


def _resolves(document: str, reference: str, files: dict[str, bytes]) -> bool:
    """Say whether a reference names a file of the folder; nothing outside is ever looked at."""
    target = unquote(reference.partition("#")[0])
    if not target or _ELSEWHERE.match(target) or ".." in re.split(r"[/\\]", target):
        return False
    folder = document.rpartition("/")[0]
    return os.path.normpath(f"{folder}/{target}".lstrip("/")).replace("\\", "/") in files


def _files(path: Path) -> dict[str, bytes]:
    """List the files of a content folder by their path below it, without opening them."""
    found: dict[str, bytes] = {}
    waiting, size = [""], 0
    while waiting:
        here = waiting.pop()
        with os.scandir(path / here) as entries:
            for entry in entries:
                below = f"{here}/{entry.name}".lstrip("/")
                if entry.is_dir(follow_symlinks=False) and below.count("/") < DEEPEST:
                    waiting.append(below)
                elif entry.is_file(follow_symlinks=False):
                    found[below] = b""
                    size += entry.stat(follow_symlinks=False).st_size
        if len(found) > MOST_FILES or size > MOST_BYTES:
            raise Unreadable(_TOO_MUCH)
    return found


_NO_MAIN = Finding("EXT-01", ERROR, "path", "The content folder has no main document.")
_TOO_MUCH = Finding("EXT-01", ERROR, "path", "The content folder holds more than a document.")
_DECLARED = Finding("EXT-05", ERROR, "document", "The document declares a document type or an entity.")
_NO_XML = Finding("EXT-05", ERROR, "document", "The document is no well-formed XML.")
