"""The pulse of open pages: may what this page shows still be shown? No data, no audit record.

A page of a patient asks every twenty seconds. The entrance has looked up the session, the gate decides
anew; the answer is one of three states without a body. Why no audit record is written stands in
`hie.exchange.records.pulse`. It does not count as somebody being there, so an idle session still ends.
"""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.pulse import beat
from hie.record.identifiers import PatientId
from viewer.pulse import sealed, was_drawn
from viewer.screen import requester_of, screen_of

STAYS, CHANGED, GONE = 204, 409, 404

router = APIRouter(include_in_schema=False)


@router.get("/pulse")
@declares(RECORDS, About.PATIENT)
def pulse(request: Request, patient: str = "") -> Response:
    """Answer 204 while the gate grants what the page was drawn under, 409 if else, 404 if nothing.

    404 too where no such page was drawn for the asker: nobody is told here whom they might look at.
    """
    requester, screen = requester_of(request), screen_of(request)
    drawn, seal = (request.query_params.get(name, "") for name in ("beat", "seal"))
    if not was_drawn(screen, requester, PatientId(patient), drawn, seal):
        return Response(status_code=GONE)
    now = beat(screen.services.store, screen.services.clock, requester, PatientId(patient))
    if now is None:
        return Response(status_code=GONE)
    same = hmac.compare_digest(sealed(screen, now).encode(), drawn.encode())
    return Response(status_code=STAYS if same else CHANGED)
