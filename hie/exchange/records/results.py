"""Results of one patient over all hospitals, item by item: one look at the findings, opens no document.

What one analyte is in every hospital stands in one item, in one unit; what only a facility's own code
names stays that facility's. Each point keeps what its hospital wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.gate.access import Asked, let_in
from hie.exchange.ports import Clock, DatedObservation, PatientFile, Store, UnitOfWork
from hie.exchange.records.medications import Band, bands_of
from hie.exchange.records.panels import Panel
from hie.exchange.records.pulse import beat_of
from hie.exchange.records.series import LOCAL, Point
from hie.record.clinical import Coding
from hie.record.entry import LABORATORY
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.normal import NormalValue
from hie.record.requester import Requester
from hie.record.times import ALWAYS, FIRST_DAY, Day, Period, day_of
from ssmix2.normal import ALL, ANALYTE, Analyte, belongs, group_of, is_jlac10, normalise
from ssmix2.normal.units import SPELLING

NEWEST = 4_000
"""Results read where no panel chooses: some forty days on which everything was measured."""
WHOLE = "csv"
"""What leaves the screen as this leaves nothing out."""
MICROBIOLOGY, MEASURED_ON_THE_BODY = "6", "9"
"""First characters of JLAC10: cultures are no rows of numbers; pulse and weight are on the calendar."""
_FRONT, _IDENTIFICATION = slice(0, 5), slice(15, 17)
_PLACE = {one: place for place, one in enumerate(ALL)}


class ResultsRequest(NamedTuple):
    """Who wants to see which results of whom."""

    requester: Requester
    patient: PatientId
    panel: Panel
    until: Day = ALWAYS.end
    """Last day of what is read."""
    action: str = "view-results"
    """As the audit record calls it: `export-results` where they leave the screen."""
    form: str = ""
    """What they leave the screen as."""


class Item(NamedTuple):
    """One item and its results, oldest first."""

    code: str
    """JLAC10, which names the page of its series; empty where a facility's own code is all there is."""
    name: str
    analyte: Analyte | None
    """None where the tables know no unit for it: then no point was converted."""
    custodian: FacilityCode | None
    """Whose own item it is; none where its code means the same everywhere."""
    points: tuple[Point, ...]


class Results(NamedTuple):
    """What the page of results shows."""

    file: PatientFile
    panel: Panel
    items: tuple[Item, ...]
    """In the panel's order; of everything, in the order of JLAC10 with facilities' own items last."""
    cultures: int
    """Results of microbiology, which are read in their documents."""
    cut: bool
    """There may be older ones than were read."""
    bands: tuple[Band, ...]
    """What was supplied while they were measured; none where no panel chose."""
    beat: bytes
    newest: int
    """Up to which entry it was read (`LetIn.newest`)."""


class Latest(NamedTuple):
    """The newest result of an item, and the one before it."""

    item: Item
    point: Point
    before: Point | None

    @property
    def day(self) -> Day:
        """The day on which it was measured."""
        return day_of_point(self.point)


def day_of_point(point: Point) -> Day:
    """Return the day on which a result was measured, else that of its document."""
    return day_of(point.written.observed_at) or point.written.service_day


def usual_unit(written: str) -> str:
    """Return how a unit is usually spelled; as written where no table knows it, or it was misprinted."""
    known = SPELLING[written.strip()]
    return known.unit.name if known.unit and not known.misprint else written


def results(store: Store, clock: Clock, request: ResultsRequest) -> Results:
    """Decide, write down, and read; raise `NotFound` if refused."""
    asked = Asked(request.requester, request.patient, request.action, detail=_detail(request))
    with store.work() as work:
        asker = let_in(work, clock.now(), asked)
        most = 0 if request.form == WHOLE else NEWEST
        found = observations_of(work, asker.grant, request.panel, request.until, most)
        items = items_of(found, request.panel)
        wants_bands = request.panel.chooses and request.action == "view-results"
        bands = tuple(bands_of(work, asker.grant, _spanned(items))) if wants_bands and items else ()
    return Results(
        asker.file,
        request.panel,
        items,
        sum(_is_culture(one) for one in found),
        not request.panel.chooses and 0 < most <= len(found),
        bands,
        beat_of(asker.grant),
        asker.newest,
    )


def latest(work: UnitOfWork, grant: Grant, panel: Panel) -> tuple[Latest, ...]:
    """Return the newest result of each item of a panel that has any, under a grant already written down.

    The newest two of an item are among the newest two of each way of writing it: no more are read.
    """
    found = work.findings.newest_of_each(grant, panel.fronts, 2)
    items = items_of(found, panel)
    return tuple(
        Latest(item, item.points[-1], item.points[-2] if item.points[1:] else None) for item in items
    )


def observations_of(
    work: UnitOfWork, grant: Grant, panel: Panel, until: Day = ALWAYS.end, newest: int = NEWEST
) -> Sequence[DatedObservation]:
    """Read a panel's results up to the end of a day, oldest first; of everything, the newest; 0 is all."""
    period = Period(FIRST_DAY, until)
    if panel.chooses:
        return work.findings.observations(grant, period, frozenset(), panel.fronts)
    return work.findings.observations(grant, period, frozenset(), classes=LABORATORY, newest=newest)


def items_of(found: Iterable[DatedObservation], panel: Panel) -> tuple[Item, ...]:
    """Put results, oldest first, under their items."""
    gathered: dict[tuple[object, ...], list[Point]] = {}
    # A life says the same again and again: each thing is looked up once.
    keys: dict[tuple[FacilityCode, Coding], tuple[object, ...] | None] = {}
    read: dict[tuple[str, ...], NormalValue | None] = {}
    for one in found:
        place = (one.custodian, one.code)
        if place not in keys:
            keys[place] = _key(one) if _is_wanted(one, panel) else None
        key = keys[place]
        if key is not None:
            written = (one.code.code, one.value, one.unit, one.reference_range)
            if written not in read:
                read[written] = normalise(*written)
            gathered.setdefault(key, []).append(Point(one, read[written]))
    items = [_item(points) for points in gathered.values()]
    return tuple(sorted(items, key=lambda item: _order(item, panel)))


def _detail(request: ResultsRequest) -> str:
    panel = request.panel
    end = "" if request.until == ALWAYS.end else f" until {request.until}"
    return f"{request.form} {panel.key}{''.join(f' {code}' for code in panel.codes)}{end}".strip()


def _spanned(items: Sequence[Item]) -> Period:
    known = (filter(None, map(day_of_point, item.points)) for item in items)
    days = [next(of_item, None) for of_item in known]  # oldest first: the first that is known
    return Period(min(filter(None, days), default=FIRST_DAY), ALWAYS.end)


def _is_culture(one: DatedObservation) -> bool:
    return one.code.code.startswith(MICROBIOLOGY) and is_jlac10(one.code.code)


def _key(one: DatedObservation) -> tuple[object, ...] | None:
    """Say which item a result belongs to; none for what no table of results shows."""
    code = one.code
    if not is_jlac10(code.code) or code.system.startswith(LOCAL):
        return (one.custodian, code.system, code.code or code.text)
    analyte = ANALYTE[code.code]
    if analyte is not None:
        return (analyte,)
    if code.code[0] == MICROBIOLOGY:
        return None
    return (code.code[_FRONT], group_of(code.code), code.code[_IDENTIFICATION])


def _is_wanted(one: DatedObservation, panel: Panel) -> bool:
    code = one.code
    means_the_same = is_jlac10(code.code) and not code.system.startswith(LOCAL)
    if not panel.chooses:
        return not (means_the_same and code.code[0] == MEASURED_ON_THE_BODY)
    if not means_the_same:
        return False
    return ANALYTE[code.code] in panel.analytes or any(belongs(code.code, asked) for asked in panel.codes)


def _item(points: Sequence[Point]) -> Item:
    newest = points[-1].written
    text = next((one.written.code.text for one in reversed(points) if one.written.code.text), "")
    if not is_jlac10(newest.code.code) or newest.code.system.startswith(LOCAL):
        return Item("", text or newest.code.code, None, newest.custodian, tuple(points))
    analyte = ANALYTE[newest.code.code]
    name = analyte.name if analyte else text or newest.code.code
    return Item(newest.code.code, name, analyte, None, tuple(points))


def _order(item: Item, panel: Panel) -> tuple[int, int, str, str]:
    """Place an item as its panel says, else as the tables do, else by its code."""
    if item.analyte is not None and item.analyte in panel.analytes:
        return (0, panel.analytes.index(item.analyte), "", "")
    if item.custodian is not None:
        return (2, 0, item.custodian, item.name)
    known = _PLACE[item.analyte] if item.analyte is not None else len(_PLACE)
    return (1, known, item.code, item.name)
