"""Everything that the calendar's page says, put together from its sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from hie.exchange.records.timeline import CALENDAR_FILTER
from hie.record.identifiers import EntryId, FacilityCode
from hie.record.requester import Requester
from hie.record.times import Day
from viewer.absences import why_empty
from viewer.agenda import Agenda
from viewer.calendar_pieces import legend, options, zooms
from viewer.calendar_places import DAYS, TABLE, Kept, Places, departments_of, kinds_of, picked_in_words
from viewer.calendar_sheet import CalendarSheet, held
from viewer.counted import Counted
from viewer.display import CHOICES, ORDER
from viewer.drawing import Drawing, Sign, WhyEmpty, signs
from viewer.filters import Filter
from viewer.formats import full_day
from viewer.heads import head_of
from viewer.locale import Words
from viewer.periods import Span, View
from viewer.rows import Row
from viewer.screen import Screen
from viewer.sharing import shares, sharings_of
from viewer.stays import ahead_of
from viewer.strip import strip_of


class Dress(NamedTuple):
    """How a sheet is drawn: what facilities look like, what is new, which rows, and why some are empty."""

    shown: Mapping[FacilityCode, Sign]
    words: Words
    news: frozenset[EntryId]
    rows: Sequence[Row]
    why: WhyEmpty
    today: Day


def context_of(screen: Screen, requester: Requester, words: Words, sheet: CalendarSheet) -> dict[str, object]:
    """Return what `timeline.html` says."""
    answer, laid, today, picked = sheet.answer, sheet.laid, screen.today(), sheet.kept.picked
    places = Places(answer.file.patient.id, laid, today, words, sheet.kept)
    counts, news = sheet.documents(), sheet.news()
    codes = {*counts, *(stay.custodian for stay in answer.stays)}
    shown = signs(
        [screen.facility(code) for code in codes], requester.facility, words, screen.facilities().values()
    )
    present = {screen.row_of[kind].key for kind in sheet.present()}
    rows = [row for row in screen.rows if not picked.kinds or row.key in picked.kinds]
    told = sharings_of(screen, requester, answer.file, answer.grant)
    why = why_empty(screen, told, laid.period, words, narrowed=bool(picked.departments))
    new_here = sum(one.new for one in sheet.inside()) if sheet.counted else len(news)
    up_to = answer.look.current if answer.look else None
    return {
        **head_of(screen, requester, answer.file, words, answer.beat, up_to),
        "table": _drawn(screen, sheet, Dress(shown, words, news, rows, why, today)),
        "span": laid,
        "days": sheet.days,
        "has_lines": bool(present),
        "title": _title(laid, words),
        "facilities": legend(shown, counts, picked.hidden, words) if shown else "",
        "empty_rows": words("list.comma").join(
            words(f"row.{row.key}") for row in rows if not row.always and row.key not in present
        ),
        "zooms": zooms(places.zooms(sheet.newest()), laid.view),
        "places": places.steps(),
        "admission": places.admission(answer),
        "newest": None if present else places.newest(answer),
        "news": places.news(answer, new_here),
        "strip": strip_of(
            answer.months, laid.period, today, words, sheet.kept.query, oldest_first=laid.oldest_first
        ),
        "coming": [
            line for stay in answer.stays for line in ahead_of(stay, shown[stay.custodian].name, today, words)
        ],
        "profile": _profile(screen, sheet) if "profile" in present else "",
        "sharing": shares(told, requester.facility, screen.name_of, screen.services.clock.now(), words),
        **_picking(screen, sheet, places, words),
    }


def _picking(screen: Screen, sheet: CalendarSheet, places: Places, words: Words) -> dict[str, object]:
    """Return what the forms say: what can be picked, what is, and the other order and layout."""
    kept, view, at = sheet.kept, sheet.laid.view, places.at
    picked, others = kept.picked, "&layout=" + kept.layout if kept.layout else ""
    kinds, codes = held(screen, sheet.answer, sheet.laid.period)
    departments = departments_of(codes, picked, words)
    other_layout = TABLE if sheet.days else DAYS
    return {
        "at": at,
        "kept": kept,
        "kinds": options("kind", kinds_of(kinds, screen.rows, picked, words)),
        "departments": options("department", departments)
        if len(departments) > 1 or picked.departments
        else "",
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
        "has_layouts": not sheet.counted,
    }


def _drawn(screen: Screen, sheet: CalendarSheet, dress: Dress) -> Markup:
    """Draw the table, the counts, or the list of days."""
    made = sheet.answer, sheet.lines, sheet.laid, dress.shown, dress.words, dress.news
    rows, row_of, today, query = dress.rows, screen.row_of, dress.today, sheet.kept.query
    if sheet.counted:
        return Counted(*made).draw_counts(sheet.density, rows, row_of, today, query, why=dress.why)
    if sheet.days:
        return Agenda(*made).draw_days(rows, row_of, today)
    return Drawing(*made).draw(rows, row_of, today, query, why=dress.why)


def _profile(screen: Screen, sheet: CalendarSheet) -> str:
    """Return where the newest profile of each facility in the period is opened, all together."""
    row = next(row for row in screen.rows if row.key == "profile")
    found = sheet.newest_of(row)
    return f"/patients/{sheet.answer.file.patient.id}/entries/{found}" if found else ""


def _title(laid: Span, words: Words) -> str:
    if laid.view is View.LIFE:
        first, last = (day // 10000 for day in laid.period)
        return words("calendar.life.span", first=first, last=last)
    if laid.view is View.DAY:
        return full_day(laid.period.start, words)
    first_day, last_day = (full_day(day, words) for day in laid.period)
    return words("calendar.period", first=first_day, last=last_day)
