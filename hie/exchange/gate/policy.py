"""The consent list of a facility: whose documents may leave it, so that its edge can ask the gate itself.

It names the facility's own numbers and what their patients decided, reduced to what the question
"may this facility file?" looks at: no person's number, no evidence, nobody else's clauses, and
nobody who has given it nothing. The hub asks its own gate again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import chain
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Grant
from consent.model import (
    Action,
    ConsentEvent,
    EventKind,
    Membership,
    Question,
    Region,
    Term,
    decisions_of,
)
from consent.plain import Body, body_of, body_of_event, plain
from hie.exchange.gate.publish import publisher
from hie.exchange.gate.resolving import resolved
from hie.exchange.ports import UnitOfWork
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, PatientId

SINCE_EVER = Membership((Term(0),))


class Policy(NamedTuple):
    """What a facility's patients decided, up to one position of the log."""

    position: int
    """The greatest number of a decision about the facility's patients: of a consent, or of a link."""
    issued_at: int
    """Milliseconds since 1970, by the hub's clock."""
    facility: FacilityCode
    patients: Mapping[str, tuple[ConsentEvent, ...]]
    """By the facility's own number, which stands for the person in the events too."""
    incarnation: int = 0
    """Which database it comes from: another number where one was restored."""
    number: int = 0
    """The greatest batch number the hub knows of the facility's edge."""
    digest: str = ""
    """Of the patients as the hub wrote them: a database that was restored may use a position again."""


class Known(NamedTuple):
    """What an edge knows of the hub when it asks for the list."""

    position: int
    incarnation: int = 0
    """0 before the first list."""
    number: int = 0
    """The greatest batch number that was answered in this enrolment."""
    digest: str = ""


def policy_of(work: UnitOfWork, facility: FacilityCode, now: int) -> Policy:
    """Make a facility's consent list at the hub.

    The position is read first: what is decided meanwhile may stand in the list already, and is
    told again under its own position.
    """
    position = work.consents.position(facility)
    logs = work.consents.logs(facility)
    region = work.directory.region()
    told = {value: resolved(value, facility, events, region) for value, events in logs.items()}
    patients = {value: events for value, events in sorted(told.items()) if events}
    edge = work.edges.of(facility)
    return Policy(position, now, facility, patients, work.edges.incarnation(), edge.number if edge else 0)


def grant_of(policy: Policy, value: str, now: int) -> Grant | None:
    """Ask the gate whether documents of the patient with this number may leave; no number, no grant."""
    events = policy.patients.get(value)
    if not events:
        return None
    question = Question(
        *(publisher(policy.facility), Action.PUBLISH, PatientId(value), decisions_of(events), now),
        region=_parties(policy.facility, events),
    )
    decision = decide(question)
    return decision if isinstance(decision, Grant) else None


def _parties(facility: FacilityCode, events: Sequence[ConsentEvent]) -> Region:
    """Return who is named, each a member since ever: the clauses themselves say from when to when."""
    recipients = (provision.recipients or () for event in events for provision in event.provisions)
    return Region(dict.fromkeys((facility, *chain.from_iterable(recipients)), SINCE_EVER))


def written(policy: Policy) -> bytes:
    """Write as JSON, with a digest of the patients where it has none yet."""
    patients = _written_patients(policy)
    head = {
        "position": policy.position,
        "issued_at": policy.issued_at,
        "facility": policy.facility,
        "incarnation": policy.incarnation,
        "number": policy.number,
        "digest": policy.digest or sha256(patients).hexdigest(),
    }
    return json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()[:-1] + b"," + patients[1:]


def digest_of(policy: Policy) -> str:
    """Return the digest under which a list is written."""
    return policy.digest or sha256(_written_patients(policy)).hexdigest()


def _written_patients(policy: Policy) -> bytes:
    """Write the patients: what decisions say stands there once, for most patients sign the same form."""
    bodies: dict[Body, int] = {}
    patients = {
        value: [
            [
                event.sequence,
                event.kind.value,
                bodies.setdefault(body_of_event(event), len(bodies)),
            ]
            for event in events
        ]
        for value, events in policy.patients.items()
    }
    content = {"bodies": [plain(body) for body in bodies], "patients": patients}
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def read_policy(content: bytes) -> Policy:
    """Read what `written` wrote; raises `Invalid` for anything else."""
    try:
        read = json.loads(content)
        bodies = dict(enumerate(map(body_of, read["bodies"])))
        return Policy(
            int(read["position"]),
            int(read["issued_at"]),
            FacilityCode(str(read["facility"])),
            {
                value: tuple(
                    _event(value, sequence, _KINDS[kind], bodies[body]) for sequence, kind, body in rows
                )
                for value, rows in read["patients"].items()
            },
            int(read.get("incarnation", 0)),
            int(read.get("number", 0)),
            str(read.get("digest", "")),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid("this is no consent list") from error


def _event(value: str, sequence: int, kind: EventKind, body: Body) -> ConsentEvent:
    return ConsentEvent(int(sequence), PatientId(value), kind, 0, "", "", *body)


_KINDS = {kind.value: kind for kind in EventKind}
