"""What needs a doctor of one patient: told from moves and counts that the gate let through, nothing else.

Moves are told as the state they led to, not as a list of messages: who was admitted, moved and discharged
since one last looked is discharged. Silence is news too: a patient whom one referred or saw admitted, and of
whom nothing came for some days, stands here until something comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.ports import Arrived, Look, Numbered
from hie.exchange.records.looks import untold
from hie.exchange.records.stays import (
    ADMISSION,
    LEAVE,
    RETURN,
    TO_BE_ADMITTED,
    TO_BE_DISCHARGED,
    TO_BE_MOVED,
    TRANSFER,
    Stay,
    stays,
)
from hie.record.entry import LABORATORY, NO_LABELS, PAPERS, Confidentiality, DocumentClass, EntryStatus
from hie.record.identifiers import FacilityCode
from hie.record.times import LAST_DAY, UNKNOWN_DAY, Day, day_of, days_between

LOOK_BACK = 60
"""Days of which arrivals are told: what is older is no news, whenever it came."""
A_YEAR = 366
"""Days of which moves are read: who was admitted before that is told of by nothing but silence."""


class Kind(StrEnum):
    """What happened, or did not."""

    TO_BE_ADMITTED = "to-be-admitted"
    ADMITTED = "admitted"
    TO_BE_MOVED = "to-be-moved"
    MOVED = "moved"
    ON_LEAVE = "on-leave"
    BACK = "back"
    TO_BE_DISCHARGED = "to-be-discharged"
    DISCHARGED = "discharged"
    TAKEN_BACK = "taken-back"
    """A move that was told before did not happen."""
    SILENT_REFERRAL = "silent-referral"
    """Referred, and nothing came from anybody."""
    SILENT_PLAN = "silent-plan"
    """The day of the planned admission is past, and nobody was admitted."""
    SILENT_STAY = "silent-stay"
    """In hospital, and nothing came from there."""
    SILENT_LETTER = "silent-letter"
    """Discharged, and no letter came."""
    RESULTS = "results"
    LETTERS = "letters"


SILENCES = frozenset({Kind.SILENT_REFERRAL, Kind.SILENT_PLAN, Kind.SILENT_STAY, Kind.SILENT_LETTER})


class Need(NamedTuple):
    """One thing a doctor should know of one patient."""

    kind: Kind
    custodian: FacilityCode
    """Whose news it is, of results and letters the newest's; of a referral who referred."""
    day: Day
    """When it happens or happened; of silence, since when."""
    newest: int = 0
    """Highest number of an entry that says so; 0 of silence."""
    stay: Stay | None = None
    documents: int = 0
    notes: int = 0
    """How many of the documents are notes; a list names the two apart."""
    abnormal: int = 0
    days: int = 0
    """How long nothing came."""
    facilities: int = 1
    """From how many facilities it came."""


class Heard(NamedTuple):
    """What there is of one patient, and how the asker stands to it."""

    grant: Grant
    moves: Sequence[Numbered]
    arrived: Sequence[Arrived]
    look: Look | None
    linked: frozenset[FacilityCode]
    """Facilities that have a number of the patient."""


class Rules(NamedTuple):
    """What counts as news today."""

    today: Day
    fresh_from: Day
    """To who never looked at a patient, older things are no news."""
    silent_after: int
    """Days."""
    now: int
    """Milliseconds since 1970."""
    labels: Mapping[FacilityCode, int]
    """Bits of `Label` that every document of a facility bears: what it writes is closed to who lacks them."""


class Told(NamedTuple):
    """Everything there is to say of one patient."""

    needs: tuple[Need, ...]
    stay: Stay | None
    """Of who is in hospital now, elsewhere or here."""


class _Of(NamedTuple):
    """What one hospital says."""

    custodian: FacilityCode
    events: Sequence[Numbered]
    stays: Sequence[Stay]

    @property
    def last(self) -> Stay | None:
        """The last stay that began."""
        return next((stay for stay in self.stays if not stay.planned), None)

    @property
    def planned(self) -> Stay | None:
        """A stay that did not begin yet."""
        return next((stay for stay in self.stays if stay.planned), None)


def needs(heard: Heard, rules: Rules) -> Told:
    """Tell everything of one patient, each hospital's moves as one state."""
    own = heard.grant.requester.facility
    hospitals = [
        _Of(custodian, events, stays([one.movement for one in events]))
        for custodian, events in _by_custodian(heard.moves).items()
    ]
    others = [one for one in hospitals if one.custodian != own]
    moved = [need for one in others for need in _of_moves(one, heard.look, rules)]
    found = [*moved, *_came(heard.arrived, own)]
    if heard.look is None or heard.look.quiet <= rules.now:
        said = {need.custodian for need in moved}
        silences = [need for one in others for need in _of_a_stay(one, heard, rules)]
        found += [need for need in silences if need.custodian not in said]
        found += _unanswered(heard, rules, own)
    inside = (one.last for one in hospitals if one.last and one.last.end == LAST_DAY)
    return Told(tuple(found), next(inside, None))


def _by_custodian(moves: Sequence[Numbered]) -> dict[FacilityCode, list[Numbered]]:
    found: dict[FacilityCode, list[Numbered]] = {}
    for one in moves:
        found.setdefault(one.movement.custodian, []).append(one)
    return found


# --- moves ---


def _of_moves(told: _Of, look: Look | None, rules: Rules) -> Iterator[Need]:
    new = sorted((one for one in told.events if _is_new(one, look, rules)), reverse=True)
    plans = [one for one in new if one.movement.data_kind == TO_BE_ADMITTED]
    done = [one for one in new if one.movement.data_kind != TO_BE_ADMITTED]
    stay, planned = told.last, told.planned
    if done:
        yield _state(told.custodian, stay, done)
    if plans and planned is not None:
        yield Need(Kind.TO_BE_ADMITTED, told.custodian, planned.start, plans[0].entry, planned)
    elif plans and not done and (stay is None or stay.end != LAST_DAY):
        yield Need(Kind.TAKEN_BACK, told.custodian, plans[0].movement.service_day, plans[0].entry)


def _is_new(one: Numbered, look: Look | None, rules: Rules) -> bool:
    return untold(look, rules.fresh_from).holds(one.entry, one.movement.service_day)


def _state(custodian: FacilityCode, stay: Stay | None, new: Sequence[Numbered]) -> Need:
    """Say to what the new moves of one hospital led; `new` is newest first and not empty."""
    newest = max(one.entry for one in new)
    if stay is None or _older(stay, new):
        return Need(Kind.TAKEN_BACK, custodian, new[0].movement.service_day, newest)
    if stay.end != LAST_DAY:
        return Need(Kind.DISCHARGED, custodian, stay.end, newest, stay)
    for one in new:
        if one.movement.status is not EntryStatus.WITHDRAWN and (told := _told(stay, one)):
            return Need(told[0], custodian, told[1], newest, stay)
    return Need(Kind.TAKEN_BACK, custodian, new[0].movement.service_day, newest, stay)


def _older(stay: Stay, new: Sequence[Numbered]) -> bool:
    """Say whether the last stay ended before anything that is new: then what is new was taken back."""
    return all(one.movement.service_day > stay.end for one in new)


def _told(stay: Stay, one: Numbered) -> tuple[Kind, Day] | None:
    """Return what an event means for who is in hospital, none where it says nothing any more."""
    last = stay.leaves[-1] if stay.leaves else None
    meanings = {
        ADMISSION: (Kind.ADMITTED, stay.start),
        TO_BE_DISCHARGED: (Kind.TO_BE_DISCHARGED, day_of(stay.to_leave)) if stay.to_leave else None,
        TO_BE_MOVED: (Kind.TO_BE_MOVED, stay.to_move[-1].day) if stay.to_move else None,
        TRANSFER: (Kind.MOVED, stay.legs[-1].day) if len(stay.legs) > 1 else None,
        LEAVE: (Kind.ON_LEAVE, last.days[0]) if last and not last.until else None,
        RETURN: (Kind.BACK, last.days[1]) if last and last.until else None,
    }
    return meanings.get(one.movement.data_kind)


# --- results and letters ---


def _came(arrived: Sequence[Arrived], own: FacilityCode) -> Iterator[Need]:
    for kind, classes in (
        (Kind.RESULTS, LABORATORY),
        (Kind.LETTERS, PAPERS),
    ):
        new = [
            one for one in arrived if one.document_class in classes and one.documents and one.custodian != own
        ]
        if new:
            last = max(new, key=lambda one: (one.newest_day, one.newest))
            yield Need(
                kind,
                last.custodian,
                last.newest_day,
                max(one.newest for one in new),
                documents=sum(one.documents for one in new),
                notes=sum(one.documents for one in new if one.document_class is DocumentClass.NOTE),
                abnormal=sum(one.abnormal for one in new),
                facilities=len({one.custodian for one in new}),
            )


# --- silence ---


def _of_a_stay(told: _Of, heard: Heard, rules: Rules) -> Iterator[Need]:
    custodian, stay, planned = told.custodian, told.last, told.planned
    if not _could_hear(heard.grant, custodian, DocumentClass.ENCOUNTER, rules):
        return
    ours = [one for one in heard.arrived if one.custodian == custodian]
    if stay is not None and stay.end == LAST_DAY:
        moved = (one.movement.service_day for one in told.events)
        last = max(
            (stay.start, *(one.last_day for one in ours), *(day for day in moved if day <= rules.today))
        )
        yield from _long_ago(Kind.SILENT_STAY, custodian, last, rules, stay)
    elif stay is not None and _could_hear(heard.grant, custodian, DocumentClass.DOCUMENT, rules):
        letters = (one for one in ours if one.document_class is DocumentClass.DOCUMENT)
        if days_between(stay.end, rules.today) <= LOOK_BACK and not any(
            one.last_day >= stay.end for one in letters
        ):
            yield from _long_ago(Kind.SILENT_LETTER, custodian, stay.end, rules, stay)
    if planned is not None and days_between(planned.start, rules.today) <= LOOK_BACK:
        yield from _long_ago(Kind.SILENT_PLAN, custodian, planned.start, rules, planned)


def _unanswered(heard: Heard, rules: Rules, own: FacilityCode) -> Iterator[Need]:
    """Tell of a letter by which the asker's own facility referred the patient, and nobody filed since.

    Only to who would see what any other facility of the patient wrote: what is closed may have come.
    """
    kinds, arrived = (DocumentClass.ENCOUNTER, DocumentClass.DOCUMENT), heard.arrived
    if not all(
        _could_hear(heard.grant, other, kind, rules) for other in heard.linked - {own} for kind in kinds
    ):
        return
    referred = max((one.last_day for one in arrived if one.referral and one.custodian == own), default=None)
    if referred is not None and not any(one.last_day >= referred for one in arrived if one.custodian != own):
        yield from _long_ago(Kind.SILENT_REFERRAL, own, referred, rules)


def _long_ago(
    kind: Kind, custodian: FacilityCode, day: Day, rules: Rules, stay: Stay | None = None
) -> Iterator[Need]:
    if day != UNKNOWN_DAY and (days := days_between(day, rules.today)) >= rules.silent_after:
        yield Need(kind, custodian, day, stay=stay, days=days)


def _could_hear(grant: Grant, custodian: FacilityCode, document_class: DocumentClass, rules: Rules) -> bool:
    """Say whether it would be seen if it came: else silence would be said of what is only closed."""
    labels = rules.labels.get(custodian, NO_LABELS)
    return grant.covers(custodian, document_class, rules.today, Confidentiality.NORMAL, labels)
