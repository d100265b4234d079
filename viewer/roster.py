"""What the pages of people and facilities share: days, choices, and what a form got wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request

from hie.exchange.roster.inviting import Misfilled, place_of
from hie.exchange.roster.keepers import governs
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.times import JST, day_at
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
        return plain_day(day_at(at), self._words)

    def moment(self, at: int) -> str:
        """Write day and time of a moment."""
        return moment(f"{datetime.fromtimestamp(at / 1000, JST):%Y%m%d%H%M}", self._words)


def days_of(request: Request) -> Days:
    """Return the writer of days for a request."""
    return Days(words_of(request))


class Places:
    """The directory as it is now: a facility that joined a moment ago is known by its name."""

    def __init__(self, request: Request) -> None:
        """Ask the store once."""
        with screen_of(request).services.store.look() as work:
            self.all: Mapping[FacilityCode, Facility] = {one.code: one for one in work.directory.all()}
        requester = requester_of(request)
        self._own = None if governs(requester) else requester.facility

    def __call__(self, code: FacilityCode) -> Facility:
        """Return a facility; one that nobody knows is called by its code."""
        return self.all.get(code) or Facility(code, code, FacilityKind.HOSPITAL, code[-4:], 0)

    @property
    def kept(self) -> Mapping[FacilityCode, Facility]:
        """Return those that the requester keeps: all, or the own one."""
        if self._own is None:
            return self.all
        return {code: one for code, one in self.all.items() if code == self._own}

    def chosen(self, typed: str) -> FacilityCode:
        """Return the facility of what was typed or chosen: code, code and name, or name; empty if none."""
        if self._own is not None:
            return self._own
        said = typed.strip()
        code = FacilityCode(said.partition(" ")[0])
        if code in self.all:
            return code
        named = [one.code for one in self.all.values() if said in {one.name, one.short_name}]
        return named[0] if len(named) == 1 else FacilityCode("")


def place_named(request: Request, code: FacilityCode) -> Facility:
    """Return a facility by its code, for whom nobody is signed in yet."""
    with screen_of(request).services.store.look() as work:
        return place_of(work, code)
