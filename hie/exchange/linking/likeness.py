"""Two statements of a person side by side: each attribute agrees, is near, differs, or is not known.

Pure: nothing is read and nothing decided. Every verdict has a code that a screen puts into words, so
that whoever decides sees why two people look alike, and at which place they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from hie.record.eras import same_in_other_eras
from hie.record.folding import digits, folded, sound, unvoiced
from hie.record.people import HumanName, PersonFacts, Sex
from hie.record.times import UNKNOWN_DAY, Day

LEAST_AGREEING = 3
"""Attributes that must agree before two may be proposed as one, birth date and reading among them."""

_LAST = 4
_SHORTEST_PHONE = 9
_LONG_ENOUGH = 5
"""Sounds of a whole name from which on one that differs is a likely slip of the hand."""
_SOUND, _PHONE = "\x01", "\x02"
"""In front of keys that nobody types."""


class Verdict(StrEnum):
    """How two values stand to one another."""

    AGREE = "agree"
    NEAR = "near"
    DIFFER = "differ"
    UNKNOWN = "unknown"


class Attribute(StrEnum):
    """What is compared."""

    KANA = "kana"
    KANJI = "kanji"
    BIRTH = "birth"
    SEX = "sex"
    PHONE = "phone"


class Why(StrEnum):
    """What was found; a screen has a sentence for each."""

    SAME = "same"
    SPELLED = "spelled"
    """The same sound in another spelling: ヴ and ブ, オオ and オー, small and large kana."""
    VARIANT = "variant"
    """Old and new forms of the same kanji."""
    FORMER = "former"
    """The same as a name the person bore, or bears elsewhere."""
    VOICING = "voicing"
    ONE_SOUND = "one-sound"
    SWAPPED = "swapped"
    """Family and given name have changed places."""
    FAMILY_DIFFERS = "family-differs"
    """The given name is the same: a marriage, or another person."""
    GIVEN_DIFFERS = "given-differs"
    """The family name is the same: brothers, sisters, twins."""
    ERA = "era"
    """The same year, month and day of another era."""
    DAY_AND_MONTH = "day-and-month"
    ONE_DIGIT = "one-digit"
    LAST_FOUR = "last-four"
    DIFFERENT = "different"
    NOT_SAID = "not-said"


class Compared(NamedTuple):
    """One attribute: the verdict, why, and what it adds to the score (or takes away)."""

    attribute: Attribute
    verdict: Verdict
    why: Why
    points: int


class Likeness(NamedTuple):
    """All attributes of two statements, in a fixed order, and what they add up to."""

    compared: tuple[Compared, ...]

    @property
    def score(self) -> int:
        """From 0 to 100: points of what agrees, some for what is near, less what contradicts."""
        return min(100, max(0, sum(one.points for one in self.compared)))

    @property
    def agreeing(self) -> int:
        """How many attributes agree."""
        return sum(one.verdict is Verdict.AGREE for one in self.compared)

    @property
    def proposable(self) -> bool:
        """Whether somebody may propose that the two are one: three agree, reading and birth among them."""
        needed = {Attribute.KANA, Attribute.BIRTH}
        agree = {one.attribute for one in self.compared if one.verdict is Verdict.AGREE}
        return needed <= agree and len(agree) >= LEAST_AGREEING

    def of(self, attribute: Attribute) -> Compared:
        """Return one attribute's comparison."""
        return next(one for one in self.compared if one.attribute is attribute)

    @property
    def summary(self) -> str:
        """Say each attribute's verdict and reason in codes: no value of the person stands in it."""
        return " ".join(f"{one.attribute}:{one.verdict}:{one.why}" for one in self.compared)


_POINTS: dict[Attribute, dict[Verdict, int]] = {
    Attribute.BIRTH: {Verdict.AGREE: 35, Verdict.NEAR: 12, Verdict.DIFFER: -20},
    Attribute.KANA: {Verdict.AGREE: 30, Verdict.NEAR: 14, Verdict.DIFFER: -15},
    Attribute.PHONE: {Verdict.AGREE: 15, Verdict.NEAR: 5, Verdict.DIFFER: 0},
    Attribute.KANJI: {Verdict.AGREE: 12, Verdict.NEAR: 5, Verdict.DIFFER: -5},
    Attribute.SEX: {Verdict.AGREE: 8, Verdict.NEAR: 0, Verdict.DIFFER: -15},
}
"""Of a hundred; what is not known adds nothing and takes nothing."""


def points_of(attribute: Attribute) -> int:
    """Return what an agreeing attribute adds."""
    return _POINTS[attribute][Verdict.AGREE]


def compare(facts: PersonFacts, known: PersonFacts, also: Sequence[PersonFacts] = ()) -> Likeness:
    """Compare what is said with what is known; `also` is what facilities said of the same person.

    Birth and sex are compared with `known` alone. Names and telephone numbers may agree with any of
    `also`: people keep an old name at one hospital for years.
    """
    said = (facts.name, *_former(facts))
    borne = [known.name, *_former(known)]
    for one in also:
        borne += [one.name, *_former(one)]
    kana = _best(_kana(mine, theirs) for mine in said for theirs in _different(borne))
    kanji = _best(_kanji(mine, theirs) for mine in said for theirs in _different(borne))
    phones = [one.phone for one in (known, *also)]
    return Likeness(
        (
            _pointed(Attribute.KANA, _as_former(kana, _kana(facts.name, known.name))),
            _pointed(Attribute.KANJI, _as_former(kanji, _kanji(facts.name, known.name))),
            _pointed(Attribute.BIRTH, _birth(facts.birth_day, known.birth_day)),
            _pointed(Attribute.SEX, _sex(facts.sex, known.sex)),
            _pointed(Attribute.PHONE, _best(_phone(facts.phone, one) for one in phones)),
        )
    )


def keys_of(facts: PersonFacts) -> frozenset[str]:
    """Return the folded words by which those who look like this person are found, quickly.

    Two with one of them in common are compared; nobody else is. A slip in one attribute is found by
    another: the reading without its voicing marks, the kanji, the birth date, the telephone number.
    """
    return frozenset(_keys(facts))


def sought(facts: PersonFacts) -> frozenset[str]:
    """Return the keys to look for: those of the person, with names swapped and other eras as well."""
    found = set(keys_of(facts))
    name = facts.name
    for turned in (_turned(name), *(_turned(former) for former in _former(facts))):
        found |= set(_name_keys(turned))
    found |= {f"{day:08d}" for day in _misread(facts.birth_day)}
    return frozenset(found)


def _keys(facts: PersonFacts) -> Iterator[str]:
    for name in (facts.name, *_former(facts)):
        yield from _name_keys(name)
    if facts.birth_day:
        yield f"{facts.birth_day:08d}"
    if len(number := digits(facts.phone)) >= _SHORTEST_PHONE:
        yield _PHONE + number


def _name_keys(name: HumanName) -> Iterator[str]:
    if name.kana_given and (said := unvoiced(sound(name.kana_family + name.kana_given))):
        yield _SOUND + said
    if name.given and (written := folded(name.family + name.given)):
        yield written


def _former(facts: PersonFacts) -> Iterator[HumanName]:
    """Return the name borne before, its empty parts filled from the present one."""
    if any(facts.former):
        yield HumanName(*(old or new for old, new in zip(facts.former, facts.name, strict=True)))


def _turned(name: HumanName) -> HumanName:
    return HumanName(name.given, name.family, name.kana_given, name.kana_family)


def _different(names: Iterable[HumanName]) -> list[HumanName]:
    return list(dict.fromkeys(names))


_Found = tuple[Verdict, Why]
_ORDER = (Verdict.AGREE, Verdict.NEAR, Verdict.DIFFER, Verdict.UNKNOWN)
_UNSAID: _Found = (Verdict.UNKNOWN, Why.NOT_SAID)
_DIFFERENT: _Found = (Verdict.DIFFER, Why.DIFFERENT)


def _best(found: Iterable[_Found]) -> _Found:
    return min(found, key=lambda one: _ORDER.index(one[0]), default=_UNSAID)


def _as_former(best: _Found, present: _Found) -> _Found:
    """Say that it agreed with another name than the present one."""
    if best[0] is Verdict.AGREE and present[0] in {Verdict.NEAR, Verdict.DIFFER}:
        return Verdict.AGREE, Why.FORMER
    return best


def _pointed(attribute: Attribute, found: _Found) -> Compared:
    verdict, why = found
    return Compared(attribute, verdict, why, _POINTS[attribute].get(verdict, 0))


def _kana(mine: HumanName, theirs: HumanName) -> _Found:
    family, given = sound(mine.kana_family), sound(mine.kana_given)
    other_family, other_given = sound(theirs.kana_family), sound(theirs.kana_given)
    whole, other = family + given, other_family + other_given
    if not (whole and other):
        return _UNSAID
    if whole == other:
        same = folded(mine.kana_family + mine.kana_given) == folded(theirs.kana_family + theirs.kana_given)
        return Verdict.AGREE, Why.SAME if same else Why.SPELLED
    long = min(len(whole), len(other)) >= _LONG_ENOUGH
    return _part(
        (family == other_given and given == other_family, Why.SWAPPED),
        (unvoiced(whole) == unvoiced(other), Why.VOICING),
        (given != "" and given == other_given, Why.FAMILY_DIFFERS),
        (long and _one_apart(whole, other), Why.ONE_SOUND),
        siblings=family != "" and family == other_family,
    )


def _kanji(mine: HumanName, theirs: HumanName) -> _Found:
    family, given = folded(mine.family), folded(mine.given)
    other_family, other_given = folded(theirs.family), folded(theirs.given)
    if not (family + given and other_family + other_given):
        return _UNSAID
    if family + given == other_family + other_given:
        return Verdict.AGREE, Why.SAME if _written(mine) == _written(theirs) else Why.VARIANT
    return _part(
        (family == other_given and given == other_family, Why.SWAPPED),
        (given != "" and given == other_given, Why.FAMILY_DIFFERS),
        siblings=family != "" and family == other_family,
    )


def _part(*near: tuple[bool, Why], siblings: bool) -> _Found:
    """Return the first nearness that holds; else that they differ, and whether in the given name alone."""
    for holds, why in near:
        if holds:
            return Verdict.NEAR, why
    return (Verdict.DIFFER, Why.GIVEN_DIFFERS) if siblings else _DIFFERENT


def _written(name: HumanName) -> str:
    return "".join((name.family + name.given).split())


def _birth(mine: Day, theirs: Day) -> _Found:
    if UNKNOWN_DAY in {mine, theirs}:
        return _UNSAID
    if mine == theirs:
        return Verdict.AGREE, Why.SAME
    if mine in same_in_other_eras(theirs) or theirs in same_in_other_eras(mine):
        return Verdict.NEAR, Why.ERA
    if mine // 10000 == theirs // 10000 and mine % 10000 == theirs % 100 * 100 + theirs // 100 % 100:
        return Verdict.NEAR, Why.DAY_AND_MONTH
    if sum(a != b for a, b in zip(f"{mine:08d}", f"{theirs:08d}", strict=True)) == 1:
        return Verdict.NEAR, Why.ONE_DIGIT
    return _DIFFERENT


def _misread(day: Day) -> Iterator[Day]:
    """Return the days of another era, and with day and month swapped."""
    yield from same_in_other_eras(day)
    if day:
        yield Day(day // 10000 * 10000 + day % 100 * 100 + day // 100 % 100)


def _sex(mine: Sex, theirs: Sex) -> _Found:
    if Sex.UNKNOWN in {mine, theirs}:
        return _UNSAID
    return (Verdict.AGREE, Why.SAME) if mine is theirs else _DIFFERENT


def _phone(mine: str, theirs: str) -> _Found:
    one, other = digits(mine), digits(theirs)
    if min(len(one), len(other)) < _LAST:
        return _UNSAID
    if one == other and len(one) >= _SHORTEST_PHONE:
        return Verdict.AGREE, Why.SAME
    return (Verdict.NEAR, Why.LAST_FOUR) if one[-_LAST:] == other[-_LAST:] else _DIFFERENT


def _one_apart(one: str, other: str) -> bool:
    """Say whether one sound was put in, left out, or is another."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    first = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    rest = shorter[first + (len(shorter) == len(longer)) :]
    return rest == longer[first + 1 :]
