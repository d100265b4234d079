"""What came in of many persons at once: counts and moves for a first page, never a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from consent.grant import Grant
from hie.exchange.ports.registry import Movement
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.times import Day, Period


class Arrived(NamedTuple):
    """What one facility filed of one person in one class, in the days that were asked about."""

    custodian: FacilityCode
    document_class: DocumentClass
    referral: bool
    """Whether these are letters by which somebody is referred (診療情報提供書)."""
    documents: int
    """How many are new to the asker."""
    abnormal: int
    """Results out of range in the new ones."""
    newest: int
    """Highest number of a new one, 0 where none is."""
    newest_day: Day
    """Newest service day of a new one."""
    last_day: Day
    """Newest service day of any, new or not."""


class Numbered(NamedTuple):
    """A movement and the number of its entry."""

    entry: int
    movement: Movement


class NewsIndex(Protocol):
    """Questions about many persons in a few statements, each answered under the person's own grant."""

    def mine(self, account: str, facility: FacilityCode, now: int, limit: int) -> Sequence[PatientId]:
        """Return candidates for "my patients", those last whom this person never looked at; no grant needed.

        As in `PatientIndex.reachable`: the gate is asked about each before anything is read.
        """

    def arrived(
        self, grants: Sequence[Grant], account: str, period: Period, fresh_from: Day
    ) -> Mapping[PatientId, Sequence[Arrived]]:
        """Tell what the grants cover, with a service day in `period`, by person.

        New is what is above the person's mark in `Looks`; where there is no mark, what is of
        `fresh_from` or later.
        """

    def moves(self, grants: Sequence[Grant], since: Day) -> Mapping[PatientId, Sequence[Numbered]]:
        """Return covered movements of these days and later, in whatever state, by person."""

    def later(self, grant: Grant, entry: int) -> bool:
        """Say whether the grant covers an approved entry with a greater number than this."""
