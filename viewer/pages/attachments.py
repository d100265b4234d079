"""Files that travel with a document: pictures drawn anew, a PDF as a download; nothing that could act."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.retrieve import open_attachment
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId
from viewer.asked import asked_patient
from viewer.screen import requester_of, screen_of

LONGEST_SIDE = 2048
"""Pixels: enough to read a scanned page."""
LONGEST = 18
"""Digits of a number that fits 64 bits."""
INERT = {"Content-Security-Policy": "sandbox; default-src 'none'"}
"""Beside what every response says: whatever a browser makes of it runs nothing and loads nothing."""

router = APIRouter(include_in_schema=False)


@router.get("/patients/{patient}/entries/{entry}/attachments/{number}")
def attachment(request: Request, patient: str, entry: str, number: str) -> Response:
    """Give a file that stands beside a document; decided and audited like every opening."""
    requester, services = requester_of(request), screen_of(request).services
    whose, place = asked_patient(patient), _number(number)
    found = open_attachment(services.store, services.clock, requester, whose, EntryId(_number(entry)), place)
    if found.about.media_type.startswith("image/"):
        return Response(services.thumbnail(found, LONGEST_SIDE), media_type="image/png", headers=INERT)
    # The file's own name may hold a patient's; ours holds numbers only.
    name = f"{int(entry)}-{place}.pdf"
    headers = INERT | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.content, media_type="application/pdf", headers=headers)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        raise NotFound("no such record")
    return int(text)
