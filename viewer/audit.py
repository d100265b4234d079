"""Rows of the audit trail in words of the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from consent.reasons import REASONS
from hie.exchange.ports import AuditRow, Complaint
from hie.exchange.trail.accesses import Access
from hie.exchange.trail.audit_lines import supplement
from hie.exchange.trail.audit_words import ACTIONS, OUTCOMES, Group
from hie.record.entry import DocumentClass
from hie.record.identifiers import PatientId
from hie.record.people import Patient
from hie.record.times import JST
from viewer.formats import birth_day, person
from viewer.locale import Language, Words
from viewer.screen import Screen


class Line(NamedTuple):
    """A row as the desk reads it."""

    number: int
    at: str
    who: str
    place: str
    role: str
    action: str
    outcome: str
    refused: bool
    patient: str
    patient_id: str
    kind: str
    custodian: str
    why: str


class AccessLine(NamedTuple):
    """An access as the patient reads it."""

    row: int
    at: str
    place: str
    who: str
    what: str
    why: str
    mark: str
    """`emergency` or `refused`, or nothing."""
    complaint: Complaint | None
    answered: str
    may_ask: bool


class Asked(NamedTuple):
    """A question of a patient, for whoever answers."""

    id: str
    at: str
    line: Line


def line_of(row: AuditRow, people: Mapping[PatientId, Patient], screen: Screen, words: Words) -> Line:
    """Word a row for the desk."""
    event = row.event
    who, patient = event.requester, people.get(PatientId(event.patient))
    reasons = [reason_of(code, words) for code in event.reasons]
    return Line(
        row.sequence,
        exact(event.at),
        who.name,
        screen.facility(who.facility).short_name,
        words.either(f"role.{who.role}", who.role.value),
        action_of(event.action, words),
        outcome_of(event.outcome, words),
        event.outcome == "refused",
        f"{person(patient)} {birth_day(patient.birth_day, words)}" if patient else "",
        event.patient,
        kind_of(event.kind, screen, words),
        screen.facility(event.custodian).short_name if event.custodian else "",
        "　".join((*reasons, *filter(None, (supplement(row),)))),
    )


def access_line(one: Access, screen: Screen, words: Words, *, names: bool) -> AccessLine:
    """Word an access for the patient; a sentence says why it was allowed."""
    role = words.either(f"role.{one.role}", one.role.value)
    kind = kind_of(one.kind, screen, words)
    what = action_of(one.action, words)
    return AccessLine(
        one.row,
        to_the_minute(one.at),
        "" if one.own else screen.facility(one.facility).name,
        f"{role} {one.name}" if names or one.own else role,
        words("accesses.what", action=what, kind=kind) if kind else what,
        why(one, screen, words),
        "refused" if one.outcome == "refused" else "emergency" if one.emergency else "",
        one.complaint,
        to_the_minute(one.complaint.answered_at) if one.complaint and one.complaint.answered_at else "",
        not one.own and one.complaint is None,
    )


def why(one: Access, screen: Screen, words: Words) -> str:
    """Say in a sentence why something was allowed, or was not."""
    if one.own:
        return words("accesses.why.own")
    if one.outcome == "refused":
        # What follows the first sentence tells those who treat what to do.
        stop = "。" if words.language is Language.JAPANESE else "."
        reasons = [reason_of(code, words).partition(stop)[0] + stop for code in one.reasons[:1]]
        return words("accesses.why.refused", reason="".join(reasons))
    if one.emergency:
        return words("accesses.why.emergency")
    if one.form:
        place = screen.facility(one.form.taken_at).name if one.form.taken_at else ""  # type: ignore[arg-type]
        key = "accesses.why.form.at" if place else "accesses.why.form"
        return words(key, place=place, day=day_of(one.form.recorded_at))
    if "own-facility" in one.reasons:
        return words("accesses.why.own_facility", place=screen.facility(one.facility).name)
    known = ACTIONS.get(one.action)
    listed = known is not None and known.group is Group.RECORD
    return words("accesses.why.listed" if listed else "accesses.why.desk")


def action_of(code: str, words: Words) -> str:
    """Name an action; one that no catalogue knows by its code."""
    known = ACTIONS.get(code)
    if known is None:
        return code
    return known.ja if words.language is Language.JAPANESE else known.en


def outcome_of(code: str, words: Words) -> str:
    """Name an outcome."""
    known = OUTCOMES.get(code)
    if known is None:
        return code
    return known.ja if words.language is Language.JAPANESE else known.en


def reason_of(code: str, words: Words) -> str:
    """Say a reason of the gate."""
    known = REASONS.get(code)
    if known is None:
        return code
    return known.ja if words.language is Language.JAPANESE else known.en


def kind_of(kind: str, screen: Screen, words: Words) -> str:
    """Name a class of documents as the calendar does."""
    if kind not in set(DocumentClass):
        return ""
    return words(f"row.{screen.row_of[DocumentClass(kind)].key}")


def exact(at: int) -> str:
    """Write a moment to the second, Japan's time."""
    return f"{datetime.fromtimestamp(at / 1000, JST):%Y-%m-%d %H:%M:%S}"


def to_the_minute(at: int) -> str:
    """Write a moment to the minute."""
    return f"{datetime.fromtimestamp(at / 1000, JST):%Y-%m-%d %H:%M}"


def day_of(at: int) -> str:
    """Write the day of a moment."""
    return f"{datetime.fromtimestamp(at / 1000, JST):%Y-%m-%d}"
