"""What waits at somebody's desk, in numbers: nobody is named, so nothing is disclosed by it."""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.breakglass import emergency_reviews
from hie.exchange.breakglass.emergency_reviews import REVIEWERS
from hie.exchange.consents import registering, scanning
from hie.exchange.feeds.feed_lights import Light, light_of
from hie.exchange.feeds.feed_monitor import feeds, may_monitor
from hie.exchange.gate.declared import DESK
from hie.exchange.ports import Clock, RegistrationState, Store
from hie.exchange.roster.roll import EXCEPTIONS, Standing, roll
from hie.exchange.trail import accesses
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester, Role

MOST_LINKS = 500


class Waiting(NamedTuple):
    """How many things of each kind wait, and how many of them wait for this very person."""

    to_verify: int
    """Registrations somebody else wrote."""
    own_proposals: int
    """Registrations that another person must verify."""
    in_tray: int
    """Scanned pages that belong nowhere yet."""
    links: int
    contested: int
    to_approve: int
    people: int
    """Others that are not as they should be: expired, not attested, suspended, idle."""
    reviews: int
    complaints: int
    feeds: int
    """Hospitals whose light is not green."""
    monitors: bool
    """Whether the feeds are this person's business at all."""

    @property
    def total(self) -> int:
        """Add everything up that this person can do something about."""
        own = self.to_verify + self.in_tray + self.links + self.to_approve + self.people
        return own + self.reviews + self.complaints + self.feeds


def waiting(store: Store, clock: Clock, requester: Requester) -> Waiting:
    """Count what waits for the asker's desk; raise `NotFound` for who has none."""
    if requester.role not in DESK:
        raise NotFound("no such page for the asker")
    proposed = registering.queue(store, requester, [RegistrationState.PROPOSED])
    everywhere = requester.role is Role.SECRETARIAT
    with store.look() as work:
        cases = work.link_cases.all("" if everywhere else requester.facility, MOST_LINKS)
    people = [line.standing for line in roll(store, clock, requester, _code) if line.standing in EXCEPTIONS]
    reviewing = requester.role in REVIEWERS
    return Waiting(
        to_verify=sum(one.may_verify for one in proposed),
        own_proposals=sum(not one.may_verify for one in proposed),
        in_tray=len(scanning.tray(store, requester)),
        links=len(cases),
        contested=sum(case.kind == "contested" for case in cases),
        to_approve=people.count(Standing.TO_APPROVE),
        people=sum(standing is not Standing.TO_APPROVE for standing in people),
        reviews=len(emergency_reviews.queue(store, requester)) if reviewing else 0,
        complaints=len(accesses.waiting(store, requester)) if reviewing else 0,
        feeds=_not_green(store, clock, requester),
        monitors=may_monitor(requester),
    )


def _not_green(store: Store, clock: Clock, requester: Requester) -> int:
    if not may_monitor(requester):
        return 0
    fine = {Light.WELL, Light.DIRECT}
    return sum(light_of(state) not in fine for state in feeds(store, clock, requester))


def _code(facility: FacilityCode) -> str:
    return facility
