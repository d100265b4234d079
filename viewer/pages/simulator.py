"""The simulator: choose a person and somebody who looks, and see what the consents say; no document opens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.gate.declared import RECORDS, About, declares
from hie.exchange.ports import Account
from hie.exchange.retrospective.simulating import (
    CHANGES,
    OPT_INS,
    SIMULATES,
    Change,
    Try,
    Who,
    check_change,
    simulate,
)
from hie.record.entry import Label
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Patient
from hie.record.requester import Requester, Role
from hie.record.times import JST, day_from_date
from viewer.asked import asked_patient
from viewer.finding import Missed, found_person
from viewer.identifying import Typed
from viewer.screen import Screen, requester_of, screen_of, words_of
from viewer.simulated import drawn

ROLES = tuple(one for one in Role if one in RECORDS)

_LABELS = frozenset(str(int(one)) for one in OPT_INS)

router = APIRouter(include_in_schema=False)


class Filled(NamedTuple):
    """The form as the address names it; nothing in it is a person's."""

    facility: str = ""
    role: str = Role.DOCTOR.value
    login: str = ""
    on: str = ""
    change: str = ""
    about: str = ""
    label: int = 0


@router.get("/simulator")
@declares(SIMULATES, About.DECISIONS)
def simulator(request: Request) -> Response:
    """Ask for a person, or answer for one."""
    asked = request.query_params
    label = asked.get("label", "0")
    filled = Filled(
        asked.get("facility", ""),
        asked.get("role", Role.DOCTOR.value),
        asked.get("login", ""),
        asked.get("on", ""),
        asked.get("change", ""),
        asked.get("about", ""),
        int(label) if label in _LABELS else 0,
    )
    if "patient" not in asked:
        return _drawn(request, filled)
    return _answered(request, asked_patient(asked["patient"]), filled)


@router.post("/simulator")
@declares(SIMULATES, About.DECISIONS)
def found(
    request: Request,
    card: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    kana: Annotated[str, Form()] = "",
    birth: Annotated[str, Form()] = "",
) -> Response:
    """Find the one person meant and go on with them."""
    person = found_person(request, Typed(number, card, kana, birth))
    if isinstance(person, Missed):
        return _drawn(request, Filled(), person.text)
    return RedirectResponse("/simulator?" + urlencode({"patient": person}), 303)


def _answered(request: Request, patient: PatientId, filled: Filled) -> Response:
    """Answer for a person; what the form says wrongly is left out and told."""
    screen, words, requester = screen_of(request), words_of(request), requester_of(request)
    account = _account(screen, requester, filled.login)
    problem = words("simulator.no_login") if filled.login and account is None else ""
    change = Change(filled.change, FacilityCode(filled.about), Label(filled.label)) if filled.change else None
    try:
        if change:
            check_change(change)
    except Invalid:
        problem, change = words("simulator.wrong"), None
    who = _who(filled, account, requester.facility)
    tried = Try(patient, who, _moment(screen, filled.on), screen.today(), change)
    answer = simulate(screen.services.store, screen.services.clock, requester, tried)
    shown = filled._replace(facility=who.facility, role=who.role.value)
    extra = drawn(answer, screen, words, changed=change is not None)
    return _drawn(request, shown, problem, answer.file.patient, extra)


def _who(filled: Filled, account: Account | None, own: FacilityCode) -> Who:
    if account is not None:
        return Who(account.facility, account.role, account.id)
    role = Role(filled.role) if filled.role in set(Role) else Role.DOCTOR
    return Who(FacilityCode(filled.facility or own), role)


def _account(screen: Screen, requester: Requester, login: str) -> Account | None:
    """Return an account by its login; a facility's own learn of no login but their facility's."""
    if not login.strip():
        return None
    with screen.services.store.look() as work:
        found = work.accounts.find(login.strip())
    everybodys = requester.role is Role.SECRETARIAT
    return found if found and (everybodys or found.facility == requester.facility) else None


def _moment(screen: Screen, on: str) -> int:
    """Return the last moment of the Japanese day `on`, or now for today and for what is no day."""
    now = screen.services.clock.now()
    try:
        day = datetime.strptime(on, "%Y-%m-%d").replace(tzinfo=JST)
        last = int((day + timedelta(days=1)).timestamp() * 1000) - 1
    except (ValueError, OverflowError):
        return now
    if day_from_date(day.date()) == screen.today():
        return now
    return last


def _drawn(
    request: Request,
    filled: Filled,
    problem: str = "",
    patient: Patient | None = None,
    extra: dict[str, object] | None = None,
) -> Response:
    screen = screen_of(request)
    return screen.page(
        request,
        "simulator.html",
        **({"verdicts": [], "columns": [], "lines": [], "opt_ins": [], "position": ""} | (extra or {})),
        problem=problem,
        whose=patient,
        asked=filled,
        facilities=sorted(screen.facilities().values()),
        roles=ROLES,
        changes=CHANGES,
        labels=[int(one) for one in OPT_INS],
    )
