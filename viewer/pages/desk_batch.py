"""Many consents from a list: a preview of every line, then a batch that a second person verifies.

The list travels with the forms: nothing of it is kept before it is applied.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from hie.exchange.consents import bulk, scanning
from hie.exchange.consents.bulk import BRINGERS, COLUMNS, PROPOSED, ListLine
from hie.exchange.consents.registering import VERIFIERS
from hie.exchange.consents.scanning import Received
from hie.exchange.gate.declared import KILOBYTE, About, declares
from hie.exchange.ports import LARGEST_SCAN
from hie.exchange.roster.importing import read_table
from hie.record.errors import HieError, Invalid, NotFound
from viewer.consent_words import provision_words
from viewer.desk import person_words, problem_of
from viewer.screen import requester_of, screen_of, words_of

MOST_BYTES = 64 * KILOBYTE * KILOBYTE
MOST_TABLE = 4 * KILOBYTE * KILOBYTE
"""Of a form whose table is written in percents."""

router = APIRouter(include_in_schema=False)


@router.get("/desk/batch")
@declares(BRINGERS, About.DECISIONS)
def ask(request: Request) -> Response:
    """Ask for a list."""
    return _asked(request, "", "")


@router.post("/desk/batch")
@declares(BRINGERS, About.DECISIONS, most_bytes=MOST_TABLE)
def preview(request: Request, files: Annotated[UploadFile, File()]) -> Response:
    """Show what each line would become."""
    try:
        return _asked(request, read_table(files.file.read(bulk.MOST_CHARACTERS * 4)), "")
    except Invalid:
        return _asked(request, "", words_of(request)("batch.unreadable"))


@router.post("/desk/batch/apply")
@declares(BRINGERS, About.DECISIONS, most_bytes=MOST_TABLE)
def apply(
    request: Request,
    batch: Annotated[str, Form(max_length=32)] = "",
    table: Annotated[str, Form(max_length=bulk.MOST_CHARACTERS)] = "",
) -> Response:
    """Propose the lines that can be."""
    services = screen_of(request).services
    if not (batch.isascii() and batch.isalnum()):
        raise NotFound("a list has an id")
    try:
        bulk.apply(services.store, services.clock, requester_of(request), table, batch)
    except Invalid:
        return _asked(request, "", words_of(request)("batch.unreadable"))
    return RedirectResponse(f"/desk/batch/{batch}", 303)


@router.get("/desk/batch/{batch}")
@declares(BRINGERS | VERIFIERS, About.DECISIONS)
def show(request: Request, batch: str) -> Response:
    """Show a batch beside its scans."""
    return _batch(request, batch, [], {})


@router.post("/desk/batch/{batch}/scans")
@declares(BRINGERS | VERIFIERS, About.DECISIONS, most_bytes=MOST_BYTES)
def receive(request: Request, batch: str, files: Annotated[list[UploadFile], File()]) -> Response:
    """Take the folder of scans."""
    services = screen_of(request).services
    uploads = [
        scanning.Upload(one.filename or "", one.file.read(LARGEST_SCAN + 1))
        for one in files[: scanning.MOST_FILES]
    ]
    received = bulk.receive(
        services.store, services.clock, services.scans, requester_of(request), uploads, batch
    )
    return _batch(request, batch, received, {})


@router.post("/desk/batch/{batch}/verify")
@declares(VERIFIERS, About.DECISIONS, fresh=True)
def verify(request: Request, batch: str, ticked: Annotated[list[str] | None, Form()] = None) -> Response:
    """Verify those that were ticked, each by itself."""
    services = screen_of(request).services
    seen = dict(one.partition(" ")[::2] for one in ticked or ())
    ends = bulk.verify(services.store, services.clock, requester_of(request), batch, seen)
    return _batch(request, batch, [], ends)


def _asked(request: Request, table: str, problem: str) -> Response:
    screen, words = screen_of(request), words_of(request)
    services, lines = screen.services, list[ListLine]()
    if table:
        try:
            lines = bulk.preview(services.store, services.clock, requester_of(request), table)
        except Invalid:
            table, problem = "", words("batch.unreadable")
    return screen.page(
        request,
        "desk_batch.html",
        problem=problem,
        table=table,
        batch=services.clock.new_id(),
        columns=[(names[0], name in bulk.NEEDED) for name, names in COLUMNS.items()],
        lines=[
            (
                line.place,
                person_words(line.proposal, screen.today(), words),
                words(f"batch.outcome.{line.outcome}"),
                problem_of(line.problem, words) if line.problem else "",
                line.outcome in PROPOSED,
            )
            for line in lines
        ],
        good=sum(line.outcome in PROPOSED for line in lines),
    )


def _batch(
    request: Request, batch: str, received: list[Received], ends: dict[str, HieError | None]
) -> Response:
    screen, requester, words = screen_of(request), requester_of(request), words_of(request)
    found = bulk.listed(screen.services.store, screen.services.clock, requester, batch)
    lines = [
        {
            "id": one.id,
            "who": person_words(one.proposal, screen.today(), words),
            "numbers": [f"{screen.name_of(at)} {value}" for at, value in one.proposal.numbers],
            "scope": [
                said.text for said in provision_words(one.proposal.provisions[0], screen.name_of, words)[:2]
            ],
            "state": one.state.value,
            "state_text": words(f"desk.state.{one.state}"),
            "scan": one.proposal.scan_name,
            "pages": [f"/desk/{one.id}/scans/{page.digest}/{page.page}" for page in opened.pages],
            "tick": f"{one.id} {opened.seen}" if opened.may_verify and opened.pages else "",
            "problem": problem_of(error, words) if (error := ends.get(one.id)) else "",
        }
        for one, opened in found
    ]
    return screen.page(
        request,
        "desk_batch_lines.html",
        batch=batch,
        lines=lines,
        received=received,
        may_verify=any(line["tick"] for line in lines),
        verified=sum(error is None for error in ends.values()),
        decided=bool(ends),
    )
