"""A link made ready to be drawn: two sides attribute by attribute, its history, and who looked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from hie.exchange.linking.exposure import CALENDAR, ELSEWHERE, Exposure
from hie.exchange.linking.likeness import Attribute, Compared, Verdict
from hie.exchange.linking.linking import Opened
from hie.exchange.ports import LinkCase, LinkKind
from hie.record.people import Patient, PersonFacts, Sex
from hie.record.spreadsheets import MARK, csv_lines
from viewer.alerts import day_and_time
from viewer.formats import birth_day, name_of
from viewer.locale import Words

SIGNS = {Verdict.AGREE: "●", Verdict.NEAR: "▲", Verdict.DIFFER: "✕", Verdict.UNKNOWN: "－"}
"""Each verdict has a sign, a word and a colour; none of them stands alone."""
DAY = 24 * 60 * 60 * 1000
INGEST = "ingest"


class Side(NamedTuple):
    """One attribute on both sides."""

    name: str
    left: Markup
    right: Markup
    verdict: str
    sign: str
    word: str
    why: str
    points: str


class CaseLine(NamedTuple):
    """One line of the queue."""

    surrogate: int
    state: str
    word: str
    held: bool
    facility: str
    number: str
    name: str
    kana: str
    born: str
    score: int
    by: str
    at: str


def state_of(opened: Opened) -> str:
    """Name how a number stands now."""
    if opened.case is not None:
        return opened.case.kind.value
    return "linked" if opened.number.patient else "unlinked"


def sides(opened: Opened, words: Words) -> list[Side]:
    """Lay each attribute of both sides beside one another, with the verdict in sign and words."""
    said = opened.said[0].facts if opened.said else None
    compared = {one.attribute: one for one in opened.likeness.compared} if opened.likeness else {}
    return [
        _side(attribute, opened.person, said, (compared.get(attribute), opened.elsewhere), words)
        for attribute in Attribute
    ]


def _side(
    attribute: Attribute,
    person: Patient | None,
    said: PersonFacts | None,
    found: tuple[Compared | None, Sequence[PersonFacts]],
    words: Words,
) -> Side:
    compared, elsewhere = found
    left, right = _value(attribute, person, elsewhere, words), _said(attribute, said, words)
    verdict = compared.verdict if compared else Verdict.UNKNOWN
    marked = verdict is not Verdict.UNKNOWN and attribute not in {Attribute.SEX, Attribute.PHONE}
    return Side(
        words(f"link.attribute.{attribute}"),
        _marked(left, right) if marked else escape(left),
        _marked(right, left) if marked else escape(right),
        verdict.value,
        SIGNS[verdict],
        words(f"link.verdict.{verdict}"),
        words(f"link.why.{compared.why}") if compared else "",
        words("link.points", points=f"{compared.points:+d}") if compared and compared.points else "",
    )


def _value(
    attribute: Attribute, person: Patient | None, elsewhere: Sequence[PersonFacts], words: Words
) -> str:
    if attribute is Attribute.PHONE:
        return "　".join(dict.fromkeys(one.phone for one in elsewhere if one.phone))
    if person is None:
        return ""
    return _said(attribute, PersonFacts(person.name, person.birth_day, person.sex), words)


def _said(attribute: Attribute, facts: PersonFacts | None, words: Words) -> str:
    if facts is None:
        return ""
    name = facts.name
    write: dict[Attribute, Callable[[], str]] = {
        Attribute.KANA: lambda: name.kana,
        Attribute.KANJI: lambda: name.kanji,
        Attribute.BIRTH: lambda: birth_day(facts.birth_day, words) if facts.birth_day else "",
        Attribute.SEX: lambda: "" if facts.sex is Sex.UNKNOWN else words(f"sex.{facts.sex.value}"),
        Attribute.PHONE: lambda: facts.phone,
    }
    return write[attribute]()


def _marked(mine: str, theirs: str) -> Markup:
    """Mark the characters that the other side does not have at their place."""
    said: list[Markup] = []
    for at, character in enumerate(mine):
        same = at < len(theirs) and theirs[at] == character
        said.append(escape(character) if same else Markup("<mark>%s</mark>") % character)
    return Markup("").join(said)


def case_line(case: LinkCase, person: Patient | None, facility: str, by: str, words: Words) -> CaseLine:
    """Word one line of the queue."""
    return CaseLine(
        case.surrogate,
        case.kind.value,
        words(f"links.state.{case.kind}"),
        case.held,
        facility,
        case.local.value,
        name_of(person.name) if person else "",
        person.name.kana if person else "",
        birth_day(person.birth_day, words) if person else "",
        case.score,
        by,
        day_and_time(case.at),
    )


def by_words(user: str, names: Mapping[str, str], words: Words) -> str:
    """Name who did something; what a message did is said so."""
    return words("links.by.ingest") if user == INGEST else names.get(user, user)


def history(opened: Opened, names: Mapping[str, str], words: Words) -> list[tuple[str, str, str, str]]:
    """Word the log of a number, newest first: when, what, who, why."""
    return [
        (
            day_and_time(event.at),
            words(f"link.event.{event.kind}"),
            by_words(event.by, names, words),
            words(f"link.reason.{event.reason}") if event.reason else "",
        )
        for event in reversed(opened.history)
    ]


class Choices(NamedTuple):
    """What may be done with a number now."""

    confirm: bool = False
    own_proposal: bool = False
    reject: bool = False
    hold: bool = False
    accept: bool = False
    contest: bool = False
    propose: bool = False
    split: bool = False
    exposure: bool = False


def choices(opened: Opened, user: str) -> Choices:
    """Say what the asker may do; the desk asks again when it is done."""
    kind = opened.case.kind if opened.case else None
    enough = opened.likeness is not None and opened.likeness.proposable
    own = opened.case is not None and opened.case.by == user
    linked = bool(opened.number.patient)
    return Choices(
        confirm=kind is LinkKind.PROPOSED and enough and not own,
        own_proposal=kind is LinkKind.PROPOSED and own,
        reject=kind is LinkKind.PROPOSED,
        hold=kind is not None,
        accept=kind is LinkKind.CHANGED,
        contest=linked,
        propose=kind is LinkKind.CONTESTED and enough,
        split=linked or kind is LinkKind.CONTESTED,
        exposure=any(event.kind is LinkKind.LINKED for event in opened.history),
    )


def looks(exposure: Exposure, facility: Callable[[str], str], words: Words) -> list[tuple[str, ...]]:
    """Word who looked: when, facility, role, name, what."""
    return [
        (
            day_and_time(one.at),
            facility(one.facility),
            words.either(f"role.{one.role}", one.role.value),
            one.name,
            words(f"exposure.kind.{one.kind}") if one.kind in {CALENDAR, ELSEWHERE} else one.kind,
        )
        for one in exposure.rows
    ]


def as_csv(exposure: Exposure, facility: Callable[[str], str], words: Words) -> str:
    """Write the report as a table for a spreadsheet; no cell is taken for a formula."""
    head = [words(f"exposure.{name}") for name in ("at", "facility", "role", "name", "kind")]
    return MARK + csv_lines([head, *looks(exposure, facility, words)])
