"""A clinic's table of many patients: hand in, say which column is what, see every line, file."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from hie.exchange.feeds import own_records, undoing, uploaded_tables
from hie.exchange.feeds.uploaded_tables import TABLERS
from hie.exchange.gate.declared import KILOBYTE, About, declares
from hie.exchange.ports.uploads import UploadState
from hie.readers.clinic_table import MOST_BYTES, Column, Kind, Profile
from hie.record.errors import Invalid
from viewer.asked import problem_said, tried
from viewer.screen import requester_of, screen_of, words_of

MOST_FORM = MOST_BYTES + 64 * KILOBYTE
PLACE = "/tables"
SHOWN = 300
"""Lines of a preview; those with a problem come first."""

router = APIRouter(include_in_schema=False)


@router.get("/tables")
@declares(TABLERS, About.DECISIONS)
def listed(request: Request) -> Response:
    """Show the tables that were handed in."""
    return _list(request)


@router.post("/tables")
@declares(TABLERS, About.DECISIONS, most_bytes=MOST_FORM)
def receive(request: Request, files: Annotated[UploadFile, File()]) -> Response:
    """Take a table in and show what it would do."""
    services = screen_of(request).services
    given = own_records.File(files.filename or "", files.file.read(MOST_BYTES + 1))
    try:
        made = uploaded_tables.receive(services.store, services.clock, requester_of(request), given)
    except Invalid as error:
        return RedirectResponse(f"{PLACE}?problem={error.code or 'other'}", 303)
    return RedirectResponse(f"{PLACE}/{made.id}", 303)


@router.get("/tables/{number}")
@declares(TABLERS, About.DECISIONS)
def rehearse(request: Request, number: str) -> Response:
    """Show line by line what filing would do."""
    screen, words = screen_of(request), words_of(request)
    services = screen.services
    found = uploaded_tables.rehearse(services.store, services.clock, requester_of(request), number)
    lines = sorted(found.lines, key=lambda line: (not line.problem, line.line))
    return screen.page(
        request,
        "table.html",
        found=found,
        problem=words(f"tables.problem.{found.problem}") if found.problem else "",
        columns=[(column.value, words(f"tables.column.{column}")) for column in Column],
        chosen={column.value: head for column, head in found.profile.columns.items()},
        kinds=[(kind.value, words(f"tables.kind.{kind}")) for kind in Kind],
        lines=lines[:SHOWN],
        more=max(0, len(lines) - SHOWN),
        bad=len(found.lines) - found.good,
    )


@router.post("/tables/{number}/columns")
@declares(TABLERS, About.DECISIONS)
def arrange(
    request: Request,
    number: str,
    columns: Annotated[list[str], Form()] = [],  # noqa: B006  never changed
    every: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Say which column is what: each of `columns` is what it is, `=`, and its head."""
    parts = [one.partition("=") for one in columns]
    chosen = {Column(what): head for what, _, head in parts if what in set(Column) and head}
    profile = Profile(chosen, Kind(every) if every in set(Kind) else None)
    services = screen_of(request).services
    uploaded_tables.arrange(services.store, services.clock, requester_of(request), number, profile)
    return RedirectResponse(f"{PLACE}/{number}", 303)


@router.post("/tables/{number}/file")
@declares(TABLERS, About.DECISIONS)
def file(request: Request, number: str) -> Response:
    """File the good lines."""
    services = screen_of(request).services
    return tried(
        lambda: uploaded_tables.file(services.store, services.clock, requester_of(request), number),
        PLACE,
    )


@router.post("/tables/{number}/discard")
@declares(TABLERS, About.DECISIONS)
def discard(request: Request, number: str) -> Response:
    """Take a table away."""
    services = screen_of(request).services
    return tried(
        lambda: uploaded_tables.discard(services.store, services.clock, requester_of(request), number),
        PLACE,
    )


@router.post("/tables/{number}/undo")
@declares(TABLERS, About.DECISIONS)
def undo(request: Request, number: str) -> Response:
    """Take back what a table filed today."""
    services = screen_of(request).services
    return tried(
        lambda: undoing.undo_table(services.store, services.clock, requester_of(request), number), PLACE
    )


def _list(request: Request) -> Response:
    screen, words = screen_of(request), words_of(request)
    now = screen.services.clock.now()
    tables = uploaded_tables.listed(screen.services.store, requester_of(request))
    return screen.page(
        request,
        "tables.html",
        problem=problem_said(words, "tables.problem.", request.query_params.get("problem", "")),
        tables=[
            (one, json.loads(one.told), own_records.may_undo(one, now))
            for one in tables
            if one.state is not UploadState.DISCARDED
        ],
    )
