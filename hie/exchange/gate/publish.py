"""May a facility's documents of a patient be filed at the hub? Asked for many patients at once.

The custodian's own system asks for treatment. A number without a live link, and a person without
a consent in force, get no grant; both look the same from here on, so nobody can tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, Question, decisions_of
from hie.exchange.ports import AuditEvent, UnitOfWork
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose, Requester, Role

SYSTEM = "ingest"
"""Account id of the part that files documents, in grants and audit records."""


class Publishable(NamedTuple):
    """A local patient whose documents may be filed, and the leave to do so."""

    local_patient: int
    grant: Grant


def publishable(
    work: UnitOfWork, facility: FacilityCode, values: Sequence[str], now: int
) -> dict[str, Publishable]:
    """Return those of a facility's local `values` that are linked and consented, with their grants."""
    linked = work.patients.resolve(facility, values)
    logs = work.consents.events(list({person for _, person in linked.values()})) if linked else {}
    requester, region = publisher(facility), work.directory.region()
    allowed: dict[str, Publishable] = {}
    for value, (local_patient, person) in linked.items():
        events = logs.get(person)
        if not events:
            continue
        decision = decide(
            Question(requester, Action.PUBLISH, person, decisions_of(events), now, region=region)
        )
        if isinstance(decision, Grant):
            allowed[value] = Publishable(local_patient, decision)
    return allowed


def publisher(facility: FacilityCode) -> Requester:
    """Name the custodian's system as requester."""
    return Requester(SYSTEM, SYSTEM, facility, Role.SYSTEM, Purpose.TREATMENT)


def written_down(grant: Grant, now: int, detail: str) -> AuditEvent:
    """Make the audit record of a grant that was used to file; `detail` holds counts."""
    return AuditEvent(
        at=now,
        requester=grant.requester,
        action="publish",
        outcome="granted",
        patient=grant.patient,
        entry=0,
        reasons=grant.reasons,
        position=grant.position,
        detail=detail,
        custodian=grant.requester.facility,
    )
