"""A region in which every word of a patient's record bears a token that stands nowhere else.

Two tokens each: one in the name, which desks may see, and one in all that is clinical.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pydicom

from consent.model import ConsentEvent, EventKind, Provision, Withdrawal
from hie.exchange.ports import Account, Device, Session, UnitOfWork
from hie.exchange.signing.browsers import token_hash
from hie.record.clinical import Condition, Record
from hie.record.entry import DocumentClass
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Role
from tests.build import stories
from tests.build.papers import PDF, SUMMARY, clinical_document, lay, picture, section_of
from tests.build.world import CENTRAL, CLINIC, HARBOUR, STRANGER, TODAY, Somebody, World
from tests.storages import UID, instance

TOKEN = re.compile(rb"zq[0-9]{2}(?:name|care)qz")
OFFICE = FacilityCode("1319900017")
HOUR = 3_600_000
ABSENT = PatientId("R000000099")
"""Whom nobody knows."""


class Canary(NamedTuple):
    """A patient who is marked, and for whom of the region."""

    number: int
    somebody: Somebody
    open_to: frozenset[str]
    """Logins to whom the gate opens something."""

    @property
    def id(self) -> PatientId:
        """The region's number."""
        return self.somebody.patient.id

    @property
    def name(self) -> bytes:
        """Stands in the name."""
        return token(self.number, "name").encode()

    @property
    def care(self) -> bytes:
        """Stands in everything else."""
        return token(self.number, "care").encode()

    @property
    def addresses(self) -> Mapping[str, str]:
        """What stands in addresses about this patient, by the name of the place."""
        return {
            "patient": self.id,
            "study": f"{UID}.{self.number + 1}",
            "instance": f"{UID}.{self.number + 1}.1.1",
        }


USERS: dict[str, tuple[FacilityCode, Role]] = {
    "hamada": (CLINIC, Role.DOCTOR),
    "kawai": (STRANGER, Role.DOCTOR),
    "clerk": (CLINIC, Role.CLERK),
    "nurse": (CLINIC, Role.NURSE),
    "pharmacist": (CLINIC, Role.PHARMACIST),
    "manager": (STRANGER, Role.CARE_MANAGER),
    "attending": (CENTRAL, Role.DOCTOR),
    "liaison": (CENTRAL, Role.LIAISON),
    "officer": (HARBOUR, Role.PRIVACY_OFFICER),
    "it": (CENTRAL, Role.FEED_OPERATOR),
    "office": (OFFICE, Role.SECRETARIAT),
    "patient0": (OFFICE, Role.PATIENT),
    "patient1": (OFFICE, Role.PATIENT),
    "daughter0": (OFFICE, Role.FAMILY),
}
DESKS = frozenset({"liaison", "officer", "office"})
"""Who may see names, and nothing clinical but what the gate opens."""
_CLINIC, _STRANGERS = frozenset({"hamada", "nurse", "pharmacist"}), frozenset({"kawai", "manager"})
_OWN = frozenset({"attending", "liaison"})
"""Of the hospital that wrote it down."""


def token(number: int, part: str) -> str:
    """Write a token."""
    return f"zq{number:02d}{part}qz"


class CanaryWorld(World):
    """A world that marks whatever is filed of somebody."""

    def file(
        self,
        facility: FacilityCode,
        whose: Somebody,
        kind: str,
        records: Sequence[Record],
        at: str = "20240510",
    ) -> None:
        """Write a document, marked in every text."""
        word = token(int(whose.patient.id[-2:]), "care")
        super().file(facility, whose, kind, [marked(one, word) for one in records], at)


def marked(value: Any, word: str) -> Any:
    """Put the word behind every text that is written in words."""
    if isinstance(value, str):
        return value + word if value and not value.isascii() else value
    if isinstance(value, Condition):  # its name is the coded text between what stands before and behind it
        coded = value.code.text
        told = value._replace(name=value.name.replace(coded, coded + word), category=value.category)
        return told._replace(code=value.code._replace(text=coded + word))
    if isinstance(value, tuple):
        parts = [marked(part, word) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


class Region(NamedTuple):
    """The world and its patients."""

    world: CanaryWorld
    canaries: tuple[Canary, ...]


def tell(folder: Path) -> Region:
    """Found the region, feed it, and take consents back."""
    world = CanaryWorld(folder)
    with world.store.work() as work:
        work.directory.add(Facility(OFFICE, "見本事務局", FacilityKind.SECRETARIAT, "事務", 5))
    to_strangers = Provision(recipients=frozenset({STRANGER}))
    to_clinic = Provision(recipients=frozenset({CLINIC}))
    some = to_clinic._replace(classes=frozenset({DocumentClass.LABORATORY_RESULT}))
    everybody = (
        _person(world, 0, (Provision(),), _CLINIC | _OWN | {"patient0", "daughter0"}, at_clinic=True),
        _person(world, 1, (to_strangers,), _STRANGERS | _OWN | {"patient1"}),
        _person(world, 2, (to_strangers, to_clinic), _STRANGERS | _OWN),
        _person(world, 3, (to_strangers, some), _CLINIC | _STRANGERS | _OWN),
        _person(world, 4, (Provision(recipients=frozenset({HARBOUR})),), _OWN),
    )
    for facility in (CENTRAL, HARBOUR, CLINIC):
        world.feed(facility)
        for more in ("images", "extended"):
            if (root := folder / more / facility).exists():
                world.feed(facility, root)
    with world.store.work() as work:
        away = Withdrawal(recipients=frozenset({CLINIC}))
        work.consents.record(
            ConsentEvent(
                0, everybody[2].id, EventKind.WITHDRAWN, TODAY - HOUR, "desk", "form", withdrawal=away
            )
        )
        for login, (facility, role) in USERS.items():
            whose = everybody[int(login[-1])].id if login[-1].isdigit() else PatientId("")
            if login not in {"hamada", "kawai", "clerk"}:
                work.accounts.add(Account(login, login, "見本 太郎", facility, role, "x" * 20, patient=whose))
            _sign_in(work, login)
    return Region(world, everybody)


def _person(
    world: CanaryWorld,
    number: int,
    given: tuple[Provision, ...],
    to: frozenset[str],
    *,
    at_clinic: bool = False,
) -> Canary:
    builder = world.a_patient(f"R0000000{number:02d}").named(f"{token(number, 'name')} 花子", "シケン ハナコ")
    builder = builder.linked(CENTRAL, f"00123400{number:02d}").linked(HARBOUR, f"555{number:02d}")
    builder = builder.linked(CLINIC, f"70{number:02d}") if at_clinic else builder
    for provision in given:
        builder = builder.consenting(provision)
    there = builder.there()
    stories.central(world, there)
    stories.harbour(world, there)
    if at_clinic:
        stories.clinic(world, there)
    word = token(number, "care")
    value = there.numbers[CENTRAL]
    body = f"<structuredBody><component>{section_of(word, word)}</component></structuredBody>"
    lay(
        world.folder / "extended" / CENTRAL,
        {
            "main_document.xml": clinical_document(title=word, code="18842-5", body=body, patient=value),
            "写真.png": picture(),
            f"{word}.pdf": PDF,
        },
        SUMMARY,
        patient=value,
    )
    folder = world.folder / "images" / CENTRAL
    folder.mkdir(parents=True, exist_ok=True)
    image = pydicom.dcmread(BytesIO(instance(value, number + 1, 1, 1, day="20240510")))
    image.SeriesDescription = image.StudyDescription = word
    image.save_as(folder / f"{number}.dcm")
    return Canary(number, there, to)


def _sign_in(work: UnitOfWork, login: str) -> None:
    facility, role = USERS[login]
    work.devices.keep(Device(login, token_hash(f"browser {login}"), "Firefox", TODAY, TODAY))
    work.sessions.open(
        Session(
            *(token_hash(login), login, facility, role, login, f"form {login}", TODAY, TODAY),
            expires_at=TODAY + HOUR,
            confirmed_at=TODAY,
            assurance=2,
        )
    )
