"""Decisions of every kind in a row, each acknowledged with what must be there afterwards."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from consent.model import EVERYTHING, Provision
from hie.clock import SystemClock
from hie.exchange.consents import consenting
from hie.exchange.founding import operator
from hie.exchange.gate.access import Asked, admit
from hie.exchange.linking import identity, linking
from hie.exchange.ports import Account, Store
from hie.exchange.trail.auditing import Sealed, prove, streamed
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import Unavailable
from hie.record.identifiers import LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind, HumanName, Patient
from hie.record.requester import Requester, Role
from tests.storages import CLINIC, HOSPITAL

CLOCK = SystemClock()
OFFICE = operator("office")
DOCTOR = Requester("ada", "見本 医師", CLINIC, Role.DOCTOR)
PATIENTS = 3


class Acknowledged(NamedTuple):
    """What somebody was told is done."""

    position: int
    """The last decision."""
    audited: int
    """Rows of the trail."""
    closed: tuple[str, ...]
    """Persons whose consent was taken back, or whose link was doubted."""


NOTHING = Acknowledged(0, 0, ())


def found(data: Path) -> None:
    """Make a hub with a hospital, a clinic and its doctor."""
    with closing(stored_by(Settings(data_dir=data))) as store, store.work() as work:
        work.directory.add(Facility(HOSPITAL, "中央病院", FacilityKind.HOSPITAL, "中央", 0))
        work.directory.add(Facility(CLINIC, "駅前医院", FacilityKind.CLINIC, "駅前", 1))
        work.accounts.add(Account("ada", "ada", "見本 医師", CLINIC, Role.DOCTOR, "hash"))


def decide(store: Store, rounds: range) -> Iterator[Acknowledged]:
    """Enrol, link, consent, look, take back or doubt, for one person a round; tell after each commit.

    What the store refuses is left out and not told; raises nothing for a full disk.
    """
    closed: list[str] = []
    for number in rounds:
        patient = PatientId(f"p-{number}")
        for step in range(6):
            try:
                _step(store, patient, number, step)
            except Unavailable:
                break  # a full disk: nothing was said to be done, and the rest of the round has no ground
            if step == 5:
                closed.append(patient)
            try:
                with store.look() as work:
                    told = Acknowledged(work.consents.position(), work.audit.count(), tuple(closed))
            except Unavailable:
                continue
            yield told


def _step(store: Store, patient: PatientId, number: int, step: int) -> None:
    now, local = CLOCK.now(), LocalPatientId(HOSPITAL, str(number))
    if step == 0:
        name = HumanName("見本", f"花子{number}", "ミホン", "ハナコ")
        identity.add(store, CLOCK, OFFICE, Patient(patient, name))
    elif step == 1:
        identity.link(store, CLOCK, OFFICE, local, patient)
    elif step == 2:
        identity.link(store, CLOCK, OFFICE, LocalPatientId(CLINIC, str(number)), patient)
    elif step == 3:
        consenting.give(store, CLOCK, OFFICE, patient, [Provision()], f"form {number}")
    elif step == 4:
        with store.work() as work:
            admit(work, now, [Asked(DOCTOR, patient, "view")])
    elif number % 2:
        consenting.withdraw(store, CLOCK, OFFICE, patient, EVERYTHING, f"form {number} taken back")
    else:
        with store.work() as work:
            linking.contest(work, now, OFFICE, local, "other")
            linking.contest(work, now, OFFICE, LocalPatientId(CLINIC, str(number)), "other")


def wanting(data: Path, told: Acknowledged) -> list[str]:
    """Say what is not as it was acknowledged, after the hub was opened again."""
    missing = []
    with closing(stored_by(Settings(data_dir=data))) as store:
        with store.look() as work:
            if work.consents.position() < told.position:
                missing.append(f"decisions up to {work.consents.position()} of {told.position}")
            if work.audit.count() < told.audited:
                missing.append(f"{work.audit.count()} audit rows of {told.audited}")
            verdict = prove(streamed(work.audit), work.audit.head(), Sealed())
            if not verdict.sound:
                missing.append(f"the trail: {verdict.faults}")
        with store.work() as work:
            asked = [Asked(DOCTOR, PatientId(patient), "view") for patient in told.closed]
            for one, answer in zip(asked, admit(work, CLOCK.now(), asked), strict=True):
                if answer.grant is not None and not _own_only(answer.grant.reasons):
                    missing.append(f"{one.patient} is open again")
    return missing


def _own_only(reasons: tuple[str, ...]) -> bool:
    return reasons == ("own-facility",)


def main(data: str, first: str, last: str) -> None:
    """Decide, and print each acknowledgement as a line."""
    with closing(stored_by(Settings(data_dir=Path(data)))) as store:
        for told in decide(store, range(int(first), int(last))):
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
