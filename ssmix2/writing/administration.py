"""OMP-11 and OMP-12 as text: `[{AL1}] PV1 { ORC [planned] {RXA} RXR [{OBX}] [{CTI}] }` (fact sheet §4.11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from ssmix2.writing.fields import cwe, doctor, escaped, join, number, required, time
from ssmix2.writing.medication import Numbers, administration, amount, planned_drug, planned_injection, rxr
from ssmix2.writing.orders import allergies, cti, parted, result
from ssmix2.writing.segments import Frame, order_pv1, place

MESSAGE_TYPE = "RAS^O17^RAS_O17"


class _Block:
    """The records of one ORC."""

    def __init__(self) -> None:
        """Start empty."""
        self.planned: list[MedicationRequest] = []
        self.given: list[MedicationAdministration] = []
        self.further: list[MedicationAdministration | Observation | ResearchStudy] = []
        """What was given, results and trials, in order."""


def prescription_given(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMP-11; one ORC group per drug that was planned."""
    return _given(framed, records, components=False)


def injection_given(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write OMP-12; one ORC group per administration."""
    required(framed.department, "ORC-17")
    return _given(framed, records, components=True)


def _given(framed: Frame, records: Sequence[Record], *, components: bool) -> Iterator[str]:
    drugs, known = parted(records)
    yield from allergies(known)
    yield order_pv1(framed)
    numbers = Numbers(framed)
    for block in _blocks(drugs, components=components):
        if not block.given:
            raise Invalid("RXA is required: something was given in every group")
        yield numbers.orc(block.given[0], block.given[0].control)
        if block.planned:
            yield from planned_injection(block.planned) if components else planned_drug(block.planned[0])
        yield from _further(framed, block)


def _blocks(records: Sequence[Record], *, components: bool) -> list[_Block]:
    """Part the records into ORC groups: the planned part first, then what was given."""
    blocks: list[_Block] = []
    for record in records:
        block = blocks[-1] if blocks else None
        if isinstance(record, MedicationRequest):
            if block is None or block.given or not components or not _alike(block, record):
                block = _Block()
                blocks.append(block)
            block.planned.append(record)
        elif isinstance(record, MedicationAdministration):
            if block is None or not _belongs(block, record):
                block = _Block()
                blocks.append(block)
            block.given.append(record)
            block.further.append(record)
        elif isinstance(record, Observation | ResearchStudy) and block is not None and block.given:
            block.further.append(record)
        else:
            raise Invalid("OMP-11 and OMP-12 hold what was given, with its plan before and results behind")
    if not blocks:
        raise Invalid("an administration holds at least one drug")
    return blocks


def _alike(block: _Block, drug: MedicationRequest) -> bool:
    return not block.planned or administration(block.planned[0]) == administration(drug)


def _belongs(block: _Block, given: MedicationAdministration) -> bool:
    """Say whether what was given stands under the block's ORC; nothing follows a trial."""
    if block.further and isinstance(block.further[-1], ResearchStudy):
        return False
    mine = (given.group, given.control, given.ordered_at, given.orderer)
    if block.given:
        first = block.given[0]
        return mine == (first.group, first.control, first.ordered_at, first.orderer)
    plan = block.planned[0]
    if mine != (plan.group, plan.status, plan.ordered_at, plan.orderer):
        raise Invalid("what was given bears group, control, time and doctor of its plan (ORC)")
    return True


def _further(framed: Frame, block: _Block) -> Iterator[str]:
    """Write RXA in runs that one RXR ends, each with the results behind it, and the trials."""
    count = results = 0
    for route, run in groupby(block.further, key=_route):
        members = list(run)
        for one in members:
            if isinstance(one, MedicationAdministration):
                count += 1
                yield _rxa(framed, count, one)
            elif isinstance(one, Observation):
                if results < 0:
                    raise Invalid("results stand before trials")
                results += 1
                yield from result(results, one)
            else:
                results = -1
                yield cti(one)
        if route is not None and isinstance(members[0], MedicationAdministration):
            yield rxr(members[0])


def _route(record: Record) -> tuple[Coding, ...] | None:
    if isinstance(record, MedicationAdministration):
        return (record.route, record.site, record.device, record.method)
    return None


def _rxa(framed: Frame, count: int, given: MedicationAdministration) -> str:
    drug = required(cwe(given.medication, given.local), "RXA-5")
    dose = required(number(given.dose, "RXA-6"), "RXA-6")
    start = time(required(given.start, "RXA-3"), "RXA-3")
    end = time(required(given.end, "RXA-4"), "RXA-4")
    notes = "~".join(cwe(Coding("", text, codes.LOCAL)) for text in given.notes)
    return join(
        f"RXA|0|{count}|{start}|{end}|{drug}|{dose}|{codes.unit(given.dose_unit)}|{codes.form(given.form)}",
        notes,
        doctor(given.performer, framed.envelope.practitioner),
        place(given.place, "RXA-11"),
        escaped(given.rate),
        amount(given.strength, "RXA-13"),
        "~".join(map(escaped, given.lots)),
        "~".join(time(one, "RXA-16") for one in given.expirations),
        cwe(given.manufacturer),
        cwe(given.refusal) + "|",
        escaped(given.status),
    )
