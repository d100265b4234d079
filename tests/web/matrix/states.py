"""Relationship and consent states between one patient and whoever asks, each told from the beginning."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from consent.model import (
    GRACE,
    NOTICE,
    Care,
    ConsentEvent,
    EventKind,
    Membership,
    Provision,
    Region,
    Restriction,
    Suspension,
    Term,
    Withdrawal,
)
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Role
from hie.record.times import Day, Period
from tests.build.world import CENTRAL, CLINIC, STRANGER, TODAY

DAY = 86_400_000
RESTING, GONE = FacilityCode("1319900011"), FacilityCode("1319900012")
"""Hospitals that show nothing now: one is suspended, one left."""
TIRED, FORMER = FacilityCode("1319900013"), FacilityCode("1319900014")
"""Clinics whose people see nothing now: one is suspended, one left."""
LATER, UNANNOUNCED = FacilityCode("1319900015"), FacilityCode("1319900016")
"""Clinics that joined after the consents; patients were told long enough ago of one, lately of the other."""
OFFICE = FacilityCode("1319900017")
"""Where accounts of no clinic or hospital belong."""
OF_NO_FACILITY = {Role.PATIENT, Role.FAMILY, Role.SECRETARIAT, Role.SYSTEM}
ON_DUTY = frozenset({CLINIC})
"""Where emergencies are taken in."""
SIGNED = TODAY - 50 * DAY
JOINED = TODAY - 45 * DAY
LATELY = TODAY - DAY
PSYCHIATRY = 1

SINCE_EVER = Membership((Term(0),))
REGION = Region(
    {
        **dict.fromkeys((CENTRAL, CLINIC, STRANGER, OFFICE), SINCE_EVER),
        **dict.fromkeys((RESTING, TIRED), Membership((Term(0),), (Suspension(LATELY),))),
        **dict.fromkeys((GONE, FORMER), Membership((Term(0, LATELY),))),
        LATER: Membership((Term(JOINED, noticed_at=TODAY - NOTICE - DAY),)),
        UNANNOUNCED: Membership((Term(JOINED, noticed_at=TODAY - NOTICE + DAY),)),
    }
)


class Asker(StrEnum):
    """How whoever asks stands with the hub."""

    WELL = "well"
    UNCONFIRMED = "showed no second factor of late"
    OWES = "owes the second factor"
    IDLE = "was idle too long"
    OVER = "session is over"
    DEVICE_STOPPED = "browser was stopped"
    SUSPENDED = "account is suspended"
    STOPPED = "account is stopped"
    EXPIRED = "account has expired"
    POST_ENDED = "post has ended"
    NOBODY = "not signed in"

    @property
    def is_in(self) -> bool:
        """Say whether such a person is signed in."""
        return self in {Asker.WELL, Asker.UNCONFIRMED}


Later = tuple[EventKind, Mapping[str, object]]


class State(NamedTuple):
    """What was decided about a patient, and how the asker stands."""

    name: str
    given: tuple[Provision, ...] = ()
    later: tuple[Later, ...] = ()
    """Decisions of yesterday."""
    linked: bool = False
    """Whether the asker's facility has a number of the patient's."""
    viewer: FacilityCode = CLINIC
    discloser: FacilityCode = CENTRAL
    contested: bool = False
    """Whether somebody doubts that the discloser's number is the patient's."""
    glass: bool = False
    """Whether the asker broke the glass."""
    asker: Asker = Asker.WELL
    own: bool = True
    """Whether patients and representatives ask about their own record."""


def _event(kind: EventKind, **fields: object) -> Later:
    return kind, fields


TO_ALL, TO_CLINIC = Provision(), Provision(recipients=frozenset({CLINIC}))
REFUSED = _event(EventKind.RESTRICTED, restriction=Restriction(recipients=frozenset({CLINIC})))
DEAD_LATELY, DEAD = (
    _event(EventKind.DECEASED),
    _event(EventKind.DECEASED, recorded_at=TODAY - GRACE),
)

STATES = (
    State("nothing"),
    State("linked, and no consent", linked=True),
    State("named recipient", (TO_CLINIC,)),
    State("all at signing, treated there", (TO_ALL,), linked=True),
    State("all at signing, and no care relationship", (TO_ALL,)),
    State("all at signing, asked by a later member", (TO_ALL,), linked=True, viewer=LATER),
    State(
        "all, later members too, after the notice",
        (Provision(later_members=True),),
        linked=True,
        viewer=LATER,
    ),
    State(
        "all, later members too, before the notice is over",
        (Provision(later_members=True),),
        linked=True,
        viewer=UNANNOUNCED,
    ),
    State("withdrawn from all", (TO_CLINIC,), (_event(EventKind.WITHDRAWN),), linked=True),
    State(
        "withdrawn from this viewer",
        (TO_ALL,),
        (_event(EventKind.WITHDRAWN, withdrawal=Withdrawal(recipients=frozenset({CLINIC}))),),
        linked=True,
    ),
    State(
        "withdrawn from another viewer",
        (TO_CLINIC,),
        (_event(EventKind.WITHDRAWN, withdrawal=Withdrawal(recipients=frozenset({LATER}))),),
    ),
    State(
        "withdrawn, and given anew",
        (),
        (_event(EventKind.WITHDRAWN), _event(EventKind.GIVEN, provisions=(TO_CLINIC,))),
    ),
    State("expired", (TO_CLINIC._replace(ends_at=TODAY),)),
    State("about to expire", (TO_CLINIC._replace(ends_at=TODAY + 1),)),
    State("not yet in force", (TO_CLINIC._replace(starts_at=TODAY + 1),)),
    State("some kinds only", (TO_CLINIC._replace(classes=frozenset({DocumentClass.LABORATORY_RESULT})),)),
    State("some days only", (TO_CLINIC._replace(service_period=Period(Day(20240101), Day(20241231))),)),
    State("sensitive kinds too", (TO_CLINIC._replace(labels=PSYCHIATRY),)),
    State("refused", (TO_CLINIC,), (REFUSED,), linked=True),
    State("refused, and lifted", (TO_CLINIC,), (REFUSED, _event(EventKind.LIFTED, lifts=-1))),
    State(
        "one doctor refused",
        (TO_CLINIC,),
        (_event(EventKind.RESTRICTED, restriction=Restriction(users=frozenset({f"doctor.{CLINIC}"}))),),
    ),
    State(
        "held by the discloser",
        (TO_CLINIC,),
        (
            _event(
                EventKind.RESTRICTED,
                restriction=Restriction(disclosers=frozenset({CENTRAL}), by_discloser=True),
            ),
        ),
    ),
    State("link contested", (TO_CLINIC,), contested=True),
    State("care started", (TO_ALL,), (_event(EventKind.CARE_STARTED, care=Care(CLINIC)),)),
    State(
        "care ended",
        (TO_ALL,),
        (_event(EventKind.CARE_STARTED, care=Care(CLINIC)), _event(EventKind.CARE_ENDED, care=Care(CLINIC))),
    ),
    State("care run out", (TO_ALL,), (_event(EventKind.CARE_STARTED, care=Care(CLINIC, TODAY)),)),
    State("discloser suspended", (TO_CLINIC,), discloser=RESTING),
    State("discloser left", (TO_CLINIC,), discloser=GONE),
    State("viewer suspended", (TO_ALL,), linked=True, viewer=TIRED),
    State("viewer left", (TO_ALL,), linked=True, viewer=FORMER),
    State("deceased of late", (TO_CLINIC,), (DEAD_LATELY,)),
    State("deceased", (TO_CLINIC,), (DEAD,), linked=True),
    State("death recorded in error", (TO_CLINIC,), (DEAD, _event(EventKind.LIFTED, lifts=-1))),
    State(
        "emergency, with the clause",
        (Provision(recipients=frozenset({STRANGER}), emergency=True),),
        glass=True,
    ),
    State(
        "emergency, at a clinic that does no duty",
        (Provision(recipients=frozenset({STRANGER}), emergency=True),),
        viewer=LATER,
        glass=True,
    ),
    State("emergency, without the clause", (Provision(recipients=frozenset({STRANGER})),), glass=True),
    State(
        "emergency, and refused",
        (Provision(recipients=frozenset({STRANGER}), emergency=True),),
        (REFUSED,),
        glass=True,
    ),
    State("somebody else's", (), own=False),
    *(
        State(f"named recipient, asker {asker.value}", (TO_CLINIC,), asker=asker)
        for asker in Asker
        if asker is not Asker.WELL
    ),
)

BASE = Provision(recipients=frozenset({STRANGER}), labels=PSYCHIATRY)
"""Under which documents came to the hub in the first place: to a clinic that never asks here."""


def patient_of(state: State) -> PatientId:
    """Name the patient who is in this state."""
    return PatientId(f"M{STATES.index(state):09d}")


def token_of(state: State, part: str) -> str:
    """Give the word that stands in one part of a patient's record and nowhere else."""
    return f"zq{STATES.index(state):03d}{part}qz"


def account_of(state: State, role: Role) -> str:
    """Name the account that asks in this state in a role."""
    if role in {Role.PATIENT, Role.FAMILY} or state.asker is not Asker.WELL:
        return f"{role.value}.{patient_of(state)}"
    return f"{role.value}.{facility_of(state, role)}"


def facility_of(state: State, role: Role) -> FacilityCode:
    """Say for which facility a role acts."""
    return OFFICE if role in OF_NO_FACILITY else state.viewer


def event_of(state: State, later: Later, before: list[ConsentEvent]) -> ConsentEvent:
    """Make a decision; `lifts=-1` is the decision before it."""
    kind, fields = later
    given = {"recorded_at": LATELY, **fields}
    if given.get("lifts") == -1:
        given["lifts"] = before[-1].sequence
    blank = ConsentEvent(0, patient_of(state), kind, LATELY, "desk", "form")
    return blank._replace(**given)  # type: ignore[arg-type]
