"""Who of the region could this be? Candidates, best first, each with why.

Nobody is linked here, whatever the score: a candidate is shown to people, who decide in `linking`. Found
are those who share a folded word (`likeness.keys_of`); those are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hie.exchange.linking.likeness import Compared, Likeness, compare, sought
from hie.exchange.ports import PatientFile, UnitOfWork
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Patient, PersonFacts

MOST = 10
"""Candidates shown at most."""
LEAST_SCORE = 25
"""Less than that is no likeness worth a person's time."""
_MOST_COMPARED = 300


class Candidate(NamedTuple):
    """Somebody of the region who may be meant."""

    file: PatientFile
    likeness: Likeness
    own: tuple[LocalPatientId, ...] = ()
    """Numbers that the asking facility has of this person already."""

    @property
    def patient(self) -> Patient:
        """The person as the region knows them."""
        return self.file.patient

    @property
    def score(self) -> int:
        """From 0 to 100."""
        return self.likeness.score

    @property
    def compared(self) -> tuple[Compared, ...]:
        """Verdict, reason and points of each attribute."""
        return self.likeness.compared

    @property
    def proposable(self) -> bool:
        """Whether enough agrees for somebody to propose it."""
        return self.likeness.proposable

    def __repr__(self) -> str:
        """Show no demographic value."""
        return f"Candidate({self.file.patient.id}, {self.score})"


def candidates(
    work: UnitOfWork, facts: PersonFacts, facility: FacilityCode | None = None, limit: int = MOST
) -> Sequence[Candidate]:
    """Return who resembles these facts, best first; `facility` is whose desk asks.

    The number that `facts.local` names is left out of what is known of a person: what a facility
    said before is no evidence for what it says now.
    """
    persons = work.local_statements.alike(sorted(sought(facts)), _MOST_COMPARED)
    found = [
        Candidate(file, likeness, tuple(one for one in file.numbers if one.facility == facility))
        for file, likeness in compared(work, facts, persons)
        if likeness.score >= LEAST_SCORE
    ]
    found.sort(key=lambda one: (not one.proposable, -one.score, one.patient.id))
    return found[:limit]


def compared(
    work: UnitOfWork, facts: PersonFacts, persons: Sequence[PatientId]
) -> list[tuple[PatientFile, Likeness]]:
    """Compare facts with persons of the region, and with what facilities said of them."""
    files = work.patients.files(persons)
    surrogates = numbers_of(work, [file for file in files.values() if file.numbers])
    said = work.local_statements.of([one for ones in surrogates.values() for one in ones])
    return [
        (
            file,
            compare(
                facts,
                known(file.patient),
                [
                    one.facts
                    for surrogate in surrogates.get(number, ())
                    for one in said.get(surrogate, ())
                    if one.facts.local != facts.local
                ],
            ),
        )
        for number, file in files.items()
    ]


def known(patient: Patient) -> PersonFacts:
    """Return what the region knows of a person, to be compared."""
    return PersonFacts(patient.name, patient.birth_day, patient.sex)


def numbers_of(work: UnitOfWork, files: Sequence[PatientFile]) -> dict[PatientId, tuple[int, ...]]:
    """Return the surrogates of the live numbers of these persons, asked by facility."""
    by_facility: dict[FacilityCode, list[str]] = {}
    for file in files:
        for local in file.numbers:
            by_facility.setdefault(local.facility, []).append(local.value)
    found: dict[PatientId, tuple[int, ...]] = {}
    for facility, values in sorted(by_facility.items()):
        for surrogate, person in work.patients.resolve(facility, sorted(values)).values():
            found[person] = (*found.get(person, ()), surrogate)
    return found
