"""The calendar: one patient, all facilities, days as columns and kinds as rows, from a day to a life."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.needs import Need
from hie.exchange.records.silences import may_be_silent, silences
from hie.exchange.records.timeline import Reading, Timeline, TimelineRequest
from hie.record.errors import NotFound
from hie.record.times import ALWAYS, day_of
from viewer import filters
from viewer.asked import asked_patient
from viewer.calendar_context import context_of
from viewer.calendar_places import DAYS, TABLE
from viewer.calendar_sheet import Asked, sheet_of
from viewer.filters import Filter
from viewer.news_words import warning
from viewer.periods import COUNTED, View, span, view_of
from viewer.screen import Screen, requester_of, screen_of, words_of

router = APIRouter(include_in_schema=False)


@declares(RECORDS, About.PATIENT)
async def timeline(request: Request) -> Response:
    """Show the calendar of a patient around the day `at`; half a year up to today if not said."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    asked = _asked(request, screen)
    patient = asked_patient(request.path_params["patient"])
    reading = Reading.COUNTS if asked.view in COUNTED else Reading.PAGE
    period = ALWAYS if asked.view is View.LIFE else span(asked.view, asked.at).period
    leaves_out = None if asked.picked is None else asked.picked != Filter()
    question = TimelineRequest(requester, patient, period, reading, leaves_out)
    answer = await screen.services.timeline(question)
    if answer is None:
        raise NotFound("no such record, or not for the asker")
    if not screen.knows_facilities():
        await run_in_threadpool(screen.facilities)
    if not screen.knows_reaches():
        await run_in_threadpool(screen.reaches, requester)
    if not screen.services.store.reads_in_place:
        await run_in_threadpool(screen.read_alerts, request)
    sheet = sheet_of(screen, asked, answer)
    silent: tuple[Need, ...] = ()
    if may_be_silent(answer, screen.today()):
        silent = await run_in_threadpool(_silent, screen, answer)
    context = context_of(screen, requester, words, sheet)
    warnings = [warning(need, requester.facility, screen, words) for need in silent]
    return screen.page(request, "timeline.html", 200, **context, silent=warnings)


# Read by hand: to let FastAPI read two texts was a tenth of the page.
router.add_route("/patients/{patient}", timeline)


def _silent(screen: Screen, answer: Timeline) -> tuple[Need, ...]:
    services = screen.services
    return silences(services.store, answer, screen.today(), services.silent_after, services.clock.now())


def _asked(request: Request, screen: Screen) -> Asked:
    """Read the address, and whether a telephone asks."""
    query, headers = request.query_params, request.headers
    layout = query.get("layout", "")
    return Asked(
        view_of(query.get("view", "")),
        day_of(query.get("at", "")) or screen.today(),
        filters.read(query.multi_items(), [row.key for row in screen.rows]) if query else None,
        layout if layout in {DAYS, TABLE} else "",
        headers.get("sec-ch-ua-mobile") == "?1" or "Mobi" in headers.get("user-agent", ""),
    )
