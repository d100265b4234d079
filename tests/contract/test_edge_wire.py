"""What the hub answers an edge, asked of the real routes and of the stand-in the edge's tests speak with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from consent.model import Provision
from hie.edge.hub_link import HubLink, NumberPassed, PolicyMoved, Receipts, SpokenTwice
from hie.exchange.feeds.edges import ON_THE_WAY
from hie.exchange.feeds.parcels import Batch, Fate, Parcel
from hie.exchange.gate.policy import Known, Policy
from tests import sent, storages
from tests.edges import HandClock, StandInHub, enrolled
from tests.hub_beside import a_hub
from tests.sent import parcel, recall
from tests.storages import Document

ANNE, BILL = "0000000001", "0000000002"
Sending = tuple[Parcel, bytes]


class Wire(NamedTuple):
    """A hub behind an edge's link, and what happens beside it."""

    link: HubLink
    clock: HandClock
    consent: Callable[[str], None]
    withdraw: Callable[[str], None]

    def present(self) -> Policy:
        """Fetch the consent list."""
        policy = self.link.policy(-1, 0)
        assert policy is not None
        return policy

    def news(self, **known: object) -> bool:
        """Say whether there is news for who knows the present list, but for what is said."""
        now = self.present()
        mine = Known(now.position, now.incarnation, now.number, now.digest)._replace(**known)  # type: ignore[arg-type]
        return self.link.policy(mine.position, 0, mine) is not None

    def send(self, number: int, *parcels: Sending, **said: object) -> object:
        """Send a batch under the present list, but for what is said."""
        now = self.present()
        batch = Batch(number, now.position, tuple(one for one, _ in parcels), now.incarnation)
        bodies = [body for _, body in parcels]
        return self.link.send(batch._replace(**said), bodies)  # type: ignore[arg-type]

    def fates(self, number: int, *parcels: Sending) -> list[Fate]:
        """Send a batch; return what became of its documents."""
        result = self.send(number, *parcels)
        assert isinstance(result, Receipts)
        return [one.fate for one in result.receipts]


@pytest.fixture(params=["stand-in", "hub"])
def wire(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Wire]:
    clock = HandClock()
    identity = enrolled(tmp_path / "edge", clock)
    if request.param == "stand-in":
        stand_in = StandInHub(clock)
        stand_in.consent(ANNE)
        with HubLink(identity, tmp_path / "edge", stand_in) as link:
            yield Wire(link, clock, stand_in.consent, stand_in.withdraw)
        return
    with (
        a_hub(tmp_path / "hub", clock, [ANNE, BILL], [ANNE]) as hub,
        HubLink(identity, tmp_path / "edge", hub) as link,
    ):
        yield Wire(
            link,
            clock,
            lambda who: storages.consent(hub.store, who, Provision()),
            lambda who: sent.withdraw(hub.store, who),
        )


def _parcel(*documents: Document, bytes_too: bool = True, recalled: bool = False) -> Sending:
    named = [sent.named(one, sent=bytes_too) for one in documents]
    return recall(ANNE, *(one for one, _ in named)) if recalled else parcel(ANNE, *named)


def test_who_knows_everything_hears_nothing(wire: Wire) -> None:
    assert not wire.news()
    wire.fates(5, _parcel(storages.laboratory(ANNE, 1)))
    assert not wire.news()
    assert not wire.news(number=4)
    position = wire.present().position
    assert wire.link.policy(position, 0) is None


@pytest.mark.parametrize(
    "known", [{"incarnation": 99}, {"number": 6}, {"digest": "0" * 64}, {"position": 99}]
)
def test_who_knows_another_hub_hears_of_this_one(wire: Wire, known: dict[str, object]) -> None:
    wire.fates(5, _parcel(storages.laboratory(ANNE, 1)))
    assert wire.present().number == 5
    assert wire.news(**known)


def test_a_decision_is_news(wire: Wire) -> None:
    before = wire.present()
    wire.consent(BILL)
    after = wire.present()
    assert after.position > before.position
    assert after.digest != before.digest
    assert sorted(after.patients) == [ANNE, BILL]
    wire.withdraw(BILL)
    assert sorted(wire.present().patients) == [ANNE]


def test_a_number_may_come_again_but_no_lower_one(wire: Wire) -> None:
    lab = _parcel(storages.laboratory(ANNE, 1))
    assert wire.fates(5, lab) == wire.fates(5, lab) == [Fate.FILED]
    assert wire.send(4, lab) == NumberPassed(5)
    assert wire.fates(6, lab) == [Fate.FILED]


def test_a_batch_under_another_list_is_not_taken(wire: Wire) -> None:
    before = wire.present().position
    wire.consent(BILL)
    moved = wire.send(1, _parcel(storages.laboratory(ANNE, 1)), policy=before)
    assert moved == PolicyMoved(wire.present().position)


@pytest.mark.parametrize("said", [{"incarnation": 99}, {"acknowledged": 9}])
def test_a_batch_for_another_hub_is_not_taken_and_hides_nothing(wire: Wire, said: dict[str, object]) -> None:
    wire.fates(5, _parcel(storages.laboratory(ANNE, 1)))
    assert isinstance(wire.send(10, _parcel(storages.laboratory(ANNE, 2)), **said), PolicyMoved)
    assert wire.present().number == 5


def test_what_is_named_without_bytes_is_filed_or_wanted(wire: Wire) -> None:
    known, unknown = storages.laboratory(ANNE, 1), storages.laboratory(ANNE, 2)
    wire.fates(1, _parcel(known))
    assert wire.fates(2, _parcel(known, unknown, bytes_too=False)) == [Fate.FILED, Fate.WANTED]


def test_what_the_gate_covers_stands_and_else_it_is_taken_back(wire: Wire) -> None:
    document = storages.laboratory(ANNE, 1)
    wire.fates(1, _parcel(document))
    everything = recall(ANNE)
    named = _parcel(document, bytes_too=False, recalled=True)
    assert wire.fates(2, everything) == wire.fates(3, named) == [Fate.STANDS]
    wire.withdraw(ANNE)
    assert wire.fates(4, named) == [Fate.RECALLED]
    assert wire.fates(5, everything) == [Fate.RECALLED]


def test_a_start_that_was_followed_by_another_is_a_copy(wire: Wire) -> None:
    lab = _parcel(storages.laboratory(ANNE, 1))
    for number, run in ((1, "one"), (2, "two")):
        assert isinstance(wire.send(number, lab, run=run), Receipts)
    wire.clock.at += ON_THE_WAY + 1
    for number, run in ((3, "one"), (4, "two"), (5, "three")):
        assert wire.send(number, lab, run=run) == SpokenTwice()


def test_a_report_is_answered_with_the_hubs_time(wire: Wire) -> None:
    assert wire.link.report({"run": "one"}).at == wire.clock.now()
