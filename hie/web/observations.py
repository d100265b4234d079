"""One analyte over all hospitals as JSON: `GET /api/patients/{id}/observations?code=3C015`.

Numbers are written as text, so that no program rounds them; the original stands beside each.
"""

from __future__ import annotations

from decimal import Decimal

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.series import Point, Series, SeriesRequest, series
from hie.exchange.services import Services
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import PatientId, is_patient_id
from hie.record.normal import NormalValue
from hie.record.requester import Requester
from hie.web.problems import problem
from hie.web.timeline import asked_period


def routes(services: Services) -> list[Route]:
    """Return the routes of this file."""

    @declares(RECORDS, About.PATIENT)
    def observations(request: Request) -> Response:
        """Answer with the points, oldest first; 404 where refused or absent."""
        requester: Requester = request.state.requester
        period = asked_period(request.scope["query_string"])
        if period is None:
            return problem(400, "from and to are days, YYYYMMDD")
        patient = request.path_params["patient"]
        if not is_patient_id(patient):
            return problem(404, "no such record")
        asked = SeriesRequest(requester, PatientId(patient), request.query_params.get("code", ""), period)
        try:
            answer = series(services.store, services.clock, asked)
        except Invalid:
            return problem(400, "code is a JLAC10 code of 5, 15 or 17 characters")
        except NotFound:
            return problem(404, "no such record")
        return Response(_json(answer), media_type="application/json")

    return [Route("/api/patients/{patient}/observations", observations, methods=["GET"])]


def _json(answer: Series) -> bytes:
    analyte = answer.analyte
    return orjson.dumps(
        {
            "patient": answer.file.patient.id,
            "from": answer.period.start,
            "to": answer.period.end,
            "code": answer.code,
            "name": answer.name,
            "unit": analyte.unit.name if analyte else None,
            "ucum": analyte.unit.ucum if analyte else None,
            "points": [_point(one) for one in answer.points],
        }
    )


def _point(point: Point) -> dict[str, object]:
    written = point.written
    return {
        "entry": written.entry,
        "facility": written.custodian,
        "day": written.service_day,
        "observed_at": written.observed_at,
        "code": written.code.code,
        "original": {
            "value": written.value,
            "unit": written.unit,
            "reference_range": written.reference_range,
            "flag": written.flag,
        },
        "normal": _normal(point.normal) if point.normal else None,
    }


def _normal(normal: NormalValue) -> dict[str, object]:
    return {
        "comparable": normal.comparable,
        "comparator": normal.comparator,
        "number": _text(normal.number),
        "upper": _text(normal.upper),
        "grade": normal.grade,
        "unit": normal.unit,
        "low": _text(normal.low),
        "high": _text(normal.high),
        "how": [{"rule": step.rule, "detail": step.detail} for step in normal.how],
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
