"""However often, in whatever order and by how many at once batches come: the hub ends in one state."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from hie.exchange.feeds.parcels import Fate
from hie.exchange.feeds.receiving import NumberPassed, PolicyMoved, Taken
from hie.exchange.ports import Store
from hie.record.entry import EntryStatus
from hie.store import open_store
from tests import sent, storages
from tests.sent import Sender, named, parcel, seen_at_the_clinic
from tests.storages import Document, laboratory, prescription, resent

NUMBERS = [f"{number:010d}" for number in range(1, 9)]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = (
        f"sqlite:///{tmp_path}/hie.sqlite3"
        if request.param == "sqlite"
        else str(request.getfixturevalue("new_postgres_url")())
    )
    opened = open_store(url, str(tmp_path / "objects"))
    storages.people(opened, NUMBERS, NUMBERS)
    yield opened
    opened.close()


class Standing(NamedTuple):
    """What stands at the source of one thing: documents with their flags."""

    documents: tuple[tuple[Document, str], ...]

    def batch(self, number: int, position: int, patient: str) -> bytes:
        """Restate the thing, bytes and all."""
        documents = [named(document, flag) for document, flag in self.documents]
        return sent.written(number, position, [parcel(patient, *documents)])


def _history(patient: str, length: int) -> list[Standing]:
    """Tell how a report of the hospital changes: corrected, replaced, deleted, restored."""
    first = laboratory(patient, 1)
    again = resent(first, 30)
    third = resent(laboratory(patient, 1, value="9.9"), 60)
    corrected = third._replace(content=third.content.replace(b"9.9", b"8.8"))
    told = [
        Standing(((first, "1"),)),
        Standing(((first, "2"), (again, "1"))),
        Standing(((first, "2"), (again, "0"))),
        Standing(((first, "2"), (again, "2"), (third, "1"))),
        Standing(((first, "2"), (again, "2"), (corrected, "1"))),
        Standing(((first, "2"), (again, "2"), (corrected, "0"))),
        Standing(((first, "2"), (again, "2"), (corrected, "1"))),
    ]
    return told[:length]


def _standing(store: Store, patient: str) -> set[tuple[object, ...]]:
    """Return what is current at the hub: key and bytes."""
    rows = sent.hub_content(store, [patient])[patient]
    return {row[:2] for row in rows if row[2] is EntryStatus.APPROVED}


def _delivered(sender: Sender, content: bytes) -> object:
    return sender.receiving.receive(sender.edge, io.BytesIO(content))


@pytest.mark.parametrize("length", range(1, 6))
def test_every_order_of_up_to_five_events_ends_in_the_last_state(length: int) -> None:
    _every_order(length, permutations(range(length)))


@pytest.mark.parametrize("length", [6, 7])
def test_orders_of_seven_events_end_in_the_last_state(length: int) -> None:
    orders = list(permutations(range(length)))
    _every_order(length, Random(length).sample(orders, 120))


@pytest.mark.deep
@pytest.mark.parametrize("length", [6, 7])
def test_every_order_of_seven_events_ends_in_the_last_state(length: int) -> None:
    _every_order(length, permutations(range(length)))


def _every_order(length: int, orders: Iterator[Sequence[int]] | list[tuple[int, ...]]) -> None:
    patient = NUMBERS[0]
    history = _history(patient, length)
    expected: set[tuple[object, ...]] | None = None
    for order in orders:
        store = open_store("memory://", "memory://")
        storages.people(store, [patient], [patient])
        sender = Sender(store)
        position = sent.position(store)
        greatest = 0
        for event in order:
            answer = _delivered(sender, history[event].batch(event + 1, position, patient))
            if event + 1 < greatest:
                assert answer == NumberPassed(greatest)
            else:
                assert isinstance(answer, Taken)
                assert {one.fate for one in answer.receipts} == {Fate.FILED}
            greatest = max(greatest, event + 1)
        found = _standing(store, patient)
        expected = found if expected is None else expected
        assert found == expected, order
        assert len(seen_at_the_clinic(store, patient)) == len(found)


@pytest.mark.parametrize("times", [9, pytest.param(499, marks=pytest.mark.deep)])
def test_duplicated_reordered_parallel_deliveries_leave_a_set(store: Store, times: int) -> None:
    """Two hundred batches come two thousand times (deep: 100,000) by eight at once; each entry once."""
    sender = Sender(store)
    position = sent.position(store)
    random = Random(4)
    documents = {
        value: [laboratory(value, order) for order in range(1, 6)] + [prescription(value, 9)]
        for value in NUMBERS
    }
    batches = [
        sent.written(
            1,
            position,
            [
                parcel(
                    value, *(named(one) for one in random.sample(documents[value], random.randrange(1, 4)))
                )
                for value in random.sample(NUMBERS, random.randrange(1, 4))
            ],
        )
        for _ in range(200)
    ]
    deliveries = batches * times + random.sample(batches, 200)
    random.shuffle(deliveries)
    with ThreadPoolExecutor(8) as edges:
        answers = list(edges.map(lambda content: _delivered(sender, content), deliveries))
    assert all(isinstance(answer, Taken) for answer in answers)
    assert {one.fate for answer in answers if isinstance(answer, Taken) for one in answer.receipts} == {
        Fate.FILED
    }
    content = sent.hub_content(store, NUMBERS)
    for value in NUMBERS:
        rows = content[value]
        assert {row[2] for row in rows} == {EntryStatus.APPROVED}
        assert len({row[0] for row in rows}) == len(rows)
        assert len(seen_at_the_clinic(store, value)) == len(rows) > 0


def test_parallel_batches_of_many_numbers_end_where_the_greatest_left_it(store: Store) -> None:
    patient = NUMBERS[0]
    history = _history(patient, 7)
    sender = Sender(store)
    position = sent.position(store)
    deliveries = [(event + 1, one) for event, one in enumerate(history)] * 6
    Random(7).shuffle(deliveries)
    with ThreadPoolExecutor(6) as edges:
        answers = list(
            edges.map(lambda one: _delivered(sender, one[1].batch(one[0], position, patient)), deliveries)
        )
    assert any(isinstance(answer, NumberPassed) for answer in answers)
    last = history[-1].documents[-1][0]
    assert {row[1] for row in _standing(store, patient)} == {named(last)[0].content_hash}
    assert len(seen_at_the_clinic(store, patient)) == 1


def test_nothing_is_accepted_before_the_list_that_follows_a_withdrawal(store: Store) -> None:
    sender = Sender(store)
    random = Random(11)
    for round_ in range(20):
        patient = random.choice(NUMBERS)
        held = sent.position(store)
        if random.random() < 0.5:
            sent.withdraw(store, patient)
        else:
            storages.consent(store, patient)
        before = sent.hub_content(store, NUMBERS)
        for _ in range(3):
            value = random.choice(NUMBERS)
            one = parcel(value, named(laboratory(value, round_ + 1)))
            assert sender.send(one, policy=held) == PolicyMoved(sent.position(store))
        assert sent.hub_content(store, NUMBERS) == before
        value = random.choice(NUMBERS)
        assert isinstance(sender.send(parcel(value, named(laboratory(value, round_ + 1)))), Taken)
