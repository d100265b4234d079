"""Finding a person at the consent desk: who resembles what the form says, and who is known by these words.

Whoever keeps no links of the region sees only persons with whom reading, birth date and a third
attribute agree, or of whom their own facility has a number: nobody browses the region (attack 29). Whose
patient somebody is elsewhere is not shown to them, and who asks too often in an hour is answered no more.
Every person shown gets an audit record, and a search one with the ids of the registrations it found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from hie.exchange.consents.exact import HOUR, MOST_TRIES, Identity, Miss, find_exactly
from hie.exchange.consents.registering import PROPOSERS, VERIFIERS, may_see
from hie.exchange.linking import matching
from hie.exchange.linking.likeness import sought
from hie.exchange.linking.matching import Candidate
from hie.exchange.ports import (
    AuditEvent,
    Clock,
    PatientFile,
    Registration,
    RegistrationState,
    Store,
    UnitOfWork,
)
from hie.record.eras import read_day
from hie.record.errors import Invalid, NotFound
from hie.record.folding import folded
from hie.record.identifiers import LocalPatientId, PatientId
from hie.record.people import HumanName, PersonFacts
from hie.record.requester import Requester, Role
from hie.record.times import UNKNOWN_DAY

MOST_FOUND = 20
LONGEST_SEARCH = 100
MOST_NUMBERS = 3
"""Words of a search that are looked for as patient numbers."""
_NUMBER = re.compile(r"[0-9A-Za-z-]+")
_ALL_STATES = tuple(RegistrationState)


class Found(NamedTuple):
    """Who and what the words of a search find."""

    persons: tuple[PatientFile, ...] = ()
    registrations: tuple[Registration, ...] = ()


def alike(store: Store, clock: Clock, requester: Requester, facts: PersonFacts) -> Sequence[Candidate]:
    """Return registered persons who resemble what the form says, best first.

    To a desk that keeps no links of the region each bears only the numbers of its own facility, and it asks
    not often. Raise `NotFound` for a role that registers nobody, `Invalid` for who asks too often.
    """
    if requester.role not in PROPOSERS:
        raise NotFound("no desk for the asker")
    wide = requester.role is Role.SECRETARIAT
    found: list[Candidate] = []
    with store.work() as work:
        now = clock.now()
        enough = not wide and work.exact.tries(requester.user, now - HOUR, add=now) > MOST_TRIES
        if not enough:
            resembling = matching.candidates(work, facts, requester.facility)
            found = [one for one in resembling if wide or one.proposable or one.own]
        outcome = "refused" if enough else "done"
        work.audit.append(
            [AuditEvent(now, requester, "candidates", outcome, "", 0, (), 0, str(len(found)))]
            + [AuditEvent(now, requester, "listed", "done", one.patient.id, 0, (), 0, "") for one in found]
        )
    if enough:
        raise Invalid("too many searches in an hour", code="too-often")
    return found if wide else [one._replace(file=one.file._replace(numbers=one.own)) for one in found]


def exactly(store: Store, clock: Clock, requester: Requester, identity: Identity) -> PatientId | Miss:
    """Return the one person meant, counted and audited; for a facility's desk only one it has a number of.

    That somebody else is known to the region is not told: the answer is the one for nobody.
    """
    with store.work() as work:
        found = find_exactly(work, clock.now(), requester, identity)
        if isinstance(found, Miss) or requester.role is Role.SECRETARIAT:
            return found
        file = work.patients.files([found]).get(found)
        return found if file is not None and own_numbers(requester, file.numbers) else Miss.NOBODY


def own_numbers(requester: Requester, numbers: Sequence[LocalPatientId]) -> Sequence[LocalPatientId]:
    """Return which of a person's numbers a desk is shown: at which other hospitals they are is not told."""
    if requester.role is Role.SECRETARIAT:
        return numbers
    return tuple(one for one in numbers if one.facility == requester.facility)


def search(store: Store, clock: Clock, requester: Requester, words: str) -> Found:
    """Return persons and registrations that the words find: name, reading, birth date, patient number.

    The secretariat finds the region's persons, any other desk those its own facility has a number of.
    """
    if requester.role not in PROPOSERS | VERIFIERS:
        raise NotFound("no desk for the asker")
    asked = " ".join(unicodedata.normalize("NFKC", words[:LONGEST_SEARCH]).split())
    if not asked:
        return Found()
    with store.work() as work:
        now = clock.now()
        persons = _persons(work, now, requester, asked)[:MOST_FOUND]
        registrations = _registrations(work, requester, asked)[:MOST_FOUND]
        told = " ".join((str(len(persons)), str(len(registrations)), *(one.id for one in registrations)))
        work.audit.append(
            [
                AuditEvent(now, requester, "desk-search", "done", "", 0, (), 0, told),
                *(
                    AuditEvent(now, requester, "listed", "done", one.patient.id, 0, (), 0, "")
                    for one in persons
                ),
            ]
        )
    return Found(tuple(persons), tuple(registrations))


def _persons(work: UnitOfWork, now: int, requester: Requester, asked: str) -> list[PatientFile]:
    if requester.role is not Role.SECRETARIAT:
        lines = work.patients.reachable(requester.facility, asked, now)
        own = [line.patient.id for line in lines if line.own_number][:MOST_FOUND]
        return list(work.patients.files(own).values())
    found = dict.fromkeys(work.local_statements.alike(sorted(sought(facts_in(asked))), MOST_FOUND))
    numbers = [word for word in asked.split() if _NUMBER.fullmatch(word)][:MOST_NUMBERS]
    found |= dict.fromkeys(work.patients.numbered(numbers, MOST_FOUND))
    return list(work.patients.files(list(found)[:MOST_FOUND]).values())


def facts_in(asked: str) -> PersonFacts:
    """Read words as a birth date and a name in either writing."""
    days = [word for word in asked.split() if read_day(word) != UNKNOWN_DAY]
    names = [word for word in asked.split() if word not in days and not _NUMBER.fullmatch(word)]
    family, given = names[0] if names else "", "".join(names[1:])
    birth_day = read_day(days[0]) if days else UNKNOWN_DAY
    return PersonFacts(HumanName(family, given, family, given), birth_day, phone=asked)


def _registrations(work: UnitOfWork, requester: Requester, asked: str) -> list[Registration]:
    whose = None if requester.role is Role.SECRETARIAT else requester.facility
    lines = work.registrations.lines(_ALL_STATES[:2] + _ALL_STATES[3:4], whose)
    return [one for one in lines if may_see(requester, one) and _matches(one, asked)]


def _matches(registration: Registration, asked: str) -> bool:
    proposal = registration.proposal
    name = proposal.name
    written = [folded(text) for text in (name.family + name.given, name.kana_family + name.kana_given)]
    numbers = [number.value for number in proposal.numbers]
    return all(
        any(folded(word) in text for text in written)
        or read_day(word) == proposal.birth_day != UNKNOWN_DAY
        or word in numbers
        for word in asked.split()
    )
