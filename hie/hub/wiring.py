"""Which port gets which keeper; nothing else."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from hie.clock import SteadyClock
from hie.exchange.feeds import edges
from hie.exchange.feeds.reading import reread_document
from hie.exchange.ports import AuditQuery, Clock, Store
from hie.exchange.records.medication_rules import installed
from hie.exchange.records.timeline import Admitted, Timeline, TimelineRequest, admitted, timeline
from hie.exchange.services import AskTimeline, OfferEdge, Services
from hie.exchange.signing.proofs import Proofs, Reception, Rules
from hie.hub.authenticator_apps import PyOtpApps
from hie.hub.authority import RegionAuthority
from hie.hub.custody import check_keys, make_private
from hie.hub.edge_door import EdgeDoor, edge_door
from hie.hub.gathering import Gathering
from hie.hub.guessable import Guessable
from hie.hub.housekeeping import Housekeeping
from hie.hub.papers import Papers
from hie.hub.passkeys import WebAuthnPasskeys
from hie.hub.passwords import Argon2Passwords
from hie.hub.recording import Recording, recording
from hie.hub.scans import Scans
from hie.hub.settings import REQUIRED, Settings
from hie.hub.standing_open import check_openness
from hie.hub.thumbnails import Thumbnails
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester
from hie.store import open_store

_MEBIBYTE = 1024 * 1024


class Hub(NamedTuple):
    """A wired hub: what the doors get, and what must be closed at the end."""

    services: Services
    store: Store
    thumbnails: Thumbnails
    housekeeping: Housekeeping | None = None
    edge_door: EdgeDoor | None = None
    scans: Scans | None = None
    recording: Recording | None = None
    papers: Papers | None = None


def stored_by(settings: Settings, reserve: int = 0) -> Store:
    """Open the store the settings name; the embedded default makes its folder, and sets bytes aside."""
    if urlsplit(settings.database).scheme == "sqlite":
        make_private(settings.data_dir)
    return open_store(settings.database, settings.objects, reserve)


def wire(settings: Settings, clock: Clock | None = None) -> Hub:
    """Wire a hub from its settings; without a `clock` it has the system's."""
    check_openness(settings)
    check_keys(settings.data_dir)
    installed()  # a rule table that cannot be used is said now, not to whoever opens the page
    store = stored_by(settings, settings.reserve_megabytes * _MEBIBYTE // 4)
    clock = clock or SteadyClock(_last_seen(store))
    thumbnails, scans, papers = Thumbnails(), Scans(), Papers()
    watched = recording(settings, store, clock)
    services = Services(
        store=store,
        clock=clock,
        reception=Reception(store, clock, proofs(settings), rules(settings)),
        read=reread_document,
        timeline=gathered(store, clock),
        thumbnail=thumbnails,
        secure_cookies=settings.secure_cookies,
        public_url=settings.public_url.rstrip("/"),
        scans=scans,
        papers=papers,
        patients_see_names=settings.patients_see_names,
        silent_after=settings.silent_after_days,
        alarms=watched.sealing.troubles,
        offer_edge=offering(settings, store, clock),
    )
    door = edge_door(settings, store, clock)
    return Hub(services, store, thumbnails, Housekeeping(store, clock), door, scans, watched, papers)


def _last_seen(store: Store) -> int:
    """Return the moment of the newest audit row: the clock was there already."""
    with store.look() as work:
        newest = work.audit.search(AuditQuery(), 1)
    return newest[0].event.at if newest else 0


def offering(settings: Settings, store: Store, clock: Clock) -> OfferEdge | None:
    """Return what makes tokens for edges; none where the hub opens no door for them."""
    if settings.edge_port is None and not settings.edge_url:
        return None

    def offer(requester: Requester, facility: FacilityCode) -> str:
        authority = RegionAuthority(settings.data_dir, clock.now())
        return edges.offer(store, clock, authority, requester, facility, settings.edge_address)

    return offer


def proofs(settings: Settings) -> Proofs:
    """Return what people prove who they are by, each with its library."""
    return Proofs(
        Argon2Passwords(),
        Guessable(settings.breach_list),
        PyOtpApps(),
        WebAuthnPasskeys(settings.network),
    )


def rules(settings: Settings) -> Rules:
    """Return what the settings say of signing in."""
    return Rules(settings.second_factor == REQUIRED, settings.most_sessions, settings.network)


def gathered(store: Store, clock: Clock) -> AskTimeline:
    """Answer calendar requests: those that arrive together are decided in one transaction."""

    def read(request: Admitted | None) -> Timeline | None:
        return timeline(store, request) if request else None

    return Gathering[TimelineRequest, Admitted | None, Timeline | None](
        lambda requests: admitted(store, clock, requests), read, in_place=store.reads_in_place
    )
