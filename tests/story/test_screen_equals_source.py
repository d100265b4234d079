"""A whole region walked page by page: what a hospital wrote is what a doctor reads, value by value.

The files are read here a second time by another program's eyes, python-hl7, and by nothing of ours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import hl7
import orjson
import pytest

from hie.cli.found import fill
from hie.hub.app import application
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.settings import Settings
from hie.hub.wiring import wire
from hie.record.entry import EntryStatus
from hie.record.identifiers import EntryId, FacilityCode, PatientId
from hie.record.requester import Role
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import SampleRegion, load
from tests.build import drawn, source
from tests.build.drawn import Cell
from tests.build.page import Node, parse
from tests.build.served import Client, served
from tests.build.source import close
from tests.build.world import FixedClock

PLAN = RegionPlan(patients=16, hospitals=4, years=1)
PASSWORD = "an invented password"
TODAY, NOON = date(2026, 11, 1), 1_793_502_000_000
"""The day after the region's last: the pages say what is current on a day that does not move."""
LIFE_DAYS = 365
UNREAD = {"OMP-01": 4, "OMG-01": 1}
"""Files of the awkward story in an encoding that nobody agreed on; their own tests read them."""
VITALS = "L-OBSERVATIONS^OBSERVATIONS^99ZL01"
NO_ROWS = ("6", "9")
"""JLAC10 of cultures, which are no rows of numbers, and of what is measured on the body."""


class Written(NamedTuple):
    """A current file of a storage."""

    path: Path
    facility: FacilityCode
    number: str
    care_date: str
    kind: str
    order: str
    version: str

    def message(self) -> hl7.Message | None:
        """Parse it; nothing where the encoding is not the one that all agreed on."""
        return source.message_of(self.path)


class Walk(NamedTuple):
    """The region as it is served, and every current file that somebody may open."""

    client: dict[str, Client]
    written: dict[EntryId, Written]
    shown: list[tuple[str, PatientId, EntryId]]
    """Who may open which entry of whom."""
    seen: dict[tuple[str, PatientId], list[EntryId]]
    """All that each doctor may open of each patient."""
    names: Mapping[FacilityCode, str]

    def article(self, who: str, patient: PatientId, entry: EntryId) -> Node:
        """Open an entry."""
        answer = self.client[who].get(f"/patients/{patient}/entries/{entry}")
        assert answer.status == 200
        return parse(answer.text).one("article")

    def read(self, *kinds: str) -> Iterator[tuple[Written, hl7.Message, Node]]:
        """Yield each file of these kinds with its page; the unread ones are counted and are no more."""
        unread: Counter[str] = Counter()
        for who, patient, entry in self.shown:
            written = self.written[entry]
            if written.kind not in kinds:
                continue
            message = written.message()
            if message is None:
                unread[written.kind] += 1
                continue
            yield written, message, self.article(who, patient, entry)
        assert unread == {kind: UNREAD[kind] for kind in kinds if kind in UNREAD}


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("walk")
    for _ in generate(PLAN, folder / "region"):
        pass
    region = load(folder / "region")
    clock = FixedClock()
    clock.moment = NOON
    hub = wire(Settings(data_dir=folder / "hub", second_factor="off"), clock)
    fill(hub.store, region, PASSWORD)
    for storage in region.storages:
        feeding = Feeding(Settings(data_dir=folder / "hub"), storage.facility)
        places = [place for place in (storage.ssmix2, storage.extended) if place]
        feed_sources(hub.store, feeding, places, lambda _: None)
    with hub.store.look() as work:
        entries = {
            found.id: one
            for one in _current(region)
            for local, _ in work.patients.resolve(one.facility, [one.number]).values()
            for key, known in work.registry.known(local).items()
            if key == (one.care_date, one.kind, one.order, one.version)
            for found in known
            if found.status is EntryStatus.APPROVED
        }
    with served(application(hub)) as address:
        clients: dict[str, Client] = {}
        shown = []
        seen: dict[tuple[str, PatientId], list[EntryId]] = {}
        opened: set[EntryId] = set()
        for member in region.members:
            if member.role is not Role.DOCTOR or member.attested_days_ago >= LIFE_DAYS:
                continue  # the region also has a doctor whose account has run out
            client = clients[member.login] = Client(address)
            assert client.sign_in(member.login, PASSWORD).status == 303
            for patient in region.patients():
                answer = client.get(f"/api/patients/{patient.id}/timeline")
                rows = orjson.loads(answer.body)["rows"] if answer.status == 200 else ()
                found = [EntryId(row[0]) for row in rows if row[0] in entries]
                if found:
                    seen[member.login, patient.id] = found
                shown += [(member.login, patient.id, one) for one in found if one not in opened]
                opened.update(found)
        yield Walk(clients, entries, shown, seen, {one.code: one.name for one in region.facilities})


def _current(region: SampleRegion) -> Iterator[Written]:
    """Find the current files of the storages by their names alone; of the extended ones the vital signs."""
    for storage in region.storages:
        for path in sorted(storage.ssmix2.rglob("*_1")) if storage.ssmix2 else ():
            number, care_date, kind, order, version, _, _ = path.name.split("_")
            yield Written(path, storage.facility, number, care_date, kind, order, version)
        for path in sorted(storage.extended.rglob("*_1/*.hl7")) if storage.extended else ():
            number, care_date, kind, order, version, _, _ = path.parent.name.split("_")
            yield Written(path, storage.facility, number, care_date, kind, order, version)


def test_every_result_on_the_screen_is_the_one_in_the_file(walk: Walk) -> None:
    compared = 0
    for written, message, article in walk.read("OML-11"):
        expected = Counter(source.result(one) for one in source.segments(message, "OBX"))
        found = Counter(
            drawn.line(row) for table in article.all("table") for row in table.all("tr") if row.all("td")
        )
        assert found == expected, written.path.name
        compared += expected.total()
    assert compared > 2000


@pytest.mark.parametrize(
    ("kinds", "expected", "least"),
    [(("OMP-01", "OMP-11"), source.prescribed, 500), (("OMP-02", "OMP-12"), source.injected, 60)],
    ids=["prescriptions", "injections"],
)
def test_every_line_of_an_order_is_drawn_with_its_dose_usage_days_and_start(
    walk: Walk,
    kinds: tuple[str, ...],
    expected: Callable[[hl7.Message], Counter[source.Ordered]],
    least: int,
) -> None:
    compared = 0
    for written, message, article in walk.read(*kinds):
        lines = expected(message)
        assert Counter(drawn.ordered(article)) == lines, written.path.name
        compared += lines.total()
    assert compared > least


def test_everything_that_was_given_is_told_with_dose_and_moment(walk: Walk) -> None:
    compared = 0
    for written, message, article in walk.read("OMP-11", "OMP-12"):
        lines = source.given(message)
        rows = drawn.rows(article, "薬剤")
        found = Counter(source.Given(*(close(drawn.own(row[key])) for key in (0, 1, 2, 4))) for row in rows)
        assert found == lines, written.path.name
        compared += lines.total()
    assert compared > 30


def test_every_diagnosis_has_its_code_its_marks_its_onset_and_its_end(walk: Walk) -> None:
    compared = 0
    for written, message, article in walk.read("PPR-01"):
        lines = source.diagnoses(message)
        found = Counter(
            source.Diagnosis(*(cell.text for cell in row[:5])) for row in drawn.rows(article, "病名")
        )
        assert found == lines, written.path.name
        compared += lines.total()
    assert compared > 50


def test_every_visit_and_every_stay_says_when_where_and_under_whom(walk: Walk) -> None:
    kinds = ("ADT-01", "ADT-12", "ADT-21", "ADT-22", "ADT-31", "ADT-32", "ADT-41", "ADT-42", "ADT-51")
    compared: Counter[str] = Counter()
    for written, message, article in walk.read(*kinds, "ADT-52"):
        expected = source.facts_of_stay(message)
        told = {
            pair.one("dt").text: close(pair.one("dd").text)
            for facts in article.all("dl", class_="facts")
            for pair in facts.all("div")
        }
        found = {label: text for label, text in told.items() if label in {*expected, *_STAY}}
        assert found == expected, written.path.name
        compared[written.kind] += len(expected)
    assert compared.total() > 600
    assert len(compared) == len(kinds) + 1


_STAY = ("日時", "入院日時", "退院日時", "退院予定", "帰院予定", "病棟・病室", "転出元", "担当医")
"""What must not stand on the page where the file does not say it."""


def test_every_meal_has_its_first_and_its_last(walk: Walk) -> None:
    compared = 0
    for written, message, article in walk.read("OMD"):
        lines = source.meals(message)
        found = Counter(
            source.Meal(*(close(row[place].text) for place in (0, 2, 3, 4, 5)))
            for row in drawn.rows(article, "食事")
        )
        assert found == lines, written.path.name
        compared += lines.total()
    assert compared > 10


def test_every_vital_sign_stands_at_its_time(walk: Walk) -> None:
    compared = 0
    for written, message, article in walk.read(VITALS):
        expected = source.measured(message)
        assert Counter(drawn.measured(article)) == expected, written.path.name
        compared += expected.total()
    assert compared > 200


OTHER_NAMES = {
    "HbA1c（NGSP）": "ヘモグロビンＡ１ｃ",
    "eGFR": "推算糸球体濾過量",
    "鉄": "血清鉄",
    "尿糖（定性）": "尿糖",
    "尿蛋白（定性）": "尿蛋白",
    "網赤血球数": "網赤血球",
}
"""Rows that are called otherwise than their results are in the files."""


def test_the_table_that_is_taken_along_holds_every_result_once_and_nothing_else(walk: Walk) -> None:
    compared = skipped = ranges = 0
    for (who, patient), entries in walk.seen.items():
        files = [walk.written[one] for one in entries if walk.written[one].kind == "OML-11"]
        said = _said(files, walk.names)
        if said is None:
            skipped += 1
            continue
        expected = Counter(cell for cell, result in said.elements())
        found: Counter[Cell] = Counter()
        names, results = _names(said), _results(said)
        for row in drawn.table(walk.client[who], patient):
            found[row.cell] += 1
            ranges += _has_its_range(row, results)
            called = source.bare_unit(OTHER_NAMES.get(row.name, row.name))
            assert any(one.startswith(called) for one in names[row.cell]), row
        assert found == expected, f"{who} {patient}"
        compared += expected.total()
    assert skipped == 0, "every file of results that is shown can be read"
    assert compared > 5000
    assert ranges > 100


Said = Counter[tuple[Cell, source.Result]]
"""What the files say, each result with the cell in which it must stand."""


def _said(files: list[Written], names: Mapping[FacilityCode, str]) -> Said | None:
    """Read every result of the files; nothing where one of them cannot be read."""
    found: Said = Counter()
    for file in files:
        message = file.message()
        if message is None:
            return None
        for one in source.segments(message, "OBX"):
            if source.field(one, 3, 3) == "JC10" and source.field(one, 3).startswith(NO_ROWS):
                continue
            at, result = source.field(one, 14), source.result(one)
            when = f"{at[:4]}/{int(at[4:6])}/{int(at[6:8])} {int(at[8:10])}:{at[10:12]}"
            cell = Cell(f"{when} {names[file.facility]}", result.value, source.bare_unit(result.unit))
            found[cell, result] += 1
    return found


def _has_its_range(row: drawn.Row, said: Mapping[Cell, list[source.Result]]) -> bool:
    """Hold a result's range against the files."""
    if not row.span:
        return False
    wanted = {result.range for result in said[row.cell]}
    assert row.span in wanted, row
    return True


def _results(said: Said) -> Mapping[Cell, list[source.Result]]:
    """Put the results under the cell in which they must stand."""
    found: defaultdict[Cell, list[source.Result]] = defaultdict(list)
    for cell, result in said:
        found[cell].append(result)
    return found


def _names(said: Said) -> Mapping[Cell, set[str]]:
    """Say how the results of each cell are called in the files."""
    names: defaultdict[Cell, set[str]] = defaultdict(set)
    for cell, result in said:
        names[cell].add(source.bare_unit(result.name).replace("−", "-"))
    return names


class Listed(NamedTuple):
    """A line of the list of drugs: as it is shown, or as the files say it must be."""

    name: str
    dose: str
    last: str
    entry: int


GRACE, WITHOUT_DAYS = 14, 90
"""Days for which a drug goes on behind its end, and for which one counts that says no days."""


def test_the_list_of_drugs_is_the_newest_line_of_each_in_the_files(walk: Walk) -> None:
    compared = skipped = 0
    for (who, patient), entries in walk.seen.items():
        files = [(one, walk.written[one]) for one in entries if walk.written[one].kind.startswith("OMP-")]
        files = [(one, file) for one, file in files if file.kind in {"OMP-01", "OMP-11"}]
        if any(file.message() is None for _, file in files):
            skipped += 1
            continue
        expected = Counter(_going_on(files))
        page = parse(walk.client[who].get(f"/patients/{patient}/medications").text)
        block = page.one("section", aria_labelledby="med-now")
        over = {id(row) for more in block.all("details") for row in more.all("tr")}
        found = Counter(
            _listed(row)
            for table in block.all("table")
            for row in table.one("tbody").all("tr")
            if id(row) not in over
        )
        assert found == expected, f"{who} {patient}"
        compared += expected.total()
    assert skipped <= 1, "the awkward patient is seen by one doctor"
    assert compared > 50


def _going_on(files: list[tuple[EntryId, Written]]) -> Iterator[Listed]:
    """Choose the newest document of each hospital's drug; all its lines of it, if they last to today."""
    lines: defaultdict[tuple[str, str], list[tuple[str, str, EntryId, source.Issued]]] = defaultdict(list)
    for entry, file in files:
        message = file.message()
        assert message is not None
        for one in source.issued(message):
            if min(one.start, file.care_date) <= f"{TODAY:%Y%m%d}":
                lines[file.facility, one.drug].append((one.start, file.care_date, entry, one))
    for drug in lines.values():
        start, care_date, newest, last = max(drug, key=lambda one: one[:3])
        ends = date.fromisoformat(start) + timedelta(
            days=last.days - 1 + GRACE if last.days else WITHOUT_DAYS
        )
        if ends >= TODAY:
            for _, _, entry, one in drug:
                if entry == newest:
                    yield Listed(one.name, one.dose, source.day(care_date), entry)


def _listed(row: Node) -> Listed:
    name, dose, *_, last = (cell for cell in row.children if isinstance(cell, Node))
    link = last.one("a")
    said = "".join(one for one in name.children if isinstance(one, str))
    entry = int(link["href"].rpartition("/")[2])
    return Listed(close(said), close(dose.text), link.one("span", class_="when").text, entry)


NOT_SHOWN = {
    "PID-5": "the head names the person as the region does; another spelling is compared at linking",
    "IN1-2": "insurance is the desk's business, not the doctor's",
    "PV1-7": "of a list without a visit: whoever was attending when it was written",
    "IAM-6": "added, changed: of the list, not of the allergy",
    "IAM-18": "who wrote an allergy down is not kept in its record",
    "ORC-10": "who typed it, beside who ordered it",
    "ORC-12": "of a list of diagnoses only: who ordered everything else is shown",
    "ORC-29": "an out-patient's order or an in-patient's, which the class of the visit says",
    "PRB-18": "the main diagnosis, said in our own word for it",
    "RXE-6": "the dosage form, which the drug's name says",
    "RXE-21": "as planned, the usual",
    "RXA-8": "the dosage form, which the drug's name says",
    "TQ1-9": "routine, the usual",
}
"""Fields that have words and no place on the page, each with the reason."""
ONLY_LISTS = {"ORC-12": {"PPR-01"}, "PV1-7": {"ADT-00", "ADT-61"}}
UNKNOWN_KIND = "OML-02"
"""A vendor's own: kept, and shown as what it is, closed by law 6."""


def test_every_word_of_every_other_file_is_on_its_page(walk: Walk) -> None:
    compared: Counter[str] = Counter()
    missing: set[str] = set()
    unread: Counter[str] = Counter()
    for who, patient, entry in walk.shown:
        written = walk.written[entry]
        if written.kind in {"OML-11", UNKNOWN_KIND, VITALS}:
            continue
        message = written.message()
        if message is None:
            unread[written.kind] += 1
            continue
        page = parse(walk.client[who].get(f"/patients/{patient}/entries/{entry}").text).one("main").text
        for place, word in source.words_of(message):
            if place in NOT_SHOWN and written.kind in ONLY_LISTS.get(place, {written.kind}):
                continue
            compared[written.kind] += 1
            if word not in page:
                missing.add(f"{written.kind} {place} {word[:20]}")
    assert missing == set()
    assert unread == UNREAD
    assert compared.total() > 3000
    assert len(compared) > 15, "few kinds were compared"
