"""Browsers: what the hub sees of one, and by what it knows it again.

A browser bears a random token in a cookie; the store keeps its hash. Who has signed in there with all
factors is familiar to it: strangers' guesses do not slow that person down in this browser. A browser that
was stopped opens nothing, whoever comes with it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import NamedTuple

from hie.exchange.ports import Account, Clock, Device, Familiar, UnitOfWork
from hie.record.errors import HieError

SESSION_COOKIE, DEVICE_COOKIE = "hie_session", "hie_device"
HOST_ONLY = "__Host-"
"""Prefix of a cookie that a browser takes from this very host alone, and by HTTPS (RFC 6265bis §4.1.3)."""
_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    *(("iPad", "iPad"), ("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")),
)
_TOKEN = re.compile(r"[0-9a-f]{64}")


class Visit(NamedTuple):
    """What a browser brings to the sign-in page."""

    device: str = ""
    """Token of an earlier sign-in."""
    session: str = ""
    """Token of the session that ends when another begins."""
    agent: str = ""
    """How the browser names itself."""
    address: str = ""
    request: str = ""


class DeviceStopped(HieError):
    """The browser was stopped by the person or by the secretariat."""


def token_hash(token: str) -> bytes:
    """Name a session or a browser by the SHA-256 of its token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def cookie(name: str, *, secure: bool) -> str:
    """Return the name a cookie has where the hub is reached by HTTPS, or is not."""
    return f"{HOST_ONLY}{name}" if secure else name


def named(agent: str) -> str:
    """Name a browser for people, `Chrome (Windows)`; empty parts where it says nothing known."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "?")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "?")
    return f"{browser} ({system})"


def known(work: UnitOfWork, visit: Visit) -> Device | None:
    """Return the browser somebody comes with, or none."""
    return work.devices.find(token_hash(visit.device)) if _TOKEN.fullmatch(visit.device) else None


def is_familiar(work: UnitOfWork, device: Device | None, account: Account | None) -> bool:
    """Say whether the account has signed in there with its present password."""
    if device is None or account is None or device.stopped_at:
        return False
    found = work.devices.familiar(device.id, account.id)
    return any(hmac.compare_digest(one.mark, mark(account)) for _, one, _ in found)


def registered(work: UnitOfWork, clock: Clock, visit: Visit) -> tuple[Device, str]:
    """Return the browser with its token, registered now if it is new; raise `DeviceStopped`."""
    now, found = clock.now(), known(work, visit)
    if found is not None and found.stopped_at:
        raise DeviceStopped("this browser was stopped")
    token = visit.device if found else clock.new_id() + clock.new_id()
    device = found or Device(clock.new_id(), token_hash(token), named(visit.agent), now, now)
    work.devices.keep(device._replace(seen_at=now))
    return device, token


def greet(work: UnitOfWork, now: int, device: str, account: Account) -> None:
    """Make a person familiar to a browser; what they chose there before stays."""
    before = next((one for _, one, _ in work.devices.familiar(device, account.id)), None)
    remembered = before.remembered if before else False
    work.devices.greet(Familiar(device, account.id, mark(account), now, now, remembered))


def mark(account: Account) -> bytes:
    """Mark the present password, so that a changed one is noticed; says nothing of it."""
    return hashlib.sha256(b"mark " + account.password_hash.encode()).digest()[:16]
