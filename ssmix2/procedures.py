"""What was done in an examination: ZE1, ZE2, and the OBX behind them (fact sheet §4.13).

OMG-11 names staff and materials inside ZE1, OMG-12 in OBX whose item is a JSHR code: a person
(XCN), something used (ZRD), or the start and end.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hie.record.clinical import Coding, Exposure, Material, Performer, Procedure, Record
from ssmix2.er7 import Segment, component, repetitions, subcomponent, unescape
from ssmix2.fields import CODINGS, NO_CODING, PRACTITIONERS, SHOWN, TIMES, TRIPLETS
from ssmix2.segments import observation, with_note

PROCEDURE = "ZE1"
START, END = "TM-P1", "TM-P2"
"""JSHR items that say from when to when."""

_PERSON, _USED = "XCN", "ZRD"


def procedures(body: list[Segment]) -> Iterator[Record]:
    """Read every ZE1, each before those of its OBX that are neither staff, material nor time."""
    starts = [place for place, segment in enumerate(body) if segment[0] == PROCEDURE]
    for place, following in pairwise([*starts, len(body)]):
        yield from _procedure(body[place], body[place + 1 : following])


def _procedure(head: Segment, body: list[Segment]) -> Iterator[Record]:
    code, local = TRIPLETS[head[3]]
    performers, materials = _staff(head), _used(CODINGS[head[8]], head[9])
    times: dict[str, str] = {}
    results: list[Record] = []
    for segment in (one for one in body if one[0] != "ZE2"):
        item = CODINGS[segment[3]]
        if segment[0] == "NTE":
            with_note(results, segment)
        elif segment[2] == _PERSON:
            performers += [Performer(item, PRACTITIONERS[one]) for one in repetitions(segment[5])]
        elif segment[2] == _USED:
            materials += _used(item, segment[5])
        elif item.code in {START, END}:
            times.setdefault(item.code, TIMES[segment[5]])
        else:
            results.append(observation(segment, "", code, NO_CODING))
    yield Procedure(
        code=code,
        local=local,
        times=head[4].strip(),
        control=head[2].strip(),
        surcharge=CODINGS[head[5]],
        performers=tuple(performers),
        materials=tuple(materials),
        start=times.get(START, ""),
        end=times.get(END, ""),
        exposures=tuple(_exposure(one) for one in body if one[0] == "ZE2"),
    )
    yield from results


def _staff(head: Segment) -> list[Performer]:
    """Read ZE1-6 (JCC, `NS-03^EM-01`) and ZE1-7."""
    parts = [component(head[6], number).strip() for number in (1, 2, 3)]
    role = Coding(".".join(filter(None, parts[:2])), parts[2], "")
    people = [Performer(role, PRACTITIONERS[one]) for one in repetitions(head[7])]
    return people or ([Performer(role, "")] if any(role) else [])


def _used(kind: Coding, raw: str) -> list[Material]:
    """Read ZRD: code, text, system, quantity, unit, parts of a film."""
    return [
        Material(
            kind=kind,
            item=CODINGS["^".join(one.split("^")[:3])],
            quantity=component(one, 4).strip(),
            unit=_unit(one.split("^")[4] if one.count("^") > 3 else ""),  # noqa: PLR2004  ZRD.5
            partition=component(one, 6).strip(),
        )
        for one in repetitions(raw)
    ]


def _unit(raw: str) -> str:
    return SHOWN[raw.replace("&", "^")][0]


def _exposure(segment: Segment) -> Exposure:
    """Read ZE2: a number and its unit each (CQ)."""
    return Exposure(
        voltage=_amount(segment[2]),
        current=_amount(segment[3]),
        distance=_amount(segment[4]),
        time=_amount(segment[5]),
        times=segment[6].strip(),
        comment=unescape(segment[7]).strip(),
    )


def _amount(raw: str) -> str:
    number, _, unit = raw.partition("^")
    shown = subcomponent(unit, 2) or subcomponent(unit, 1) if "&" in unit else _unit(unit)
    return f"{unescape(number).strip()} {shown.strip()}".strip()
