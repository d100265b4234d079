"""One analyte of one patient over all hospitals, in one unit: read from the findings, opens no document.

Each point keeps what its hospital wrote; what cannot be brought into the unit stays in the series
as it is and says why.
"""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.gate.access import Asked, let_in
from hie.exchange.ports import Clock, DatedObservation, PatientFile, Store
from hie.exchange.records.pulse import beat_of
from hie.record.clinical import Observation
from hie.record.errors import Invalid
from hie.record.identifiers import PatientId
from hie.record.normal import NormalValue
from hie.record.requester import Requester
from hie.record.times import Period
from ssmix2.normal import ANALYTE, Analyte, belongs, is_jlac10, normalise
from ssmix2.tables import UNOBTAINABLE_RESULT

LOCAL = "99"
"""Code systems that begin so are a facility's own: equal codes of two of them mean nothing."""
_FRONT = 5


class SeriesRequest(NamedTuple):
    """Who wants to see which analyte of whom, of which days."""

    requester: Requester
    patient: PatientId
    code: str
    """JLAC10, its first 5, 15 or all 17 characters."""
    period: Period


class Point(NamedTuple):
    """One result: as it was written, and what it says in the series' unit."""

    written: DatedObservation
    normal: NormalValue | None
    """None where the source gave no value."""


class Series(NamedTuple):
    """Results of one analyte, oldest first."""

    file: PatientFile
    period: Period
    code: str
    analyte: Analyte | None
    """None where the tables know no unit for it: then no point was converted."""
    points: tuple[Point, ...]
    beat: bytes
    newest: int
    """Up to which entry it was read (`LetIn.newest`)."""

    @property
    def name(self) -> str:
        """The analyte's name, else the newest one that a source wrote, else the code."""
        if self.analyte is not None:
            return self.analyte.name
        texts = (one.written.code.text for one in reversed(self.points))
        return next(filter(None, texts), self.code)


def normal_of(result: Observation) -> NormalValue | None:
    """Bring one result of an opened document into its analyte's unit; nothing is written down."""
    if result.status == UNOBTAINABLE_RESULT:
        return None
    value = result.value_text or result.value
    return normalise(result.code.code, value, result.unit, result.reference_range)


def has_series(result: Observation) -> bool:
    """Say whether there is a result, and under a code that means the same at every hospital."""
    return (
        is_jlac10(result.code.code)
        and not result.code.system.startswith(LOCAL)
        and result.status != UNOBTAINABLE_RESULT
    )


def series(store: Store, clock: Clock, request: SeriesRequest) -> Series:
    """Decide, write down, and read; raise `NotFound` if refused, `Invalid` if the code is no JLAC10 code."""
    code, period = request.code, request.period
    if not is_jlac10(code):
        raise Invalid("the code is not shaped like JLAC10")
    analyte = ANALYTE[code]
    asked = Asked(
        request.requester, request.patient, "view-results", detail=f"{code} {period.start}-{period.end}"
    )
    with store.work() as work:
        asker = let_in(work, clock.now(), asked)
        fronts = frozenset(analyte.fronts if analyte else (code[:_FRONT],))
        found = work.findings.observations(asker.grant, period, frozenset(), fronts)
    points = tuple(
        Point(one, normalise(one.code.code, one.value, one.unit, one.reference_range))
        for one in found
        if not one.code.system.startswith(LOCAL) and belongs(one.code.code, code)
    )
    return Series(asker.file, period, code, analyte, points, beat_of(asker.grant), asker.newest)
