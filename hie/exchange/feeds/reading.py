"""From bytes to a reading, by format: the one place that knows which reader reads what.

SS-MIX2 and the other readers are strangers to one another; a content folder needs both: its name is
SS-MIX2's, its main document is a CDA document, an HL7 message, or neither.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

import ssmix2
from hie.exchange.labels.labelling import labelled
from hie.readers.cda import ClinicalDocument, read_cda
from hie.readers.jahis import is_notebook, read_notebook
from hie.record.entry import NO_LABELS, DocumentEntry, EntryStatus, Format
from hie.record.errors import NotFound, Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import ContentHash, FacilityCode, content_hash
from hie.record.narrative import Attachment, Composition
from hie.record.people import PatientFacts
from hie.record.submission import Reading
from ssmix2.datakind import Parts
from ssmix2.documentkind import REFERRAL, REFERRAL_IN_CDA, DocumentKind
from ssmix2.extended import (
    Content,
    facts_of,
    findings_of,
    kind_of,
    patient_by_name,
    unpack,
)
from ssmix2.layout import FileName
from ssmix2.vital_signs import read_results

IDENTITY = "ID-01"
"""The rule that compares the patient in the bytes with the patient of the file's name."""
UNSHOWN = "application/octet-stream"
"""What is listed and given to nobody: whatever could act on a screen."""

_TYPES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_BODY = "main_document"
_EMPTY = Composition("", "", "", "", "", "", "", "", "", "", (), ())


class Attached(NamedTuple):
    """A file that travels with a document, and its bytes."""

    about: Attachment
    content: bytes

    @property
    def digest(self) -> ContentHash:
        """The name of the bytes."""
        return content_hash(self.content)


class _Main(NamedTuple):
    """What the main document of a content folder says."""

    speaks: bool
    """Whether it is of a form that names its patient."""
    patients: tuple[PatientFacts, ...]
    parts: Parts
    composition: Composition | None
    embedded: tuple[bytes, ...] = ()


def read_document(
    name: FileName, content: bytes, facility: FacilityCode, how: Format, always: int = NO_LABELS
) -> Reading:
    """Read the document `name` of `facility` and label it; what is irregular becomes a finding.

    `always` are labels that every document bears where it comes from. Raises `Unreadable` where
    nothing can be made of the bytes.
    """
    if how is Format.CONTENT_FOLDER:
        return labelled(_read_folder(name, content, facility), always)
    reading = ssmix2.read(name, content, facility)
    if not reading.records and reading.facts.status is EntryStatus.APPROVED:
        _refuse_nothing(reading)
    return labelled(reading, always)


def _refuse_nothing(reading: Reading) -> None:
    """Raise `Unreadable` for a current message that says nothing because it is broken.

    On the calendar it would be a promise that nobody can open; in quarantine somebody mends it.
    """
    for finding in reading.findings:
        if finding.severity is Severity.ERROR and finding.code != IDENTITY:
            raise Unreadable(finding)


def reread_document(entry: DocumentEntry, content: bytes, facility: FacilityCode) -> Reading:
    """Read a filed document again: its name is made from the entry's key."""
    key = entry.facts.key
    name = FileName(
        patient_id="",
        care_date=key.care_date,
        data_kind=key.data_kind,
        order_number=key.order_number,
        timestamp=key.version,
        department=entry.facts.department,
        flag="1",
    )
    try:
        reading = read_document(name, content, facility, entry.format)
    except Unreadable as refused:
        # It was readable when it was filed: only a newer, stricter reader can come here.
        return Reading(None, entry.facts, (), (refused.finding._replace(severity=Severity.ERROR),))
    # Whose it is was compared when it was filed; the name made here has no number to compare with.
    findings = tuple(finding for finding in reading.findings if finding.code != IDENTITY)
    return reading._replace(findings=findings)


def attached(content: bytes, number: int, facility: FacilityCode) -> Attached:
    """Take one file out of a package, by its number; raise `NotFound` where there is none that is shown."""
    try:
        opened = unpack(content)
        main = opened.main()
        files = _attachments(opened, main, _read_main(opened, main, facility).embedded)
    except Unreadable as error:
        raise NotFound("no such file") from error
    found = next((one for one in files if one.about.number == number), None)
    if found is None or found.about.media_type == UNSHOWN:
        raise NotFound("no such file")
    return found


def _read_folder(name: FileName, content: bytes, facility: FacilityCode) -> Reading:
    opened = unpack(content)
    kind = kind_of(name)
    place = opened.main()
    main = _read_main(opened, place, facility)
    files = tuple(one.about for one in _attachments(opened, place, main.embedded))
    records = main.parts.records
    if main.composition or files:
        records = (*records, _composed(main.composition or _EMPTY, kind, files))
    parts = main.parts._replace(item_count=main.parts.item_count or 1)
    who, identity = _patient(main, name, facility)
    findings = (*findings_of(name), *main.parts.findings, *identity, *_contradictions(main, kind))
    return Reading(who, facts_of(name, parts), records, findings)


def _read_main(opened: Content, place: str, facility: FacilityCode) -> _Main:
    """Read the main document by what its bytes are, whatever it is called."""
    content = opened.files.get(place, b"")
    if content.lstrip().startswith(b"MSH|"):
        measured = read_results(content, facility)
        whose = (measured.patient,) if measured.patient else ()
        return _Main(speaks=True, patients=whose, parts=measured.parts, composition=None)
    if is_notebook(content):
        return _read_dispensing(content)
    if _is_markup(place, content):
        document = read_cda(content, facility)
        if document is None:
            return _unspoken(_NO_CDA)
        findings = (*document.findings, *_unresolved(document, opened))
        parts = Parts((), 1, confidentiality=document.confidentiality, findings=findings)
        return _Main(
            speaks=True,
            patients=document.patients,
            parts=parts,
            composition=document.composition,
            embedded=document.embedded,
        )
    return _unspoken()


def _read_dispensing(content: bytes) -> _Main:
    """Read one visit to a pharmacy; it names no number, so whose it is, its folder's name says."""
    visits = read_notebook(content).visits
    if len(visits) != 1:
        raise Unreadable(_SEVERAL_VISITS)
    (visit,) = visits
    parts = Parts(visit.drugs, len(visit.drugs), service_day=visit.day)
    return _Main(speaks=False, patients=(), parts=parts, composition=visit.head)


def _unspoken(*findings: Finding) -> _Main:
    return _Main(speaks=False, patients=(), parts=Parts((), 1, findings=findings), composition=None)


def _is_markup(place: str, content: bytes) -> bool:
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return place.lower().endswith(".xml") or start.startswith((b"<?xml", b"<Clin"))


def _patient(
    main: _Main, name: FileName, facility: FacilityCode
) -> tuple[PatientFacts | None, tuple[Finding, ...]]:
    """Say whose document it is (EXT-03, ID-01); a folder of pictures is its name's."""
    if not main.speaks:
        return patient_by_name(name, facility), ()
    if not main.patients:
        return None, (Finding("REQ-PID-3", Severity.ERROR, "document", "There is no patient number."),)
    for who in main.patients:
        if who.source.value == name.patient_id:
            return who, ()
    return main.patients[0], (
        Finding(IDENTITY, Severity.ERROR, "document", "The patient is not the one of the folder's name."),
    )


def _composed(said: Composition, kind: DocumentKind, files: tuple[Attachment, ...]) -> Composition:
    """Name a document by itself, else by its folder; put its files beside it."""
    return said._replace(
        title=said.title or kind.label,
        kind=kind.label or said.kind,
        code=said.code or kind.standard.code or kind.local.code,
        attachments=files,
    )


def _contradictions(main: _Main, kind: DocumentKind) -> tuple[Finding, ...]:
    """Compare a document's code with its folder's (EXT-03)."""
    said = main.composition.code if main.composition else ""
    if not said or not kind.standard.code or said == kind.standard.code:
        return ()
    if (kind.standard.code, said) == (REFERRAL, REFERRAL_IN_CDA):
        return ()
    return (Finding("EXT-03", Severity.WARNING, "code", "The document is of another kind than its folder."),)


def _unresolved(document: ClinicalDocument, opened: Content) -> tuple[Finding, ...]:
    """Say where a document points at what does not lie beside it (EXT-04); nothing is followed."""
    lost = sum(unquote(target).removeprefix("./") not in opened.files for target in document.references)
    if not lost:
        return ()
    return (
        Finding("EXT-04", Severity.WARNING, "reference", f"{lost} references lead to no file of the folder."),
    )


def _attachments(opened: Content, main: str, embedded: tuple[bytes, ...]) -> list[Attached]:
    """Number what travels with the document: the files beside it, then bodies inside it."""
    files = [(name, content) for name, content in opened.files.items() if name != main or _is_file(content)]
    files += [(f"{_BODY}.{_ending(content)}", content) for content in embedded]
    return [
        Attached(Attachment(number, PurePosixPath(name).name, media_type(content), len(content)), content)
        for number, (name, content) in enumerate(files, 1)
    ]


def _is_file(content: bytes) -> bool:
    """Say whether a main document is itself a file to be opened: a PDF, a picture."""
    return media_type(content) != UNSHOWN


def media_type(content: bytes) -> str:
    """Say what a file is by its first bytes; its name is not asked."""
    return next((kind for start, kind in _TYPES if content.startswith(start)), UNSHOWN)


def _ending(content: bytes) -> str:
    return media_type(content).rpartition("/")[2].replace("octet-stream", "bin")


_SEVERAL_VISITS = Finding(
    "JAHIS-07", Severity.ERROR, "document", "A document holds one visit to a pharmacy, not several."
)
_NO_CDA = Finding("CDA-01", Severity.INFORMATION, "document", "The main document is XML but no CDA document.")
