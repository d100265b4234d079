"""Diagnoses: name, code, from when, how it ended, suspected or main."""

from __future__ import annotations

from collections.abc import Iterator

from hie.exchange.records.retrieve import Opened
from hie.record.clinical import Condition
from hie.record.entry import DocumentClass
from hie.record.times import day_of
from viewer.formats import plain_day
from viewer.locale import Words
from viewer.parts import Cell, Line, Part, Table, Tone
from viewer.rows import Look, Row

LETTERS_OF_ICD10 = 3


def detail(opened: Opened, look: Look) -> Iterator[Part]:
    """Draw one table: what is going on first, what has ended below."""
    words = look.words
    records = opened.reading.records if opened.reading else ()
    problems = [one for one in records if isinstance(one, Condition)]
    if not problems:
        return
    problems.sort(key=lambda one: (bool(one.end), not one.primary))
    yield Table(
        words("problem.heading"),
        "",
        tuple(words(f"problem.{key}") for key in ("name", "mark", "icd10", "onset", "end", "department")),
        tuple(_line(one, words) for one in problems),
        stacks=True,
    )


def _line(problem: Condition, words: Words) -> Line:
    said = [
        words("problem.primary") if problem.primary else "",
        words("problem.suspected") if problem.suspected else "",
        words("problem.restricted") if problem.restricted else "",
        problem.category.text,
    ]
    end = plain_day(day_of(problem.end), words) if problem.end else ""
    outcome = " ".join(filter(None, (end, problem.outcome.text))) or words("problem.active")
    return Line(
        (
            Cell(problem.name or problem.code.text or problem.code.code),
            Cell(words("list.dot").join(filter(None, said))),
            Cell(icd10(problem.icd10)),
            Cell(plain_day(day_of(problem.onset), words) if problem.onset else ""),
            Cell(outcome),
            Cell(problem.department.text),
        ),
        Tone.SOFT if problem.end else Tone.PLAIN,
    )


def icd10(code: str) -> str:
    """Write an ICD-10 code with its point: K297 is K29.7."""
    if len(code) <= LETTERS_OF_ICD10 or "." in code:
        return code
    return f"{code[:LETTERS_OF_ICD10]}.{code[LETTERS_OF_ICD10:]}"


ROW = Row("problems", 80, frozenset({DocumentClass.PROBLEM}), detail, always=True)
