"""Turns at writing."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from hie.record.errors import Unavailable
from hie.store.turns import Turns


def test_turns_pass_to_whoever_came_first() -> None:
    turns = Turns(patience=30)
    order: list[int] = []
    turns.take()

    def wait(number: int, arrived: Event) -> None:
        arrived.set()
        turns.take()
        order.append(number)
        turns.give()

    threads: list[Thread] = []
    for number in range(5):
        arrived = Event()
        thread = Thread(target=wait, args=(number, arrived))
        thread.start()
        arrived.wait()
        while len(turns.waiting) <= number:
            pass
        threads.append(thread)
    turns.give()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_a_busy_holder_cannot_take_the_next_turn_before_who_waits() -> None:
    turns = Turns(patience=30)
    taken = Event()
    turns.take()

    def wait() -> None:
        turns.take()
        taken.set()
        turns.give()

    waiting = Thread(target=wait)
    waiting.start()
    while not turns.waiting:
        pass
    turns.give()
    turns.take()
    assert taken.is_set()
    turns.give()
    waiting.join()


def test_patience_ends_and_the_turn_is_not_lost() -> None:
    turns = Turns(patience=0.01)
    turns.take()
    with pytest.raises(Unavailable):
        turns.take()
    turns.give()
    turns.take()
    turns.give()
