"""Who could see what of a patient at a moment, as it was known then or as it is known now (security B.10).

The gate is asked again with the log, the members and the links of that moment (`past`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Decision, Grant
from consent.model import ConsentEvent, Emergency, EventKind, decisions_of
from consent.reasons import REASONS, Sentence
from hie.exchange.ports import AuditEvent, AuditQuery, LinkEvent, UnitOfWork
from hie.exchange.retrospective.past import CLOSING, LAST, past
from hie.exchange.retrospective.seeing import CouldSee, in_emergencies, in_their_posts, question_of, shown_by
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import JST

MOST_READS = 5_000


class Gap(NamedTuple):
    """What was open between the day on which something was decided and the day on which it was known."""

    event: int
    """Sequence of what was recorded late."""
    since: int
    until: int
    lost: tuple[CouldSee, ...]
    """Who could see at the end of it what they could not have seen, had it been known."""
    reads: tuple[AuditEvent, ...]
    """Reads in it that would have been refused, newest first."""


def could_see(work: UnitOfWork, patient: PatientId, at: int, known_at: int) -> Sequence[CouldSee]:
    """Return who could see what of `patient` at `at`, with what was recorded until `known_at`.

    By facility and role; emergencies that were open then each in a line of their own.
    """
    then = past(work, patient, at, known_at)
    emergencies = [
        (Requester(one.account, one.name, one.facility, one.role), Emergency(one.id, one.over_at))
        for one in (found.session for found in work.emergencies.among(patient=patient, live_at=at))
    ]
    return sorted((*in_their_posts(then), *in_emergencies(then, emergencies)), key=lambda one: one[:2])


def would_see(
    work: UnitOfWork, patient: PatientId, now: int, more: Iterable[ConsentEvent]
) -> Sequence[CouldSee]:
    """Return who would see what at `now` if `more` had been recorded as well; nothing is written."""
    then = past(work, patient, now, now)
    last = max((event.sequence for event in then.log), default=0)
    added = tuple(event._replace(sequence=last + number) for number, event in enumerate(more, start=1))
    log = (*then.log, *added)
    supposed = then._replace(log=log, decisions=decisions_of(log))
    return sorted(in_their_posts(supposed), key=lambda one: one[:2])


def decided_then(
    work: UnitOfWork,
    requester: Requester,
    patient: PatientId,
    at: int,
    known_at: int,
    position: int = LAST,
) -> Decision:
    """Ask the gate again what it was asked at `at`, with what was recorded until `known_at`.

    With `known_at` equal to `at`, and the position that the audit record keeps, the answer is the one of
    which it keeps the reasons (I21).
    """
    then = past(work, patient, at, known_at, position)
    in_emergency = requester.purpose is Purpose.EMERGENCY
    asked = requester._replace(purpose=Purpose.TREATMENT) if in_emergency else requester
    return decide(question_of(then, asked, work.emergencies.live(asked, patient, at)))


def gaps(work: UnitOfWork, patient: PatientId, now: int) -> Sequence[Gap]:
    """Return one gap for each decision that became true before it was recorded, oldest first."""
    log = work.consents.events([patient]).get(patient, ())
    late = (event for event in log if event.kind in CLOSING and 0 < event.valid_from < event.recorded_at)
    return [_gap(work, event, now) for event in late]


def _gap(work: UnitOfWork, event: ConsentEvent, now: int) -> Gap:
    patient, since, until = event.patient, event.valid_from, event.recorded_at
    lost = less(could_see(work, patient, until - 1, until - 1), could_see(work, patient, until - 1, now))
    rows = work.audit.search(AuditQuery(since, until, patient=patient), MOST_READS)
    reads = (row.event for row in rows if row.event.outcome == "granted" and row.event.action != "publish")
    return Gap(
        *(event.sequence, since, until, tuple(lost)),
        tuple(read for read in reads if _is_refused_now(work, read, patient, now)),
    )


def _is_refused_now(work: UnitOfWork, read: AuditEvent, patient: PatientId, now: int) -> bool:
    """Say whether a read would have been refused, had everything been known."""
    decision = decided_then(work, read.requester, patient, read.at, now)
    if not isinstance(decision, Grant):
        return True
    custodians = {one.custodian for one in shown_by(decision, frozenset({read.custodian}))}
    return bool(read.custodian) and read.custodian not in custodians


def less(before: Sequence[CouldSee], after: Sequence[CouldSee]) -> Sequence[CouldSee]:
    """Return what of `before` is not in `after`, by person or post, custodian and class."""
    kept = {(*_who(one), shown.custodian): shown.classes for one in after for shown in one.shown}
    lost = (
        one._replace(
            shown=tuple(
                part._replace(classes=part.classes - kept.get((*_who(one), part.custodian), frozenset()))
                for part in one.shown
            )
        )
        for one in before
    )
    gone = (one._replace(shown=tuple(part for part in one.shown if part.classes)) for one in lost)
    return [one for one in gone if one.shown]


def _who(one: CouldSee) -> tuple[FacilityCode, Role, str]:
    return (one.facility, one.role, one.account)


def explain(work: UnitOfWork, patient: PatientId, one: CouldSee) -> Sequence[Sentence]:
    """Say on what somebody's right to see stood: a sentence for each reason and each decision."""
    return explainer(work, patient)(one)


def explainer(work: UnitOfWork, patient: PatientId) -> Callable[[CouldSee], tuple[Sentence, ...]]:
    """Return what `explain` says, for many: the store is asked once, and each set of events worded once."""
    names = {facility.code: facility.short_name for facility in work.directory.all()}
    log = work.consents.events([patient]).get(patient, ())
    links = work.links.of_person(patient)
    said: dict[tuple[object, ...], tuple[Sentence, ...]] = {}
    care = {event.sequence for event in log if event.kind is EventKind.CARE_STARTED}

    def explained(one: CouldSee) -> tuple[Sentence, ...]:
        facility = names.get(one.facility, one.facility) if care & set(one.events) else ""
        key = (one.reasons, one.events, facility)
        if key not in said:
            said[key] = (
                *(REASONS[reason] for reason in one.reasons),
                *(_said(event, facility) for event in log if event.sequence in one.events),
                *(_linked(link) for link in links if link.sequence in one.events),
            )
        return said[key]

    return explained


def _linked(link: LinkEvent) -> Sentence:
    day = _day(link.at)
    return Sentence(
        f"患者番号の名寄せ({day} 登録、記録番号 {link.sequence})により",
        f"By the link of a patient number, made on {day} (record {link.sequence}).",
    )


def _said(event: ConsentEvent, facility: str) -> Sentence:
    day, number = _day(event.recorded_at), event.sequence
    if event.kind is EventKind.CARE_STARTED:
        return Sentence(
            f"{facility}の診療開始の登録({day}、記録番号 {number})により",
            f"By what {facility} said about care on {day} (record {number}).",
        )
    return Sentence(
        f"同意書 {event.evidence}({day} 受付、記録番号 {number})により",
        f"By the consent form {event.evidence}, recorded on {day} (record {number}).",
    )


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment // 1000, JST).date().isoformat()
