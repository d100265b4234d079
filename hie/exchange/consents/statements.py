"""What a consent event must say, whatever its kind, before it is written down.

A statement that names nobody, or that counts from before it was made, is refused: what stands in the
log cannot be taken out again.
"""

from __future__ import annotations

from consent.model import Care, ConsentEvent, EventKind, Facilities, Provision
from hie.exchange.consents.forms import A_DAY
from hie.record.entry import ALL_LABELS, Confidentiality, DocumentClass, Label
from hie.record.errors import Invalid
from hie.record.identifiers import facility_code
from hie.record.times import FIRST_DAY

CARE_REASONS = frozenset(
    {"visit", "home-visit", "admission", "referral", "dispensing", "care-plan", "consultation"}
)
"""Why a facility treats a patient; codes, so that no free text about a patient is kept."""
LONGEST_CARE = 366 * A_DAY
CLOSED_LABELS = Label.NEVER | Label.UNKNOWN
"""What no consent opens: what never leaves its facility, and what nobody could say (B.7)."""
WITHOUT_PAPER = frozenset({EventKind.CARE_STARTED, EventKind.CARE_ENDED})


def check_statement(event: ConsentEvent, now: int) -> None:
    """Raise `Invalid` where an event does not say what its kind must, or reaches backwards."""
    _CHECKS[event.kind](event)
    if event.kind not in WITHOUT_PAPER and not event.evidence.strip():
        raise Invalid("something proves it: the number of the form, a hash of its scan", code="paper")
    if event.recorded_at > now or event.valid_from > event.recorded_at:
        raise Invalid("what is written down has happened")


def _check_given(event: ConsentEvent) -> None:
    if not event.provisions:
        raise Invalid("a consent has at least one provision")
    for provision in event.provisions:
        _check_provision(provision)


def _check_withdrawn(event: ConsentEvent) -> None:
    if event.withdrawal is None:
        raise Invalid("a withdrawal says between whom")
    _check_named(event.withdrawal.disclosers, event.withdrawal.recipients)


def _check_restricted(event: ConsentEvent) -> None:
    restriction = event.restriction
    if restriction is None:
        raise Invalid("a restriction says what is closed")
    said = (restriction.disclosers, restriction.recipients, restriction.users, restriction.classes)
    if all(one is None for one in said) or any(one is not None and not one for one in said):
        raise Invalid("a restriction names a facility, a person or a class", code="closed")
    if restriction.by_discloser and restriction.disclosers is None:
        raise Invalid("a hold names the facility that holds")


def _check_lifted(event: ConsentEvent) -> None:
    if event.lifts <= 0:
        raise Invalid("what is lifted is one restriction")


def _check_care_started(event: ConsentEvent) -> None:
    care = _care(event)
    if care.reason not in CARE_REASONS:
        raise Invalid("care has one of the reasons on the list")
    if not event.recorded_at < care.ends_at <= event.recorded_at + LONGEST_CARE:
        raise Invalid("care ends within a year, and is started again")


def _care(event: ConsentEvent) -> Care:
    if event.care is None:
        raise Invalid("care is at a facility")
    facility_code(event.care.facility)
    return event.care


def _check_deceased(event: ConsentEvent) -> None:
    """Nothing to ask beyond what proves it; a second person has confirmed it (`registering`)."""


_CHECKS = {
    EventKind.GIVEN: _check_given,
    EventKind.WITHDRAWN: _check_withdrawn,
    EventKind.RESTRICTED: _check_restricted,
    EventKind.LIFTED: _check_lifted,
    EventKind.CARE_STARTED: _check_care_started,
    EventKind.CARE_ENDED: _care,
    EventKind.DECEASED: _check_deceased,
}


def _check_provision(provision: Provision) -> None:
    _check_named(provision.disclosers, provision.recipients)
    classes = provision.classes
    if classes is not None and (not classes or DocumentClass.UNKNOWN in classes):
        raise Invalid("a provision names at least one class, and none that is unknown")
    if not FIRST_DAY <= provision.service_period.start <= provision.service_period.end:
        raise Invalid("a provision's service period begins on a day that is known and ends not before it")
    if provision.starts_at >= provision.ends_at:
        raise Invalid("a provision is in force for a while, or it is not given")
    if provision.ceiling >= Confidentiality.UNKNOWN:
        raise Invalid("a provision reaches a confidentiality that is known")
    if provision.labels & CLOSED_LABELS or provision.labels & ~ALL_LABELS:
        raise Invalid("a provision opts in to sensitive classes that a consent can open")
    if provision.later_members and provision.recipients is not None and provision.disclosers is not None:
        raise Invalid("later members can join only where all that take part are meant")


def _check_named(*facilities: Facilities) -> None:
    for named in facilities:
        if named is not None and not named:
            raise Invalid("name at least one facility, or all that take part", code="facilities")
