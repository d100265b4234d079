"""`GET /fhir/AuditEvent`: the audit trail as FHIR, for the secretariat and privacy officers.

Parameters as in FHIR: `patient` or `patient:identifier`, `agent` (account id), `date` with `ge`, `gt`, `le`,
`lt`; a page has 100 rows, and the address of the next one stands in the bundle. The search is recorded.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hie.exchange.gate.declared import About, declares
from hie.exchange.ports import AuditQuery
from hie.exchange.services import Services
from hie.exchange.trail.audit_views import look
from hie.record.errors import Invalid
from hie.record.requester import Requester, Role
from hie.record.times import JST
from hie.web.fhir.audit_event import bundle
from hie.web.problems import problem

READERS = frozenset({Role.SECRETARIAT, Role.PRIVACY_OFFICER})
PATH = "/fhir/AuditEvent"
_EVER = 2**62
_NUMBER = 18
"""Digits of a row's number."""


def routes(services: Services) -> list[Route]:
    """Return the route."""

    @declares(READERS, About.AUDIT)
    def search(request: Request) -> Response:
        """Answer with a page of a searchset."""
        requester: Requester = request.state.requester
        given = request.query_params
        try:
            query = _query(given)
        except (Invalid, ValueError, OverflowError):  # the day after the last one there is
            return problem(400, "a parameter cannot be read")
        found = look(services.store, services.clock, requester, query)
        links = [("self", _address(given, given.get("before", "")))]
        if found.more:
            links.append(("next", _address(given, str(found.more))))
        return Response(
            orjson.dumps(bundle(found.rows, links)),
            media_type="application/fhir+json",
            headers={"cache-control": "no-store"},
        )

    return [Route(PATH, search, methods=["GET"])]


def _query(given: QueryParams) -> AuditQuery:
    since, until = 0, _EVER
    for text in given.getlist("date"):
        start, end = _span(text)
        since, until = max(since, start), min(until, end)
    before = given.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= _NUMBER):
        raise Invalid("before is a number")
    patient = given.get("patient:identifier", given.get("patient", "")).rpartition("|")[2]
    return AuditQuery(
        since=since,
        until=until,
        patient=patient.removeprefix("Patient/"),
        account=given.get("agent", ""),
        before=int(before) if before else _EVER,
    )


def _span(text: str) -> tuple[int, int]:
    """Read a date with its prefix as the moments it spans; raises `ValueError`."""
    prefix, day = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
    start, end = _moments(day)
    spans = {
        "eq": (start, end),
        "ge": (start, _EVER),
        "gt": (end, _EVER),
        "le": (0, end),
        "lt": (0, start),
    }
    if prefix not in spans:
        raise Invalid("no such prefix")
    return spans[prefix]


def _moments(text: str) -> tuple[int, int]:
    """Return the first moment of a day or instant, and the first one after it."""
    at = datetime.fromisoformat(text)
    whole_day = len(text) == len("2024-05-01")
    at = at.replace(tzinfo=at.tzinfo or (JST if whole_day else UTC))
    after = at + (timedelta(days=1) if whole_day else timedelta(milliseconds=1))
    return int(at.timestamp() * 1000), int(after.timestamp() * 1000)


def _address(given: QueryParams, before: str) -> str:
    kept = [(name, value) for name, value in given.multi_items() if name != "before"]
    asked = [*kept, ("before", before)] if before else kept
    return f"{PATH}?{urlencode(asked)}" if asked else PATH
