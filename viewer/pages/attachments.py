"""Files that travel with a document: pictures and pages drawn anew, a PDF as it is; nothing that acts."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from hie.exchange.feeds.reading import Attached
from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.ports.papers import PageSize, PaperReader
from hie.exchange.records.retrieve import AttachedPage, open_attached_page, open_attachment
from hie.record.errors import NotFound, Unavailable
from hie.record.identifiers import EntryId
from viewer.asked import asked_number, asked_patient
from viewer.compositions import PDF
from viewer.heads import head_of
from viewer.locale import Words
from viewer.screen import requester_of, screen_of, wants_fragment, words_of

LONGEST_SIDE = 2048
"""Pixels: enough to read a scanned page."""
LONGEST_NAME = 100
"""Characters of a file's name: with three bytes each it fits every disk."""
FORBIDDEN = frozenset('<>:"|?*')
"""What some systems take in no name of a file."""
SUFFIX = ".pdf"
INERT = {"Content-Security-Policy": "sandbox; default-src 'none'"}
"""Beside what every response says: whatever a browser makes of it runs nothing and loads nothing."""

MOST_PAGES = 200
"""Pages of one file that are drawn; the rest is in the file itself."""

router = APIRouter(include_in_schema=False)


class Page(NamedTuple):
    """One page of a file."""

    source: str
    alternative: str
    width: int
    height: int


class Pages(NamedTuple):
    """The pages of a file that are drawn, and how many more it has."""

    drawn: tuple[Page, ...]
    more: int


@router.get("/patients/{patient}/entries/{entry}/attachments/{number}")
@declares(RECORDS, About.PATIENT)
def attachment(request: Request, patient: str, entry: str, number: str) -> Response:
    """Give a file that stands beside a document; decided and audited like every opening."""
    requester, services = requester_of(request), screen_of(request).services
    whose, place = asked_patient(patient), asked_number(number)
    found = open_attachment(
        services.store, services.clock, requester, whose, EntryId(asked_number(entry)), place
    )
    if found.about.media_type.startswith("image/"):
        return Response(services.thumbnail(found, LONGEST_SIDE), media_type="image/png", headers=INERT)
    headers = INERT | {"Content-Disposition": disposition(found.about.name, f"{int(entry)}-{place}.pdf")}
    return Response(found.content, media_type="application/pdf", headers=headers)


@router.get("/patients/{patient}/entries/{entry}/attachments/{number}/pages")
@declares(RECORDS, About.PATIENT)
def pages(request: Request, patient: str, entry: str, number: str) -> Response:
    """Show a file page by page; for a script only the pages, to be put beside the rest of its document."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services, whose = screen.services, asked_patient(patient)
    found = open_attachment(
        services.store,
        services.clock,
        requester,
        whose,
        EntryId(asked_number(entry)),
        asked_number(number),
    )
    base = f"/patients/{patient}/entries/{entry}/attachments/{number}"
    told = {
        "name": found.about.name,
        "pages": _pages(services.papers, found, base, words),
        "file": base if found.about.media_type == PDF else "",
    }
    if wants_fragment(request):
        return screen.page(request, "attachment_pages.html", **told)
    return screen.page(
        request,
        "attachment.html",
        **head_of(screen, requester, screen.person(whose), words),
        **told,
        back=f"/patients/{patient}/entries/{entry}",
    )


@router.get("/patients/{patient}/entries/{entry}/attachments/{number}/pages/{page}.png")
@declares(RECORDS, About.PATIENT)
def drawn_page(request: Request, patient: str, entry: str, number: str, page: str) -> Response:
    """Draw one page as PNG in a limited process; decided and audited like every opening."""
    requester, services = requester_of(request), screen_of(request).services
    whose, place = asked_patient(patient), asked_number(page)
    if not 1 <= place <= MOST_PAGES:
        raise NotFound("no such page")
    found = open_attached_page(
        services.store,
        services.clock,
        requester,
        whose,
        EntryId(asked_number(entry)),
        AttachedPage(asked_number(number), place),
    )
    return Response(services.papers.page(found, place, LONGEST_SIDE), media_type="image/png", headers=INERT)


def _pages(papers: PaperReader, found: Attached, base: str, words: Words) -> Pages:
    """Say where each page is drawn; a file that cannot be opened in bounds has none."""
    try:
        counted = papers.counted(found)
    except Unavailable as error:
        if error.retry_after:
            raise
        return Pages((), 0)
    name = found.about.name
    return Pages(
        tuple(
            Page(
                f"{base}/pages/{place}.png",
                words("document.page", name=name, n=place, of=counted.pages),
                *_fitted(size),
            )
            for place, size in enumerate(counted.sizes, 1)
        ),
        counted.pages - len(counted.sizes),
    )


def _fitted(size: PageSize) -> tuple[int, int]:
    """Return the pixels a page will have: its place is kept before it comes."""
    scale = LONGEST_SIDE / max(size)
    return max(1, round(size.width * scale)), max(1, round(size.height * scale))


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
