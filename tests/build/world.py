"""A small region on real files: facilities, people, accounts, documents fed as a hospital's storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from consent.model import ConsentEvent, EventKind, Provision
from hie.exchange.feeds.reading import reread_document
from hie.exchange.ports import Account
from hie.exchange.services import Services
from hie.exchange.signing.proofs import Proofs, Reception, Rules
from hie.hub.authenticator_apps import PyOtpApps
from hie.hub.feeding import Feeding, feed_sources
from hie.hub.guessable import Guessable
from hie.hub.papers import Papers
from hie.hub.passkeys import WebAuthnPasskeys
from hie.hub.passwords import Argon2Passwords
from hie.hub.recording import recording
from hie.hub.scans import Scans
from hie.hub.settings import Settings
from hie.hub.thumbnails import Thumbnails
from hie.hub.wiring import Hub, gathered, stored_by
from hie.record.clinical import (
    Coding,
    DiagnosticReport,
    MedicationAdministration,
    MedicationRequest,
    NutritionOrder,
    Record,
    ServiceRequest,
)
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind, HumanName, Patient, Sex
from hie.record.requester import Role
from hie.record.times import Day
from ssmix2.layout import NO_DATE, UNDATED_KINDS
from ssmix2.writer import Envelope, Practitioner, file_name, write
from tests.build.records import person

CENTRAL = FacilityCode("1319900001")
HARBOUR = FacilityCode("1319900002")
CLINIC = FacilityCode("1319900003")
STRANGER = FacilityCode("1319900004")
FACILITIES = (
    Facility(CENTRAL, "見本中央病院", FacilityKind.HOSPITAL, "中央", 0),
    Facility(HARBOUR, "見本港湾病院", FacilityKind.HOSPITAL, "港湾", 1),
    Facility(CLINIC, "見本駅前医院", FacilityKind.CLINIC, "駅前", 2),
    Facility(STRANGER, "見本川向医院", FacilityKind.CLINIC, "川向", 3),
)
PASSWORD = "期日-right-password"
PASSWORD_ALONE = Rules(second_factor=False, most_sessions=1000)
"""How most tests sign in: the second factor is off on purpose."""
TODAY = 1_716_170_400_000
"""2024-05-20 11:00 in Japan."""
HANAKO, BORN = HumanName("試験", "花子", "シケン", "ハナコ"), Day(19700115)
NINES = "9" * 15


class FixedClock:
    """`Clock` that stands still on 2024-05-20 and counts its identifiers."""

    def __init__(self) -> None:
        """Start at number one."""
        self.moment = TODAY
        self._made = 0

    def now(self) -> int:
        """Return the moment."""
        return self.moment

    def new_id(self) -> str:
        """Return the next number, as long as a random one."""
        self._made += 1
        return f"{self._made:032x}"


class Somebody(NamedTuple):
    """A person of the region, as a test speaks of them."""

    patient: Patient
    numbers: dict[FacilityCode, str]


@dataclass(frozen=True)
class PatientBuilder:
    """`world.a_patient("R1").linked(CENTRAL, "0012345678").consenting().there()`."""

    world: World
    id: str
    name: HumanName = HANAKO
    born: Day = BORN
    sex: Sex = Sex.FEMALE
    numbers: tuple[tuple[FacilityCode, str], ...] = ()
    provisions: tuple[Provision, ...] = ()

    def named(self, kanji: str, kana: str) -> PatientBuilder:
        """Give family and given name in both writings."""
        (family, given), (kana_family, kana_given) = kanji.split(), kana.split()
        return replace(self, name=HumanName(family, given, kana_family, kana_given))

    def linked(self, facility: FacilityCode, number: str) -> PatientBuilder:
        """Have a number at a facility."""
        return replace(self, numbers=(*self.numbers, (facility, number)))

    def consenting(self, provision: Provision = Provision()) -> PatientBuilder:  # noqa: B008  immutable
        """Consent; to everything unless said."""
        return replace(self, provisions=(*self.provisions, provision))

    def there(self) -> Somebody:
        """Enrol, link and consent in the store."""
        patient = Patient(PatientId(self.id), self.name, self.born, self.sex)
        with self.world.store.work() as work:
            work.patients.enrol(patient)
            for facility, number in self.numbers:
                work.patients.link(LocalPatientId(facility, number), patient.id, "desk", 1)
            if self.provisions:
                work.consents.record(
                    ConsentEvent(0, patient.id, EventKind.GIVEN, 1, "desk", "form", self.provisions)
                )
        return Somebody(patient, dict(self.numbers))


class World:
    """A region in a folder; documents come in as files of a storage and through ingest."""

    def __init__(self, folder: Path) -> None:
        """Found the region with its facilities and one doctor at each clinic."""
        self.folder = folder
        self.settings = Settings(data_dir=folder / "hub")
        self.store = stored_by(self.settings)
        self.clock = FixedClock()
        self.passwords = Argon2Passwords()
        self._orders = 0
        encoded = self.passwords.hash(PASSWORD)
        with self.store.work() as work:
            for member in FACILITIES:
                work.directory.add(member)
            for login, name, facility, role in (
                ("hamada", "浜田 圭介", CLINIC, Role.DOCTOR),
                ("kawai", "河合 研二", STRANGER, Role.DOCTOR),
                ("clerk", "事務 花代", CLINIC, Role.CLERK),
            ):
                work.accounts.add(Account(login, login, name, facility, role, encoded))

    def a_patient(self, number: str) -> PatientBuilder:
        """Begin a person with this number of the region."""
        return PatientBuilder(self, number)

    def file(
        self,
        facility: FacilityCode,
        whose: Somebody,
        kind: str,
        records: Sequence[Record],
        at: str = "20240510",
    ) -> None:
        """Write one document of `kind`, as of the day `at`, into the facility's storage."""
        self._orders += 1
        undated = kind in UNDATED_KINDS or kind.startswith("ADT")
        order = NINES if undated else f"{self._orders:015d}"
        number = whose.numbers[facility]
        envelope = Envelope(
            application="KARTE1",
            facility_name="見本病院",
            sent_at=f"{at}{100000 + self._orders:06d}000",
            control_id=f"{at}{self._orders:06d}",
            order_number=order,
            department=Coding("01", "内科", "HL70069"),
            practitioner=Practitioner("D0107", "五日", "右京"),
            ordered_at=f"{at}101500",
            patient_class="O",
            facility_id=str(facility),
            accession_number=f"A{self._orders:06d}",
            study_instance_uid="1.2.826.0.1.3680043.10.1.77",
            modality="CT",
        )
        told = person(facility, number, whose.patient.name, whose.patient.birth_day, whose.patient.sex)
        ours = [_ordered(record, order) for record in records]
        content = write(kind, envelope, told, ours)
        name = file_name(kind, envelope, number, NO_DATE if kind in UNDATED_KINDS else at)
        path = self.storage(facility) / name.locator()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def storage(self, facility: FacilityCode) -> Path:
        """Return the root of a facility's standardized storage."""
        return self.folder / "storages" / facility

    def feed(self, facility: FacilityCode, root: Path | None = None) -> dict[str, int]:
        """Feed a facility's storage, or another folder of it, to the hub; return what became of the files."""
        paths = [root or self.storage(facility)]
        tally = feed_sources(self.store, Feeding(self.settings, facility), paths, lambda _: None)
        return {outcome.value: count for outcome, count in tally.items()}

    def reception(self, rules: Rules = PASSWORD_ALONE) -> Reception:
        """Let people in; unless told otherwise by a password alone and as often as tests like."""
        proofs = Proofs(self.passwords, Guessable(), PyOtpApps(), WebAuthnPasskeys("Tsunagu"))
        return Reception(self.store, self.clock, proofs, rules)

    def hub(self, rules: Rules = PASSWORD_ALONE, *, secure: bool = False) -> Hub:
        """Wire the region as a hub whose clock stands still; `secure` as if people came by HTTPS."""
        thumbnails, scans, papers = Thumbnails(), Scans(), Papers()
        services = Services(
            self.store,
            self.clock,
            self.reception(rules),
            reread_document,
            gathered(self.store, self.clock),
            thumbnails,
            secure_cookies=secure,
            scans=scans,
            papers=papers,
        )
        watched = recording(self.settings, self.store, self.clock)
        return Hub(services, self.store, thumbnails, scans=scans, recording=watched, papers=papers)


_OF_AN_ORDER = (
    DiagnosticReport,
    MedicationAdministration,
    MedicationRequest,
    NutritionOrder,
    ServiceRequest,
)


def _ordered(record: Record, order: str) -> Record:
    """Put the document's order number where the record carries one."""
    if isinstance(record, _OF_AN_ORDER):
        return record._replace(order_number=order)
    return record
