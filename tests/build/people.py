"""A secretariat of two, and hospitals with a desk: who keeps facilities and people."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from hie.exchange.ports import Account
from hie.hub.passwords import Argon2Passwords
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from tests.build.world import PASSWORD, World

OFFICE = FacilityCode("9990000001")
YEAR = 365 * 86_400_000


class House(NamedTuple):
    """A hospital with its desk."""

    code: FacilityCode
    name: str
    arai: str
    """The liaison."""
    hori: str
    """The privacy officer."""
    mori: str
    """A doctor."""


@cache
def _encoded() -> str:
    return Argon2Passwords().hash(PASSWORD)


def hire(world: World, login: str, facility: FacilityCode, role: Role) -> None:
    """Let somebody sign in, attested now."""
    now = world.clock.now()
    account = Account(login, login, f"見本 {login}", facility, role, _encoded())
    with world.store.work() as work:
        work.accounts.add(account._replace(attested_at=now, expires_at=now + YEAR))


def with_secretariat(world: World) -> World:
    """Let `seki` and `tani` keep the region."""
    with world.store.work() as work:
        work.directory.add(Facility(OFFICE, "見本協議会事務局", FacilityKind.SECRETARIAT, "事務局", 0))
    hire(world, "seki", OFFICE, Role.SECRETARIAT)
    hire(world, "tani", OFFICE, Role.SECRETARIAT)
    return world


def found_house(world: World) -> House:
    """Found another hospital."""
    with world.store.work() as work:
        number = len(work.directory.all())
        code = FacilityCode(f"99{number:08d}")
        work.directory.add(Facility(code, f"見本第{number}病院", FacilityKind.HOSPITAL, f"第{number}", 1))
    made = House(code, f"見本第{number}病院", f"arai{number}", f"hori{number}", f"mori{number}")
    for login, role in zip(made[2:], (Role.LIAISON, Role.PRIVACY_OFFICER, Role.DOCTOR), strict=True):
        hire(world, login, code, role)
    return made
