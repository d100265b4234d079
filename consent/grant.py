"""The gate's two answers, and its leave for maintenance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from consent.model import Action
from consent.scope import Scope
from hie.record.entry import Confidentiality, DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester
from hie.record.times import Day


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave for one requester to do one action with one patient's documents, for minutes.

    Only the gate makes one: `Grant` itself cannot be instantiated, and the class that can
    lives in `consent._mint`, a module nobody but `consent.gate` may import.
    """

    requester: Requester
    action: Action
    patient: PatientId
    opened: Scope
    closed: Scope
    reasons: tuple[str, ...]
    """Codes of the rules that opened something; see `consent.reasons`."""
    position: int
    """Sequence of the last consent event that was considered."""
    expires_at: int
    """Milliseconds since 1970; the grant covers nothing from then on."""

    def __init_subclass__(cls) -> None:
        """Refuse every other way to be a grant than the mint's."""
        if cls.__module__ != "consent._mint":
            raise TypeError("a grant is made by consent.gate.decide only")

    def __post_init__(self) -> None:
        """Refuse to exist unless minted."""
        raise TypeError("a grant is made by consent.gate.decide only")

    def covers(
        self,
        custodian: FacilityCode,
        document_class: DocumentClass,
        service_day: Day,
        confidentiality: Confidentiality,
        labels: int,
    ) -> bool:
        """Say whether an entry with these facts lies in an opened box and in no closed one."""
        facts = (custodian, document_class, service_day, confidentiality, labels)
        return _lies_in(self.opened, facts) and not _lies_in(self.closed, facts)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The gate's no: nothing was opened, or all of it was closed by rule."""

    requester: Requester
    action: Action
    patient: PatientId
    reasons: tuple[str, ...]
    position: int


Decision = Grant | Refusal


class MaintenanceTask(StrEnum):
    """What is done with documents without anybody asking for a patient's sake."""

    WITHDRAWAL = "withdrawal"
    """Take back what may not stand any more."""


@dataclass(frozen=True, slots=True)
class MaintenanceGrant:
    """Leave to do one named task with what a custodian filed of a patient and may not file now.

    It opens nothing to anybody's eyes: no port that shows takes it. Made by the gate only, like `Grant`.
    """

    requester: Requester
    task: MaintenanceTask
    reason: str
    """Why, in a word the audit record keeps."""
    patient: PatientId
    spared: Grant | None
    """The custodian's leave to file at this moment: what it covers is left alone."""
    position: int
    """Sequence of the last consent event that was considered."""
    expires_at: int
    """Milliseconds since 1970; it covers nothing from then on."""

    def __init_subclass__(cls) -> None:
        """Refuse every other way to be a grant than the mint's."""
        if cls.__module__ != "consent._mint":
            raise TypeError("a maintenance grant is made by consent.gate.maintain only")

    def __post_init__(self) -> None:
        """Refuse to exist unless minted."""
        raise TypeError("a maintenance grant is made by consent.gate.maintain only")

    def covers(
        self,
        custodian: FacilityCode,
        document_class: DocumentClass,
        service_day: Day,
        confidentiality: Confidentiality,
        labels: int,
    ) -> bool:
        """Say whether an entry with these facts is the custodian's and could not be filed now."""
        facts = (custodian, document_class, service_day, confidentiality, labels)
        return custodian == self.requester.facility and not (self.spared and self.spared.covers(*facts))


def _lies_in(scope: Scope, facts: tuple[FacilityCode, DocumentClass, Day, Confidentiality, int]) -> bool:
    """Say whether some box holds the facts; a loop, asked twice for every document of a first load."""
    for box in scope:  # noqa: SIM110  a generator would cost as much as the boxes
        if box.holds(*facts):
            return True
    return False
