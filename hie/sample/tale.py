"""What a story hands over: a person, their numbers, their consents and their documents, one after another."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from consent.model import ConsentEvent
from hie.record.identifiers import FacilityCode
from hie.sample.body import Body
from hie.sample.chart import Chart, Document
from hie.sample.facilities import Region, Site
from hie.sample.names import Person
from hie.sample.plan import RegionPlan


class Oddity(NamedTuple):
    """An awkward file and what ingest should make of it."""

    facility: FacilityCode
    area: str
    locator: str
    """Below the facility's area."""
    what: str
    expected: str
    """`indexed`, `quarantined`, `skipped` or `withheld`."""


class Sensitive(NamedTuple):
    """A document that was told to be sensitive."""

    facility: FacilityCode
    area: str
    locator: str
    """Below the facility's area; of an extended storage the content folder."""
    labels: int
    """Bits of `Label`."""


class Tale(NamedTuple):
    """One person of the region, told. `documents` is consumed once."""

    story: str
    """Name of the story; empty for the background."""
    person: Person
    charts: Charts
    consents: tuple[ConsentEvent, ...]
    documents: Iterable[Document]
    oddities: tuple[Oddity, ...] = ()


class Charts:
    """A person's charts, opened at each facility once."""

    def __init__(self, plan: RegionPlan, region: Region, person: Person, random: Random) -> None:
        self.plan = plan
        self.region = region
        self.person = person
        self.random = random
        self.body = Body(person.patient, random)
        self.allergies: tuple[str, ...] = ()
        """Keys of `hie.sample.allergies`; each chart opened afterwards knows them."""
        self._open: dict[str, Chart] = {}

    def at(self, site: Site) -> Chart:
        """Open the chart at a facility; doing so makes the link."""
        chart = self._open.get(site.code)
        if chart is None:
            chart = self._open[site.code] = Chart(site, self.person, self.body, self.allergies)
        return chart

    def hospital(self, position: int) -> Chart:
        """Open the chart at a hospital; a small region counts round."""
        return self.at(self.region.hospitals[position % len(self.region.hospitals)])

    def clinic(self) -> Chart:
        """Open the chart at the demo clinic."""
        return self.at(self.region.demo_clinic)

    def opened(self) -> tuple[Chart, ...]:
        """Give all charts, in the order they were opened."""
        return tuple(self._open.values())
