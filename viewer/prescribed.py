"""Orders and dispensings of drugs as a doctor reads them: Rp by Rp, drug and dose, usage, days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import MedicationAdministration, MedicationRequest
from hie.record.supply import supply_of
from hie.record.times import day_of
from viewer.administrations import given_table
from viewer.dosage import how_much, how_used, in_all
from viewer.examinations import allergies_of
from viewer.formats import NULL, amount, moment, plain_day, shown_unit
from viewer.locale import Words
from viewer.parts import OrderedItem, OrderGroup, Orders, Part, facts
from viewer.usage import WHEN_NEEDED

WHEN_NEEDED_CATEGORY = "22"
CANCELLED = "CA"


def prescribed(opened: Opened, words: Words) -> Iterator[Part]:
    """Draw what was given, the Rps and, below them, what holds for the whole prescription."""
    records = opened.reading.records if opened.reading else ()
    drugs = [one for one in records if isinstance(one, MedicationRequest)]
    given = [one for one in records if isinstance(one, MedicationAdministration)]
    if given:
        yield given_table(given, words)
    if drugs:
        heading = words("given.planned") if given else words("rx.heading")
        yield Orders(heading, tuple(_groups(drugs, words)))
    yield facts(
        (words("rx.dispensing"), _joined((text for drug in drugs for text in drug.dispensing), words)),
        (words("rx.number"), _joined((drug.prescription_number for drug in drugs), words)),
        (words("profile.allergies"), allergies_of(records, words)),
        (words("rx.orderer"), _joined((drug.orderer for drug in drugs or given), words)),
        (words("rx.ordered"), _joined((moment(drug.ordered_at, words) for drug in drugs or given), words)),
    )


def _joined(texts: Iterator[str], words: Words) -> str:
    return words("list.dot").join(dict.fromkeys(text for text in texts if text and text != NULL))


def _groups(drugs: Sequence[MedicationRequest], words: Words) -> Iterator[OrderGroup]:
    """Put drugs of one Rp together as long as they are used alike."""
    groups: dict[tuple[object, ...], list[MedicationRequest]] = {}
    for drug in drugs:
        key = (
            drug.group,
            drug.usage,
            drug.usage_supplements,
            drug.condition,
            drug.site,
            drug.days,
            drug.start,
            drug.refills,
        )
        groups.setdefault(key, []).append(drug)
    for members in groups.values():
        yield _group(members, words)


def _group(members: Sequence[MedicationRequest], words: Words) -> OrderGroup:
    first = members[0]
    start = day_of(first.start)
    tags = [
        first.category.text,
        words("rx.refills", n=first.refills) if first.refills else "",
        words("rx.cancelled") if first.status == CANCELLED else "",
    ]
    return OrderGroup(
        label=words("rx.group", n=first.group.partition("_")[0]),
        items=tuple(_item(drug, words) for drug in members),
        usage=_usage(first, words),
        supply=_supply(first, words),
        start=_from(first, words) if start else "",
        tags=tuple(filter(None, tags)),
    )


def _from(drug: MedicationRequest, words: Words) -> str:
    return words("rx.from", day=plain_day(day_of(drug.start), words))


def _supply(drug: MedicationRequest, words: Words) -> str:
    if _is_when_needed(drug):
        doses = drug.occurrences or _doses(drug)
        return _counted("rx.times", doses, words) if doses else ""
    return _counted("rx.days", drug.days, words) if drug.days and drug.days != NULL else ""


def _counted(key: str, number: str, words: Words) -> str:
    """Say a number as the source writes it; only a plain one is in the singular."""
    return words.counted(key, 1) if number == "1" else words(key, n=number)


def _is_when_needed(drug: MedicationRequest) -> bool:
    return drug.category.code == WHEN_NEEDED_CATEGORY or drug.usage.code[2:3] == WHEN_NEEDED


def _doses(drug: MedicationRequest) -> str:
    """Count doses as total by single dose (fact sheet §4.10); empty where that is no whole number."""
    try:
        doses = Decimal(drug.total) / Decimal(drug.dose)
    except (InvalidOperation, ZeroDivisionError):
        return ""
    return str(int(doses)) if doses == int(doses) and drug.total_unit == drug.dose_unit else ""


def _usage(drug: MedicationRequest, words: Words) -> str:
    """Usage with what adds to it, and the site."""
    said, site = how_used(supply_of(drug), words), drug.site.text or drug.site.code
    return f"{said}　{words('rx.site', site=site)}" if site and site != NULL else said


def _item(drug: MedicationRequest, words: Words) -> OrderedItem:
    name = drug.medication.text or drug.local.text or drug.medication.code
    line = supply_of(drug)
    shown, total = how_much(line, words), in_all(line, words)
    strength = words("rx.strength", amount=shown_unit(drug.strength)) if drug.strength else ""
    by_day = words("rx.daily", amount=daily) if (daily := amount(drug.daily_dose, drug.dose_unit)) else ""
    remarks = (strength, *drug.instructions, *(more for more in (by_day, total) if more != shown))
    return OrderedItem(name, shown, tuple(one for one in remarks if one and one != NULL))
