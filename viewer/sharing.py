"""What each facility shows, since when, and whether it arrives: quiet, and loud where something is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from consent.grant import Grant
from hie.exchange.ports import PatientFile
from hie.exchange.records.honesty import Absence, Reason, Sharing, Why, absence, sharings
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester
from hie.record.times import ALWAYS, FIRST_DAY, JST, Day
from viewer.consent_words import GROUPS, NameOf
from viewer.feed_words import span
from viewer.formats import plain_day, short_day
from viewer.locale import Words
from viewer.screen import Screen


class FacilityShares(NamedTuple):
    """One facility's line."""

    name: str
    shares: str
    since: str
    received: str
    trouble: str
    """What is wrong in a sentence, and what that means for whoever reads; empty where nothing is."""


class Shares(NamedTuple):
    """The block: one line in all, one for each facility, and what is wrong before everything else."""

    summary: str
    lines: tuple[FacilityShares, ...]
    troubles: tuple[str, ...]


def shares_of(
    screen: Screen, requester: Requester, file: PatientFile, grant: Grant | None, words: Words
) -> Shares:
    """Say what the facilities of a patient show the asker under a grant; under none nobody shows anything."""
    return shares(
        sharings_of(screen, requester, file, grant),
        requester.facility,
        screen.name_of,
        screen.services.clock.now(),
        words,
    )


def sharings_of(
    screen: Screen, requester: Requester, file: PatientFile, grant: Grant | None
) -> tuple[Sharing, ...]:
    """Return what each facility of a patient shows under a grant."""
    linked = {number.facility: screen.facility(number.facility).labels for number in file.numbers}
    return sharings(grant, linked, screen.reaches(requester)) if grant else ()


def shares(told: Sequence[Sharing], own: FacilityCode, name_of: NameOf, now: int, words: Words) -> Shares:
    """Word what the facilities of a patient show; one's own is known to its people and not named."""
    others = [one for one in told if one.facility != own]
    lines = tuple(_line(one, name_of(one.facility), now, words) for one in others)
    troubles = tuple(line.trouble for line in lines if line.trouble)
    newest = max((one.reach.received_at for one in others), default=0)
    if not others:
        summary = words("sharing.nobody")
    elif troubles:
        summary = words("sharing.some", n=len(others), wrong=len(troubles))
    elif not newest:
        summary = words("sharing.quiet", n=len(others))
    else:
        summary = words("sharing.well", n=len(others), at=received(newest, now, words))
    return Shares(summary, lines, troubles)


def why(absent: Absence, name_of: NameOf, words: Words) -> str:
    """Say why nothing stands there."""
    names = words("list.comma").join(map(name_of, absent.facilities))
    values = {
        Why.BEFORE: {"day": plain_day(absent.since, words), "names": names},
        Why.MISSING: {"names": names},
    }.get(absent.why, {})
    return words(f"sharing.why.{absent.why}", **values)


def whys(
    told: Sequence[Sharing], parts: Mapping[str, frozenset[DocumentClass]], name_of: NameOf, words: Words
) -> dict[str, str]:
    """Say of each part of a page why it would be empty; nothing where nobody wrote anything."""
    absent = {name: absence(told, classes, ALWAYS) for name, classes in parts.items()}
    return {name: "" if one.why is Why.NONE else why(one, name_of, words) for name, one in absent.items()}


def received(moment: int, now: int, words: Words) -> str:
    """Write when something came: today with its time, else the day; never, where it is 0."""
    if not moment:
        return words("sharing.never")
    when, today = (datetime.fromtimestamp(one / 1000, JST) for one in (moment, now))
    clock = f"{when.hour}:{when.minute:02}"
    if when.date() == today.date():
        return words("sharing.today", time=clock)
    day = Day(when.year * 10000 + when.month * 100 + when.day)
    return f"{short_day(day, words)} {clock}" if when.year == today.year else plain_day(day, words)


def kinds(classes: Collection[DocumentClass], words: Words) -> str:
    """Name the kinds that are shown, as forms group them; one that is shown in part is named."""
    named = [words(f"sharing.kind.{name}") for name, group in GROUPS.items() if group & frozenset(classes)]
    return words("sharing.all") if len(named) == len(GROUPS) else words("list.dot").join(named)


def _line(one: Sharing, name: str, now: int, words: Words) -> FacilityShares:
    since = "" if one.since <= FIRST_DAY else words("sharing.since", day=plain_day(one.since, words))
    return FacilityShares(
        name,
        kinds(one.classes, words),
        since,
        received(one.reach.received_at, now, words),
        _trouble(one, name, now, words),
    )


def _trouble(one: Sharing, name: str, now: int, words: Words) -> str:
    reach = one.reach
    if reach.reason is Reason.NOTHING:
        return ""
    silent = span(max(0, now - reach.heard_at), words) if reach.heard_at else words("sharing.long")
    return words(
        f"sharing.trouble.{reach.reason}",
        name=name,
        span=silent,
        late=span(reach.lag, words),
        at=received(reach.received_at, now, words),
    )
