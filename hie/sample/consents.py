"""What invented patients decided: most consent, in varied ways; some never did, some took it back."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from consent.model import ConsentEvent, EventKind, Facilities, Provision, Withdrawal
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.times import Period
from hie.sample.names import Person
from hie.sample.plan import RegionPlan, day_number, moment

CONSENTING = 12_398 / 22_013
"""Share of registered people whose consent is in force, as a network of this size reported it."""

SECRETARY = "jimukyoku"
_BEFORE_THE_FIRST_DAY = 30
_HALF_A_YEAR = 182
_NEIGHBOURS, _NEVER_CONSENTED, _TOOK_IT_BACK, _LET_IT_EXPIRE = 31, 10, 13, 17
_MEDICINES_AND_TESTS = frozenset(
    {
        DocumentClass.PRESCRIPTION,
        DocumentClass.LABORATORY_RESULT,
        DocumentClass.ALLERGY,
        DocumentClass.DEMOGRAPHICS,
    }
)


def given(person: Person, ordinal: int, *provisions: Provision) -> ConsentEvent:
    """Record a signed form."""
    return _event(person.patient.id, EventKind.GIVEN, ordinal, person.position, provisions=provisions)


def withdrawn(
    person: Person, ordinal: int, disclosers: Facilities = None, recipients: Facilities = None
) -> ConsentEvent:
    """Record a form that takes everything back, or what passes between these facilities."""
    return _event(
        person.patient.id,
        EventKind.WITHDRAWN,
        ordinal,
        person.position,
        withdrawal=Withdrawal(disclosers, recipients),
    )


def _event(
    patient: PatientId,
    kind: EventKind,
    ordinal: int,
    index: int,
    *,
    provisions: tuple[Provision, ...] = (),
    withdrawal: Withdrawal | None = None,
) -> ConsentEvent:
    form = "撤回書" if kind is EventKind.WITHDRAWN else "同意書"
    evidence = f"{form} {index:08d}-{ordinal % 10000:04d}"
    return ConsentEvent(0, patient, kind, moment(ordinal), SECRETARY, evidence, provisions, withdrawal)


def drawn(
    plan: RegionPlan, person: Person, visited: Sequence[FacilityCode], random: Random
) -> tuple[ConsentEvent, ...]:
    """Draw what somebody of the background decided about the facilities they visit."""
    signed = plan.first - _BEFORE_THE_FIRST_DAY + random.randrange(60)
    if random.random() < CONSENTING:
        return _in_force(plan, person, visited, signed, random)
    fate = random.random()
    if fate < 0.80:  # noqa: PLR2004  shares of those without consent
        return ()
    if fate < 0.92:  # noqa: PLR2004
        return _taken_back(plan, person, signed, random)
    return _expired(plan, person, signed, random)


def neighbours(
    plan: RegionPlan, person: Person, visited: Sequence[FacilityCode], random: Random
) -> tuple[ConsentEvent, ...]:
    """Tell what somebody near the demo clinic decided: its doctors asked them, so nearly all consented.

    By their place in the region, so that a small one shows a few of the others too: one in thirty-one
    never consented, one took it back, one let it expire.
    """
    signed = plan.first - _BEFORE_THE_FIRST_DAY + random.randrange(60)
    turn = person.position % _NEIGHBOURS
    if turn == _NEVER_CONSENTED:
        return ()
    if turn == _TOOK_IT_BACK:
        return _taken_back(plan, person, signed, random)
    if turn == _LET_IT_EXPIRE:
        return _expired(plan, person, signed, random)
    return _in_force(plan, person, visited, signed, random)


def _taken_back(plan: RegionPlan, person: Person, signed: int, random: Random) -> tuple[ConsentEvent, ...]:
    taken_back = plan.last - random.randrange(1, _HALF_A_YEAR)
    return (given(person, signed, Provision()), withdrawn(person, taken_back))


def _expired(plan: RegionPlan, person: Person, signed: int, random: Random) -> tuple[ConsentEvent, ...]:
    ended = Provision(ends_at=moment(plan.last - _HALF_A_YEAR + random.randrange(30)))
    return (given(person, signed, ended),)


def _in_force(
    plan: RegionPlan, person: Person, visited: Sequence[FacilityCode], signed: int, random: Random
) -> tuple[ConsentEvent, ...]:
    """Draw a consent that opens something today."""
    everyone = given(person, signed, Provision())
    all_visited, looking = frozenset(visited), frozenset(visited[-1:])
    kind = random.random()
    if kind < 0.55:  # noqa: PLR2004  shares of the forms in use
        return (everyone,)
    if kind < 0.72:  # noqa: PLR2004
        return (given(person, signed, Provision(recipients=looking)),)
    if kind < 0.84:  # noqa: PLR2004
        return (given(person, signed, Provision(disclosers=all_visited, recipients=looking)),)
    if kind < 0.91:  # noqa: PLR2004
        return (given(person, signed, Provision(classes=_MEDICINES_AND_TESTS)),)
    if kind < 0.96:  # noqa: PLR2004
        half = Period(day_number(plan.last - _HALF_A_YEAR), day_number(plan.last + 5 * _HALF_A_YEAR))
        return (given(person, signed, Provision(service_period=half)),)
    one = frozenset(visited[:1])
    return (everyone, withdrawn(person, plan.last - _HALF_A_YEAR, disclosers=one))
