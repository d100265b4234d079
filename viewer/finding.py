"""The desk's form that names one person exactly, and what comes of it; shared by two pages."""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import Request

from hie.exchange.consents.exact import Miss
from hie.exchange.consents.finding import exactly
from hie.record.identifiers import PatientId
from viewer.identifying import Typed
from viewer.screen import requester_of, screen_of, words_of


class Missed(NamedTuple):
    """No one person was found."""

    text: str
    """What to tell the asker."""


def found_person(request: Request, typed: Typed) -> PatientId | Missed:
    """Return the person meant, if the asker may go on with them, or why not; counted and audited."""
    services, words = screen_of(request).services, words_of(request)
    identity = typed.identity(with_sex=False)
    if identity is None:
        return Missed(words("simulator.missed"))
    found = exactly(services.store, services.clock, requester_of(request), identity)
    if isinstance(found, Miss):
        return Missed(words("simulator.too-often" if found is Miss.TOO_OFTEN else "simulator.missed"))
    return found
