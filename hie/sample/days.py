"""Days that go by in a region that was told: hospitals go on writing, and not politely.

New folders appear with their files at once, or a file grows under another name and is renamed; a
correction renames the former file and lays a new one beside it; what is taken back is renamed too;
some files are written once more in place. The same region tells the same days.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode
from hie.record.people import Patient
from hie.record.times import date_from_day
from hie.sample import dicom, documents, orders
from hie.sample.body import Body
from hie.sample.chart import Chart, Document
from hie.sample.drugs import rp
from hie.sample.facilities import Site, invented_region
from hie.sample.feeds import Feeds
from hie.sample.names import known_person
from hie.sample.plan import RegionPlan, day_text
from hie.sample.region import SampleRegion, load
from ssmix2.extended import folder_name
from ssmix2.layout import NO_DATE, ConditionFlag, parse_name, patient_folder

STATE = "days.json"
WRITTEN, CORRECTED, DELETED, REWRITTEN, LATE = "written", "corrected", "deleted", "rewritten", "late"
_ORDERS_A_DAY = 100
"""Numbers of one chart that a day keeps for itself."""
_BEHIND = 100_000
"""Orders that a chart may have had before the first of these days."""
_SHARE = 25
"""Every how many of a hospital's patients are seen in a day."""
_MOST = 40
_EVERY_THIRD, _EVERY_FOURTH = 3, 4
_CORRECTABLE, _DELETABLE = ("OMP-01", "OML-11"), ("OMP-01",)
_REPLACES = {CORRECTED: frozenset("1"), DELETED: frozenset("12")}
"""Which versions are renamed."""
_UNDER_ANOTHER_NAME = 0.4
_MSH_7, _MSH_10 = 6, 9
_REWRITTEN, _REPLACED = 800_000, 900_000
"""Begin the running part of control numbers of messages that are sent again."""


class Change(NamedTuple):
    """One thing that a hospital did to its storage."""

    facility: FacilityCode
    area: str
    locator: str
    """Of the file that was written, below the facility's area."""
    what: str


class Day(NamedTuple):
    """A day that went by."""

    date: date
    changes: tuple[Change, ...]


class _Hospital(NamedTuple):
    """One facility on one day."""

    site: Site
    root: Path
    """Its folder."""
    charts: Sequence[Chart]
    """Of those who come today."""
    others: Sequence[str]
    """Numbers of some who do not."""
    random: Random
    feeds: Feeds
    ordinal: int


def next_day(folder: Path) -> Day:
    """Write the next day of a region into its storages and say what was done.

    Raises `Invalid` where `folder` is no region. A day that was interrupted is not told again: what it
    wrote stays, and the next call tells the day behind it.
    """
    region = load(folder)
    plan = plan_of(region)
    state = folder / STATE
    number = int(json.loads(state.read_text("utf-8"))["days"]) + 1 if state.exists() else 1
    state.write_text(json.dumps({"days": number}), "utf-8")
    people = list(region.patients())
    registered = _registered(region, people)
    changes: list[Change] = []
    for site in invented_region(plan).storages:
        random = Random(f"{plan.seed}/{site.code}/{number}")
        here = registered.get(site.code, [])
        count = min(len(here) // 2, max(2, min(_MOST, len(here) // _SHARE)))
        chosen = random.sample(here, 2 * count)
        behind = _BEHIND + number * _ORDERS_A_DAY
        charts = [chart_of(plan, site, place, people[place], behind) for place in sorted(chosen[:count])]
        others = [site.local_number(place) for place in sorted(chosen[count:])]
        root = folder / "facilities" / site.code
        with Feeds(root, site.code) as feeds:
            today = _Hospital(site, root, charts, others, random, feeds, plan.last + number)
            changes += _told(today)
    return Day(date.fromordinal(plan.last + number), tuple(changes))


def plan_of(region: SampleRegion) -> RegionPlan:
    """Return the plan a region was made by; raises `Invalid` for one of another version."""
    told = region.plan
    try:
        return RegionPlan(**told)._replace(until=date.fromisoformat(told["until"]))
    except (TypeError, ValueError) as error:
        raise Invalid("this region was made by another version") from error


def _registered(region: SampleRegion, people: Sequence[Patient]) -> dict[str, list[int]]:
    """Give the places in the region of each facility's patients, but for the one of the awkward storage."""
    places = {patient.id: place for place, patient in enumerate(people)}
    awkward = region.stories["storage"].patient
    found: dict[str, list[int]] = {}
    for local, patient in region.links():
        if patient != awkward:
            found.setdefault(local.facility, []).append(places[patient])
    return found


def chart_of(plan: RegionPlan, site: Site, place: int, patient: Patient, behind: int) -> Chart:
    """Open the chart of the patient at a place of the region; it numbers its orders behind `behind`."""
    born = date_from_day(patient.birth_day)
    person = known_person(plan, place, patient.name, patient.sex, born)
    body = Body(person.patient, Random(f"{plan.seed}/{place}/levels"))
    return Chart(site, person, body, behind=behind)


def _told(hospital: _Hospital) -> Iterator[Change]:
    """Do what a hospital does in a day."""
    for turn, chart in enumerate(hospital.charts):
        for document, what in _visited(hospital, chart, turn):
            _lay(hospital, document)
            yield Change(hospital.site.code, document.area, document.locator, what)
            if what == WRITTEN and "/OMP-01/" in document.locator and turn % _EVERY_THIRD == 0:
                _rewrite(hospital, document)
                yield Change(hospital.site.code, document.area, document.locator, REWRITTEN)
    for turn, number in enumerate(hospital.others):
        takes_back = (turn + hospital.ordinal) % _EVERY_THIRD == 0
        if old := _chosen(hospital, number, _DELETABLE if takes_back else _CORRECTABLE):
            what = DELETED if takes_back else CORRECTED
            yield Change(hospital.site.code, "ssmix2", _replaced(hospital, old, turn, what), what)


def _visited(hospital: _Hospital, chart: Chart, turn: int) -> Iterator[tuple[Document, str]]:
    """Tell a visit: reception, blood, drugs, and now and then a picture, a note, an order for last week."""
    day, clock = hospital.ordinal, f"{9 + turn % 7:02d}"
    yield chart.visit(day, "01", f"{clock}02"), WRITTEN
    for document in orders.measured(chart, day, "short", "01", f"{clock}20"):
        yield document, WRITTEN
    yield chart.prescribe(day, (rp("morning", 28, "calcium 1"),), "01", f"{clock}45"), WRITTEN
    if turn % _EVERY_FOURTH == 1:
        late = chart.prescribe(day, (rp("thrice", 5, "mucosa 1"),), "01", f"{clock}50", start=day - 6)
        yield late, LATE
    if hospital.site.is_hospital and turn % _EVERY_FOURTH == 0:
        done, documents_ = chart.image(day, ("CR", "胸部"), "01", "定期検査", f"{clock}35")
        for document in (*documents_, *dicom.chest(chart, done)):
            yield document, WRITTEN
    if hospital.site.is_hospital and turn % 2 == 0:
        words = ("変わりない", "呼吸音清", "安定", "次回４週後")
        for document in documents.progress_note(chart, day, "01", words, f"{clock}48"):
            yield document, WRITTEN


# --- how a hospital writes ---------------------------------------------------------------------------


def _lay(hospital: _Hospital, document: Document) -> None:
    """Write a new file, at once in its new folder or under another name first."""
    path = hospital.root / document.area / document.locator
    path.parent.mkdir(parents=True, exist_ok=True)
    if hospital.random.random() < _UNDER_ANOTHER_NAME and document.area != documents.AREA:
        growing = path.with_name(f"{path.name}.tmp")
        growing.write_bytes(document.content)
        growing.rename(path)
    else:
        path.write_bytes(document.content)
    levels = document.locator.split("/")
    if document.area == "ssmix2" and (name := parse_name(levels[-1])):
        hospital.feeds.message(name, document.content)
    elif document.area == documents.AREA and (name := folder_name(*levels[4:6])):
        hospital.feeds.folder(name)


def _rewrite(hospital: _Hospital, document: Document) -> None:
    """Write a file of this day once more in place: first a part of it, then all."""
    content = _sent_again(document.content, "", f"{_REWRITTEN:06d}")
    path = hospital.root / document.area / document.locator
    path.write_bytes(content[: len(content) // 2])
    path.write_bytes(content)
    if name := parse_name(path.name):
        hospital.feeds.message(name, content)


def _chosen(hospital: _Hospital, number: str, kinds: Sequence[str]) -> Path | None:
    """Choose a current file of somebody; the newest day that has one of these kinds."""
    folder = hospital.root / "ssmix2" / patient_folder(number)
    if not folder.is_dir():
        return None
    for day in sorted((one for one in folder.iterdir() if one.name != NO_DATE), reverse=True):
        found = sorted(path for kind in kinds for path in (day / kind).glob("*_1"))
        if found:
            return found[hospital.random.randrange(len(found))]
    return None


def _replaced(hospital: _Hospital, old: Path, turn: int, what: str) -> str:
    """Correct a file, or take it back; return the locator of what was written."""
    name = parse_name(old.name)
    if name is None:
        raise RuntimeError("only files with a name are chosen")
    sent = f"{day_text(hospital.ordinal)}17{turn % 60:02d}30{turn % 1000:03d}"
    content = _sent_again(old.read_bytes(), sent, f"{_REPLACED + turn:06d}")
    flag = ConditionFlag.SUPERSEDED
    written = name._replace(timestamp=sent)
    if what == DELETED:
        flag, written = ConditionFlag.DELETED, written.flagged(ConditionFlag.DELETED)
        content = content.replace(b"\rORC|NW|", b"\rORC|CA|")
    for version in sorted(old.parent.iterdir()):
        former = parse_name(version.name)
        if former and former.logical_key == name.logical_key and former.flag in _REPLACES[what]:
            version.rename(version.with_name(former.flagged(flag).text()))
    (old.parent / written.text()).write_bytes(content)
    hospital.feeds.message(written, content)
    return written.locator()


def _sent_again(content: bytes, sent: str, number: str) -> bytes:
    """Give a message another MSH-10, and another MSH-7 where `sent` has its 17 digits."""
    header, end, rest = content.partition(b"\r")
    fields = header.split(b"|")
    if sent:
        fields[_MSH_7] = f"{sent[:14]}.{sent[14:]}".encode()
    fields[_MSH_10] = fields[_MSH_10][: -len(number)] + number.encode()
    return b"|".join(fields) + end + rest
