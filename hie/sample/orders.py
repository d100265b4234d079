"""Orders and what became of them: asked before measured, ordered before given, done, or taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hie.record.clinical import (
    Coding,
    DiagnosticReport,
    Material,
    MedicationAdministration,
    MedicationRequest,
    Observation,
    Performer,
    Place,
    Procedure,
    Record,
    ServiceRequest,
)
from hie.sample.chart import Chart, Document, Imaging, uid
from hie.sample.drugs import Infusion, Rp
from hie.sample.facilities import DEPARTMENTS
from hie.sample.lines import NOTHING, OrderHead, examination_asked, infused, ordered, reason_given
from hie.sample.plan import day_text
from hie.sample.ward import deleted

_NURSES = ("入江 幸子", "宇野 直美", "江口 恵", "尾崎 光子", "香川 朋子", "塩谷 泰子")
_ENDOSCOPIST, _NURSE = Coding("DR-02.EM-01", "実施医師", "JSHR"), Coding("NS-01.EM-01", "看護師", "JSHR")
_SCOPE = Material(
    Coding("DE-06", "スコープ", "JSHR"), Coding("4900000000001", "見本スコープ", "JAN"), "1", "本", ""
)
_DONE_ALREADY = 12
"""Minutes from what was asked to when blood is taken, at most hospitals."""


class Endoscopy(NamedTuple):
    """An examination with an endoscope: LENDO code and name, minutes, what was seen."""

    code: Coding
    minutes: int
    seen: str


STOMACH = Endoscopy(Coding("10000000001", "上部消化管内視鏡検査", "LENDO"), 15, "萎縮性胃炎、びらんなし")
COLON = Endoscopy(Coding("20000000001", "下部消化管内視鏡検査", "LENDO"), 35, "上行結腸に６ｍｍ大ポリープ")
_HEART = Coding("9A110", "標準１２誘導心電図", "JC10")
_RATE, _AXIS, _FOUND = (
    Coding("9A110000000000049", "心拍数", "JC10"),
    Coding("9A110000000000053", "ＱＴｃ", "JC10"),
    Coding("ECG-F", "心電図所見", "99ECG"),
)


def asks_for_tests(chart: Chart) -> bool:
    """Say whether this site writes laboratory orders; clinics and every third hospital do not."""
    return chart.site.is_hospital and chart.site.position % 3 != 2  # noqa: PLR2004  the third


def measured(  # noqa: PLR0913  what a request form asks
    chart: Chart,
    ordinal: int,
    order_set: str,
    department: str = "01",
    clock: str = "0905",
    *,
    known: dict[str, float] | None = None,
    ordered_on: int = 0,
) -> Iterator[Document]:
    """Write OML-01 where the site does, then OML-11 under the same number."""
    if not asks_for_tests(chart):
        yield chart.laboratory(ordinal, order_set, department, clock, known=known)
        return
    number = chart.next_order()
    yield asked_for(chart, number, ordinal, order_set, department, clock, ordered_on=ordered_on)
    yield chart.laboratory(ordinal, order_set, department, clock, known=known, order_number=number)


def asked_for(  # noqa: PLR0913  what a request form asks
    chart: Chart,
    number: str,
    ordinal: int,
    order_set: str,
    department: str,
    clock: str,
    *,
    ordered_on: int = 0,
    control: str = "NW",
) -> Document:
    """Write OML-01: the panels of an order set for a day, asked for on that day or before."""
    when = ordered_on or ordinal
    asked = _earlier(clock) if when == ordinal else "1625"
    requests = [
        ServiceRequest(
            order_number=number,
            code=panel[0].panel,
            local=NOTHING,
            items=tuple(item.code for item in panel),
            specimen=panel[0].specimen,
            site=NOTHING,
            collected_at="",
            scheduled_at=day_text(ordinal) + clock,
            priority=Coding("R", "ルーチン", "HL70485"),
            reason="",
            danger=NOTHING,
            control=control,
            status="IP" if control == "NW" else "CA",
            ordered_at=day_text(when) + asked,
            orderer=chart.doctor(department).name,
            department=DEPARTMENTS[department],
        )
        for panel in chart.panels(ordinal, order_set)
    ]
    return chart.write("OML-01", when, asked, requests, DEPARTMENTS[department], order_number=number)


def taken_back(chart: Chart, ordinal: int, order_set: str, department: str) -> Iterator[Document]:
    """Write a laboratory order and the message that takes it back, both deleted."""
    number = chart.next_order()
    asked = asked_for(chart, number, ordinal, order_set, department, "1130")
    again = asked_for(chart, number, ordinal, order_set, department, "1140", control="CA")
    yield from deleted(asked, again)


def drip_given(
    chart: Chart, ordinal: int, infusions: Sequence[Infusion], department: str, clock: str = "0830"
) -> list[Document]:
    """Write OMP-02 and, once the drips have run, OMP-12."""
    order = chart.inject(ordinal, infusions, department, clock)
    day, number = day_text(ordinal), _number(order)
    head = OrderHead(number, day + clock, day, chart.site.position, ("定時",), chart.doctor(department).name)
    records: list[Record] = []
    last = 0
    for group, infusion in enumerate(infusions, 1):
        planned = [infused(head, group, infusion, place) for place in range(len(infusion.drugs))]
        planned = [one._replace(group=f"{group:02d}_001") for one in planned]
        last = max(last, infusion.hour * 60 + infusion.minutes)
        records += [*planned, *(_given(chart, one, one.start, one.end) for one in planned)]
    ended = f"{min(last // 60, 23):02d}{last % 60:02d}"
    where = DEPARTMENTS[department]
    written = chart.write(
        "OMP-12", ordinal, ended, records, where, order_number=number, ordered_at=day + clock
    )
    return [order, written]


def drugs_given(
    chart: Chart, order: Document, ordinal: int, rps: Sequence[Rp], department: str, clock: str
) -> Document:
    """Write OMP-11: what of an in-patient prescription was handed out with the supper of its first day."""
    day, number = day_text(ordinal), _number(order)
    kinds = ("入院処方", "定期処方")
    head = OrderHead(number, day + clock, day, chart.site.position, kinds, chart.doctor(department).name)
    records: list[Record] = []
    for group, rp in enumerate(rps, 1):
        for line in rp.lines:
            planned = ordered(head, group, rp, line)
            records += [planned, _given(chart, planned, f"{day}1830", f"{day}1830")]
    where = DEPARTMENTS[department]
    return chart.write("OMP-11", ordinal, "1835", records, where, order_number=number, ordered_at=day + clock)


def _given(chart: Chart, planned: MedicationRequest, start: str, end: str) -> MedicationAdministration:
    """Say that what was planned was given, by the nurse of the day."""
    stay = chart.stay
    return MedicationAdministration(
        order_number=planned.order_number,
        group=planned.group,
        medication=planned.medication,
        local=planned.local,
        dose=planned.dose,
        dose_unit=planned.dose_unit,
        form=planned.form,
        start=start,
        end=end,
        notes=(),
        performer=_NURSES[(chart.person.position + int(start[6:8])) % len(_NURSES)],
        place=Place("", stay.ward, stay.room, stay.bed) if stay else Place(),
        rate="",
        lots=(),
        expirations=(),
        manufacturer=NOTHING,
        status="CP",
        refusal=NOTHING,
        route=planned.route,
        site=planned.site,
        device=planned.device,
        method=planned.method,
        ordered_at=planned.ordered_at,
        orderer=planned.orderer,
        control=planned.status,
    )


def endoscopy(
    chart: Chart, ordered_on: int, ordinal: int, kind: Endoscopy, department: str, reason: str
) -> tuple[Imaging, list[Document]]:
    """Write OMG-02 on the day it is asked for and OMG-12 when it was done."""
    number, where, orderer = chart.next_order(), DEPARTMENTS[department], chart.doctor(department).name
    asked, at = f"{day_text(ordered_on)}1010", f"{day_text(ordinal)}1330"
    request = examination_asked(number, kind.code, at, asked, orderer, where)
    order = chart.write(
        "OMG-02", ordered_on, "1010", [request, reason_given(kind.code, reason)], where, order_number=number
    )
    done = Imaging(
        number, uid(chart.person.token, chart.site.code, number), "ES", kind.code.text, ordinal, "1330"
    )
    report = chart.report_head(number, department)._replace(code=kind.code, collected_at=at, status="F")
    end = f"{day_text(ordinal)}{13 + (30 + kind.minutes) // 60}{(30 + kind.minutes) % 60:02d}"
    nurse = _NURSES[chart.person.position % len(_NURSES)]
    procedure = Procedure(
        kind.code, NOTHING, "1", "RS", NOTHING, (Performer(_ENDOSCOPIST, orderer), Performer(_NURSE, nurse)),
        (_SCOPE,), at, end, (),
    )  # fmt: skip
    seen = _finding(Coding("OB-01", "所見", "JSHR"), kind.seen, "TX", kind.code, "")
    performed = chart.write(
        "OMG-12", ordinal, "1425", [report, procedure, seen], where, order_number=number, ordered_at=asked,
        imaging=done,
    )  # fmt: skip
    return done, [order, performed]


def electrocardiogram(
    chart: Chart, ordinal: int, department: str, reason: str, clock: str = "1430"
) -> list[Document]:
    """Write OMG-03 and OMG-13 of one sitting; the heart beats as person and day say, nothing is drawn."""
    number, where = chart.next_order(), DEPARTMENTS[department]
    asked, at = day_text(ordinal) + _earlier(clock), day_text(ordinal) + clock
    request = examination_asked(number, _HEART, at, asked, chart.doctor(department).name, where)
    order = chart.write(
        "OMG-03", ordinal, _earlier(clock), [request._replace(reason=reason)], where, order_number=number
    )
    rate = 58 + (chart.person.position * 13 + ordinal * 7) % 52
    fast = rate > 100  # noqa: PLR2004  beats in a minute
    report = DiagnosticReport(number, _HEART, at, at, "F", NOTHING, where, chart.doctor(department).name)
    beats = _finding(_RATE, str(rate), "NM", _HEART, at)._replace(
        unit="/min", unit_code="/min", reference_range="50-100", flag="H" if fast else "N"
    )
    interval = _finding(_AXIS, str(388 + rate % 41), "NM", _HEART, at)._replace(
        unit="ms", unit_code="ms", reference_range="360-440", flag="N"
    )
    seen = _finding(_FOUND, "洞性頻脈" if fast else "正常洞調律", "TX", _HEART, at)
    result = chart.write(
        "OMG-13", ordinal, clock, [report, beats, interval, seen], where, order_number=number,
        ordered_at=asked,
    )  # fmt: skip
    return [order, result]


def _finding(code: Coding, value: str, kind: str, group: Coding, at: str) -> Observation:
    return Observation(code, NOTHING, value, value, kind, "", "", "", "", "F", at, group, NOTHING, "")


def _number(order: Document) -> str:
    """Read the order number out of a file's name."""
    return order.locator.rsplit("_", 4)[1]


def _earlier(clock: str) -> str:
    minutes = int(clock[:2]) * 60 + int(clock[2:]) - _DONE_ALREADY
    return f"{minutes // 60:02d}{minutes % 60:02d}"
