"""What a patient takes, in words: the list, its hints, what was handed out, and what stands beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hie.exchange.ports import Issue
from hie.exchange.records.allergies import Allergy
from hie.exchange.records.dispensing import Handed
from hie.exchange.records.medication_hints import Hint, HintKind, Source, source_of
from hie.exchange.records.medication_page import MedicationPage
from hie.exchange.records.medication_rules import installed
from hie.exchange.records.medications import Drug
from hie.exchange.records.problems import Problem
from hie.exchange.records.results import Latest
from hie.record.identifiers import FacilityCode
from hie.record.supply import A_DAY, EXTERNAL, WHEN_NEEDED
from hie.record.times import day_of
from viewer.drawing import Sign
from viewer.formats import NULL, amount, plain_day, shown_unit, shown_value
from viewer.locale import Words
from viewer.parts import Tone
from viewer.results import tone_of
from viewer.results_sheet import told_of
from viewer.usage import usage_text

Signs = Mapping[FacilityCode, Sign]
_JAMI_CODE = 16


class Stands(NamedTuple):
    """Where something stands: its facility, its day, and the entry that says it."""

    sign: Sign
    day: str
    entry: int
    text: str = ""


class ListedDrug(NamedTuple):
    """One line of the list."""

    name: str
    ingredient: str
    """What is known of it, and by what; says so where nothing is."""
    dose: str
    usage: str
    start: str
    left: str
    """How long the supply is enough, as an estimate."""
    over: bool
    """The supply has run out, by the estimate."""
    source: Stands
    issues: int
    hinted: bool


class ShownHint(NamedTuple):
    """A hint and where its halves stand."""

    kind: str
    word: str
    about: str
    rule: str
    sources: tuple[Stands, ...]


class Result(NamedTuple):
    """A key result: newest first, the one before it beside."""

    name: str
    value: str
    word: str
    tone: Tone
    told: str
    address: str
    before: str
    source: Stands


class ShownHanded(NamedTuple):
    """One line of what was prescribed beside what was handed out."""

    prescribed: Stands | None
    prescribed_how: str
    handed: Stands | None
    handed_how: str
    word: str
    tone: Tone


class Beside(NamedTuple):
    """An allergy or a diagnosis."""

    text: str
    remark: str
    sources: tuple[Stands, ...]
    """Every facility that says it in the same words."""


def facilities_of(page: MedicationPage) -> set[FacilityCode]:
    """Return every facility that the page names."""
    drugs = (*page.current.drugs, *page.current.ended)
    issues = [one for line in page.handed for one in (line.prescribed, line.handed) if one]
    found = {one.custodian for one in (*issues, *(drug.last for drug in drugs))}
    found |= {one.custodian for one in page.allergies} | {one.custodian for one in page.problems}
    return found | {one.point.written.custodian for one in page.results}


def drug_of(drug: Drug, hints: tuple[Hint, ...], shown: Signs, words: Words) -> ListedDrug:
    """Write a line of the list."""
    last = drug.last
    hinted = any(
        source.entry == last.entry and source.text == drug.name for h in hints for source in h.sources
    )
    return ListedDrug(
        drug.name,
        _ingredient(drug, words),
        dose_text(last, words),
        usage_line(last) or words("rx.no_usage"),
        plain_day(drug.start, words),
        _left(drug, words),
        drug.days_left is not None and drug.days_left < 0,
        stands(source_of(last), shown, words),
        len({one.entry for one in drug.issues}),
        hinted,
    )


def _ingredient(drug: Drug, words: Words) -> str:
    known = drug.ingredient
    if known is None:
        return words("med.ingredient.unknown")
    return words(f"med.by.{known.known_by}", name=known.name or known.code)


def dose_text(issue: Issue, words: Words) -> str:
    """Write the amount as it was said: once, a day, or in all."""
    total = ""
    if issue.quantity:
        total = issue.quantity if " " in issue.quantity else amount(issue.quantity, issue.unit)
    if issue.dose.endswith(A_DAY):
        return words("rx.daily", amount=amount(issue.dose.removesuffix(A_DAY), issue.unit))
    if issue.dose and issue.kind != EXTERNAL:
        return words("rx.once", amount=amount(issue.dose.replace("-", "〜"), issue.unit))
    return words("rx.total", amount=total) if total else words("rx.no_dose")


def usage_line(issue: Issue) -> str:
    """Write how it is used; a JAMI code without a text is read."""
    code = issue.usage
    is_code = len(code) == _JAMI_CODE and code.isascii() and code.isalnum()
    return (usage_text(code) if is_code else "") or code


def _left(drug: Drug, words: Words) -> str:
    left = drug.days_left
    if left is None:
        return words("med.left.needed") if drug.last.kind == WHEN_NEEDED else words("med.left.unknown")
    if left < 0:
        return words.counted("med.left.over", -left)
    return words.counted("med.left.days", left) if left else words("med.left.today")


def stands(one: Source, shown: Signs, words: Words, text: str = "") -> Stands:
    """Say where something stands."""
    return Stands(shown[one.custodian], plain_day(one.day, words), one.entry, text)


def hint_of(hint: Hint, shown: Signs, words: Words) -> ShownHint:
    """Write a hint: what it is about, who says so, and its sources."""
    word = {
        HintKind.SAME_INGREDIENT: words("med.hint.same"),
        HintKind.SUPPLY_TWICE: words("med.hint.twice"),
        HintKind.ALLERGY: words("med.hint.allergy"),
    }[hint.kind]
    rule = words("med.rule.sample") if hint.rule == "sample" else hint.rule or words("med.rule.code")
    return ShownHint(
        hint.kind,
        word,
        hint.about,
        rule,
        tuple(stands(one, shown, words, one.text) for one in hint.sources),
    )


def result_of(one: Latest, patient: str, shown: Signs, words: Words) -> Result:
    """Write a key result as its hospital wrote it, with what was measured before."""
    written = one.point.written
    tone = tone_of(written.flag)
    sign = {Tone.HIGH: "▲", Tone.LOW: "▼", Tone.ATTENTION: "!"}.get(tone, "")
    word = "" if tone is Tone.PLAIN else words.either(f"flag.{written.flag}", written.flag)
    before = one.before.written if one.before else None
    return Result(
        one.item.name,
        _value(written.value, written.unit),
        f"{sign}{word}",
        tone,
        told_of(one.point, one.item, shown[written.custodian].name, words),
        f"/patients/{patient}/results/{one.item.code}" if one.item.code else f"/patients/{patient}/results",
        words("med.before", value=_value(before.value, before.unit)) if before else "",
        stands(Source(written.entry, written.custodian, one.day, ""), shown, words),
    )


def _value(value: str, unit: str) -> str:
    return f"{shown_value(value).strip()} {'' if unit == NULL else shown_unit(unit)}".strip()


def handed_of(one: Handed, shown: Signs, words: Words) -> ShownHanded:
    """Write a line of the comparison."""
    calm = {"none", "other-product"}
    return ShownHanded(
        _issue(one.prescribed, shown, words),
        _how(one.prescribed, words),
        _issue(one.handed, shown, words),
        _how(one.handed, words),
        {
            "none": words("med.handed.none"),
            "other-product": words("med.handed.product"),
            "other-days": words("med.handed.days"),
            "not-handed-out": words("med.handed.missing"),
            "not-prescribed": words("med.handed.alone"),
        }[one.difference],
        Tone.PLAIN if one.difference in calm else Tone.ATTENTION,
    )


def _issue(one: Issue | None, shown: Signs, words: Words) -> Stands | None:
    return stands(source_of(one), shown, words, one.drug.text) if one else None


def _how(one: Issue | None, words: Words) -> str:
    if one is None:
        return ""
    days = words.counted("rx.days", one.days) if one.days else ""
    return " ".join(filter(None, (dose_text(one, words), days)))


def together(some: Iterable[Beside]) -> list[Beside]:
    """Say once what several facilities say in the same words."""
    found: dict[tuple[str, str], Beside] = {}
    for one in some:
        known = found.get(one[:2])
        found[one[:2]] = known._replace(sources=known.sources + one.sources) if known else one
    return list(found.values())


def allergy_of(one: Allergy, shown: Signs, words: Words) -> Beside:
    """Write an allergy with what happened and how sure it is."""
    said = one.said
    remark = (said.category.text, said.severity.text, said.reaction, said.verification.text)
    return Beside(
        one.text,
        "・".join(filter(None, remark)),
        (stands(Source(one.entry, one.custodian, one.day, ""), shown, words),),
    )


def problem_of(one: Problem, shown: Signs, words: Words) -> Beside:
    """Write a diagnosis with its marks and since when."""
    said = one.said
    remark = (
        words("problem.primary") if said.primary else "",
        words("problem.suspected") if said.suspected else "",
        words("med.since", day=plain_day(day_of(said.onset), words)) if day_of(said.onset) else "",
    )
    return Beside(
        one.text,
        "・".join(filter(None, remark)),
        (stands(Source(one.entry, one.custodian, one.day, ""), shown, words),),
    )


def tables_told(words: Words) -> str:
    """Say which rule tables speak here."""
    added = [table.key for table in installed().tables if table.key != "sample"]
    return words("med.rules.more", names=words("list.comma").join(added)) if added else words("med.rules")
