"""A real hub with its edge door open on this machine, and what it holds."""

from __future__ import annotations

import hashlib
import sqlite3
import ssl
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from consent.model import ConsentEvent, EventKind, Withdrawal
from hie.clock import SystemClock
from hie.edge.enrolment import read_token
from hie.edge.identity import make_key
from hie.exchange.feeds import edges
from hie.exchange.founding import operator
from hie.exchange.ports import Store
from hie.hub.app import application
from hie.hub.authority import RegionAuthority
from hie.hub.settings import Settings
from hie.hub.wiring import wire
from hie.record.entry import EntryStatus
from hie.record.identifiers import FacilityCode, PatientId
from hie.store.codes import STATUS_CODES
from ssmix2.layout import parse_name
from tests import storages
from tests.build.served import served

DATABASE = "hie.sqlite3"
_ENTRIES = (
    "select l.value, e.care_date, e.data_kind, e.order_number, e.version, lower(hex(e.content_hash))"
    " from entry e join local_patient l on l.id = e.local_patient where e.status = ?"
)
_FLAGS = {"1": EntryStatus.APPROVED, "2": EntryStatus.DEPRECATED, "0": EntryStatus.WITHDRAWN}

Held = Counter[tuple[str, ...]]
"""Number, care date, kind, order, version and hash of documents."""


class Region(NamedTuple):
    """A hub that edges can reach."""

    store: Store
    settings: Settings
    url: str
    viewer: str
    """Where its pages are."""

    def token(self, facility: FacilityCode = storages.HOSPITAL) -> str:
        """Make an enrolment token."""
        clock = SystemClock()
        authority = RegionAuthority(self.settings.data_dir, clock.now())
        return edges.offer(self.store, clock, authority, operator("tester"), facility, self.url)

    def withdraw(self, value: str) -> None:
        """Record that the person behind a number of the hospital takes everything back."""
        with self.store.work() as work:
            who = PatientId(f"p-{value}")
            now = SystemClock().now()
            work.consents.record(
                ConsentEvent(0, who, EventKind.WITHDRAWN, now, "desk", "form 2", (), Withdrawal())
            )

    def client(self, folder: Path) -> httpx.Client:
        """Enrol an edge at the desk, and give what speaks with its certificate; its key goes to `folder`."""
        clock, pair = SystemClock(), make_key(storages.HOSPITAL)
        authority = RegionAuthority(self.settings.data_dir, clock.now())
        given = edges.enrol(self.store, clock, authority, read_token(self.token()).secret, pair.request)
        (folder / "client.pem").write_text(pair.key + given.certificate)
        context = ssl.create_default_context(cadata=authority.certificate)
        context.load_cert_chain(folder / "client.pem")
        return httpx.Client(base_url=self.url, verify=context, timeout=30)


@contextmanager
def a_region(
    folder: Path, linked: list[str], consented: list[str], port: int = 0, reserve: int = 0
) -> Iterator[Region]:
    """Serve a hub below `folder` at which these patients of the hospital are linked and consent."""
    settings = Settings(data_dir=folder, edge_port=port, reserve_megabytes=reserve, second_factor="off")
    is_new = not (folder / DATABASE).exists()
    hub = wire(settings)
    if is_new:
        storages.people(hub.store, linked, consented)
    with served(application(hub)) as viewer:
        assert hub.edge_door is not None
        yield Region(hub.store, settings, f"https://localhost:{hub.edge_door.port}", viewer)


def held(folder: Path, status: EntryStatus = EntryStatus.APPROVED) -> Held:
    """Return what a hub holds below `folder` with one status."""
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        return Counter(database.execute(_ENTRIES, (STATUS_CODES[status],)))


def standing(root: Path, patients: Collection[str], status: EntryStatus = EntryStatus.APPROVED) -> Held:
    """Return what stands in a standardized storage of these patients with one status, by the names."""
    found: Held = Counter()
    for path in root.rglob("*"):
        name = parse_name(path.name)
        if name and path.is_file() and name.patient_id in patients and _FLAGS[name.flag] is status:
            found[(*name[:5], hashlib.sha256(path.read_bytes()).hexdigest())] += 1
    return found


def texts(folder: Path) -> bytes:
    """Return all bytes below a hub's folder that could name somebody."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
