"""A letter of invitation as it is shown once: the code, the link, and both as a picture to scan."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup
from starlette.requests import Request

from hie.exchange.roster.inviting import Letter, shown
from hie.record.people import Facility
from hie.record.requester import Role
from viewer.roster import Places, days_of
from viewer.visits import reception_of, site_of


class ShownLetter(NamedTuple):
    """What the printed letter says."""

    name: str
    facility: Facility
    role: Role
    code: str
    address: str
    """Where the code is typed; without the code, so that it can be read out."""
    picture: Markup
    """QR code of the address with the code behind `#`: browsers send that to no server."""
    until: str


def letter_of(request: Request, letter: Letter) -> ShownLetter:
    """Make what is shown of a letter."""
    invitation = letter.invitation
    address = f"{site_of(request).origin}/invitation"
    drawn = reception_of(request).proofs.apps.picture(f"{address}#{letter.code}").decode()
    return ShownLetter(
        invitation.name,
        Places(request)(invitation.facility),
        invitation.role,
        shown(letter.code),
        address,
        Markup(drawn[drawn.index("<svg") :]),  # noqa: S704  drawn here, of shapes only
        days_of(request).moment(invitation.expires_at),
    )
