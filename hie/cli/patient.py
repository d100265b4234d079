"""`hie patient add | link | unlink`: persons of the region and whose number is whose.

Names and numbers are asked for where they are not given: a command line is seen by others.
"""

from __future__ import annotations

from typing import Annotated

import typer

from hie.cli._desk import By, Patient, desk, named
from hie.exchange.linking import identity
from hie.record import people
from hie.record.errors import Invalid
from hie.record.identifiers import LocalPatientId, facility_code, patient_id
from hie.record.people import HumanName, Sex
from hie.record.times import UNKNOWN_DAY, day_of

patient = typer.Typer(no_args_is_help=True, help="Add a person, and link facilities' numbers to them.")
Facility = Annotated[str, typer.Option(help="Ten-digit code of the facility.")]
Number = Annotated[
    str, typer.Option("--number", prompt="Number", help="The facility's own number of the person.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(patient, name="patient")


@patient.command()
def add(  # noqa: PLR0913, PLR0917  one parameter for each option
    person: Patient,
    by: By,
    family: Annotated[str, typer.Option(prompt=True, help="Family name.")],
    given: Annotated[str, typer.Option(prompt=True, help="Given name.")],
    kana_family: Annotated[str, typer.Option(prompt=True, help="Family name as read.")],
    kana_given: Annotated[str, typer.Option(prompt=True, help="Given name as read.")],
    born: Annotated[str, typer.Option(prompt=True, help="Day of birth, YYYYMMDD.")],
    sex: Annotated[Sex, typer.Option(prompt=True, help="Administrative sex.")],
) -> None:
    """Enrol a person; what hospitals have of them comes with links and consents."""
    with desk("patient add", by) as at:
        day = day_of(born)
        if day == UNKNOWN_DAY:
            raise Invalid("a day is written YYYYMMDD")
        added = people.Patient(
            patient_id(person), HumanName(family, given, kana_family, kana_given), day, sex
        )
        identity.add(at.store, at.clock, at.requester, added)


@patient.command()
def link(person: Patient, facility: Facility, by: By, number: Number) -> None:
    """Record that a facility's number is this person's."""
    with desk("patient link", by) as at:
        named(at.store, [facility])
        there = LocalPatientId(facility_code(facility), number)
        identity.link(at.store, at.clock, at.requester, there, patient_id(person))


@patient.command()
def unlink(facility: Facility, by: By, number: Number) -> None:
    """End the link of a facility's number; what was filed under it is closed at once."""
    with desk("patient unlink", by) as at:
        there = LocalPatientId(facility_code(facility), number)
        identity.unlink(at.store, at.clock, at.requester, there)
