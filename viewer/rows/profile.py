"""Who the patient is at a facility: name, address, allergies, measures, blood group."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import AllergyIntolerance, Coverage, Demographics, Observation
from hie.record.entry import DocumentClass
from hie.record.times import day_of
from viewer.formats import birth_day, moment, plain_day, shown_unit
from viewer.locale import Words
from viewer.parts import Cell, Facts, Line, Note, Part, Table, Tone, facts
from viewer.rows import Look, Row


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw allergies first: they are what somebody looks for in a hurry."""
    words = look.words
    records = opened.reading.records if opened.reading else ()
    allergies = [one for one in records if isinstance(one, AllergyIntolerance)]
    if allergies:
        yield _allergies(allergies, words)
    else:
        yield Note(words("profile.no_allergies"))
    for person in (one for one in records if isinstance(one, Demographics)):
        yield _person(person, words)
    measures = [one for one in records if isinstance(one, Observation)]
    if measures:
        yield _measures(measures)
    insurances = [one for one in records if isinstance(one, Coverage)]
    if look.own and insurances:
        yield _insurances(insurances, words)


def _allergies(allergies: list[AllergyIntolerance], words: Words) -> Table:
    return Table(
        words("profile.allergies"),
        "",
        tuple(
            words(f"allergy.{key}")
            for key in ("substance", "kind", "severity", "reaction", "onset", "verification")
        ),
        tuple(
            Line(
                (
                    Cell(
                        one.substance.text or one.substance.code,
                        Tone.SOFT if one.deleted else Tone.ATTENTION,
                        remark=words("allergy.deleted") if one.deleted else "",
                    ),
                    Cell(one.category.text or one.category.code),
                    Cell(one.severity.text or one.severity.code),
                    Cell(one.reaction),
                    Cell(moment(one.onset, words) or one.onset_text),
                    Cell(one.verification.text or one.verification.code),
                ),
                Tone.SOFT if one.deleted else Tone.ATTENTION,
            )
            for one in allergies
        ),
        stacks=True,
    )


def _person(person: Demographics, words: Words) -> Facts:
    told = person.patient
    postal_code = f"〒{person.postal_code} " if person.postal_code else ""
    return facts(
        (words("profile.name"), told.name.kanji),
        (words("profile.kana"), told.name.kana),
        (words("profile.birth"), birth_day(told.birth_day, words)),
        (words("profile.sex"), words(f"sex.{told.sex}")),
        (words("profile.address"), f"{postal_code}{person.address}"),
        (words("profile.phone"), person.home_phone),
        (words("profile.work_phone"), person.work_phone),
        (words("profile.updated"), moment(person.updated_at, words)),
    )


def _measures(measures: list[Observation]) -> Facts:
    pairs = [
        (one.code.text or one.code.code, f"{one.value_text or one.value} {shown_unit(one.unit)}")
        for one in measures
    ]
    return facts(*((name, text.strip()) for name, text in pairs))


def _insurances(insurances: list[Coverage], words: Words) -> Table:
    return Table(
        words("profile.insurance"),
        "",
        (words("allergy.kind"), words("profile.insurer"), words("profile.valid")),
        tuple(
            Line((Cell(one.kind.text or one.kind.code), Cell(one.insurer), Cell(_span(one, words))))
            for one in insurances
        ),
        stacks=True,
    )


def _span(insurance: Coverage, words: Words) -> str:
    first, last = (day_of(text) for text in (insurance.start, insurance.end))
    return f"{plain_day(first, words) if first else ''}〜{plain_day(last, words) if last else ''}"


ROW = Row("profile", 120, frozenset({DocumentClass.DEMOGRAPHICS, DocumentClass.ALLERGY}), detail)
