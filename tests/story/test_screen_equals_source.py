"""A whole region walked page by page: what a hospital wrote is what a doctor reads, value by value.

The files are read here a second time by another program's eyes, python-hl7, and by nothing of ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
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
from tests.build.page import Node, parse
from tests.build.served import Client, served

PLAN = RegionPlan(patients=16, hospitals=4, years=1)
PASSWORD = "an invented password"
LIFE_DAYS = 365
MOST_UNREAD = 20
"""Files of the awkward story in an encoding that nobody agreed on; their own tests read them."""
ESCAPES = {"\\F\\": "|", "\\S\\": "^", "\\T\\": "&", "\\R\\": "~", "\\E\\": "\\", "\\.br\\": " "}
DOUBTFUL = {"+-": "±", "(+-)": "(±)", "+/-": "±", "(+/-)": "(±)"}
"""With raised powers and the null, all that the screen writes in another way than the file."""
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
POWER = re.compile(r"\^(-?\d+)")
NULL = "（空値）"


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
        """Parse it with python-hl7; nothing where the encoding is not the one that all agreed on."""
        for codec in ("iso2022_jp", "iso2022_jp_ext"):
            try:
                text = self.path.read_bytes().decode(codec)
            except UnicodeDecodeError:
                continue
            return hl7.parse(text.replace("\r\n", "\r").replace("\n", "\r"))
        return None


class Walk(NamedTuple):
    """The region as it is served, and every current file that somebody may open."""

    client: dict[str, Client]
    written: dict[EntryId, Written]
    shown: list[tuple[str, PatientId, EntryId]]
    """Who may open which entry of whom."""


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("walk")
    for _ in generate(PLAN, folder / "region"):
        pass
    region = load(folder / "region")
    hub = wire(Settings(data_dir=folder / "hub", second_factor="off"))
    fill(hub.store, region, PASSWORD)
    for storage in region.storages:
        feeding = Feeding(Settings(data_dir=folder / "hub"), storage.facility)
        feed_sources(hub.store, feeding, [storage.ssmix2] if storage.ssmix2 else [], lambda _: None)
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
        seen: set[EntryId] = set()
        for member in region.members:
            if member.role is not Role.DOCTOR or member.attested_days_ago >= LIFE_DAYS:
                continue  # the region also has a doctor whose account has run out
            client = clients[member.login] = Client(address)
            assert client.sign_in(member.login, PASSWORD).status == 303
            for patient in region.patients():
                answer = client.get(f"/api/patients/{patient.id}/timeline")
                for row in orjson.loads(answer.body)["rows"] if answer.status == 200 else ():
                    if row[0] in entries and row[0] not in seen:
                        seen.add(row[0])
                        shown.append((member.login, patient.id, EntryId(row[0])))
        yield Walk(clients, entries, shown)


def _current(region: SampleRegion) -> Iterator[Written]:
    """Find the current files of the standardized storages by their names alone."""
    for storage in region.storages:
        for path in sorted(storage.ssmix2.rglob("*_1")) if storage.ssmix2 else ():
            number, care_date, kind, order, version, _, _ = path.name.split("_")
            yield Written(path, storage.facility, number, care_date, kind, order, version)


def _article(walk: Walk, who: str, patient: PatientId, entry: EntryId) -> Node:
    answer = walk.client[who].get(f"/patients/{patient}/entries/{entry}")
    assert answer.status == 200
    return parse(answer.text).one("article")


def _plain(text: object) -> str:
    """Undo HL7's escapes; blanks as a page keeps them."""
    told = str(text)
    for code, sign in ESCAPES.items():
        told = told.replace(code, sign)
    return " ".join(told.split())


def _field(segment: hl7.Segment, number: int, component: int = 1) -> str:
    """Return the first repetition's component of a field."""
    try:
        field = segment(number)
    except IndexError:
        return ""
    if isinstance(field, str):
        return _plain(field) if component == 1 else ""
    try:
        found = field(1)(component) if not isinstance(field(1), str) else (field(1) if component == 1 else "")
    except IndexError:
        return ""
    return _plain(found if isinstance(found, str) else str(found))


def _segments(message: hl7.Message, name: str) -> list[hl7.Segment]:
    return [segment for segment in message if str(segment[0]) == name]


class Result(NamedTuple):
    """A line of a laboratory table."""

    name: str
    value: str
    unit: str
    range: str
    flag: str


def _expected_result(segment: hl7.Segment) -> Result:
    """Say what the table must hold of an OBX."""
    name = _field(segment, 3, 2) or _field(segment, 3, 5) or _field(segment, 3)
    value = _field(segment, 5)
    if _field(segment, 2) in {"CWE", "CE"}:
        value = _field(segment, 5, 2) or value
    unit = POWER.sub(lambda power: power[1].translate(RAISED), _field(segment, 6, 2) or _field(segment, 6))
    told = NULL if value == '""' else DOUBTFUL.get(value, value)
    return Result(
        name, told, *("" if one == '""' else one for one in (unit, _field(segment, 7), _field(segment, 8)))
    )


def test_every_result_on_the_screen_is_the_one_in_the_file(walk: Walk) -> None:
    compared = 0
    for who, patient, entry in walk.shown:
        written = walk.written[entry]
        if written.kind != "OML-11":
            continue
        message = written.message()
        if message is None:
            continue
        article = _article(walk, who, patient, entry)
        expected = Counter(_expected_result(one) for one in _segments(message, "OBX"))
        found = Counter(
            _line(row) for table in article.all("table") for row in table.all("tr") if row.all("td")
        )
        assert found == expected, written.path.name
        compared += sum(expected.values())
    assert compared > 2000


def _line(row: Node) -> Result:
    value, unit, span, flag = row.all("td")[:4]
    return Result(_own(row.all("th")[0]), _own(value), _own(unit), _own(span), _code(flag))


def _code(cell: Node) -> str:
    """Read the letter of a flag; the words behind it explain it."""
    return _own(cell).partition(" ")[0]


def _own(cell: Node) -> str:
    """Read a cell without the small print behind it."""
    told = [
        child if isinstance(child, str) else child.raw
        for child in cell.children
        if isinstance(child, str) or child.tag not in {"small", "details", "div"}
    ]
    return " ".join("".join(told).split())


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
    unread = 0
    for who, patient, entry in walk.shown:
        written = walk.written[entry]
        if written.kind in {"OML-11", UNKNOWN_KIND}:
            continue
        message = written.message()
        if message is None:
            unread += 1
            continue
        page = parse(walk.client[who].get(f"/patients/{patient}/entries/{entry}").text).one("main").text
        for place, word in _words(message):
            if place in NOT_SHOWN and written.kind in ONLY_LISTS.get(place, {written.kind}):
                continue
            compared[written.kind] += 1
            if word not in page:
                missing.add(f"{written.kind} {place} {word[:20]}")
    assert missing == set()
    assert unread < MOST_UNREAD
    assert compared.total() > 3000
    assert len(compared) > 15, "few kinds were compared"


def _words(message: hl7.Message) -> Iterator[tuple[str, str]]:
    """Yield every word that is not plain ASCII with the field it stands in."""
    for segment in message:
        for number in range(1, len(segment)):
            field = segment[number]
            for repetition in [field] if isinstance(field, str) else field:
                for component in [repetition] if isinstance(repetition, str) else repetition:
                    for word in str(component).split("&"):
                        if not word.isascii():
                            yield f"{segment[0]}-{number}", _plain(word)
