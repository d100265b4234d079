"""What the demo tells of the desk: forms that wait, numbers that wait, a facility that rests, one that came.

Everything goes through the functions that the pages call, as the accounts that `hie demo` prints, so
that each queue shows what people really left behind.
"""

from __future__ import annotations

from typing import NamedTuple

from consent.model import Paper, Provision
from hie.cli._signed_forms import signed_form
from hie.exchange.consents import registering, scanning
from hie.exchange.consents.forms import A_DAY
from hie.exchange.linking import hearing, linking
from hie.exchange.linking.matching import known
from hie.exchange.ports import Clock, Proposal, Store
from hie.exchange.ports.papers import ScanReader
from hie.exchange.records.timeline import TimelineRequest, admitted
from hie.exchange.roster import facilities
from hie.exchange.signing.sessions import requester_of
from hie.record.entry import Label
from hie.record.identifiers import LocalPatientId
from hie.record.people import FacilityKind, HumanName, Patient, PersonFacts, Sex
from hie.record.requester import Requester, Role
from hie.record.times import ALWAYS, Day, day_at
from hie.sample.names import SURNAMES
from hie.sample.region import SampleRegion

_LATER = facilities.Joining("9912999901", "見本あさがおクリニック", "あさがお", "clinic", "協議会 第12回")
_RESTS = "機器更新のため 届出 第3号"
_FORMS = (
    # name, sex, born, the counter's number, day before today on which it was signed
    (HumanName("早瀬", "文子", "ハヤセ", "フミコ"), Sex.FEMALE, 19580214, "0700101", 1),
    (HumanName("黒岩", "徹", "クロイワ", "トオル"), Sex.MALE, 19661130, "0700102", 2),
    (HumanName("児島", "志津", "コジマ", "シズ"), Sex.FEMALE, 19410703, "0700103", 6),
    (HumanName("大和田", "健", "オオワダ", "ケン"), Sex.MALE, 19880519, "0700104", 0),
)
_FREE = "09999{:05d}"
"""Numbers of hospitals that nobody has."""


class Town(NamedTuple):
    """The region and those who act in it."""

    store: Store
    clock: Clock
    region: SampleRegion

    def acting(self, role: Role, turn: int = 0) -> Requester:
        """Return the `turn`-th member of a role as they act at their desk."""
        logins = [one.login for one in self.region.members if one.role is role]
        with self.store.look() as work:
            account = work.accounts.find(logins[turn])
        assert account is not None, "the region has its members"  # noqa: S101  founded a moment ago
        return requester_of(account)


def tell_paperwork(store: Store, clock: Clock, region: SampleRegion, scans: ScanReader) -> None:
    """Let forms, numbers and facilities wait for the desk, and one calendar be looked at."""
    town = Town(store, clock, region)
    _registrations(town, scans)
    _numbers(town)
    _places(town)
    whose = region.stories["diabetic"].patient
    admitted(store, clock, [TimelineRequest(town.acting(Role.DOCTOR), whose, ALWAYS)])


def _registrations(town: Town, scans: ScanReader) -> None:
    """Leave two forms to verify, one as PDF, a draft, and one that was sent back."""
    doctor, secretary, second = (
        town.acting(Role.DOCTOR),
        town.acting(Role.SECRETARIAT),
        town.acting(Role.SECRETARIAT, 1),
    )
    _write(town, scans, doctor, 0, "PDF")
    _write(town, scans, secretary, 1, "PNG")
    back = _write(town, scans, town.acting(Role.DOCTOR, 1), 2, "PNG")
    seen = registering.read(town.store, town.clock, second, back).seen
    registering.reject(town.store, town.clock, second, back, seen, "signature")
    number = town.clock.new_id()
    registering.start(town.store, town.clock, town.acting(Role.NURSE), number, _proposal(town, 3))


def _write(town: Town, scans: ScanReader, by: Requester, turn: int, kind: str) -> str:
    """Write a registration down, scan its form and lay it before a second person; return its id."""
    number, proposal = town.clock.new_id(), _proposal(town, turn)
    begun = registering.start(town.store, town.clock, by, number, proposal)
    upload = scanning.Upload(f"form-{turn + 1}.{kind.lower()}", signed_form(number, kind))
    scanning.receive(town.store, town.clock, scans, by, [upload], number)
    registering.rewrite(town.store, town.clock, by, number, begun.version, proposal, complete=True)
    return number


def _proposal(town: Town, turn: int) -> Proposal:
    name, sex, born, number, before = _FORMS[turn]
    clause = Provision(
        emergency=turn % 2 == 0,
        later_members=turn == 1,
        labels=int(Label.PSYCHIATRY) if turn == 1 else 0,
    )
    return Proposal(
        name=name,
        birth_day=Day(born),
        sex=sex,
        numbers=(LocalPatientId(town.region.demo_clinic, number),),
        provisions=(clause,),
        paper=Paper(
            signed_on=day_at(town.clock.now() - before * A_DAY), form_version="2025-1", signer="patient"
        ),
        template="all",
    )


def _numbers(town: Town) -> None:
    """Leave a number that one proposed, one that only resembles, one in doubt, one that changed its name."""
    hospitals = [one.code for one in town.region.facilities if one.kind is FacilityKind.HOSPITAL]
    people = list(town.region.patients())[len(town.region.stories) :]
    of = {patient: local for local, patient in town.region.links() if local.facility == hospitals[0]}
    linked = [one for one in people if one.id in of]
    fewest = 4
    if len(linked) < fewest:
        return
    liaison, officer = town.acting(Role.LIAISON, 1), town.acting(Role.PRIVACY_OFFICER)
    same, alike, doubted, married = linked[-4:]
    with town.store.work() as work:
        now = town.clock.now()
        linking.propose(work, now, liaison, _claim(liaison, 1, same, known(same)))
        linking.doubt(work, now, liaison, _claim(liaison, 2, alike, _twin(alike)), "two-people")
        linking.contest(work, now, officer, of[doubted.id], "typing")
        number = work.links.find(of[married.id])
        if number is not None:
            hearing.hear(work, now, [hearing.Heard(number.surrogate, _married(married))])


def _claim(by: Requester, turn: int, of: Patient, facts: PersonFacts) -> linking.Claim:
    local = LocalPatientId(by.facility, _FREE.format(turn))
    return linking.Claim(local, of.id, facts._replace(local=local))


def _twin(patient: Patient) -> PersonFacts:
    """Say what would be said of a twin whose name is nearly the same."""
    name = patient.name
    twin = name._replace(given=f"{name.given[:-1]}実", kana_given=f"{name.kana_given[:-1]}ミ")
    return known(patient)._replace(name=twin)


def _married(patient: Patient) -> PersonFacts:
    """Say what a hospital says of somebody after a marriage: another family name, all else the same."""
    family, kana = next(one for one in SURNAMES if one[0] != patient.name.family)
    return known(patient)._replace(name=patient.name._replace(family=family, kana_family=kana))


def _places(town: Town) -> None:
    """Let a clinic join, which patients are told of today, and let another rest."""
    secretary = town.acting(Role.SECRETARIAT)
    facilities.join(town.store, town.clock, secretary, _LATER, town.clock.now())
    taken = {town.region.demo_clinic, *(one.facility for one in town.region.members)}
    taken |= {one.facility for one in town.region.storages}
    clinics = [one.code for one in town.region.facilities if one.kind is FacilityKind.CLINIC]
    # The last: the first is named where the demo says how another edge comes in.
    resting = next((one for one in reversed(clinics) if one not in taken), None)
    if resting is not None:
        facilities.suspend(town.store, town.clock, secretary, resting, _RESTS)
