"""OML-01 as text: `PV1 [{AL1}] { SPM { ORC [TQ1] OBR {OBX} } }` (fact sheet §4.12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hie.record.clinical import Coding, Observation, Record, ServiceRequest
from hie.record.errors import Invalid
from ssmix2.writing.fields import cwe, doctor, escaped, join, required, time
from ssmix2.writing.orders import parted, result, visit
from ssmix2.writing.segments import Frame, department, item, nte, orc

MESSAGE_TYPE = "OML^O33^OML_O33"


def laboratory_order(framed: Frame, records: Sequence[Record]) -> Iterator[str]:
    """Write the requests; a specimen opens where material, site or time change."""
    orders, allergies = parted(records)
    yield from visit(framed, allergies, set_id="0001")
    opened: tuple[Coding, Coding, str] | None = None
    specimens = 0
    for set_id, (request, results) in enumerate(_panels(framed, orders), 1):
        specimen = (request.specimen, request.site, request.collected_at)
        if opened != specimen:
            opened = specimen
            specimens += 1
            yield _spm(specimens, request)
        yield from _request(framed, set_id, request)
        for number, ordered in enumerate(request.items, 1):
            yield f"OBX|{number}||{item(ordered)}||||||||O"
        for number, one in enumerate(results, len(request.items) + 1):
            if not one.value:
                raise Invalid("an OBX without a value is an item of its request")
            yield from result(number, one, imaging=False)


def _panels(framed: Frame, records: Sequence[Record]) -> list[tuple[ServiceRequest, list[Observation]]]:
    """Put what is said of the patient behind the request it follows."""
    panels: list[tuple[ServiceRequest, list[Observation]]] = []
    for record in records:
        if isinstance(record, ServiceRequest):
            if record.order_number != framed.envelope.order_number:
                raise Invalid("OBR-2 is the order number of the envelope in every group")
            panels.append((record, []))
        elif isinstance(record, Observation) and panels:
            request, results = panels[-1]
            if (record.group, record.specimen) != (request.code, request.specimen):
                raise Invalid("what an order says bears its panel and specimen")
            results.append(record)
        else:
            raise Invalid("OML-01 holds requests, and behind each what it says of the patient")
    if not panels:
        raise Invalid("OML-01 holds at least one request")
    return panels


def _spm(set_id: int, request: ServiceRequest) -> str:
    material = required(cwe(request.specimen), "SPM-4")
    number = f"{escaped(request.order_number)}{set_id:02d}"
    return join(
        f"SPM|{set_id}|{number}||{material}|||",
        cwe(request.site) + "|" * 8,
        time(request.collected_at, "SPM-17"),
    )


def _request(framed: Frame, set_id: int, request: ServiceRequest) -> Iterator[str]:
    if request.reason:
        raise Invalid("OBR-13 is used in OMG-03 only")
    who = doctor(request.orderer, framed.envelope.practitioner)
    control = "CA" if framed.envelope.cancelled else request.control
    place = department(request.department) if any(request.department) else framed.department
    ordered = required(request.ordered_at, "ORC-9")
    yield orc(
        framed,
        control,
        status=escaped(request.status),
        at=ordered,
        department_text=place,
        orderer=who,
    )
    if request.scheduled_at or any(request.priority):
        yield join("TQ1|1|||||", time(request.scheduled_at, "TQ1-7") + "|", cwe(request.priority))
    service = required(cwe(request.code, request.local), "OBR-4")
    filler = escaped(framed.envelope.filler_number)
    yield join(
        f"OBR|{set_id}|{escaped(request.order_number)}|{filler}|{service}|||||||",
        cwe(request.danger) + "|||",
        who,
    )
    yield from nte(request.note)
