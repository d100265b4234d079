"""The calendar: one patient, all facilities, days as columns and kinds as rows, from a day to a life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.ports import Density, EntryLine
from hie.exchange.records.timeline import CALENDAR_FILTER, Reading, Timeline, TimelineRequest
from hie.record.entry import DocumentClass
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.requester import Requester
from hie.record.times import ALWAYS, UNKNOWN_DAY, Day, Period, day_of
from viewer import filters
from viewer.agenda import Agenda
from viewer.asked import asked_patient
from viewer.calendar_places import DAYS, TABLE, Kept, Places, departments_of, kinds_of, picked_in_words
from viewer.counted import Counted
from viewer.display import CHOICES, ORDER, known
from viewer.drawing import Drawing, Sign, signs
from viewer.filters import Filter
from viewer.formats import full_day
from viewer.grid import MOST_TOGETHER
from viewer.heads import head_of
from viewer.locale import Words
from viewer.periods import COUNTED, Span, View, life, span, turned, view_of
from viewer.rows import Row
from viewer.screen import Screen, inside, requester_of, screen_of, words_of
from viewer.sharing import shares_of
from viewer.stays import ahead_of
from viewer.strip import strip_of

router = APIRouter(include_in_schema=False)


class FacilityLine(NamedTuple):
    """One facility of the legend."""

    sign: Sign
    name: str
    documents: int
    hidden: bool


class Asked(NamedTuple):
    """What an address asks of a calendar."""

    view: View
    at: Day
    picked: Filter | None
    layout: str
    narrow: bool
    """Whether the browser says that it is a telephone's."""


class Sheet(NamedTuple):
    """What is drawn: the answer as far as it is picked, in its columns."""

    answer: Timeline
    lines: Sequence[EntryLine]
    """Of the period, as far as they are picked."""
    laid: Span
    kept: Kept
    density: Sequence[Density]
    """Of the whole life, as far as it is picked."""
    days: bool
    """Whether it is a list of days instead of a table."""


@declares(RECORDS, About.PATIENT)
async def timeline(request: Request) -> Response:
    """Show the calendar of a patient around the day `at`; half a year up to today if not said."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    asked = _asked(request, screen)
    laid = span(asked.view, asked.at)
    patient = asked_patient(request.path_params["patient"])
    reading = Reading.COUNTS if asked.view in COUNTED else Reading.PAGE
    period = ALWAYS if asked.view is View.LIFE else laid.period
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
    sheet = _sheet(screen, asked, laid, answer)
    return screen.page(request, "timeline.html", 200, **_context(screen, requester, words, sheet))


# Read by hand: to let FastAPI read two texts was a tenth of the page.
router.add_route("/patients/{patient}", timeline)


@router.post("/calendar/choices")
@declares(RECORDS, About.ONESELF)
def choose(
    request: Request,
    name: Annotated[str, Form(max_length=20)] = "",
    value: Annotated[str, Form(max_length=400)] = "",
    back: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Keep the order of the days, or what is picked, for every calendar of the person; lead back."""
    screen = screen_of(request)
    if name == ORDER:
        chosen, preference = known(ORDER, value), ORDER
        chosen = "" if chosen == CHOICES[ORDER][0] else chosen
    else:
        rows = [row.key for row in screen.rows]
        chosen, preference = filters.kept(value, rows).query.removeprefix("&"), CALENDAR_FILTER
    with screen.services.store.work() as work:
        work.preferences.put(requester_of(request).user, preference, chosen)
    return RedirectResponse(inside(back), 303)


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


def _sheet(screen: Screen, asked: Asked, laid: Span, answer: Timeline) -> Sheet:
    """Take from the answer what is picked, and turn the columns as the person wants them."""
    choices = answer.choices
    oldest_first = choices.get(ORDER) == CHOICES[ORDER][1]
    picked = asked.picked
    if picked is None:
        picked = filters.kept(choices.get(CALENDAR_FILTER, ""), [row.key for row in screen.rows])
    density = answer.density
    lines: Sequence[EntryLine] = answer.lines
    if picked.picks:
        key_of = {kind: row.key for kind, row in screen.row_of.items()}
        density = [one for one in density if picked.shows(key_of[one.document_class], one.department)]
        lines = picked.lines(lines, key_of.__getitem__)
    if asked.view is View.LIFE:
        years = [one.month // 100 for one in density if one.month] or [asked.at // 10000]
        this_year = screen.today() // 10000
        laid = life(min(*years, this_year), max(*years, this_year), oldest_first)
    elif oldest_first:
        laid = turned(laid)
    kept = Kept(picked, asked.picked is not None, asked.layout)
    days = asked.layout == DAYS or (asked.narrow and asked.layout != TABLE)
    return Sheet(answer, lines, laid, kept, density, days and asked.view not in COUNTED)


def _up_to(answer: Timeline) -> int | None:
    """Say up to which entry the page is drawn: what was filed before it was decided and read."""
    return answer.look.current if answer.look else None


def _context(screen: Screen, requester: Requester, words: Words, sheet: Sheet) -> dict[str, object]:
    answer, laid, today = sheet.answer, sheet.laid, screen.today()
    places = Places(answer.file.patient.id, laid, today, words, sheet.kept)
    counts = _counts(sheet)
    codes = {*counts, *(stay.custodian for stay in answer.stays)}
    shown = signs([screen.facility(code) for code in codes], requester.facility, words)
    news = _news(sheet)
    present = {screen.row_of[kind].key for kind in _present(sheet)}
    picked = sheet.kept.picked
    rows = [row for row in screen.rows if not picked.kinds or row.key in picked.kinds]
    here = len(news) if sheet.lines else _new_here(sheet)
    at_newest = sheet.lines[0].service_day if sheet.lines else UNKNOWN_DAY
    return {
        **head_of(screen, requester, answer.file, words, answer.beat, _up_to(answer)),
        "table": _drawn(screen, sheet, shown, words, news, rows, today),
        "span": laid,
        "days": sheet.days,
        "has_lines": bool(present),
        "title": _title(laid, words),
        "facilities": _legend(shown, counts, picked.hidden),
        "empty_rows": words("list.comma").join(
            words(f"row.{row.key}") for row in rows if not row.always and row.key not in present
        ),
        "zooms": places.zooms(at_newest),
        "places": places.steps(),
        "admission": places.admission(answer),
        "newest": None if present else places.newest(answer),
        "news": places.news(answer.months, here),
        "strip": strip_of(
            answer.months, laid.period, today, words, sheet.kept.query, oldest_first=laid.oldest_first
        ),
        "coming": [
            line for stay in answer.stays for line in ahead_of(stay, shown[stay.custodian].name, today, words)
        ],
        "profile": _profile(screen, sheet) if "profile" in present else "",
        "sharing": shares_of(screen, requester, answer.file, answer.grant, words),
        **_picking(screen, sheet, places, words),
    }


def _picking(screen: Screen, sheet: Sheet, places: Places, words: Words) -> dict[str, object]:
    """Return what the forms say: what can be picked, what is, and the other order and layout."""
    kept, view, at = sheet.kept, sheet.laid.view, places.at
    picked, others = kept.picked, "&layout=" + kept.layout if kept.layout else ""
    kinds, codes = _held(screen, sheet.answer, sheet.laid.period)
    departments = departments_of(codes, picked, words)
    other_layout = TABLE if sheet.days else DAYS
    return {
        "at": at,
        "kept": kept,
        "kinds": kinds_of(kinds, screen.rows, picked, words),
        "departments": departments if len(departments) > 1 or picked.departments else [],
        "picked": picked_in_words(picked, words) if picked != Filter() else "",
        "picked_text": picked.query.removeprefix("&"),
        "keeps": bool(sheet.answer.choices.get(CALENDAR_FILTER)),
        "everything": places.address(view, at, f"&all=1{others}"),
        "kept_address": places.address(view, at, others),
        "other_order": CHOICES[ORDER][0 if sheet.laid.oldest_first else 1],
        "other_layout": other_layout,
        "layout_address": places.address(
            view, at, f"{Kept(picked, kept.said, '').query}&layout={other_layout}"
        ),
        "has_layouts": view not in COUNTED,
    }


def _held(screen: Screen, answer: Timeline, period: Period) -> tuple[Counter[str], Counter[str]]:
    """Count what the period holds by row and by department, whatever is picked."""
    kinds: Counter[str] = Counter()
    departments: Counter[str] = Counter()
    for kind, number in Counter(line.document_class for line in answer.lines).items():
        kinds[screen.row_of[kind].key] += number
    departments.update(line.department for line in answer.lines)
    for one in answer.density:
        if period.start // 100 <= one.month <= period.end // 100:
            kinds[screen.row_of[one.document_class].key] += one.entries
            departments[one.department] += one.entries
    return kinds, departments


def _drawn(  # noqa: PLR0913, PLR0917  everything that is drawn
    screen: Screen,
    sheet: Sheet,
    shown: Mapping[FacilityCode, Sign],
    words: Words,
    news: frozenset[EntryId],
    rows: Sequence[Row],
    today: Day,
) -> Markup:
    """Draw the table, the counts, or the list of days."""
    made = sheet.answer, sheet.lines, sheet.laid, shown, words, news
    if sheet.laid.view in COUNTED:
        return Counted(*made).draw_counts(sheet.density, rows, screen.row_of, today, sheet.kept.query)
    if sheet.days:
        return Agenda(*made).draw_days(rows, screen.row_of, today)
    return Drawing(*made).draw(rows, screen.row_of, today, sheet.kept.query)


def _counts(sheet: Sheet) -> Mapping[FacilityCode, int]:
    """Count the documents of each facility in the period."""
    if sheet.laid.view not in COUNTED:
        return Counter(line.custodian for line in sheet.lines)
    counts: Counter[FacilityCode] = Counter()
    for one in _inside(sheet):
        counts[one.custodian] += one.entries
    return counts


def _inside(sheet: Sheet) -> list[Density]:
    period = sheet.laid.period
    return [one for one in sheet.density if period.start // 100 <= one.month <= period.end // 100]


def _present(sheet: Sheet) -> set[DocumentClass]:
    if sheet.laid.view in COUNTED:
        return {one.document_class for one in _inside(sheet)}
    return {line.document_class for line in sheet.lines}


def _news(sheet: Sheet) -> frozenset[EntryId]:
    """Name the lines that the person has not seen yet; most looks find none and go through no line."""
    look = sheet.answer.look
    if look is None or not any(one.new for one in sheet.answer.months):
        return frozenset()
    return frozenset(line.id for line in sheet.lines if line.id > look.seen)


def _new_here(sheet: Sheet) -> int:
    return sum(one.new for one in _inside(sheet)) if sheet.laid.view in COUNTED else 0


def _legend(
    shown: Mapping[FacilityCode, Sign], counts: Mapping[FacilityCode, int], hidden: str
) -> list[FacilityLine]:
    return [
        FacilityLine(sign, sign.name, counts.get(code, 0), str(sign.mark) in hidden)
        for code, sign in shown.items()
    ]


def _profile(screen: Screen, sheet: Sheet) -> str:
    """Return where the newest profile of each facility in the period is opened, all together."""
    newest: dict[FacilityCode, Day] = {}
    patient = f"/patients/{sheet.answer.file.patient.id}"
    classes = next(row.classes for row in screen.rows if row.key == "profile")
    found = [
        str(line.id)
        for line in sheet.lines
        if line.document_class in classes
        and newest.setdefault(line.custodian, line.service_day) == line.service_day
    ]
    return f"{patient}/entries/{'-'.join(found[:MOST_TOGETHER])}" if found else ""


def _title(laid: Span, words: Words) -> str:
    if laid.view is View.LIFE:
        first, last = (day // 10000 for day in laid.period)
        return words("calendar.life.span", first=first, last=last)
    if laid.view is View.DAY:
        return full_day(laid.period.start, words)
    first_day, last_day = (full_day(day, words) for day in laid.period)
    return words("calendar.period", first=first_day, last=last_day)
