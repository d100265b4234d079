"""Reading takes as many steps as there are segments, not their square: counted, not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

import ssmix2
from hie.record.errors import Unreadable
from hie.record.identifiers import FacilityCode
from ssmix2.layout import FileName, parse_name
from ssmix2.validation import check_file
from tests.fuzz import seeds

FEW, MANY = 50, 200
"""A square would make sixteen times the steps of these four times the segments."""
FACILITY = FacilityCode(seeds.FACILITY)


def _examples() -> list[tuple[str, bytes]]:
    """Choose the longest example of each kind, which has most sorts of segments."""
    longest: dict[str, tuple[str, bytes]] = {}
    for name, content in seeds.messages():
        parsed = parse_name(name)
        assert parsed is not None
        if len(content) > len(longest.get(parsed.data_kind, ("", b""))[1]):
            longest[parsed.data_kind] = (name, content)
    return sorted(longest.values())


def _repeated(content: bytes, times: int) -> bytes:
    """Say everything behind MSH and PID so many times, first whole, then line by line."""
    lines = content.rstrip(b"\r").split(b"\r")
    body = [line for line in lines if line[:3] not in {b"MSH", b"PID"}]
    head = [line for line in lines if line[:3] in {b"MSH", b"PID"}]
    return b"\r".join((*head, *body * times, *(line for line in body for _ in range(times)), b""))


def _steps(act: Callable[[], object]) -> int:
    """Count the lines and comprehension rounds that Python runs."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        del frame, event, argument
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    except Unreadable:
        pass
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    ("name", "content"), _examples(), ids=[name.split("_")[2] for name, _ in _examples()]
)
@pytest.mark.parametrize("door", ["read", "check"])
def test_four_times_the_segments_take_about_four_times_the_steps(
    name: str, content: bytes, door: str
) -> None:
    parsed = parse_name(name)
    assert parsed is not None
    doors: dict[str, Callable[[FileName, bytes], object]] = {
        "read": lambda named, made: ssmix2.read(named, made, FACILITY),
        "check": lambda named, made: check_file(named.locator(), named.text(), made),
    }
    few, many = _repeated(content, FEW), _repeated(content, MANY)
    doors[door](parsed, few)  # what is remembered is remembered
    assert _steps(lambda: doors[door](parsed, many)) < 7 * _steps(lambda: doors[door](parsed, few))
