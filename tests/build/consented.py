"""What of a sample region should stand at a hub: counted from names, bytes, links and consents alone.

Nothing of an edge is asked. The clauses are read here a second time, in the plainest way, so that the
gate is not measured with itself; readers are asked for one thing only, the day a document is about, where
a clause depends on it.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pydicom

from consent.model import ConsentEvent, Provision, Withdrawal
from hie.exchange.feeds.reading import read_document
from hie.exchange.ports import Packed
from hie.record.entry import NO_LABELS, Confidentiality, DocumentClass, EntryStatus, Format, Label
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.times import ALWAYS, Day
from hie.sample.awkward import INDEXED
from hie.sample.chart import PSYCHIATRIC_CARE
from hie.sample.names import TOKEN_PATTERN
from hie.sample.region import SampleRegion, Storage
from hie.store.codes import STATUS_CODES
from hie.store.documents import Unpacker
from ssmix2.extended import folder_name, kind_of, pack_folder
from ssmix2.kinds import KINDS
from ssmix2.layout import FileName, parse_name

_STATUSES = {"1": EntryStatus.APPROVED, "2": EntryStatus.DEPRECATED, "0": EntryStatus.WITHDRAWN}
_TAKEN_BACK = str(STATUS_CODES[EntryStatus.WITHDRAWN])
_RESTRICTED = b"V^\x1b$B"
"""Begins PRB-25 of a diagnosis that is very restricted."""
_ENTRIES = (
    "select l.facility, l.value, e.care_date, e.data_kind, e.order_number, e.version, e.status,"
    " lower(hex(e.content_hash)) from entry e join local_patient l on l.id = e.local_patient"
    " where e.data_kind <> 'DICOM'"
)
_IMAGES = (
    "select l.facility, l.value, i.sop_instance_uid, lower(hex(i.content_hash)), i.status"
    " from imaging_instance i join local_patient l on l.id = i.local_patient"
)
TOKEN = re.compile(TOKEN_PATTERN.pattern.encode())
NUMBER = re.compile(rb"(?<![0-9a-f])[0-9]{7,10}(?![0-9a-f])")
"""What could be a facility's number of a patient, and is no part of a hash."""

Documents = Counter[tuple[str, ...]]


class Content(NamedTuple):
    """Documents and images, by facility, patient number, key, status and hash."""

    documents: Documents
    images: Documents


class Consented:
    """The consented part of a region's storages, for decisions that may change meanwhile."""

    def __init__(self, region: SampleRegion) -> None:
        """Read links and consents of a region."""
        self.region = region
        self.person = dict(region.links())
        self.log: dict[PatientId, list[ConsentEvent]] = defaultdict(list)
        for event in region.consents():
            self.log[event.patient].append(event)
        self.gone: set[PatientId] = set()
        """Who took consent back after documents had left."""
        self._labels = _told_sensitive(region)
        self._token = dict(region.tokens())
        self._unreadable = {
            (one.facility, one.area, one.locator) for one in region.oddities() if one.expected != INDEXED
        }

    def decide(self, event: ConsentEvent) -> None:
        """Count a decision that was recorded after documents had left; who took all back is gone for good."""
        self.log[event.patient].append(event)
        if event.withdrawal == Withdrawal():
            self.gone.add(event.patient)

    def verdict(self, hub: Path, now: int) -> str:
        """Compare what stands at a hub with what should; empty where nothing is lost, double or too much.

        Of those who are gone everything that was there may stand as taken back, and nothing else.
        """
        wanted, found = self.content(now), held(hub)
        numbers = {
            (local.facility, local.value) for local, person in self.person.items() if person in self.gone
        }
        faults = []
        for what, place, should, stands in (
            ("documents", 6, wanted.documents, found.documents),
            ("images", 4, wanted.images, found.images),
        ):
            taken_back = {key for key in stands if key[:2] in numbers and key[place] == _TAKEN_BACK}
            others = Counter({key: count for key, count in stands.items() if key not in taken_back})
            missing, surplus = should - others, others - should
            if missing or surplus:
                faults.append(f"{what}: {missing.total()} missing, {surplus.total()} too many")
        return "; ".join(faults)

    def provisions(self, person: PatientId, facility: FacilityCode, now: int) -> list[Provision]:
        """Give the clauses under which a facility may file documents of somebody."""
        standing: list[Provision] = []
        for event in self.log[person]:
            taken_back = event.withdrawal
            if taken_back is None:
                standing += event.provisions
            elif taken_back.recipients is None and _names(taken_back.disclosers, facility):
                standing = []
        return [
            one for one in standing if _names(one.disclosers, facility) and one.starts_at <= now < one.ends_at
        ]

    def tokens(self, now: int) -> set[bytes]:
        """Give the tokens of everybody of whom something may have left, or may now."""
        return {
            self._token[person].encode()
            for local, person in self.person.items()
            if person in self.gone or self.provisions(person, local.facility, now)
        }

    def strangers(self, now: int) -> set[bytes]:
        """Give the numbers under which no facility may ever have filed anything."""
        opened: dict[bool, set[bytes]] = {True: set(), False: set()}
        for local, person in self.person.items():
            known = person in self.gone or bool(self.provisions(person, local.facility, now))
            opened[known].add(local.value.encode())
        return opened[False] - opened[True]

    def content(self, now: int) -> Content:
        """Say what should stand at the hub."""
        documents, images = Documents(), Documents()
        for storage in self.region.storages:
            opened = {
                local.value: clauses
                for local, person in self.person.items()
                if local.facility == storage.facility
                and (clauses := self.provisions(person, storage.facility, now))
            }
            for name, content, how in self._messages(storage, opened):
                clauses = [
                    one for one in opened[name.patient_id] if not self._meant(storage, name) & ~one.labels
                ]
                if self._is_held(storage, name, how) or not clauses:
                    continue
                if _is_covered(name, content, how, storage.facility, clauses):
                    key = (name.care_date, name.data_kind, name.order_number, name.timestamp)
                    status = str(STATUS_CODES[_STATUSES[name.flag]])
                    digest = hashlib.sha256(content).hexdigest()
                    documents[storage.facility, name.patient_id, *key, status, digest] += 1
            images.update(self._images(storage, opened))
        return Content(documents, images)

    def _meant(self, storage: Storage, name: FileName) -> int:
        """Return the sensitive classes that a document was told to be of, in whatever version and state."""
        told = self._labels.get((storage.facility, *_logical(name)), NO_LABELS)
        return told | (int(Label.PSYCHIATRY) if name.department in PSYCHIATRIC_CARE else NO_LABELS)

    def _is_held(self, storage: Storage, name: FileName, how: Format) -> bool:
        """Say whether the facility holds it back from everybody."""
        person = self.person[LocalPatientId(storage.facility, name.patient_id)]
        holds = [event.restriction for event in self.log[person] if event.restriction is not None]
        return any(
            _names(one.disclosers, storage.facility)
            and one.recipients is None
            and one.users is None
            and (one.classes is None or _class_of(name, how) in one.classes)
            for one in holds
        )

    def _messages(
        self, storage: Storage, opened: dict[str, list[Provision]]
    ) -> Iterator[tuple[FileName, bytes, Format]]:
        """Yield messages and content folders of those who consented."""
        if storage.ssmix2:
            for path in sorted(storage.ssmix2.rglob("*")):
                name = parse_name(path.name)
                if name and name.patient_id in opened and self._is_good(storage, "ssmix2", path):
                    yield name, path.read_bytes(), Format.SSMIX2
        if storage.extended:
            for folder in sorted(storage.extended.glob("*/*/*/*/*/*")):
                found = folder_name(folder.parent.name, folder.name) if folder.is_dir() else None
                if found and found.patient_id in opened and self._is_good(storage, "extended", folder):
                    files = {
                        path.relative_to(folder).as_posix(): path.read_bytes()
                        for path in folder.rglob("*")
                        if path.is_file()
                    }
                    yield found, pack_folder(files), Format.CONTENT_FOLDER

    def _images(self, storage: Storage, opened: dict[str, list[Provision]]) -> Iterator[tuple[str, ...]]:
        for path in sorted(storage.dicom.rglob("*.dcm")) if storage.dicom else ():
            if not self._is_good(storage, "dicom", path):
                continue
            dataset = pydicom.dcmread(path, stop_before_pixels=True)
            day, value = Day(int(dataset.StudyDate)), str(dataset.PatientID)
            if any(_holds(one, DocumentClass.IMAGE, day) for one in opened.get(value, ())):
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                standing = str(STATUS_CODES[EntryStatus.APPROVED])
                yield storage.facility, value, str(dataset.SOPInstanceUID), digest, standing

    def _is_good(self, storage: Storage, area: str, path: Path) -> bool:
        root = {"ssmix2": storage.ssmix2, "extended": storage.extended, "dicom": storage.dicom}[area]
        assert root is not None
        locator = path.relative_to(root).as_posix()
        of_facility = (bad for bad in self._unreadable if bad[:2] == (storage.facility, area))
        return not any(bad == locator or bad.startswith(f"{locator}/") for _, _, bad in of_facility)


def _names(facilities: frozenset[FacilityCode] | None, facility: FacilityCode) -> bool:
    return facilities is None or facility in facilities


def _holds(clause: Provision, document_class: DocumentClass, day: Day) -> bool:
    return (clause.classes is None or document_class in clause.classes) and clause.service_period.holds(day)


def _is_covered(
    name: FileName, content: bytes, how: Format, facility: FacilityCode, clauses: list[Provision]
) -> bool:
    """Say whether a clause covers a document; none covers what is very restricted."""
    restricted = name.data_kind == "PPR-01" and _RESTRICTED in content
    if restricted and all(one.ceiling < Confidentiality.VERY_RESTRICTED for one in clauses):
        return False
    if any(one.classes is None and one.service_period == ALWAYS for one in clauses):
        return True
    document_class = _class_of(name, how)
    day = read_document(name, content, facility, how).facts.service_day
    return any(_holds(one, document_class, day) for one in clauses)


def _class_of(name: FileName, how: Format) -> DocumentClass:
    if how is Format.CONTENT_FOLDER:
        return kind_of(name).document_class
    kind = KINDS.get(name.data_kind)
    return kind.document_class if kind else DocumentClass.UNKNOWN


def _told_sensitive(region: SampleRegion) -> dict[tuple[str, ...], int]:
    """Read what the generator meant to be sensitive, by what names a document through its versions."""
    told: dict[tuple[str, ...], int] = {}
    for one in region.sensitive():
        parts = one.locator.split("/")
        name = parse_name(parts[-1]) if one.area == "ssmix2" else folder_name(parts[-2], parts[-1])
        assert name is not None
        told[one.facility, *_logical(name)] = one.labels
    return told


def _logical(name: FileName) -> tuple[str, ...]:
    return name.patient_id, name.care_date, name.data_kind, name.order_number


def held(hub: Path) -> Content:
    """Say what stands at the hub below `hub`, without asking the hub's code."""
    with closing(sqlite3.connect(hub / "hie.sqlite3")) as database:
        rows = [tuple(map(str, row)) for row in database.execute(_ENTRIES)]
        images = [tuple(map(str, row)) for row in database.execute(_IMAGES)]
    return Content(Counter(rows), Counter(images))


def tokens_at(hub: Path) -> set[bytes]:
    """Find every token in the files of a hub and in the documents that its database holds compressed."""
    found: set[bytes] = set()
    for path in hub.rglob("*"):
        if path.is_file():
            found.update(TOKEN.findall(path.read_bytes()))
    unpacker = Unpacker()
    with closing(sqlite3.connect(hub / "hie.sqlite3")) as database:
        for dictionary, body in database.execute("select dictionary, body from small_document"):
            found.update(TOKEN.findall(unpacker.unpack(Packed(body, dictionary))))
    return found
