"""Every look at a patient's record begins here: decide, and write down the decision.

`admit` asks the gate and appends the audit records in the caller's transaction, so that the
decision and its record are committed together (law 3). Callers commit before they read, and
read only under the grants they got.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Decision, Grant
from consent.model import NOTHING_DECIDED, Action, Question, decisions_of
from hie.exchange.ports import AuditEvent, PatientFile, UnitOfWork
from hie.record.identifiers import PatientId, is_patient_id
from hie.record.requester import Requester


class Asked(NamedTuple):
    """Somebody wants to look: at whom, at what, and how the audit record calls it."""

    requester: Requester
    patient: PatientId
    action: str
    """As in `AuditEvent.action`: `view` a timeline, `open` an entry, …"""
    entry: int = 0
    detail: str = ""


class Answer(NamedTuple):
    """The gate's decision and the person it is about, if the region knows the person."""

    decision: Decision
    file: PatientFile | None

    @property
    def grant(self) -> Grant | None:
        """The grant, if the gate gave one and the person is known."""
        return self.decision if isinstance(self.decision, Grant) and self.file else None


def admit(work: UnitOfWork, now: int, asked: Sequence[Asked]) -> list[Answer]:
    """Decide each of `asked` at `now` and append one audit record for each, uncommitted."""
    answers = decided(work, now, asked)
    work.audit.append([written_down(now, one, answer) for one, answer in zip(asked, answers, strict=True)])
    return answers


def decided(work: UnitOfWork, now: int, asked: Sequence[Asked]) -> list[Answer]:
    """Decide only: for who looks up first what the record shall say, and writes it before it reads."""
    # What cannot be a number of a person is nobody's: it is refused, and no database sees it.
    patients = [one.patient for one in asked if is_patient_id(one.patient)]
    logs = work.consents.events(patients)
    files = work.patients.files(patients)
    answers = []
    for one in asked:
        events = logs.get(one.patient, ())
        file = files.get(one.patient)
        question = Question(
            one.requester,
            Action.VIEW,
            one.patient,
            decisions_of(events) if events else NOTHING_DECIDED,
            now,
            frozenset(number.facility for number in file.numbers) if file else frozenset(),
        )
        answers.append(Answer(decide(question), file))
    return answers


def written_down(now: int, asked: Asked, answer: Answer, *, absent: bool = False) -> AuditEvent:
    """Say in an audit record what was decided, and whether what was asked for is `absent`."""
    granted = "absent" if absent else "granted"
    decision = answer.decision
    return AuditEvent(
        at=now,
        requester=asked.requester,
        action=asked.action,
        outcome=granted if answer.grant else "refused",
        patient=asked.patient if is_patient_id(asked.patient) else "",
        entry=asked.entry,
        reasons=decision.reasons,
        position=decision.position,
        detail=asked.detail,
    )
