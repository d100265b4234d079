"""ZE1 with its OBX and ZE2 as text: what was done, by whom, with what (fact sheet §4.13)."""

from __future__ import annotations

from collections.abc import Iterator

from hie.record.clinical import Coding, Exposure, Material, Observation, Performer, Procedure
from hie.record.errors import Invalid
from ssmix2.procedures import END, START
from ssmix2.writing import codes
from ssmix2.writing.fields import cwe, doctor, escaped, join, number, required, subcomponents, time
from ssmix2.writing.orders import result
from ssmix2.writing.segments import Frame

_RADIOLOGY = "OMG-11"
_TIMES = {START: "開始", END: "終了"}


def procedure(
    kind: str, framed: Frame, set_id: int, done: Procedure, results: list[Observation]
) -> Iterator[str]:
    """Write one ZE1; staff and materials without a code system stand in it, the others in OBX."""
    yield _ze1(kind, framed, set_id, done)
    lines = [
        *(_staff(framed, one) for one in done.performers if one.role.system),
        *(_used(one) for one in done.materials if one.kind.system),
        *(_at(code, at) for code, at in ((START, done.start), (END, done.end)) if at),
    ]
    for number_, line in enumerate(lines, 1):
        yield f"OBX|{number_}|{line}||||||F"
    for number_, one in enumerate(results, len(lines) + 1):
        required(one.value, "OBX-5")
        yield from result(number_, one)
    if done.exposures and kind != _RADIOLOGY:
        raise Invalid("ZE2 is used in OMG-11 only")
    for number_, exposure in enumerate(done.exposures, 1):
        yield _ze2(number_, exposure)


def _ze1(kind: str, framed: Frame, set_id: int, done: Procedure) -> str:
    staff = _inside([one.role for one in done.performers], "ZE1-6")
    things = _inside([one.kind for one in done.materials], "ZE1-8")
    people, used = done.performers[:staff], done.materials[:things]
    if kind != _RADIOLOGY and (people or used or any(done.surcharge)):
        raise Invalid("ZE1-5 to ZE1-9 are used in OMG-11 only")
    role = people[0].role if people else Coding()
    job, _, employment = role.code.partition(".")
    return join(
        f"ZE1|{set_id}|{required(escaped(done.control), 'ZE1-2')}",
        required(cwe(done.code, done.local), "ZE1-3"),
        number(done.times, "ZE1-4"),
        cwe(done.surcharge),
        "^".join(map(escaped, (job, employment, role.text))).rstrip("^"),
        "~".join(doctor(one.name, framed.envelope.practitioner) for one in people),
        cwe(used[0].kind) if used else "",
        "~".join(map(_zrd, used)),
    )


def _inside(kinds: list[Coding], field: str) -> int:
    """Count those that stand in ZE1 itself: without a code system, all of one kind, before the others."""
    inside = [one for one in kinds if not one.system]
    if kinds[: len(inside)] != inside or len(set(inside)) > 1:
        raise Invalid(f"{field} is one for a procedure; others bear a code system")
    return len(inside)


def _staff(framed: Frame, one: Performer) -> str:
    name = required(doctor(one.name, framed.envelope.practitioner), "OBX-5")
    return f"XCN|{required(cwe(one.role), 'OBX-3')}||{name}"


def _used(one: Material) -> str:
    return f"ZRD|{required(cwe(one.kind), 'OBX-3')}||{required(_zrd(one), 'OBX-5')}"


def _at(code: str, at: str) -> str:
    return f"TS|{code}^{_TIMES[code]}^JSHR||{time(at, 'OBX-5')}"


def _zrd(one: Material) -> str:
    unit = subcomponents(codes.unit_coding(one.unit)) if one.unit else ""
    parts = (*map(escaped, one.item), number(one.quantity, "ZRD.4"), unit, number(one.partition, "ZRD.6"))
    return "^".join(parts).rstrip("^")


def _ze2(set_id: int, taken: Exposure) -> str:
    amounts = (taken.voltage, taken.current, taken.distance, taken.time)
    return join(f"ZE2|{set_id}", *map(_amount, amounts), number(taken.times, "ZE2-6"), escaped(taken.comment))


def _amount(text: str) -> str:
    value, _, unit = text.partition(" ")
    written = subcomponents(Coding(unit, unit, "ISO+")) if unit else ""
    return f"{number(value, 'ZE2')}^{written}".rstrip("^")
