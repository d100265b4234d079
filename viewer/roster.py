"""What the pages of people and facilities share: days, choices, and what a form got wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request

from hie.exchange.inviting import Misfilled
from hie.exchange.keepers import governs
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility
from hie.record.requester import Requester
from hie.record.times import JST, japanese_day
from viewer.formats import moment, plain_day
from viewer.locale import Words
from viewer.screen import requester_of, screen_of, words_of

LONGEST_SEARCH = 100
MOST_LINES = 200
FAR = 2**61
"""Moments after it are no day that anybody means."""


class Problem(NamedTuple):
    """What is wrong with a form: beside its field, and in words."""

    field: str = ""
    text: str = ""

    def at(self, field: str) -> str:
        """Return the words where they are about `field`, else nothing."""
        return self.text if field == self.field else ""


FINE = Problem()


def problem_of(wrong: Misfilled, words: Words) -> Problem:
    """Say what a field got wrong."""
    return Problem(wrong.field, words.either(f"wrong.{wrong.field}.{wrong.reason}", words("wrong")))


class Days:
    """Writes moments of the hub's clock as days of the screen's language."""

    def __init__(self, words: Words) -> None:
        """Write in the language of `words`."""
        self._words = words

    def day(self, at: int) -> str:
        """Write the day of a moment; a dash where there was none or there is no end."""
        if not 0 < at < FAR:
            return "—"
        return plain_day(japanese_day(datetime.fromtimestamp(at / 1000, JST)), self._words)

    def moment(self, at: int) -> str:
        """Write day and time of a moment."""
        return moment(f"{datetime.fromtimestamp(at / 1000, JST):%Y%m%d%H%M}", self._words)


def days_of(request: Request) -> Days:
    """Return the writer of days for a request."""
    return Days(words_of(request))


def places_of(request: Request) -> Mapping[FacilityCode, Facility]:
    """Return the facilities that the requester may choose: all, or the own one."""
    facilities, requester = screen_of(request).facilities(), requester_of(request)
    if governs(requester):
        return facilities
    return {code: one for code, one in facilities.items() if code == requester.facility}


def chosen_place(request: Request, typed: str) -> FacilityCode:
    """Return the facility of what was typed or chosen: its code, or code and name; empty if it is none."""
    known = places_of(request)
    requester = requester_of(request)
    if not governs(requester):
        return requester.facility
    code = FacilityCode(typed.strip().partition(" ")[0])
    if code in known:
        return code
    named = [one.code for one in known.values() if typed.strip() in {one.name, one.short_name}]
    return named[0] if len(named) == 1 else FacilityCode("")


def is_own(requester: Requester, code: FacilityCode) -> bool:
    """Say whether a facility is the requester's own."""
    return requester.facility == code
