"""What each facility says of allergies: its newest list, opened under a grant already written down.

SS-MIX2 has them twice: ADT-61 is the list entry by entry, ADT-00 a copy beside the name (fact sheet §3.2).
The list counts where a facility has one; a copy counts where it is all there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.ports import EntryLine, UnitOfWork
from hie.record.clinical import AllergyIntolerance, Record
from hie.record.entry import DocumentClass, DocumentEntry
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.submission import Reading
from hie.record.times import Day

Reader = Callable[[DocumentEntry, bytes, FacilityCode], Reading]
_IN_TURN = (DocumentClass.ALLERGY, DocumentClass.DEMOGRAPHICS)
LISTS = frozenset(_IN_TURN)
"""Classes of what may hold a list."""


class Allergy(NamedTuple):
    """One allergy, and the document it stands in."""

    entry: EntryId
    custodian: FacilityCode
    day: Day
    said: AllergyIntolerance

    @property
    def text(self) -> str:
        """Return what causes it, as written; its code where it has no name."""
        return self.said.substance.text or self.said.substance.code


def records_of(work: UnitOfWork, grant: Grant, line: EntryLine, read: Reader) -> Sequence[Record] | None:
    """Open what a line stands for; none where it was withdrawn since the line was found.

    Raises `Unavailable` where its bytes are gone.
    """
    try:
        entry = work.registry.get(grant, line.id)
        content = work.repository.retrieve(grant, entry)
    except NotFound:
        return None
    return read(entry, content, line.custodian).records


def allergies_of(
    work: UnitOfWork, grant: Grant, lines: Iterable[EntryLine], read: Reader
) -> tuple[Allergy, ...]:
    """Open the newest lists among `lines`, which the grant found; those taken back are left out.

    Raises `Unavailable` where a document is gone: a list that is short of an allergy would look complete.
    """
    newest: dict[tuple[FacilityCode, DocumentClass], EntryLine] = {}
    for line in lines:
        if line.document_class in LISTS:
            key = (line.custodian, line.document_class)
            held = newest.get(key)
            if held is None or (held.service_day, held.id) < (line.service_day, line.id):
                newest[key] = line
    found: list[Allergy] = []
    listed: set[FacilityCode] = set()
    for (custodian, kind), line in sorted(newest.items(), key=lambda pair: _IN_TURN.index(pair[0][1])):
        if custodian in listed:
            continue
        records = records_of(work, grant, line, read)
        if records is None:
            continue
        if kind is DocumentClass.ALLERGY:
            listed.add(custodian)
        found += [
            Allergy(line.id, custodian, line.service_day, one)
            for one in records
            if isinstance(one, AllergyIntolerance) and not one.deleted
        ]
    return tuple(sorted(found, key=lambda one: (one.custodian, one.text)))
