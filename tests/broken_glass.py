"""A region in which somebody is brought in unconscious: two hospitals, a clinic, and who works there."""

from __future__ import annotations

from consent.model import ConsentEvent, EventKind, Provision
from hie.exchange.breakglass import emergency
from hie.exchange.consents.exact import Identity
from hie.exchange.ports import EmergencySession, Store
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.people import Facility, FacilityKind, Patient, Sex
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import Day
from tests import filed as our
from tests.edges import HandClock

HOME = our.HOSPITAL
"""Hospital that keeps the documents."""
NIGHT = our.OTHER_HOSPITAL
"""Hospital on emergency duty, to which nothing was consented by name."""
CLINIC = our.CLINIC
SECRETARIAT = FacilityCode("1390000001")
FACILITIES = (
    Facility(HOME, "見本病院", FacilityKind.HOSPITAL, "見本", 0),
    Facility(NIGHT, "夜間救急病院", FacilityKind.HOSPITAL, "夜間", 1),
    Facility(CLINIC, "駅前医院", FacilityKind.CLINIC, "駅前", 2),
    Facility(SECRETARIAT, "事務局", FacilityKind.SECRETARIAT, "事務局", 0),
)
DOCTOR = Requester("u-night", "夜間 医師", NIGHT, Role.DOCTOR)
OFFICER = Requester("u-officer", "見本 管理者", HOME, Role.PRIVACY_OFFICER, Purpose.AUDIT)
OFFICE = Requester("u-office", "事務局 一", SECRETARIAT, Role.SECRETARIAT, Purpose.ADMINISTRATION)
AGREED = Provision(recipients=frozenset({CLINIC}), emergency=True)
"""A consent for the clinic, with the emergency clause."""
HANAKO = Identity(kana="ミホン ハナコ", birth_day=Day(19700115), sex=Sex.FEMALE)
BECAUSE = "搬送時に意識がなく、薬剤歴が要る"


def a_region(store: Store, *provisions: Provision) -> None:
    """Found it, with Hanako linked at the hospital that keeps her documents, and what she agreed to."""
    with store.work() as work:
        for facility in FACILITIES:
            work.directory.add(facility)
        work.duties.set(NIGHT, OFFICE.user, 1, on=True)
        work.patients.enrol(our.a_person())
        work.patients.link(LocalPatientId(HOME, "00012345"), our.HANAKO, "desk", 1)
        if provisions:
            event = ConsentEvent(0, our.HANAKO, EventKind.GIVEN, our.NOW - 1, "desk", "form 1", provisions)
            work.consents.record(event)


def another(store: Store, person: Patient) -> None:
    """Enrol one more person, known to nobody."""
    with store.work() as work:
        work.patients.enrol(person)


def broken(
    store: Store,
    clock: HandClock,
    requester: Requester = DOCTOR,
    identity: Identity = HANAKO,
    hours: int = 1,
) -> EmergencySession:
    """Break the glass properly."""
    asked = emergency.Asked(identity, "unconscious", BECAUSE, hours)
    return emergency.break_glass(store, clock, requester, asked, clock.now())
