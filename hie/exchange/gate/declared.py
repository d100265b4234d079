"""What every route must say of itself before it is mounted: for whom it is, and about what.

A route without a declaration fails the build. The declaration opens nothing: whether a record is shown
is the gate's answer, asked again for every request. It only says who need not even ask.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, TypeVar

from hie.record.requester import Role

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])
_NAME = "__declared__"
KILOBYTE = 1024
STAFF = frozenset(Role) - {Role.PATIENT, Role.FAMILY, Role.SYSTEM}
EVERYBODY = STAFF | {Role.PATIENT, Role.FAMILY}
TREATING = frozenset(
    {
        *(Role.DOCTOR, Role.DENTIST, Role.NURSE, Role.VISITING_NURSE, Role.PHARMACIST, Role.THERAPIST),
        *(Role.CARE_MANAGER, Role.CARE_WORKER, Role.LIAISON),
    }
)
"""Who may ask the gate for records; each sees no more than the ceiling of the role."""
RECORDS = TREATING | {Role.PATIENT, Role.FAMILY}
"""For whom pages of a record are: who treats, and the person whose record it is."""
DESK = frozenset({Role.SECRETARIAT, Role.LIAISON, Role.PRIVACY_OFFICER})
"""Who keeps consents and links at a desk."""


class About(StrEnum):
    """What a route shows or changes: decides which question protects it besides the role."""

    NOTHING = "nothing"
    """No person: a sign-in form, a language, the health of the process."""
    ONESELF = "oneself"
    """The asker's own account, devices, accesses."""
    PATIENT = "patient"
    """One patient's record: the gate is asked and the answer audited."""
    DECISIONS = "decisions"
    """Consents, links, evidence: no clinical content; audited."""
    PEOPLE = "people"
    """Facilities, accounts, posts."""
    FEED = "feed"
    AUDIT = "audit"


class Declared(NamedTuple):
    """A route's declaration."""

    audience: frozenset[Role] | None
    """Roles for which it exists; to others it is as if absent. `None`: nobody need be signed in."""
    about: About
    fresh: bool = False
    """Whether the person must have shown a second factor within the last minutes (step-up)."""
    most_bytes: int = 64 * KILOBYTE
    """Body of a request; more is refused unread."""


class Refusal(StrEnum):
    """Why a door does not let a request in to its route."""

    FORGED = "forged"
    """It may change something, and does not come from a page of ours."""
    SIGN_IN = "sign-in"
    CONFIRM = "confirm"
    """The person must show a second factor anew."""
    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    MALFORMED = "malformed"


STATUS_OF = {
    Refusal.FORGED: 403,
    Refusal.SIGN_IN: 401,
    Refusal.CONFIRM: 403,
    Refusal.TOO_LARGE: 413,
    Refusal.TOO_SLOW: 408,
    Refusal.MALFORMED: 400,
}


def declares(
    audience: frozenset[Role] | None, about: About, *, fresh: bool = False, most_bytes: int = 64 * KILOBYTE
) -> Callable[[Endpoint], Endpoint]:
    """Declare an endpoint, once; stands below the router's own decorator."""

    def mark(endpoint: Endpoint) -> Endpoint:
        if declaration(endpoint) is not None:
            raise TypeError("an endpoint declares itself once, or one declaration would hide the other")
        setattr(endpoint, _NAME, Declared(audience, about, fresh, most_bytes))
        return endpoint

    return mark


CONFIRMED_FOR = 5 * 60_000
"""Milliseconds for which a second factor shown counts as fresh."""


def is_confirmed(confirmed_at: int, now: int) -> bool:
    """Say whether a factor shown then is fresh now; one of the future is not."""
    return 0 <= now - confirmed_at < CONFIRMED_FOR


def declaration(endpoint: object) -> Declared | None:
    """Return what an endpoint declares, or none."""
    found = getattr(endpoint, _NAME, None)
    return found if isinstance(found, Declared) else None
