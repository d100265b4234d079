"""The promises of `Registrations` and `Evidence`."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from consent.model import Paper, Provision
from hie.exchange.ports import (
    OPEN_STATES,
    Proposal,
    Registration,
    RegistrationKind,
    RegistrationState,
    Scan,
    ScanPage,
    Store,
)
from hie.record.entry import DocumentClass
from hie.record.errors import NotFound
from hie.record.identifiers import LocalPatientId
from hie.record.people import HumanName, Sex
from hie.record.times import Day
from tests import filed as our

PROPOSAL = Proposal(
    RegistrationKind.CONSENT,
    our.HANAKO,
    HumanName("見本", "花子", "ミホン", "ハナコ"),
    Day(19700115),
    Sex.FEMALE,
    "028-000-0000",
    (LocalPatientId(our.HOSPITAL, "00012345"), LocalPatientId(our.CLINIC, "77")),
    (Provision(classes=frozenset({DocumentClass.NOTE}), labels=1, emergency=True, later_members=True),),
    Paper(Day(20250401), "2025-1", "patient", taken_at=our.CLINIC),
    "all",
    3,
    Day(20250402),
    "scan.pdf",
)
FIRST = Registration("r1", RegistrationState.DRAFT, our.CLINIC, PROPOSAL, 1, ("a1",), "受付", 10, batch="b")
SECOND = FIRST._replace(id="r2", facility=our.OTHER_CLINIC, state=RegistrationState.PROPOSED, proposed_at=5)
SCAN = Scan("ab" * 32, "application/pdf", 5, 2, 10, "a1", our.CLINIC)


def test_a_registration_comes_back_whole(store: Store) -> None:
    with store.work() as work:
        assert work.registrations.add(FIRST)
        assert not work.registrations.add(FIRST._replace(version=9))
        assert not work.registrations.add(FIRST)
    with store.look() as work:
        assert work.registrations.find("r1") == FIRST
        assert work.registrations.find("r\0") is None


def test_only_who_saw_the_last_version_replaces_it(store: Store) -> None:
    changed = FIRST._replace(version=2, state=RegistrationState.PROPOSED, proposal=Proposal())
    with store.work() as work:
        work.registrations.add(FIRST)
        assert not work.registrations.replace(changed, 7)
        assert work.registrations.replace(changed, 1)
        assert not work.registrations.replace(changed, 1)
        assert not work.registrations.replace(changed._replace(id="r9"), 1)
    with store.look() as work:
        assert work.registrations.find("r1") == changed


def test_of_two_who_replace_it_at_once_one_wins(store: Store) -> None:
    with store.work() as work:
        work.registrations.add(FIRST)
    won: list[str] = []

    def decide(who: str) -> None:
        with store.work() as work:
            if work.registrations.replace(FIRST._replace(version=2, decided_by=who), 1):
                won.append(who)

    threads = [threading.Thread(target=decide, args=(who,)) for who in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.look() as work:
        found = work.registrations.find("r1")
    assert found is not None
    assert [found.decided_by] == won


def test_lines_are_those_of_a_facilitys_business_oldest_first(store: Store) -> None:
    with store.work() as work:
        work.registrations.add(FIRST)
        work.registrations.add(SECOND)
        lines = work.registrations.lines
        assert lines(OPEN_STATES) == [SECOND, FIRST]
        assert lines(OPEN_STATES, limit=1) == [SECOND]
        assert lines([RegistrationState.DRAFT]) == [FIRST]
        assert lines(OPEN_STATES, our.OTHER_CLINIC) == [SECOND]
        assert lines(OPEN_STATES, our.HOSPITAL) == [SECOND, FIRST]
        assert lines(OPEN_STATES, our.OTHER_HOSPITAL) == []


def test_registrations_are_found_by_person_and_by_list(store: Store) -> None:
    new = FIRST._replace(id="r3", batch="", proposal=Proposal())
    with store.work() as work:
        for one in (FIRST, SECOND, new):
            work.registrations.add(one)
        assert work.registrations.about(our.HANAKO) == [SECOND, FIRST]
        assert work.registrations.about(our.TARO) == []
        assert work.registrations.of_batch("b") == [FIRST, SECOND]
        assert work.registrations.of_batch("") == []


def test_a_scan_is_kept_once_and_comes_back_byte_by_byte(store: Store) -> None:
    content = b"%PDF-" + bytes(range(256)) * 100
    with store.work() as work:
        work.evidence.keep(SCAN, content)
        work.evidence.keep(SCAN._replace(stored_by="a2"), content)
    with store.look() as work:
        assert work.evidence.content(SCAN.digest) == content
        assert work.evidence.scan(SCAN.digest) == SCAN
        assert work.evidence.scan("none") is None
        with pytest.raises(NotFound):
            work.evidence.content("none")


def test_a_page_moves_from_the_tray_to_its_registration(store: Store) -> None:
    pages = [ScanPage("", SCAN.digest, page, our.CLINIC, 5, "a1") for page in (1, 2)]
    filed = pages[0]._replace(registration="r1", filed_at=6, filed_by="a2")
    with store.work() as work:
        for page in pages:
            work.evidence.file(page)
            work.evidence.file(page)
        assert work.evidence.tray() == pages
        assert work.evidence.tray(our.CLINIC) == pages
        assert work.evidence.tray(our.HOSPITAL) == []
        work.evidence.file(filed, instead_of="")
        work.evidence.file(filed, instead_of="r1")
        assert work.evidence.tray() == pages[1:]
        assert work.evidence.pages("r1") == [filed]
        assert work.evidence.pages("") == []


def test_what_is_rolled_back_was_never_there(store: Store) -> None:
    with suppress(InterruptedError), store.work() as work:
        work.registrations.add(FIRST)
        work.evidence.keep(SCAN, b"%PDF-")
        raise InterruptedError
    with store.look() as work:
        assert work.registrations.find("r1") is None
        assert work.evidence.scan(SCAN.digest) is None
