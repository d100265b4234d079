"""What the two web doors are given: the hall's use cases with their ports filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from hie.exchange.ports import Clock, Store
from hie.exchange.retrieve import Drawable, Reader
from hie.exchange.signing_in import Passwords
from hie.exchange.timeline import Timeline, TimelineRequest

AskTimeline = Callable[[TimelineRequest], Awaitable[Timeline | None]]
"""Answers one request; the hub gathers those that arrive together into one transaction."""

Thumbnail = Callable[[Drawable, int], bytes]
"""Draws an instance or attached picture as a PNG of at most so many pixels a side, in a limited process."""


class Services(NamedTuple):
    """Made by the composition root; the doors hold nothing else."""

    store: Store
    clock: Clock
    passwords: Passwords
    read: Reader
    timeline: AskTimeline
    thumbnail: Thumbnail
    secure_cookies: bool
