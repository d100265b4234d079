"""ADT-61 アレルギー情報: the list of a patient's allergies, entry by entry (fact sheet §4.6)."""

from __future__ import annotations

from hie.record.clinical import AllergyIntolerance
from hie.record.entry import DocumentClass
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from ssmix2.datakind import DataKind, Parts
from ssmix2.er7 import Message, Segment, component, unescape
from ssmix2.fields import CODINGS, PRACTITIONERS, TIMES
from ssmix2.layout import FileName
from ssmix2.segments import allergy, is_cancelled, service

KIND = DataKind("ADT-61", "アレルギー情報", "allergy list", ("ADT^A60",), DocumentClass.ALLERGY)

_NO_ALLERGY = Finding("REQ-SEG-IAM", Severity.ERROR, "message", "There is no IAM segment.")


def read(message: Message, name: FileName, facility: FacilityCode) -> Parts:  # noqa: ARG001  a ReadKind
    """Read every allergy; those that are taken back stay in the list and are not counted."""
    records = tuple(map(_entry, message.every("IAM")))
    return Parts(
        records=records,
        item_count=sum(not one.deleted for one in records),
        department=service(message.first("PV1")),
        cancelled=is_cancelled(message),
        findings=() if records else (_NO_ALLERGY,),
    )


def _entry(segment: Segment) -> AllergyIntolerance:
    """Read IAM."""
    return allergy(segment)._replace(
        action=CODINGS[segment[6]],
        instance=component(segment[7], 1).strip(),
        reason=unescape(segment[8]).strip(),
        sensitivity=CODINGS[segment[9]],
        onset=TIMES[segment[11]],
        onset_text=unescape(segment[12]).strip(),
        reported_at=TIMES[segment[13]],
        verification=CODINGS[segment[17]],
        verified_by=PRACTITIONERS[segment[18]],
        verified_at=TIMES[segment[20]],
    )
