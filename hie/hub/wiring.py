"""Which port gets which keeper; nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from hie.exchange.ports import Clock, Store
from hie.exchange.services import AskTimeline, Services
from hie.exchange.timeline import Admitted, Timeline, TimelineRequest, admitted, timeline
from hie.hub.clock import SystemClock
from hie.hub.gathering import Gathering
from hie.hub.passwords import Argon2Passwords
from hie.hub.settings import Settings
from hie.hub.thumbnails import Thumbnails
from hie.hub.watcher import Watcher
from hie.record.entry import DocumentEntry
from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity
from hie.record.identifiers import FacilityCode
from hie.record.submission import Reading
from hie.store import open_store
from ssmix2 import read
from ssmix2.layout import FileName

IDENTITY = "ID-01"
"""The rule that compares the patient in the bytes with the patient of the file's name."""


class Hub(NamedTuple):
    """A wired hub: what the doors get, and what must be closed at the end."""

    services: Services
    store: Store
    thumbnails: Thumbnails
    watcher: Watcher | None = None


def stored_by(settings: Settings) -> Store:
    """Open the store the settings name; the embedded default makes its folder."""
    if urlsplit(settings.database).scheme == "sqlite":
        Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    return open_store(settings.database, settings.objects)


def wire(settings: Settings) -> Hub:
    """Wire a hub from its settings."""
    store = stored_by(settings)
    clock = SystemClock()
    thumbnails = Thumbnails()
    services = Services(
        store=store,
        clock=clock,
        passwords=Argon2Passwords(),
        read=read_document,
        timeline=gathered(store, clock),
        thumbnail=thumbnails,
        secure_cookies=settings.secure_cookies,
    )
    return Hub(services, store, thumbnails, Watcher(store, clock, settings))


def gathered(store: Store, clock: Clock) -> AskTimeline:
    """Answer calendar requests: those that arrive together are decided in one transaction."""

    def read(request: Admitted | None) -> Timeline | None:
        return timeline(store, request) if request else None

    return Gathering[TimelineRequest, Admitted | None, Timeline | None](
        lambda requests: admitted(store, clock, requests), read, in_place=store.reads_in_place
    )


def read_document(entry: DocumentEntry, content: bytes, facility: FacilityCode) -> Reading:
    """Read a filed SS-MIX2 document again: its name is made from the entry's key."""
    key = entry.facts.key
    name = FileName(
        patient_id="",
        care_date=key.care_date,
        data_kind=key.data_kind,
        order_number=key.order_number,
        timestamp=key.version,
        department=entry.facts.department,
        flag="1",
    )
    try:
        reading = read(name, content, facility)
    except Unreadable as refused:
        # It was readable when it was filed: only a newer, stricter reader can come here.
        finding = Finding(
            refused.finding.code, Severity.ERROR, refused.finding.place, refused.finding.message
        )
        return Reading(None, entry.facts, (), (finding,))
    # Whose it is was compared when it was filed; the name made here has no number to compare with.
    findings = tuple(finding for finding in reading.findings if finding.code != IDENTITY)
    return reading._replace(findings=findings)
