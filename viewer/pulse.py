"""Where an open page asks whether it may stay, and how it names what it was drawn under."""

from __future__ import annotations

from hashlib import blake2b
from hmac import compare_digest
from urllib.parse import urlencode

from hie.exchange.records.pulse import beat
from hie.record.identifiers import PatientId
from hie.record.requester import Requester
from viewer.screen import Screen

_SIZE = 12


def pulse_address(
    screen: Screen,
    requester: Requester,
    patient: PatientId,
    drawn: bytes | None,
    up_to: int | None = None,
) -> str:
    """Return the address that a page of a patient asks.

    `drawn` is the beat it was drawn under, if known, and `up_to` the number of the last entry that was
    filed before it was read: without it, before now.
    """
    services = screen.services
    if up_to is None:
        with services.store.look() as work:
            up_to = work.looks.newest()
    under = drawn or beat(services.store, services.clock, requester, patient) or b""
    shown = sealed(screen, under)
    seal = _seal(screen, requester, patient, shown, str(up_to))
    asked = {"patient": patient, "beat": shown, "up_to": up_to, "seal": seal}
    return "/pulse?" + urlencode(asked)


def was_drawn(
    screen: Screen, requester: Requester, patient: PatientId, shown: str, up_to: str, seal: str
) -> bool:
    """Say whether the asker was given this beat of this person, in this post and on this browser.

    Whoever was shown no page of a person learns nothing by asking whether one may stay.
    """
    return compare_digest(_seal(screen, requester, patient, shown, up_to).encode(), seal.encode())


def sealed(screen: Screen, drawn: bytes) -> str:
    """Name a beat under the store's own key, so that nobody can try out which facilities it stands for."""
    return _digest(screen, drawn)


def _seal(screen: Screen, requester: Requester, patient: PatientId, shown: str, up_to: str) -> str:
    post = (requester.user, requester.facility, requester.role.value, requester.origin.device)
    whose = (*post, patient, shown, up_to)
    return _digest(screen, "\x1f".join(("pulse", *whose)).encode())


def _digest(screen: Screen, text: bytes) -> str:
    return blake2b(text, digest_size=_SIZE, key=screen.key).hexdigest()
