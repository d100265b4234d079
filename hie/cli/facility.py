"""`hie facility ...`: who takes part in the region, and which hospital's edge may speak with the hub."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from hie.cli._desk import By, desk
from hie.exchange.feeds import edges as enrolment
from hie.exchange.labels.labelling import bits_of
from hie.exchange.ports import Edge
from hie.exchange.roster import facilities
from hie.hub.authority import RegionAuthority
from hie.hub.settings import Settings
from hie.record.errors import Invalid, Misconfigured
from hie.record.identifiers import facility_code
from hie.record.people import FacilityKind
from hie.record.times import JST

facility = typer.Typer(
    no_args_is_help=True, help="Let a facility take part, and its edge speak with the hub."
)
Code = Annotated[str, typer.Argument(help="Ten-digit code of the facility.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(facility, name="facility")


Evidence = Annotated[str, typer.Option("--evidence", help="What proves it: the council's resolution.")]


@facility.command()
def join(  # noqa: PLR0913, PLR0917  what a facility is, as options
    code: Code,
    name: Annotated[str, typer.Option(help="Full name.")],
    kind: Annotated[FacilityKind, typer.Option(help="What kind of place it is.")],
    by: By,
    short_name: Annotated[str, typer.Option(help="Name of at most ten characters, for the calendar.")] = "",
    evidence: Evidence = "",
    noticed: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--noticed", help="Patients are told today that it joins.")
    ] = False,
) -> None:
    """Let a facility take part from now on; one that left begins anew, without what it had before."""
    with desk("facility join", by) as at:
        joining = facilities.Joining(code, name, short_name, kind.value, evidence)
        told = at.clock.now() if noticed else None
        facilities.join(at.store, at.clock, at.requester, joining, told)


@facility.command()
def leave(code: Code, by: By, evidence: Evidence = "") -> None:
    """End a facility's taking part now: its documents close, its people are out, its edge is revoked."""
    with desk("facility leave", by) as at:
        gone = facilities.leave(at.store, at.clock, at.requester, facility_code(code), evidence)
        typer.echo(f"{gone} people lost their post")


@facility.command()
def suspend(code: Code, by: By, evidence: Evidence = "") -> None:
    """Let a facility's taking part rest; closed with the next request, until it is resumed."""
    with desk("facility suspend", by) as at:
        facilities.suspend(at.store, at.clock, at.requester, facility_code(code), evidence)


@facility.command()
def resume(code: Code, by: By, evidence: Evidence = "") -> None:
    """Let a facility take part again after it rested."""
    with desk("facility resume", by) as at:
        facilities.resume(at.store, at.clock, at.requester, facility_code(code), evidence)


@facility.command()
def label(
    code: Code,
    by: By,
    labels: Annotated[
        list[str] | None, typer.Option("--label", help="As psychiatry; more than once; none takes all away.")
    ] = None,
) -> None:
    """Say what every document of a facility bears that is filed from now on, as a psychiatric hospital's."""
    with desk("facility label", by) as at:
        try:
            bits = bits_of(labels or ())
        except LookupError as error:
            raise Invalid(f"no label is called {error}") from error
        facilities.label(at.store, at.clock, at.requester, facility_code(code), bits)


@facility.command()
def enrol(code: Code, by: By) -> None:
    """Print the token for `hie edge enrol`; it serves once, for a week, and ends the one before it."""
    with desk("facility enrol", by) as at:
        settings = Settings()
        if settings.edge_port is None and not settings.edge_url:
            raise Misconfigured("edge_port: the hub opens no door for edges")
        authority = RegionAuthority(settings.data_dir, at.clock.now())
        where = settings.edge_address
        typer.echo(enrolment.offer(at.store, at.clock, authority, at.requester, facility_code(code), where))


@facility.command()
def revoke(code: Code, by: By) -> None:
    """End a facility's edge at once; it comes back by a new enrolment only."""
    with desk("facility revoke", by) as at:
        enrolment.revoke(at.store, at.clock, at.requester, facility_code(code))


@facility.command()
def clear(code: Code, by: By) -> None:
    """Hear a facility's edge again after its second copy was stopped."""
    with desk("facility clear", by) as at:
        enrolment.clear(at.store, at.clock, at.requester, facility_code(code))


@facility.command()
def edges(by: By) -> None:
    """List the edges: since when they may speak, and when they last did."""
    with desk("facility edges", by) as at:
        with at.store.look() as work:
            found = work.edges.all()
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
        for name in ("facility", "epoch", "enrolled", "contact", "report", "batch", "speaks"):
            table.add_column(name, no_wrap=True)
        for edge in found:
            table.add_row(*_row(edge))
        Console().print(table)


def _row(edge: Edge) -> tuple[str, ...]:
    speaks = "no" if edge.revoked_at else "two copies" if edge.twice_at else "yes"
    moments = (_shown(edge.contacted_at), _shown(edge.reported_at))
    enrolled = _shown(edge.enrolled_at, "%Y-%m-%d")
    return (edge.facility, str(edge.epoch), enrolled, *moments, str(edge.number), speaks)


def _shown(moment: int, form: str = "%m-%d %H:%M") -> str:
    """Show a moment of the hub's clock in Japan's time, short; a dash where it never was."""
    return f"{datetime.fromtimestamp(moment / 1000, JST):{form}}" if moment else "-"
