"""A stay in hospital as its departments write it, from the plan to the discharge prescription.

Nothing is drawn here: what differs follows from person and place, so a stay tells the same whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator

from hie.sample import documents, orders, ward
from hie.sample.chart import Chart, Document
from hie.sample.courses import Admission
from hie.sample.diagnoses import DIAGNOSES
from hie.sample.drugs import Infusion, rp
from hie.sample.ward import Bed
from ssmix2.layout import ConditionFlag

_DAYS_OF_DRIPS = 7
_DAYS_OF_VITALS = 3
_MOVED_AFTER, _LONG, _ON_LEAVE = 6, 14, 9
"""Days of a stay that brings a transfer; of one that brings a leave; on which day that leave begins."""

_REHABILITATION = "36"
_BREAKFAST, _LUNCH, _SUPPER = "07", "12", "18"
_INSTEAD = Infusion((("quinolone-drip", "1"),), "100 mL/hr", 9, 60)
_USUAL = {"CRP": 0.3, "WBC": 6.2, "NEU": 58, "BNP": 600, "CRE": 0.9, "Hb": 11, "DD": 1.2}
_INPATIENT = (rp("thrice", 7, "mucosa 1", "powder 1"),)


def admitted(
    chart: Chart, kind: Admission, begin: int, lies_on: str, allergic: tuple[str, ...]
) -> Iterator[Document]:
    """Tell an admission from the emergency visit, or its plan, to the discharge prescription."""
    where, end, position = kind.department, begin + kind.days, chart.person.position
    if kind.elective:
        moved = begin + 2 if position % 3 == 0 else 0
        yield from ward.planned_admission(chart, begin, where, lies_on, for_day=moved)
    yield from _first_day(chart, kind, begin, lies_on)
    yield from _eaten(chart, kind, begin)
    treatment = _treatment(chart, kind, begin, allergic)
    if kind.days >= _MOVED_AFTER:
        yield from _moved(chart, begin + 2, twice=position % 3 == 0)
    if kind.days >= _LONG:
        yield from ward.leave(chart, begin + _ON_LEAVE, begin + _ON_LEAVE + 1)
    yield from treatment
    if kind.rehabilitated:
        to = Bed("2F", f"2F{position % 12 + 1:02d}", "1")
        day = begin + kind.days // 2
        yield from ward.transfer(chart, day, "1340", to, _REHABILITATION, planned_on=day - 2)
        yield ward.attending(chart, day, "1400", _REHABILITATION)
    yield from ward.planned_discharge(chart, end, first_for=end + 3 if position % 4 == 1 else 0)
    home = (rp("thrice", 14, "mucosa 1"),)
    yield chart.prescribe(end, home, where, "0930", at_discharge=True)
    yield chart.discharge(end)
    yield from _papers(chart, kind, begin)


def levels(text: str) -> dict[str, float]:
    """Read `key=value key=value`."""
    return {key: float(value) for key, _, value in (pair.partition("=") for pair in text.split())}


def _first_day(chart: Chart, kind: Admission, begin: int, lies_on: str) -> Iterator[Document]:
    where = kind.department
    yield from orders.measured(chart, begin, "admission", where, "0830", known=levels(kind.levels))
    for examination in kind.images:
        yield from chart.image(begin, examination, where, "入院時精査", "1040")[1]
    if kind.heart:
        yield from orders.electrocardiogram(chart, begin, where, "入院時スクリーニング", "1020")
    yield chart.admit(begin, where, lies_on, "1105")
    first = ward.attending(chart, begin, "1110", where)
    yield first.flagged(ConditionFlag.SUPERSEDED) if kind.rehabilitated else first
    yield from ward.allergies(chart, begin, "1125")
    if kind.elective:
        yield from orders.endoscopy(chart, begin, begin + 1, orders.COLON, where, "ポリープ切除")[1]


def _moved(chart: Chart, day: int, *, twice: bool) -> Iterator[Document]:
    """Tell a transfer, or two of one day: the second takes the name of the first."""
    number = chart.person.position % 12 + 1
    if twice:
        yield from (
            one.flagged(ConditionFlag.SUPERSEDED)
            for one in ward.transfer(chart, day, "0920", Bed("HCU", "HCU1", "2"))
        )
        yield from ward.transfer(chart, day, "1610", Bed("6E", f"6E{number:02d}", "3"))
    else:
        yield from ward.transfer(chart, day, "1330", Bed("6E", f"6E{number:02d}", "3"), planned_on=day - 1)


def _eaten(chart: Chart, kind: Admission, begin: int) -> Iterator[Document]:
    """Tell the meals: nothing before an operation, porridge behind it, none while on leave."""
    end = (begin + kind.days, _BREAKFAST)
    since = (begin, _SUPPER)
    if kind.operation or kind.elective:
        yield ward.meals(chart, "fasting", (begin, _LUNCH), (begin + 1, _LUNCH))
        since = (begin + 1, _SUPPER)
        if kind.days >= _MOVED_AFTER:
            yield ward.meals(chart, "porridge", since, (begin + 3, _BREAKFAST), begin)
            since = (begin + 3, _LUNCH)
    if kind.days >= _LONG:
        away = begin + _ON_LEAVE
        yield ward.meals(chart, kind.food, since, (away, _BREAKFAST), begin)
        since = (away + 1, _SUPPER)
    yield ward.meals(chart, kind.food, since, end, begin)


def _treatment(chart: Chart, kind: Admission, begin: int, allergic: tuple[str, ...]) -> Iterator[Document]:
    """Tell what is measured and given, day by day; every second hospital writes what was given."""
    injections, ill, where = _borne(kind.injections, allergic), levels(kind.levels), kind.department
    records_giving = chart.site.position % 2 == 0
    for day in range(1, kind.days):
        if day in {1, 3} or day % 4 == 2:  # noqa: PLR2004
            better = 0.82**day
            known = {key: level * better + _USUAL.get(key, 0) * (1 - better) for key, level in ill.items()}
            yield from orders.measured(
                chart, begin + day, kind.order_set, where, "0640", known=known, ordered_on=begin + day - 1
            )
        if day <= _DAYS_OF_DRIPS:
            give = orders.drip_given if records_giving else _only_ordered
            yield from give(chart, begin + day, injections, where)
        if day % 7 == 2:  # noqa: PLR2004
            order = chart.prescribe(begin + day, _INPATIENT, where, "1520")
            yield order
            if records_giving:
                yield orders.drugs_given(chart, order, begin + day, _INPATIENT, where, "1520")


def _only_ordered(
    chart: Chart, ordinal: int, infusions: tuple[Infusion, ...], department: str
) -> list[Document]:
    return [chart.inject(ordinal, infusions, department)]


def _papers(chart: Chart, kind: Admission, begin: int) -> Iterator[Document]:
    """Write what the extended storage holds of an admission."""
    name, where = DIAGNOSES[kind.disease].coding.text, kind.department
    yield from documents.progress_note(
        chart, begin + 1, where, ("眠れた", "バイタル安定", f"{name} 治療開始", "点滴継続")
    )
    if kind.operation:
        yield from documents.operation_note(chart, begin + 1, where, kind.operation)
    for day in range(1, min(kind.days, _DAYS_OF_VITALS + 1)):
        yield from documents.vital_signs(chart, begin + day, where, 1.4 if day == 1 else 0.0)
    end = begin + kind.days
    yield from documents.discharge_summary(
        chart, begin, end, where, (name,), (f"{name}にて入院。", "経過良好にて退院。")
    )


def _borne(injections: tuple[Infusion, ...], allergic: tuple[str, ...]) -> tuple[Infusion, ...]:
    """Give a quinolone to whoever does not bear penicillins."""
    if "penicillin" not in allergic:
        return injections
    return tuple(_INSTEAD if "penicillin" in dict(one.drugs) else one for one in injections)
