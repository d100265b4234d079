"""OML-11, OMG-01 and OMG-11 as text: reports and their results (fact sheet §4.12, §4.13)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hie.record.clinical import Coding, DiagnosticReport, Observation, Record
from hie.record.errors import Invalid
from ssmix2.writing.fields import cwe, doctor, escaped, join, required, time
from ssmix2.writing.segments import Frame, department, obr, obx, orc, order_pv1

LABORATORY_TYPE = "OUL^R22^OUL_R22"
IMAGING_ORDER_TYPE = "OMG^O19^OMG_O19"
IMAGING_PERFORMED_TYPE = "OMI^Z23^OMI_Z23"
Panel = tuple[DiagnosticReport, list[Observation]]
"""A report and the results under it."""

_UID = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+", re.ASCII)
_UID_LIMIT = 64
_CHILD = "CH"
_PANEL_STATUSES = frozenset({"", "A", "CA", "CM", "DC", "ER", "HD", "IP", "RP", "SC"})


def laboratory(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OML-11: `PV1 { SPM { OBR ORC {OBX} } }`; a specimen opens where material or time change."""
    yield order_pv1(framed, set_id="0001")
    opened: tuple[Coding, str] | None = None
    specimens = 0
    for panels, (report, results) in enumerate(_panels(framed, records), 1):
        if opened != (report.specimen, report.collected_at):
            opened = (report.specimen, report.collected_at)
            specimens += 1
            yield _spm(framed, specimens, report)
        yield obr(framed, panels, report)
        yield _laboratory_orc(framed, report)
        for set_id, result in enumerate(results, 1):
            yield obx(set_id, result)


def imaging_order(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMG-01: `PV1 { ORC TQ1 OBR {OBX} }`."""
    yield order_pv1(framed, set_id="0001")
    for group in _imaging_groups(framed, records):
        yield from group


def imaging_performed(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMG-11: `PV1 { ORC TQ1 OBR {OBX} ZE1 IPC }`; IPC joins the DICOM study."""
    ipc = _ipc(framed)
    yield order_pv1(framed, set_id="0001")
    panels = _panels(framed, records)
    for report, _ in panels:
        required(report.collected_at, "OBR-7")
    procedure = cwe(panels[0][0].code)
    for set_id, group in enumerate(_imaging_groups(framed, records), 1):
        yield from group
        yield join("ZE1", str(set_id), "RS", procedure, "1")
        yield ipc


def _panels(framed: Frame, records: Sequence[Record]) -> list[Panel]:
    """Put each result under its report: the same panel and specimen, if possible the same time.

    Reports may all stand first, as `ssmix2.read` gives them, or each before its results.
    Raises `Invalid` for a result without a report and for a message without any.
    """
    panels: list[Panel] = []
    for record in records:
        if isinstance(record, DiagnosticReport):
            panels.append((_checked(framed, record), []))
        elif isinstance(record, Observation):
            _panel_of(record, panels).append(record)
        else:
            raise Invalid("a result message holds reports and their results")
    if not panels:
        raise Invalid("a result message holds at least one report")
    return panels


def _panel_of(result: Observation, panels: list[Panel]) -> list[Observation]:
    own: list[Observation] | None = None
    for report, results in reversed(panels):
        if report.code == result.group and report.specimen == result.specimen:
            if report.collected_at == result.observed_at:
                return results
            own = own if own is not None else results
    if own is None:
        raise Invalid("a result follows the report of its own panel and specimen")
    return own


def _checked(framed: Frame, report: DiagnosticReport) -> DiagnosticReport:
    if report.order_number != framed.envelope.order_number:
        raise Invalid("OBR-2 is the order number of the envelope in every group")
    return report


def _spm(framed: Frame, set_id: int, report: DiagnosticReport) -> str:
    material = required(cwe(report.specimen), "SPM-4")
    collected = time(required(report.collected_at, "SPM-17"), "SPM-17")
    return (
        f"SPM|{set_id}|{escaped(framed.envelope.order_number)}{set_id:02d}||{material}{'|' * 13}{collected}"
    )


def _laboratory_orc(framed: Frame, report: DiagnosticReport) -> str:
    if report.status not in _PANEL_STATUSES:
        raise Invalid("ORC-5 is a code of table 0038")
    return orc(
        framed,
        "CA" if framed.envelope.cancelled else "SC",
        status=report.status,
        at=report.reported_at or framed.envelope.ordered_at,
        department_text=_department(framed, report),
        orderer=_orderer(framed, report),
    )


def _department(framed: Frame, report: DiagnosticReport) -> str:
    return department(report.department) if any(report.department) else framed.department


def _imaging_groups(framed: Frame, records: Sequence[Record]) -> Iterator[list[str]]:
    """Write one group per examination; several are children of a group for the whole order (§2.3)."""
    panels = _panels(framed, records)
    whole = "CA" if framed.envelope.cancelled else "NW"
    if len(panels) == 1:
        yield _imaging_group(framed, whole, 1, panels[0])
        return
    if framed.envelope.cancelled:
        raise Invalid("a cancelled order is named once, without its children")
    yield _imaging_group(framed, whole, 1, (panels[0][0], []))
    for set_id, panel in enumerate(panels, 2):
        yield _imaging_group(framed, _CHILD, set_id, panel)


def _imaging_group(framed: Frame, control: str, set_id: int, panel: Panel) -> list[str]:
    report, results = panel
    if any(report.specimen):
        raise Invalid("SPM is not used in OMG-01 and OMG-11")
    ordered = required(framed.envelope.ordered_at, "ORC-9")
    orderer = required(_orderer(framed, report), "ORC-12")
    parent = escaped(framed.envelope.order_number) if control == _CHILD else ""
    place = _department(framed, report)
    written = [
        orc(framed, control, at=ordered, department_text=place, orderer=orderer, parent=parent),
        f"TQ1|1||||||{time(report.collected_at, 'TQ1-7')}||R^ルーチン^HL70485",
        obr(framed, set_id, report, status=escaped(report.status), parent=parent),
    ]
    for number, result in enumerate(results, 1):
        required(result.value, "OBX-5")
        written.append(obx(number, result, imaging=True))
    return written


def _orderer(framed: Frame, report: DiagnosticReport) -> str:
    return doctor(report.orderer, framed.envelope.practitioner)


def _ipc(framed: Frame) -> str:
    envelope = framed.envelope
    study = required(envelope.study_instance_uid, "IPC-3")
    if len(study) > _UID_LIMIT or not _UID.fullmatch(study):
        raise Invalid("IPC-3 is no unique identifier of DICOM")
    accession = escaped(required(envelope.accession_number, "IPC-1"))
    modality = escaped(required(envelope.modality, "IPC-5"))
    return f"IPC|{accession}|{escaped(envelope.requested_procedure)}|{study}||{modality}^^DCM"
