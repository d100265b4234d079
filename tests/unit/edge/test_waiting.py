"""Waiting for what may never return: the others go on, and it is taken up again when it is back."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, active_count
from typing import NoReturn

import pytest

from hie.edge.waiting import Attended, Hung
from hie.record.errors import NotFound


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def test_what_returns_in_time_gives_its_answer_and_its_error() -> None:
    attended = Attended("test")

    def fails() -> NoReturn:
        raise NotFound("gone")

    assert attended.do(lambda: b"bytes", 30.0) == b"bytes"
    with pytest.raises(NotFound, match="gone"):
        attended.do(fails, 30.0)
    assert not attended.hangs


def test_a_timeout_of_the_system_is_an_error_and_no_hanging() -> None:
    attended = Attended("test")

    def fails() -> NoReturn:
        raise TimeoutError("the share answered so")

    with pytest.raises(TimeoutError):
        attended.do(fails, 30.0)
    assert not attended.hangs


def test_what_hangs_is_asked_nothing_more_until_it_is_back() -> None:
    attended, back = Attended("test"), Event()
    with pytest.raises(Hung):
        attended.do(back.wait, 0.05)
    threads = active_count()
    for _ in range(100):
        with pytest.raises(Hung):
            attended.do(lambda: True, 30.0)
    assert attended.hangs
    assert active_count() == threads
    back.set()
    _until(lambda: not attended.hangs)
    assert attended.do(lambda: "again", 30.0) == "again"
    assert active_count() == threads
