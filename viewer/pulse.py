"""Where an open page asks whether it may stay, and how it names what it was drawn under."""

from __future__ import annotations

from hashlib import blake2b
from urllib.parse import urlencode

from hie.exchange.pulse import beat
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from viewer.screen import Screen

_SIZE = 12


def pulse_address(screen: Screen, requester: Requester, patient: PatientId, drawn: bytes | None) -> str:
    """Return the address that a page of a patient asks; `drawn` is the beat it was drawn under, if known."""
    under = drawn or beat(screen.services.store, screen.services.clock, requester, patient) or b""
    return "/pulse?" + urlencode({"patient": patient, "beat": sealed(screen, under)})


def sealed(screen: Screen, drawn: bytes) -> str:
    """Name a beat under the store's own key, so that nobody can try out which facilities it stands for."""
    return blake2b(drawn, digest_size=_SIZE, key=screen.key).hexdigest()
