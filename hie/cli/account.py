"""`hie account add | suspend | resume | leave | attest`: who may sign in, as who acts at the machine says."""

from __future__ import annotations

from typing import Annotated

import typer

from hie.cli._desk import By, desk
from hie.exchange.ports import Account
from hie.exchange.roster import people
from hie.exchange.signing.new_passwords import encoded
from hie.hub.settings import Settings
from hie.hub.wiring import proofs
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
    """Let a person sign in at once; a stopped account begins again with the new password.

    The password is checked as everybody's is. For the first of the secretariat; everybody else is invited
    and approved on the page of people.
    """
    with desk("account add", by) as at:
        settings = Settings()
        person = Account(login, login, name, facility_code(facility), role, "")
        hashed = encoded(proofs(settings), person, password, settings.network)
        people.add(at.store, at.clock, at.requester, person._replace(password_hash=hashed))


@account.command()
def suspend(login: Login, by: By) -> None:
    """Let an account rest: its sessions end at once, its posts stay."""
    with desk("account suspend", by) as at:
        people.suspend(at.store, at.clock, at.requester, people.by_login(at.store, login))


@account.command()
def resume(login: Login, by: By) -> None:
    """Let an account that rests be used again."""
    with desk("account resume", by) as at:
        people.resume(at.store, at.clock, at.requester, people.by_login(at.store, login))


@account.command()
def leave(login: Login, by: By) -> None:
    """Let a person go: all posts and sessions end at once, the name stays for the audit trail."""
    with desk("account leave", by) as at:
        people.leave(at.store, at.clock, at.requester, people.by_login(at.store, login))


@account.command()
def attest(logins: Annotated[list[str], typer.Argument(help="What the people sign in by.")], by: By) -> None:
    """Say that people still work in their roles; their accounts go on for a year."""
    with desk("account attest", by) as at:
        known = [people.by_login(at.store, login) for login in logins]
        typer.echo(f"{people.attest(at.store, at.clock, at.requester, known)} accounts")
