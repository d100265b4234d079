"""`hie consent give | withdraw | restrict | lift | show`: what a patient decided, as the paper says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from consent.model import ConsentEvent, EventKind, Facilities, Paper, Provision, Restriction, Withdrawal
from hie.cli._desk import By, Evidence, Patient, desk, named
from hie.exchange.consents import consenting
from hie.exchange.consents.forms import FORM_VERSION, PATIENT, beginning
from hie.record.entry import DocumentClass, Label
from hie.record.errors import Invalid
from hie.record.identifiers import patient_id
from hie.record.times import FIRST_DAY, JST, LAST_DAY, UNKNOWN_DAY, Day, Period, day_of

consent = typer.Typer(no_args_is_help=True, help="Record what a patient gave or took back.")
Disclosers = Annotated[
    list[str] | None, typer.Option("--discloser", help="Facility that shows; all if none.")
]
Recipients = Annotated[list[str] | None, typer.Option("--recipient", help="Facility that sees; all if none.")]

SignedOn = Annotated[str, typer.Option(help="Day on which the form was signed, YYYYMMDD.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(consent, name="consent")


@consent.command()
def give(  # noqa: PLR0913, PLR0917  one parameter for each option
    patient: Patient,
    evidence: Evidence,
    by: By,
    discloser: Disclosers = None,
    recipient: Recipients = None,
    document_class: Annotated[
        list[DocumentClass] | None, typer.Option("--class", help="Kind of document; all if none.")
    ] = None,
    first_day: Annotated[str, typer.Option(help="First day of care, YYYYMMDD.")] = "",
    last_day: Annotated[str, typer.Option(help="Last day of care, YYYYMMDD.")] = "",
    signed_on: SignedOn = "",
    label: Annotated[
        list[str] | None, typer.Option(help="Sensitive class that the patient asked to be shown.")
    ] = None,
    emergency: Annotated[  # noqa: FBT002  a flag of the command
        bool, typer.Option("--emergency", help="The emergency clause was agreed to.")
    ] = False,
    later_members: Annotated[  # noqa: FBT002
        bool, typer.Option("--later-members", help="All that take part are meant, later ones too.")
    ] = False,
) -> None:
    """Record a consent; it counts from now on."""
    with desk("consent give", by) as at:
        provision = Provision(
            named(at.store, discloser or ()),
            named(at.store, recipient or ()),
            frozenset(document_class) if document_class else None,
            Period(_day(first_day, FIRST_DAY), _day(last_day, LAST_DAY)),
            labels=_labels(label or ()),
            emergency=emergency,
            later_members=later_members,
        )
        signed = _day(signed_on, UNKNOWN_DAY)
        said = ConsentEvent(
            *(0, patient_id(patient), EventKind.GIVEN, 0, at.requester.user, evidence, (provision,)),
            valid_from=beginning(signed) if signed else 0,
            paper=Paper(signed, FORM_VERSION, PATIENT) if signed else Paper(),
        )
        event = consenting.record(at.store, at.clock, at.requester, said)
        typer.echo(_line(event))


@consent.command()
def withdraw(
    patient: Patient,
    evidence: Evidence,
    by: By,
    discloser: Disclosers = None,
    recipient: Recipients = None,
    signed_on: SignedOn = "",
) -> None:
    """Record that all given so far is taken back, between the facilities named; it counts at once."""
    with desk("consent withdraw", by) as at:
        withdrawal = Withdrawal(named(at.store, discloser or ()), named(at.store, recipient or ()))
        said = ConsentEvent(
            *(0, patient_id(patient), EventKind.WITHDRAWN, 0, at.requester.user, evidence, (), withdrawal)
        )
        event = consenting.record(at.store, at.clock, at.requester, _dated(said, signed_on))
        typer.echo(_line(event))


@consent.command()
def restrict(  # noqa: PLR0913, PLR0917
    patient: Patient,
    evidence: Evidence,
    by: By,
    discloser: Disclosers = None,
    recipient: Recipients = None,
    hold: Annotated[  # noqa: FBT002
        bool, typer.Option("--hold", help="The discloser holds it back; else the patient refuses.")
    ] = False,
    signed_on: SignedOn = "",
) -> None:
    """Record what the patient refuses, or what a facility holds back; it beats every consent, at once."""
    with desk("consent restrict", by) as at:
        closed = Restriction(
            named(at.store, discloser or ()), named(at.store, recipient or ()), by_discloser=hold
        )
        said = ConsentEvent(
            *(0, patient_id(patient), EventKind.RESTRICTED, 0, at.requester.user, evidence),
            restriction=closed,
        )
        event = consenting.record(at.store, at.clock, at.requester, _dated(said, signed_on))
        typer.echo(_line(event))


@consent.command()
def lift(
    patient: Patient,
    restriction: Annotated[int, typer.Argument(help="Number of the restriction in the log.")],
    evidence: Evidence,
    by: By,
) -> None:
    """Record that a restriction ends."""
    with desk("consent lift", by) as at:
        event = consenting.lift(at.store, at.clock, at.requester, patient_id(patient), restriction, evidence)
        typer.echo(_line(event))


@consent.command()
def show(patient: Patient, by: By) -> None:
    """Print the consent log of a person, oldest first; that it was read is recorded."""
    with desk("consent show", by) as at:
        for event in consenting.read(at.store, at.clock, at.requester, patient_id(patient)):
            typer.echo(_line(event))


def _dated(event: ConsentEvent, signed_on: str) -> ConsentEvent:
    """Say since when it was true in the world, where the paper says so."""
    signed = _day(signed_on, UNKNOWN_DAY)
    return event._replace(valid_from=beginning(signed), paper=Paper(signed)) if signed else event


def _line(event: ConsentEvent) -> str:
    moment = datetime.fromtimestamp(event.recorded_at / 1000, JST).strftime("%Y-%m-%d %H:%M")
    told = [f"{event.sequence} {moment} {event.kind} by {event.recorded_by} ({event.evidence})"]
    for one in event.provisions:
        kinds = ",".join(sorted(one.classes)) if one.classes is not None else "all"
        days = f"{one.service_period.start}-{one.service_period.end}"
        told.append(f"  {_between(one.disclosers, one.recipients)} classes {kinds} days {days}")
        told += [f"  {word}" for word in _more(one)]
    for closed in (event.withdrawal, event.restriction):
        if closed is not None:
            told.append(f"  {_between(closed.disclosers, closed.recipients)}")
    if event.lifts:
        told.append(f"  ends {event.lifts}")
    return "\n".join(told)


def _more(one: Provision) -> list[str]:
    """Say what few forms say."""
    said = [f"sensitive {label.name.lower()}" for label in Label if one.labels & label and label.name]
    return said + ["in an emergency"] * one.emergency + ["later members too"] * one.later_members


def _labels(names: Sequence[str]) -> int:
    labels = 0
    for name in names:
        if name.upper() not in Label.__members__:
            raise Invalid(
                f"a sensitive class is one of {', '.join(one.lower() for one in Label.__members__)}"
            )
        labels |= Label[name.upper()]
    return labels


def _between(disclosers: Facilities, recipients: Facilities) -> str:
    shown, seen = (",".join(sorted(some)) if some is not None else "all" for some in (disclosers, recipients))
    return f"from {shown} to {seen}"


def _day(text: str, otherwise: Day) -> Day:
    if not text:
        return otherwise
    day = day_of(text) if len(text) == 8 else UNKNOWN_DAY  # noqa: PLR2004  YYYYMMDD and nothing behind it
    if day == UNKNOWN_DAY:
        raise Invalid("a day is written YYYYMMDD")
    return day
