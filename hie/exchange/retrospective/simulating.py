"""Trying out who would see what: what consents say for somebody, and what one more decision would change.

Nobody's document is read. The gate is asked as the person simulated would ask, its answer is used only to
count: what is counted are current documents without any sensitive label, by custodian and class. For
sensitive labels it says whether they would be open, and no number (ADR 0023). Each try is audited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Decision, Grant
from consent.model import (
    FOREVER,
    Action,
    Care,
    ConsentEvent,
    EventKind,
    Provision,
    Question,
    Region,
    Restriction,
    Suspension,
    Withdrawal,
    decisions_of,
)
from hie.exchange.ports import Account, AuditEvent, Clock, PatientFile, Store, Tally, UnitOfWork
from hie.exchange.retrospective.past import past
from hie.exchange.signing.sessions import requester_of
from hie.record.entry import Confidentiality, DocumentClass, Label
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role
from hie.record.times import Day

SIMULATES = frozenset({Role.SECRETARIAT, Role.PRIVACY_OFFICER, Role.LIAISON})
CHANGES = (
    *("consent-all", "consent-named", "opt-in", "withdraw-all", "withdraw-discloser"),
    *("refuse-viewer", "hold", "care", "suspend", "leave", "death"),
)
"""Codes of what may be tried out; the screen has words for each."""
ABOUT_A_FACILITY = frozenset({"withdraw-discloser", "hold", "suspend", "leave"})
OPT_INS = tuple(one for one in Label if one not in {Label.STAFF, Label.NOT_TOLD, Label.NEVER, Label.UNKNOWN})
_SHOWN = frozenset(DocumentClass) - {DocumentClass.UNKNOWN}


class Who(NamedTuple):
    """For whom it is tried out."""

    facility: FacilityCode
    role: Role
    account: str = ""
    """Id of an account, where a restriction may name persons."""


class Change(NamedTuple):
    """One decision that nobody took."""

    kind: str
    facility: FacilityCode = FacilityCode("")
    """Which facility it is about, where it is about one."""
    label: Label = Label(0)


class Cell(NamedTuple):
    """Documents of one custodian and class: how many there are, how many seen now, and after the change."""

    custodian: FacilityCode
    document_class: DocumentClass
    there: int
    now: int
    then: int


class LabelLine(NamedTuple):
    """Whether documents with a sensitive label would be open; never how many there are."""

    label: Label
    now: bool
    then: bool


class Simulated(NamedTuple):
    """What came of it."""

    file: PatientFile
    cells: tuple[Cell, ...]
    labels: tuple[LabelLine, ...]
    reasons_now: tuple[str, ...]
    reasons_then: tuple[str, ...]
    granted_now: bool
    granted_then: bool
    position: int


class Try(NamedTuple):
    """What somebody wants to try out."""

    patient: PatientId
    who: Who
    at: int
    """The moment asked about; of the past as it was recorded by then."""
    today: Day
    """The day for which labels are judged."""
    change: Change | None = None


def simulate(store: Store, clock: Clock, requester: Requester, tried: Try) -> Simulated:
    """Answer a try and write it down.

    Raise `NotFound` for who may not, a person not known, or, for a facility's own, a person without a number
    there; `Invalid` for a change that is none.
    """
    if requester.role not in SIMULATES:
        raise NotFound("nothing to simulate for the asker")
    if tried.change:
        check_change(tried.change)
    with store.work() as work:
        file = work.patients.files([tried.patient]).get(tried.patient)
        if file is None or not _may(requester, file):
            raise NotFound("no such person for the asker")
        who = f"{tried.who.facility} {tried.who.role} {tried.change.kind if tried.change else ''}".strip()
        work.audit.append(
            [AuditEvent(clock.now(), requester, "simulated", "done", tried.patient, 0, (), 0, who)]
        )
        question = _question(work, clock.now(), tried, file)
        tallies = _counted(requester, work.tallies.of(tried.patient))
    before = decide(question)
    after = decide(_changed(question, tried)) if tried.change else before
    return Simulated(
        file,
        tuple(_cells(tallies, before, after)),
        tuple(_labels({one.custodian for one in tallies} - {tried.who.facility}, tried.today, before, after)),
        before.reasons,
        after.reasons,
        isinstance(before, Grant),
        isinstance(after, Grant),
        before.position,
    )


def check_change(change: Change) -> None:
    """Raise `Invalid` where a change is none of the list, or does not say what it is about."""
    if change.kind not in CHANGES:
        raise Invalid("a change is one of the list")
    if change.kind in ABOUT_A_FACILITY and not change.facility:
        raise Invalid("this change is about a facility")
    if change.kind == "opt-in" and change.label not in OPT_INS:
        raise Invalid("this label is opted in by nobody")


def _may(requester: Requester, file: PatientFile) -> bool:
    own = {number.facility for number in file.numbers}
    return requester.role is Role.SECRETARIAT or requester.facility in own


def _counted(requester: Requester, tallies: Iterable[Tally]) -> list[Tally]:
    """Leave to a facility the counts of its own documents, to the secretariat all."""
    whole = requester.role is Role.SECRETARIAT
    return [one for one in tallies if whole or one.custodian == requester.facility]


def _question(work: UnitOfWork, now: int, tried: Try, file: PatientFile) -> Question:
    who, patient = tried.who, tried.patient
    account = Account(who.account, "", "", who.facility, who.role, "", patient=patient)
    asker = requester_of(account)
    if who.role not in {Role.PATIENT, Role.FAMILY}:
        asker = asker._replace(patient=PatientId(""))
    if tried.at < now:
        then = past(work, patient, tried.at, tried.at)
        links = frozenset(then.links)
        return Question(asker, Action.VIEW, patient, then.decisions, then.at, links, then.region)
    return Question(
        asker,
        Action.VIEW,
        patient,
        decisions_of(work.consents.events([patient])[patient]),
        tried.at,
        frozenset(one.facility for one in file.numbers),
        work.directory.region(),
    )


def _changed(question: Question, tried: Try) -> Question:
    """Add the decision that nobody took to what the question is asked in."""
    change = tried.change
    if change is None:
        return question
    if change.kind in {"suspend", "leave"}:
        return question._replace(region=_without(question.region, change, question.now))
    decisions = question.decisions
    event = _event(question, change)
    log = decisions_of([event])
    return question._replace(
        decisions=decisions._replace(
            given=(*decisions.given, *log.given),
            withdrawn=(*decisions.withdrawn, *log.withdrawn),
            restrictions=(*decisions.restrictions, *log.restrictions),
            care=(*(one for one in decisions.care if not log.care), *log.care),
            closed_at=question.now if change.kind == "death" else decisions.closed_at,
        )
    )


def _event(question: Question, change: Change) -> ConsentEvent:
    """Make the event that nobody recorded, as the next of the log."""
    viewer, about = frozenset({question.requester.facility}), frozenset({change.facility})
    number, kind = question.decisions.position + 1, _KINDS[change.kind]
    made = ConsentEvent(number, question.patient, kind, question.now, "", "")
    match change.kind:
        case "consent-all":
            made = made._replace(provisions=(Provision(),))
        case "consent-named":
            made = made._replace(provisions=(Provision(recipients=viewer),))
        case "opt-in":
            made = made._replace(provisions=(Provision(recipients=viewer, labels=int(change.label)),))
        case "withdraw-discloser":
            made = made._replace(withdrawal=Withdrawal(disclosers=about))
        case "refuse-viewer":
            made = made._replace(restriction=Restriction(recipients=viewer))
        case "hold":
            made = made._replace(restriction=Restriction(disclosers=about, by_discloser=True))
        case "care":
            made = made._replace(care=Care(question.requester.facility, FOREVER, "visit"))
    return made


_KINDS = {
    "consent-all": EventKind.GIVEN,
    "consent-named": EventKind.GIVEN,
    "opt-in": EventKind.GIVEN,
    "withdraw-all": EventKind.WITHDRAWN,
    "withdraw-discloser": EventKind.WITHDRAWN,
    "refuse-viewer": EventKind.RESTRICTED,
    "hold": EventKind.RESTRICTED,
    "care": EventKind.CARE_STARTED,
    "death": EventKind.DECEASED,
}


def _without(region: Region, change: Change, now: int) -> Region:
    """Let a facility rest, or leave, from `now` on."""
    member = region.members.get(change.facility)
    if member is None:
        return region
    if change.kind == "suspend":
        member = member._replace(suspensions=(*member.suspensions, Suspension(now)))
    elif member.terms:
        last = member.terms[-1]
        member = member._replace(terms=(*member.terms[:-1], last._replace(left_at=min(last.left_at, now))))
    return region._replace(members={**region.members, change.facility: member})


def _cells(tallies: Sequence[Tally], before: Decision, after: Decision) -> Iterable[Cell]:
    there: Counter[tuple[FacilityCode, DocumentClass]] = Counter()
    now: Counter[tuple[FacilityCode, DocumentClass]] = Counter()
    then: Counter[tuple[FacilityCode, DocumentClass]] = Counter()
    for one in tallies:
        key = (one.custodian, one.document_class)
        there[key] += one.documents
        now[key] += one.documents * _covers(before, one)
        then[key] += one.documents * _covers(after, one)
    for key in sorted(there):
        yield Cell(*key, there[key], now[key], then[key])


def _covers(decision: Decision, one: Tally) -> bool:
    return isinstance(decision, Grant) and decision.covers(
        one.custodian, one.document_class, one.service_day, one.confidentiality, 0
    )


def _labels(
    custodians: Iterable[FacilityCode], today: Day, before: Decision, after: Decision
) -> Iterable[LabelLine]:
    """Ask about invented documents of today, one of each class; a facility's own are open anyway."""
    named = list(custodians)
    for label in OPT_INS:
        yield LabelLine(label, _opens(before, named, today, label), _opens(after, named, today, label))


def _opens(decision: Decision, custodians: Sequence[FacilityCode], today: Day, label: Label) -> bool:
    return isinstance(decision, Grant) and any(
        decision.covers(custodian, kind, today, Confidentiality.NORMAL, int(label))
        for custodian in custodians
        for kind in _SHOWN
    )
