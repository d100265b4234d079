"""OML-11 as text: reports and their results (fact sheet §4.12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hie.record.clinical import Coding, DiagnosticReport, Observation, Record
from hie.record.errors import Invalid
from ssmix2.writing.fields import cwe, doctor, escaped, required, time
from ssmix2.writing.orders import result
from ssmix2.writing.segments import Frame, department, nte, obr, orc, order_pv1

LABORATORY_TYPE = "OUL^R22^OUL_R22"
Panel = tuple[DiagnosticReport, list[Observation]]
"""A report and the results under it."""

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
        yield from nte(report.note)
        for set_id, one in enumerate(results, 1):
            yield from result(set_id, one, imaging=False)


def _panels(framed: Frame, records: Sequence[Record]) -> list[Panel]:
    """Put each result under its report: the same panel and specimen, if possible the same time.

    Each report may stand before its own results, as `ssmix2.read` gives them, or all reports first.
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


def _orderer(framed: Frame, report: DiagnosticReport) -> str:
    return doctor(report.orderer, framed.envelope.practitioner)
