"""OMP-01 and OMP-02 as text: one ORC group per drug, or per injection given (fact sheet §4.9 to §4.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from hie.record.clinical import Coding, MedicationRequest, Record
from hie.record.errors import Invalid
from ssmix2.writing import codes
from ssmix2.writing.fields import NULL, cwe, doctor, escaped, join, number, required, subcomponents, time
from ssmix2.writing.segments import Frame, orc, order_pv1

MESSAGE_TYPE = "RDE^O11^RDE_O11"
_DAYS = "D&日&ISO+"
_COMPONENT_TYPES = frozenset("AB")
_RATE = re.compile(r"(?P<amount>\d+(?:\.\d+)?) (?P<unit>\S.*)")
_MILLILITRES = "mL"
_GROUP = re.compile(r"(?P<rp>\d{2})(?:_(?P<tail>\d{3}))?", re.ASCII)
"""`MedicationRequest.group`: Rp, and for injections the administration."""


def prescription(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMP-01: `PV1 { ORC RXE TQ1 RXR }`, one group per drug, Rp in ORC-4."""
    yield order_pv1(framed)
    counters: dict[str, int] = {}
    for drug in _drugs(framed, records):
        if drug.component or drug.rate or drug.injection_kind.code:
            raise Invalid("RXC, RXE-22 and RXE-23 are not used in OMP-01, and RXE-2 is the drug")
        yield _orc(framed, drug, counters)
        yield _rxe_of_prescription(drug)
        yield _tq1(drug)
        yield _rxr(drug)


def injection(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMP-02: `PV1 { ORC RXE TQ1 RXR {RXC} }`; neighbours that differ by drug only are one mixture."""
    required(framed.department, "ORC-17")
    yield order_pv1(framed, service=False)
    counters: dict[str, int] = {}
    for _, mixture in groupby(_drugs(framed, records), key=_administration):
        components = list(mixture)
        first = components[0]
        yield _orc(framed, first, counters)
        yield _rxe_of_injection(first, components)
        yield _tq1(first)
        yield _rxr(first)
        yield from map(_rxc, components)


def _drugs(framed: Frame, records: Sequence[Record]) -> Iterator[MedicationRequest]:
    if not records:
        raise Invalid("an order holds at least one drug")
    for record in records:
        if not isinstance(record, MedicationRequest):
            raise Invalid("OMP-01 and OMP-02 hold medication requests only")
        if record.order_number != framed.envelope.order_number:
            raise Invalid("ORC-2 is the order number of the envelope in every group")
        yield record


def _administration(drug: MedicationRequest) -> MedicationRequest:
    """Give what the components of one administration share."""
    return drug._replace(medication=Coding(), local=Coding(), dose="", dose_unit="", component="")


def _orc(framed: Frame, drug: MedicationRequest, counters: dict[str, int]) -> str:
    group = required(drug.group, "ORC-4")
    found = _GROUP.fullmatch(group)
    if not found:
        raise Invalid("ORC-4 ends with the Rp in two digits, and the administration in three")
    counters[group] = sequence = counters.get(group, 0) + 1
    tail = found["tail"] or f"{sequence:03d}"
    whole = f"{framed.envelope.order_number}_{found['rp']}_{tail}"
    written_by = doctor(drug.orderer, framed.envelope.practitioner)
    return orc(framed, drug.status, group=whole, at=drug.ordered_at, orderer=written_by)


def _rxe_of_prescription(drug: MedicationRequest) -> str:
    medication = required(cwe(drug.medication, drug.local), "RXE-2")
    dose = required(number(drug.dose, "RXE-3"), "RXE-3")
    unit = required(codes.unit(drug.dose_unit or NULL), "RXE-5")
    total = required(number(drug.total, "RXE-10"), "RXE-10")
    total_unit = required(codes.unit(drug.total_unit), "RXE-11")
    return join(
        f"RXE||{medication}|{dose}||{unit}|{codes.form(drug.form)}|{codes.instructions(drug.instructions)}",
        f"||{total}|{total_unit}|||",
        f"{escaped(drug.prescription_number)}|||",
        f"{_quantity(drug.daily_dose, drug.dose_unit)}|",
        f"{codes.dispensing(drug.dispensing)}|||||",
        cwe(drug.category),
    )


def _rxe_of_injection(drug: MedicationRequest, components: list[MedicationRequest]) -> str:
    kind = required(cwe(drug.injection_kind), "RXE-2")
    volume, unit = _volume(components)
    per_time, rate, rate_unit = _rate(drug.rate)
    return join(
        f"RXE||{kind}|{volume}||{unit}|{codes.form(drug.form)}|{codes.instructions(drug.instructions)}",
        f"||{number(drug.total, 'RXE-10')}|{codes.unit(drug.total_unit)}|||",
        f"{escaped(drug.prescription_number)}|||",
        f"{_quantity(drug.daily_dose, '')}|",
        f"{codes.dispensing(drug.dispensing)}|{per_time}|{rate}|{rate_unit}||",
        cwe(drug.category),
    )


def _volume(components: list[MedicationRequest]) -> tuple[str, str]:
    """Total volume where every component is given in millilitres, else the explicit null (RXE-3, RXE-5)."""
    if all(part.dose_unit == _MILLILITRES and part.dose not in {"", NULL} for part in components):
        total = sum(Decimal(number(part.dose, "RXC-3")) for part in components)
        return f"{total:f}", codes.unit(_MILLILITRES)
    return NULL, NULL


def _rate(text: str) -> tuple[str, str, str]:
    """Cut a rate into RXE-22, RXE-23 and RXE-24."""
    if not text:
        return "", "", ""
    match = _RATE.fullmatch(text)
    if not match:
        return escaped(text), "", ""
    return "", match["amount"], cwe(Coding(match["unit"], match["unit"], "ISO+"))


@lru_cache(4096)
def _quantity(amount: str, unit: str) -> str:
    """RXE-19: amount per day and unit in sub-components."""
    if not amount:
        return ""
    known = subcomponents(codes.unit_coding(unit)) if unit and unit != NULL else ""
    return f"{number(amount, 'RXE-19')}^{known}".rstrip("^")


@lru_cache(1 << 14)
def _pattern(usage: Coding, supplements: tuple[str, ...]) -> str:
    """TQ1-3: the usage, then its supplements, each inside one component."""
    further = (subcomponents(Coding("", text, usage.system or codes.LOCAL)) for text in supplements)
    return "~".join((subcomponents(usage), *further))


def _tq1(drug: MedicationRequest) -> str:
    days = f"{number(drug.days, 'TQ1-6')}^{_DAYS}" if drug.days else ""
    return join(
        "TQ1|1|",
        _pattern(drug.usage, drug.usage_supplements) + "||",
        days,
        time(drug.start, "TQ1-7"),
        time(drug.end, "TQ1-8") + "||",
        escaped(drug.condition) + "||",
        number(drug.occurrences, "TQ1-14"),
    )


def _rxr(drug: MedicationRequest) -> str:
    return join("RXR", required(cwe(drug.route), "RXR-1"), cwe(drug.site))


def _rxc(drug: MedicationRequest) -> str:
    if drug.component not in _COMPONENT_TYPES:
        raise Invalid("RXC-1 is A or B")
    medication = required(cwe(drug.medication, drug.local), "RXC-2")
    dose = required(number(drug.dose, "RXC-3"), "RXC-3")
    return join("RXC", drug.component, medication, dose, required(codes.unit(drug.dose_unit), "RXC-4"))
