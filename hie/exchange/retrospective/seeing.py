"""Who sees what of a patient as things stand at one moment: the gate, asked for every post of the region.

Facilities that stand alike to all that was decided are asked for once: a region of hundreds is answered
by a handful of decisions for each role.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Grant
from consent.model import Action, Emergency, EventKind, GivenConsent, Question, named
from consent.parties import is_party
from consent.reasons import EMERGENCY
from hie.exchange.gate.declared import TREATING
from hie.exchange.retrospective.past import Past
from hie.record.entry import NO_LABELS, Confidentiality, DocumentClass, Label
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import FIRST_DAY

THEMSELVES = (Role.PATIENT, Role.FAMILY)
NO_FACILITY = FacilityCode("")
_BY_CONSENT = frozenset({"consent-in-force", EMERGENCY})


class Shown(NamedTuple):
    """What was open of one facility's documents."""

    custodian: FacilityCode
    classes: frozenset[DocumentClass]
    labels: int
    """Bits of `Label` that did not keep a document closed."""


class CouldSee(NamedTuple):
    """Somebody who could see something."""

    facility: FacilityCode
    """Empty for the patient and who stands for the patient."""
    role: Role
    shown: tuple[Shown, ...]
    """By custodian."""
    reasons: tuple[str, ...]
    events: tuple[int, ...]
    """Sequences of the consents, links and words about care that it stood on."""
    account: str = ""
    """Of an emergency: the one person it was open to. Else everybody who held the post."""
    but_not: tuple[str, ...] = ()
    """Accounts whom a refusal names."""


def question_of(then: Past, requester: Requester, emergency: Emergency | None = None) -> Question:
    """Put what the gate is asked for somebody at that moment."""
    return Question(
        *(requester, Action.VIEW, then.patient, then.decisions, then.at, frozenset(then.links)),
        *(then.region, emergency),
    )


def in_their_posts(then: Past) -> Iterator[CouldSee]:
    """Ask for every post that could see something, and for the patient and who stands for the patient."""
    groups: dict[object, list[FacilityCode]] = {}
    for facility in then.region.members:
        if then.region.takes_part(facility, then.at):
            groups.setdefault(_standing(then, facility), []).append(facility)
    for facilities in groups.values():
        for role in sorted(TREATING):
            seen = _seen(then, question_of(then, Requester("", "", facilities[0], role)))
            if seen is not None:
                yield from (seen._replace(facility=one, but_not=_refused(then, one)) for one in facilities)
    for role in THEMSELVES:
        asker = Requester("", "", NO_FACILITY, role, Purpose.PATIENT_REQUEST, then.patient)
        seen = _seen(then, question_of(then, asker))
        if seen is not None:
            yield seen


def in_emergencies(then: Past, emergencies: Iterable[tuple[Requester, Emergency]]) -> Iterator[CouldSee]:
    """Ask for who broke the glass, where that opened something."""
    for requester, emergency in emergencies:
        seen = _seen(then, question_of(then, requester, emergency))
        if seen and EMERGENCY in seen.reasons:
            yield seen._replace(account=requester.user)


def _standing(then: Past, facility: FacilityCode) -> object:
    """Name all that a decision asks about the facility that looks: who stands alike is answered once."""
    if facility in then.links:
        return facility
    question = question_of(then, Requester("", "", facility, Role.DOCTOR))
    decisions = then.decisions
    return (
        any(care.facility == facility and then.at < care.ends_at for care in decisions.care),
        tuple(
            named(clause.recipients, facility)
            and is_party(
                question,
                facility,
                consent,
                among_all=clause.recipients is None,
                later=clause.later_members,
            )
            for consent in decisions.given
            for clause in consent.provisions
        ),
        tuple(
            named(clause.recipients, facility) for consent in decisions.given for clause in consent.provisions
        ),
        tuple(named(one.withdrawal.recipients, facility) for one in decisions.withdrawn),
        tuple(named(one.recipients, facility) for one in decisions.restrictions),
    )


def _refused(then: Past, facility: FacilityCode) -> tuple[str, ...]:
    return tuple(
        sorted(
            user
            for one in then.decisions.restrictions
            if one.users is not None and named(one.recipients, facility)
            for user in one.users
        )
    )


def _seen(then: Past, question: Question) -> CouldSee | None:
    decision = decide(question)
    if not isinstance(decision, Grant):
        return None
    shown = shown_by(decision, question.linked)
    if not shown:
        return None
    requester = question.requester
    return CouldSee(
        requester.facility,
        requester.role,
        shown,
        decision.reasons,
        _stood_on(then, question, decision, shown),
    )


def shown_by(grant: Grant, linked: frozenset[FacilityCode]) -> tuple[Shown, ...]:
    """Say of each custodian what is open of documents on some day, and which labels do not close one."""
    found = []
    for custodian in sorted(linked):
        days = {max(box.service_period.start, FIRST_DAY) for box in grant.opened}
        open_to = {
            (document_class, label)
            for document_class in DocumentClass
            for label in (NO_LABELS, *map(int, Label))
            for day in days
            if grant.covers(custodian, document_class, day, Confidentiality.NORMAL, label)
        }
        if open_to:
            classes = frozenset(document_class for document_class, _ in open_to)
            labels = 0
            for _, label in open_to:
                labels |= label
            found.append(Shown(custodian, classes, labels))
    return tuple(found)


def _stood_on(then: Past, question: Question, grant: Grant, shown: Sequence[Shown]) -> tuple[int, ...]:
    """Return what made it so: consents that open something alone, links, and what was said about care."""
    viewer = question.requester.facility
    links = {then.links[one] for one in (viewer, *(part.custodian for part in shown)) if one in then.links}
    consents = (
        {one.sequence for one in then.decisions.given if _opens(question, one)}
        if _BY_CONSENT & set(grant.reasons)
        else set()
    )
    care = {
        event.sequence
        for event in then.log
        if event.kind is EventKind.CARE_STARTED and event.care and event.care.facility == viewer
    }
    return tuple(sorted(links | consents | (set() if viewer in then.links else set(sorted(care)[-1:]))))


def _opens(question: Question, consent: GivenConsent) -> bool:
    alone = decide(question._replace(decisions=question.decisions._replace(given=(consent,))))
    return isinstance(alone, Grant) and bool(_BY_CONSENT & set(alone.reasons))
