"""Many facilities or people from a table: what each line would do is shown before anything is done.

The table travels with the forms: nothing of it is kept before it is applied.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from hie.exchange.gate.declared import About, declares
from hie.exchange.roster.importing import (
    FACILITY_COLUMNS,
    MOST_CHARACTERS,
    PEOPLE_COLUMNS,
    Outcome,
    import_facilities,
    import_people,
    read_table,
)
from hie.record.errors import Invalid, NotFound
from hie.record.people import FacilityKind
from hie.record.requester import Role
from viewer.letters import letter_of
from viewer.locale import WORDS, Words
from viewer.screen import requester_of, screen_of, words_of

OFFICE = frozenset({Role.SECRETARIAT})
MOST_BYTES = 3 * 1024 * 1024
"""Of a form whose table is written in percents."""
KINDS = {"facilities": (import_facilities, FACILITY_COLUMNS), "people": (import_people, PEOPLE_COLUMNS)}

router = APIRouter(include_in_schema=False)


@router.get("/imports")
@declares(OFFICE, About.PEOPLE)
def ask(request: Request) -> Response:
    """Ask for a table."""
    return _page(request)


@router.post("/imports")
@declares(OFFICE, About.PEOPLE, most_bytes=MOST_BYTES)
def preview(
    request: Request,
    kind: Annotated[str, Form(max_length=20)] = "",
    files: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Show what each line would do."""
    if kind not in KINDS:
        raise NotFound("no such kind of table")
    try:
        text = read_table(files.file.read(MOST_CHARACTERS * 4) if files else b"")
        outcomes = _run(request, kind, text, dry=True)
    except Invalid:
        return _page(request, kind, problem="imports.unreadable")
    return _page(request, kind, text, outcomes)


@router.post("/imports/apply")
@declares(OFFICE, About.PEOPLE, fresh=True, most_bytes=MOST_BYTES)
def apply(
    request: Request,
    kind: Annotated[str, Form(max_length=20)] = "",
    text: Annotated[str, Form(max_length=MOST_CHARACTERS)] = "",
) -> Response:
    """Do it; who is invited gets a letter, and all of them are shown once."""
    if kind not in KINDS:
        raise NotFound("no such kind of table")
    try:
        outcomes = _run(request, kind, text, dry=False)
    except Invalid:
        return _page(request, kind, problem="imports.unreadable")
    screen_of(request).forget_facilities()
    letters = [letter_of(request, one.letter) for one in outcomes if one.letter]
    if letters:
        return screen_of(request).page(request, "letters.html", letters=letters)
    return _page(request, kind, "", outcomes, applied=True)


def _run(request: Request, kind: str, text: str, *, dry: bool) -> list[Outcome]:
    services = screen_of(request).services
    act, _ = KINDS[kind]
    return act(services.store, services.clock, requester_of(request), text, code_of, dry=dry)


def code_of(word: str) -> str:
    """Read a kind of facility or a role as people write it, in any language of the screen, or as its code."""
    typed = word.strip()
    for words in WORDS.values():
        for prefix, codes in (("kind", FacilityKind), ("role", Role)):
            found = next((code.value for code in codes if words(f"{prefix}.{code}") == typed), "")
            if found:
                return found
    return typed


def _page(
    request: Request,
    kind: str = "facilities",
    text: str = "",
    outcomes: list[Outcome] | None = None,
    problem: str = "",
    *,
    applied: bool = False,
) -> Response:
    words = words_of(request)
    return screen_of(request).page(
        request,
        "imports.html",
        422 if problem else 200,
        kind=kind,
        text=text,
        outcomes=[(one, _wrong(one, words)) for one in outcomes or ()],
        fine=sum(one.is_fine for one in outcomes or ()),
        columns=[names[0] for names in KINDS[kind][1].values()],
        heads={name: ",".join(names[0] for names in of.values()) for name, (_, of) in KINDS.items()},
        problem=problem,
        applied=applied,
    )


def _wrong(outcome: Outcome, words: Words) -> str:
    if outcome.is_fine:
        return ""
    return words.either(f"wrong.{outcome.field}.{outcome.reason}", words("wrong"))
