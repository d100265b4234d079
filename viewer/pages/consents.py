"""A person's consents at the desk: what is in force, and what closes at once or is proposed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from consent.model import Facilities, Paper, Restriction, Withdrawal
from hie.exchange.consents import registering, taking_back
from hie.exchange.consents.finding import own_numbers
from hie.exchange.consents.forms import PATIENT
from hie.exchange.consents.proposals import codes_of
from hie.exchange.consents.registering import PROPOSERS, VERIFIERS
from hie.exchange.consents.standing import overview
from hie.exchange.consents.taking_back import Proof
from hie.exchange.gate.declared import KILOBYTE, About, declares
from hie.exchange.ports import LARGEST_SCAN, Proposal, RegistrationKind
from hie.record.eras import read_day
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import PatientId
from hie.record.requester import Role
from hie.record.times import UNKNOWN_DAY, day_at
from viewer.asked import asked_patient
from viewer.consent_words import GROUPS, classes_of
from viewer.consents import drawn_of
from viewer.desk import person_words, places, problem_of
from viewer.desk_form import LARGEST, Problem, as_typed
from viewer.screen import requester_of, screen_of, words_of

DESKS = PROPOSERS | VERIFIERS
MOST_BYTES = 12 * KILOBYTE * KILOBYTE
EVERYBODY = "*"

router = APIRouter(include_in_schema=False)


class ClosingForm(BaseModel):
    """A withdrawal, a refusal or a hold."""

    disclosers: list[str] = []
    recipients: list[str] = []
    groups: list[str] = []
    paper: str = ""
    signed_on: str = ""


@router.get("/consents/{patient}")
@declares(DESKS, About.DECISIONS)
def show(request: Request, patient: str) -> Response:
    """Show what a person decided."""
    return _shown(request, asked_patient(patient), "")


@router.post("/consents/{patient}/withdraw")
@declares(DESKS, About.DECISIONS, fresh=True, most_bytes=MOST_BYTES)
def withdraw(
    request: Request,
    patient: str,
    form: Annotated[ClosingForm, Form()],
    scan: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take back what was given, between the facilities named, at once."""
    whose = asked_patient(patient)
    try:
        closing = Withdrawal(_side(form.disclosers), _side(form.recipients))
        _take_back(request, whose, closing, form, scan)
    except Invalid as error:
        return _shown(request, whose, problem_of(error, words_of(request)))
    return RedirectResponse(f"/consents/{whose}", 303)


@router.post("/consents/{patient}/refuse")
@declares(DESKS, About.DECISIONS, fresh=True, most_bytes=MOST_BYTES)
def refuse(
    request: Request,
    patient: str,
    form: Annotated[ClosingForm, Form()],
    scan: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Close what the patient refuses, whatever else was agreed."""
    whose = asked_patient(patient)
    try:
        closing = Restriction(
            _listed(form.disclosers),
            _listed(form.recipients),
            classes=classes_of(form.groups) or None,
        )
        _take_back(request, whose, closing, form, scan)
    except Invalid as error:
        return _shown(request, whose, problem_of(error, words_of(request)))
    return RedirectResponse(f"/consents/{whose}", 303)


@router.post("/consents/{patient}/hold")
@declares(VERIFIERS, About.DECISIONS, fresh=True)
def hold(request: Request, patient: str, form: Annotated[ClosingForm, Form()]) -> Response:
    """Close what the facility itself holds back."""
    whose, requester = asked_patient(patient), requester_of(request)
    try:
        office = requester.role is Role.SECRETARIAT
        held = _listed(form.disclosers) if office else frozenset({requester.facility})
        if held is None:
            raise Problem("consents.problem.whose")
        closing = Restriction(
            held,
            _listed(form.recipients),
            classes=classes_of(form.groups) or None,
            by_discloser=True,
        )
        _take_back(request, whose, closing, form, None)
    except Invalid as error:
        return _shown(request, whose, problem_of(error, words_of(request)))
    return RedirectResponse(f"/consents/{whose}", 303)


@router.post("/consents/{patient}/lift")
@declares(VERIFIERS & PROPOSERS | {Role.PRIVACY_OFFICER}, About.DECISIONS, fresh=True)
def lift(
    request: Request,
    patient: str,
    restriction: Annotated[int, Form(ge=0, le=LARGEST)] = 0,
    paper: Annotated[str, Form()] = "",
    by_discloser: Annotated[str, Form()] = "",
) -> Response:
    """End the own facility's hold at once, or propose that what is closed ends."""
    whose, services = asked_patient(patient), screen_of(request).services
    try:
        if by_discloser and requester_of(request).role is not Role.SECRETARIAT:
            taking_back.lift_hold(
                services.store, services.clock, requester_of(request), whose, restriction, paper
            )
            return RedirectResponse(f"/consents/{whose}", 303)
        return _proposed(request, Proposal(RegistrationKind.LIFT, whose, lifts=restriction))
    except (Invalid, Conflict) as error:
        return _shown(request, whose, problem_of(error, words_of(request)))


@router.post("/consents/{patient}/death")
@declares(PROPOSERS, About.DECISIONS)
def death(request: Request, patient: str, died_on: Annotated[str, Form()] = "") -> Response:
    """Propose that a person died; a second person confirms it."""
    whose = asked_patient(patient)
    try:
        day = read_day(died_on)
        if day == UNKNOWN_DAY:
            raise Problem("consents.problem.died_on")
        return _proposed(request, Proposal(RegistrationKind.DEATH, whose, died_on=day))
    except (Invalid, Conflict) as error:
        return _shown(request, whose, problem_of(error, words_of(request)))


@router.post("/consents/{patient}/renew")
@declares(PROPOSERS, About.DECISIONS)
def renew(request: Request, patient: str) -> Response:
    """Begin another consent of a person who is registered."""
    screen, whose = screen_of(request), asked_patient(patient)
    services = screen.services
    shown = overview(services.store, services.clock, requester_of(request), whose)
    if not shown.whole:
        raise NotFound("nothing to renew for the asker")
    found = shown.file.patient
    number = services.clock.new_id()
    typed = Proposal(patient=whose, name=found.name, birth_day=found.birth_day, sex=found.sex)
    registering.start(services.store, services.clock, requester_of(request), number, typed)
    return RedirectResponse(f"/desk/{number}/scope", 303)


@router.get("/consents/{patient}/scans/{sequence}/{digest}")
@declares(DESKS, About.DECISIONS)
def original(request: Request, patient: str, sequence: int, digest: str) -> Response:
    """Hand out the scan that proves a decision, to be saved and never shown in place."""
    services = screen_of(request).services
    content = taking_back.scan_of(
        services.store, services.clock, requester_of(request), asked_patient(patient), sequence, digest
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{digest[:16]}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def _take_back(
    request: Request,
    whose: PatientId,
    closing: Withdrawal | Restriction,
    form: ClosingForm,
    scan: UploadFile | None,
) -> None:
    services = screen_of(request).services
    content = scan.file.read(LARGEST_SCAN + 1) if scan is not None else b""
    signed_on = read_day(form.signed_on)
    if form.signed_on.strip() and signed_on == UNKNOWN_DAY:
        raise Problem("desk.problem.signed_on")
    taking_back.take_back(
        services.store,
        services.clock,
        services.scans,
        requester_of(request),
        whose,
        closing,
        Proof(form.paper, content, signed_on),
    )


def _proposed(request: Request, proposal: Proposal) -> Response:
    """Lay something about a registered person before a second one; the paper is scanned next."""
    services, requester = screen_of(request).services, requester_of(request)
    now, number = services.clock.now(), services.clock.new_id()
    signer = PATIENT if proposal.kind is RegistrationKind.LIFT else ""
    whole = proposal._replace(paper=Paper(day_at(now), signer=signer))
    registering.start(services.store, services.clock, requester, number, whole)
    registering.rewrite(services.store, services.clock, requester, number, 1, whole, complete=True)
    return RedirectResponse(f"/desk/{number}", 303)


def _side(codes: list[str]) -> Facilities:
    """Read one side of a withdrawal: `*` is everybody, none is nobody."""
    parts = [part for one in codes for part in one.split(",") if part]
    return None if EVERYBODY in parts else codes_of(parts)


def _listed(codes: list[str]) -> Facilities:
    """Read one side of a refusal: none ticked means whoever."""
    return codes_of([code for code in codes if code]) or None


def _shown(request: Request, whose: PatientId, problem: str) -> Response:
    screen, requester, words = screen_of(request), requester_of(request), words_of(request)
    services = screen.services
    found = overview(services.store, services.clock, requester, whose)
    return screen.page(
        request,
        "consents.html",
        patient=whose,
        who=person_words(found.file.patient, screen.today(), words),
        numbers=[
            f"{screen.name_of(one.facility)} {one.value}"
            for one in own_numbers(requester, found.file.numbers)
        ],
        whole=found.whole,
        drawn=drawn_of(found, screen.name_of, words),
        places=places(screen),
        groups=list(GROUPS),
        may_propose=requester.role in PROPOSERS,
        may_hold=requester.role in VERIFIERS,
        chooses_hold=requester.role is Role.SECRETARIAT,
        today=as_typed(screen.today()),
        problem=problem,
    )
