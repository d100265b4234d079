"""A consent in plain words: who shows what to whom, of which days, until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from consent.model import FOREVER, Facilities, Provision
from hie.record.entry import LABORATORY, PICTURES, DocumentClass, Label
from hie.record.identifiers import FacilityCode
from hie.record.times import FIRST_DAY, JST, LAST_DAY, Day, Period, day_at
from viewer.formats import moment, plain_day
from viewer.locale import Words

NameOf = Callable[[FacilityCode], str]

GROUPS: dict[str, frozenset[DocumentClass]] = {
    "basics": frozenset(
        {DocumentClass.DEMOGRAPHICS, DocumentClass.ENCOUNTER, DocumentClass.ALLERGY, DocumentClass.MEAL}
    ),
    "problems": frozenset({DocumentClass.PROBLEM}),
    "medicines": frozenset({DocumentClass.PRESCRIPTION, DocumentClass.INJECTION, DocumentClass.DISPENSE}),
    "laboratory": LABORATORY | {DocumentClass.LABORATORY_ORDER, DocumentClass.VITAL_SIGN},
    "imaging": PICTURES | {DocumentClass.IMAGING_ORDER},
    "documents": frozenset({DocumentClass.DOCUMENT}),
    "notes": frozenset({DocumentClass.NOTE}),
}
"""Kinds of record as a form names them: every class that a consent can open stands in one. What is
ordered stands with what comes of it, and notes, which most forms leave out, stand apart."""
USUAL = tuple(name for name in GROUPS if name != "notes")
"""What is shown unless the patient says otherwise (security B.5)."""
SENSITIVE = (
    *(Label.PSYCHIATRY, Label.HIV, Label.GENETICS),
    *(Label.REPRODUCTION, Label.ADDICTION, Label.VIOLENCE),
)
"""What is withheld unless the patient asks for it to be shown (B.7)."""


class Said(NamedTuple):
    """One thing a form says: what about, and what."""

    about: str
    text: str


def provision_words(one: Provision, name_of: NameOf, words: Words) -> list[Said]:
    """Say a provision in the order of the form."""
    everybody = "consent.words.all.later" if one.later_members else "consent.words.all.signing"
    labels = [words(f"desk.label.{int(label)}") for label in SENSITIVE if one.labels & label]
    return [
        Said(words("consent.words.from"), facilities_words(one.disclosers, name_of, words, everybody)),
        Said(words("consent.words.to"), facilities_words(one.recipients, name_of, words, everybody)),
        Said(words("consent.words.classes"), classes_words(one.classes, words)),
        Said(words("consent.words.days"), days_words(one.service_period, words)),
        Said(words("consent.words.until"), until_words(one.ends_at, words)),
        Said(
            words("consent.words.labels"),
            words("list.dot").join(labels) or words("consent.words.labels.none"),
        ),
        Said(
            words("consent.words.emergency"),
            words("consent.words.emergency.yes" if one.emergency else "consent.words.emergency.no"),
        ),
    ]


def facilities_words(
    facilities: Facilities, name_of: NameOf, words: Words, everybody: str = "consent.words.all"
) -> str:
    """Name facilities, or say which all are meant."""
    return words(everybody) if facilities is None else "、".join(map(name_of, sorted(facilities)))


def classes_words(classes: frozenset[DocumentClass] | None, words: Words) -> str:
    """Name kinds of record as forms do; a kind that is meant by half is marked."""
    if classes is None:
        return words("consent.words.classes.all")
    said = []
    for name, group in GROUPS.items():
        text = words(f"desk.group.{name}")
        if group <= classes:
            said.append(text)
        elif group & classes:
            said.append(words("consent.words.classes.part", name=text))
    return "、".join(said)


def days_words(period: Period, words: Words) -> str:
    """Say of which days of care."""
    start, end = (plain_day(day, words) for day in period)
    if period.start <= FIRST_DAY:
        all_days = period.end >= LAST_DAY
        return words("consent.words.days.all") if all_days else words("consent.words.days.until", end=end)
    if period.end >= LAST_DAY:
        return words("consent.words.days.since", start=start)
    return words("consent.words.days.between", start=start, end=end)


def until_words(ends_at: int, words: Words) -> str:
    """Say until when something is in force; the day named is the last one."""
    if ends_at >= FOREVER:
        return words("consent.words.until.withdrawn")
    return words("consent.words.until.day", day=plain_day(day_of_moment(ends_at - 1), words))


def day_of_moment(at: int) -> Day:
    """Return the Japanese day of a moment in milliseconds."""
    return day_at(at)


def plain_moment(at: int, words: Words) -> str:
    """Write the Japanese day of a moment in milliseconds; of what began before all counting, nothing."""
    return plain_day(day_of_moment(at), words) if at > 0 else ""


def moment_words(at: int, words: Words) -> str:
    """Write a moment in milliseconds to the minute."""
    return moment(f"{datetime.fromtimestamp(at / 1000, JST):%Y%m%d%H%M}", words)


def classes_of(groups: Sequence[str]) -> frozenset[DocumentClass]:
    """Return the classes that ticked groups mean; what is no group means nothing."""
    return frozenset().union(*(GROUPS.get(name, frozenset()) for name in groups))
