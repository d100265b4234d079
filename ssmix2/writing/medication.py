"""OMP-01 and OMP-02 as text: one ORC group per drug, or per injection given (fact sheet §4.9 to §4.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from hie.record.clinical import (
    Coding,
    MedicationAdministration,
    MedicationRequest,
    Observation,
    Record,
    ResearchStudy,
)
from hie.record.errors import Invalid
from ssmix2.writing import codes
from ssmix2.writing.fields import NULL, cwe, doctor, escaped, join, number, required, subcomponents, time
from ssmix2.writing.orders import cti, parted, result, visit
from ssmix2.writing.segments import Frame, orc

MESSAGE_TYPE = "RDE^O11^RDE_O11"
_DAYS = "D&日&ISO+"
_COMPONENT_TYPES = frozenset("AB")
_RATE = re.compile(r"(?P<amount>\d+(?:\.\d+)?) (?P<unit>\S.*)")
_MILLILITRES = "mL"
_GROUP = re.compile(r"(?P<rp>\d{2})(?:_(?P<tail>\d{3}))?", re.ASCII)
"""`MedicationRequest.group`: Rp, and for injections the administration."""


def prescription(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMP-01: `PV1 [{AL1}] { ORC RXE TQ1 RXR }`, one group per drug, Rp in ORC-4."""
    orders, allergies = parted(records)
    if not orders:
        raise Invalid("an order holds at least one drug")
    yield from visit(framed, allergies)
    numbers = Numbers(framed)
    for drug in orders:
        if not isinstance(drug, MedicationRequest):
            raise Invalid("OMP-01 holds medication requests only")
        yield numbers.orc(drug, drug.status)
        yield from planned_drug(drug)


def injection(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMP-02: `PV1 [{AL1}] { ORC RXE TQ1 RXR {RXC} [{OBX}] [{CTI}] }`.

    Neighbours that differ by drug only are one mixture.
    """
    required(framed.department, "ORC-17")
    orders, allergies = parted(records)
    if not any(isinstance(one, MedicationRequest) for one in orders):
        raise Invalid("an order holds at least one drug")
    yield from visit(framed, allergies, service=False)
    numbers, results = Numbers(framed), 0
    trial = True
    for key, together in groupby(orders, key=administration):
        group = list(together)
        if key is not None:
            components = [one for one in group if isinstance(one, MedicationRequest)]
            yield numbers.orc(components[0], components[0].status)
            yield from planned_injection(components)
            results, trial = 0, False
            continue
        for one in group:
            if isinstance(one, Observation) and not trial:
                results += 1
                yield from result(results, one)
            elif isinstance(one, ResearchStudy) and numbers.begun:
                trial = True
                yield cti(one)
            else:
                raise Invalid("OMP-02 holds medication requests only, and behind them results, then trials")


class Numbers:
    """ORC of an order's groups, numbered in ORC-4 as they come."""

    def __init__(self, framed: Frame) -> None:
        """Start before the first group."""
        self._framed = framed
        self._counters: dict[str, int] = {}

    @property
    def begun(self) -> bool:
        """Say whether there was a group."""
        return bool(self._counters)

    def orc(self, drug: MedicationRequest | MedicationAdministration, control: str) -> str:
        """Write the ORC of one group; the Rp stands in ORC-4."""
        if drug.order_number != self._framed.envelope.order_number:
            raise Invalid("ORC-2 is the order number of the envelope in every group")
        group = required(drug.group, "ORC-4")
        found = _GROUP.fullmatch(group)
        if not found:
            raise Invalid("ORC-4 ends with the Rp in two digits, and the administration in three")
        self._counters[group] = sequence = self._counters.get(group, 0) + 1
        tail = found["tail"] or f"{sequence:03d}"
        whole = f"{self._framed.envelope.order_number}_{found['rp']}_{tail}"
        written_by = doctor(drug.orderer, self._framed.envelope.practitioner)
        return orc(self._framed, control, group=whole, at=drug.ordered_at, orderer=written_by)


def planned_drug(drug: MedicationRequest) -> Iterator[str]:
    """Write RXE, TQ1 and RXR of one drug of a prescription."""
    if drug.component or drug.rate or drug.volume or drug.injection_kind.code:
        raise Invalid("RXC, RXE-22 and RXE-23 are not used in OMP-01, RXE-2 is the drug and RXE-3 its dose")
    yield _rxe_of_prescription(drug)
    yield _tq1(drug)
    yield rxr(drug)


def planned_injection(components: list[MedicationRequest]) -> Iterator[str]:
    """Write RXE, TQ1, RXR and RXC of one administration."""
    first = components[0]
    if first.refills or first.dose_max:
        raise Invalid("RXE-4 and RXE-12 are not used in OMP-02")
    yield _rxe_of_injection(first, components)
    yield _tq1(first)
    yield rxr(first)
    yield from map(_rxc, components)


def administration(record: Record) -> MedicationRequest | None:
    """Give what the components of one administration share; nothing for what is no drug."""
    if not isinstance(record, MedicationRequest):
        return None
    return record._replace(
        medication=Coding(), local=Coding(), dose="", dose_unit="", component="", strength=""
    )


def _rxe_of_prescription(drug: MedicationRequest) -> str:
    medication = required(cwe(drug.medication, drug.local), "RXE-2")
    dose = required(number(drug.dose, "RXE-3"), "RXE-3")
    unit = required(codes.unit(drug.dose_unit or NULL), "RXE-5")
    total = required(number(drug.total, "RXE-10"), "RXE-10")
    total_unit = required(codes.unit(drug.total_unit), "RXE-11")
    return join(
        f"RXE||{medication}|{dose}|{number(drug.dose_max, 'RXE-4')}|{unit}",
        f"{codes.form(drug.form)}|{codes.instructions(drug.instructions)}",
        f"||{total}|{total_unit}|{number(drug.refills, 'RXE-12')}||",
        f"{escaped(drug.prescription_number)}|||",
        f"{_quantity(drug.daily_dose, drug.dose_unit)}|",
        f"{codes.dispensing(drug.dispensing)}||||{amount(drug.strength, 'RXE-25')}",
        cwe(drug.category),
    )


def _rxe_of_injection(drug: MedicationRequest, components: list[MedicationRequest]) -> str:
    kind = required(cwe(drug.injection_kind), "RXE-2")
    volume = amount(drug.volume, "RXE-3", "||") if drug.volume else _volume(components)
    per_time, rate, rate_unit = _rate(drug.rate)
    return join(
        f"RXE||{kind}|{volume}|{codes.form(drug.form)}|{codes.instructions(drug.instructions)}",
        f"||{number(drug.total, 'RXE-10')}|{codes.unit(drug.total_unit)}|||",
        f"{escaped(drug.prescription_number)}|||",
        f"{_quantity(drug.daily_dose, '')}|",
        f"{codes.dispensing(drug.dispensing)}|{per_time}|{rate}|{rate_unit}||",
        cwe(drug.category),
    )


def amount(text: str, place: str, between: str = "|") -> str:
    """Write a number and its unit, as `5 mg`, into two fields."""
    figure, _, unit = text.partition(" ")
    return f"{number(figure, place)}{between}{codes.unit(unit)}"


def _volume(components: list[MedicationRequest]) -> str:
    """Total volume where every component is given in millilitres, else the explicit null (RXE-3, RXE-5)."""
    if all(part.dose_unit == _MILLILITRES and part.dose not in {"", NULL} for part in components):
        total = sum(Decimal(number(part.dose, "RXC-3")) for part in components)
        return f"{total:f}||{codes.unit(_MILLILITRES)}"
    return f"{NULL}||{NULL}"


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


def rxr(drug: MedicationRequest | MedicationAdministration) -> str:
    """Write how and where a drug is given, with which device and method."""
    route = required(cwe(drug.route), "RXR-1")
    return join("RXR", route, cwe(drug.site), cwe(drug.device), cwe(drug.method))


def _rxc(drug: MedicationRequest) -> str:
    if drug.component not in _COMPONENT_TYPES:
        raise Invalid("RXC-1 is A or B")
    medication = required(cwe(drug.medication, drug.local), "RXC-2")
    dose = required(number(drug.dose, "RXC-3"), "RXC-3")
    unit = required(codes.unit(drug.dose_unit), "RXC-4")
    return join("RXC", drug.component, medication, dose, unit, amount(drug.strength, "RXC-5"))
