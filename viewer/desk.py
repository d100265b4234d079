"""The consent desk as it is drawn: lines of the queue, candidates, and what was typed, in plain words."""

from __future__ import annotations

from typing import NamedTuple

from hie.exchange.consents.registering import Opened, Waiting
from hie.exchange.linking.likeness import Verdict
from hie.exchange.linking.matching import Candidate
from hie.exchange.ports import Proposal, Registration, RegistrationKind, RegistrationState, ScanPage
from hie.record.errors import Conflict, HieError
from hie.record.people import FacilityKind, Patient
from hie.record.requester import Requester
from hie.record.times import UNKNOWN_DAY, Day
from viewer.consent_words import NameOf, Said, moment_words, provision_words
from viewer.desk_form import Problem
from viewer.formats import age, birth_day, plain_day
from viewer.locale import Words
from viewer.screen import Screen

NO_CARE = frozenset({FacilityKind.SECRETARIAT})
"""Kinds of facility that show and see nothing."""
PROBLEMS = {
    "number-taken": "desk.problem.number_taken",
    "likeness": "desk.problem.likeness",
    "signed-on": "desk.problem.signed_on",
    "signer": "desk.problem.signer",
    "adult": "desk.problem.adult",
    "minor": "desk.problem.minor",
    "minors-view": "desk.problem.minors_view",
    "person": "desk.problem.name",
    "birth": "desk.problem.birth",
    "facilities": "desk.problem.facilities",
    "until": "desk.problem.until",
    "scan": "desk.problem.scan",
    "verifier": "desk.problem.writer",
    "too-often": "simulator.too-often",
    "paper": "consents.problem.paper",
    "closed": "consents.problem.closed",
    "hold": "consents.problem.hold",
    "no-scan": "consents.problem.scan",
    "unreadable": "desk.tray.problem.unreadable",
}
"""What the exchange refuses, by the code it gives, and the text that tells a clerk what to do."""


class QueueLine(NamedTuple):
    """One line of the queue."""

    id: str
    person: str
    kana: str
    birth: str
    kind: str
    state: str
    by: str
    since: str
    scans: str
    yours: bool
    draft: bool


class CandidateCard(NamedTuple):
    """A registered person who may be meant, with what agrees."""

    patient: str
    person: str
    kana: str
    birth: str
    sex: str
    numbers: tuple[str, ...]
    compared: tuple[tuple[str, str, str], ...]
    """Of each attribute: its name, the verdict's code, the verdict in words."""
    proposable: bool


class Page(NamedTuple):
    """A scanned page beside what was typed."""

    digest: str
    page: int
    label: str
    source: str
    original: str


class Review(NamedTuple):
    """The page on which a registration is verified."""

    id: str
    kind: str
    state: str
    state_text: str
    means: str
    reason: str
    facts: tuple[Said, ...]
    scope: tuple[tuple[Said, ...], ...]
    pages: tuple[Page, ...]
    seen: str
    version: int
    may_write: bool
    may_verify: bool
    why_not: str
    patient: str
    printable: bool


def queue_line(one: Waiting, name_of: NameOf, words: Words) -> QueueLine:
    """Draw a line of the queue."""
    found, proposal = one.registration, one.registration.proposal
    draft = found.state is not RegistrationState.PROPOSED
    return QueueLine(
        found.id,
        proposal.name.kanji or proposal.name.kana or "―",
        proposal.name.kana,
        _birth(proposal.birth_day, words),
        words(f"desk.kind.{proposal.kind}"),
        words(f"desk.state.{found.state}"),
        f"{name_of(found.facility)} {found.written_by}",
        moment_words(found.proposed_at, words),
        words("desk.scans.n", n=one.pages) if one.pages else words("desk.scans.none"),
        one.may_verify,
        draft,
    )


def candidate_card(one: Candidate, name_of: NameOf, words: Words) -> CandidateCard:
    """Draw a registered person beside what the form says."""
    patient = one.patient
    compared = tuple(
        (
            words(f"desk.attribute.{line.attribute}"),
            line.verdict.value,
            words(f"desk.candidates.{line.verdict}"),
        )
        for line in one.compared
        if line.verdict is not Verdict.UNKNOWN
    )
    return CandidateCard(
        patient.id,
        patient.name.kanji or patient.name.kana,
        patient.name.kana,
        _birth(patient.birth_day, words),
        words(f"sex.{patient.sex}"),
        tuple(f"{name_of(number.facility)} {number.value}" for number in one.file.numbers),
        compared,
        one.proposable,
    )


def review_of(
    opened: Opened, known: Patient | None, asker: Requester, today: Day, name_of: NameOf, words: Words
) -> Review:
    """Draw a registration side by side with its scans; `known` is the registered person it is about."""
    found = opened.registration
    proposal = found.proposal
    return Review(
        found.id,
        words(f"desk.kind.{proposal.kind}"),
        found.state.value,
        words(f"desk.state.{found.state}"),
        words(
            f"desk.state.{found.state}.means",
            decider=found.decider,
            at=moment_words(found.decided_at, words) if found.decided_at else "",
        ),
        words(f"desk.reason.{found.reason}") if found.reason else "",
        tuple(_facts(found, known, today, name_of, words)),
        tuple(tuple(provision_words(one, name_of, words)) for one in proposal.provisions),
        tuple(_page(found.id, page, number, words) for number, page in enumerate(opened.pages, 1)),
        opened.seen,
        found.version,
        opened.may_write,
        opened.may_verify,
        _why_not(opened, asker.user, words),
        proposal.patient,
        proposal.kind is RegistrationKind.CONSENT and bool(proposal.provisions),
    )


def problem_of(error: HieError, words: Words) -> str:
    """Say in plain words why something was refused."""
    if isinstance(error, Problem):
        return words(str(error))
    otherwise = "desk.problem.changed" if isinstance(error, Conflict) else "desk.problem.other"
    return words(PROBLEMS.get(error.code, otherwise))


def person_words(proposal: Proposal | Patient, today: Day, words: Words) -> str:
    """Write a person on one line: name, reading, birth date, age, sex."""
    name = proposal.name
    parts = (
        name.kanji,
        f"（{name.kana}）" if name.kana and name.kanji else name.kana,
        _birth(proposal.birth_day, words),
        age(proposal.birth_day, today, words) if proposal.birth_day != UNKNOWN_DAY else "",
        words(f"sex.{proposal.sex}"),
    )
    return " ".join(part for part in parts if part)


def places(screen: Screen) -> list[tuple[str, str]]:
    """Return the facilities that have patients, by kind and name."""
    found = [one for one in screen.facilities().values() if one.kind not in NO_CARE]
    order = list(FacilityKind)
    return [(one.code, one.name) for one in sorted(found, key=lambda one: (order.index(one.kind), one.name))]


def _facts(
    found: Registration, known: Patient | None, today: Day, name_of: NameOf, words: Words
) -> list[Said]:
    proposal, paper = found.proposal, found.proposal.paper
    said = _who(proposal, known, today, words)
    if proposal.numbers:
        numbers = "、".join(f"{name_of(one.facility)} {one.value}" for one in proposal.numbers)
        said.append(Said(words("desk.fact.numbers"), numbers))
    if paper.signer:
        said.append(Said(words("desk.fact.signer"), _signer(proposal, words)))
    if paper.signed_on != UNKNOWN_DAY:
        said.append(Said(words("desk.fact.signed_on"), plain_day(paper.signed_on, words)))
    if proposal.template:
        form = f"{words(f'desk.template.{proposal.template}')} {paper.form_version}".strip()
        said.append(Said(words("desk.fact.form"), form))
    if proposal.died_on != UNKNOWN_DAY:
        said.append(Said(words("desk.fact.died_on"), plain_day(proposal.died_on, words)))
    said.append(Said(words("desk.fact.written_by"), f"{name_of(found.facility)} {found.written_by}"))
    return said


def _who(proposal: Proposal, known: Patient | None, today: Day, words: Words) -> list[Said]:
    said = []
    if any(proposal.name):
        said.append(Said(words("desk.fact.person"), person_words(proposal, today, words)))
    if known is not None:
        said.append(Said(words("desk.fact.person.known"), person_words(known, today, words)))
    elif not proposal.patient:
        said.append(Said(words("desk.fact.person.known"), words("desk.fact.person.new")))
    return said


def _signer(proposal: Proposal, words: Words) -> str:
    paper = proposal.paper
    basis = words.either(f"desk.signer.{paper.signer}", paper.signer)
    if paper.representative:
        basis = words("desk.fact.representative", basis=basis, name=paper.representative)
    return f"{basis}　{words('desk.minors_view')}" if paper.minors_view else basis


def _page(registration: str, page: ScanPage, number: int, words: Words) -> Page:
    return Page(
        page.digest,
        page.page,
        words("desk.review.page", n=number),
        f"/desk/{registration}/scans/{page.digest}/{page.page}",
        f"/desk/{registration}/scans/{page.digest}",
    )


def _why_not(opened: Opened, user: str, words: Words) -> str:
    """Say why the asker may not verify what waits to be verified."""
    if opened.may_verify or opened.registration.state is not RegistrationState.PROPOSED:
        return ""
    wrote = user in opened.registration.writers
    return words("desk.not_yours.writer" if wrote else "desk.not_yours.other")


def _birth(day: Day, words: Words) -> str:
    return birth_day(day, words) if day != UNKNOWN_DAY else ""
