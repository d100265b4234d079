"""What can never be rebuilt: people, links, consents, sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from consent.model import ConsentEvent
from hie.exchange.ports.links import LinkKind
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Patient


class PatientLine(NamedTuple):
    """One line of "my patients"."""

    patient: Patient
    own_number: str
    """The asking facility's own number of the patient, or empty."""
    facilities: int
    """How many facilities have a number of this patient."""


class PatientFile(NamedTuple):
    """A person and the live links to their numbers."""

    patient: Patient
    numbers: tuple[LocalPatientId, ...]


class PatientIndex(Protocol):
    """Persons and the links of local numbers to them (IHE PIX, PDQ)."""

    def enrol(self, patient: Patient) -> None:
        """Remember a person, or what is newly known of one."""

    def link(self, local: LocalPatientId, patient: PatientId, by: str, at: int) -> int:
        """Record that `local` is `patient`; return the surrogate. `Conflict` if linked elsewhere."""

    def unlink(
        self,
        local: LocalPatientId,
        by: str,
        at: int,
        kind: LinkKind = LinkKind.UNLINKED,
        reason: str = "",
    ) -> None:
        """End the link, because it was ended or is contested; its history stays."""

    def resolve(self, facility: FacilityCode, values: Sequence[str]) -> Mapping[str, tuple[int, PatientId]]:
        """Return surrogate and person of the linked ones among a facility's numbers.

        In a unit of work that writes, nobody else links them or files for them before its commit;
        ask for many in one call, sorted, so that two writers never wait for each other.
        """

    def numbered(self, values: Sequence[str], limit: int) -> Sequence[PatientId]:
        """Return persons who have one of these numbers at any facility of the directory, by id."""

    def files(self, patients: Sequence[PatientId]) -> Mapping[PatientId, PatientFile]:
        """Return the persons among these that are known, with their live links."""

    def reachable(self, facility: FacilityCode, words: str, now: int, skip: int = 0) -> Sequence[PatientLine]:
        """Return persons `facility` might ask about (linked there, named by a consent, in care there).

        No more than candidates: the gate is asked about each before it is shown. `words` match the
        front of kana or kanji names, a local number or a birth date (digits, `1970-01-15` or
        `S45.1.15`), each word on its own; empty finds all. At most 200 after the first `skip`, by kana.
        """


class ConsentRegister(Protocol):
    """The append-only log of consents.

    Consents and links are numbered together, in the order in which they were committed.
    """

    def record(self, event: ConsentEvent) -> ConsentEvent:
        """Append; return it with its sequence."""

    def events(self, patients: Sequence[PatientId]) -> Mapping[PatientId, Sequence[ConsentEvent]]:
        """Return the logs of these persons, each in order."""

    def changes(self, after: int) -> Sequence[ConsentEvent]:
        """Return events with a greater sequence, in order; at most 1,000."""

    def logs(self, facility: FacilityCode) -> Mapping[str, Sequence[ConsentEvent]]:
        """Return the logs of all persons linked at a facility, by its own number; none that is empty."""

    def position(self, facility: FacilityCode | None = None, after: int = 0) -> int:
        """Return the greatest number of a decision: a consent of who is linked at a facility, or a link.

        Who joins, leaves or rests may change what any facility shows: that counts for all.

        Without a facility that of the whole region, which costs nothing. With one it is at least
        `after`, an earlier answer; only what came later is looked at.
        """
