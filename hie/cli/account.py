"""`hie account add | stop`: who may sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from hie.cli._desk import By, desk
from hie.exchange import accounts
from hie.exchange.ports import Account
from hie.hub.passwords import Argon2Passwords
from hie.record.identifiers import facility_code
from hie.record.requester import Role

account = typer.Typer(no_args_is_help=True, help="Let a person sign in, or no more.")
Login = Annotated[str, typer.Argument(help="What the person signs in by.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(account, name="account")


@account.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Name as shown when acting.")],
    facility: Annotated[str, typer.Option(help="Ten-digit code of the facility.")],
    role: Annotated[Role, typer.Option(help="What the person is there.")],
    by: By,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="First password.")
    ],
) -> None:
    """Let a person sign in; a stopped account begins again with the new password."""
    with desk("account add", by) as at:
        encoded = Argon2Passwords().hash(password)
        person = Account(login, login, name, facility_code(facility), role, encoded)
        accounts.add(at.store, at.clock, at.requester, person)


@account.command()
def stop(login: Login, by: By) -> None:
    """Let a person sign in no more; their sessions end at once."""
    with desk("account stop", by) as at:
        accounts.stop(at.store, at.clock, at.requester, login)
