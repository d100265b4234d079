"""What stands on the one-page summary, made ready to be drawn."""

from __future__ import annotations

from typing import NamedTuple

from viewer.drawing import Sign

MOST_PROBLEMS, MOST_DRUGS = 14, 20
"""Lines that fit a sheet with everything else on it; how many more there are is said."""


class ShownStay(NamedTuple):
    """A stay in hospital, with what opens it."""

    sign: Sign
    text: str
    where: str
    details: tuple[str, ...]
    entry: int
    """0 where no entry tells it to the asker."""
    summary: int
    """A document of its last day; 0 where there is none to see."""
