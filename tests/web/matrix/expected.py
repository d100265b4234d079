"""What each cell of the matrix must answer: from the table, the states and the reference model alone."""

from __future__ import annotations

from enum import StrEnum

from consent.model import ConsentEvent, Emergency
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import Day
from tests.build.world import TODAY
from tests.property.reference_model import Asker as WhoAsks
from tests.property.reference_model import Document, Situation, may_ask, may_see
from tests.web.matrix.operations import TREATS, VERIFY, Operation
from tests.web.matrix.states import (
    DAY,
    ON_DUTY,
    PSYCHIATRY,
    REGION,
    STATES,
    Asker,
    State,
    account_of,
    facility_of,
    patient_of,
    token_of,
)

PARTS = {
    "result": (DocumentClass.LABORATORY_RESULT, 20240510, 0),
    "drug": (DocumentClass.PRESCRIPTION, 20230110, 0),
    "problem": (DocumentClass.PROBLEM, 20240510, PSYCHIATRY),
    "image": (DocumentClass.IMAGE, 20240510, 0),
}
"""Class, day and labels of each document."""


class Verdict(StrEnum):
    """How a request is met."""

    ALLOWED = "allowed"
    ABSENT = "absent"
    SIGN_IN = "sign in"
    CONFIRM = "confirm"


class Judge:
    """Answers for one state and role; asks the model once for each document."""

    def __init__(
        self, state: State, role: Role, log: tuple[ConsentEvent, ...], who: Requester | None = None
    ) -> None:
        """Ask for somebody in `role`, or for `who`, of a patient of whom this `log` was recorded."""
        self.state, self.role = state, role
        linked = set() if state.contested else {state.discloser}
        linked |= {state.viewer} if state.linked else set()
        situation = Situation(patient_of(state), log, frozenset(linked), REGION)
        who = who or requester(state, role)
        asks, calm = (WhoAsks(who, TODAY, glass) for glass in (_glass(state), None))
        documents = {
            part: Document(state.discloser, kind, Day(day), Confidentiality.NORMAL, labels)
            for part, (kind, day, labels) in PARTS.items()
        }
        self.shown = {part for part, one in documents.items() if may_see(situation, asks, one)}
        self.anything = may_ask(situation, asks, tuple(DocumentClass))
        self.listed = role.value in TREATS and may_ask(situation, calm, tuple(DocumentClass))
        """Whether a search finds the patient: not by a broken glass, which is for one whom one names."""

    @property
    def is_in(self) -> bool:
        """Say whether somebody is signed in."""
        return self.state.asker.is_in and REGION.takes_part(facility_of(self.state, self.role), TODAY)

    def verdict(self, operation: Operation) -> Verdict:
        """Say how an operation is met."""
        if operation.who is None:
            return Verdict.ALLOWED
        if not self.is_in:
            return Verdict.SIGN_IN
        if self.role.value not in operation.who:
            return Verdict.ABSENT
        if operation.fresh and self.state.asker is Asker.UNCONFIRMED:
            return Verdict.CONFIRM
        return Verdict.ALLOWED if self._is_shown(operation) else Verdict.ABSENT

    def _is_shown(self, operation: Operation) -> bool:
        match operation.asks:
            case "" | "list" | "emergencies" | "doubts" | "own" | "trail":
                return True
            case "decisions":
                return self.role.value in VERIFY or self.state.linked
            case "anything":
                return self.anything
            case "another facility" | "another number":
                return self.role is Role.SECRETARIAT
            case part:
                return part in self.shown

    def tokens(self, operation: Operation) -> set[str]:
        """Give the words of the record that an answer may hold; a search is judged by itself."""
        if self.verdict(operation) is not Verdict.ALLOWED:
            return set()
        own = self.state if self.state.own else STATES[0]
        facility = facility_of(self.state, self.role)
        names: dict[str, tuple[State, ...]] = {
            "trail": tuple(one for one in STATES if facility in {one.viewer, one.discloser}),
            "decisions": (self.state,),
            "own": (own,),
            "another number": (STATES[0],),
            **dict.fromkeys(("anything", *PARTS), (self.state,)),
        }
        if self.role is Role.SECRETARIAT:
            queued = tuple(one for one in STATES if one.glass or one.contested)
            names |= {"emergencies": queued, "doubts": queued, "trail": STATES}
        found = {token_of(one, "name") for one in names.get(operation.asks, ())}
        return found | {
            token_of(self.state, part) for part in self.shown if operation.asks in {"anything", *PARTS}
        }


def _glass(state: State) -> Emergency | None:
    return Emergency("glass", TODAY + DAY) if state.glass and state.viewer in ON_DUTY else None


def requester(state: State, role: Role) -> Requester:
    """Return who asks in a state in a role."""
    of_a_person = role in {Role.PATIENT, Role.FAMILY}
    purpose = Purpose.PATIENT_REQUEST if of_a_person else Purpose.ADMINISTRATION
    return Requester(
        account_of(state, role),
        "",
        facility_of(state, role),
        role,
        Purpose.TREATMENT if role.value in TREATS else purpose,
        patient_of(state if state.own else STATES[0]) if of_a_person else patient_of(state)[:0],  # type: ignore[arg-type]
    )
