"""Injections: base and additives, route, rate, from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import MedicationAdministration, MedicationRequest, Observation, ResearchStudy
from hie.record.entry import DocumentClass
from viewer.administrations import given_table
from viewer.examinations import allergies_of, said_and_found
from viewer.formats import NULL, amount, clock_time, moment, shown_unit
from viewer.locale import Words
from viewer.parts import OrderedItem, OrderGroup, Orders, Part, facts
from viewer.rows import Look, Row
from viewer.usage import usage_text

COMPONENTS = {"B": "inj.base", "A": "inj.additive"}
CANCELLED = "CA"


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw what was given, then one block per injection that was ordered."""
    words = look.words
    records = opened.reading.records if opened.reading else ()
    given = [record for record in records if isinstance(record, MedicationAdministration)]
    if given:
        yield given_table(given, words)
    groups: dict[tuple[str, str], list[MedicationRequest]] = {}
    for record in records:
        if isinstance(record, MedicationRequest):
            groups.setdefault((record.group, record.start), []).append(record)
    if groups:
        heading = words("given.planned") if given else words("inj.heading")
        yield Orders(heading, tuple(_group(members, words) for members in groups.values()))
    yield from said_and_found([one for one in records if isinstance(one, Observation)], words)
    for first in [one for one in records if isinstance(one, MedicationRequest | MedicationAdministration)][
        :1
    ]:
        kind = first.injection_kind.text if isinstance(first, MedicationRequest) else ""
        yield facts(
            (words("rx.injection_kind"), kind),
            (
                words("rx.trial"),
                next((one.identifier for one in records if isinstance(one, ResearchStudy)), ""),
            ),
            (words("profile.allergies"), allergies_of(records, words)),
            (words("rx.injection_orderer"), first.orderer),
            (words("rx.ordered"), moment(first.ordered_at, words)),
        )


def _group(members: Sequence[MedicationRequest], words: Words) -> OrderGroup:
    first = members[0]
    route = first.route.text or first.route.code
    rate = first.rate if first.rate != NULL else ""
    volume = words("rx.total", amount=shown_unit(first.volume)) if first.volume else ""
    usage = [
        route,
        first.site.text,
        first.device.text,
        first.method.text,
        first.usage.text or usage_text(first.usage.code) or first.usage.code,
        first.condition,
        *first.instructions,
    ]
    tags = [
        first.category.text,
        words("rx.cancelled") if first.status == CANCELLED else "",
    ]
    return OrderGroup(
        label=words("rx.group", n=first.group.partition("_")[0]),
        items=tuple(_item(drug, words) for drug in members),
        usage="　".join(dict.fromkeys(text for text in usage if text and text != NULL)),
        supply="　".join(filter(None, (volume, f"{words('inj.rate')} {rate}" if rate else ""))),
        start=_times(first, words),
        tags=tuple(filter(None, tags)),
    )


def _times(drug: MedicationRequest, words: Words) -> str:
    """From when to when; the end's day only where it is another."""
    if not drug.start:
        return ""
    end = clock_time(drug.end) if drug.end[:8] == drug.start[:8] else moment(drug.end, words)
    return f"{moment(drug.start, words)}{f'〜{end}' if end else ''}"


def _item(drug: MedicationRequest, words: Words) -> OrderedItem:
    kind = COMPONENTS.get(drug.component, "")
    dose = amount(drug.dose, drug.dose_unit) or amount(drug.total, drug.total_unit)
    name = drug.medication.text or drug.local.text or drug.medication.code
    strength = words("rx.strength", amount=shown_unit(drug.strength)) if drug.strength else ""
    remarks = (words(kind) if kind else "", strength)
    return OrderedItem(name, dose or words("rx.no_dose"), tuple(filter(None, remarks)))


ROW = Row("injections", 40, frozenset({DocumentClass.INJECTION}), detail, always=True, items="injection")
