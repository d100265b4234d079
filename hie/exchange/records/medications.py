"""One list of what a patient takes, over all hospitals, read from the findings; opens no prescription.

What a hospital prescribes again without a gap goes on: its start is the first of these issues. How
long it lasts is reckoned from the newest issue and the days it supplies, and said to be an estimate:
what somebody takes nobody here can know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.ports import Issue, UnitOfWork
from hie.exchange.records.allergies import Allergy
from hie.exchange.records.medication_hints import OVERLAP, Hint, Taken, hints_of
from hie.exchange.records.medication_rules import Ingredient, Rules, installed
from hie.record.entry import DocumentClass
from hie.record.folding import folded
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import (
    ALWAYS,
    UNKNOWN_DAY,
    Day,
    Period,
    days_after,
    days_between,
)

GRACE = 14
"""Days after the estimated end for which a drug still counts as going on, and a new issue as the next."""
WITHOUT_DAYS = 90
"""Days for which an issue counts that does not say how long it lasts: taken when needed, ointments."""
ENDED_WITHIN = 365
"""Days for which a drug that has ended stays on the page."""
ORDERS = frozenset({DocumentClass.PRESCRIPTION})
DISPENSED = frozenset({DocumentClass.DISPENSE})


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
    def is_over(self) -> bool:
        """Say whether the supply has run out, by the estimate."""
        return self.days_left is not None and self.days_left < 0

    @property
    def custodian(self) -> FacilityCode:
        """Whose prescription it is."""
        return self.last.custodian


class CurrentMedication(NamedTuple):
    """What a patient takes, as far as the asker may know."""

    drugs: tuple[Drug, ...]
    """Going on, the shortest supply first; behind it what is taken when needed and what is unknown, and last
    what ran out within the grace."""
    ended: tuple[Drug, ...]
    """Supply over for longer than the grace, newest first."""
    hints: tuple[Hint, ...]

    @property
    def unknown(self) -> int:
        """How many of `drugs` no rule could be asked about, because nobody knows their ingredient."""
        return sum(one.ingredient is None for one in self.drugs)


class Band(NamedTuple):
    """A drug that was supplied without a gap, for a band under a curve."""

    name: str
    ingredient: Ingredient | None
    custodian: FacilityCode
    period: Period
    """First day and estimated last day of supply."""
    issues: tuple[Issue, ...]
    """Newest first: dose and usage of the band are those of the first."""


class _Run(NamedTuple):
    """Issues of one drug without a gap, newest first."""

    issues: tuple[Issue, ...]
    start: Day
    ends: Day


def current_of(
    work: UnitOfWork, grant: Grant, today: Day, allergies: Sequence[Allergy] = ()
) -> CurrentMedication:
    """Read the list of `today` under a grant that was already written down.

    `allergies` are those the asker was shown; without them no hint speaks of one.
    """
    return listed(work.findings.medications(grant, ALWAYS, ORDERS), today, allergies)


def bands_of(work: UnitOfWork, grant: Grant, period: Period) -> Sequence[Band]:
    """Return what was supplied within `period`, under a grant already written down, by first day."""
    rules = installed()
    found = []
    for issues in _by_drug(work.findings.medications(grant, ALWAYS, ORDERS)):
        for run in _runs(issues):
            last, ends = run.issues[0], run.ends or _first(run.issues[0])
            if run.start <= period.end and ends >= period.start:
                found.append(
                    Band(
                        last.drug.text,
                        rules.ingredient_of(last.drug),
                        last.custodian,
                        Period(run.start, ends),
                        run.issues,
                    )
                )
    return sorted(found, key=lambda band: (band.period, band.name))


def listed(
    issues: Iterable[Issue], today: Day, allergies: Sequence[Allergy] = (), rules: Rules | None = None
) -> CurrentMedication:
    """Make the list of `today` from issues in any order; only prescriptions count."""
    rules = rules or installed()
    going_on: list[Drug] = []
    ended: list[Drug] = []
    for mine in _by_drug(one for one in issues if one.document_class in ORDERS):
        runs = list(_runs([one for one in mine if _first(one) <= today or one.service_day <= today]))
        if not runs:
            continue
        # What begins only later stands beside what is taken today, not instead of it.
        begun = next((place for place, run in enumerate(runs) if run.start <= today), len(runs) - 1)
        drugs = [drug for run in runs[: begun + 1] for drug in _drugs(run, today, rules)]
        until = runs[0].ends or days_after(_first(runs[0].issues[0]), WITHOUT_DAYS - GRACE)
        if days_after(until, GRACE) >= today:
            going_on += drugs
        elif days_after(until, ENDED_WITHIN) >= today:
            ended += drugs
    going_on.sort(key=_shortest_first)
    ended.sort(key=lambda one: (-one.ends or -one.last.service_day, one.name))
    return CurrentMedication(
        tuple(going_on), tuple(ended), hints_of(_told(going_on), allergies, today, rules)
    )


def _shortest_first(one: Drug) -> tuple[bool, bool, int, str, FacilityCode]:
    """Place a drug by how long it lasts; what ran out comes last, the newest end first."""
    left = one.days_left
    return (one.is_over, left is None, -(left or 0) if one.is_over else left or 0, one.name, one.custodian)


def _told(drugs: Sequence[Drug]) -> list[Taken]:
    return [Taken(one.last, one.ingredient, one.issues) for one in drugs]


def _by_drug(issues: Iterable[Issue]) -> Iterator[list[Issue]]:
    """Put together what one facility calls by one code, else by one name, oldest first."""
    found: defaultdict[tuple[FacilityCode, str], list[Issue]] = defaultdict(list)
    for one in issues:
        if not one.cancelled:
            found[one.custodian, one.drug.code or folded(one.drug.text)].append(one)
    for mine in found.values():
        mine.sort(key=lambda one: (_first(one), one.service_day, one.entry))
        yield mine


def _runs(issues: Sequence[Issue]) -> Iterator[_Run]:
    """Cut issues of one drug where the supply was over for longer than the grace; newest run first."""
    runs: list[tuple[list[Issue], Day]] = []
    run: list[Issue] = []
    until = over = UNKNOWN_DAY
    for one in issues:
        first, ends = _first(one), _ends(one)
        if not run or first > until:
            if run:
                runs.append((run, over))
            run, until, over = [], UNKNOWN_DAY, UNKNOWN_DAY
        run.append(one)
        over = max(over, ends)
        until = max(until, days_after(ends, GRACE) if ends else days_after(first, WITHOUT_DAYS))
    if run:
        runs.append((run, over))
    for told, last in reversed(runs):
        yield _Run(tuple(reversed(told)), _first(told[0]), last)


def _drugs(run: _Run, today: Day, rules: Rules) -> Iterator[Drug]:
    """Take every line of the documents that tell of today: a drug may be used in two ways at once.

    Beside the newest stands an older document of which more is left than is usual when a drug is renewed.
    """
    shown = _telling(run, today)
    for entry in shown:
        others = tuple(other for other in run.issues if other.entry != entry)
        for one in reversed([one for one in run.issues if one.entry == entry]):
            ends = _ends(one)
            left = days_between(today, ends) if ends and _first(one) <= today else None
            known = rules.ingredient_of(one.drug)
            yield Drug(one.drug.text, known, one, (one, *others), run.start, ends, left)


def _telling(run: _Run, today: Day) -> list[EntryId]:
    """Choose the documents of a run that are about today or later, newest first; never none."""
    found: list[Issue] = []
    for one in run.issues:
        if one.entry in {other.entry for other in found}:
            continue
        ahead, ends = _first(one) > today, _ends(one)
        over = not ahead and (ends or days_after(_first(one), WITHOUT_DAYS)) < today
        renewed = any(
            _first(other) <= today and (not ends or days_between(_first(other), ends) + 1 <= OVERLAP)
            for other in found
        )
        if ahead or not (over or renewed):
            found.append(one)
    return [one.entry for one in found or run.issues[:1]]


def _first(issue: Issue) -> Day:
    return issue.start or issue.service_day


def _ends(issue: Issue) -> Day:
    """Estimate the last day of an issue's supply; unknown where it says no days."""
    return days_after(_first(issue), issue.days - 1) if issue.days else UNKNOWN_DAY
