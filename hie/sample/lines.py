"""Single lines of a chart as records: one drug ordered, one component infused, one value measured."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from hie.record.clinical import Coding, MedicationRequest, Observation, Procedure, ServiceRequest
from hie.sample.analytes import QUALITATIVE, Spelling
from hie.sample.drugs import CATEGORIES, DRIP, DRUGS, ROUTES, USAGES, Infusion, Line, Rp, local_code

NOTHING = Coding()
_NULL = '""'
_EXTERNAL, _WHEN_NEEDED, _SELF_INJECTED = "23", "22", "24"
_LAST_HOUR = 23
_CLEARLY_POSITIVE = 2


GENERAL_INJECTION = Coding("00", "一般", "JHSI0002")


class OrderHead(NamedTuple):
    """What all lines of one order share."""

    number: str
    ordered_at: str
    begins: str
    """First day, `YYYYMMDD`; before the order where it is entered late."""
    position: int
    """Of the facility, for its own drug codes."""
    dispensing: tuple[str, ...]
    orderer: str
    status: str = "NW"


def ordered(head: OrderHead, group: int, rp: Rp, line: Line) -> MedicationRequest:
    """Write one drug of a prescription; amounts are counted from dose, usage and days."""
    drug, usage = DRUGS[line.drug], USAGES[rp.usage]
    external = drug.category == _EXTERNAL
    daily = "" if external or drug.category == _SELF_INJECTED else times(line.dose, usage.times)
    total = line.dose if external else times(line.dose, rp.occurrences) or times(daily, rp.days) or "1"
    return MedicationRequest(
        order_number=head.number,
        group=f"{group:02d}",
        medication=drug.coding,
        local=local_code(line.drug, head.position),
        dose=_NULL if external else line.dose,
        dose_unit=_NULL if external else drug.unit,
        daily_dose=daily,
        total=total,
        total_unit=drug.unit,
        form=drug.form,
        usage=usage.coding,
        usage_supplements=rp.supplements,
        days=str(rp.days) if rp.days and not external else "",
        occurrences=str(rp.occurrences) if rp.occurrences else "",
        start=head.begins,
        end="",
        condition=rp.condition,
        category=CATEGORIES[_WHEN_NEEDED if rp.occurrences else drug.category],
        dispensing=head.dispensing,
        instructions=line.instructions,
        route=ROUTES[drug.route],
        site=line.site,
        component="",
        rate="",
        prescription_number=f"RX{head.number[-12:]}",
        status=head.status,
        ordered_at=head.ordered_at,
        orderer=head.orderer,
        injection_kind=NOTHING,
    )


def infused(head: OrderHead, group: int, infusion: Infusion, place: int) -> MedicationRequest:
    """Write one component of an injection; the first is the base, the others are added to it."""
    key, dose = infusion.drugs[place]
    drug = DRUGS[key]
    hours, minutes = divmod(infusion.hour * 60 + infusion.minutes, 60)
    return MedicationRequest(
        order_number=head.number,
        group=f"{group:02d}",
        medication=drug.coding,
        local=local_code(key, head.position),
        dose=dose,
        dose_unit=drug.unit,
        daily_dose="",
        total="",
        total_unit="",
        form=drug.form,
        usage=NOTHING,
        usage_supplements=(),
        days="",
        occurrences="",
        start=f"{head.begins}{infusion.hour:02d}00",
        end=f"{head.begins}{min(hours, _LAST_HOUR):02d}{minutes:02d}",
        condition="",
        category=DRIP,
        dispensing=head.dispensing,
        instructions=(),
        route=ROUTES[drug.route],
        site=NOTHING,
        component="A" if place else "B",
        rate=infusion.rate,
        prescription_number=f"IJ{head.number[-12:]}",
        status=head.status,
        ordered_at=head.ordered_at,
        orderer=head.orderer,
        injection_kind=GENERAL_INJECTION,
    )


def measured(item: Spelling, value: float, collected: str, status: str) -> Observation:
    """Write a value (in the region's units) as a laboratory reports it, below its floor as `<floor`."""
    analyte = item.analyte
    if analyte.qualitative:
        step = max(0, min(len(QUALITATIVE) - 1, round(value)))
        flag = "A" if step >= _CLEARLY_POSITIVE else ""
        return stated(item, ("ST", QUALITATIVE[step], ""), collected, status, flag)
    text = f"{max(value, analyte.floor) * item.factor:.{item.decimals}f}"
    shown = float(text)
    kind = "NM"
    if value < analyte.floor and analyte.floor:
        kind, text = "ST", f"<{text}"
    # By position: a region holds millions of these.
    return Observation(
        item.code,
        item.local,
        text,
        text,
        kind,
        item.unit,
        item.unit_code,
        item.reference_range,
        "H" if shown > item.high else "L" if shown < item.low else "N",
        status,
        collected,
        item.panel,
        item.specimen,
        "",
    )


def stated(
    item: Spelling, written: tuple[str, str, str], collected: str, status: str = "F", flag: str = ""
) -> Observation:
    """Write a result exactly as given: value type, value, unit."""
    kind, value, unit = written
    return Observation(
        item.code,
        item.local,
        value,
        value,
        kind,
        unit,
        "",
        "",
        flag,
        status,
        collected,
        item.panel,
        item.specimen,
        "",
    )


def reason_given(examination: Coding, reason: str) -> Observation:
    """Write why an examination is asked for, as text of its order."""
    asked = Coding("02-01", "検査目的", "JSHR001")
    return _alone(asked, reason)._replace(value_type="TX", status="O", group=examination)


def examination_asked(
    number: str, examination: Coding, scheduled_at: str, ordered_at: str, orderer: str, department: Coding
) -> ServiceRequest:
    """Write an examination as it is ordered."""
    return ServiceRequest(
        order_number=number,
        code=examination,
        local=NOTHING,
        items=(),
        specimen=NOTHING,
        site=NOTHING,
        collected_at="",
        scheduled_at=scheduled_at,
        priority=Coding("R", "ルーチン", "HL70485"),
        reason="",
        danger=NOTHING,
        control="NW",
        status="",
        ordered_at=ordered_at,
        orderer=orderer,
        department=department,
    )


def examination_done(examination: Coding) -> Procedure:
    """Write an examination as it was carried out, once."""
    return Procedure(examination, NOTHING, "1", "RS", NOTHING, (), (), "", "", ())


def body_size(code: Coding, value: str, unit: str, at: str) -> Observation:
    """Write height or weight, as the profile of ADT-00 holds it."""
    return _alone(code, value)._replace(unit=unit, unit_code=unit, observed_at=at)


def _alone(code: Coding, value: str) -> Observation:
    """Write a final number that belongs to no panel."""
    return Observation(
        code=code,
        local=NOTHING,
        value=value,
        value_text=value,
        value_type="NM",
        unit="",
        unit_code="",
        reference_range="",
        flag="",
        status="F",
        observed_at="",
        group=NOTHING,
        specimen=NOTHING,
        sub_id="",
    )


def times(amount: str, factor: int) -> str:
    """Multiply a dose as people write it: no trailing zeros, no exponent; empty where nothing is counted."""
    if not amount or not factor:
        return ""
    return f"{(Decimal(amount) * factor).normalize():f}"
