"""The calendar: one patient, all facilities, days as columns and kinds as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.timeline import Timeline, TimelineRequest
from hie.record.errors import NotFound
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester
from hie.record.times import UNKNOWN_DAY, Day, day_of
from viewer.asked import asked_patient
from viewer.drawing import MARKS, Drawing, Sign, signs
from viewer.formats import full_day, short_day
from viewer.grid import MOST_TOGETHER
from viewer.heads import head_of
from viewer.locale import Words
from viewer.periods import Span, View, span
from viewer.screen import Screen, requester_of, screen_of, words_of
from viewer.sharing import shares_of
from viewer.stays import ahead_of

router = APIRouter(include_in_schema=False)

MARKED = "".join(map(str, range(MARKS)))
"""The facilities' marks as an address names those that are not shown."""


class Place(NamedTuple):
    """A place to go to: its words and its address."""

    text: str
    address: str


class FacilityLine(NamedTuple):
    """One facility of the legend."""

    sign: Sign
    name: str
    documents: int
    hidden: bool


@declares(RECORDS, About.PATIENT)
async def timeline(request: Request) -> Response:
    """Show the calendar of a patient around the day `at`; half a year up to today if not said."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    today, asked = screen.today(), request.query_params
    view = View.MONTH if asked.get("view") == View.MONTH else View.HALF
    laid = span(view, day_of(asked.get("at", "")) or today)
    patient = asked_patient(request.path_params["patient"])
    answer = await screen.services.timeline(TimelineRequest(requester, patient, laid.period))
    if answer is None:
        raise NotFound("no such record, or not for the asker")
    if not screen.knows_facilities():
        await run_in_threadpool(screen.facilities)
    if not screen.knows_reaches():
        await run_in_threadpool(screen.reaches, requester)
    if not screen.services.store.reads_in_place:
        await run_in_threadpool(screen.read_alerts, request)
    newest = None if answer.lines else _newest(answer, laid, words)
    hidden = "".join(mark for mark in MARKED if mark in asked.get("hide", ""))
    context = _context(screen, requester, words, answer, laid, hidden)
    return screen.page(request, "timeline.html", 200, **context, newest=newest)


# Read by hand: to let FastAPI read two texts was a tenth of the page.
router.add_route("/patients/{patient}", timeline)


def _newest(answer: Timeline, laid: Span, words: Words) -> Place | None:
    """Lead from an empty period to the newest record before it, else to the newest of all."""
    day = answer.newest
    if day == UNKNOWN_DAY:
        return None
    return Place(words("calendar.newest", day=full_day(day, words)), _address(answer, laid.view, day))


def _context(
    screen: Screen, requester: Requester, words: Words, answer: Timeline, laid: Span, hidden: str
) -> dict[str, object]:
    today = screen.today()
    counts = Counter(line.custodian for line in answer.lines)
    codes = {*counts, *(stay.custodian for stay in answer.stays)}
    shown = signs([screen.facility(code) for code in codes], requester.facility, words)
    drawing = Drawing(answer, laid, shown, words)
    present = {screen.row_of[kind].key for kind in {line.document_class for line in answer.lines}}
    return {
        **head_of(screen, requester, answer.file, words, answer.beat),
        "table": drawing.draw(screen.rows, screen.row_of, today),
        "span": laid,
        "has_lines": bool(answer.lines),
        "title": _title(laid, words),
        "facilities": _legend(shown, counts, hidden),
        "empty_rows": words("list.comma").join(
            words(f"row.{row.key}") for row in screen.rows if not row.always and row.key not in present
        ),
        "places": _places(answer, laid, today, words, hidden),
        "coming": [
            line for stay in answer.stays for line in ahead_of(stay, shown[stay.custodian].name, today, words)
        ],
        "profile": _profile(screen, answer) if "profile" in present else "",
        "sharing": shares_of(screen, requester, answer.file, answer.grant, words),
    }


def _legend(
    shown: Mapping[FacilityCode, Sign], counts: Mapping[FacilityCode, int], hidden: str
) -> list[FacilityLine]:
    return [
        FacilityLine(sign, sign.name, counts.get(code, 0), str(sign.mark) in hidden)
        for code, sign in shown.items()
    ]


def _profile(screen: Screen, answer: Timeline) -> str:
    """Return where the newest profile of each facility in the period is opened, all together."""
    newest: dict[FacilityCode, Day] = {}
    classes = next(row.classes for row in screen.rows if row.key == "profile")
    found = [
        str(line.id)
        for line in answer.lines
        if line.document_class in classes
        and newest.setdefault(line.custodian, line.service_day) == line.service_day
    ]
    return f"/patients/{answer.file.patient.id}/entries/{'-'.join(found[:MOST_TOGETHER])}"


def _title(laid: Span, words: Words) -> str:
    first, last = (full_day(day, words) for day in laid.period)
    return words("calendar.period", first=first, last=last)


def _address(answer: Timeline, view: View, at: Day, hidden: str = "") -> str:
    hide = f"&hide={hidden}" if hidden else ""
    return f"/patients/{answer.file.patient.id}?view={view}&at={at}{hide}"


def _places(answer: Timeline, laid: Span, today: Day, words: Words, hidden: str) -> dict[str, Place]:
    """Where the buttons above the calendar lead."""
    at = min(laid.period.end, today) if laid.period.start <= today else laid.period.end
    found = {
        "older": Place(words("calendar.older"), _address(answer, laid.view, laid.older, hidden)),
        "today": Place(words("calendar.today"), _address(answer, laid.view, today, hidden)),
        "month": Place(words("calendar.month"), _address(answer, View.MONTH, at, hidden)),
        "half": Place(words("calendar.half"), _address(answer, View.HALF, at, hidden)),
    }
    if laid.period.end < today:
        found["newer"] = Place(words("calendar.newer"), _address(answer, laid.view, laid.newer, hidden))
    last = next((stay for stay in answer.stays if not stay.planned), None)
    if last:
        seen = last.start if laid.view is View.MONTH and last.start else min(last.end, today)
        when = short_day(last.start or last.end)
        text = f"{words('calendar.admission')} {when}"
        found["admission"] = Place(text, _address(answer, laid.view, Day(seen), hidden))
    return found
