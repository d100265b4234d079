"""One list of what a patient takes, over all hospitals, read from the findings; opens no document.

What a hospital prescribes again without a gap goes on: its start is the first of these issues. How
long it lasts is reckoned from the days supplied, and said to be an estimate: what somebody takes
nobody here can know.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.ports import Clock, Issue, PatientFile, Store, UnitOfWork
from hie.record.identifiers import EntryId, FacilityCode, PatientId
from hie.record.requester import Requester
from hie.record.times import Day, Period


class KnownBy(StrEnum):
    """What told the ingredient of a drug."""

    YJ = "yj"
    """The first seven characters of its YJ code: ingredient and route."""
    HOT = "hot"
    """Its HOT code stands in a rule table."""
    NAME = "name"
    """Its name begins with a name of a rule table."""


class Ingredient(NamedTuple):
    """What a drug is made of, as far as that is known."""

    code: str
    """Seven characters of YJ (ingredient and route), or the rule table's own id."""
    name: str
    """As the rule table calls it; empty where only the code is known."""
    known_by: KnownBy


class Drug(NamedTuple):
    """One drug of the current list, as one hospital prescribes it."""

    name: str
    ingredient: Ingredient | None
    """None where nobody knows."""
    last: Issue
    """The newest issue: dose, usage, source and date of what is shown."""
    issues: tuple[Issue, ...]
    """Issues without a gap, newest first; `last` is the first of them."""
    start: Day
    """First day of the oldest of `issues`."""
    ends: Day
    """Estimated last day of the supply; `UNKNOWN_DAY` where no days were said."""
    days_left: int | None
    """Days after today for which the supply is enough, estimated; negative since it ran out; None unknown."""

    @property
    def custodian(self) -> FacilityCode:
        """Whose prescription it is."""
        return self.last.custodian


class HintKind(StrEnum):
    """What a hint is about."""

    SAME_INGREDIENT = "same-ingredient"
    ALLERGY = "allergy"


class Source(NamedTuple):
    """Where one half of a hint stands."""

    entry: EntryId
    custodian: FacilityCode
    day: Day
    text: str
    """The drug or the allergy, as written."""


class Hint(NamedTuple):
    """Two things that somebody may want to look at together; never an alarm, never an advice."""

    kind: HintKind
    about: str
    """The ingredient or group both belong to, as the rule table calls it; else the YJ code."""
    rule: str
    """Which rule table said so."""
    sources: tuple[Source, ...]


class CurrentMedication(NamedTuple):
    """What a patient takes, as far as the asker may know."""

    today: Day
    drugs: tuple[Drug, ...]
    """Going on, the shortest supply first; what is taken when needed and what is unknown behind."""
    ended: tuple[Drug, ...]
    """Supply over for longer than the grace, newest first."""
    hints: tuple[Hint, ...]


class MedicationPage(NamedTuple):
    """The list and the person it is about."""

    file: PatientFile
    current: CurrentMedication


class Band(NamedTuple):
    """A drug that was supplied without a gap, for a band under a curve."""

    name: str
    ingredient: Ingredient | None
    custodian: FacilityCode
    period: Period
    """First day and estimated last day of supply."""
    dose: str
    """Newest single dose with its unit, as written."""
    usage: str
    issues: tuple[Issue, ...]
    """Newest first."""


def current(store: Store, clock: Clock, requester: Requester, patient: PatientId) -> MedicationPage:
    """Decide, write down, and read the list of today; raise `NotFound` if refused."""
    raise NotImplementedError


def current_of(work: UnitOfWork, grant: Grant, today: Day) -> CurrentMedication:
    """Read the list of `today` under a grant that was already written down.

    Shapes: drugs and ended by custodian and drug; hints need no more than the same grant.
    """
    return CurrentMedication(today, (), (), ())


def bands_of(work: UnitOfWork, grant: Grant, period: Period) -> Sequence[Band]:
    """Return what was supplied within `period`, under a grant already written down, by first day."""
    return ()
