"""The other patients: chronic care renewed month by month, drifting values, now and then an admission."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from hie.sample import allergies, consents, orders, sensitive, signatures, ward
from hie.sample.chart import Chart, Disease, Document
from hie.sample.courses import ADMISSIONS, COURSES, EXTRAS, SHORT_ILLNESSES, Admission, Course
from hie.sample.drugs import Rp, rp
from hie.sample.facilities import Region
from hie.sample.inpatient import admitted, levels
from hie.sample.names import invented_person
from hie.sample.plan import RegionPlan, working_day
from hie.sample.tale import Charts, Tale
from ssmix2.layout import ConditionFlag

_NEAR = 60
"""The first people of a region live near the demo clinic."""
_BEHIND_THE_STORIES = 7

_TALL = {True: 155.0, False: 168.0}
_ADULT = 20
_A_BUSY_HOSPITAL = 0.5
"""Share of those near the demo clinic whom their first hospital follows too; elsewhere it is 0.12."""

_PEDIATRICS, _UROLOGY = "09", "20"
_OF_CHILDREN = tuple(course for course in COURSES if course.department in {_PEDIATRICS, "19"})
_OF_MEN = tuple(course for course in COURSES if course.department != _PEDIATRICS)
_OF_WOMEN = tuple(course for course in _OF_MEN if course.department != _UROLOGY)
_ADMISSIONS_OF_CHILDREN = tuple(one for one in ADMISSIONS if one.disease in {"pneumonia", "appendicitis"})
_GROWN_UP = 20
_HEART, _STOMACH = "08", "06"
_TURNS = 8


def background(plan: RegionPlan, region: Region, index: int) -> Tale:
    """Tell one of the other patients; depends on seed and index only, so a larger region begins alike."""
    random = Random(f"{plan.seed}/{index}")
    person = invented_person(plan, index, random)
    charts = Charts(plan, region, person, random)
    hospitals = random.sample(region.hospitals, min(len(region.hospitals), random.choice((1, 1, 1, 2, 2, 3))))
    charts.allergies = allergies.drawn(random)
    near = index < _NEAR and random.random() < 0.7  # noqa: PLR2004
    clinic = region.demo_clinic if near else random.choice(region.clinics)
    for site in (*hospitals, clinic):
        charts.at(site)
    visited = [site.code for site in (*hospitals, clinic)]
    drawn = (consents.neighbours if near else consents.drawn)(plan, person, visited, random)
    decided = signatures.signed(plan, person, visited, drawn)
    places = [charts.at(site) for site in (clinic, *hospitals) if site.stores]
    return Tale("", person, charts, decided, _life(charts, places, random, near=near))


def _sensitive(charts: Charts, places: list[_Place]) -> Iterator[Document]:
    """Tell what not everybody may see, of few: at the first hospital, on days when they lie in none.

    With a chance of its own and behind everything else, so that what was told before stays as it was.
    """
    plan, position = charts.plan, charts.person.position
    kind = sensitive.kind_of(position, _BEHIND_THE_STORIES, _NEAR)
    hospital = next((place.chart for place in places if place.chart.site.is_hospital), None)
    if not kind or hospital is None or _young(plan, hospital):
        return
    random = Random(f"{plan.seed}/{position}/sensitive")
    first = plan.first + 20 + random.randrange(20)
    free = (day for day in map(working_day, range(first, plan.last, 9)) if not _lying(day, places))
    yield from sensitive.told(kind, hospital, free, random)


class _Place(NamedTuple):
    """What somebody goes to a place for."""

    chart: Chart
    first: int
    course: Course | None
    admission: Admission | None
    begin: int
    """Ordinal of the admission."""

    def lies(self, ordinal: int) -> bool:
        """Say whether they lie in this hospital on a day."""
        return self.admission is not None and self.begin - 1 <= ordinal <= self.begin + self.admission.days


def _life(charts: Charts, places: list[Chart], random: Random, *, near: bool) -> Iterator[Document]:
    """Tell what happened at each place, one place after another; who lies in one visits no other."""
    plan = charts.plan
    chosen = [_place(charts, chart, random, followed) for chart, followed in _followed(places, near=near)]
    size = _size(plan, charts, random)
    for place in chosen:
        if place.course:
            charts.body.settle(levels(place.course.levels), _BETWEEN_PEOPLE)
    for place in chosen:
        diseases: list[Disease] = []
        if place.course:
            diseases += [
                Disease(key, place.first - random.randrange(30, 3000), primary=number == 0)
                for number, key in enumerate(place.course.diseases.split())
            ]
            yield from _chronic(plan, place, place.course, chosen, random)
        visits = random.choice((0, 0, 1, 1, 2)) * plan.years
        least = int(near and not place.course and not place.admission)
        yield from _short(plan, place, max(visits, least), diseases, chosen, random)
        if place.admission:
            yield from _lain(charts, place, place.admission, diseases, random)
        yield from _undated(plan, place, diseases, size, random)
    yield from _sensitive(charts, chosen)


def _lain(
    charts: Charts, place: _Place, kind: Admission, diseases: list[Disease], random: Random
) -> Iterator[Document]:
    """Tell an admission, and what the desk knows of it."""
    chart, begin = place.chart, place.begin
    diseases.append(Disease(kind.disease, begin, end=begin + kind.days + 14, primary=not place.course))
    if chart.site.numbers_problems:
        yield chart.problems(begin, diseases, "1120", kind.department)
    lies_on = f"{random.choice((3, 4, 5))}{random.choice('EW')}"
    yield from admitted(chart, kind, begin, lies_on, charts.allergies)


def _followed(places: list[Chart], *, near: bool) -> Iterator[tuple[Chart, float]]:
    """Give each place with how probably it follows somebody for years."""
    for position, chart in enumerate(places):
        if near:
            yield chart, (1.0, _A_BUSY_HOSPITAL, 0.12)[min(position, 2)]
        else:
            yield chart, (0.5, 0.12)[position > 0]


def _place(charts: Charts, chart: Chart, random: Random, followed: float) -> _Place:
    """Draw what somebody goes to a place for."""
    plan = charts.plan
    first = plan.first + random.randrange(40)
    course = _course(plan, chart, random) if random.random() < followed else None
    admission, begin = None, 0
    if chart.site.is_hospital and random.random() < 0.22:  # noqa: PLR2004
        admission = random.choice(_ADMISSIONS_OF_CHILDREN if _young(plan, chart) else ADMISSIONS)
        begin = plan.first + 20 + random.randrange(max(1, plan.last - plan.first - admission.days - 25))
    return _Place(chart, first, course, admission, begin)


def _size(plan: RegionPlan, charts: Charts, random: Random) -> tuple[str, str]:
    """Draw height and weight, the same everywhere; children grow, so theirs are not told."""
    tall = random.gauss(_TALL[charts.person.female], 6)
    weight = random.gauss(22.3, 2.8) * tall * tall / 10_000
    adult = plan.until.year - charts.person.patient.birth_day // 10000 > _ADULT
    return (f"{tall:.1f}", f"{weight:.1f}") if adult else ("", "")


def _course(plan: RegionPlan, chart: Chart, random: Random) -> Course:
    """Draw a course that fits age and sex: children have skin and airways only, women no prostate."""
    fitting = _OF_CHILDREN if _young(plan, chart) else _OF_WOMEN if chart.person.female else _OF_MEN
    return random.choices(fitting, [course.weight for course in fitting])[0]


def _young(plan: RegionPlan, chart: Chart) -> bool:
    return plan.until.year - chart.person.patient.birth_day // 10000 < _GROWN_UP


def _undated(
    plan: RegionPlan, place: _Place, diseases: list[Disease], size: tuple[str, str], random: Random
) -> Iterator[Document]:
    """Tell who it is and what they have; a third were written before and are superseded.

    The list of a hospital where somebody lay is that of their admission; a hospital that numbers
    its lists has written it then, and another one later.
    """
    chart, first = place.chart, place.first
    superseding = not chart.site.numbers_problems
    if random.random() < 0.33:  # noqa: PLR2004
        yield chart.demographics(first).flagged(ConditionFlag.SUPERSEDED)
        if place.course and superseding:
            yield chart.problems(first, diseases[:1]).flagged(ConditionFlag.SUPERSEDED)
    later = working_day(plan.last - random.randrange(120))
    yield chart.demographics(later, height=size[0], weight=size[1])
    if chart.site.is_hospital and not place.admission:
        yield from ward.allergies(chart, first)
    if place.admission and superseding:
        later = place.begin
    if any(disease.onset <= later for disease in diseases):
        yield chart.problems(later, diseases)


def _chronic(
    plan: RegionPlan, place: _Place, course: Course, places: list[_Place], random: Random
) -> Iterator[Document]:
    """Tell visit after visit: reception, blood, prescription for as many days as until the next."""
    extras = random.sample(EXTRAS, random.choice((0, 1, 2, 2, 3, 4)))
    rps = tuple(_rp(text, course.interval) for text in (*course.rps, *extras))
    chart, ordinal, visits = place.chart, place.first, 0
    before = 0
    while ordinal <= plan.last:
        day = working_day(ordinal)
        if not _lying(day, places):
            hour = 9 + (chart.person.position + visits) % 3
            yield chart.visit(day, course.department, f"{hour:02d}10")
            if visits % course.tests_each == 0:
                yield from orders.measured(
                    chart, day, course.order_set, course.department, f"{hour:02d}25", ordered_on=before
                )
            yield from _looked_into(chart, course, day, before, visits)
            yield chart.prescribe(day, rps, course.department, f"{hour + 1:02d}05")
            visits += 1
            before = day
        ordinal += course.interval + random.choice((-7, 0, 0, 0, 0, 7 if course.interval > 7 else 0))  # noqa: PLR2004
        ordinal = max(ordinal, day + 3)


def _looked_into(chart: Chart, course: Course, day: int, before: int, visits: int) -> Iterator[Document]:
    """Tell what is looked into now and then: the heart, the stomach, a test that is not needed after all."""
    if not chart.site.is_hospital:
        return
    turn = (visits + chart.person.position) % _TURNS
    if course.department == _HEART and turn % 4 == 0:
        yield from orders.electrocardiogram(chart, day, course.department, "動悸、経過観察", "0840")
    if course.department == _STOMACH and turn == 1 and before:
        kind = orders.COLON if chart.person.position % 3 == 0 else orders.STOMACH
        yield from orders.endoscopy(chart, before, day, kind, course.department, "定期検査")[1]
    if turn == _TURNS - 1 and orders.asks_for_tests(chart):
        yield from orders.taken_back(chart, day, "short", course.department)


def _lying(ordinal: int, places: list[_Place]) -> bool:
    """Say whether somebody lies in a hospital on a day."""
    return any(place.lies(ordinal) for place in places)


def _short(
    plan: RegionPlan, place: _Place, count: int, diseases: list[Disease], places: list[_Place], random: Random
) -> Iterator[Document]:
    """Tell illnesses that pass."""
    chart, first = place.chart, place.first
    for turn in range(count):
        key, department, medicines, order_set = random.choice(SHORT_ILLNESSES)
        ordinal = working_day(first + 5 + random.randrange(max(1, plan.last - first - 12)))
        if _lying(ordinal, places):
            continue
        diseases.append(Disease(key, ordinal, end=ordinal + 10))
        hour = 14 + turn % 4
        yield chart.visit(ordinal, department, f"{hour}00")
        if order_set:
            yield from orders.measured(chart, ordinal, order_set, department, f"{hour}12")
        if random.random() < 0.25:  # noqa: PLR2004
            modality, region = random.choice((("CR", "胸部"), ("CR", "腰椎"), ("CT", "腹部"), ("MR", "頭部")))
            yield from chart.image(ordinal, (modality, region), department, "精査", f"{hour}20")[1]
        yield chart.prescribe(ordinal, tuple(_rp(text, 5) for text in medicines), department, f"{hour}40")


_BETWEEN_PEOPLE = 0.05


def _rp(text: str, days: int) -> Rp:
    """Read `usage: drug dose, drug dose`; what is taken when needed gets ten doses."""
    usage, _, lines = text.partition(":")
    made = rp(usage, days, *(line.strip() for line in lines.split(",")))
    when_needed = usage in {"pain", "fever", "sleepless", "constipation"}
    return made._replace(days=0, occurrences=10) if when_needed else made
