"""Truth tables of the gate in words that a hospital's engineer can read and dispute.

    given A,B → * classes image days 2025-04-01..2026-03-31 from 100 until 200 up to restricted
    withdrawn A → B

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
    Action,
    ConsentEvent,
    EventKind,
    Facilities,
    Provision,
    Question,
    Withdrawal,
    decisions_of,
)
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS, UNKNOWN_DAY, Day, Period

PATIENT = PatientId("p1")
LETTERS = {letter: FacilityCode(f"131000000{number}") for number, letter in enumerate("ABCD", start=1)}
EVENT = re.compile(r"(given|withdrawn) (.+)")
CLAUSE = re.compile(
    r"(?P<disclosers>\S+) → (?P<recipients>\S+)"
    r"(?: classes (?P<classes>\S+))?"
    r"(?: days (?P<days>\S+)\.\.(?P<to>\S+))?"
    r"(?: from (?P<start>\d+))?"
    r"(?: until (?P<end>\d+))?"
    r"(?: up to (?P<ceiling>[a-z ]+))?"
)
ASKER = re.compile(
    r"(?P<facility>[A-D])(?P<linked>, linked,)?(?: (?P<role>[a-z-]+))?"
    r" (?P<action>views|files)(?: for (?P<purpose>[a-z-]+))?(?: at (?P<now>\d+))?"
)
DOCUMENT = re.compile(
    r"(?P<custodian>[A-D]) (?P<document_class>[a-z-]+)"
    r"(?: (?P<day>\d{4}-\d{2}-\d{2}|of no known day))?(?: (?P<level>[a-z ]+))?"
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
    requester = Requester("account", "name", facility, Role(asker.get("role", "doctor")), purpose)
    linked = frozenset({facility}) if "linked" in asker else frozenset()
    action = Action.PUBLISH if asker["action"] == "files" else Action.VIEW
    events = [_event(number, words) for number, words in enumerate(row.decided.split("; "), start=1) if words]
    return Question(requester, action, PATIENT, decisions_of(events), int(asker.get("now", 150)), linked)


def _event(sequence: int, words: str) -> ConsentEvent:
    found = EVENT.fullmatch(words)
    assert found, words
    kind, clauses = found.groups()
    if kind == "withdrawn":
        clause = _match(CLAUSE, clauses)
        taken_back = Withdrawal(_facilities(clause["disclosers"]), _facilities(clause["recipients"]))
        return ConsentEvent(sequence, PATIENT, EventKind.WITHDRAWN, 0, "desk", "form", (), taken_back)
    provisions = tuple(_provision(_match(CLAUSE, clause)) for clause in clauses.split(" & "))
    return ConsentEvent(sequence, PATIENT, EventKind.GIVEN, 0, "desk", "form", provisions)


def _provision(clause: dict[str, str]) -> Provision:
    return Provision(
        _facilities(clause["disclosers"]),
        _facilities(clause["recipients"]),
        frozenset(map(DocumentClass, clause["classes"].split(","))) if "classes" in clause else None,
        Period(_day(clause["days"]), _day(clause["to"])) if "days" in clause else ALWAYS,
        int(clause.get("start", 0)),
        int(clause.get("end", FOREVER)),
        _level(clause.get("ceiling", "normal")),
    )


def _document(words: str) -> tuple[FacilityCode, DocumentClass, Day, Confidentiality]:
    document = _match(DOCUMENT, words)
    return (
        LETTERS[document["custodian"]],
        DocumentClass(document["document_class"]),
        _day(document.get("day", "2025-04-01")),
        _level(document.get("level", "normal")),
    )


def _match(pattern: re.Pattern[str], words: str) -> dict[str, str]:
    found = pattern.fullmatch(words)
    assert found, f"not understood: {words}"
    return {name: text for name, text in found.groupdict().items() if text is not None}


def _facilities(words: str) -> Facilities:
    return None if words == "*" else frozenset(LETTERS[letter] for letter in words.split(","))


def _day(words: str) -> Day:
    return UNKNOWN_DAY if words == "of no known day" else Day(int(words.replace("-", "")))


def _level(words: str) -> Confidentiality:
    return Confidentiality[words.upper().replace(" ", "_")]
