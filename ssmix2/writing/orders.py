"""What all orders share: the visit, allergies, notes, results and trials around them (fact sheet §4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hie.record.clinical import AllergyIntolerance, Observation, Record, ResearchStudy
from ssmix2.writing.fields import cwe, escaped, join, required
from ssmix2.writing.people import al1
from ssmix2.writing.segments import Frame, nte, obx, order_pv1


def parted(records: Sequence[Record]) -> tuple[list[Record], list[AllergyIntolerance]]:
    """Part the allergies (AL1), which stand before all orders, from the rest."""
    known = [one for one in records if isinstance(one, AllergyIntolerance)]
    return [one for one in records if not isinstance(one, AllergyIntolerance)], known


def visit(
    framed: Frame, known: Iterable[AllergyIntolerance], *, set_id: str = "", service: bool = True
) -> Iterator[str]:
    """Write PV1 and the allergies behind it; RAS has them before it."""
    yield order_pv1(framed, set_id=set_id, service=service)
    yield from allergies(known)


def allergies(known: Iterable[AllergyIntolerance]) -> Iterator[str]:
    """Write AL1."""
    for set_id, one in enumerate(known, 1):
        yield al1(set_id, one)


def result(set_id: int, one: Observation, *, imaging: bool = True) -> Iterator[str]:
    """Write OBX and its NTE."""
    yield obx(set_id, one, imaging=imaging)
    yield from nte(one.note)


def cti(trial: ResearchStudy) -> str:
    """Write the trial that an order belongs to."""
    identifier = escaped(required(trial.identifier, "CTI-1"))
    return join("CTI", identifier, cwe(trial.phase), cwe(trial.planned))
