"""My day: what needs the asker among all patients of the asker's facility, on one page.

Two steps. Which patients there is something to say about is looked up under a grant for each, and writes
nothing. Then the gate is asked again about those that will be shown, in the transaction that writes for each
of them that they stood in a list; who is refused by then, or of whom something else is opened, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.breakglass.caring import ROLES as CARING
from hie.exchange.gate.access import Answer, Asked, decided, written_down
from hie.exchange.ports import AuditEvent, Clock, Look, PatientFile, Store, UnitOfWork
from hie.exchange.records.looks import fresh_from
from hie.exchange.records.needs import A_YEAR, LOOK_BACK, SILENCES, Heard, Kind, Need, Rules, needs
from hie.exchange.records.stays import Stay
from hie.record.errors import NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Purpose, Requester
from hie.record.times import Day, Period, days_after

DAY = 86_400_000
SILENT_AFTER = 14
"""Days without news of who was referred or admitted, after which that is news itself."""
MOST_WATCHED = 1_000
"""Patients of a facility that are looked through; those last whom the asker never looked at."""
FEW, MANY = 6, 100
"""Lines of a block, and of one that is shown alone."""
ENDING = 14 * DAY


class Line(NamedTuple):
    """One patient in a block, and what is to be said."""

    file: PatientFile
    need: Need | None
    """None in the list of whom one saw last."""
    stay: Stay | None
    """Where the patient is in hospital now."""
    up_to: int
    """Highest number of anything that the page says is new of this patient."""
    look: Look | None


class Block(NamedTuple):
    """Lines, and how many there are in all."""

    lines: tuple[Line, ...] = ()
    total: int = 0


class MyDay(NamedTuple):
    """The whole page."""

    moves: Block
    """Admitted, moved, to be discharged, discharged, and silence."""
    results: Block
    letters: Block
    recent: Block
    watched: int
    """How many patients were looked through."""
    cut: bool
    """Whether the facility has more."""
    ending: int
    """Consents and care of the facility that end within a fortnight."""
    silent_after: int
    """Days."""


class Wanted(NamedTuple):
    """How the page is asked for."""

    today: Day
    silent_after: int = SILENT_AFTER
    only: str = ""
    """Name of the one block that is shown at length."""


def my_day(store: Store, clock: Clock, requester: Requester, asked: Wanted) -> MyDay:
    """Tell what needs the asker; empty for who does not ask to treat somebody."""
    if requester.purpose is not Purpose.TREATMENT:
        return MyDay(
            Block(), Block(), Block(), Block(), 0, cut=False, ending=0, silent_after=asked.silent_after
        )
    with store.look() as work:
        draft, grants = _drafted(work, clock.now(), requester, asked)
    with store.work() as work:
        return _shown(work, clock.now(), requester, draft, grants)


def _drafted(
    work: UnitOfWork, now: int, requester: Requester, asked: Wanted
) -> tuple[MyDay, Mapping[PatientId, Grant]]:
    """Look through the facility's patients; nothing of this is shown before it is decided again."""
    account = requester.user
    candidates = work.news.mine(account, requester.facility, now, MOST_WATCHED + 1)
    watched = candidates[:MOST_WATCHED]
    answers = _decided(work, now, requester, watched)
    grants = {patient: one.grant for patient, one in answers.items() if one.grant}
    labels = {one.code: one.labels for one in work.directory.all()}
    rules = Rules(asked.today, fresh_from(asked.today), asked.silent_after, now, labels)
    since = max(LOOK_BACK, asked.silent_after + 1)
    period = Period(days_after(asked.today, -since), asked.today)
    arrived = work.news.arrived(list(grants.values()), account, period, rules.fresh_from)
    moves = work.news.moves(list(grants.values()), days_after(asked.today, -A_YEAR))
    looks = work.looks.of(account)
    lines: list[Line] = []
    recent: list[Line] = []
    for patient, grant in grants.items():
        file = answers[patient].file
        linked = frozenset(number.facility for number in file.numbers) if file else frozenset()
        heard = Heard(grant, moves.get(patient, ()), arrived.get(patient, ()), looks.get(patient), linked)
        if file is None or not (heard.moves or heard.arrived or heard.look):
            continue
        found, stay = needs(heard, rules)
        up_to = max((need.newest for need in found), default=0)
        lines += [Line(file, need, stay, up_to, heard.look) for need in found]
        if heard.look and heard.look.at and len(recent) < FEW:
            recent.append(Line(file, None, stay, up_to, heard.look))
    ending = len(work.cares.ending(requester.facility, now, now + ENDING)) if requester.role in CARING else 0
    page = MyDay(
        _block(lines, "moves", asked.only, _in_order, lambda kind: kind not in {Kind.RESULTS, Kind.LETTERS}),
        _block(lines, "results", asked.only, _newest_first, lambda kind: kind is Kind.RESULTS),
        _block(lines, "letters", asked.only, _newest_first, lambda kind: kind is Kind.LETTERS),
        Block() if asked.only else Block(tuple(recent), len(recent)),
        len(grants),
        len(candidates) > MOST_WATCHED,
        ending,
        asked.silent_after,
    )
    return page, grants


def _block(
    lines: Iterable[Line],
    name: str,
    only: str,
    order: Callable[[Need], tuple[int, ...]],
    belongs: Callable[[Kind], bool],
) -> Block:
    """Choose the lines of a block, and as many as are shown."""
    if only not in {"", name}:
        return Block()
    ours = [(order(line.need), line) for line in lines if line.need and belongs(line.need.kind)]
    ours.sort(key=lambda one: (one[0], one[1].file.patient.id))
    most = MANY if only else FEW
    return Block(tuple(line for _, line in ours[:most]), len(ours))


def _in_order(need: Need) -> tuple[int, ...]:
    """Put what happens and happened first, the newest day first, then silence, the longest first."""
    silent = need.kind in SILENCES
    return (silent, -need.days if silent else -need.day, -need.newest)


def _newest_first(need: Need) -> tuple[int, ...]:
    """Put the newest day first; of one day what is out of range."""
    return (-need.day, not need.abnormal, -need.newest)


def _shown(
    work: UnitOfWork, now: int, requester: Requester, draft: MyDay, grants: Mapping[PatientId, Grant]
) -> MyDay:
    """Decide again about who is to be shown, and write down that they were."""
    blocks = (draft.moves, draft.results, draft.letters, draft.recent)
    persons = list(dict.fromkeys(line.file.patient.id for block in blocks for line in block.lines))
    answers = _decided(work, now, requester, persons)
    open_still = {
        patient
        for patient in persons
        if (grant := answers[patient].grant) and _opens(grant) == _opens(grants[patient])
    }
    searched = AuditEvent(now, requester, "news", "done", "", 0, (), 0, str(len(open_still)))
    listed = [
        written_down(now, Asked(requester, patient, "listed"), answers[patient])._replace(outcome="done")
        for patient in persons
        if patient in open_still
    ]
    work.audit.append([searched, *listed])
    moves, results, letters, recent = (
        block._replace(lines=tuple(line for line in block.lines if line.file.patient.id in open_still))
        for block in blocks
    )
    return draft._replace(moves=moves, results=results, letters=letters, recent=recent)


def _opens(grant: Grant) -> tuple[object, object]:
    return grant.opened, grant.closed


def _decided(
    work: UnitOfWork, now: int, requester: Requester, patients: Sequence[PatientId]
) -> dict[PatientId, Answer]:
    asked = [Asked(requester, patient, "listed") for patient in patients]
    return dict(zip(patients, decided(work, now, asked, in_emergencies=False), strict=True))


# --- marks ---


def mark_seen(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, up_to: int, quiet_days: int
) -> Look | None:
    """Mark what the page said of a patient as seen, and return the mark of before; `NotFound` if refused.

    Silence is not told again for `quiet_days`. It is written down: who could see the patient is asked.
    """
    with store.work() as work:
        now = _may_mark(work, clock, requester, patient)
        former = work.looks.get(requester.user, patient)
        current = max(min(up_to, work.looks.newest()), former.current if former else 0)
        quiet = now + quiet_days * DAY
        looked_at = former.at if former else 0  # what was said here is no look at the record
        work.looks.put(requester.user, patient, Look(current, current, looked_at, quiet))
    return former


def mark_unseen(
    store: Store, clock: Clock, requester: Requester, patient: PatientId, former: Look | None
) -> None:
    """Put a mark back as it was before; `NotFound` if refused."""
    with store.work() as work:
        _may_mark(work, clock, requester, patient)
        work.looks.put(requester.user, patient, former)


def _may_mark(work: UnitOfWork, clock: Clock, requester: Requester, patient: PatientId) -> int:
    now = clock.now()
    asked = Asked(requester, patient, "marked")
    (answer,) = decided(work, now, [asked])
    work.audit.append([written_down(now, asked, answer)])
    if answer.grant is None:
        work.commit()
        raise NotFound("no such record, or not for the asker")
    return now
