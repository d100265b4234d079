"""Files that travel with a document: pictures drawn anew, a PDF as a download; nothing that could act."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.records.retrieve import open_attachment
from hie.record.errors import NotFound
from hie.record.identifiers import EntryId
from viewer.asked import asked_patient
from viewer.screen import requester_of, screen_of

LONGEST_SIDE = 2048
"""Pixels: enough to read a scanned page."""
LONGEST = 18
"""Digits of a number that fits 64 bits."""
LONGEST_NAME = 100
"""Characters of a file's name: with three bytes each it fits every disk."""
FORBIDDEN = frozenset('<>:"|?*')
"""What some systems take in no name of a file."""
SUFFIX = ".pdf"
INERT = {"Content-Security-Policy": "sandbox; default-src 'none'"}
"""Beside what every response says: whatever a browser makes of it runs nothing and loads nothing."""

router = APIRouter(include_in_schema=False)


@router.get("/patients/{patient}/entries/{entry}/attachments/{number}")
@declares(RECORDS, About.PATIENT)
def attachment(request: Request, patient: str, entry: str, number: str) -> Response:
    """Give a file that stands beside a document; decided and audited like every opening."""
    requester, services = requester_of(request), screen_of(request).services
    whose, place = asked_patient(patient), _number(number)
    found = open_attachment(services.store, services.clock, requester, whose, EntryId(_number(entry)), place)
    if found.about.media_type.startswith("image/"):
        return Response(services.thumbnail(found, LONGEST_SIDE), media_type="image/png", headers=INERT)
    headers = INERT | {"Content-Disposition": disposition(found.about.name, f"{int(entry)}-{place}.pdf")}
    return Response(found.content, media_type="application/pdf", headers=headers)


def disposition(name: str, plain: str) -> str:
    """Write the header of a download (RFC 6266): `name` made harmless, and `plain` for old readers.

    The name comes from outside: no folder, no control and no character that turns or hides what follows.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join("_" if sign in FORBIDDEN else sign for sign in last if sign.isprintable())
    stem = (kept[: -len(SUFFIX)] if kept.lower().endswith(SUFFIX) else kept).strip(". ")[:LONGEST_NAME]
    if not stem:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(stem + SUFFIX, safe='')}"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        raise NotFound("no such record")
    return int(text)
