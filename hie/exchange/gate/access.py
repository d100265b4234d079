"""Every look at a patient's record begins here: decide, and write down the decision.

`admit` asks the gate and appends the audit records in the caller's transaction, so that the
decision and its record are committed together (law 3). Callers commit before they read, and
read only under the grants they got; `let_in` does so for one question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Decision, Grant
from consent.model import NOTHING_DECIDED, Action, Emergency, Question, decisions_of
from consent.parties import BREAKS_GLASS
from consent.reasons import EMERGENCY
from hie.exchange.ports import AuditEvent, PatientFile, UnitOfWork
from hie.record.errors import NotFound
from hie.record.identifiers import PatientId, is_patient_id
from hie.record.requester import Purpose, Requester

FOR_A_PATIENT = frozenset({Purpose.TREATMENT, Purpose.EMERGENCY})


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


class LetIn(NamedTuple):
    """Somebody who may look: decided, and the record of it on disk."""

    grant: Grant
    file: PatientFile
    newest: int
    """The highest number of an entry filed before anything was read: up to there a page of it is drawn."""


def let_in(work: UnitOfWork, now: int, asked: Asked) -> LetIn:
    """Decide, write down and commit, before anything is read (law 3); raise `NotFound` if refused."""
    (answer,) = admit(work, now, [asked])
    newest = work.looks.newest()
    work.commit()
    if answer.grant is None or answer.file is None:
        raise NotFound("no such record, or not for the asker")
    return LetIn(answer.grant, answer.file, newest)


def admit(work: UnitOfWork, now: int, asked: Sequence[Asked]) -> list[Answer]:
    """Decide each of `asked` at `now` and append one audit record for each, uncommitted."""
    answers = decided(work, now, asked)
    work.audit.append([written_down(now, one, answer) for one, answer in zip(asked, answers, strict=True)])
    return answers


def decided(
    work: UnitOfWork, now: int, asked: Sequence[Asked], *, in_emergencies: bool = True
) -> list[Answer]:
    """Decide only: for who looks up first what the record shall say, and writes it before it reads.

    Not `in_emergencies`: as if nobody had broken any glass, which need not be looked up then.
    """
    # What cannot be a number of a person is nobody's: it is refused, and no database sees it.
    patients = [one.patient for one in asked if is_patient_id(one.patient)]
    logs = work.consents.events(patients)
    files = work.patients.files(patients)
    region = work.directory.region()
    # Hardly ever has anybody broken a glass: one look for all that ask spares a look for each.
    in_emergencies = in_emergencies and bool(work.emergencies.among(live_at=now, limit=1))
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
            region,
            _emergency(work, now, one) if file and in_emergencies else None,
        )
        answers.append(Answer(decide(question), file))
    return answers


def _emergency(work: UnitOfWork, now: int, asked: Asked) -> Emergency | None:
    """Return the glass that the asker broke for this patient, if the role may break one at all."""
    requester = asked.requester
    if requester.role not in BREAKS_GLASS or requester.purpose not in FOR_A_PATIENT:
        return None
    broken = work.emergencies.live(requester, asked.patient, now)
    # Who broke it while the hospital's duty was being taken away has nothing by it.
    return broken if broken and requester.facility in work.duties.on_duty() else None


def _as_decided(requester: Requester, decision: Decision) -> Requester:
    """State the purpose under which it was opened: what the emergency rule opened was an emergency."""
    in_an_emergency = isinstance(decision, Grant) and EMERGENCY in decision.reasons
    return requester._replace(purpose=Purpose.EMERGENCY) if in_an_emergency else requester


def written_down(now: int, asked: Asked, answer: Answer, *, absent: bool = False) -> AuditEvent:
    """Say in an audit record what was decided, and whether what was asked for is `absent`."""
    granted = "absent" if absent else "granted"
    decision = answer.decision
    return AuditEvent(
        at=now,
        requester=_as_decided(asked.requester, decision),
        action=asked.action,
        outcome=granted if answer.grant else "refused",
        patient=asked.patient if is_patient_id(asked.patient) else "",
        entry=asked.entry,
        reasons=decision.reasons,
        position=decision.position,
        detail=asked.detail,
    )
