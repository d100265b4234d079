"""The promises of `Preferences`."""

from __future__ import annotations

import pytest

from hie.exchange.ports import Store
from hie.exchange.ports.preferences import LONGEST_NAME, LONGEST_VALUE, MOST_PREFERENCES
from hie.record.errors import Invalid


def test_who_chose_nothing_has_no_choices(store: Store) -> None:
    with store.look() as work:
        assert work.preferences.of("u-1") == {}


def test_a_choice_is_kept_for_its_account_alone(store: Store) -> None:
    with store.work() as work:
        work.preferences.put("u-1", "calendar.order", "oldest")
        work.preferences.put("u-2", "theme", "dark")
    with store.look() as work:
        assert work.preferences.of("u-1") == {"calendar.order": "oldest"}
        assert work.preferences.of("u-2") == {"theme": "dark"}


def test_a_later_choice_takes_the_place_of_the_one_before(store: Store) -> None:
    with store.work() as work:
        work.preferences.put("u-1", "theme", "dark")
        work.preferences.put("u-1", "theme", "light")
    with store.look() as work:
        assert work.preferences.of("u-1") == {"theme": "light"}


def test_an_empty_value_forgets_a_choice(store: Store) -> None:
    with store.work() as work:
        work.preferences.put("u-1", "theme", "dark")
        work.preferences.put("u-1", "theme", "")
        work.preferences.put("u-1", "never", "")
    with store.look() as work:
        assert work.preferences.of("u-1") == {}


def test_what_is_too_long_or_too_much_is_refused(store: Store) -> None:
    with store.work() as work:
        for name, value in (("", "1"), ("n" * (LONGEST_NAME + 1), "1"), ("n", "1" * (LONGEST_VALUE + 1))):
            with pytest.raises(Invalid):
                work.preferences.put("u-1", name, value)
        for number in range(MOST_PREFERENCES):
            work.preferences.put("u-1", f"n{number}", "1")
        with pytest.raises(Invalid):
            work.preferences.put("u-1", "one more", "1")
        work.preferences.put("u-1", "n0", "2")
        work.preferences.put("u-2", "theme", "dark")
    with store.look() as work:
        assert len(work.preferences.of("u-1")) == MOST_PREFERENCES


def _chosen_and_failed(store: Store) -> None:
    with store.work() as work:
        work.preferences.put("u-1", "theme", "dark")
        raise LookupError


def test_a_choice_of_a_transaction_that_fails_is_not_kept(store: Store) -> None:
    with pytest.raises(LookupError):
        _chosen_and_failed(store)
    with store.look() as work:
        assert work.preferences.of("u-1") == {}
