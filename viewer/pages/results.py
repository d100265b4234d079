"""All results of a patient: a sheet of items and times, panels by purpose, trends, copies to take along."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.panels import EVERYTHING, PANELS, Panel, chosen, holds
from hie.exchange.records.results import WHOLE, Results, ResultsRequest, results
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.spreadsheets import MARK, MEDIA_TYPE, csv_lines
from hie.record.times import ALWAYS, Day, day_of
from viewer.asked import asked_patient
from viewer.curve import shape_of, shapes
from viewer.drawing import Sign, signs
from viewer.heads import head_of
from viewer.locale import Words
from viewer.results_lines import long_lines
from viewer.results_sheet import ResultsSheet, lines_of, sheet_of
from viewer.screen import Screen, requester_of, screen_of, words_of
from viewer.trends import Trends, trends_of

router = APIRouter(include_in_schema=False)


class PanelLink(NamedTuple):
    """A panel to choose."""

    key: str
    address: str
    current: bool


class Asked(NamedTuple):
    """What an address asks for."""

    patient: PatientId
    panel: Panel
    before: str
    """Digits of a moment: the sheet holds what was measured before it."""
    ticks: tuple[str, ...] = ()
    """JLAC10 of items whose boxes are ticked."""

    @property
    def until(self) -> Day:
        """Last day that need be read; a named panel is read whole, for its trends."""
        return ALWAYS.end if self.panel.chooses else day_of(self.before) or ALWAYS.end

    def address(self, ending: str = "", before: str = "") -> str:
        """Write an address of this panel."""
        asked = [("panel", self.panel.key)] if not self.panel.codes else []
        asked += [("item", code) for code in self.panel.codes]
        asked += [("before", before)] if before else []
        return f"/patients/{self.patient}/results{ending}?{urlencode(asked)}"


@router.get("/patients/{patient}/results")
@declares(RECORDS, About.PATIENT)
def page(request: Request, patient: str) -> Response:
    """Show the results of a panel, all of them if none is named, the newest first."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    asked = _asked(request, patient)
    found, shown, sheet = _found(request, asked)
    trends = trends_of(found, asked.patient, shown, words) if found.panel.chooses else None
    kinds = shapes(shown)
    return screen.page(
        request,
        "results.html",
        **head_of(screen, requester, found.file, words, found.beat, found.newest),
        sheet=sheet,
        panels=_panels(asked),
        panel=asked.panel.key,
        trends=trends,
        legend=[(shape_of(sign, kinds[code]), sign) for code, sign in _drawn(found, shown, trends).items()],
        cultures=found.cultures,
        csv=asked.address(".csv"),
        text=asked.address(".txt", asked.before),
        older=asked.address(before=sheet.older) if sheet.older else "",
        newest=asked.address() if asked.before else "",
        ticked=_ticked(sheet, asked),
        add=_adding(asked),
        own_address=f"/patients/{asked.patient}/results",
    )


@router.get("/patients/{patient}/results.csv")
@declares(RECORDS, About.PATIENT)
def table(request: Request, patient: str) -> Response:
    """Send every result on a line for spreadsheet programs; the name says the day, nothing of the person."""
    asked = _asked(request, patient)
    found, shown, _ = _found(request, asked, WHOLE)
    content = MARK + csv_lines(long_lines(found, shown, words_of(request), asked.before))
    day = screen_of(request).today()
    named = {"Content-Disposition": f'attachment; filename="results-{day}.csv"'}
    return Response(content, media_type=MEDIA_TYPE, headers=named)


@router.get("/patients/{patient}/results.txt")
@declares(RECORDS, About.PATIENT)
def text(request: Request, patient: str) -> Response:
    """Send the sheet as plain text, tabs between the columns, to be pasted into another record."""
    asked = _asked(request, patient)
    _, _, sheet = _found(request, asked, "text")
    lines = ("\t".join(_on_one_line(cell) for cell in line) for line in lines_of(sheet, words_of(request)))
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")


def _on_one_line(cell: str) -> str:
    return "".join(" " if one in "\t\r\n" else one for one in cell)


def _asked(request: Request, patient: str) -> Asked:
    query = request.query_params
    panel = chosen(query.getlist("item")) or PANELS.get(query.get("panel", ""), EVERYTHING)
    before = query.get("before", "")
    is_moment = len(before) in {8, 10, 12} and before.isascii() and before.isdigit() and day_of(before)
    ticked = chosen(query.getlist("tick"))
    ticks = panel.codes or (ticked.codes if ticked else ())
    return Asked(asked_patient(patient), panel, before if is_moment else "", ticks)


def _found(
    request: Request, asked: Asked, form: str = ""
) -> tuple[Results, dict[FacilityCode, Sign], ResultsSheet]:
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    action = "export-results" if form else "view-results"
    found = results(
        screen.services.store,
        screen.services.clock,
        ResultsRequest(requester, asked.patient, asked.panel, asked.until, action, form),
    )
    shown = _signs(found, requester.facility, screen, words)
    return found, shown, sheet_of(found, asked.patient, shown, words, asked.before, asked.ticks)


def _signs(found: Results, own: FacilityCode, screen: Screen, words: Words) -> dict[FacilityCode, Sign]:
    codes = {point.written.custodian for item in found.items for point in item.points}
    codes |= {band.custodian for band in found.bands}
    return signs([screen.facility(code) for code in sorted(codes)], own, words, screen.facilities().values())


def _drawn(
    found: Results, shown: dict[FacilityCode, Sign], trends: Trends | None
) -> dict[FacilityCode, Sign]:
    """Choose the facilities that the legend names: those of the sheet, and of bands where there are any."""
    seen = {point.written.custodian for item in found.items for point in item.points}
    if trends is not None and trends.trends:
        seen |= {band.custodian for band in found.bands}
    return {code: sign for code, sign in shown.items() if code in seen}


def _ticked(sheet: ResultsSheet, asked: Asked) -> frozenset[str]:
    """Choose the rows whose boxes are ticked: those of which trends were asked for, and those to be kept."""
    codes = [row.code for row in sheet.rows if row.code]
    return frozenset(code for code in codes if holds(asked.ticks, code))


def _adding(asked: Asked) -> str:
    """Write where all items stand with these ticked, so that one more can be; empty where none was chosen."""
    ticks = urlencode([("tick", code) for code in asked.panel.codes])
    return f"/patients/{asked.patient}/results?{ticks}" if ticks else ""


def _panels(asked: Asked) -> list[PanelLink]:
    return [
        PanelLink(key, f"/patients/{asked.patient}/results?panel={key}", key == asked.panel.key)
        for key in PANELS
    ]
