"""What the demo tells of emergencies: a hospital on duty, one that was reviewed, one that waits for it."""

from __future__ import annotations

from consent.model import ConsentEvent, EventKind, Provision
from hie.exchange.breakglass.emergency import Asked, break_glass, end, enter_duty
from hie.exchange.breakglass.emergency_reviews import JUSTIFIED, review
from hie.exchange.consents import consenting
from hie.exchange.consents.exact import Identity
from hie.exchange.founding import operator
from hie.exchange.ports import Account, Clock, Store
from hie.exchange.signing.sessions import requester_of
from hie.record.identifiers import FacilityCode, PatientId
from hie.record.people import FacilityKind
from hie.record.requester import Requester, Role
from hie.sample.region import SampleRegion

TOLD = (
    ("transferred", "救急搬送。付き添いがなく、内服薬と腎機能を確かめるため"),
    ("unconscious", "意識障害で来院。抗凝固薬の有無を確かめるため"),
)
"""Reasons of the two emergencies, the first of which is reviewed."""


def tell_emergencies(store: Store, clock: Clock, region: SampleRegion) -> PatientId | None:
    """Let a doctor on duty break the glass twice for one person; return whom, if the region has somebody."""
    doctor = _acting(store, region, Role.DOCTOR, hospital=1)
    officer = _acting(store, region, Role.PRIVACY_OFFICER, hospital=0)
    whose = _whose(region)
    if doctor is None or officer is None or whose is None:
        return None
    by = operator("hie demo")
    with store.work() as work:
        now = clock.now()
        for hospital in _hospitals(region)[:2]:
            enter_duty(work, now, by, hospital, on=True)
        clause = Provision(recipients=frozenset({region.demo_clinic}), emergency=True)
        signed = ConsentEvent(0, whose, EventKind.GIVEN, now, by.user, "同意書 救急条項", (clause,))
        consenting.enter(work, now, by, [signed])
    sessions = [
        break_glass(store, clock, doctor, Asked(Identity(card=whose), reason, text), clock.now()).id
        for reason, text in TOLD
    ]
    for session in sessions:
        end(store, clock, doctor, session)
    review(store, clock, officer, sessions[0], JUSTIFIED, "救急外来の受診記録と合う")
    return whose


def _hospitals(region: SampleRegion) -> list[FacilityCode]:
    return [one.code for one in region.facilities if one.kind is FacilityKind.HOSPITAL]


def _acting(store: Store, region: SampleRegion, role: Role, hospital: int) -> Requester | None:
    facility = _hospitals(region)[hospital]
    login = next((one.login for one in region.members if (one.facility, one.role) == (facility, role)), "")
    with store.look() as work:
        account: Account | None = work.accounts.find(login)
    return requester_of(account) if account else None


def _whose(region: SampleRegion) -> PatientId | None:
    """Choose somebody of the stories whom the first hospital knows, and the one on duty does not."""
    home, duty = _hospitals(region)[:2]
    for story in region.stories.values():
        known = {number.facility for number in story.numbers}
        if home in known and duty not in known:
            return story.patient
    return None
