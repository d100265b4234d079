"""Lists of one patient's documents and of the images, of every hospital, newest first; opens none of them.

A line says what the entry and the headings beside it know. The gate is asked once for a list, and the
record of it is on disk before a line is read (law 3).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from consent.grant import Grant
from consent.scope import WIDEST_PERIOD
from hie.exchange.gate.access import Asked, let_in
from hie.exchange.ports import Clock, EntryLine, PatientFile, Store, UnitOfWork
from hie.exchange.ports.looks import Unseen
from hie.exchange.ports.passages import Heading
from hie.exchange.records.looks import unseen
from hie.exchange.records.pulse import beat_of
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.imaging import ImagingStudy
from hie.record.requester import Requester
from hie.record.times import Day

NO_HEADING = Heading("", "")


class ListRequest(NamedTuple):
    """Who wants a list of whose documents, of which classes."""

    requester: Requester
    patient: PatientId
    action: str
    """As the audit record calls it: `view-documents` or `view-images`."""
    classes: Collection[DocumentClass]


class Listed(NamedTuple):
    """One document of a list."""

    line: EntryLine
    title: str
    """What it calls itself; empty where it does not."""
    author: str
    modalities: tuple[str, ...] = ()
    """Of an imaging study."""

    def __repr__(self) -> str:
        """Show the entry's number only."""
        return f"Listed({self.line.id})"


class Listing(NamedTuple):
    """Documents, newest day first."""

    file: PatientFile
    grant: Grant
    listed: tuple[Listed, ...]
    unseen: Unseen
    """What of it is new to the asker."""
    newest: int
    """Up to which entry it was read (`LetIn.newest`)."""

    @property
    def beat(self) -> bytes:
        """The digest of the grant, for a page that stays open."""
        return beat_of(self.grant)


def listing(store: Store, clock: Clock, request: ListRequest) -> Listing:
    """Decide, write down, and read the list; raise `NotFound` if refused."""
    with store.work() as work:
        now = clock.now()
        asker = let_in(work, now, Asked(request.requester, request.patient, request.action))
        listed = listed_of(work, asker.grant, request.classes)
        look = work.looks.get(request.requester.user, request.patient)
    return Listing(asker.file, asker.grant, listed, unseen(look, now), asker.newest)


def listed_of(work: UnitOfWork, grant: Grant, classes: Collection[DocumentClass]) -> tuple[Listed, ...]:
    """Read a list under a grant that was already written down."""
    headings = work.passages.headings(grant, WIDEST_PERIOD)
    studies = work.imaging.studies(grant, WIDEST_PERIOD) if DocumentClass.IMAGE in classes else ()
    shown = studies_by_place(studies)
    return tuple(
        Listed(
            line,
            *headings.get(line.id, NO_HEADING),
            shown.get(_place(line), ()) if line.document_class is DocumentClass.IMAGE else (),
        )
        for line in work.registry.find(grant, WIDEST_PERIOD, classes)
    )


Place = tuple[FacilityCode, Day, str]
"""Where and when a study was made, and its accession number."""


def studies_by_place(studies: Sequence[ImagingStudy]) -> Mapping[Place, tuple[str, ...]]:
    """Return the modalities of studies by what an entry knows of them."""
    found: dict[Place, set[str]] = {}
    for one in studies:
        place = (one.custodian, one.study_day, one.accession_number)
        found.setdefault(place, set()).update(filter(None, one.modalities))
    return {place: tuple(sorted(modalities)) for place, modalities in found.items()}


def _place(line: EntryLine) -> Place:
    return (line.custodian, line.service_day, line.link)
