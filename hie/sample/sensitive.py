"""Documents that not everybody may see: a psychiatric course, a test for HIV, what a patient was not told.

Each bears what it was told to be (`Document.labels`), by the intent of who tells it and never by how the
exchange labels. Kinds go round, so that a small region shows each of them once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from hie.record.clinical import Coding, DiagnosticReport, Record, ServiceRequest
from hie.record.entry import Label
from hie.sample import documents as papers
from hie.sample import sensitive_words as words
from hie.sample.analytes import Spelling, spelled
from hie.sample.chart import Chart, Disease, Document
from hie.sample.drugs import DRUGS, rp
from hie.sample.facilities import DEPARTMENTS
from hie.sample.lines import NOTHING, stated
from hie.sample.plan import day_text

EVERY_NEAR, EVERY = 5, 40
"""One in so many people has something sensitive: of the first sixty, and of the others."""
_PSYCHIATRY, _PSYCHOSOMATIC, _GENERAL = "02", "33", "01"
_FEW_NOTES = 4
_INFECTION = Coding("E007", "感染症検査", "99O03")
_PSYCHOTROPICS = tuple(key for key in DRUGS if key.startswith("psy-"))
_AGAINST_HIV = tuple(key for key in DRUGS if key.startswith("hiv-"))
_BOTH = int(Label.PSYCHIATRY | Label.ADDICTION)


Days = Iterator[int]
"""Ordinals of days on which somebody is free to come, in any order, each once; endless enough."""


class _Who(NamedTuple):
    chart: Chart
    days: Days
    random: Random


def kind_of(position: int, first: int, near: int) -> str:
    """Return what kind the person at a place of the region has, or nothing for most."""
    every = EVERY_NEAR if position < near else EVERY
    if position < first or position % every:
        return ""
    return tuple(KINDS)[position // every % len(KINDS)]


def told(kind: str, chart: Chart, days: Days, random: Random) -> Iterator[Document]:
    """Tell the documents of one kind of `KINDS` at one hospital."""
    yield from KINDS[kind](_Who(chart, days, random))


def _psychiatric(who: _Who) -> Iterator[Document]:
    """Tell a course at the hospital's own department; all that it writes is psychiatric."""
    where = who.random.choice((_PSYCHIATRY, _PSYCHIATRY, _PSYCHOSOMATIC))
    code, name = who.random.choice(words.PSYCHIATRIC)
    for turn in range(3):
        day = next(who.days)
        yield who.chart.visit(day, where, "1015")
        yield who.chart.prescribe(day, (rp("evening", 28, f"{_psychotropic(who)} 1"),), where, "1050")
        if not turn:
            yield who.chart.laboratory(day, "short", where, "1030")
            yield _listed(who, day, [_disease(day, code, name, Label.PSYCHIATRY)], where)
        yield from _note(who, day, where, who.random.choice(words.ORDINARY), Label.PSYCHIATRY)


def _by_an_internist(who: _Who) -> Iterator[Document]:
    """Tell the same outside psychiatry: only what is written tells it."""
    for _ in range(2):
        day = next(who.days)
        code, name = who.random.choice(words.PSYCHIATRIC)
        if who.random.random() < 0.5:  # noqa: PLR2004  half of the lists are typed by hand
            code, name = "", who.random.choice(words.PSYCHIATRIC_UNCODED)
        yield _listed(who, day, [_plain(who, day), _disease(day, code, name, Label.PSYCHIATRY)])
        drugs = who.random.sample(_PSYCHOTROPICS, who.random.choice((1, 2)))
        prescribed = who.chart.prescribe(day, tuple(rp("evening", 28, f"{one} 1") for one in drugs))
        yield _means(prescribed, Label.PSYCHIATRY)
        yield from _note(who, day, _GENERAL, _said(who, "psychiatry"), Label.PSYCHIATRY)
    day = next(who.days)
    to = who.random.choice(words.REFERRED_TO)
    letter = papers.referral(who.chart, day, _GENERAL, to, "ご高診をお願いします")
    # A letter that is a picture only names nobody; its file says no more than that it is one.
    readable = any(one.locator.endswith(".xml") for one in letter)
    yield from _paper(letter, Label.PSYCHIATRY if readable else Label(0))


def _mixed(who: _Who) -> Iterator[Document]:
    """Tell everyday care beside a psychotropic drug, and sentences that only sound alike."""
    for turn in range(2):
        day = next(who.days)
        lines = (rp("morning", 28, "calcium 1", "statin 1"), rp("evening", 28, f"{_psychotropic(who)} 1"))
        yield who.chart.prescribe(day, lines)
        yield from _note(
            who, day, _GENERAL, words.ORDINARY[(who.chart.person.position + turn) % 12], Label(0)
        )
    day = next(who.days)
    yield who.chart.prescribe(day, (rp("evening", 28, "epilepsy 1"), rp("morning", 28, "hepatitis-b 1")))
    yield from _tested(who, next(who.days), words.BESIDE, Label(0))


def _tested_negative(who: _Who) -> Iterator[Document]:
    """Tell a test for HIV before an operation: the order and the negative result."""
    for _ in range(2):
        test = who.random.choice(words.HIV_TESTS)
        yield from _tested(who, next(who.days), (*words.BESIDE[:2], test), Label.HIV)
    yield from _note(who, next(who.days), _GENERAL, _said(who, "hiv"), Label.HIV)


def _infected(who: _Who) -> Iterator[Document]:
    """Tell the care of somebody who lives with HIV."""
    day = next(who.days)
    code, name = who.random.choice(words.HIV_INFECTION)
    yield _listed(who, day, [_plain(who, day), _disease(day, code, name, Label.HIV)])
    for _ in range(2):
        day = next(who.days)
        drugs = [who.random.choice(_AGAINST_HIV), "statin"]
        lines = tuple(rp("morning", 28, f"{one} 1") for one in drugs)
        yield _means(who.chart.prescribe(day, lines), Label.HIV)
        yield from _note(who, day, _GENERAL, _said(who, "hiv"), Label.HIV)


def _genetic(who: _Who) -> Iterator[Document]:
    yield from _tested(who, next(who.days), (who.random.choice(words.GENETIC_TESTS),), Label.GENETICS)
    yield from _note(who, next(who.days), _GENERAL, _said(who, "genetics"), Label.GENETICS)


def _not_told(who: _Who) -> Iterator[Document]:
    yield from _note(who, next(who.days), "06", _said(who, "not-told"), Label.NOT_TOLD)


def _violence(who: _Who) -> Iterator[Document]:
    yield from _note(who, next(who.days), "39", _said(who, "violence"), Label.VIOLENCE)


def _addicted(who: _Who) -> Iterator[Document]:
    day = next(who.days)
    code, name = who.random.choice(words.ADDICTION)
    yield _listed(who, day, [_plain(who, day), _disease(day, code, name, Label(_BOTH))])
    yield _means(who.chart.prescribe(day, (rp("thrice", 28, "sober 2"),)), Label.ADDICTION)
    yield from _note(who, day, _GENERAL, _said(who, "addiction"), Label.ADDICTION)


def _reproduction(who: _Who) -> Iterator[Document]:
    if who.chart.person.female:
        pill = who.chart.prescribe(next(who.days), (rp("morning", 1, "emergency-pill 1"),))
        yield _means(pill, Label.REPRODUCTION)
    yield from _note(who, next(who.days), _GENERAL, _said(who, "reproduction"), Label.REPRODUCTION)


def _of_staff(who: _Who) -> Iterator[Document]:
    yield from _note(who, next(who.days), _GENERAL, _said(who, "staff"), Label.STAFF)


KINDS: dict[str, Callable[[_Who], Iterator[Document]]] = {
    "psychiatry": _psychiatric,
    "hiv-negative": _tested_negative,
    "not-told": _not_told,
    "psychiatry-elsewhere": _by_an_internist,
    "genetics": _genetic,
    "violence": _violence,
    "hiv": _infected,
    "mixed": _mixed,
    "addiction": _addicted,
    "reproduction": _reproduction,
    "staff": _of_staff,
}
"""What is told of somebody, by kind; a small region shows them in this order."""


def _psychotropic(who: _Who) -> str:
    return who.random.choice(_PSYCHOTROPICS)


def _said(who: _Who, about: str) -> str:
    return who.random.choice(words.NOTES[about])


def _disease(day: int, code: str, name: str, means: Label) -> Disease:
    return Disease("", day - 60, labels=int(means), told=(code, name))


def _plain(who: _Who, day: int) -> Disease:
    return Disease(who.random.choice(("hypertension", "dyslipidemia", "gastritis")), day - 400, primary=True)


def _listed(who: _Who, day: int, diseases: Sequence[Disease], department: str = _GENERAL) -> Document:
    """Write a problem list beside the one that the hospital has."""
    return who.chart.problems(day, diseases, "1125", department, numbered=True)


def _means(document: Document, label: Label) -> Document:
    return document._replace(labels=document.labels | label)


def _paper(files: Sequence[Document], label: Label) -> Iterator[Document]:
    """Give the files of a content folder; the first stands for all."""
    first, *others = files
    yield _means(first, label)
    yield from others


def _note(who: _Who, day: int, where: str, sentence: str, label: Label) -> Iterator[Document]:
    """Write a note with one sentence that tells it, in one of its four sections."""
    said = ["変わりなし", "特記なし", "経過観察", "次回予約"]
    place = who.random.randrange(_FEW_NOTES)
    said[place] = f"{said[place]}。{sentence}"
    yield from _paper(
        papers.progress_note(who.chart, day, where, (said[0], said[1], said[2], said[3])), label
    )


def _tested(who: _Who, day: int, tests: Sequence[tuple[str, str, str]], label: Label) -> Iterator[Document]:
    """Write the order of these tests and their negative result."""
    chart, number, at = who.chart, who.chart.next_order(), day_text(day)
    items = [_item(chart, test) for test in tests]
    where, orderer = DEPARTMENTS[_GENERAL], chart.doctor(_GENERAL).name
    ordered = ServiceRequest(
        order_number=number,
        code=_INFECTION,
        local=NOTHING,
        items=tuple(item.code if item.code.code else item.local for item in items),
        specimen=items[0].specimen,
        site=NOTHING,
        collected_at="",
        scheduled_at=f"{at}0930",
        priority=Coding("R", "ルーチン", "HL70485"),
        reason="",
        danger=NOTHING,
        control="NW",
        status="IP",
        ordered_at=f"{at}0905",
        orderer=orderer,
        department=where,
    )
    yield _means(chart.write("OML-01", day, "0905", [ordered], where, order_number=number), label)
    head = DiagnosticReport(
        number, _INFECTION, f"{at}0930", f"{at}143000", "CM", items[0].specimen, where, orderer
    )
    results: list[Record] = [stated(item, ("ST", "(-)", ""), f"{at}0930") for item in items]
    yield _means(chart.write("OML-11", day, "1430", [head, *results], where, order_number=number), label)


def _item(chart: Chart, test: tuple[str, str, str]) -> Spelling:
    """Spell a test as this place does: by code and name, by its own name only, or by the code only."""
    code, name, short = test
    like = spelled("CRP", chart.site.dialect, chart.person.female)
    coded = Coding(f"{code}000002302311", name, "JC10") if code else Coding()
    own = Coding(f"9{chart.site.position:02d}{sum(map(ord, short)) % 1000:03d}", name, "99LAB")
    turn = chart.site.position % 3
    if code and turn == 1:
        own = own._replace(text=short)
    if code and turn == 2:  # noqa: PLR2004  the third way
        coded = coded._replace(text=short)
    return like._replace(code=coded, local=own, panel=_INFECTION, unit="", unit_code="", reference_range="")
