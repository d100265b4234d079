"""The region of the matrix: everybody in memory, fed once, then brought into the states."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from fastapi import FastAPI

from consent.model import ConsentEvent, EventKind
from hie.exchange.linking.linking import contest
from hie.exchange.ports import (
    Account,
    AccountState,
    Device,
    EmergencySession,
    MembershipEvent,
    MembershipKind,
    Post,
    Session,
    UnitOfWork,
)
from hie.exchange.roster import facilities
from hie.exchange.signing.browsers import token_hash
from hie.exchange.signing.sessions import idle_of
from hie.hub.app import application
from hie.record.clinical import Coding
from hie.record.identifiers import FacilityCode, LocalPatientId, PatientId
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Purpose, Requester, Role
from tests import looping
from tests.build.records import PROBLEM, REPORT, drug, result
from tests.build.world import CENTRAL, STRANGER, TODAY, Somebody, World
from tests.storages import instance
from tests.web.matrix.asking import ask
from tests.web.matrix.states import (
    BASE,
    DAY,
    FORMER,
    GONE,
    JOINED,
    LATELY,
    LATER,
    OFFICE,
    ON_DUTY,
    REGION,
    RESTING,
    SIGNED,
    STATES,
    TIRED,
    UNANNOUNCED,
    Asker,
    State,
    account_of,
    event_of,
    facility_of,
    patient_of,
    token_of,
)

HOSPITALS = (CENTRAL, RESTING, GONE)
STUDY = "1.2.826.0.1.3680043.10.1"
PASSKEYS = "x" * 20
SECRETARY = Requester("secretary", "事務局", OFFICE, Role.SECRETARIAT, Purpose.ADMINISTRATION)


class Matrix(NamedTuple):
    """What the cells ask."""

    app: FastAPI
    world: World
    logs: Mapping[str, tuple[ConsentEvent, ...]]
    """Decisions by state."""
    entries: Mapping[str, Mapping[str, int]]
    """Numbers of a patient's documents: by state, by part of the record."""


def build(folder: Path) -> Matrix:
    """Make the region."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HIE_DATABASE_URL", "memory://")
        patch.setenv("HIE_OBJECTS_URL", "memory://")
        world = World(folder)
        people = _fed(world)
    app = application(world.hub())
    entries = _found(app, world)
    logs = _decided(world, people)
    for state in STATES:
        for role in Role:
            _account(world, state, role)
    _membership(world)
    with world.store.work() as work:
        for state in STATES:
            for role in Role:
                open_session(work, state, role)
    return Matrix(app, world, logs, entries)


def _fed(world: World) -> dict[str, Somebody]:
    with world.store.work() as work:
        for mark, code in enumerate((RESTING, GONE, TIRED, FORMER, OFFICE)):
            kind = FacilityKind.HOSPITAL if code in HOSPITALS else FacilityKind.CLINIC
            work.directory.add(Facility(code, f"見本{code[-2:]}院", kind, f"見{code[-2:]}", mark))
        for code in (LATER, UNANNOUNCED):
            work.directory.add(Facility(code, f"見本{code[-2:]}院", FacilityKind.CLINIC, "後", 4), JOINED)
            noticed = REGION.members[code].terms[0].noticed_at
            work.memberships.record(
                MembershipEvent(0, code, MembershipKind.NOTICED, noticed, JOINED, "desk", "letter")
            )
        for code in ON_DUTY:
            work.duties.set(code, "desk", SIGNED, on=True)
    people = {state.name: _person(world, number, state) for number, state in enumerate(STATES)}
    for code in HOSPITALS:
        world.feed(code)
        world.feed(code, world.folder / "images" / code)
    return people


def _person(world: World, number: int, state: State) -> Somebody:
    value = f"{number:08d}"
    builder = world.a_patient(patient_of(state)).named(f"{token_of(state, 'name')} 花子", "シケン ハナコ")
    there = builder.linked(state.discloser, value).consenting(BASE).there()
    world.file(state.discloser, there, "OML-11", [REPORT, result(token_of(state, "result"), "0.71")])
    world.file(state.discloser, there, "OMP-01", [drug(token_of(state, "drug"))], "20230110")
    told = PROBLEM._replace(
        code=Coding("20063319", token_of(state, "problem"), "MDCDX2"),
        icd10="F200",
        name=token_of(state, "problem"),
    )
    world.file(state.discloser, there, "PPR-01", [told], "20240510")
    folder = world.folder / "images" / state.discloser
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{number}.dcm").write_bytes(instance(value, number + 1, 1, 1, day="20240510"))
    return there


def _found(app: FastAPI, world: World) -> dict[str, dict[str, int]]:
    """Look the documents' numbers up as the clinic for which they came to the hub."""
    classes = {
        "laboratory-result": "result",
        "prescription": "drug",
        "problem": "problem",
        "image": "image",
    }
    with world.store.work() as work:
        work.accounts.add(Account("finder", "finder", "見本 医師", STRANGER, Role.DOCTOR, PASSKEYS))
        _browser(work, "finder")
        work.sessions.open(_session("finder", STRANGER, Role.DOCTOR))
    found = {}
    for state in STATES:
        answer = looping.run(ask(app, "GET", f"/api/patients/{patient_of(state)}/timeline", "finder"))
        told = json.loads(answer.body)
        rows = {classes[told["classes"][row[3]]]: int(row[0]) for row in told["rows"]}
        assert set(rows) == set(classes.values()), (state.name, told)
        found[state.name] = rows
    return found


def _decided(world: World, people: Mapping[str, Somebody]) -> dict[str, tuple[ConsentEvent, ...]]:
    logs = {}
    for number, state in enumerate(STATES):
        patient = patient_of(state)
        with world.store.work() as work:
            log = list(work.consents.events([patient])[patient])
            if state.given:
                form = ConsentEvent(0, patient, EventKind.GIVEN, SIGNED, "desk", "form", state.given)
                log.append(work.consents.record(form))
            for later in state.later:
                log.append(work.consents.record(event_of(state, later, log)))
            if state.linked:
                work.patients.link(LocalPatientId(state.viewer, f"9{number:07d}"), patient, "desk", SIGNED)
            if state.contested:
                local = LocalPatientId(state.discloser, people[state.name].numbers[state.discloser])
                contest(work, LATELY, SECRETARY, local, "asked-by-patient")
            if state.glass:
                _break_glass(work, state, patient)
        logs[state.name] = tuple(log)
    return logs


def _break_glass(work: UnitOfWork, state: State, patient: PatientId) -> None:
    """Break it for everybody, also for those who may not: the gate asks the role."""
    for role in Role:
        session = EmergencySession(
            f"{role.value}-{patient}",
            account_of(state, role),
            "見本",
            facility_of(state, role),
            role,
            patient,
            "unconscious",
            "",
            (CENTRAL,),
            LATELY,
            TODAY + DAY,
        )
        work.emergencies.open(session, TODAY + 3 * DAY)


def _account(world: World, state: State, role: Role) -> None:
    name, facility = account_of(state, role), facility_of(state, role)
    of_a_person = role in {Role.PATIENT, Role.FAMILY}
    whose = patient_of(state if state.own else STATES[0]) if of_a_person else PatientId("")
    with world.store.work() as work:
        standing = {Asker.SUSPENDED: AccountState.SUSPENDED, Asker.STOPPED: AccountState.STOPPED}
        account = Account(name, name, "見本 太郎", facility, role, PASSKEYS, patient=whose)
        work.accounts.add(account)
        work.accounts.add(
            account._replace(
                state=standing.get(state.asker, AccountState.ACTIVE),
                expires_at=TODAY if state.asker is Asker.EXPIRED else account.expires_at,
            )
        )
        if state.asker is Asker.POST_ENDED:
            assert work.posts.end(Post(name, facility, role), LATELY)
        _browser(work, name, stopped=state.asker is Asker.DEVICE_STOPPED)


def _browser(work: UnitOfWork, name: str, *, stopped: bool = False) -> None:
    device = Device(name, token_hash(f"browser {name}"), "Firefox", SIGNED, LATELY, LATELY if stopped else 0)
    work.devices.keep(device)


def _membership(world: World) -> None:
    world.clock.moment = LATELY
    for code in (RESTING, TIRED):
        facilities.suspend(world.store, world.clock, SECRETARY, code, "council")
    for code in (GONE, FORMER):
        facilities.leave(world.store, world.clock, SECRETARY, code, "council")
    world.clock.moment = TODAY


def open_session(work: UnitOfWork, state: State, role: Role) -> None:
    """Sign somebody in, as the state says."""
    name = account_of(state, role)
    session = _session(name, facility_of(state, role), role)
    match state.asker:
        case Asker.UNCONFIRMED:
            session = session._replace(confirmed_at=LATELY)
        case Asker.OWES:
            session = session._replace(assurance=0, confirmed_at=0)
        case Asker.IDLE:
            session = session._replace(seen_at=TODAY - session.idle)
        case Asker.OVER:
            session = session._replace(expires_at=TODAY)
        case Asker.NOBODY:
            return
    work.sessions.open(session)


def _session(name: str, facility: FacilityCode, role: Role) -> Session:
    return Session(
        *(token_hash(name), name, facility, role, name, f"form {name}", TODAY - 1, TODAY),
        expires_at=TODAY + DAY,
        confirmed_at=TODAY,
        assurance=2,
        idle=idle_of(role, shared=False),
    )
