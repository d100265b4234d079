"""One item of a patient over all hospitals: a small picture, and a table with every original."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.series import Point, Series, SeriesRequest, series
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import FacilityCode
from hie.record.normal import NormalValue
from hie.record.times import ALWAYS, day_of
from viewer.asked import asked_patient
from viewer.curve import curve, drawable, shape_of, shapes
from viewer.drawing import Sign, signs
from viewer.formats import NULL, moment, plain_day, shown_unit, shown_value
from viewer.heads import head_of
from viewer.locale import Words
from viewer.normalised import normal_text, steps_told
from viewer.parts import Tone
from viewer.results import tone_of
from viewer.screen import requester_of, screen_of, words_of

MOST = 400
"""Results shown at once, the newest."""

router = APIRouter(include_in_schema=False)


class Told(NamedTuple):
    """One line of the table."""

    when: str
    entry: int
    sign: Sign
    shape: Markup
    tone: Tone
    value: str
    flag: str
    reference_range: str
    """In the unit of the value as it was written."""
    normal: str
    normal_range: str
    how: tuple[str, ...]


@router.get("/patients/{patient}/results/{code}")
@declares(RECORDS, About.PATIENT)
def page(request: Request, patient: str, code: str) -> Response:
    """Show the results of a JLAC10 code, newest first."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services, whose = screen.services, asked_patient(patient)
    try:
        found = series(services.store, services.clock, SeriesRequest(requester, whose, code, ALWAYS))
    except Invalid:
        raise NotFound("no such item") from None
    points = found.points[-MOST:]
    codes = list(dict.fromkeys(one.written.custodian for one in points))
    shown = signs(
        [screen.facility(one) for one in codes], requester.facility, words, screen.facilities().values()
    )
    kinds = shapes(shown)
    marks = {one: shape_of(sign, kinds[one]) for one, sign in shown.items()}
    drawn = drawable(points)
    label = ""
    if drawn:
        first, last = (plain_day(one.day, words) for one in (drawn[0], drawn[-1]))
        unit = _unit(found)
        label = words("series.picture", name=found.name, unit=unit, first=first, last=last, n=len(drawn))
    return screen.page(
        request,
        "series.html",
        **head_of(screen, requester, found.file, words, found.beat, found.newest),
        title=words("series.title", name=found.name),
        lead=_lead(found, words),
        picture=curve(drawn, shown, label, lambda day: plain_day(day, words)),
        legend=[
            (marks[one], sign.name)
            for one, sign in shown.items()
            if one in {each.custodian for each in drawn}
        ]
        if label
        else [],
        lines=[_told(one, shown, marks, words) for one in reversed(points)],
        cut=MOST if len(found.points) > MOST else 0,
        back=f"/patients/{patient}",
    )


def _unit(found: Series) -> str:
    return shown_unit(found.analyte.unit.name) if found.analyte else ""


def _lead(found: Series, words: Words) -> str:
    unit = _unit(found)
    return words("series.lead", unit=unit) if unit else words("series.lead.plain")


def _range(normal: NormalValue) -> str:
    """Write the reference range in the unit of the normal value; empty where it has no end."""
    if normal.low is None and normal.high is None:
        return ""
    low, high = ("" if end is None else f"{end:f}" for end in (normal.low, normal.high))
    return f"{low}–{high} {shown_unit(normal.unit)}".rstrip()


def _told(
    point: Point, shown: dict[FacilityCode, Sign], marks: dict[FacilityCode, Markup], words: Words
) -> Told:
    written, normal = point.written, point.normal
    unit = "" if written.unit == NULL else shown_unit(written.unit)
    at = written.observed_at if day_of(written.observed_at) else str(written.service_day)
    return Told(
        moment(at, words),
        written.entry,
        shown[written.custodian],
        marks[written.custodian],
        tone_of(written.flag),
        f"{shown_value(written.value)} {unit}".rstrip(),
        "" if written.flag == NULL else written.flag,
        f"{written.reference_range} {unit}".rstrip() if written.reference_range not in {"", NULL} else "",
        normal_text(normal) if normal and normal.comparable else "",
        _range(normal) if normal and normal.comparable else "",
        steps_told(normal, words) if normal else (),
    )
