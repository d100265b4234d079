"""The feed monitor: who sees how a hospital's edge is, and asks it to try again."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from hie.exchange.feeds import edges, feed_monitor
from hie.exchange.feeds.parcels import Fate
from hie.exchange.ports import Account, Store
from hie.exchange.records.patients import my_patients
from hie.exchange.records.retrieve import open_entry
from hie.exchange.signing.sessions import requester_of
from hie.record.errors import Invalid, NotFound
from hie.record.identifiers import EntryId, FacilityCode, PatientId
from hie.record.requester import Requester, Role
from hie.store import open_store
from tests import sent, storages
from tests.sent import Sender, named, parcel
from tests.storages import CLINIC, HOSPITAL, laboratory

ONE = "0000000001"
STATUS: dict[str, object] = {
    "version": "1",
    "oldest_unsent_at": 4,
    "policy": {"position": 3, "received_at": 5},
    "sources": [
        {
            "name": "main",
            "kind": "ssmix2",
            "counts": {"filed": 7},
            "looked_at": 8,
            "newest_at": 6,
            "trouble": "",
        }
    ],
    "quarantine": [
        {"source": "main", "locator": f"{ONE}/x", "reason": "READ-01", "message": "A sentence.", "seen_at": 2}
    ],
    "troubles": {"hub": "away"},
}


def _who(role: Role, facility: FacilityCode = HOSPITAL) -> Requester:
    return requester_of(Account("a", "a", "見本", facility, role, "hash"))


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    store = open_store("memory://", str(tmp_path / "objects"))
    storages.people(store, [ONE], [ONE])
    made = Sender(store)
    edges.report(store, made.clock, made.edge, STATUS)
    return made


def _feeds(sender: Sender, requester: Requester) -> list[feed_monitor.FeedState]:
    return feed_monitor.feeds(sender.store, sender.clock, requester)


def test_the_secretariat_sees_all_and_a_hospitals_it_its_own(sender: Sender) -> None:
    sent.enrolled(sender.store, CLINIC)
    seen = {
        (role, facility): [state.facility.code for state in _feeds(sender, _who(role, facility))]
        for role in Role
        for facility in (HOSPITAL, CLINIC)
    }
    assert {key: found for key, found in seen.items() if found} == {
        (Role.SECRETARIAT, HOSPITAL): [HOSPITAL, CLINIC],
        (Role.SECRETARIAT, CLINIC): [HOSPITAL, CLINIC],
        (Role.FEED_OPERATOR, HOSPITAL): [HOSPITAL],
        (Role.FEED_OPERATOR, CLINIC): [CLINIC],
    }
    with pytest.raises(NotFound):
        feed_monitor.feed(sender.store, sender.clock, _who(Role.FEED_OPERATOR, CLINIC), HOSPITAL)


def test_what_the_edge_said_stands_in_the_monitor(sender: Sender) -> None:
    sender.clock.moment = 20
    state = feed_monitor.feed(sender.store, sender.clock, _who(Role.FEED_OPERATOR), HOSPITAL)
    assert (state.version, state.lag, state.policy_position, state.silent) == ("1", 16, 3, False)
    assert state.edge is not None
    assert (state.edge.reported_at, state.troubles) == (sent.NOW, {"hub": "away"})
    assert state.sources == (feed_monitor.SourceState("main", "ssmix2", {"filed": 7}, 8, 6, ""),)
    (held,) = state.quarantine
    assert held[:5] == ("main", f"{ONE}/x", "READ-01", "A sentence.", 2)
    sender.clock.moment = sent.NOW + feed_monitor.SILENT_AFTER + 1
    assert _feeds(sender, _who(Role.SECRETARIAT))[0].silent


def test_what_the_hub_puts_aside_is_counted_where_no_edge_reports_it(sender: Sender) -> None:
    bad = laboratory(ONE, 1)._replace(content=b"no message")
    good = parcel(ONE, named(laboratory(ONE, 2)), named(bad))
    with sender.store.work() as work:
        work.contacts.report(HOSPITAL, "", 0)
    assert [fate for fate, _ in sender.fates(good)] == [Fate.FILED, Fate.QUARANTINED]
    state = feed_monitor.feed(sender.store, sender.clock, _who(Role.FEED_OPERATOR), HOSPITAL)
    assert [one.reason for one in state.quarantine] == ["MSH-A"]
    assert [(run.indexed, run.quarantined) for run in state.runs] == [(1, 1)]


def test_a_document_that_hub_and_edge_put_aside_stands_there_once(sender: Sender) -> None:
    bad = laboratory(ONE, 1)._replace(content=b"no message")
    assert [fate for fate, _ in sender.fates(parcel(ONE, named(bad)))] == [Fate.QUARANTINED]
    counts = {"counts": {"filed": 7, "unreadable": 1}}
    told = [{"source": "main", "locator": "main/" + "a" * 32, "reason": "MSH-A", "message": "", "seen_at": 2}]
    sources = [{"name": "main", "kind": "ssmix2"} | counts]
    edges.report(
        sender.store, sender.clock, sender.edge, STATUS | {"sources": sources, "quarantine": told * 2}
    )
    for requester in (_who(Role.FEED_OPERATOR), _who(Role.SECRETARIAT, CLINIC)):
        state = feed_monitor.feed(sender.store, sender.clock, requester, HOSPITAL)
        assert (len(state.quarantine), state.held) == (1, 1)


def test_the_secretariat_is_shown_no_patients_number(sender: Sender) -> None:
    (state,) = _feeds(sender, _who(Role.SECRETARIAT, CLINIC))
    assert len(state.quarantine) == 1
    assert ONE not in repr(state)


@pytest.mark.parametrize("requester", [_who(Role.FEED_OPERATOR), _who(Role.SECRETARIAT, CLINIC)])
def test_a_replay_is_left_for_the_edge_and_written_down(sender: Sender, requester: Requester) -> None:
    store, clock = sender.store, sender.clock
    shown = feed_monitor.feed(store, clock, requester, HOSPITAL).quarantine[0].locator
    task = feed_monitor.ask_replay(store, clock, requester, HOSPITAL, "main", [shown])
    everything = feed_monitor.ask_replay(store, clock, requester, HOSPITAL, "main")
    waiting = edges.report(store, clock, sender.edge, STATUS).tasks
    assert [(one.id, json.loads(one.body)["locators"]) for one in waiting] == [
        (task, [f"{ONE}/x"]),
        (everything, []),
    ]
    with store.look() as work:
        assert work.audit.count() == 2
    with pytest.raises(Invalid):
        feed_monitor.ask_replay(store, clock, requester, HOSPITAL, "main", ["something else"])


def test_nobody_else_asks_for_a_replay(sender: Sender) -> None:
    for role in Role:
        for facility in (HOSPITAL, CLINIC):
            if role is Role.SECRETARIAT or (role, facility) == (Role.FEED_OPERATOR, HOSPITAL):
                continue
            with pytest.raises(NotFound):
                feed_monitor.ask_replay(sender.store, sender.clock, _who(role, facility), HOSPITAL, "main")
    with sender.store.look() as work:
        assert work.tasks.recent(HOSPITAL, 9) == []


def test_whoever_watches_a_feed_finds_no_patient_and_opens_no_record(sender: Sender) -> None:
    store: Store = sender.store
    sender.fates(parcel(ONE, named(laboratory(ONE, 1))))
    operator = _who(Role.FEED_OPERATOR)
    assert list(my_patients(store, sender.clock, operator, "")) == []
    with pytest.raises(NotFound):
        open_entry(
            *(store, sender.clock, operator, PatientId(f"p-{ONE}"), EntryId(1)),
            lambda *_: pytest.fail("nothing is read"),
        )


@pytest.mark.parametrize(
    "status",
    [
        *("", "[]", "{", '{"sources":5,"quarantine":{},"policy":[],"oldest_unsent_at":"x"}'),
        '{"sources":[{"counts":[]},7],"quarantine":[{},"x"],"disk_free":1e400,"troubles":{"a":1}}',
    ],
)
def test_a_report_without_form_reads_as_nothing(sender: Sender, status: str) -> None:
    with sender.store.work() as work:
        work.contacts.report(HOSPITAL, status, 9)
    state = feed_monitor.feed(sender.store, sender.clock, _who(Role.FEED_OPERATOR), HOSPITAL)
    assert (state.lag, state.disk_free, state.version) == (0, 0, "")


def test_codes_are_the_hub_s_own_and_can_be_tried_out_by_nobody(sender: Sender, tmp_path: Path) -> None:
    secretariat = _who(Role.SECRETARIAT, FacilityCode("region"))
    store = open_store(f"sqlite:///{tmp_path}/other.sqlite3", str(tmp_path / "objects"))
    storages.people(store, [ONE], [ONE])
    other = Sender(store)
    edges.report(other.store, other.clock, other.edge, STATUS)
    codes = [_feeds(one, secretariat)[0].quarantine[0].code for one in (sender, sender, other)]
    assert codes[0] == codes[1] != codes[2]
    assert sha256(f"{ONE}\0x".encode()).hexdigest()[:32] not in codes
    other.store.close()
