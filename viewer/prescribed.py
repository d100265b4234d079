"""Orders and dispensings of drugs as a doctor reads them: Rp by Rp, drug and dose, usage, days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import MedicationAdministration, MedicationRequest
from hie.record.times import day_of
from viewer.administrations import given_table
from viewer.examinations import allergies_of
from viewer.formats import NULL, amount, moment, plain_day, shown_unit
from viewer.locale import Words
from viewer.parts import OrderedItem, OrderGroup, Orders, Part, facts
from viewer.usage import EXTERNAL, WHEN_NEEDED, usage_text

WHEN_NEEDED_CATEGORY, EXTERNAL_CATEGORY = "22", "23"
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
        (words("rx.dispensing"), _joined(text for drug in drugs for text in drug.dispensing)),
        (words("rx.number"), _joined(drug.prescription_number for drug in drugs)),
        (words("profile.allergies"), allergies_of(records, words)),
        (words("rx.orderer"), _joined(drug.orderer for drug in drugs or given)),
        (words("rx.ordered"), _joined(moment(drug.ordered_at, words) for drug in drugs or given)),
    )


def _joined(texts: Iterator[str]) -> str:
    return "・".join(dict.fromkeys(text for text in texts if text and text != NULL))


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


def _is_external(drug: MedicationRequest) -> bool:
    return drug.category.code == EXTERNAL_CATEGORY or (
        len(drug.usage.code) > 1 and drug.usage.code[0] == EXTERNAL
    )


def _doses(drug: MedicationRequest) -> str:
    """Count doses as total by single dose (fact sheet §4.10); empty where that is no whole number."""
    try:
        doses = Decimal(drug.total) / Decimal(drug.dose)
    except (InvalidOperation, ZeroDivisionError):
        return ""
    return str(int(doses)) if doses == int(doses) and drug.total_unit == drug.dose_unit else ""


def _usage(drug: MedicationRequest, words: Words) -> str:
    """Usage text, what adds to it, and the site, each once."""
    said = drug.usage.text or usage_text(drug.usage.code) or drug.usage.code
    for more in (*drug.usage_supplements, drug.condition):
        if more and more != NULL and more not in said:
            said = f"{said} {more}".strip()
    site = drug.site.text or drug.site.code
    if site and site != NULL:
        said = f"{said}　{words('rx.site', site=site)}".strip()
    return said or words("rx.no_usage")


def _single(drug: MedicationRequest) -> str:
    """Write the single dose, from the least to the most where it is uneven."""
    most = amount(drug.dose_max, drug.dose_unit)
    least = amount(drug.dose, "" if most else drug.dose_unit)
    return "〜".join(filter(None, (least, most)))


def _item(drug: MedicationRequest, words: Words) -> OrderedItem:
    name = drug.medication.text or drug.local.text or drug.medication.code
    single, total = _single(drug), amount(drug.total, drug.total_unit)
    daily = drug.daily_dose if drug.daily_dose != NULL else ""
    if daily and not single:
        shown, more = words("rx.daily", amount=amount(daily, drug.dose_unit)), ""
    elif _is_external(drug) or not single:
        shown, more = total or words("rx.no_dose"), ""
    else:
        shown, more = words("rx.once", amount=single), words("rx.total", amount=total) if total else ""
    by_day = words("rx.daily", amount=amount(daily, drug.dose_unit)) if daily and single else ""
    strength = words("rx.strength", amount=shown_unit(drug.strength)) if drug.strength else ""
    remarks = (strength, *drug.instructions, by_day, more)
    return OrderedItem(name, shown, tuple(one for one in remarks if one and one != NULL))
