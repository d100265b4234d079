"""A sample region fed through one real edge per hospital into one hub: exactly the consented part arrives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model import ConsentEvent, EventKind, Provision, Withdrawal
from hie.clock import SystemClock
from hie.record.entry import EntryStatus
from hie.record.errors import Unavailable
from hie.record.identifiers import PatientId
from hie.sample.days import CORRECTED, DELETED, LATE, REWRITTEN, WRITTEN, next_day
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import SampleRegion, load
from hie.store.codes import STATUS_CODES
from tests.build.consented import Consented, Content, held, tokens_at
from tests.build.whole_region import Hospital, World, world_of
from tests.edges import DAY, HandClock

PLAN = RegionPlan(patients=24, hospitals=5, years=1)
OFFLINE = 7
TAKEN_BACK = str(STATUS_CODES[EntryStatus.WITHDRAWN])


class Told:
    """The region, its world, and what should stand at the hub."""

    def __init__(self, region: SampleRegion, world: World, clock: HandClock) -> None:
        self.region, self.world, self.clock = region, world, clock
        self.consented = Consented(region)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    for _ in generate(PLAN, tmp_path / "region"):
        pass
    region = load(tmp_path / "region")
    clock = HandClock(SystemClock().now())
    with world_of(region, tmp_path / "world", clock) as world:
        yield Told(region, world, clock)


def test_the_hub_holds_the_consented_part_of_all_storages_and_nothing_of_others_left(told: Told) -> None:
    for hospital in told.world.hospitals:
        hospital.rest()
    expected, found = told.consented.content(told.clock.now()), held(told.world.folder)
    assert len({document[0] for document in expected.documents}) == len(told.world.hospitals) == 6
    assert sum(expected.documents.values()) > 500
    assert len(expected.images) > 20
    assert found == expected
    _nothing_of_others_left(told)


def _nothing_of_others_left(told: Told) -> None:
    """Search all that left an edge, and all that lies at the hub, for anybody without consent."""
    allowed = told.consented.tokens(told.clock.now())
    everybody = {token.encode() for _, token in told.region.tokens()}
    assert len(everybody - allowed) > 3
    left = set.union(*(hospital.wire.tokens for hospital in told.world.hospitals))
    assert left == tokens_at(told.world.folder) == allowed
    strangers = told.consented.strangers(told.clock.now())
    for hospital in told.world.hospitals:
        assert hospital.wire.bytes > 10_000
        assert not hospital.wire.numbers & strangers


def record(told: Told, event: ConsentEvent) -> None:
    told.consented.decide(told.world.record(event))


def _seven_days_offline(told: Told, gone: PatientId, newly: PatientId) -> Content:
    """Let days go by, with decisions, while no edge reaches the hub; give what the hub held all the time."""
    for hospital in told.world.hospitals:
        hospital.wire.away = True
        hospital.wire.accepted.clear()
        hospital.wire.asked.clear()
    before, changed = held(told.world.folder), Counter[str]()
    for day in range(OFFLINE):
        told.clock.at += DAY
        changed.update(change.what for change in next_day(told.region.folder).changes)
        if day == 2:
            record(told, ConsentEvent(0, gone, EventKind.WITHDRAWN, 0, "desk", "form", (), Withdrawal()))
        if day == 4:
            record(told, ConsentEvent(0, newly, EventKind.GIVEN, 0, "desk", "form", (Provision(),)))
        for hospital in told.world.hospitals:
            hospital.edge.look_at_all(sweep=day % 3 == 0)
            hospital.edge.examine()
            with pytest.raises(Unavailable):
                hospital.edge.sync()
    assert set(changed) == {WRITTEN, CORRECTED, DELETED, REWRITTEN, LATE}
    assert held(told.world.folder) == before
    for hospital in told.world.hospitals:
        assert not any(path.endswith("/batches") for path in hospital.wire.asked)
        hospital.wire.away = False
    return before


def test_after_seven_days_offline_withdrawals_come_first_and_nothing_is_lost_or_double(told: Told) -> None:
    gone, newly = told.region.stories["diabetic"].patient, told.region.stories["refused"].patient
    numbers = {local for local, person in told.consented.person.items() if person == gone}
    for hospital in told.world.hospitals:
        hospital.rest()
    before = _seven_days_offline(told, gone, newly)
    for hospital in told.world.hospitals:
        hospital.rest()
        here = {one.value for one in numbers if one.facility == hospital.storage.facility}
        _withdrawals_came_first(hospital, here)
    assert told.consented.verdict(told.world.folder, told.clock.now()) == ""
    found = held(told.world.folder)
    taken_back = {(one.facility, one.value) for one in numbers}
    was, stands = (
        {(*document[:6], document[7]) for document in one.documents if document[:2] in taken_back}
        for one in (before, found)
    )
    assert len(was) > 100
    assert stands == was
    assert {image[4] for image in found.images if image[:2] in taken_back} == {TAKEN_BACK}
    _nothing_of_others_left(told)


def _withdrawals_came_first(hospital: Hospital, taken_back: set[str]) -> None:
    """Prove that all was taken back before the hub accepted the first document."""
    parcels = [parcel for batch in hospital.wire.accepted for parcel in batch.parcels]
    recalls = [parcel.recall for parcel in parcels]
    assert recalls == sorted(recalls, reverse=True)
    assert taken_back <= {parcel.patient for parcel in parcels if parcel.recall}
