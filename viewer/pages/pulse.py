"""The pulse of open pages: may what this page shows still be shown, and has more come? No data, no audit row.

A page of a patient asks every twenty seconds. The entrance has looked up the session, the gate decides
anew; the answer is one of four states without a body. Why no audit record is written stands in
`hie.exchange.records.pulse`. It does not count as somebody being there, so an idle session still ends.
"""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.pulse import hear
from hie.record.identifiers import PatientId
from viewer.pulse import sealed, was_drawn
from viewer.screen import requester_of, screen_of

STAYS, MORE, CHANGED, GONE = 204, 205, 409, 404

router = APIRouter(include_in_schema=False)


@router.get("/pulse")
@declares(RECORDS, About.PATIENT)
def pulse(request: Request, patient: str = "") -> Response:
    """Answer 204 while the gate grants what the page was drawn under, 409 if else, 404 if nothing.

    205 (reset content) is 204, and that records have come which the page does not show yet.
    404 too where no such page was drawn for the asker: nobody is told here whom they might look at.
    """
    requester, screen = requester_of(request), screen_of(request)
    drawn, up_to, seal = (request.query_params.get(name, "") for name in ("beat", "up_to", "seal"))
    if not was_drawn(screen, requester, PatientId(patient), drawn, up_to, seal):
        return Response(status_code=GONE)
    services = screen.services
    heard = hear(services.store, services.clock, requester, PatientId(patient), int(up_to))
    if heard is None:
        return Response(status_code=GONE)
    if not hmac.compare_digest(sealed(screen, heard.beat).encode(), drawn.encode()):
        return Response(status_code=CHANGED)
    return Response(status_code=MORE if heard.more else STAYS)
