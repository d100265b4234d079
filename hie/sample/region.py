"""A region on disk: the lists beside the storages, written while it is told and read as typed iterators."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO, TypeVar

from consent.model import ConsentEvent, EventKind
from consent.plain import body_of, body_of_event, paper_of, plain, plain_paper
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId, facility_code, patient_id
from hie.record.people import Facility, FacilityKind, HumanName, Patient, Sex
from hie.record.requester import Role
from hie.record.times import Day
from hie.sample import feeds
from hie.sample.chart import Document
from hie.sample.facilities import Member, Region
from hie.sample.names import TOKEN_PATTERN
from hie.sample.plan import RegionPlan
from hie.sample.tale import Oddity, Sensitive, Tale

_FORMAT = 2
_REGION, _AWKWARD = "region.json", "awkward.json"
_LINES = ("patients", "links", "consents", "sensitive")
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Storage:
    """Folders of one facility; any may be absent."""

    facility: FacilityCode
    ssmix2: Path | None
    dicom: Path | None
    extended: Path | None = None
    transactions: Path | None = None
    """The log of changes of `ssmix2`, where the hospital writes one."""
    index: Path | None = None
    """SSMIXIDX of `ssmix2` and `extended`, a SQLite file, where the hospital keeps one."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """Those that are there, in the order in which they are fed."""
        return tuple(path for path in (self.ssmix2, self.extended, self.dicom) if path is not None)


@dataclass(frozen=True, slots=True)
class StoryLine:
    """Who a story is about: number in the region, token, and local numbers by facility."""

    name: str
    patient: PatientId
    token: str
    numbers: tuple[LocalPatientId, ...]


@dataclass(frozen=True, slots=True)
class SampleRegion:
    """A region in its folder: the small lists are here, the long ones are read as they are asked for."""

    folder: Path
    plan: dict[str, Any]
    facilities: tuple[Facility, ...]
    members: tuple[Member, ...]
    storages: tuple[Storage, ...]
    stories: dict[str, StoryLine]
    demo_clinic: FacilityCode

    def patients(self) -> Iterator[Patient]:
        """Read everybody, in order of the region."""
        return _lines(self.folder, "patients", _patient)

    def tokens(self) -> Iterator[tuple[PatientId, str]]:
        """Read everybody's token, for tests that search bytes."""
        return _lines(self.folder, "patients", lambda line: (PatientId(line["id"]), line["token"]))

    def links(self) -> Iterator[tuple[LocalPatientId, PatientId]]:
        """Read which local number is whose."""
        return _lines(self.folder, "links", _link)

    def consents(self) -> Iterator[ConsentEvent]:
        """Read the consent log: events of one person in order, people one after another."""
        return _lines(self.folder, "consents", _event)

    def check(self) -> None:
        """Read every list to its end; raise `Invalid` where one is missing or has a line that is none."""
        for lines in (self.patients(), self.links(), self.consents()):
            for _ in lines:
                pass

    def sensitive(self) -> Iterator[Sensitive]:
        """Read what was told to be sensitive; every other document was told to be ordinary."""
        return _lines(self.folder, "sensitive", _sensitive)

    def oddities(self) -> tuple[Oddity, ...]:
        """Read the list of awkward files."""
        listed = json.loads((self.folder / _AWKWARD).read_text("utf-8"))
        return tuple(Oddity(**one) for one in listed)


def load(folder: Path) -> SampleRegion:
    """Open a region's folder. Raises `Invalid` where there is none that this version reads."""
    try:
        head = json.loads((folder / _REGION).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid(f"no sample region lies in {folder.name}") from error
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise Invalid("this region was made by another version")
    try:
        return _region(folder, head)
    except _MALFORMED as error:
        raise Invalid(f"{_REGION} does not say what a region's does") from error


def _region(folder: Path, head: dict[str, Any]) -> SampleRegion:
    return SampleRegion(
        folder,
        head["plan"],
        tuple(_facility(one) for one in head["facilities"]),
        tuple(_member(one) for one in head["members"]),
        tuple(_storage(folder, code) for code in head["storages"]),
        {one["name"]: _story(one) for one in head["stories"]},
        FacilityCode(head["demo_clinic"]),
    )


def _member(one: dict[str, Any]) -> Member:
    made = Member(one["login"], one["name"], FacilityCode(one["facility"]), Role(one["role"]))
    return made._replace(
        story=str(one.get("story", "")), attested_days_ago=int(one.get("attested_days_ago", 0))
    )


class RegionWriter:
    """Keeps the lists open while people are told, and closes them with the head file."""

    def __init__(self, folder: Path, plan: RegionPlan, region: Region) -> None:
        self._folder, self._plan, self._region = folder, plan, region
        self._stack = ExitStack()
        self._lines: dict[str, TextIO] = {}
        self._stories: list[dict[str, Any]] = []
        self._oddities: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        """Open the lists."""
        for name in _LINES:
            path = self._folder / f"{name}.jsonl"
            self._lines[name] = self._stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the lists; write the head last, so that a region without it is known to be unfinished."""
        self._stack.close()
        if kind is None:
            _write_json(self._folder / _AWKWARD, self._oddities)
            _write_json(self._folder / _REGION, self._head())

    def add(self, tale: Tale) -> None:
        """Write down a person, their numbers and their consents."""
        patient, charts = tale.person.patient, tale.charts.opened()
        born, sex = int(patient.birth_day), patient.sex.value
        self._line(
            "patients",
            {
                "id": patient.id,
                "name": list(patient.name),
                "born": born,
                "sex": sex,
                "token": tale.person.token,
            },
        )
        for chart in charts:
            self._line(
                "links", {"facility": chart.local.facility, "value": chart.local.value, "patient": patient.id}
            )
        for event in tale.consents:
            self._line("consents", _plain_event(event))
        self._oddities += [oddity._asdict() for oddity in tale.oddities]
        if tale.story:
            numbers = [[chart.local.facility, chart.local.value] for chart in charts]
            told = {"name": tale.story, "patient": patient.id, "token": tale.person.token, "numbers": numbers}
            self._stories.append(told)

    def met(self, document: Document) -> None:
        """Write down a document that was told to be sensitive."""
        if document.labels:
            place = "/".join(document.locator.split("/")[:6])
            locator = place if document.area == "extended" else document.locator
            line = Sensitive(document.facility, document.area, locator, int(document.labels))
            self._line("sensitive", line._asdict())

    def _line(self, name: str, value: dict[str, Any]) -> None:
        self._lines[name].write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")

    def _head(self) -> dict[str, Any]:
        plan, region = self._plan, self._region
        return {
            "format": _FORMAT,
            "notice": "Everything in this region is invented.",
            "plan": plan._asdict() | {"until": plan.until.isoformat()},
            "token_pattern": TOKEN_PATTERN.pattern,
            "demo_clinic": region.demo_clinic.code,
            "facilities": [one._asdict() for one in region.facilities],
            "members": [one._asdict() for one in region.members],
            "storages": [site.code for site in region.storages],
            "stories": self._stories,
        }


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


_MALFORMED = (ValueError, LookupError, TypeError, AttributeError, Invalid)
"""What reading a value that is not of our form raises."""


def _lines(folder: Path, name: str, read: Callable[[dict[str, Any]], Thing]) -> Iterator[Thing]:
    """Read a list line by line; raise `Invalid` with the line's number, never with its content."""
    number = 0
    try:
        with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                number += 1
                yield read(json.loads(line))
    except OSError as error:
        raise Invalid(f"{name}.jsonl cannot be read") from error
    except _MALFORMED as error:
        raise Invalid(f"{name}.jsonl: line {number} does not say what it should") from error


def _patient(line: dict[str, Any]) -> Patient:
    return Patient(patient_id(line["id"]), HumanName(*line["name"]), Day(line["born"]), Sex(line["sex"]))


def _sensitive(line: dict[str, Any]) -> Sensitive:
    return Sensitive(facility_code(line["facility"]), line["area"], line["locator"], int(line["labels"]))


def _link(line: dict[str, Any]) -> tuple[LocalPatientId, PatientId]:
    local = LocalPatientId(facility_code(line["facility"]), line["value"])
    return local, patient_id(line["patient"])


def _facility(one: dict[str, Any]) -> Facility:
    kind = FacilityKind(one["kind"])
    return Facility(facility_code(one["code"]), one["name"], kind, one["short_name"], one["mark"])


def _storage(folder: Path, code: str) -> Storage:
    root = folder / "facilities" / code
    ssmix2, dicom, extended, transactions, index = (
        path if path.exists() else None
        for path in (
            root / "ssmix2",
            root / "dicom",
            root / "extended",
            root / feeds.TRANSACTIONS,
            root / feeds.INDEX,
        )
    )
    return Storage(FacilityCode(code), ssmix2, dicom, extended, transactions, index)


def _story(one: dict[str, Any]) -> StoryLine:
    numbers = tuple(LocalPatientId(FacilityCode(code), value) for code, value in one["numbers"])
    return StoryLine(one["name"], PatientId(one["patient"]), one["token"], numbers)


def _plain_event(event: ConsentEvent) -> dict[str, Any]:
    return {
        "patient": event.patient,
        "kind": event.kind.value,
        "recorded_at": event.recorded_at,
        "recorded_by": event.recorded_by,
        "evidence": event.evidence,
        "says": plain(body_of_event(event)),
        "paper": plain_paper(event.paper),
    }


def _event(line: dict[str, Any]) -> ConsentEvent:
    return ConsentEvent(
        0,
        patient_id(line["patient"]),
        EventKind(line["kind"]),
        line["recorded_at"],
        line["recorded_by"],
        line["evidence"],
        *body_of(line["says"]),
        paper=paper_of(line["paper"]),
    )
