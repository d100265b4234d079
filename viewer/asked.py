"""What stands in an address or a form, read once for all pages before anybody is asked about it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import RedirectResponse

from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import PatientId, is_patient_id
from viewer.locale import Words

MOST_DIGITS = 18
"""Of a number that fits 64 bits, whatever its digits are."""


def asked_patient(text: str) -> PatientId:
    """Return the person an address names, or raise `NotFound` as of a person who is not there."""
    if not is_patient_id(text):
        raise NotFound("no such record, or not for the asker")
    return PatientId(text)


def number_in(text: str) -> int | None:
    """Return the number that a text writes in digits alone; none where it writes another thing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def asked_number(text: str) -> int:
    """Return the number of a thing in an address, or raise `NotFound` as of a thing that is not there."""
    number = number_in(text)
    if number is None:
        raise NotFound("no such record")
    return number


def tried(act: Callable[[], object], back: str) -> RedirectResponse:
    """Do what a form asks and show the page `back`; what a person can mend is said there."""
    try:
        act()
    except Invalid as error:
        return RedirectResponse(f"{back}?problem={error.code or 'other'}", 303)
    except Conflict:
        return RedirectResponse(f"{back}?problem=decided", 303)
    return RedirectResponse(back, 303)


def problem_said(words: Words, stem: str, problem: str) -> str:
    """Say under keys of this stem the code that `tried` put into an address; nothing where there is none."""
    return words.either(f"{stem}{problem}", words("uploads.problem.other")) if problem else ""
