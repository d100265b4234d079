"""What the consent desk types: the fields of its three steps, read into a proposal and written back."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from pydantic import BaseModel, Field

from consent.model import FOREVER, Paper, Provision
from hie.exchange.consents.forms import (
    A_DAY,
    AGREES,
    FORM_VERSION,
    OF_AGE,
    PARENT,
    PATIENT,
    age_on,
    beginning,
    latest_end,
    years_after,
)
from hie.exchange.consents.proposals import MOST_NUMBERS
from hie.exchange.ports import Proposal
from hie.record.eras import read_day, written
from hie.record.errors import Invalid
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import HumanName, Sex
from hie.record.times import ALWAYS, FIRST_DAY, LAST_DAY, UNKNOWN_DAY, Day, Period
from viewer.consent_words import GROUPS, SENSITIVE, USUAL, classes_of, day_of_moment

LARGEST = 2**62
"""Of a number that a form carries: a version or a place in the log."""
YEARS_BACK = {"year": 1, "five": 5}
BLANK_ROWS = 2


class PersonForm(BaseModel):
    """Step 1: whom the form is about."""

    id: str = ""
    patient: str = ""
    name: str = ""
    kana: str = ""
    birth: str = ""
    sex: str = Sex.UNKNOWN.value
    phone: str = ""
    number: str = ""
    at: str = ""


class NumbersForm(BaseModel):
    """Step 2: which numbers are the person's; the rows beside one another."""

    version: int = Field(default=0, ge=0, le=LARGEST)
    at: list[str] = []
    number: list[str] = []


class ScopeForm(BaseModel):
    """Step 3: what is allowed, and who signed."""

    version: int = Field(default=0, ge=0, le=LARGEST)
    template: str = "all"
    disclosers: list[str] = []
    recipients: list[str] = []
    members: str = "signing"
    groups: list[str] = []
    since: str = "signing"
    until: str = "withdrawn"
    until_day: str = ""
    labels: list[int] = []
    emergency: str = ""
    signer: str = PATIENT
    representative: str = ""
    minors_view: str = ""
    signed_on: str = ""
    act: str = "propose"


class Problem(Invalid):
    """A field that cannot be read; the message is a key of the texts."""


class Row(NamedTuple):
    """One row of step 2."""

    at: str
    number: str


def person_of(form: PersonForm) -> Proposal:
    """Read step 1; raise `Problem` where a birth date or a sex is none."""
    birth_day = read_day(form.birth)
    if form.birth.strip() and birth_day == UNKNOWN_DAY:
        raise Problem("desk.problem.birth")
    if form.sex not in set(Sex):
        raise Problem("desk.problem.other")
    family, given = parts(form.name)
    kana_family, kana_given = parts(form.kana)
    numbers = numbers_of([form.at], [form.number])
    return Proposal(
        patient=PatientId(form.patient),
        name=HumanName(family, given, kana_family, kana_given),
        birth_day=birth_day,
        sex=Sex(form.sex),
        phone=form.phone.strip(),
        numbers=numbers,
    )


def person_form(proposal: Proposal) -> dict[str, str]:
    """Write step 1 again, as hidden fields carry it on."""
    first = proposal.numbers[0] if proposal.numbers else LocalPatientId(FacilityCode(""), "")
    return {
        "name": proposal.name.kanji,
        "kana": proposal.name.kana,
        "birth": written(proposal.birth_day),
        "sex": proposal.sex.value,
        "phone": proposal.phone,
        "number": first.value,
        "at": first.facility,
    }


def parts(text: str) -> tuple[str, str]:
    """Divide a name at its first blank, of any width."""
    family, _, given = " ".join(unicodedata.normalize("NFKC", text).split()).partition(" ")
    return family, given


def numbers_of(places: list[str], values: list[str]) -> tuple[LocalPatientId, ...]:
    """Read rows of numbers; raise `Problem` where a number stands without its facility."""
    found = []
    for place, value in zip(places, values, strict=False):
        kept = unicodedata.normalize("NFKC", value).strip()
        if kept and not place:
            raise Problem("desk.problem.number_at")
        if kept:
            found.append(LocalPatientId(FacilityCode(place), kept))
    return tuple(dict.fromkeys(found))[:MOST_NUMBERS]


def rows_of(proposal: Proposal, own: FacilityCode | str) -> list[Row]:
    """Write step 2: the rows there are, and some more to be filled."""
    rows = [Row(number.facility, number.value) for number in proposal.numbers]
    taken = {row.at for row in rows}
    rows += [Row("" if own in taken or rows else own, "")]
    return [*rows, *[Row("", "")] * BLANK_ROWS]


def scope_form(proposal: Proposal, birth_day: Day, today: Day) -> ScopeForm:
    """Write step 3: what the proposal says, or what most forms say (security B.5)."""
    if not proposal.provisions:
        minor = birth_day != UNKNOWN_DAY and age_on(birth_day, today) < OF_AGE
        return ScopeForm(groups=list(USUAL), signed_on=as_typed(today), signer=PARENT if minor else PATIENT)
    one, paper = proposal.provisions[0], proposal.paper
    return ScopeForm(
        template=proposal.template or "all",
        disclosers=sorted(one.disclosers or ()),
        recipients=sorted(one.recipients or ()),
        members="later" if one.later_members else "signing",
        groups=[name for name, group in GROUPS.items() if one.classes is None or group <= one.classes],
        since=_since(one.service_period, paper.signed_on),
        until="withdrawn" if one.ends_at >= FOREVER else "day",
        until_day="" if one.ends_at >= FOREVER else as_typed(day_of_moment(one.ends_at - 1)),
        labels=[int(label) for label in SENSITIVE if one.labels & label],
        emergency="yes" if one.emergency else "",
        signer=paper.signer or PATIENT,
        representative=paper.representative,
        minors_view=paper.minors_view,
        signed_on=as_typed(paper.signed_on),
    )


def scope_of(form: ScopeForm, proposal: Proposal, birth_day: Day, now: int) -> Proposal:
    """Read step 3 into the proposal; raise `Problem` where something needed is not said."""
    signed_on = read_day(form.signed_on)
    if not UNKNOWN_DAY < signed_on <= day_of_moment(now):
        raise Problem("desk.problem.signed_on")
    paper = Paper(
        signed_on,
        FORM_VERSION,
        form.signer,
        representative="" if form.signer == PATIENT else form.representative.strip(),
        minors_view=AGREES if form.minors_view else "",
    )
    groups = [name for name in form.groups if name in GROUPS]
    if not groups:
        raise Problem("desk.problem.groups")
    listed = form.template != "all"
    if listed and not (form.disclosers and form.recipients):
        raise Problem("desk.problem.facilities")
    provision = Provision(
        frozenset(map(FacilityCode, form.disclosers)) if listed else None,
        frozenset(map(FacilityCode, form.recipients)) if listed else None,
        classes_of(groups),
        _period(form.since, signed_on),
        ends_at=min(_until(form, signed_on, now), latest_end(paper, birth_day, now)),
        labels=sum({int(label) for label in SENSITIVE} & set(form.labels)),
        emergency=bool(form.emergency),
        later_members=not listed and form.members == "later",
    )
    template = form.template if form.template in {"all", "listed", "narrow"} else "listed"
    return proposal._replace(provisions=(provision,), paper=paper, template=template)


def _until(form: ScopeForm, signed_on: Day, now: int) -> int:
    """Return the first moment after the last day."""
    if form.until == "withdrawn":
        return FOREVER
    if form.until == "year":
        return beginning(years_after(signed_on, 1))
    last = read_day(form.until_day)
    if last == UNKNOWN_DAY or beginning(last) + A_DAY <= now:
        raise Problem("desk.problem.until")
    return beginning(last) + A_DAY


def _period(since: str, signed_on: Day) -> Period:
    if since == "ever":
        return ALWAYS
    back = YEARS_BACK.get(since, 0)
    return Period(years_after(signed_on, -back) if back else signed_on, LAST_DAY)


def _since(period: Period, signed_on: Day) -> str:
    if period.start <= FIRST_DAY:
        return "ever"
    for name, back in YEARS_BACK.items():
        if period.start == years_after(signed_on, -back):
            return name
    return "signing"


def as_typed(day: Day) -> str:
    """Write a day as a browser's field for days has it; nothing for one that is not known."""
    return f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}" if day != UNKNOWN_DAY else ""
