"""Whose number is whose: one person proposes, another confirms, and any desk may doubt.

Nothing here links by itself, however alike two people look, and a message of a hospital can only close
(`hie.exchange.linking.hearing`). To contest or to end a link hides what lies under the number at the next
question. Every step is appended to the log of links, with its audit record, in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from hie.exchange.linking import identity, matching
from hie.exchange.linking.likeness import Likeness, compare
from hie.exchange.linking.matching import MOST, Candidate
from hie.exchange.ports import AuditEvent, LinkCase, LinkEvent, LinkKind, LocalNumber, Statement, UnitOfWork
from hie.exchange.roster import people
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Patient, PersonFacts
from hie.record.requester import Purpose, Requester, Role

DESK, TABLE = "desk", "table"
"""From where a statement comes."""
REASONS = ("two-people", "wrong-number", "typing", "hospital-merged", "asked-by-patient", "other")
"""Why somebody doubts or ends a link, or refuses a proposal: codes, so that nobody writes about a person."""


class Claim(NamedTuple):
    """That a number is a person's, and what its facility says of whom it means."""

    local: LocalPatientId
    patient: PatientId
    facts: PersonFacts
    source: str = DESK


class Opened(NamedTuple):
    """A number as a desk sees it: what its facility says beside whom the region knows."""

    number: LocalNumber
    case: LinkCase | None
    person: Patient | None
    """Whose it is, or would be, or was last."""
    said: tuple[Statement, ...]
    """Newest first."""
    elsewhere: tuple[PersonFacts, ...]
    """What other facilities say of the same person."""
    likeness: Likeness | None
    history: tuple[LinkEvent, ...]

    @property
    def seen(self) -> str:
        """Name what is laid open here; who decides gives it back, and decides about this and nothing else."""
        return _seen(self.case, self.said, self.person)


def may_keep(requester: Requester, facility: FacilityCode) -> bool:
    """Say whether somebody keeps the links of a facility's numbers."""
    if requester.role is Role.SYSTEM:
        return requester.purpose is Purpose.ADMINISTRATION
    if requester.role is Role.SECRETARIAT:
        return True
    return requester.role in {Role.LIAISON, Role.PRIVACY_OFFICER} and requester.facility == facility


def look_for(
    work: UnitOfWork, now: int, requester: Requester, facts: PersonFacts, limit: int = MOST
) -> Sequence[Candidate]:
    """Return who resembles these facts, best first; each person shown gets an audit record."""
    found = matching.candidates(work, facts, requester.facility, limit)
    work.audit.append(
        [AuditEvent(now, requester, "candidates", "done", "", 0, (), 0, str(len(found)))]
        + [AuditEvent(now, requester, "listed", "done", one.patient.id, 0, (), 0, "") for one in found]
    )
    return found


def opened(work: UnitOfWork, now: int, requester: Requester, surrogate: int) -> Opened:
    """Lay a number's two sides beside one another, with an audit record.

    Raise `NotFound` where there is no such number or it is not the asker's business.
    """
    number = work.links.number(surrogate)
    if number is None or not may_keep(requester, number.local.facility):
        raise NotFound("no such number, or not for the asker")
    case, history = work.link_cases.find(surrogate), tuple(work.links.history(surrogate))
    patient = case.patient if case else number.patient or (history[-1].patient if history else PatientId(""))
    said = tuple(work.local_statements.of([surrogate]).get(surrogate, ()))
    file = work.patients.files([patient]).get(patient)
    likeness: Likeness | None = None
    elsewhere: tuple[PersonFacts, ...] = ()
    if file is not None:
        numbers = matching.numbers_of(work, [file]).get(patient, ())
        stated = work.local_statements.of([one for one in numbers if one != surrogate])
        elsewhere = tuple(one.facts for ones in stated.values() for one in ones)
        if said:
            likeness = compare(said[0].facts, matching.known(file.patient), elsewhere)
    detail = f"{number.local.facility} {surrogate}"
    work.audit.append([written_down(now, requester, "link-read", patient, detail)])
    return Opened(number, case, file.patient if file else None, said, elsewhere, likeness, history)


def waiting(
    work: UnitOfWork, now: int, requester: Requester, most: int
) -> Sequence[tuple[LinkCase, Patient | None]]:
    """Return what waits for the asker's desk with whom it is about; contested and old cases first.

    Each person listed gets an audit record.
    """
    everywhere = requester.role is Role.SECRETARIAT
    if not everywhere and not may_keep(requester, requester.facility):
        raise NotFound("no such page for the asker")
    cases = work.link_cases.all("" if everywhere else requester.facility, most)
    files = work.patients.files(list({case.patient for case in cases}))
    work.audit.append(
        [written_down(now, requester, "links-read", PatientId(""), str(len(cases)))]
        + [written_down(now, requester, "listed", patient, "") for patient in files]
    )
    return [(case, files[case.patient].patient if case.patient in files else None) for case in cases]


def propose(work: UnitOfWork, now: int, requester: Requester, claim: Claim) -> LinkCase:
    """Say that a number is a person's; nothing opens before another confirms it.

    Raise `NotFound` where it is not the asker's business or there is no such person, `Invalid` where too
    little agrees, `Conflict` where the number is somebody's already or proposed for another.
    """
    _named(requester)
    _keeps(requester, claim.local.facility)
    return _queued(work, now, requester, claim, (_agreeing(work, claim), ""))


def doubt(work: UnitOfWork, now: int, requester: Requester, claim: Claim, reason: str) -> LinkCase:
    """Queue what agrees too little, or resembles somebody: it can be looked at and refused.

    It can be confirmed only once enough agrees. Raise what `propose` raises, save for likeness.
    """
    _named(requester)
    _keeps(requester, claim.local.facility)
    found = matching.compared(work, claim.facts._replace(local=claim.local), [claim.patient])
    if not found:
        raise NotFound("no such person")
    return _queued(work, now, requester, claim, (found[0][1], reason))


def confirm(
    work: UnitOfWork, now: int, requester: Requester, claim: Claim, proposed_by: Collection[str]
) -> int:
    """Link a number that others proposed, in the caller's transaction; return its surrogate.

    For a desk that lays the claim before a second person itself. Raise `Invalid` where nobody proposed
    it, where the asker did, or where too little agrees; `NotFound` where it is not the asker's business
    or there is no such person; `Conflict` where the number is another person's, or contested.
    """
    _named(requester)
    _keeps(requester, claim.local.facility)
    if not any(who.strip() for who in proposed_by) or requester.user in proposed_by:
        raise Invalid("a link is proposed by one person and confirmed by another")
    likeness = _agreeing(work, claim)
    number = work.links.find(claim.local)
    case = work.link_cases.find(number.surrogate) if number else None
    if case is not None and case.kind is LinkKind.CONTESTED:
        raise Conflict("this number is contested; settle that first")
    if case is not None and case.kind is LinkKind.PROPOSED:
        _closed(work, case.surrogate)
    if case is None and (number is None or number.patient != claim.patient):
        who = min(proposed_by)
        event = LinkEvent(0, claim.patient, LinkKind.PROPOSED, who, now, "", likeness.summary)
        work.links.note(claim.local, event)
    surrogate = identity.enter(work, now, requester, [(claim.local, claim.patient)])[0]
    work.local_statements.add([Statement(surrogate, claim.facts, claim.source, now)])
    return surrogate


def confirm_case(work: UnitOfWork, now: int, requester: Requester, surrogate: int, seen: str) -> int:
    """Confirm what lies in the queue, as it was shown: `seen` is `Opened.seen` of that page.

    Raise what `confirm` raises, and `Conflict` where it is decided or is not what was shown any more: who
    proposed may have taken it back meanwhile and proposed the number for somebody else.
    """
    case = _case(work, requester, surrogate, LinkKind.PROPOSED)
    _as_shown(work, case, seen)
    facts = newest_facts(work, surrogate)
    claim = Claim(case.local, case.patient, facts, _source(work, surrogate))
    return confirm(work, now, requester, claim, {case.by})


def reject(work: UnitOfWork, now: int, requester: Requester, surrogate: int, reason: str) -> None:
    """Say that a proposed number is not that person's."""
    case = _case(work, requester, surrogate, LinkKind.PROPOSED)
    _end(work, now, requester, case, (LinkKind.REJECTED, "link-rejected"), reason)


def hold(work: UnitOfWork, now: int, requester: Requester, surrogate: int) -> None:
    """Put a case off: it stays in the queue, marked."""
    case = _case(work, requester, surrogate)
    work.links.note(case.local, LinkEvent(0, case.patient, LinkKind.HELD, requester.user, now))
    work.link_cases.open(case._replace(held=True))
    work.audit.append([written_down(now, requester, "link-held", case.patient, number_of(case))])


def accept(work: UnitOfWork, now: int, requester: Requester, surrogate: int, seen: str) -> Patient:
    """Find a change to be the same person's, and take over what the facility says now; return the person.

    Raise `Conflict` where it is not what was shown any more, as `confirm_case` does.
    """
    case = _case(work, requester, surrogate, LinkKind.CHANGED)
    _as_shown(work, case, seen)
    file = work.patients.files([case.patient]).get(case.patient)
    if file is None:
        raise NotFound("no such person")
    facts = newest_facts(work, surrogate)
    former = Statement(surrogate, matching.known(file.patient), TABLE, 0)
    person = merged(file.patient, facts)
    # What was known before stays beside it, so that the old name is recognised at other desks.
    work.local_statements.add([former, Statement(surrogate, facts, _source(work, surrogate), now)])
    work.patients.enrol(person)
    _end(work, now, requester, case, (LinkKind.ACCEPTED, "link-accepted"), "")
    return person


def contest(work: UnitOfWork, now: int, requester: Requester, local: LocalPatientId, reason: str) -> LinkCase:
    """Doubt a link: it is hidden at once, and stays so until two people confirm it anew."""
    _keeps(requester, local.facility)
    number = work.links.find(local)
    if number is None or not number.patient:
        raise NotFound("this number is linked to nobody")
    return close_contested(work, now, requester, number, _checked(reason))


def close_contested(
    work: UnitOfWork, now: int, requester: Requester, number: LocalNumber, reason: str, agreement: str = ""
) -> LinkCase:
    """Hide a linked number and queue it; also for messages, whose requester is the facility's system."""
    work.patients.unlink(number.local, requester.user, now, LinkKind.CONTESTED, reason)
    people.rest_bound(work, now, requester, number.local)
    case = LinkCase(
        *(number.surrogate, number.local, number.patient, LinkKind.CONTESTED, requester.user, now),
        agreement=agreement,
        reason=reason,
    )
    work.link_cases.open(case)
    work.audit.append([written_down(now, requester, "link-contested", case.patient, number_of(case))])
    return case


def split(work: UnitOfWork, now: int, requester: Requester, local: LocalPatientId, reason: str) -> PatientId:
    """End a link for good, contested or live: they are two people. Return whose the number was."""
    _keeps(requester, local.facility)
    number = work.links.find(local)
    case = work.link_cases.find(number.surrogate) if number else None
    if number is not None and number.patient:
        work.patients.unlink(local, requester.user, now, LinkKind.UNLINKED, _checked(reason))
        people.rest_bound(work, now, requester, local)
        work.link_cases.close(number.surrogate)
        detail = f"{local.facility} {number.surrogate}"
        work.audit.append([written_down(now, requester, "unlink", number.patient, detail)])
        return number.patient
    if case is None or case.kind is not LinkKind.CONTESTED:
        raise NotFound("this number is linked to nobody")
    _end(work, now, requester, case, (LinkKind.UNLINKED, "unlink"), reason)
    return case.patient


def merged(patient: Patient, facts: PersonFacts) -> Patient:
    """Return the person with what the facts say; what they leave out stays."""
    name = type(patient.name)(*(new or old for new, old in zip(facts.name, patient.name, strict=True)))
    return patient._replace(
        name=name,
        birth_day=facts.birth_day or patient.birth_day,
        sex=facts.sex if facts.sex != "U" else patient.sex,
    )


def newest_facts(work: UnitOfWork, surrogate: int) -> PersonFacts:
    """Return what was said last of a number; raise `NotFound` where nobody said anything."""
    said = work.local_statements.of([surrogate]).get(surrogate)
    if not said:
        raise NotFound("nobody said whom this number means")
    return said[0].facts


def number_of(case: LinkCase) -> str:
    """Name a case's number in an audit record: facility and surrogate, not the number."""
    return f"{case.local.facility} {case.surrogate}"


def written_down(now: int, requester: Requester, action: str, patient: PatientId, detail: str) -> AuditEvent:
    """Make the audit record of a step."""
    return AuditEvent(now, requester, action, "done", patient, 0, (), 0, detail)


def _named(requester: Requester) -> None:
    if not requester.user.strip():
        raise Invalid("who decides has a name")


def _keeps(requester: Requester, facility: FacilityCode) -> None:
    if not may_keep(requester, facility):
        raise NotFound("no such number, or not for the asker")


def _checked(reason: str) -> str:
    if reason not in REASONS:
        raise Invalid("a reason is one of those that can be chosen")
    return reason


def _agreeing(work: UnitOfWork, claim: Claim) -> Likeness:
    """Compare a claim's facts with its person; raise `Invalid` where too little agrees."""
    found = matching.compared(work, claim.facts._replace(local=claim.local), [claim.patient])
    if not found:
        raise NotFound("no such person")
    likeness = found[0][1]
    if not likeness.proposable:
        raise Invalid("reading, birth date and a third attribute agree before two are proposed as one")
    return likeness


def is_free(work: UnitOfWork, claim: Claim) -> bool:
    """Say whether a claim's number is nobody's and waits for no decision about another person."""
    number = work.links.find(claim.local)
    try:
        _free(work, number or LocalNumber(0, claim.local, PatientId("")), claim.patient)
    except Conflict:
        return False
    return True


def _free(work: UnitOfWork, number: LocalNumber, patient: PatientId) -> None:
    if number.patient:
        same = number.patient == patient
        raise Conflict("this number is linked already" if same else "this number is another person's")
    case = work.link_cases.find(number.surrogate)
    if case is not None and case.patient != patient:
        raise Conflict("this number waits for a decision about another person")


def _queued(
    work: UnitOfWork, now: int, requester: Requester, claim: Claim, why: tuple[Likeness, str]
) -> LinkCase:
    """Write a proposal down: what was said, a line of the log, a case of the queue, an audit record."""
    likeness, reason = why
    number = work.links.find(claim.local)
    if number is not None:
        _free(work, number, claim.patient)
    event = LinkEvent(0, claim.patient, LinkKind.PROPOSED, requester.user, now, reason, likeness.summary)
    surrogate = work.links.note(claim.local, event).surrogate
    work.local_statements.add([Statement(surrogate, claim.facts, claim.source, now)])
    case = LinkCase(
        *(surrogate, claim.local, claim.patient, LinkKind.PROPOSED, requester.user, now),
        *(likeness.score, likeness.summary, reason),
    )
    work.link_cases.open(case)
    work.audit.append([written_down(now, requester, "link-proposed", case.patient, number_of(case))])
    return case


def _case(work: UnitOfWork, requester: Requester, surrogate: int, kind: LinkKind | None = None) -> LinkCase:
    case = work.link_cases.find(surrogate)
    if case is None or not may_keep(requester, case.local.facility):
        raise NotFound("no such case, or not for the asker")
    if kind is not None and case.kind is not kind:
        raise Conflict("somebody decided this meanwhile")
    return case


def _as_shown(work: UnitOfWork, case: LinkCase, seen: str) -> None:
    """Raise `Conflict` unless `seen` names the case, the facility's last word and the person as they are."""
    said = work.local_statements.of([case.surrogate]).get(case.surrogate, ())
    file = work.patients.files([case.patient]).get(case.patient)
    if not compare_digest(seen.encode(), _seen(case, said, file.patient if file else None).encode()):
        raise Conflict("this is not what was shown any more")


def _seen(case: LinkCase | None, said: Sequence[Statement], person: Patient | None) -> str:
    proposed = (case.patient, case.kind.value, case.by, str(case.at)) if case else ()
    known = Statement(0, matching.known(person), "", 0).digest if person else b""
    both = (said[0].digest if said else b"") + known
    return sha256("\x1f".join(proposed).encode() + both).hexdigest()


def _end(
    work: UnitOfWork,
    now: int,
    requester: Requester,
    case: LinkCase,
    outcome: tuple[LinkKind, str],
    reason: str,
) -> None:
    kind, action = outcome
    why = _checked(reason) if kind is not LinkKind.ACCEPTED else ""
    _closed(work, case.surrogate)
    work.links.note(case.local, LinkEvent(0, case.patient, kind, requester.user, now, why, case.agreement))
    work.audit.append([written_down(now, requester, action, case.patient, number_of(case))])


def _closed(work: UnitOfWork, surrogate: int) -> None:
    """Take a case out of the queue before it is decided: of two who decide at once, one does."""
    if not work.link_cases.close(surrogate):
        raise Conflict("somebody decided this meanwhile")


def _source(work: UnitOfWork, surrogate: int) -> str:
    said = work.local_statements.of([surrogate]).get(surrogate, ())
    return said[0].source if said else DESK
