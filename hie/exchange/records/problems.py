"""Diagnoses that go on, of every facility, with their sources: opened under a grant already written down.

A PPR-01 file holds all diagnoses of a patient at a facility; some senders write one file for each. So all
current files count, and of two that name one diagnosis (PRB-4) the newer speaks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.ports import EntryLine, UnitOfWork
from hie.exchange.records.allergies import Reader, records_of
from hie.record.clinical import Condition
from hie.record.entry import DocumentClass
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.times import Day

PROBLEMS = frozenset({DocumentClass.PROBLEM})
"""Classes of what may hold diagnoses."""
DELETED = "DE"


class Problem(NamedTuple):
    """One diagnosis, and the document it stands in."""

    entry: EntryId
    custodian: FacilityCode
    day: Day
    said: Condition

    @property
    def text(self) -> str:
        """Return its name as written, else its code."""
        return self.said.name or self.said.code.text or self.said.code.code


def problems_of(
    work: UnitOfWork, grant: Grant, lines: Iterable[EntryLine], read: Reader
) -> tuple[Problem, ...]:
    """Return what has not ended among `lines`, which the grant found; main diagnoses first, then by onset."""
    newest = sorted(
        (one for one in lines if one.document_class in PROBLEMS),
        key=lambda one: (one.service_day, one.id),
        reverse=True,
    )
    found: dict[tuple[FacilityCode, str], Problem] = {}
    for line in newest:
        for one in records_of(work, grant, line, read) or ():
            if isinstance(one, Condition):
                problem = Problem(line.id, line.custodian, line.service_day, one)
                found.setdefault((line.custodian, one.instance or problem.text), problem)
    going_on = [one for one in found.values() if not one.said.end and one.said.action != DELETED]
    return tuple(sorted(going_on, key=lambda one: (not one.said.primary, one.said.onset, one.text)))
