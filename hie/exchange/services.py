"""What the two web doors are given: the hall's use cases with their ports filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from hie.exchange.ports import Clock, Store
from hie.exchange.ports.papers import NO_PAPERS, NO_SCANS, Drawable, PaperReader, ScanReader
from hie.exchange.records.news import SILENT_AFTER
from hie.exchange.records.retrieve import Reader
from hie.exchange.records.timeline import Timeline, TimelineRequest
from hie.exchange.signing.proofs import Reception
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester

AskTimeline = Callable[[TimelineRequest], Awaitable[Timeline | None]]
"""Answers one request; the hub gathers those that arrive together into one transaction."""

Thumbnail = Callable[[Drawable, int], bytes]
"""Draws an instance or attached picture as a PNG of at most so many pixels a side, in a limited process."""


OfferEdge = Callable[[Requester, FacilityCode], str]
"""Makes the token by which a hospital's edge is enrolled; raises `NotFound` where none takes part."""


class Services(NamedTuple):
    """Made by the composition root; the doors hold nothing else."""

    store: Store
    clock: Clock
    reception: Reception
    read: Reader
    timeline: AskTimeline
    thumbnail: Thumbnail
    secure_cookies: bool
    patients_see_names: bool = True
    """Whether a patient reads the names of who looked, beside facility and profession."""
    alarms: Callable[[], tuple[str, ...]] = tuple
    """What is wrong with the audit trail now, as words without anybody's name."""
    public_url: str = ""
    """Address by which people reach the hub, to which passkeys are bound; empty for the one they ask by."""
    scans: ScanReader = NO_SCANS
    papers: PaperReader = NO_PAPERS
    """Draws the pages of files that travel with documents."""
    silent_after: int = SILENT_AFTER
    """Days without news of who is in hospital or was referred, after which the doctor is told."""
    offer_edge: OfferEdge | None = None
    """None where the hub opens no door for edges."""
