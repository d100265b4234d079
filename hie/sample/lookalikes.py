"""People who look alike: the same person written down otherwise, and others who are easily taken for them.

For tests and measurements of whom the desk is shown (T-04). Everything is invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from hie.record.eras import same_in_other_eras
from hie.record.identifiers import PatientId
from hie.record.people import HumanName, PersonFacts, Sex
from hie.record.times import UNKNOWN_DAY, Day, date_from_day, day_from_date, day_of
from hie.sample.names import MEN, SURNAMES, WOMEN, Person, invented_person
from hie.sample.plan import RegionPlan

OLD_FORMS = str.maketrans("高沢桜柳島浜真斉辺広関国竜", "髙澤櫻栁嶋濵眞齋邉廣關國龍")
_FULL = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワンー"
_HALF = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝｰ"
_HALF_WIDTH = dict(zip(_FULL, _HALF, strict=True))
_HALF_WIDTH |= {"ガ": "ｶﾞ", "ギ": "ｷﾞ", "グ": "ｸﾞ", "ゲ": "ｹﾞ", "ゴ": "ｺﾞ", "ザ": "ｻﾞ", "ジ": "ｼﾞ"}
_SPELLED = str.maketrans("ジズャュョッ", "ヂヅヤユヨツ")
_VOICED = str.maketrans(
    "カキクケコサシスセソタチツテトハヒフヘホ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボ"
)
_FAMILY_LAST = 1


class Lookalike(NamedTuple):
    """What a desk types, and who it truly is."""

    kind: str
    facts: PersonFacts
    like: PatientId
    """Whom it resembles."""
    same: bool
    """Whether it is that person; else a person who is not in the region."""
    proposable: bool
    """Whether people may propose it: enough agrees."""


def people(count: int, seed: int = 1) -> Sequence[Person]:
    """Invent so many people, each of another number."""
    plan, random = RegionPlan(patients=count, seed=seed), Random(seed)
    return [invented_person(plan, index, random) for index in range(count)]


def facts_of(person: Person) -> PersonFacts:
    """Return everything a desk would type of a person."""
    patient = person.patient
    return PersonFacts(patient.name, patient.birth_day, patient.sex, person.home_phone)


def lookalikes(person: Person, random: Random) -> Iterator[Lookalike]:
    """Yield the person written down otherwise, and others who look like them."""
    facts, number = facts_of(person), person.patient.id
    for kind, said, proposable in (*_same(facts), *_slips(facts, random)):
        yield Lookalike(kind, said, number, same=True, proposable=proposable)
    for kind, said, proposable in _others(facts, random):
        yield Lookalike(kind, said, number, same=False, proposable=proposable)


_Said = tuple[str, PersonFacts, bool]


def _same(facts: PersonFacts) -> Iterator[_Said]:
    """Write the same person in other ways that all mean the same."""
    name = facts.name
    yield "as known", facts, True
    half = _kana(name, lambda text: "".join(_HALF_WIDTH.get(one, one) for one in text))
    yield "half width", facts._replace(name=half), True
    yield "hiragana", facts._replace(name=_kana(name, _hiragana)), True
    yield "other spelling", facts._replace(name=_kana(name, lambda text: text.translate(_SPELLED))), True
    long = _kana(
        name, lambda text: text.replace("コウ", "コー").replace("ユウ", "ユー").replace("オオ", "オー")
    )
    yield "long vowel", facts._replace(name=long), True
    old = name._replace(family=name.family.translate(OLD_FORMS), given=name.given.translate(OLD_FORMS))
    yield "old forms", facts._replace(name=old), True
    yield "no phone", facts._replace(phone=""), True
    kana = HumanName("", "", name.kana_family, name.kana_given)
    yield "kana only", facts._replace(name=kana, phone=""), True
    digits = facts.phone.replace("-", "")
    yield "phone without hyphens", facts._replace(phone=digits, sex=Sex.UNKNOWN), True
    married = _other_family(name)
    yield "married, former name said", facts._replace(name=married, former=name), True


def _slips(facts: PersonFacts, random: Random) -> Iterator[_Said]:
    """Write the same person with one slip: shown with its reason, and proposable by nobody."""
    name, day = facts.name, facts.birth_day
    yield "married", facts._replace(name=_other_family(name)), False
    swapped = HumanName(name.given, name.family, name.kana_given, name.kana_family)
    yield "names swapped", facts._replace(name=swapped), False
    yield "one digit", facts._replace(birth_day=_slip(day, random)), False
    when = date_from_day(day)
    if when.month != when.day and (turned := day_of(f"{when.year:04d}{when.day:02d}{when.month:02d}")):
        yield "day and month", facts._replace(birth_day=turned), False
    for era in sorted(same_in_other_eras(day))[:1]:
        yield "era", facts._replace(birth_day=era), False
    voiced = name.kana_family[:-1] + name.kana_family[-1:].translate(_VOICED)
    if voiced != name.kana_family and len(name.kana_family) > _FAMILY_LAST:
        yield "voicing", facts._replace(name=name._replace(kana_family=voiced)), False


def _others(facts: PersonFacts, random: Random) -> Iterator[_Said]:
    """Invent other people who are easily taken for this one."""
    name, day = facts.name, facts.birth_day
    given = MEN if facts.sex is Sex.MALE else WOMEN
    other, other_kana = random.choice([one for one in given if one[0] != name.given])
    yield "twin", facts._replace(name=name._replace(given=other, kana_given=other_kana)), False
    near = name.kana_given[:-1] + ("ミ" if name.kana_given[-1] != "ミ" else "カ")
    alike = name._replace(given=name.given[:-1] + "実", kana_given=near)
    yield "twin, alike", facts._replace(name=alike), False
    later = day_from_date(date_from_day(day).replace(year=date_from_day(day).year + 23, day=9, month=11))
    yield "same name", facts._replace(birth_day=later, phone=""), False
    opposite = Sex.MALE if facts.sex is Sex.FEMALE else Sex.FEMALE
    yield "same day", PersonFacts(_stranger(name, random), day, opposite, ""), False
    yield "same name, no date", facts._replace(birth_day=UNKNOWN_DAY, phone=""), False
    # The one that no comparison can tell: only people can, by asking.
    yield "same name and day", facts._replace(phone="0120-000-000"), True


def _kana(name: HumanName, write: Callable[[str], str]) -> HumanName:
    return name._replace(kana_family=write(name.kana_family), kana_given=write(name.kana_given))


def _drawn_out(text: str) -> str:
    return text.replace("コウ", "コー").replace("ユウ", "ユー").replace("オオ", "オー")


def _hiragana(text: str) -> str:
    return "".join(chr(ord(one) - 96) if "ァ" <= one <= "ヶ" else one for one in text)


def _other_family(name: HumanName) -> HumanName:
    family, kana = next(one for one in SURNAMES if one[0] != name.family and one[1][0] != name.kana_family[0])
    return name._replace(family=family, kana_family=kana)


def _stranger(name: HumanName, random: Random) -> HumanName:
    family = random.choice([one for one in SURNAMES if one[0] != name.family])
    given = random.choice([one for one in (*MEN, *WOMEN) if one[1] != name.kana_given])
    return HumanName(family[0], given[0], family[1], given[1])


def _slip(day: Day, random: Random) -> Day:
    """Change one digit so that a day of the calendar comes out."""
    digits = f"{day:08d}"
    while True:
        place, digit = random.randrange(2, 8), str(random.randrange(10))
        typed = day_of(digits[:place] + digit + digits[place + 1 :])
        if typed not in {UNKNOWN_DAY, day}:
            return typed
