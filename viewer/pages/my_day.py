"""My day: where the work of who treats begins. A search, and at most five blocks of what needs them."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from hie.exchange.breakglass.caring import ROLES as CARING
from hie.exchange.breakglass.emergency import may_break_here
from hie.exchange.gate.declared import TREATING, About, declares
from hie.exchange.ports import Look
from hie.exchange.records.news import Block, Line, MyDay, Wanted, mark_seen, mark_unseen, my_day
from hie.exchange.records.stays import Stay
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.requester import Role
from hie.record.times import UNKNOWN_DAY, Day
from viewer.asked import asked_patient, number_in
from viewer.drawing import Sign, signs
from viewer.formats import age, person, short_day
from viewer.locale import Words
from viewer.news_words import also, said, where
from viewer.patient_tabs import opens_at
from viewer.periods import View, span
from viewer.screen import requester_of, screen_of, words_of

ALONE = frozenset({"moves", "results", "letters"})
"""Blocks that can be shown at length."""

router = APIRouter(include_in_schema=False)


class Shown(NamedTuple):
    """One line as it is drawn."""

    line: Line
    sign: Sign | None
    what: str
    """What happened, and when."""
    more: str
    """The stay it belongs to; empty where there is nothing to add."""
    place: str
    """Where the patient lies now, in the list of whom one saw last."""
    age: str
    address: str
    """The calendar at that day; of a line without one, the page that the asker opens first."""


class Drawn(NamedTuple):
    """One block as it is drawn."""

    key: str
    lines: list[Shown]
    total: int


class Undo(NamedTuple):
    """What was just marked, and the mark of before."""

    patient: PatientId
    name: str
    former: Look | None


@router.get("/my-day")
@declares(TREATING, About.PATIENT)
def mine(request: Request, only: str = "") -> Response:
    """Show what needs the asker today."""
    return _page(request, only if only in ALONE else "")


@router.post("/my-day/seen")
@declares(TREATING, About.PATIENT)
def seen(
    request: Request,
    patient: Annotated[str, Form()] = "",
    up_to: Annotated[str, Form()] = "",
    only: Annotated[str, Form()] = "",
) -> Response:
    """Mark what the page said of one patient as seen, and offer to take that back."""
    screen, requester = screen_of(request), requester_of(request)
    services, who = screen.services, asked_patient(patient)
    number = _mark(up_to)
    former = mark_seen(services.store, services.clock, requester, who, number, services.silent_after)
    undo = Undo(who, person(screen.person(who).patient), former)
    return _page(request, only if only in ALONE else "", undo)


@router.post("/my-day/unseen")
@declares(TREATING, About.PATIENT)
def unseen(
    request: Request,
    patient: Annotated[str, Form()] = "",
    former: Annotated[str, Form()] = "",
    only: Annotated[str, Form()] = "",
) -> Response:
    """Put a mark back as it was before."""
    services = screen_of(request).services
    look = Look(*map(_mark, former.split("-"))) if former.count("-") == len(Look._fields) - 1 else None
    mark_unseen(services.store, services.clock, requester_of(request), asked_patient(patient), look)
    return _page(request, only if only in ALONE else "")


def _mark(text: str) -> int:
    number = number_in(text)
    if number is None:
        raise Invalid("a mark is a number")
    return number


def _page(request: Request, only: str, undo: Undo | None = None) -> Response:
    screen, requester, words = screen_of(request), requester_of(request), words_of(request)
    services = screen.services
    wanted = Wanted(screen.today(), services.silent_after, only)
    found = my_day(services.store, services.clock, requester, wanted)
    blocks = (("moves", found.moves), ("results", found.results), ("letters", found.letters))
    shown = signs(
        [screen.facility(code) for code in _facilities(found)],
        requester.facility,
        words,
        screen.facilities().values(),
    )
    return screen.page(
        request,
        "my_day.html",
        found=found,
        blocks=[
            Drawn(key, [_line(line, shown, screen.today(), words) for line in block.lines], block.total)
            for key, block in blocks
            if only in {"", key}
        ],
        recent=[
            _line(line, shown, screen.today(), words, opens_at(requester)) for line in found.recent.lines
        ],
        only=only,
        undo=undo,
        former="-".join(map(str, undo.former)) if undo and undo.former else "",
        cares=requester.role in CARING,
        empty=_empty(requester.role),
        may_break=may_break_here(services.store, requester),
    )


def _empty(role: Role) -> str:
    """Choose what to say to who may see nobody yet."""
    if role is Role.PHARMACIST:
        return "counter"
    return "clinic" if role in CARING else "team"


def _facilities(found: MyDay) -> set[FacilityCode]:
    blocks: tuple[Block, ...] = (found.moves, found.results, found.letters, found.recent)
    lines = [line for block in blocks for line in block.lines]
    named = {line.need.custodian for line in lines if line.need}
    return named | {line.stay.custodian for line in lines if line.stay}


def _line(line: Line, shown: dict[FacilityCode, Sign], today: Day, words: Words, opens: str = "") -> Shown:
    patient, need, stay = line.file.patient, line.need, line.stay
    at = need.day if need else UNKNOWN_DAY
    address = f"/patients/{patient.id}{_place(Day(min(at, today)), today) or opens}"
    return Shown(
        line,
        shown[need.custodian] if need else None,
        said(need, today, words) if need else "",
        also(need, today, words) if need else "",
        _inside(stay, shown, today, words) if stay else "",
        age(patient.birth_day, today, words),
        address,
    )


def _place(at: Day, today: Day) -> str:
    """Say where on the calendar a day stands: in the half year of today, which shows all news, if it can."""
    if at == UNKNOWN_DAY:
        return ""
    return f"#d{at}" if span(View.HALF, today).period.holds(at) else f"?at={at}"


def _inside(stay: Stay, shown: dict[FacilityCode, Sign], today: Day, words: Words) -> str:
    facility, day = shown[stay.custodian].name, short_day(stay.start, words, today)
    return words("my_day.inside", facility=facility, day=day, place=where(stay)).strip()
