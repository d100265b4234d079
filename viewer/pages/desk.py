"""The consent desk: what waits, a search, and a registration in three steps.

Words searched for travel in the body of a form and never stand in an address. What is typed is a draft
that opens nothing; the last step lays it before a second person.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hie.exchange.consents import finding, registering
from hie.exchange.consents.bulk import BRINGERS
from hie.exchange.consents.proposals import facts_of
from hie.exchange.consents.registering import PROPOSERS, VERIFIERS
from hie.exchange.gate.declared import About, declares
from hie.exchange.ports import OPEN_STATES, Proposal
from hie.record.errors import Conflict, Invalid, NotFound
from hie.record.identifiers import FacilityCode
from hie.record.people import Sex
from hie.record.requester import Role
from hie.record.times import Day
from viewer.consent_words import GROUPS, SENSITIVE
from viewer.desk import CandidateCard, candidate_card, person_words, places, problem_of, queue_line
from viewer.desk_form import (
    NumbersForm,
    PersonForm,
    Problem,
    ScopeForm,
    numbers_of,
    person_of,
    rows_of,
    scope_form,
    scope_of,
)
from viewer.locale import Words
from viewer.screen import Screen, requester_of, screen_of, words_of

DESKS = PROPOSERS | VERIFIERS

router = APIRouter(include_in_schema=False)


@router.get("/desk")
@declares(DESKS, About.DECISIONS)
def desk(request: Request) -> Response:
    """Show what waits."""
    return _desk(request, "", finding.Found())


@router.post("/desk/search")
@declares(DESKS, About.DECISIONS)
def search(request: Request, words: Annotated[str, Form()] = "") -> Response:
    """Show who and what the words find; the search is audited."""
    services = screen_of(request).services
    asked = " ".join(words.split())[: finding.LONGEST_SEARCH]
    return _desk(request, asked, finding.search(services.store, services.clock, requester_of(request), asked))


@router.get("/desk/new")
@declares(PROPOSERS, About.DECISIONS)
def begin(request: Request) -> Response:
    """Ask whom the form is about."""
    screen, requester = screen_of(request), requester_of(request)
    own = "" if requester.role is Role.SECRETARIAT else requester.facility
    return _person(request, PersonForm(id=screen.services.clock.new_id(), at=own), None, "")


@router.post("/desk/new")
@declares(PROPOSERS, About.DECISIONS)
def find(request: Request, form: Annotated[PersonForm, Form()]) -> Response:
    """Show who of the region resembles that."""
    services = screen_of(request).services
    try:
        typed = person_of(form)
    except Problem as problem:
        return _person(request, form, None, problem_of(problem, words_of(request)))
    if not (typed.name.kana and typed.name.given and typed.birth_day):
        return _person(request, form, None, words_of(request)("desk.problem.name"))
    try:
        found = finding.alike(services.store, services.clock, requester_of(request), facts_of(typed))
    except Invalid as often:
        return _person(request, form, None, problem_of(often, words_of(request)))
    cards = [candidate_card(one, screen_of(request).name_of, words_of(request)) for one in found]
    return _person(request, form, cards, "")


@router.post("/desk/start")
@declares(PROPOSERS, About.DECISIONS)
def start(request: Request, form: Annotated[PersonForm, Form()]) -> Response:
    """Begin a draft about the person chosen, or a new one."""
    services = screen_of(request).services
    try:
        typed = person_of(form)
        registering.start(services.store, services.clock, requester_of(request), form.id, typed)
    except (Invalid, Conflict) as error:
        return _person(request, form, None, problem_of(error, words_of(request)))
    return RedirectResponse(f"/desk/{form.id}/numbers", 303)


@router.get("/desk/{number}/numbers")
@declares(PROPOSERS, About.DECISIONS)
def ask_numbers(request: Request, number: str) -> Response:
    """Ask which numbers are the person's."""
    return _numbers(request, number, "")


@router.post("/desk/{number}/numbers")
@declares(PROPOSERS, About.DECISIONS)
def take_numbers(request: Request, number: str, form: Annotated[NumbersForm, Form()]) -> Response:
    """Keep them in the draft."""
    services, requester = screen_of(request).services, requester_of(request)
    proposal = _draft(request, number)[0]
    try:
        typed = proposal._replace(numbers=numbers_of(form.at, form.number))
        registering.rewrite(
            services.store, services.clock, requester, number, form.version, typed, complete=False
        )
    except (Invalid, Conflict) as error:
        return _numbers(request, number, problem_of(error, words_of(request)))
    return RedirectResponse(f"/desk/{number}/scope", 303)


@router.get("/desk/{number}/scope")
@declares(PROPOSERS, About.DECISIONS)
def ask_scope(request: Request, number: str) -> Response:
    """Ask what is allowed, and who signed."""
    proposal, _ = _draft(request, number)
    screen = screen_of(request)
    form = scope_form(proposal, _birth_day(screen, proposal), screen.today())
    return _scope(request, number, form, "")


@router.post("/desk/{number}/scope")
@declares(PROPOSERS, About.DECISIONS)
def take_scope(request: Request, number: str, form: Annotated[ScopeForm, Form()]) -> Response:
    """Lay the registration before a second person, or keep it as a draft."""
    screen, requester = screen_of(request), requester_of(request)
    services = screen.services
    proposal, _ = _draft(request, number)
    try:
        typed = scope_of(form, proposal, _birth_day(screen, proposal), services.clock.now())
        complete = form.act == "propose"
        registering.rewrite(
            services.store, services.clock, requester, number, form.version, typed, complete=complete
        )
    except (Invalid, Conflict) as error:
        return _scope(request, number, form, problem_of(error, words_of(request)))
    return RedirectResponse(f"/desk/{number}", 303)


def _desk(request: Request, asked: str, found: finding.Found) -> Response:
    screen, requester, words = screen_of(request), requester_of(request), words_of(request)
    name_of, today = screen.name_of, screen.today()
    waiting = registering.listed(screen.services.store, screen.services.clock, requester, OPEN_STATES)
    lines = [queue_line(one, name_of, words) for one in waiting]
    persons = [(one.patient.id, person_words(one.patient, today, words)) for one in found.persons]
    others = [(one.id, person_words(one.proposal, today, words)) for one in found.registrations]
    return screen.page(
        request,
        "desk.html",
        lines=[line for line in lines if not line.draft],
        drafts=[line for line in lines if line.draft],
        query=asked,
        persons=persons,
        others=others,
        may_propose=requester.role in PROPOSERS,
        may_bring=requester.role in BRINGERS,
    )


def _person(
    request: Request, form: PersonForm, candidates: list[CandidateCard] | None, problem: str
) -> Response:
    screen = screen_of(request)
    return screen.page(
        request,
        "desk_person.html",
        form=form,
        candidates=candidates,
        may_keep=requester_of(request).role in VERIFIERS,
        problem=problem,
        places=places(screen),
        sexes=[sex.value for sex in (Sex.FEMALE, Sex.MALE, Sex.OTHER, Sex.UNKNOWN)],
    )


def _numbers(request: Request, number: str, problem: str) -> Response:
    screen, requester = screen_of(request), requester_of(request)
    proposal, version = _draft(request, number)
    own = FacilityCode("") if requester.role is Role.SECRETARIAT else requester.facility
    known = (
        finding.own_numbers(requester, screen.person(proposal.patient).numbers) if proposal.patient else ()
    )
    return screen.page(
        request,
        "desk_numbers.html",
        number=number,
        version=version,
        who=_who(screen, proposal, words_of(request)),
        rows=rows_of(proposal, own),
        known=[f"{screen.facility(one.facility).name} {one.value}" for one in known],
        places=places(screen),
        problem=problem,
    )


def _scope(request: Request, number: str, form: ScopeForm, problem: str) -> Response:
    screen = screen_of(request)
    proposal, version = _draft(request, number)
    return screen.page(
        request,
        "desk_scope.html",
        number=number,
        version=version,
        who=_who(screen, proposal, words_of(request)),
        form=form,
        groups=list(GROUPS),
        labels=[int(label) for label in SENSITIVE],
        places=places(screen),
        problem=problem,
    )


def _draft(request: Request, number: str) -> tuple[Proposal, int]:
    """Return what a registration proposes, and its version, if it can still be written."""
    services = screen_of(request).services
    opened = registering.read(services.store, services.clock, requester_of(request), number)
    if not opened.may_write:
        raise NotFound("this registration is decided")
    return opened.registration.proposal, opened.registration.version


def _who(screen: Screen, proposal: Proposal, words: Words) -> str:
    known = screen.person(proposal.patient).patient if proposal.patient else None
    return person_words(known or proposal, screen.today(), words)


def _birth_day(screen: Screen, proposal: Proposal) -> Day:
    return screen.person(proposal.patient).patient.birth_day if proposal.patient else proposal.birth_day
