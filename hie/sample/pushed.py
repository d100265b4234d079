"""A message as a hospital of a region pushes it: a prescription of this minute for one of its patients."""

from __future__ import annotations

from datetime import datetime

from hie.record.errors import NotFound
from hie.record.identifiers import LocalPatientId
from hie.sample.days import chart_of, plan_of
from hie.sample.drugs import rp
from hie.sample.facilities import invented_region
from hie.sample.region import SampleRegion

_BEHIND = 9_000_000
"""Orders that no other part of the sample numbers: one for each second of a day."""


def prescription(region: SampleRegion, local: LocalPatientId, at: datetime) -> bytes:
    """Write a prescription (RDE^O11) of the moment `at`, Japanese time; raises `NotFound` for no patient."""
    person = next((patient for number, patient in region.links() if number == local), None)
    if person is None:
        raise NotFound("nobody has this number there")
    place, patient = next(
        (place, patient) for place, patient in enumerate(region.patients()) if patient.id == person
    )
    plan = plan_of(region)
    site = next(site for site in invented_region(plan).storages if site.code == local.facility)
    second = at.hour * 3600 + at.minute * 60 + at.second
    chart = chart_of(plan, site, place, patient, _BEHIND + second)
    taken = (rp("morning", 28, "calcium 1"),)
    return chart.prescribe(at.date().toordinal(), taken, "01", f"{at:%H%M}").content
