"""A whole sample region at once: one real hub with its door of edges, and one real edge for each storage.

Whatever leaves an edge passes a transport that keeps what it says, opened, and can be told to be away.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from backports.zstd import ZstdDecompressor

from consent.model import ConsentEvent
from hie.cli.found import fill
from hie.clock import SystemClock
from hie.edge import enrolment
from hie.edge.edge import Edge
from hie.edge.identity import load as identity_of
from hie.edge.identity import tls_context
from hie.edge.settings import EdgeSettings, EdgeSource
from hie.edge.wiring import wired
from hie.exchange.feeds import edges
from hie.exchange.feeds.parcels import Batch, read_head
from hie.exchange.founding import operator
from hie.exchange.ports import Clock
from hie.hub.app import application
from hie.hub.authority import RegionAuthority
from hie.hub.settings import Settings
from hie.hub.wiring import Hub, wire
from hie.record.identifiers import FacilityCode
from hie.sample.region import SampleRegion, Storage
from tests.build.consented import NUMBER, TOKEN
from tests.build.served import served

PASSWORD = "an invented password"
_MOST_TURNS = 5


class Wire(httpx.BaseTransport):
    """The way out of one edge: TLS as the edge makes it, with somebody who reads along."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.away = False
        self.tokens: set[bytes] = set()
        """Tokens of patients in what left."""
        self.numbers: set[bytes] = set()
        """All that could be a patient's number in what left."""
        self.bytes = 0
        self.accepted: list[Batch] = []
        """Heads of the batches that the hub took, in order."""
        self.asked: list[str] = []
        """Paths, also of what did not get through."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Read along, then send on."""
        path = request.url.path
        self.asked.append(path)
        if self.away:
            raise httpx.ConnectError("no route", request=request)
        body = request.read()
        self.bytes += len(body)
        plain = body
        if request.headers.get("Content-Encoding") == "zstd":
            plain = ZstdDecompressor().decompress(body)
        headers = b"\n".join(b"%s: %s" % pair for pair in request.headers.raw)
        for said in (request.url.raw_path, headers, body, plain):
            self.tokens.update(TOKEN.findall(said))
            self.numbers.update(NUMBER.findall(said))
        answer = self._inner.handle_request(request)
        if path.endswith("/batches") and answer.status_code == httpx.codes.OK:
            self.accepted.append(read_head(io.BytesIO(plain)))
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class Hospital(NamedTuple):
    """One facility with a storage, and its edge."""

    storage: Storage
    edge: Edge
    wire: Wire

    def step(self) -> int:
        """Do every step of an edge once; return how many documents moved."""
        looked = self.edge.look_at_all(sweep=True)
        first = self.edge.sync()
        read = self.edge.examine()
        moved = self.edge.sync()
        return looked + read + sum(first[:3]) + sum(moved[:3])

    def rest(self) -> None:
        """Repeat the steps until nothing moves any more."""
        for _ in range(_MOST_TURNS):
            if not self.step():
                self.edge.report()
                return
        raise AssertionError("the edge does not come to rest")


class World(NamedTuple):
    """The region as it runs."""

    hub: Hub
    folder: Path
    """Of the hub."""
    hospitals: tuple[Hospital, ...]
    clock: Clock

    def record(self, event: ConsentEvent) -> ConsentEvent:
        """Record a decision at the hub's desk, now."""
        with self.hub.store.work() as work:
            return work.consents.record(event._replace(recorded_at=self.clock.now()))


@contextmanager
def world_of(region: SampleRegion, folder: Path, clock: Clock | None = None) -> Iterator[World]:
    """Found `region` at a new hub below `folder`, enrol an edge for every storage, and open all."""
    used = clock or SystemClock()
    settings = Settings(data_dir=folder / "hub", edge_port=0)
    with ExitStack() as stack:
        hub = wire(settings, used)
        fill(hub.store, region, PASSWORD)
        stack.enter_context(served(application(hub)))
        assert hub.edge_door is not None
        url = f"https://localhost:{hub.edge_door.port}"
        authority = RegionAuthority(settings.data_dir, used.now())

        def token(facility: FacilityCode) -> str:
            return edges.offer(hub.store, used, authority, operator("tester"), facility, url)

        hospitals = tuple(
            stack.enter_context(_hospital(storage, folder / f"edge-{storage.facility}", token, used))
            for storage in region.storages
        )
        yield World(hub, settings.data_dir, hospitals, used)


@contextmanager
def _hospital(
    storage: Storage, folder: Path, token: Callable[[FacilityCode], str], clock: Clock
) -> Iterator[Hospital]:
    settings = edge_settings(storage, folder)
    settings.data_dir.mkdir(parents=True)
    enrolment.enrol(settings.data_dir, token(storage.facility))
    context = tls_context(settings.data_dir, identity_of(settings.data_dir))
    way = Wire(httpx.HTTPTransport(verify=context))
    with wired(settings, clock, way) as edge:
        yield Hospital(storage, edge, way)


def edge_settings(storage: Storage, folder: Path, **options: Any) -> EdgeSettings:
    """Name all storages of a facility as sources of its edge."""
    found = {"standard": storage.ssmix2, "extended": storage.extended, "images": storage.dicom}
    kinds = {"standard": "ssmix2-standard", "extended": "ssmix2-extended", "images": "dicom-folder"}
    sources = tuple(
        EdgeSource.model_validate({"name": name, "kind": kinds[name], "path": path})
        for name, path in found.items()
        if path
    )
    stated: dict[str, Any] = {
        "data_dir": folder, "sources": sources, "reserve_bytes": 0, "settle_seconds": 0
    }  # fmt: skip
    return EdgeSettings(**(stated | options))
