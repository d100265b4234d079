"""The report on who could see a record on a day: as it was known then, as it is known today, and the gap.

For the secretariat, a facility's own privacy officer about its own documents, and the patient. It names
facilities, roles and kinds of documents; no document is read. Each report is audited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from consent.parties import THEMSELVES
from consent.reasons import Sentence
from hie.exchange.hindsight import Gap, could_see, explain, gaps
from hie.exchange.ports import AuditEvent, Clock, PatientFile, Store, UnitOfWork
from hie.exchange.seeing import CouldSee
from hie.record.entry import DocumentClass
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role

ASKS = frozenset({Role.SECRETARIAT, Role.PRIVACY_OFFICER}) | frozenset(THEMSELVES)
_Post = tuple[FacilityCode, Role, str, FacilityCode]


class Line(NamedTuple):
    """What roles of one facility could see of one custodian, by both kinds of knowledge."""

    facility: FacilityCode
    """Empty for the patient and who stands for the patient."""
    account: str
    """Of an emergency; else empty."""
    roles: tuple[Role, ...]
    custodian: FacilityCode
    then: frozenset[DocumentClass]
    today: frozenset[DocumentClass]
    reasons: tuple[str, ...]
    why: tuple[Sentence, ...]
    """Each thing it stood on, in words."""

    @property
    def only_then(self) -> frozenset[DocumentClass]:
        """What was open, and would not have been, had all been known."""
        return self.then - self.today


class Report(NamedTuple):
    """The whole answer."""

    file: PatientFile
    at: int
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    """Decisions that were recorded late; for the secretariat only."""


def report(store: Store, clock: Clock, requester: Requester, patient: PatientId, at: int) -> Report:
    """Answer for one moment, not later than now, and write it down.

    Raise `NotFound` for who may not ask, a person not known, or, for an officer, without a number there.
    """
    with store.work() as work:
        now = clock.now()
        file = work.patients.files([patient]).get(patient)
        if file is None or not _may(requester, file):
            raise NotFound("no such person for the asker")
        work.audit.append(
            [AuditEvent(now, requester, "could-see", "done", patient, 0, (), 0, str(min(at, now)))]
        )
        moment = min(at, now)
        then = could_see(work, patient, moment, moment)
        today = could_see(work, patient, moment, now)
        late = tuple(gaps(work, patient, now)) if requester.role is Role.SECRETARIAT else ()
        lines = _lines(work, patient, then, today)
    if requester.role is Role.PRIVACY_OFFICER:
        lines = [one for one in lines if one.custodian == requester.facility]
    return Report(file, moment, tuple(lines), late)


def _may(requester: Requester, file: PatientFile) -> bool:
    if requester.role in THEMSELVES:
        return requester.patient == file.patient.id
    own = {number.facility for number in file.numbers}
    officer = requester.role is Role.PRIVACY_OFFICER and requester.facility in own
    return officer or requester.role is Role.SECRETARIAT


class _Alike(NamedTuple):
    """What roles of a facility have in common that share a line."""

    facility: FacilityCode
    account: str
    custodian: FacilityCode
    then: frozenset[DocumentClass]
    today: frozenset[DocumentClass]
    reasons: tuple[str, ...]
    events: tuple[int, ...]


def _lines(
    work: UnitOfWork, patient: PatientId, then: Sequence[CouldSee], today: Sequence[CouldSee]
) -> list[Line]:
    """Lay both answers beside one another; roles of a facility that stand alike share a line."""
    before, after = dict(_open_to(then)), dict(_open_to(today))
    shared: dict[_Alike, list[Role]] = defaultdict(list)
    sources: dict[_Alike, CouldSee] = {}
    for post in sorted(before | after):
        (facility, role, account, custodian) = post
        seen_then, seen_today = before.get(post), after.get(post)
        source = (seen_then or seen_today or _UNSEEN).source
        one = _Alike(
            *(facility, account, custodian),
            (seen_then or _UNSEEN).classes,
            (seen_today or _UNSEEN).classes,
            *(source.reasons, source.events),
        )
        shared[one].append(role)
        sources.setdefault(one, source)
    return [
        Line(
            *(one.facility, one.account, tuple(roles), one.custodian, one.then, one.today, one.reasons),
            tuple(explain(work, patient, sources[one])),
        )
        for one, roles in shared.items()
    ]


class _Seen(NamedTuple):
    classes: frozenset[DocumentClass]
    source: CouldSee


_UNSEEN = _Seen(frozenset(), CouldSee(FacilityCode(""), Role.SYSTEM, (), (), ()))


def _open_to(found: Iterable[CouldSee]) -> Iterator[tuple[_Post, _Seen]]:
    for one in found:
        for shown in one.shown:
            post = (one.facility, one.role, one.account, shown.custodian)
            yield post, _Seen(shown.classes, one)
