"""The gate, said again as plainly as possible: read the log from the front, one pair of facilities at a time.

No boxes, no rules, no folding; the judge of `consent` and of every store. What a person may see is
tried one document at a time, and everything that could forbid it is written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from consent.model import GRACE, NOTICE, ConsentEvent, Emergency, Provision, Region
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester
from hie.record.times import FIRST_DAY, Day

SOMEBODY_ELSE = FacilityCode("9999999999")
"""A facility that no form ever names: stands for all that may yet take part."""

PSYCHIATRY, HIV, GENETICS, REPRODUCTION, ADDICTION, VIOLENCE = 1, 2, 4, 8, 16, 32
STAFF, NOT_TOLD, NEVER, UNKNOWN_LABEL = 64, 128, 256, 512
LABELS = (
    *(PSYCHIATRY, HIV, GENETICS, REPRODUCTION, ADDICTION, VIOLENCE),
    *(STAFF, NOT_TOLD, NEVER, UNKNOWN_LABEL),
)
BASICS = {"demographics", "allergy", "problem"}
MEDICINES = {"prescription", "injection", "dispense"}
SUMMARY = BASICS | {"encounter", "document", "note", "vital-sign", "meal"}
PICTURES = {"imaging-order", "imaging-performed", "image", "endoscopy", "physiology"}
EVERYTHING_KNOWN = SUMMARY | MEDICINES | PICTURES | {"laboratory-order", "laboratory-result"}
MAY_READ = {
    "doctor": EVERYTHING_KNOWN | {"unknown"},
    "dentist": EVERYTHING_KNOWN | {"unknown"},
    "nurse": EVERYTHING_KNOWN,
    "visiting-nurse": EVERYTHING_KNOWN,
    "pharmacist": BASICS | MEDICINES | {"laboratory-result"},
    "therapist": BASICS | MEDICINES | {"encounter", "document", "vital-sign", "laboratory-result"},
    "care-manager": {"demographics", "document", "prescription", "dispense"},
    "care-worker": {"demographics", "document", "prescription", "dispense"},
    "liaison": SUMMARY | MEDICINES,
    "patient": EVERYTHING_KNOWN,
    "family": EVERYTHING_KNOWN,
}
IN_AN_EMERGENCY = (
    BASICS | MEDICINES | {"document", "laboratory-result", "imaging-performed", "image"}
)  # no notes


class Document(NamedTuple):
    """What the gate asks of a document."""

    custodian: FacilityCode
    document_class: DocumentClass
    day: Day
    confidentiality: Confidentiality
    labels: int = 0


class Situation(NamedTuple):
    """What was decided about a patient, and who takes part."""

    patient: PatientId
    log: Sequence[ConsentEvent]
    linked: frozenset[FacilityCode]
    region: Region


class Asker(NamedTuple):
    """Who asks, when, and whether they broke the glass."""

    who: Requester
    now: int
    emergency: Emergency | None = None


def in_order(log: Iterable[ConsentEvent]) -> list[ConsentEvent]:
    """Sort a log by its sequences."""
    return sorted(log, key=lambda one: one.sequence)


# --- who takes part ---


def takes_part(region: Region, facility: FacilityCode, now: int) -> bool:
    """Say whether a facility is a member now, and not at rest."""
    if facility not in region.members:
        return False
    member = region.members[facility]
    joined = any(term.joined_at <= now < term.left_at for term in member.terms)
    rests = any(rest.starts_at <= now < rest.ends_at for rest in member.suspensions)
    return joined and not rests


def is_party(
    region: Region,
    facility: FacilityCode,
    names: frozenset[FacilityCode] | None,
    event: ConsentEvent,
    now: int,
    *,
    later: bool,
) -> bool:
    """Say whether a list of a form that was recorded with `event` reaches a facility now."""
    if names is not None and facility not in names:
        return False
    if facility == SOMEBODY_ELSE:  # who may yet take part
        return True
    if facility not in region.members:
        return False
    for term in region.members[facility].terms:
        if term.joined_at <= now < term.left_at:
            if term.joined_at <= event.recorded_at:
                return True
            return names is None and later and now >= term.noticed_at + NOTICE
    return False


# --- what was given and taken back ---


def live_clauses(
    situation: Situation,
    discloser: FacilityCode,
    viewer: FacilityCode,
    now: int,
    *,
    in_emergency: bool = False,
) -> list[Provision]:
    """Return the clauses by which `discloser` may show `viewer` something, after the whole log.

    In an emergency those with the emergency clause, whoever their recipients are.
    """
    live: list[Provision] = []
    for event in in_order(situation.log):
        if event.kind == "withdrawn" and _taken_back(event, discloser, viewer):
            live = []
        for clause in event.provisions:
            shows = is_party(
                situation.region, discloser, clause.disclosers, event, now, later=clause.later_members
            )
            receives = is_party(
                situation.region, viewer, clause.recipients, event, now, later=clause.later_members
            )
            if shows and (clause.emergency if in_emergency else receives):
                live.append(clause)
    return live


def _taken_back(event: ConsentEvent, discloser: FacilityCode, viewer: FacilityCode) -> bool:
    if event.withdrawal is None:
        return True
    disclosers, recipients = event.withdrawal
    return (disclosers is None or discloser in disclosers) and (recipients is None or viewer in recipients)


def gone_for_all(log: Iterable[ConsentEvent], discloser: FacilityCode) -> bool:
    """Say whether what `discloser` wrote was taken back from everybody, and named by no later form."""
    gone = False
    for event in in_order(log):
        if event.kind == "withdrawn":
            scope = event.withdrawal
            if scope is None or (
                scope.recipients is None and (scope.disclosers is None or discloser in scope.disclosers)
            ):
                gone = True
        elif event.kind == "given":
            for clause in event.provisions:
                if clause.disclosers is None or discloser in clause.disclosers:
                    gone = False
    return gone


def reaches(clause: Provision, document: Document, now: int) -> bool:
    """Say whether a clause speaks of this document today."""
    if document.day == 0 or document.confidentiality == Confidentiality.UNKNOWN:
        return False
    return (
        clause.starts_at <= now
        and now < clause.ends_at
        and (clause.classes is None or document.document_class in clause.classes)
        and clause.service_period.start <= document.day
        and document.day <= clause.service_period.end
        and document.confidentiality <= clause.ceiling
    )


def opted_in(clause: Provision, document: Document) -> bool:
    """Say whether the patient agreed to show each sensitive label of the document by this clause."""
    for label in LABELS:
        if not document.labels & label or label in {STAFF, NOT_TOLD}:
            continue
        if label in {NEVER, UNKNOWN_LABEL} or not clause.labels & label:
            return False
        if label in {GENETICS, VIOLENCE} and clause.recipients is None:
            return False  # only where somebody is named
    return True


# --- everything else that was decided ---


def lifted(log: Iterable[ConsentEvent], event: ConsentEvent) -> bool:
    """Say whether a later event takes this one away."""
    return any(
        other.kind == "lifted" and other.lifts == event.sequence and other.sequence > event.sequence
        for other in log
    )


def is_closed_by_death(log: Sequence[ConsentEvent], now: int) -> bool:
    """Say whether the patient died, and the time for closing care has passed."""
    return any(
        event.kind == "deceased" and not lifted(log, event) and now >= event.recorded_at + GRACE
        for event in log
    )


def restrictions(log: Sequence[ConsentEvent], document: Document) -> Iterator[ConsentEvent]:
    """Go through the refusals and holds that speak of a document."""
    for event in log:
        if event.kind != "restricted" or lifted(log, event):
            continue
        scope = event.restriction
        if scope is None or (
            (scope.disclosers is None or document.custodian in scope.disclosers)
            and (scope.classes is None or document.document_class in scope.classes)
        ):
            yield event


def is_restricted(log: Sequence[ConsentEvent], who: Requester, document: Document) -> bool:
    """Say whether a refusal or a hold closes a document to somebody."""
    for event in restrictions(log, document):
        scope = event.restriction
        everybody = scope is None or (scope.recipients is None and scope.users is None)
        hold = scope is not None and scope.by_discloser
        if who.role in {"patient", "family"}:
            if hold and everybody:
                return True
            continue
        if scope is not None and scope.recipients is not None and who.facility not in scope.recipients:
            continue
        if scope is not None and scope.users is not None:
            if who.user in scope.users:
                return True
            continue
        if hold or document.custodian != who.facility:
            return True
    return False


def treats(situation: Situation, facility: FacilityCode, now: int) -> bool:
    """Say whether a facility has a number of the patient's, or said last that it treats the patient."""
    if facility in situation.linked:
        return True
    treating = False
    for event in in_order(situation.log):
        if event.care is not None and event.care.facility == facility:
            if event.kind == "care-started":
                treating = now < event.care.ends_at
            elif event.kind == "care-ended":
                treating = False
    return treating


def below_the_ceiling(who: Requester, document: Document) -> bool:
    """Say whether somebody's role may see a document of this class with these labels at all."""
    if document.document_class.value not in MAY_READ.get(who.role.value, set()):
        return False
    borne = [label for label in LABELS if document.labels & label]
    return all(may_know(who.role.value, label, document.document_class.value) for label in borne)


def may_know(role: str, label: int, document_class: str) -> bool:
    """Say whether a role may see what bears a label."""
    if role in {"doctor", "dentist"}:
        return True
    if role == "patient":
        return label not in {NOT_TOLD, VIOLENCE, NEVER, UNKNOWN_LABEL}
    if role == "family":
        return label == STAFF
    if role == "pharmacist" and label == HIV:
        return document_class in MEDICINES
    return label in {STAFF, NOT_TOLD}


# --- the answers ---


def may_see(situation: Situation, asker: Asker, document: Document) -> bool:
    """Say whether somebody may see a document."""
    who, now, _ = asker
    if document.custodian not in situation.linked or _is_closed(situation, asker, document):
        return False
    if who.role in {"patient", "family"}:
        return _is_their_own(situation, asker, document)
    if not takes_part(situation.region, who.facility, now):
        return False
    if who.purpose == "treatment" and document.custodian == who.facility:
        return True
    return document.document_class != "unknown" and (
        _is_consented(situation, asker, document) or _is_opened_in_an_emergency(situation, asker, document)
    )


def _is_closed(situation: Situation, asker: Asker, document: Document) -> bool:
    return (
        is_closed_by_death(situation.log, asker.now)
        or not takes_part(situation.region, document.custodian, asker.now)
        or not below_the_ceiling(asker.who, document)
        or is_restricted(situation.log, asker.who, document)
    )


def _is_their_own(situation: Situation, asker: Asker, document: Document) -> bool:
    return (
        asker.who.purpose == "patient-request"
        and asker.who.patient == situation.patient
        and document.day != 0
        and document.confidentiality <= Confidentiality.RESTRICTED
        and not gone_for_all(situation.log, document.custodian)
    )


def _is_consented(situation: Situation, asker: Asker, document: Document) -> bool:
    who, now, _ = asker
    if who.purpose != "treatment":
        return False
    return any(
        reaches(clause, document, now)
        and opted_in(clause, document)
        and (clause.recipients is not None or treats(situation, who.facility, now))
        for clause in live_clauses(situation, document.custodian, who.facility, now)
    )


def _is_opened_in_an_emergency(situation: Situation, asker: Asker, document: Document) -> bool:
    who, now, emergency = asker
    if emergency is None or now >= emergency.ends_at or who.role not in {"doctor", "dentist", "nurse"}:
        return False
    if who.purpose not in {"treatment", "emergency"} or document.document_class.value not in IN_AN_EMERGENCY:
        return False
    if document.labels & ~(STAFF | NOT_TOLD) or document.confidentiality > Confidentiality.RESTRICTED:
        return False
    return any(
        reaches(clause, document, now)
        for clause in live_clauses(situation, document.custodian, who.facility, now, in_emergency=True)
    )


def may_file(
    situation: Situation, asker: Asker, document: Document, facilities: Iterable[FacilityCode]
) -> bool:
    """Say whether somebody may file a document: it is theirs, and somebody may be shown it."""
    who, now, _ = asker
    if who.purpose != "treatment" or document.custodian != who.facility:
        return False
    if is_closed_by_death(situation.log, now) or not takes_part(situation.region, who.facility, now):
        return False
    for event in restrictions(situation.log, document):
        if event.restriction is None or (
            event.restriction.recipients is None and event.restriction.users is None
        ):
            return False
    return any(
        reaches(clause, document, now)
        and opted_in(clause, document)
        and (document.document_class != "unknown" or clause.classes is None)
        for recipient in (*facilities, SOMEBODY_ELSE)
        for clause in live_clauses(situation, who.facility, recipient, now)
    )


def may_ask(situation: Situation, asker: Asker, classes: Iterable[DocumentClass]) -> bool:
    """Say whether any document at all could be shown to somebody: then the person's name may be, too.

    `classes` are those that forms and refusals may name; demographics, which every role may see, stand
    for all others.
    """
    days = {Day(FIRST_DAY)} | {
        max(clause.service_period.start, FIRST_DAY) for event in situation.log for clause in event.provisions
    }
    return any(
        may_see(situation, asker, Document(custodian, document_class, day, Confidentiality.NORMAL))
        for document_class in (DocumentClass.DEMOGRAPHICS, *classes)
        for custodian in situation.linked
        for day in days
    )
