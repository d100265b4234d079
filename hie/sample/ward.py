"""What a ward writes of a stay: plans, transfers, leaves, who is in charge, meals.

Events have no order number, so two of one kind and day share their key: the earlier file is then
superseded though both happened (fact sheet §1.5), as in any hospital.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hie.record.clinical import AllergyIntolerance, Coding, Encounter, NutritionOrder, Place
from hie.sample.chart import Chart, Document, Stay
from hie.sample.facilities import DEPARTMENTS, NO_DEPARTMENT
from hie.sample.plan import day_text
from ssmix2.layout import ConditionFlag

_PLANNED_AHEAD = 6
"""Days from the plan to the admission."""
_NOTHING = Coding()
_SEVERE, _MODERATE = Coding("SV", "重度", "HL70128"), Coding("MO", "中等度", "HL70128")
_REACTION_LIMIT = 15
_FOODS = {
    "fasting": ("900", "絶食", ()),
    "porridge": ("012", "五分粥食", ("消化のよいもの",)),
    "regular": ("001", "常食", ()),
    "salt": ("031", "心臓食", ("塩分６ｇ",)),
    "sugar": ("041", "糖尿病食１６００ｋｃａｌ", ("間食不可",)),
    "soft": ("021", "やわらか食", ("一口大",)),
}


class Bed(NamedTuple):
    """Where somebody is brought."""

    ward: str
    room: str
    bed: str

    @property
    def place(self) -> Place:
        """The bed as messages name it."""
        return Place("", *self)


def planned_admission(
    chart: Chart, ordinal: int, department: str, ward: str, *, for_day: int = 0
) -> list[Document]:
    """Write ADT-21 some days before an admission; with `for_day`, a plan for that day first, taken back."""
    written = ordinal - _PLANNED_AHEAD
    if not for_day:
        return [_plan(chart, "A14", written, "1120", ordinal, department, ward)]
    first = _plan(chart, "A14", written - 5, "1120", for_day, department, ward)
    taken_back = _plan(chart, "A27", written, "1105", for_day, department, ward)
    return [*deleted(first, taken_back), _plan(chart, "A14", written, "1120", ordinal, department, ward)]


def _plan(  # noqa: PLR0913, PLR0917  what a plan says
    chart: Chart, event: str, written: int, clock: str, planned: int, department: str, ward: str
) -> Document:
    at = f"{day_text(planned)}1000"
    who = chart.doctor(department).name
    encounter = Encounter(event, "I", at, "", "", department, ward, "", "", who, "")
    return chart.write("ADT-21", written, clock, [encounter], DEPARTMENTS[department], filed=planned)


def attending(chart: Chart, ordinal: int, clock: str, department: str) -> Document:
    """Write ADT-01: the department's doctor takes over; a later one supersedes it."""
    at = day_text(ordinal) + clock
    event = _event(chart, "A54", at)._replace(attending=chart.doctor(department).name, department=department)
    return chart.write("ADT-01", ordinal, clock, [event], DEPARTMENTS[department])


def transfer(
    chart: Chart, ordinal: int, clock: str, to: Bed, department: str = "", *, planned_on: int = 0
) -> list[Document]:
    """Write ADT-42, and ADT-41 before it where the transfer was planned; the chart's stay moves on."""
    stay, at = _stay(chart), day_text(ordinal) + clock
    here = Place("", stay.ward, stay.room, stay.bed)
    department = department or stay.department
    documents = []
    if planned_on:
        plan = Encounter("A15", "I", at, stay.admitted, "", department, *to, "", "", prior=here)
        plan = plan._replace(attending=chart.doctor(department).name)
        documents.append(
            chart.write("ADT-41", planned_on, "1545", [plan], DEPARTMENTS[department], filed=ordinal)
        )
    chart.stay = stay._replace(department=department, ward=to.ward, room=to.room, bed=to.bed)
    moved = _event(chart, "A02", at)._replace(prior=here)
    return [*documents, chart.write("ADT-42", ordinal, clock, [moved], DEPARTMENTS[department])]


def leave(chart: Chart, ordinal: int, back: int) -> list[Document]:
    """Write ADT-31 in the afternoon and ADT-32 in the evening of `back`."""
    expected = f"{day_text(back)}1800"
    documents = []
    for kind, event, day, clock in (("ADT-31", "A21", ordinal, "1005"), ("ADT-32", "A22", back, "1740")):
        where = DEPARTMENTS[_stay(chart).department]
        away = _event(chart, event, day_text(day) + clock)._replace(expected_return=expected)
        documents.append(chart.write(kind, day, clock, [away], where))
    return documents


def planned_discharge(chart: Chart, ordinal: int, *, first_for: int = 0) -> list[Document]:
    """Write ADT-51 two days before; with `first_for`, a plan for that day before, taken back."""
    documents: list[Document] = []
    if first_for:
        early = _leaving(chart, "A16", ordinal - 3, "1410", first_for)
        documents += deleted(early, _leaving(chart, "A25", ordinal - 2, "0855", first_for))
    return [*documents, _leaving(chart, "A16", ordinal - 2, "0910", ordinal)]


def _leaving(chart: Chart, event: str, written: int, clock: str, planned: int) -> Document:
    plan = _event(chart, event, f"{day_text(planned)}1000")
    where = DEPARTMENTS[_stay(chart).department]
    return chart.write("ADT-51", written, clock, [plan], where, filed=planned)


def allergies(chart: Chart, ordinal: int, clock: str = "0950") -> list[Document]:
    """Write ADT-61: what a patient does not bear, as asked at the desk; nothing where there is nothing."""
    if not chart.allergies:
        return []
    day, who = day_text(ordinal), chart.doctor("01").name
    known = [_asked(one, number, day, who) for number, one in enumerate(chart.allergies, 1)]
    return [chart.write("ADT-61", ordinal, clock, known, NO_DEPARTMENT)]


def _asked(allergy: AllergyIntolerance, number: int, day: str, who: str) -> AllergyIntolerance:
    substance, _, reaction = allergy.substance.text.rstrip("）").partition("（")
    return allergy._replace(
        substance=allergy.substance._replace(text=substance),
        severity=_SEVERE if "呼吸" in reaction else _MODERATE,
        reaction=reaction[:_REACTION_LIMIT],
        action=Coding("A", "追加", "HL70323"),
        instance=f"AL{number:04d}",
        sensitivity=Coding("AL", "アレルギー", "HL70436"),
        reported_at=day,
        verification=Coding("C", "確認済", "HL70438"),
        verified_by=who,
        verified_at=day,
    )


def meals(
    chart: Chart, food: str, first: tuple[int, str], last: tuple[int, str], ordered_on: int = 0
) -> Document:
    """Write OMD: one diet from a meal to a meal, each an ordinal and an hour (`07`, `12`, `18`)."""
    number, stay = chart.next_order(), _stay(chart)
    ordered = ordered_on or first[0]
    clock = f"{int(first[1]) - 1:02d}25" if ordered == first[0] else "1525"
    code, name, texts = _FOODS[food]
    diet = NutritionOrder(
        number,
        "D",
        (),
        (Coding(code, name, "99FOD"),),
        texts,
        (Coding("TID", "１日３回", "HL70335"),),
        day_text(first[0]) + first[1],
        day_text(last[0]) + last[1],
        "NW",
        day_text(ordered) + clock,
        chart.doctor(stay.department).name,
    )
    return chart.write("OMD", ordered, clock, [diet], DEPARTMENTS[stay.department], order_number=number)


def deleted(former: Document, message: Document) -> Iterator[Document]:
    """Give a file and the message that takes it back as a storage keeps them: both deleted."""
    yield former.flagged(ConditionFlag.DELETED)
    yield message.flagged(ConditionFlag.DELETED)


def _event(chart: Chart, event: str, at: str) -> Encounter:
    stay = _stay(chart)
    who = chart.doctor(stay.department).name
    return Encounter(
        event, "I", at, stay.admitted, "", stay.department, stay.ward, stay.room, stay.bed, who, ""
    )


def _stay(chart: Chart) -> Stay:
    if chart.stay is None:
        raise RuntimeError("nobody lies here")
    return chart.stay
