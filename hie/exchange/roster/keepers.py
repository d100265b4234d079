"""Who keeps which people and facilities: the secretariat all of them, a facility's own desk its own.

To everybody else it is as if there were no such list (the same answer for absent and forbidden).
"""

from __future__ import annotations

from collections.abc import Mapping

from hie.exchange.ports import AuditQuery, UnitOfWork
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode
from hie.record.people import FacilityKind
from hie.record.requester import Requester, Role

DAY = 86_400_000
OWN_DESK = frozenset({Role.LIAISON, Role.PRIVACY_OFFICER})
"""Who keeps the people of the own facility."""
REGION = frozenset({Role.SECRETARIAT, Role.SYSTEM})
"""Who keeps all: the secretariat, and who acts at the machine itself."""
BY_SECRETARIAT = frozenset({Role.SECRETARIAT, Role.PRIVACY_OFFICER, Role.LIAISON})
"""Roles that the secretariat alone approves: they approve others."""
PERSONS = frozenset({Role.PATIENT, Role.FAMILY})
"""Roles that are about one patient; nobody works in them."""

_ACTS_BACK = 1_000

_CARE = (Role.DOCTOR, Role.DENTIST, Role.NURSE, Role.PHARMACIST, Role.THERAPIST)
_OFFICE = (Role.LIAISON, Role.CLERK, Role.PRIVACY_OFFICER)
ROLES: Mapping[FacilityKind, tuple[Role, ...]] = {
    FacilityKind.HOSPITAL: (*_CARE, *_OFFICE, Role.FEED_OPERATOR, Role.PATIENT, Role.FAMILY),
    FacilityKind.CLINIC: (*_CARE, *_OFFICE, Role.FEED_OPERATOR, Role.PATIENT, Role.FAMILY),
    FacilityKind.PHARMACY: (Role.PHARMACIST, Role.CLERK, Role.PRIVACY_OFFICER),
    FacilityKind.HOME_NURSING: (
        *(Role.VISITING_NURSE, Role.NURSE, Role.THERAPIST, Role.CARE_WORKER),
        *(Role.CLERK, Role.PRIVACY_OFFICER),
    ),
    FacilityKind.CARE_OFFICE: (Role.CARE_MANAGER, Role.CARE_WORKER, Role.CLERK, Role.PRIVACY_OFFICER),
    FacilityKind.SECRETARIAT: (Role.SECRETARIAT,),
}
"""In which roles people act at which kind of facility, the most frequent first."""


def governs(requester: Requester) -> bool:
    """Say whether somebody keeps the whole region's people."""
    return requester.role in REGION


def keeps(requester: Requester, facility: FacilityCode) -> bool:
    """Say whether somebody keeps the people of a facility."""
    return governs(requester) or (requester.role in OWN_DESK and requester.facility == facility)


def expect_governor(requester: Requester) -> None:
    """Raise `NotFound` unless somebody keeps the whole region."""
    if not governs(requester):
        raise NotFound("no such thing for the asker")


def expect_keeper(requester: Requester, facility: FacilityCode) -> None:
    """Raise `NotFound` unless somebody keeps the people of a facility."""
    if not keeps(requester, facility):
        raise NotFound("no such thing for the asker")


def expect_no_less(work: UnitOfWork, requester: Requester, action: str, about: str) -> None:
    """Raise `NotFound` where the secretariat did an act last that somebody of a facility would undo.

    `about` is how the detail of its record begins. What was done longer ago than the newest thousand such
    records is the secretariat's to undo.
    """
    if governs(requester):
        return
    rows = work.audit.search(AuditQuery(actions=(action,)), _ACTS_BACK)
    found = next((row.event for row in rows if f"{row.event.detail} ".startswith(f"{about} ")), None)
    if found is None or found.requester.role is Role.SECRETARIAT:
        raise NotFound("the secretariat undoes this")


def desk_of(requester: Requester) -> FacilityCode | None:
    """Return the one facility whose people somebody keeps, none for all; raise `NotFound` for nobody's."""
    if governs(requester):
        return None
    expect_keeper(requester, requester.facility)
    return requester.facility
