"""A small region with its desks, and a clock that a test moves."""

from __future__ import annotations

from itertools import count

from hie.exchange.ports import Account, AuditQuery, Invitation, Store
from hie.exchange.signing.proofs import Proofs, Reception
from hie.hub.authenticator_apps import PyOtpApps
from hie.hub.guessable import Guessable
from hie.hub.passkeys import WebAuthnPasskeys
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Purpose, Requester, Role

OFFICE, HOSPITAL, CLINIC = (FacilityCode(f"99{number:08d}") for number in (1, 2, 3))
PLACES = (
    Facility(OFFICE, "見本事務局", FacilityKind.SECRETARIAT, "事務局", 0),
    Facility(HOSPITAL, "見本病院", FacilityKind.HOSPITAL, "見本", 1),
    Facility(CLINIC, "標本医院", FacilityKind.CLINIC, "標本", 2),
)
DAY = 86_400_000
BEGINNING = 1_000 * DAY
"""Not the beginning of time, so that something can lie before it."""


class MovingClock:
    """`Clock` that moves when a test says so; its ids are all different."""

    def __init__(self, at: int = BEGINNING) -> None:
        """Stand at `at`."""
        self.at = at
        self._made = count(1)

    def now(self) -> int:
        """Return where it stands."""
        return self.at

    def new_id(self) -> str:
        """Return another number each time."""
        return f"{next(self._made):032x}"

    def pass_days(self, days: float) -> None:
        """Move on."""
        self.at += int(days * DAY)


class PlainPasswords:
    """`Passwords` that hides nothing and takes no time."""

    def hash(self, password: str) -> str:
        """Return the password."""
        return f"hash {password}"

    def matches(self, encoded: str, password: str) -> bool:
        """Compare."""
        return encoded == f"hash {password}"


def requester(login: str, facility: FacilityCode, role: Role) -> Requester:
    """Let somebody act whose account has the same id."""
    return Requester(login, f"見本 {login}", facility, role, Purpose.ADMINISTRATION)


SEKI = requester("seki", OFFICE, Role.SECRETARIAT)
TANI = requester("tani", OFFICE, Role.SECRETARIAT)
LIAISON = requester("arai", HOSPITAL, Role.LIAISON)
OFFICER = requester("hori", HOSPITAL, Role.PRIVACY_OFFICER)
DOCTOR = requester("mori", HOSPITAL, Role.DOCTOR)
STAFF = (SEKI, TANI, LIAISON, OFFICER, DOCTOR)


def settle(store: Store, clock: MovingClock) -> None:
    """Put the facilities and their staff in, attested now."""
    with store.work() as work:
        for place in PLACES:
            work.directory.add(place)
        for one in STAFF:
            work.accounts.add(
                Account(
                    one.user,
                    one.user,
                    one.name,
                    one.facility,
                    one.role,
                    f"hash {one.user}",
                    expires_at=clock.now() + 365 * DAY,
                    attested_at=clock.now(),
                )
            )


def account_of(store: Store, login: str) -> Account:
    """Return the account that must be there."""
    with store.look() as work:
        found = work.accounts.find(login)
    assert found is not None
    return found


def invitation_of(store: Store, number: str) -> Invitation:
    """Return the invitation that must be there."""
    with store.look() as work:
        found = work.invitations.get(number)
    assert found is not None
    return found


def reception(store: Store, clock: MovingClock) -> Reception:
    """Return what accepting an invitation needs."""
    return Reception(
        store, clock, Proofs(PlainPasswords(), Guessable(), PyOtpApps(), WebAuthnPasskeys("Tsunagu"))
    )


def actions(store: Store) -> list[str]:
    """Return what the audit trail says was done, in order."""
    with store.look() as work:
        return [row.event.action for row in work.audit.search(AuditQuery(), 1_000)][::-1]
