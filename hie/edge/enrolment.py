"""Becoming a facility's edge: a token on paper is traded, once, for a certificate; later it is renewed.

The token carries the hash of the region's authority, so that whoever is in between can show no
other. Nothing is kept before all of it is there, and then as one file.
"""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from hie.edge import hub_link, identity
from hie.edge.identity import Identity
from hie.exchange.feeds.edges import MARK
from hie.record.errors import Invalid, Refused
from hie.record.identifiers import FacilityCode, facility_code


class Token(NamedTuple):
    """What the hub's operator hands to the hospital."""

    url: str
    facility: FacilityCode
    secret: str
    authority_sha256: str

    def __repr__(self) -> str:
        """Show no secret."""
        return f"Token({self.facility})"


def read_token(text: str) -> Token:
    """Read an enrolment token; raises `Invalid` for anything else."""
    body = text.strip()
    if not body.startswith(MARK):
        raise Invalid(f"an enrolment token begins with {MARK}")
    body = body.removeprefix(MARK)
    try:
        content = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        token = Token(
            str(content["url"]).rstrip("/"),
            facility_code(str(content["facility"])),
            str(content["secret"]),
            str(content["authority_sha256"]).lower(),
        )
    except (binascii.Error, ValueError, LookupError, TypeError) as error:
        raise Invalid("the enrolment token is not whole") from error
    if urlsplit(token.url).scheme != "https":
        raise Invalid("the enrolment token names no HTTPS address")
    return token


def enrol(folder: Path, text: str) -> Identity:
    """Enrol with a token and keep the identity in `folder`.

    Raises `Invalid`, `Refused` (the token is used up, too old, or of somebody else) or `Unavailable`.
    """
    token = read_token(text)
    authority = identity.only_certificate(hub_link.fetch_authority(token.url))
    if identity.fingerprint(authority) != token.authority_sha256:
        raise Refused(("authority",))
    pair = identity.make_key(token.facility)
    given = hub_link.ask_enrolment(token.url, authority, token.secret, pair.request)
    if given.facility != token.facility:
        raise Invalid("the certificate is of another facility")
    certificate = identity.only_certificate(given.certificate)
    identity.check_pair(pair.key, certificate)
    enrolled = Identity(token.url, token.facility, given.epoch, pair.key, certificate, authority)
    identity.store(folder, enrolled)
    return enrolled


def renewed(folder: Path, held: Identity, link: hub_link.HubLink) -> Identity:
    """Get a new key certified and keep it; the authority may be followed by its successor.

    The answer came over the connection that only the pinned authority can certify.
    """
    pair = identity.make_key(held.facility)
    given = link.renew(pair.request)
    certificate = identity.only_certificate(given.certificate)
    identity.check_pair(pair.key, certificate)
    authority = identity.only_certificate(given.authority)
    new = held._replace(key=pair.key, certificate=certificate, authority=authority)
    identity.store(folder, new)
    return new
