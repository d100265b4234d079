"""Failed tries are counted by network, in a window that moves, and of so many networks only."""

from __future__ import annotations

import pytest

from hie.web.strangers import MOST_NETWORKS, MOST_TRIES, WINDOW_SECONDS, Strangers


def test_the_wait_ends_when_the_first_try_is_old_enough() -> None:
    strangers = Strangers()
    assert [strangers.wait("192.0.2.1", 100.0 + at) for at in range(MOST_TRIES)] == [0] * MOST_TRIES
    assert strangers.wait("192.0.2.1", 130.0) == 30
    assert strangers.wait("192.0.2.2", 130.0) == 0
    assert strangers.wait("192.0.2.1", 100.0 + WINDOW_SECONDS) == 0
    assert strangers.wait("192.0.2.1", 100.0 + WINDOW_SECONDS) == 1


def test_who_was_let_in_begins_anew() -> None:
    strangers = Strangers()
    for _ in range(MOST_TRIES):
        strangers.wait("192.0.2.1", 1.0)
    strangers.forget("192.0.2.1")
    assert strangers.wait("192.0.2.1", 1.0) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "192.0.2.2", False),
        ("a name", "", True),
    ],
)
def test_addresses_of_one_site_count_together(one: str, other: str, same: bool) -> None:  # noqa: FBT001  a row
    strangers = Strangers()
    for _ in range(MOST_TRIES):
        strangers.wait(one, 1.0)
    assert bool(strangers.wait(other, 1.0)) is same


def test_no_more_networks_are_remembered_than_there_is_room_for() -> None:
    strangers = Strangers()
    for number in range(MOST_NETWORKS + MOST_TRIES):
        strangers.wait(f"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}", 1.0)
    assert len(strangers._tries) == MOST_NETWORKS  # noqa: SLF001  what it keeps is the promise
