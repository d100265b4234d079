"""`hie found DIR`: found a region from a folder that `hie sample` made, or one of the same form."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from hie.clock import SystemClock
from hie.exchange.founding import Region, found
from hie.exchange.ports import Account, Store
from hie.exchange.roster.keepers import DAY
from hie.exchange.roster.people import LIFE
from hie.hub.passwords import Argon2Passwords
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import HieError
from hie.record.identifiers import PatientId
from hie.sample.facilities import Member
from hie.sample.region import SampleRegion, load

BY = "hie found"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("found")(found_region)


def found_region(
    folder: Annotated[Path, typer.Argument(help="Folder with region.json and its lists.")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, help="First password of every account.")
    ],
) -> None:
    """Register facilities, people, patients, links and consents; documents come with `hie ingest`.

    Once, into an empty store: a second founding would open again what was withdrawn.
    """
    try:
        region = load(folder)
        region.check()
        with closing(stored_by(Settings())) as store:
            fill(store, region, password)
    except HieError as error:
        typer.echo(f"hie found: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{len(region.facilities)} facilities, {len(region.members)} accounts")


def fill(store: Store, region: SampleRegion, password: str) -> None:
    """Write `region` into `store`; every account begins with `password`."""
    encoded, clock = Argon2Passwords().hash(password), SystemClock()
    now = clock.now()
    accounts = (_account(region, member, encoded, now) for member in region.members)
    found(
        store,
        clock,
        Region(region.facilities, accounts, region.patients(), region.links(), region.consents()),
        BY,
    )


def _account(region: SampleRegion, member: Member, encoded: str, now: int) -> Account:
    """Let a member sign in; of a story's patient by the patient's own number."""
    story = region.stories.get(member.story)
    attested_at = now - member.attested_days_ago * DAY
    return Account(
        member.login,
        member.login,
        member.name,
        member.facility,
        member.role,
        encoded,
        expires_at=attested_at + LIFE,
        attested_at=attested_at,
        patient=story.patient if story else PatientId(""),
    )
