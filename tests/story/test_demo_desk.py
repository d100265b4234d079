"""No queue of the demo is empty at the first look: forms, numbers, people, facilities, who looked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pytest

from hie.cli._invitations import tell_invitations
from hie.cli._paperwork import tell_paperwork
from hie.cli.demo import PASSWORD, ROLES
from hie.cli.found import fill
from hie.clock import SystemClock
from hie.exchange.consents import registering
from hie.exchange.linking import linking
from hie.exchange.ports import LinkKind, RegistrationState, Store
from hie.exchange.signing.proofs import Reception
from hie.exchange.signing.sessions import requester_of
from hie.exchange.trail.accesses import accesses
from hie.hub.scans import Scans
from hie.hub.settings import Settings
from hie.hub.wiring import proofs, rules
from hie.record.requester import Requester
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import SampleRegion, load
from hie.store import open_store

OPEN = (RegistrationState.PROPOSED, RegistrationState.DRAFT, RegistrationState.REJECTED)


class Town(NamedTuple):
    """The demo's region without its documents."""

    store: Store
    clock: SystemClock
    region: SampleRegion

    def account(self, login: str) -> Requester:
        """Return somebody at work."""
        with self.store.look() as work:
            account = work.accounts.find(login)
        assert account is not None
        return requester_of(account)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("demo")
    for _ in generate(RegionPlan(patients=20, years=1, feeds=False), folder / "region"):
        pass
    region, clock = load(folder / "region"), SystemClock()
    settings = Settings(data_dir=folder / "hub", second_factor="off")
    with closing(open_store("memory://", "memory://")) as store, closing(Scans()) as scans:
        fill(store, region, PASSWORD)
        tell_invitations(Reception(store, clock, proofs(settings), rules(settings)), region)
        tell_paperwork(store, clock, region, scans)
        yield Town(store, clock, region)


def test_two_forms_wait_for_the_second_secretary_one_is_a_draft_one_was_sent_back(town: Town) -> None:
    waiting = registering.queue(town.store, town.account("fujii"), OPEN)
    assert sorted(one.registration.state.value for one in waiting) == [
        *("draft", "proposed", "proposed", "rejected"),
    ]
    ready = [one for one in waiting if one.registration.state is RegistrationState.PROPOSED]
    assert all(one.may_verify and one.pages == 1 for one in ready)
    assert {one.registration.writers[0] for one in ready} == {"hamada", "jimukyoku"}


def test_a_scanned_form_bears_the_code_of_its_registration_and_can_be_verified(town: Town) -> None:
    second = town.account("fujii")
    waiting = registering.queue(town.store, second, (RegistrationState.PROPOSED,))
    doctors = next(one.registration for one in waiting if one.registration.writers == ("hamada",))
    with town.store.look() as work:
        assert [page.registration for page in work.evidence.pages(doctors.id)] == [doctors.id]
        assert not work.evidence.tray()
    opened = registering.read(town.store, town.clock, second, doctors.id)
    verified = registering.verify(town.store, town.clock, second, doctors.id, opened.seen)
    assert verified.position > 0


def test_numbers_wait_in_every_way(town: Town) -> None:
    with town.store.work() as work:
        cases = [case for case, _ in linking.waiting(work, town.clock.now(), town.account("fujii"), 50)]
    kinds = sorted(case.kind for case in cases)
    assert kinds == sorted([LinkKind.PROPOSED, LinkKind.PROPOSED, LinkKind.CONTESTED, LinkKind.CHANGED])


def test_one_has_a_letter_and_one_waits_for_approval(town: Town) -> None:
    with town.store.look() as work:
        letters = {one.name: bool(one.accepted_at) for one in work.invitations.since(0)}
    assert letters == {"島田 恵": True, "辻村 圭": False}


def test_a_clinic_joined_and_another_rests(town: Town) -> None:
    with town.store.look() as work:
        region = work.directory.region()
        known = {facility.code for facility in work.directory.all()}
    later = known - {facility.code for facility in town.region.facilities}
    assert len(later) == 1
    now = town.clock.now()
    resting = [code for code in known if not region.takes_part(code, now)]
    assert len(resting) == 1


@pytest.mark.parametrize("login", ["kanja", "kazoku"])
def test_a_patient_and_the_family_see_who_looked(town: Town, login: str) -> None:
    assert accesses(town.store, town.clock, town.account(login), 0).lines


def test_every_role_of_the_table_is_explained(town: Town) -> None:
    assert {member.role.value for member in town.region.members} <= set(ROLES)
