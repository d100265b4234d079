"""Who looked, for those who keep watch; the questions of patients; a facility's month; what is taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from hie.exchange.gate.declared import DESK, About, declares
from hie.exchange.ports import AuditQuery
from hie.exchange.trail.accesses import ANSWERERS, answer, waiting
from hie.exchange.trail.audit_lines import CSV_HEADINGS, csv_cells, safe_cell
from hie.exchange.trail.audit_pack import Pack, month_of, pack
from hie.exchange.trail.audit_views import exported, look
from hie.exchange.trail.audit_words import Group, actions_of
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode
from hie.record.requester import Requester, Role
from hie.record.spreadsheets import MARK, MEDIA_TYPE, csv_lines
from hie.record.times import JST
from viewer.audit import Asked, line_of, to_the_minute
from viewer.screen import Screen, requester_of, screen_of, words_of

router = APIRouter(include_in_schema=False)

DAYS = 7
"""Days that are shown where none are asked for."""
DECISIONS = "decisions"
"""The choice of everything that was decided about a person: consents, links, emergencies."""
NOBODY = "-"
"""Names nobody: what was typed and is not there is not written down."""
CHOICES = (DECISIONS, *(group.value for group in Group))
_LONGEST = 70
_AT_ONCE = 500


class Search(NamedTuple):
    """The form as it was filled in."""

    patient: str = ""
    facility: str = ""
    account: str = ""
    custodian: str = ""
    group: str = ""
    since: str = ""
    until: str = ""


Text = Annotated[str, Query(max_length=_LONGEST)]


@router.get("/audit")
@declares(DESK, About.AUDIT)
def audit(  # noqa: PLR0913, PLR0917  a form
    request: Request,
    patient: Text = "",
    facility: Text = "",
    account: Text = "",
    custodian: Text = "",
    group: Text = "",
    since: Text = "",
    until: Text = "",
    before: Text = "",
) -> Response:
    """Show the newest rows that are asked for."""
    return _drawn(request, Search(patient, facility, account, custodian, group, since, until), before)


@router.get("/audit/export.csv")
@declares(DESK, About.AUDIT, fresh=True)
def export(  # noqa: PLR0913, PLR0917  a form
    request: Request,
    patient: Text = "",
    facility: Text = "",
    account: Text = "",
    custodian: Text = "",
    group: Text = "",
    since: Text = "",
    until: Text = "",
) -> Response:
    """Give the same rows as a table."""
    requester, screen = requester_of(request), screen_of(request)
    asked = Search(patient, facility, account, custodian, group, since, until)
    query = _query(screen, asked)
    rows = exported(screen.services.store, screen.services.clock, requester, query)
    return _table("audit.csv", chain([CSV_HEADINGS], map(csv_cells, rows)))


@router.post("/audit/complaints/{complaint}")
@declares(ANSWERERS, About.AUDIT)
def answered(request: Request, complaint: str, text: Annotated[str, Form()] = "") -> Response:
    """Answer a patient's question."""
    services, words = screen_of(request).services, words_of(request)
    try:
        answer(services.store, services.clock, requester_of(request), complaint, text)
    except Conflict:
        return _drawn(request, Search(), problem=words("audit.answer.own"))
    except Invalid:
        return _drawn(request, Search(), problem=words("audit.answer.empty"))
    return RedirectResponse("/audit", 303)


@router.get("/audit/pack")
@declares(DESK, About.AUDIT)
def month(request: Request, facility: Text = "", month: Text = "") -> Response:
    """Show a facility's month."""
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    code, asked, found = _pack(screen, requester, facility, month)
    lists = {
        name: [line_of(row, {}, screen, words) for row in getattr(found, name)]
        for name in ("at_night", "unrelated", "staff", "emergencies")
    }
    return screen.page(
        request,
        "audit_pack.html",
        found=found,
        lists=lists,
        month=asked,
        of=screen.facility(code),
        facilities=_facilities(screen, requester),
    )


@router.get("/audit/pack.csv")
@declares(DESK, About.AUDIT, fresh=True)
def month_table(request: Request, facility: Text = "", month: Text = "") -> Response:
    """Give who looked most in a facility's month as a table."""
    words = words_of(request)
    _, asked, found = _pack(screen_of(request), requester_of(request), facility, month)
    heads = [words(f"audit.pack.{one}") for one in ("viewer", "patients", "looks")]
    lines = [(safe_cell(one.name), str(one.patients), str(one.looks)) for one in found.viewers]
    return _table(f"audit-{asked}.csv", [heads, *lines])


def _drawn(request: Request, asked: Search, before: str = "", problem: str = "") -> Response:
    requester, screen, words = requester_of(request), screen_of(request), words_of(request)
    services = screen.services
    now = datetime.fromtimestamp(services.clock.now() / 1000, JST)
    if not asked.since and not asked.patient:
        asked = asked._replace(since=f"{now - timedelta(days=DAYS):%Y-%m-%d}")
    query = _query(screen, asked)
    if before.isdecimal() and len(before) < len(str(2**62)):
        query = query._replace(before=int(before))
    found = look(services.store, services.clock, requester, query)
    questions = waiting(services.store, requester)
    return screen.page(
        request,
        "audit.html",
        asked=asked,
        query={name: value for name, value in asked._asdict().items() if value},
        lines=[line_of(row, found.people, screen, words) for row in found.rows],
        more=found.more,
        questions=[
            Asked(one.id, to_the_minute(one.filed_at), line_of(row, {}, screen, words))
            for one, row in questions
        ],
        choices=CHOICES,
        facilities=_facilities(screen, requester),
        everybody=_everybody(screen),
        alarms=services.alarms() if requester.role is Role.SECRETARIAT else (),
        problem=problem,
    )


def _facilities(screen: Screen, requester: Requester) -> list[tuple[str, str]]:
    """Return whose staff may be asked about."""
    if requester.role is not Role.SECRETARIAT:
        return []
    return _everybody(screen)


def _everybody(screen: Screen) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in screen.facilities().values()]


def _query(screen: Screen, asked: Search) -> AuditQuery:
    """Read the form; a day that is none, and a person who is not there, find nothing."""
    account = NOBODY if asked.account else ""
    if asked.account:
        with screen.services.store.look() as work:
            found = work.accounts.find(asked.account.strip())
        account = found.id if found else NOBODY
    known = screen.facilities().keys() | {""}
    return AuditQuery(
        since=_moment(asked.since, 0),
        until=_moment(asked.until, 1) if asked.until else 2**62,
        patient=asked.patient.strip(),
        facility=FacilityCode(asked.facility if asked.facility in known else NOBODY),
        account=account,
        actions=_actions(asked.group),
        custodian=FacilityCode(asked.custodian if asked.custodian in known else NOBODY),
    )


def _actions(group: str) -> tuple[str, ...]:
    if group == DECISIONS:
        return (*actions_of(Group.CONSENT), *actions_of(Group.LINK), *actions_of(Group.EMERGENCY))
    return actions_of(Group(group)) if group in set(Group) else ()


def _moment(day: str, days: int) -> int:
    try:
        at = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=JST) + timedelta(days=days)
    except (ValueError, OverflowError):
        return 0
    return int(at.timestamp() * 1000)


def _pack(screen: Screen, requester: Requester, facility: str, month: str) -> tuple[FacilityCode, str, Pack]:
    """Return the facility and the month that are shown, and what is in it."""
    services = screen.services
    own = requester.role is not Role.SECRETARIAT or not facility
    code = requester.facility if own else FacilityCode(facility)
    now = datetime.fromtimestamp(services.clock.now() / 1000, JST)
    asked = month or f"{now:%Y-%m}"
    try:
        month_of(asked)
    except ValueError as error:
        raise NotFound("no such month") from error
    return code, asked, pack(services.store, services.clock, requester, code, asked)


def _table(name: str, lines: Iterable[Iterable[str]]) -> Response:
    """Write a table that spreadsheets of this country open without asking: UTF-8 with its mark.

    A piece at a time: a year of a region has millions of lines.
    """
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_pieces(iter(lines)), media_type=MEDIA_TYPE, headers=headers)


def _pieces(lines: Iterator[Iterable[str]]) -> Iterator[str]:
    yield MARK
    while some := list(islice(lines, _AT_ONCE)):
        yield csv_lines(some)
