"""One file of a standardized storage to one `Reading`: decode, split, read by kind."""

from __future__ import annotations

from hie.record.entry import NO_LABELS, EntryFacts, EntryKey, EntryStatus
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from hie.record.people import PatientFacts
from hie.record.submission import Reading
from ssmix2.datakind import Parts
from ssmix2.encoding import decode
from ssmix2.er7 import Message, parse
from ssmix2.fields import DAYS
from ssmix2.kinds import KINDS, READERS, unknown_kind
from ssmix2.layout import NO_DATE, FileName
from ssmix2.segments import department, is_cancelled, patient
from ssmix2.standing import standing

_new = tuple.__new__
_STATUS = {"1": EntryStatus.APPROVED, "2": EntryStatus.DEPRECATED, "0": EntryStatus.WITHDRAWN}


def read(name: FileName, content: bytes, facility: FacilityCode) -> Reading:
    """Read the file `name` of `facility`; what is irregular becomes a finding.

    Raises `Unreadable` where the bytes decode to nothing (JIS-01) or no MSH leads (MSH-A).
    """
    text, findings = decode(content)
    message = parse(text)
    findings += message.findings
    who, identity = _patient(message, name, facility)
    kind = KINDS.get(name.data_kind) or unknown_kind(name.data_kind)
    records, item_count, abnormal_count, inside, confidentiality, link, cancelled, service_day, noticed = (
        READERS.get(kind.code, _by_name)(standing(message), name, facility)
    )
    status = _STATUS[name.flag]
    if cancelled and status is EntryStatus.APPROVED:
        status = EntryStatus.WITHDRAWN
    facts = _new(
        EntryFacts,
        (
            _new(EntryKey, name[1:5]),
            kind.document_class,
            service_day or DAYS[_dated(name)],
            name.department_code or inside,
            status,
            confidentiality,
            item_count,
            abnormal_count,
            link,
            NO_LABELS,
        ),
    )
    return _new(Reading, (who, facts, records, findings + identity + noticed))


def read_header(content: bytes, facility: FacilityCode) -> PatientFacts | None:
    """Read whose message it is and nothing else: no line but PID is decoded.

    Raises `Unreadable` like `read`. A line's end never stands inside a two-byte character, so the
    line may be cut out before it is decoded.
    """
    start = content.find(b"\rPID|") + 1
    if start and content.startswith(b"MSH|^~\\&|"):
        end = content.find(b"\r", start)
        try:
            line = content[start : end if end > 0 else None].decode("iso2022_jp")
        except UnicodeDecodeError:
            pass
        else:
            fields = line.split("|", 9)
            if len(fields) > 8 and "\u203e" not in line:  # noqa: PLR2004  up to PID-8
                return patient(fields, facility)
    segment = parse(decode(content)[0]).first("PID")
    return patient(segment, facility) if segment else None


def _dated(name: FileName) -> str:
    """Choose what dates the entry: the care date, or the time stamp of an undated kind."""
    return name.timestamp[:8] if name.care_date == NO_DATE else name.care_date


def _patient(
    message: Message, name: FileName, facility: FacilityCode
) -> tuple[PatientFacts | None, tuple[Finding, ...]]:
    """Read PID and compare it with the name of the file (ID-01)."""
    segment = message.first("PID")
    if segment is None:
        return None, (Finding("REQ-SEG-PID", Severity.ERROR, "message", "There is no PID segment."),)
    who = patient(segment, facility)
    if who is None:
        return None, (Finding("REQ-PID-3", Severity.ERROR, "PID-3", "There is no patient number."),)
    if who.source.value != name.patient_id:
        return who, (
            Finding("ID-01", Severity.ERROR, "PID-3", "The patient is not the one of the file's name."),
        )
    return who, ()


def _by_name(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read a kind without a reader: one item, no records (KIND-01)."""
    return Parts(
        records=(),
        item_count=1,
        department=department(message),
        cancelled=is_cancelled(message),
        findings=(
            Finding("KIND-01", Severity.INFORMATION, "path", "This data kind is filed without its content."),
        ),
    )
