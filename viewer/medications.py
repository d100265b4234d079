"""What a patient takes, in words: the list and its hints."""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.records.medication_hints import Hint, HintKind, source_of
from hie.exchange.records.medication_rules import SAMPLE, installed
from hie.exchange.records.medications import CurrentMedication, Drug
from hie.record.supply import WHEN_NEEDED
from viewer.beside import Signs, Stands, stands
from viewer.dosage import how_much, how_used
from viewer.formats import plain_day
from viewer.locale import Words


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


def drug_of(drug: Drug, hints: tuple[Hint, ...], shown: Signs, words: Words) -> ListedDrug:
    """Write a line of the list."""
    last = drug.last
    hinted = any(
        source.entry == last.entry and source.text == drug.name for h in hints for source in h.sources
    )
    return ListedDrug(
        drug.name,
        _ingredient(drug, words),
        how_much(last, words),
        how_used(last, words),
        plain_day(drug.start, words),
        _left(drug, words),
        drug.is_over,
        stands(source_of(last), shown, words),
        len({one.entry for one in drug.issues}),
        hinted,
    )


def _ingredient(drug: Drug, words: Words) -> str:
    known = drug.ingredient
    if known is None:
        return words("med.ingredient.unknown")
    return words(f"med.by.{known.known_by}", name=known.name or known.code)


def _left(drug: Drug, words: Words) -> str:
    left = drug.days_left
    if left is None:
        return words("med.left.needed") if drug.last.kind == WHEN_NEEDED else words("med.left.unknown")
    if left < 0:
        return words.counted("med.left.over", -left)
    return words.counted("med.left.days", left) if left else words("med.left.today")


def hint_of(hint: Hint, shown: Signs, words: Words) -> ShownHint:
    """Write a hint: what it is about, who says so, and its sources."""
    word = {
        HintKind.SAME_INGREDIENT: words("med.hint.same"),
        HintKind.SUPPLY_TWICE: words("med.hint.twice"),
        HintKind.ALLERGY: words("med.hint.allergy"),
    }[hint.kind]
    rule = words("med.rule.sample") if hint.rule == SAMPLE.key else hint.rule or words("med.rule.code")
    return ShownHint(
        hint.kind,
        word,
        hint.about,
        rule,
        tuple(stands(one, shown, words, one.text) for one in hint.sources),
    )


def unread_told(now: CurrentMedication, words: Words) -> str:
    """Say of how many drugs nothing could be compared; empty where every ingredient is known."""
    return words("med.hints.unknown", n=now.unknown, all=len(now.drugs)) if now.unknown else ""


def tables_told(words: Words) -> str:
    """Say which rule tables speak here."""
    added = [table.key for table in installed().tables if table is not SAMPLE]
    return words("med.rules.more", names=words("list.comma").join(added)) if added else words("med.rules")
