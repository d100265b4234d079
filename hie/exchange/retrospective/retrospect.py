"""The report on who could see a record on a day: as it was known then, as it is known today, and the gap.

For the secretariat, a facility's own privacy officer about its own documents, and the patient. It names
facilities, roles and kinds of documents; no document is read. Each report is audited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from consent.parties import THEMSELVES
from consent.reasons import Sentence
from hie.exchange.ports import AuditEvent, Clock, PatientFile, Store
from hie.exchange.retrospective.hindsight import Gap, could_see, explainer, gaps
from hie.exchange.retrospective.seeing import CouldSee
from hie.record.entry import DocumentClass
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Requester, Role

ASKS = frozenset({Role.SECRETARIAT, Role.PRIVACY_OFFICER}) | frozenset(THEMSELVES)
_Post = tuple[FacilityCode, Role, str, FacilityCode]


class Line(NamedTuple):
    """What roles of some facilities could see of some custodians, by both kinds of knowledge.

    Facilities that stand alike share a line, for a consent may name hundreds.
    """

    facilities: tuple[FacilityCode, ...]
    """One empty for the patient and who stands for the patient."""
    account: str
    """Of an emergency; else empty."""
    roles: tuple[Role, ...]
    custodians: tuple[FacilityCode, ...]
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
        moment = min(at, now)
        file = work.patients.files([patient]).get(patient)
        if file is None or not _may(requester, file):
            raise NotFound("no such person for the asker")
        work.audit.append([AuditEvent(now, requester, "could-see", "done", patient, 0, (), 0, str(moment))])
    # It is much to ask, and whoever withdraws meanwhile shall not wait for it.
    with store.look() as work:
        then = could_see(work, patient, moment, moment)
        today = could_see(work, patient, moment, now)
        late = tuple(gaps(work, patient, now)) if requester.role is Role.SECRETARIAT else ()
        own = requester.facility if requester.role is Role.PRIVACY_OFFICER else None
        lines = _lines(then, today, explainer(work, patient), own)
    return Report(file, moment, tuple(lines), late)


def _may(requester: Requester, file: PatientFile) -> bool:
    if requester.role in THEMSELVES:
        return requester.patient == file.patient.id
    own = {number.facility for number in file.numbers}
    officer = requester.role is Role.PRIVACY_OFFICER and requester.facility in own
    return officer or requester.role is Role.SECRETARIAT


class _Standing(NamedTuple):
    """What is the same of those who share a line."""

    account: str
    then: frozenset[DocumentClass]
    today: frozenset[DocumentClass]
    reasons: tuple[str, ...]
    why: tuple[Sentence, ...]


def _lines(
    then: Sequence[CouldSee],
    today: Sequence[CouldSee],
    explain: Callable[[CouldSee], tuple[Sentence, ...]],
    own: FacilityCode | None,
) -> list[Line]:
    """Lay both answers beside one another; who stands alike shares a line."""
    before, after = dict(_open_to(then, own)), dict(_open_to(today, own))
    roles: dict[tuple[FacilityCode, FacilityCode, _Standing], list[Role]] = defaultdict(list)
    for post in sorted(before | after):
        facility, role, account, custodian = post
        seen_then, seen_today = before.get(post, _UNSEEN), after.get(post, _UNSEEN)
        source = seen_then.source if post in before else seen_today.source
        standing = _Standing(account, seen_then.classes, seen_today.classes, source.reasons, explain(source))
        roles[facility, custodian, standing].append(role)
    custodians: dict[tuple[FacilityCode, tuple[Role, ...], _Standing], list[FacilityCode]] = defaultdict(list)
    for (facility, custodian, standing), alike in roles.items():
        custodians[facility, tuple(alike), standing].append(custodian)
    facilities: dict[_Place, list[FacilityCode]] = defaultdict(list)
    for (facility, alike_roles, standing), whose in custodians.items():
        facilities[alike_roles, tuple(whose), standing].append(facility)
    return [
        Line(tuple(who), one.account, alike_roles, whose, one.then, one.today, one.reasons, one.why)
        for (alike_roles, whose, one), who in facilities.items()
    ]


_Place = tuple[tuple[Role, ...], tuple[FacilityCode, ...], _Standing]


class _Seen(NamedTuple):
    classes: frozenset[DocumentClass]
    source: CouldSee


_UNSEEN = _Seen(frozenset(), CouldSee(FacilityCode(""), Role.SYSTEM, (), (), ()))


def _open_to(found: Iterable[CouldSee], own: FacilityCode | None) -> Iterator[tuple[_Post, _Seen]]:
    """Give what each post sees of each custodian, or of the one alone that asks about its own."""
    for one in found:
        for shown in one.shown:
            if own in {None, shown.custodian}:
                yield (one.facility, one.role, one.account, shown.custodian), _Seen(shown.classes, one)
