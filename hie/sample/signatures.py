"""What else stands on the forms of invented patients: who signed, the emergency clause, sensitive classes.

By the place of a person in the region and not by chance, so that whatever else is told of them stays as
it was, and a small region shows one of each.
"""

from __future__ import annotations

from collections.abc import Sequence

from consent.model import ConsentEvent, EventKind, Paper, Provision, Restriction
from hie.exchange.consents.forms import OF_AGE, OWN_VIEW, PATIENT, age_on, latest_end
from hie.record.entry import NO_LABELS, DocumentClass, Label
from hie.record.identifiers import FacilityCode
from hie.record.times import day_at
from hie.sample.names import Person
from hie.sample.plan import RegionPlan, moment

FORM = "2025-1"
_OPTED_IN = {
    2: Label.PSYCHIATRY | Label.HIV | Label.ADDICTION,
    5: Label.PSYCHIATRY,
    9: Label.GENETICS | Label.REPRODUCTION,
}
"""Which sensitive classes somebody named, by the remainder of their place by thirteen."""
_THIRTEENTH, _LATER_MEMBERS, _EVERY_SIXTH = 13, 3, 6
_REFUSING, _EVERY_REFUSAL = 12, 23
_HELD, _EVERY_HOLD = 18, 29
_SIGNED_FOR, _EVERY_OLD = 1, 4
_OLD = 75


def signed(
    plan: RegionPlan, person: Person, visited: Sequence[FacilityCode], events: Sequence[ConsentEvent]
) -> tuple[ConsentEvent, ...]:
    """Complete what somebody decided with what their forms say besides."""
    if not events:
        return ()
    return (*(_completed(person, one) for one in events), *_closings(plan, person, visited, events[-1]))


def _completed(person: Person, event: ConsentEvent) -> ConsentEvent:
    if event.kind is not EventKind.GIVEN:
        return event
    paper = _paper(person, event)
    latest = latest_end(paper, person.patient.birth_day, event.recorded_at)
    agreed = (_agreed(one, person.position) for one in event.provisions)
    provisions = tuple(one._replace(ends_at=min(one.ends_at, latest)) for one in agreed)
    return event._replace(provisions=provisions, paper=paper)


def _agreed(provision: Provision, place: int) -> Provision:
    """Add what was ticked: the emergency clause by every second, some sensitive classes, later members."""
    everybody = provision.recipients is None and provision.disclosers is None
    return provision._replace(
        emergency=place % 2 == 0,
        labels=int(_OPTED_IN.get(place % _THIRTEENTH, NO_LABELS)),
        later_members=everybody and place % _EVERY_SIXTH == _LATER_MEMBERS,
    )


def _paper(person: Person, event: ConsentEvent) -> Paper:
    """Say who signed: parents for those under age, the family for some who are old."""
    birth_day, signed_on = person.patient.birth_day, day_at(event.recorded_at)
    paper = Paper(signed_on=signed_on, form_version=FORM, signer=PATIENT)
    family, years = person.patient.name.family, age_on(birth_day, signed_on)
    if years < OF_AGE:
        view = "agrees" if years >= OWN_VIEW else ""
        return paper._replace(signer="parent", representative=f"{family} 保護者", minors_view=view)
    if years >= _OLD and person.position % _EVERY_OLD == _SIGNED_FOR:
        return paper._replace(signer="family", representative=f"{family} 家族")
    return paper


def _closings(
    plan: RegionPlan, person: Person, visited: Sequence[FacilityCode], last: ConsentEvent
) -> tuple[ConsentEvent, ...]:
    """Close something for two: one refuses a facility, a hospital holds letters and summaries of another."""
    place, at = person.position, moment(plan.last - 14)
    if last.kind is not EventKind.GIVEN or last.recorded_at >= at:
        return ()
    closed = last._replace(kind=EventKind.RESTRICTED, recorded_at=at, provisions=())
    if place % _EVERY_REFUSAL == _REFUSING:
        refused = Restriction(recipients=frozenset(visited[-1:]))
        return (closed._replace(evidence=f"拒否届 {place:08d}", restriction=refused),)
    if place % _EVERY_HOLD == _HELD:
        held = frozenset({DocumentClass.DOCUMENT, DocumentClass.NOTE})
        hold = Restriction(disclosers=frozenset(visited[:1]), classes=held, by_discloser=True)
        return (closed._replace(evidence=f"院内判断 {place:08d}", restriction=hold),)
    return ()
