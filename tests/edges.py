"""Edges for tests: a clock that is set by hand, a hub that keeps to the wire, and the parts in between."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from backports.zstd import ZstdDecompressor

from consent.model import ConsentEvent, EventKind, Provision
from hie.edge import identity
from hie.edge.edge import Edge
from hie.edge.identity import Identity
from hie.edge.settings import EdgeSettings, EdgeSource
from hie.edge.wiring import wired
from hie.exchange.feeds.parcels import Fate, Parcel, ParcelDocument, Receipt, read_head, write_receipts
from hie.exchange.gate.policy import Known, Policy, digest_of, written
from hie.record.identifiers import FacilityCode, PatientId, content_hash
from ssmix2.layout import parse_name
from tests.certificates import Authority
from tests.storages import HOSPITAL

START = 1_800_000_000_000
DAY = 86_400_000
URL = "https://hub.example"


class HandClock:
    """A clock that moves when it is told."""

    def __init__(self, now: int = START) -> None:
        self.at = now
        self._ids = itertools.count(1)

    def now(self) -> int:
        return self.at

    def new_id(self) -> str:
        return f"{next(self._ids):032x}"


class StandInHub(httpx.BaseTransport):
    """Speaks the hub's side of the wire and keeps what it is sent, in memory.

    It decides nothing but what a test tells it; the real hub stands in the stories.
    """

    def __init__(  # noqa: PLR0915  what a hub keeps, one after the other
        self, clock: HandClock, facility: FacilityCode = HOSPITAL
    ) -> None:
        self.clock = clock
        self.facility = facility
        self.serve: Callable[[httpx.Request], httpx.Response] = self.answer
        """What answers; a test may put something in between."""
        self.position = 1
        self.patients: dict[str, tuple[ConsentEvent, ...]] = {}
        self.held: dict[tuple[str, str, str], bytes] = {}
        """Documents by source, patient and name."""
        self.log: list[str] = []
        """What arrived, in order: `policy`, `recall PATIENT`, `document NAME`, `status`."""
        self.sent: list[str] = []
        """Names of documents whose bytes came."""
        self.number = 0
        self.incarnation = 1
        self.runs: list[str] = []
        """Starts of the edge's process, the present one last."""
        self.twice = False
        self.fates: dict[str, Fate] = {}
        """What becomes of documents by name, where it is not `FILED`."""
        self.answers: list[httpx.Response | Exception] = []
        """What the next requests get instead of an answer."""
        self.rejects: Callable[[ParcelDocument], int] = lambda _: 0
        """HTTP status for a batch that holds such a document."""
        self.tasks: list[dict[str, Any]] = []
        self.audit: Any = None
        """Head of the audit trail that a report is answered with."""
        self.outcomes: dict[str, str] = {}
        self.details: dict[str, str] = {}
        self.report: dict[str, Any] = {}
        self.seen_bytes = bytearray()
        """Everything that left the edge, unpacked."""

    def consent(self, patient: str, *provisions: Provision) -> None:
        """Record that a patient consents."""
        self.position += 1
        given = ConsentEvent(
            self.position, PatientId(patient), EventKind.GIVEN, 0, "", "", provisions or (Provision(),)
        )
        self.patients[patient] = (*self.patients.get(patient, ()), given)

    def withdraw(self, patient: str) -> None:
        """Record that a patient takes all consent back."""
        self.position += 1
        self.patients.pop(patient, None)

    @contextmanager
    def away(self) -> Iterator[list[str]]:
        """Be unreachable for a while; give the paths that were asked for."""
        asked: list[str] = []
        before = self.serve

        def unreachable(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            raise httpx.ConnectError("no route")

        self.serve = unreachable
        yield asked
        self.serve = before

    def heard_twice(self, run: str) -> bool:
        """Say whether a start that was followed by another one speaks again."""
        self.twice |= run in self.runs[:-1]
        if run and run not in self.runs:
            self.runs.append(run)
        return self.twice

    def names(self) -> list[str]:
        """Name what is held."""
        return sorted(name for _, _, name in self.held)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.serve(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as the hub does."""
        body = request.read()
        if request.headers.get("Content-Encoding") == "zstd":
            body = ZstdDecompressor().decompress(body)
        self.seen_bytes += body
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        path = request.url.path.removeprefix("/edge/v1/")
        if path == "policy":
            asked = request.url.params
            known = (int(asked.get("incarnation", 0)), int(asked.get("number", 0)), asked.get("digest", ""))
            return self._policy(Known(int(asked["after"]), *known))
        if path == "batches":
            return self._batch(body)
        if path == "status":
            self.log.append("status")
            self.report = json.loads(body)
            self.heard_twice(str(self.report.get("run", "")))
            return httpx.Response(
                200, json={"at": self.clock.now(), "tasks": self.tasks, "audit": self.audit}
            )
        if path.startswith("tasks/"):
            task = path.removeprefix("tasks/")
            self.tasks = [one for one in self.tasks if one["id"] != task]
            self.outcomes[task] = json.loads(body)["outcome"]
            self.details[task] = json.loads(body)["detail"]
            return httpx.Response(204)
        return httpx.Response(404)

    def _policy(self, known: Known) -> httpx.Response:
        self.log.append("policy")
        same = known.position == self.position and known.incarnation in {0, self.incarnation}
        if same and known.number <= self.number and known.digest in {"", digest_of(self._list())}:
            return httpx.Response(204)
        return httpx.Response(200, content=written(self._list()))

    def _list(self) -> Policy:
        return Policy(
            self.position, self.clock.now(), self.facility, self.patients, self.incarnation, self.number
        )

    def _batch(self, content: bytes) -> httpx.Response:
        stream = BytesIO(content)
        batch = read_head(stream)
        moved = httpx.Response(409, json={"reason": "policy", "position": self.position})
        if batch.incarnation and (batch.incarnation != self.incarnation or batch.acknowledged > self.number):
            return moved
        if batch.number < self.number:
            return httpx.Response(409, json={"reason": "number", "number": self.number})
        self.number = batch.number
        if self.heard_twice(batch.run):
            return httpx.Response(409, json={"reason": "clone"})
        if batch.policy != self.position:
            return moved
        for parcel in batch.parcels:
            for document in parcel.documents:
                if status := self.rejects(document):
                    return httpx.Response(status)
        receipts = [receipt for parcel in batch.parcels for receipt in self._parcel(parcel, stream)]
        assert not stream.read(), "more bytes than the head names"
        return httpx.Response(200, json={"receipts": write_receipts(receipts)})

    def _parcel(self, parcel: Parcel, stream: BytesIO) -> Iterator[Receipt]:
        if parcel.recall:
            self.log.append(f"recall {parcel.patient}")
            names = {one.name for one in parcel.documents}
            named = {place for place in self.held if place[:2] == (parcel.source, parcel.patient)}
            named = {place for place in named if not names or place[2] in names}
            spared = {place[2] for place in named if self._covers(parcel.patient)}
            for place in named:
                if place[2] not in spared:
                    del self.held[place]
            for one in parcel.documents:
                fate = Fate.STANDS if one.name in spared else Fate.RECALLED
                yield Receipt(parcel.source, parcel.patient, one.locator, fate)
            if not parcel.documents:
                yield Receipt(parcel.source, parcel.patient, "", Fate.STANDS if spared else Fate.RECALLED)
            return
        self._forget_others(parcel)
        for document in parcel.documents:
            content = stream.read(document.size) if document.sent else None
            yield Receipt(
                parcel.source, parcel.patient, document.locator, self._document(parcel, document, content)
            )

    def _covers(self, patient: str) -> bool:
        """Say whether a patient's consent is without limits: then nothing of theirs is taken back."""
        events = self.patients.get(patient, ())
        return bool(events) and events[-1].provisions == (Provision(),)

    def _forget_others(self, parcel: Parcel) -> None:
        """Let go of versions of the same things that no longer stand at the source under such a name."""
        names = {one.name for one in parcel.documents}
        things = {_thing(name) for name in names}
        for place in list(self.held):
            is_his = place[:2] == (parcel.source, parcel.patient)
            if is_his and place[2] not in names and _thing(place[2]) in things:
                del self.held[place]

    def _document(self, parcel: Parcel, document: ParcelDocument, content: bytes | None) -> Fate:
        self.log.append(f"document {document.name}")
        place = (parcel.source, parcel.patient, document.name)
        if content is None:
            return Fate.FILED if place in self.held else Fate.WANTED
        assert content_hash(content) == document.content_hash
        self.sent.append(document.name)
        fate = self.fates.get(document.name, Fate.FILED)
        if fate is Fate.FILED:
            self.held[place] = content
        return fate


def _thing(name: str) -> object:
    parsed = parse_name(name)
    return parsed.logical_key if parsed else name


class World(NamedTuple):
    """An edge between a storage and a stand-in hub."""

    edge: Edge
    hub: StandInHub
    clock: HandClock
    root: Path
    """Of its one standardized storage."""
    images: Path
    """Of its DICOM folder."""

    def turn(self) -> None:
        """Look, examine and sync once, when everything has settled."""
        self.clock.at += 10_000
        self.edge.look_at_all(sweep=True)
        self.edge.examine()
        self.edge.sync()
        self.edge.examine()
        self.edge.sync()


def enrolled(folder: Path, clock: HandClock, url: str = URL, facility: FacilityCode = HOSPITAL) -> Identity:
    """Put an identity into `folder` that an invented authority certified."""
    authority = Authority()
    pair = identity.make_key(facility)
    certificate = authority.certify(pair.request, clock.now())
    made = Identity(url, facility, 1, pair.key, certificate, authority.pem)
    identity.store(folder, made)
    return made


def settings_of(folder: Path, **options: Any) -> EdgeSettings:
    """Name a standardized storage and a DICOM folder below `folder`, which are made."""
    for name in ("edge", "storage", "images"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sources = (
        EdgeSource.model_validate({"name": "emr", "kind": "ssmix2-standard", "path": folder / "storage"}),
        EdgeSource.model_validate({"name": "pacs", "kind": "dicom-folder", "path": folder / "images"}),
    )
    stated: dict[str, Any] = {
        "data_dir": folder / "edge",
        "sources": sources,
        "reserve_bytes": 0,
        "settle_seconds": 0,
    }
    return EdgeSettings(**(stated | options))


@contextmanager
def an_edge(
    folder: Path, hub: StandInHub | None = None, clock: HandClock | None = None, **options: Any
) -> Iterator[World]:
    """Open an edge on the folders below `folder`, as a start of the process does."""
    used = clock or HandClock()
    stand_in = hub or StandInHub(used)
    settings = settings_of(folder, **options)
    if not (settings.data_dir / identity.FILE).exists():
        enrolled(settings.data_dir, used)
    with wired(settings, used, stand_in) as edge:
        yield World(edge, stand_in, used, folder / "storage", folder / "images")
