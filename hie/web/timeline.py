"""The calendar as JSON, for other programs and for measuring: `GET /api/patients/{id}/timeline`."""

from __future__ import annotations

from functools import lru_cache

import orjson
from starlette.datastructures import QueryParams
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.timeline import Timeline, TimelineRequest
from hie.exchange.services import Services
from hie.record.entry import DOCUMENT_CLASSES
from hie.record.identifiers import PatientId, is_patient_id
from hie.record.times import FIRST_DAY, LAST_DAY, UNKNOWN_DAY, Period, day_of
from hie.web.problems import problem

COLUMNS = ("id", "day", "facility", "class", "kind", "items", "abnormal", "link", "department")
"""What stands in a row; the class is a position in the answer's `classes`."""
HEADERS = [(b"content-type", b"application/json")]


def routes(services: Services) -> list[Route]:
    """Return the routes of this file."""
    door = declares(RECORDS, About.PATIENT)(TimelineDoor(services))
    return [Route("/api/patients/{patient}/timeline", door, methods=["GET"])]


class TimelineDoor:
    """Answers with columns and rows, newest day first; 404 where refused or absent.

    Plain ASGI: a `Request` and a `Response` would be a tenth of a busy hub's work.
    """

    def __init__(self, services: Services) -> None:
        """Ask `services`."""
        self._ask = services.timeline

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        requester = scope["state"]["requester"]
        period = asked_period(scope["query_string"])
        if period is None:
            await problem(400, "from and to are days, YYYYMMDD")(scope, receive, send)
            return
        patient = scope["path_params"]["patient"]
        # What can be nobody's number must not reach the requests of others, gathered with it.
        answer = (
            await self._ask(TimelineRequest(requester, PatientId(patient), period))
            if is_patient_id(patient)
            else None
        )
        if answer is None:
            await problem(404, "no such record")(scope, receive, send)
            return
        body = _json(answer)
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
        await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=1024)
def asked_period(query: bytes) -> Period | None:
    """Read the days of a query string; an empty one leaves that side open."""
    given = QueryParams(query)
    start, end = given.get("from", ""), given.get("to", "")
    first = day_of(start) if start else FIRST_DAY
    last = day_of(end) if end else LAST_DAY
    return None if UNKNOWN_DAY in (first, last) else Period(first, last)


def _json(answer: Timeline) -> bytes:
    return orjson.dumps(
        {
            "patient": answer.file.patient.id,
            "from": answer.period.start,
            "to": answer.period.end,
            "columns": COLUMNS,
            "classes": DOCUMENT_CLASSES,
            "rows": orjson.Fragment(answer.lines.written),
            "stays": [
                {"facility": stay.custodian, "from": stay.start, "to": stay.end}
                for stay in answer.stays
                if not stay.planned
            ],
        }
    )
