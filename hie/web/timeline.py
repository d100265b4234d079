"""The calendar as JSON, for other programs and for measuring: `GET /api/patients/{id}/timeline`."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hie.exchange.services import Services
from hie.exchange.timeline import Timeline, TimelineRequest
from hie.record.entry import DOCUMENT_CLASSES
from hie.record.identifiers import PatientId
from hie.record.times import FIRST_DAY, LAST_DAY, UNKNOWN_DAY, Period, day_of
from hie.web.problems import problem

COLUMNS = (
    "id",
    "day",
    "facility",
    "class",
    "kind",
    "department",
    "items",
    "abnormal",
    "link",
)
"""What stands in a row; the class is a position in the answer's `classes`."""


def routes(services: Services) -> list[Route]:
    """Return the routes of this file."""

    async def timeline(request: Request) -> Response:
        """Answer with columns and rows, newest day first; 404 where refused or absent."""
        requester = request.state.requester
        if requester is None:
            return problem(401, "not signed in")
        period = _period(request.query_params.get("from", ""), request.query_params.get("to", ""))
        if period is None:
            return problem(400, "from and to are days, YYYYMMDD")
        asked = TimelineRequest(requester, PatientId(request.path_params["patient"]), period)
        answer = await services.timeline(asked)
        return problem(404, "no such record") if answer is None else _json(answer)

    return [Route("/api/patients/{patient}/timeline", timeline)]


def _period(start: str, end: str) -> Period | None:
    """Read both days; an empty one leaves that side open."""
    first = day_of(start) if start else FIRST_DAY
    last = day_of(end) if end else LAST_DAY
    return None if UNKNOWN_DAY in (first, last) else Period(first, last)


def _json(answer: Timeline) -> Response:
    body = orjson.dumps(
        {
            "patient": answer.file.patient.id,
            "from": answer.period.start,
            "to": answer.period.end,
            "columns": COLUMNS,
            "classes": DOCUMENT_CLASSES,
            "rows": answer.lines.rows,
            "stays": [
                {"facility": stay.custodian, "from": stay.start, "to": stay.end} for stay in answer.stays
            ],
        }
    )
    return Response(body, media_type="application/json")
