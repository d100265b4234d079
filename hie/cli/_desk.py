"""What the commands of an operator share: who acts, on which store, and how a refusal is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Annotated, NamedTuple

import typer

from consent.model import Facilities
from hie.clock import SystemClock
from hie.exchange.founding import operator
from hie.exchange.ports import Store
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import HieError, Invalid
from hie.record.identifiers import facility_code
from hie.record.requester import Requester

By = Annotated[str, typer.Option("--by", help="Name of who acts; stands in the audit record.")]
Evidence = Annotated[
    str, typer.Option("--evidence", help="What proves it: number of the form, hash of a scan.")
]
Patient = Annotated[str, typer.Argument(help="The region's number of the person.")]


class Desk(NamedTuple):
    """Where an operator acts."""

    store: Store
    clock: SystemClock
    requester: Requester


@contextmanager
def desk(command: str, by: str) -> Iterator[Desk]:
    """Open the store for `by`; what the house refuses is one line and status 2."""
    try:
        if not by.strip():
            raise Invalid("who acts has a name")
        with closing(stored_by(Settings())) as store:
            yield Desk(store, SystemClock(), operator(by.strip()))
    except HieError as error:
        typer.echo(f"hie {command}: {error}", err=True)
        raise typer.Exit(2) from error


def named(store: Store, codes: Sequence[str]) -> Facilities:
    """Return the facilities of these codes, all that take part if none is given; raise `Invalid` else."""
    if not codes:
        return None
    with store.look() as work:
        known = {facility.code for facility in work.directory.all()}
    found = frozenset(map(facility_code, codes))
    if not found <= known:
        raise Invalid("no such facility takes part")
    return found
