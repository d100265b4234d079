"""Linking: the queue of what somebody must decide, two sides of one number, splitting, and the report.

A number stands in an address by its surrogate, which says nothing; numbers, names and reasons travel in
the body of a form. The region's desk sees every number, a hospital's desk its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import DESK, KILOBYTE, About, declares
from hie.exchange.linking import exposure, linking
from hie.exchange.linking.exposure import Exposure
from hie.exchange.linking.link_table import Fate, Names, Planned, apply, counted, plan, read_table
from hie.exchange.linking.linking import Claim, Opened
from hie.exchange.moments import decided_about
from hie.exchange.ports import UnitOfWork
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.requester import Role
from viewer.alerts import day_and_time
from viewer.linking import DAY, as_csv, by_words, case_line, choices, history, looks, sides, state_of
from viewer.screen import requester_of, screen_of, words_of

MOST_CASES = 200
MOST_LINES = 200
LARGEST_TABLE = 16 * 1024 * KILOBYTE
SECRETARIAT = frozenset({Role.SECRETARIAT})

router = APIRouter(include_in_schema=False)


@router.get("/links")
@declares(DESK, About.DECISIONS)
def queue(request: Request) -> Response:
    """Show what waits for a decision, contested and old cases first."""
    return _queue(request, "")


@router.post("/links")
@declares(DESK, About.DECISIONS)
def find(
    request: Request, facility: Annotated[str, Form()] = "", number: Annotated[str, Form()] = ""
) -> Response:
    """Lead to a number, linked or not; say so where there is none."""
    local = LocalPatientId(FacilityCode(facility.strip()), number.strip())
    with screen_of(request).services.store.look() as work:
        known = work.links.find(local) if linking.may_keep(requester_of(request), local.facility) else None
    if known is None:
        return _queue(request, words_of(request)("links.find.none"), 404)
    return RedirectResponse(f"/links/{known.surrogate}", 303)


@router.get("/links/import")
@declares(SECRETARIAT, About.DECISIONS)
def table(request: Request) -> Response:
    """Show the form for a table of links."""
    return _table(request)


@router.post("/links/import")
@declares(SECRETARIAT, About.DECISIONS, most_bytes=LARGEST_TABLE)
def bring(
    request: Request,
    file: Annotated[UploadFile, File()],
    seen: Annotated[str, Form()] = "",
) -> Response:
    """Say what becomes of each line; write it where the same file was previewed before."""
    screen, words = screen_of(request), words_of(request)
    content = file.file.read(LARGEST_TABLE + 1)
    digest = hashlib.sha256(content).hexdigest()
    services = screen.services
    try:
        lines = list(read_table(content))
        with services.store.look() as work:
            planned = plan(work, lines, services.clock.new_id)
    except Invalid:
        return _table(request, note=words("import.unreadable"), status=400)
    if seen and seen != digest:
        return _table(request, planned, note=words("import.changed"), digest=digest)
    if not seen:
        return _table(request, planned, note=words("import.planned"), digest=digest)
    done = apply(services.store, services.clock, Names(requester_of(request)), planned)
    return _table(request, done, note=words("import.done"))


@router.get("/links/{surrogate}")
@declares(DESK, About.DECISIONS)
def one(request: Request, surrogate: str) -> Response:
    """Lay what the facility says of a number beside whom the region knows."""
    return _one(request, _surrogate(surrogate), "")


@router.post("/links/{surrogate}/confirm")
@declares(DESK, About.DECISIONS, fresh=True)
def confirm(request: Request, surrogate: str, seen: Annotated[str, Form()] = "") -> Response:
    """Link a number that somebody else proposed, as the page showed it."""
    return _decided(request, _surrogate(surrogate), _Step("confirm", seen=seen))


@router.post("/links/{surrogate}/decide")
@declares(DESK, About.DECISIONS)
def decide(
    request: Request,
    surrogate: str,
    act: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    seen: Annotated[str, Form()] = "",
) -> Response:
    """Refuse, put off, accept, doubt or propose again; none of these opens anything."""
    if act == "confirm":
        raise NotFound("this is confirmed at a place of its own")
    return _decided(request, _surrogate(surrogate), _Step(act, reason, seen))


@router.get("/links/{surrogate}/split")
@declares(DESK, About.DECISIONS)
def before_split(request: Request, surrogate: str) -> Response:
    """Show who has looked so far, before a number is split off."""
    screen, number = screen_of(request), _surrogate(surrogate)
    found = exposure.report(screen.services.store, screen.services.clock, requester_of(request), number)
    return _report(request, found, splitting=True)


@router.post("/links/{surrogate}/split")
@declares(DESK, About.DECISIONS)
def split(request: Request, surrogate: str, reason: Annotated[str, Form()] = "") -> Response:
    """End a link, tell the desks of those who looked, and show the report."""
    screen, number = screen_of(request), _surrogate(surrogate)
    services, requester = screen.services, requester_of(request)
    with services.store.look() as work:
        known = work.links.number(number)
    if known is None:
        raise NotFound("no such number, or not for the asker")
    try:
        exposure.split(services.store, services.clock, requester, known.local, reason)
    except Invalid:
        return _one(request, number, words_of(request)("link.refused.invalid"), 409)
    return RedirectResponse(f"/links/{number}/exposure", 303)


@router.get("/links/{surrogate}/exposure")
@declares(DESK, About.DECISIONS)
def exposed(request: Request, surrogate: str) -> Response:
    """Show who looked while a number was the person's it was last."""
    screen, number = screen_of(request), _surrogate(surrogate)
    found = exposure.report(screen.services.store, screen.services.clock, requester_of(request), number)
    return _report(request, found, splitting=False)


@router.get("/links/{surrogate}/exposure.csv")
@declares(DESK, About.DECISIONS)
def exposed_table(request: Request, surrogate: str) -> Response:
    """Give the report as a table."""
    screen, words, number = screen_of(request), words_of(request), _surrogate(surrogate)
    found = exposure.report(screen.services.store, screen.services.clock, requester_of(request), number)
    name = f"exposure-{number}.csv"
    return Response(
        as_csv(found, lambda code: screen.facility(FacilityCode(code)).name, words),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _surrogate(text: str) -> int:
    """Read a surrogate, or raise `NotFound` as of a number that is not there."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004  digits of a 32-bit number
        raise NotFound("no such number, or not for the asker")
    return int(text)


def _queue(request: Request, note: str, status: int = 200) -> Response:
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    with screen.services.store.work() as work:
        cases = linking.waiting(work, screen.services.clock.now(), requester, MOST_CASES)
        names = _names(work, [case.by for case, _ in cases])
    oldest = min((case.at for case, _ in cases), default=None)
    now = screen.services.clock.now()
    return screen.page(
        request,
        "links.html",
        status,
        lines=[
            case_line(
                case,
                person,
                screen.facility(case.local.facility).short_name,
                by_words(case.by, names, words),
                words,
            )
            for case, person in cases
        ],
        days=None if oldest is None else max(0, (now - oldest) // DAY),
        note=note,
        own=requester.facility if requester.role is not Role.SECRETARIAT else "",
        facilities=sorted(screen.facilities().values()),
        may_import=requester.role is Role.SECRETARIAT,
    )


def _names(work: UnitOfWork, accounts: Sequence[str]) -> Mapping[str, str]:
    """Return the names of accounts; a message's and an operator's are none."""
    return {number: person.account.name for number, person in work.roster.known(accounts).items()}


def _one(request: Request, surrogate: int, note: str, status: int = 200) -> Response:
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    with screen.services.store.work() as work:
        opened = linking.opened(work, screen.services.clock.now(), requester, surrogate)
        names = _names(work, [event.by for event in opened.history])
    return screen.page(
        request,
        "link.html",
        status,
        surrogate=surrogate,
        seen=opened.seen,
        note=note,
        state=state_of(opened),
        held=opened.case is not None and opened.case.held,
        why=words(f"link.reason.{opened.case.reason}") if opened.case and opened.case.reason else "",
        number=opened.number.local.value,
        place=screen.facility(opened.number.local.facility),
        person=opened.person,
        stated=bool(opened.said),
        sides=sides(opened, words),
        likeness=opened.likeness,
        proposed=_proposed(opened, names, request),
        may=choices(opened, requester.user),
        history=history(opened, names, words),
        reasons=linking.REASONS,
    )


def _proposed(opened: Opened, names: Mapping[str, str], request: Request) -> str:
    if opened.case is None or opened.case.kind.value != "proposed":
        return ""
    words, case = words_of(request), opened.case
    return words("link.proposed_by", name=by_words(case.by, names, words), at=day_and_time(case.at))


class _Step(NamedTuple):
    """What somebody pressed, and on which page."""

    act: str
    reason: str = ""
    seen: str = ""
    """`Opened.seen` of the page."""


def _decided(request: Request, surrogate: int, step: _Step) -> Response:
    """Do one step in one transaction; what is refused is said on the page."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    try:
        with screen.services.store.work() as work:
            now = decided_about(work, screen.services.clock, work.links.number(surrogate))
            if step.act == "confirm":
                linking.confirm_case(work, now, requester, surrogate, step.seen)
            elif step.act == "reject":
                linking.reject(work, now, requester, surrogate, step.reason)
            elif step.act == "hold":
                linking.hold(work, now, requester, surrogate)
            elif step.act == "accept":
                linking.accept(work, now, requester, surrogate, step.seen)
            else:
                _doubted(work, now, request, surrogate, step)
    except Conflict:
        return _one(request, surrogate, words("link.refused.conflict"), 409)
    except Invalid:
        return _one(request, surrogate, words("link.refused.invalid"), 409)
    return RedirectResponse(f"/links/{surrogate}", 303)


def _doubted(work: UnitOfWork, now: int, request: Request, surrogate: int, step: _Step) -> None:
    number = work.links.number(surrogate)
    if number is None or step.act not in {"contest", "propose"}:
        raise NotFound("no such number, or not for the asker")
    if step.act == "contest":
        linking.contest(work, now, requester_of(request), number.local, step.reason)
        return
    case = work.link_cases.find(surrogate)
    if case is None:
        raise Conflict("somebody decided this meanwhile")
    claim = Claim(number.local, case.patient, linking.newest_facts(work, surrogate))
    linking.propose(work, now, requester_of(request), claim)


def _report(request: Request, found: Exposure, *, splitting: bool) -> Response:
    screen, words = screen_of(request), words_of(request)
    return screen.page(
        request,
        "exposure.html",
        surrogate=found.number.surrogate,
        number=found.number.local.value,
        place=screen.facility(found.number.local.facility),
        windows=[(day_and_time(one.since), day_and_time(one.until)) for one in found.windows],
        lines=looks(found, lambda code: screen.facility(FacilityCode(code)).short_name, words),
        people=found.people,
        facilities=[screen.facility(code).name for code in found.facilities],
        splitting=splitting,
        reasons=linking.REASONS,
    )


def _table(
    request: Request, planned: Sequence[Planned] = (), note: str = "", digest: str = "", status: int = 200
) -> Response:
    words = words_of(request)
    doubtful = [one for one in planned if one.fate in {Fate.CONFLICT, Fate.INVALID}][:MOST_LINES]
    return screen_of(request).page(
        request,
        "link_import.html",
        status,
        note=note,
        digest=digest,
        counts=[(words(f"import.fate.{fate}"), count) for fate, count in counted(planned).items()]
        if planned
        else [],
        lines=[
            (one.place, words(f"import.fate.{one.fate}"), words(f"import.why.{one.why}")) for one in doubtful
        ],
    )
