"""Truth tables of the gate in words that a hospital's engineer can read and dispute.

    given A,B → * classes image days 2025-04-01..2026-03-31 from 100 until 200 up to restricted
    given A → * opting in to psychiatry,hiv with emergency clause and later members recorded at 60
    withdrawn A → B
    refused A → B classes note         held A → *        refused A → account       lifted 2
    care B until 200                   care ended B      died, closed from 200
    C joined at 60, counted from 180   C left at 140     C rests from 100 until 200  C returned at 140
    A unlinked

`*` stands for all that take part. Events are separated by `; `, provisions of one consent by ` & `.
Instants are small numbers; a question is asked at 150 unless it says otherwise.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from consent.gate import decide
from consent.grant import Grant
from consent.model import (
    FOREVER,
    GRACE,
    NOTICE,
    Action,
    Care,
    ConsentEvent,
    Emergency,
    EventKind,
    Facilities,
    Membership,
    Provision,
    Question,
    Region,
    Restriction,
    Suspension,
    Term,
    Withdrawal,
    decisions_of,
)
from hie.record.entry import ALL_LABELS, NO_LABELS, Confidentiality, DocumentClass, Label
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS, UNKNOWN_DAY, Day, Period

PATIENT = PatientId("p1")
RECORDED = 50
LETTERS = {letter: FacilityCode(f"131000000{number}") for number, letter in enumerate("ABCD", start=1)}
MEMBER = re.compile(
    r"(?P<facility>[A-D]) (?P<what>joined at|left at|returned at|rests from|unlinked)(?: (?P<at>\d+))?"
    r"(?: until (?P<until>\d+))?(?:, counted from (?P<counted>\d+))?"
)
EVENT = re.compile(r"(given|withdrawn|refused|held|lifted|care ended|care|died,) (.+)")
CLAUSE = re.compile(
    r"(?P<disclosers>\S+) → (?P<recipients>\S+)"
    r"(?: classes (?P<classes>\S+))?"
    r"(?: days (?P<days>\S+)\.\.(?P<to>\S+))?"
    r"(?: from (?P<start>\d+))?"
    r"(?: until (?P<end>\d+))?"
    r"(?: up to (?P<ceiling>normal|restricted|very restricted|unknown))?"
    r"(?: opting in to (?P<labels>\S+))?"
    r"(?: with (?P<emergency>emergency clause))?"
    r"(?: and (?P<later>later members))?"
    r"(?: recorded at (?P<recorded>\d+))?"
)
CARE = re.compile(r"(?P<facility>[A-D])(?: until (?P<end>\d+))?")
ASKER = re.compile(
    r"(?P<facility>[A-D])(?P<linked>, linked,)?(?P<self>, themselves,)?(?P<other>, another patient,)?"
    r"(?:, glass broken until (?P<broken>\d+),)?(?: (?P<role>[a-z-]+))?"
    r" (?P<action>views|files)(?: for (?P<purpose>[a-z-]+))?(?: at (?P<now>\d+))?"
)
DOCUMENT = re.compile(
    r"(?P<custodian>[A-D]) (?P<document_class>[a-z-]+)"
    r"(?: (?P<day>\d{4}-\d{2}-\d{2}|of no known day))?"
    r"(?: (?P<level>normal|restricted|very restricted|unknown))?(?: bearing (?P<labels>\S+))?"
)


class Row(NamedTuple):
    """One line of a table; the last column is the answer with the reasons of the rules."""

    decided: str
    asks: str
    document: str
    answer: str
    because: str


def answer(row: Row) -> str:
    """Ask the gate what the row asks."""
    decision = decide(_question(row))
    if not isinstance(decision, Grant):
        return f"closed: {', '.join(decision.reasons)}"
    if decision.covers(*_document(row.document)):
        return f"open: {', '.join(decision.reasons)}"
    return "left out"


def _question(row: Row) -> Question:
    asker = _match(ASKER, row.asks)
    facility = LETTERS[asker["facility"]]
    purpose = Purpose(asker.get("purpose", "treatment"))
    patient = PATIENT if "self" in asker else PatientId("p2" if "other" in asker else "")
    role = Role(asker.get("role", "doctor"))
    action = Action.PUBLISH if asker["action"] == "files" else Action.VIEW
    said = [words for words in row.decided.split("; ") if words]
    events = [
        _event(number, words) for number, words in enumerate(said, start=1) if not MEMBER.fullmatch(words)
    ]
    linked = {LETTERS[one] for one in LETTERS if f"{one} unlinked" not in said}
    return Question(
        Requester("account", "name", facility, role, purpose, patient),
        action,
        PATIENT,
        decisions_of(events),
        int(asker.get("now", 150)),
        frozenset(linked if "linked" in asker else linked - {facility}),
        _region(said),
        Emergency("e1", int(asker["broken"])) if "broken" in asker else None,
    )


def _region(said: list[str]) -> Region:
    """Let all four take part since ever, except as it is said."""
    members = {code: Membership((Term(0),)) for code in LETTERS.values()}
    for words in said:
        if MEMBER.fullmatch(words) and not words.endswith("unlinked"):
            one = _match(MEMBER, words)
            code = LETTERS[one["facility"]]
            members[code] = _changed(members[code], one)
    return Region(members)


def _changed(membership: Membership, said: dict[str, str]) -> Membership:
    at = int(said["at"])
    if said["what"] == "rests from":
        return membership._replace(suspensions=(Suspension(at, int(said.get("until", FOREVER))),))
    if said["what"] == "left at":
        return membership._replace(terms=(*membership.terms[:-1], membership.terms[-1]._replace(left_at=at)))
    noticed = int(said["counted"]) - NOTICE if "counted" in said else FOREVER
    before = membership.terms if said["what"] == "returned at" else ()
    return membership._replace(terms=(*before, Term(at, noticed_at=noticed)))


def _event(sequence: int, words: str) -> ConsentEvent:
    found = EVENT.fullmatch(words)
    assert found, words
    kind, clauses = found.groups()
    return _MADE[kind](ConsentEvent(sequence, PATIENT, EventKind.GIVEN, RECORDED, "desk", "form"), clauses)


def _given(event: ConsentEvent, words: str) -> ConsentEvent:
    clauses = [_match(CLAUSE, clause) for clause in words.split(" & ")]
    recorded_at = int(clauses[-1].get("recorded", RECORDED))
    return event._replace(provisions=tuple(map(_provision, clauses)), recorded_at=recorded_at)


def _withdrawn(event: ConsentEvent, words: str) -> ConsentEvent:
    clause = _match(CLAUSE, words)
    scope = Withdrawal(_facilities(clause["disclosers"]), _facilities(clause["recipients"]))
    return event._replace(kind=EventKind.WITHDRAWN, withdrawal=scope)


def _refused(event: ConsentEvent, words: str) -> ConsentEvent:
    clause = _match(CLAUSE, words)
    somebody = clause["recipients"] == "account"
    restriction = Restriction(
        _facilities(clause["disclosers"]),
        None if somebody else _facilities(clause["recipients"]),
        frozenset({"account"}) if somebody else None,
        _classes(clause),
    )
    return event._replace(kind=EventKind.RESTRICTED, restriction=restriction)


def _held(event: ConsentEvent, words: str) -> ConsentEvent:
    refused = _refused(event, words)
    assert refused.restriction is not None
    return refused._replace(restriction=refused.restriction._replace(by_discloser=True))


def _lifted(event: ConsentEvent, words: str) -> ConsentEvent:
    return event._replace(kind=EventKind.LIFTED, lifts=int(words))


def _care(event: ConsentEvent, words: str) -> ConsentEvent:
    care = _match(CARE, words)
    return event._replace(
        kind=EventKind.CARE_STARTED, care=Care(LETTERS[care["facility"]], int(care.get("end", FOREVER)))
    )


def _care_ended(event: ConsentEvent, words: str) -> ConsentEvent:
    return _care(event, words)._replace(kind=EventKind.CARE_ENDED)


def _died(event: ConsentEvent, words: str) -> ConsentEvent:
    closed = int(words.removeprefix("closed from "))
    return event._replace(kind=EventKind.DECEASED, recorded_at=closed - GRACE)


_MADE = {
    "given": _given,
    "withdrawn": _withdrawn,
    "refused": _refused,
    "held": _held,
    "lifted": _lifted,
    "care": _care,
    "care ended": _care_ended,
    "died,": _died,
}


def _provision(clause: dict[str, str]) -> Provision:
    return Provision(
        _facilities(clause["disclosers"]),
        _facilities(clause["recipients"]),
        _classes(clause),
        Period(_day(clause["days"]), _day(clause["to"])) if "days" in clause else ALWAYS,
        int(clause.get("start", 0)),
        int(clause.get("end", FOREVER)),
        _level(clause.get("ceiling", "normal")),
        _labels(clause.get("labels", "")),
        "emergency" in clause,
        "later" in clause,
    )


def _document(words: str) -> tuple[FacilityCode, DocumentClass, Day, Confidentiality, int]:
    document = _match(DOCUMENT, words)
    return (
        LETTERS[document["custodian"]],
        DocumentClass(document["document_class"]),
        _day(document.get("day", "2025-04-01")),
        _level(document.get("level", "normal")),
        _labels(document.get("labels", "")),
    )


def _match(pattern: re.Pattern[str], words: str) -> dict[str, str]:
    found = pattern.fullmatch(words)
    assert found, f"not understood: {words}"
    return {name: text for name, text in found.groupdict().items() if text is not None}


def _facilities(words: str) -> Facilities:
    return None if words == "*" else frozenset(LETTERS[letter] for letter in words.split(","))


def _classes(clause: dict[str, str]) -> frozenset[DocumentClass] | None:
    return frozenset(map(DocumentClass, clause["classes"].split(","))) if "classes" in clause else None


def _labels(words: str) -> int:
    if words == "everything":
        return ALL_LABELS
    named = (Label[word.upper().replace("-", "_")] for word in words.split(",") if word)
    return sum((int(one) for one in named), NO_LABELS)


def _day(words: str) -> Day:
    return UNKNOWN_DAY if words == "of no known day" else Day(int(words.replace("-", "")))


def _level(words: str) -> Confidentiality:
    return Confidentiality[words.upper().replace(" ", "_")]
