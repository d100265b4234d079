"""What passes between an edge and a hub, and in which order."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from consent.model import Provision
from hie.exchange.feeds.parcels import Fate
from hie.exchange.ports.spool import ItemState
from hie.record.entry import DocumentClass
from hie.record.errors import Refused, Unavailable
from tests import storages
from tests.edges import DAY, World, an_edge

ANNE, BILL = "0000000001", "0000000002"


def counts(world: World) -> dict[ItemState, int]:
    found: dict[ItemState, int] = {}
    for (_, state), count in world.edge.memory.counts().items():
        found[state] = found.get(state, 0) + count
    return found


def test_documents_of_patients_with_consent_leave_and_nobody_elses(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        anne = storages.laboratory(ANNE, 1).place(world.root)
        bill = storages.laboratory(BILL, 2).place(world.root)
        (world.images / "a.dcm").write_bytes(storages.instance(ANNE, 1, 1, 1))
        (world.images / "b.dcm").write_bytes(storages.instance(BILL, 2, 1, 1))
        world.hub.consent(ANNE)
        world.turn()
        assert world.hub.names() == sorted([anne.name, "a.dcm"])
        assert counts(world) == {ItemState.FILED: 2, ItemState.SEEN: 2}
        assert bill.name not in str(world.hub.report)


def test_without_any_consent_nothing_is_opened(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        storages.laboratory(BILL, 2).place(world.root).write_bytes(b"whoever opens this puts it aside")
        world.turn()
        assert counts(world) == {ItemState.SEEN: 1}
        assert not any(line.startswith("document") for line in world.hub.log)


def test_a_new_consent_brings_the_whole_folder(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        names = [storages.laboratory(ANNE, number).place(world.root).name for number in range(1, 6)]
        world.turn()
        assert world.hub.names() == []
        world.hub.consent(ANNE)
        world.turn()
        assert world.hub.names() == sorted(names)


def test_a_withdrawal_is_carried_out_before_anything_else_is_sent(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        storages.laboratory(ANNE, 1).place(world.root)
        storages.laboratory(BILL, 2).place(world.root)
        world.hub.consent(ANNE)
        world.hub.consent(BILL)
        world.turn()
        world.hub.withdraw(ANNE)
        later = storages.laboratory(BILL, 3).place(world.root)
        world.hub.log.clear()
        world.turn()
        moves = [line for line in world.hub.log if line.startswith(("recall", "document"))]
        assert moves[0] == f"recall {ANNE}"
        assert moves[1:] == [f"document {later.name}"]
        assert counts(world) == {ItemState.FILED: 2, ItemState.WITHDRAWN: 1}


def test_a_consent_given_again_brings_back_what_was_taken_back(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        name = storages.laboratory(ANNE, 1).place(world.root).name
        for _ in range(2):
            world.hub.consent(ANNE)
            world.turn()
            assert world.hub.names() == [name]
            world.hub.withdraw(ANNE)
            world.turn()
            assert world.hub.names() == []


def test_a_narrower_consent_takes_back_only_what_it_no_longer_covers(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        laboratory = storages.laboratory(ANNE, 1).place(world.root).name
        prescription = storages.prescription(ANNE, 2).place(world.root).name
        world.hub.consent(ANNE)
        world.turn()
        assert world.hub.names() == sorted([laboratory, prescription])
        world.hub.withdraw(ANNE)
        world.hub.consent(ANNE, Provision(classes=frozenset({DocumentClass.PRESCRIPTION})))
        world.turn()
        assert world.hub.names() == [prescription]
        assert counts(world) == {ItemState.FILED: 1, ItemState.WITHDRAWN: 1}


def test_a_consent_that_ends_by_itself_takes_its_documents_back(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        name = storages.laboratory(ANNE, 1).place(world.root).name
        begin = world.clock.now() + DAY
        world.hub.consent(ANNE, Provision(starts_at=begin, ends_at=begin + DAY))
        world.turn()
        assert world.hub.names() == []
        world.clock.at = begin
        world.turn()
        assert world.hub.names() == [name]
        world.clock.at = begin + DAY
        world.turn()
        assert world.hub.names() == []


def test_what_the_hub_holds_is_named_and_not_sent_again(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        document = storages.laboratory(ANNE, 1)
        document.place(world.root)
        world.hub.consent(ANNE)
        world.turn()
        newer = storages.resent(document)
        newer.place(world.root)
        world.turn()
        names = [document.name.text(), newer.name.text()]
        assert world.hub.sent == names
        named = [line.split()[1] for line in world.hub.log if line.startswith("document")]
        assert sorted(named) == sorted([names[0], *names])


def test_the_hub_may_want_bytes_it_was_believed_to_have(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        document = storages.laboratory(ANNE, 1)
        document.place(world.root)
        world.hub.consent(ANNE)
        world.turn()
        world.hub.held.clear()
        storages.resent(document).place(world.root)
        world.turn()
        assert len(world.hub.names()) == 2


def test_a_lost_answer_makes_nothing_double_and_loses_nothing(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        name = storages.laboratory(ANNE, 1).place(world.root).name
        world.hub.consent(ANNE)
        really = world.hub.serve

        def lost(request: httpx.Request) -> httpx.Response:
            answer = really(request)
            if request.url.path.endswith("batches"):
                raise httpx.ReadError("the cable")
            return answer

        world.hub.serve = lost
        world.edge.look_at_all(sweep=True)
        with pytest.raises(Unavailable):
            world.turn()
        with pytest.raises(Unavailable):
            world.edge.sync()
        assert counts(world) == {ItemState.PUBLISHABLE: 1}
        world.hub.serve = really
        world.turn()
        assert world.hub.names() == [name]
        assert counts(world) == {ItemState.FILED: 1}


def test_what_was_sent_and_never_answered_is_taken_back_too(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        storages.laboratory(ANNE, 1).place(world.root)
        world.hub.consent(ANNE)
        really = world.hub.serve

        def lost(request: httpx.Request) -> httpx.Response:
            answer = really(request)
            if request.url.path.endswith("batches"):
                raise httpx.ReadError("the cable")
            return answer

        world.hub.serve = lost
        with pytest.raises(Unavailable):
            world.turn()
        with pytest.raises(Unavailable):
            world.edge.sync()
        assert len(world.hub.names()) == 1
        world.hub.serve = really
        world.hub.withdraw(ANNE)
        world.turn()
        assert world.hub.names() == []


def test_a_policy_that_moves_in_between_is_fetched_before_anything_is_accepted(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        storages.laboratory(ANNE, 1).place(world.root)
        world.hub.consent(ANNE)
        world.edge.sync()
        world.edge.look_at_all(sweep=True)
        world.edge.examine()
        really = world.hub.serve

        def moves(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("batches") and ANNE in world.hub.patients:
                world.hub.withdraw(ANNE)
            return really(request)

        world.hub.serve = moves
        world.edge.sync()
        assert world.hub.names() == []
        assert not any(line.startswith("document") for line in world.hub.log)
        assert counts(world).keys() <= {ItemState.HELD, ItemState.WITHDRAWN}


def test_an_older_spool_counts_on_from_the_hubs_number(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        world.hub.number = 5_000
        name = storages.laboratory(ANNE, 1).place(world.root).name
        world.hub.consent(ANNE)
        world.turn()
        assert world.hub.names() == [name]
        assert world.hub.number > 5_000


def test_what_the_hub_puts_into_quarantine_stands_there_with_its_reason(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        good = storages.laboratory(ANNE, 1).place(world.root)
        bad = storages.laboratory(ANNE, 2).place(world.root)
        world.hub.fates[bad.name] = Fate.QUARANTINED
        world.hub.consent(ANNE)
        world.turn()
        assert world.hub.names() == [good.name]
        assert [item.found.name for item in world.edge.memory.unreadable(9)] == [bad.name]


def test_what_the_hub_holds_back_waits_for_another_policy(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        name = storages.laboratory(ANNE, 1).place(world.root).name
        world.hub.fates[name] = Fate.HELD
        world.hub.consent(ANNE)
        world.turn()
        assert counts(world) == {ItemState.HELD: 1}
        del world.hub.fates[name]
        world.turn()
        assert counts(world) == {ItemState.HELD: 1}
        world.hub.consent(ANNE)
        world.turn()
        assert counts(world) == {ItemState.FILED: 1}


@pytest.mark.parametrize("status", [400, 413, 500])
def test_a_document_the_hub_cannot_take_stands_alone_in_the_end(status: int, tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        good = [storages.laboratory(ANNE, number).place(world.root).name for number in range(1, 20)]
        bad = storages.laboratory(ANNE, 99, at="20260701").place(world.root).name
        world.hub.rejects = lambda document: status if document.name == bad else 0
        world.hub.consent(ANNE)
        world.edge.look_at_all(sweep=True)
        for _ in range(6):
            try:
                world.edge.sync()
                world.edge.examine()
            except Unavailable:
                continue
        assert world.hub.names() == sorted(good)
        assert [item.reason for item in world.edge.memory.unreadable(9)] == [f"HUB-{status}"]


def test_a_busy_hub_says_when_to_come_again(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        world.hub.answers = [httpx.Response(429, headers={"Retry-After": "17"})]
        with pytest.raises(Unavailable) as raised:
            world.edge.sync()
        assert raised.value.retry_after == 17


def test_a_revoked_certificate_is_no_passing_trouble(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        world.hub.answers = [httpx.Response(403)]
        with pytest.raises(Refused):
            world.edge.sync()


def test_a_document_that_changed_after_it_was_examined_is_examined_again(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        document = storages.laboratory(ANNE, 1)
        path = document.place(world.root)
        world.hub.consent(ANNE)
        world.edge.sync()
        world.edge.look_at_all(sweep=True)
        world.edge.examine()
        path.write_bytes(document.content.replace(b"5.8", b"6.6"))
        world.edge.sync()
        assert world.hub.names() == []
        assert counts(world) == {ItemState.SEEN: 1}
        world.turn()
        assert list(world.hub.held.values()) == [path.read_bytes()]


def test_newest_documents_go_first_and_images_last(tmp_path: Path) -> None:
    with an_edge(tmp_path, batch_documents=1) as world:
        names = {
            at: storages.laboratory(ANNE, number, at=at).place(world.root).name
            for number, at in enumerate(("20250101", "20260101", "20240101"), 1)
        }
        (world.images / "new.dcm").write_bytes(storages.instance(ANNE, 1, 1, 1, day="20261001"))
        world.hub.consent(ANNE)
        world.turn()
        sent = [line.split()[1] for line in world.hub.log if line.startswith("document")]
        assert sent == [names["20260101"], names["20250101"], names["20240101"], "new.dcm"]


def test_a_clock_that_is_wrong_keeps_documents_here_and_takes_back_all_the_same(tmp_path: Path) -> None:
    with an_edge(tmp_path) as world:
        storages.laboratory(ANNE, 1).place(world.root)
        storages.laboratory(BILL, 2).place(world.root)
        world.hub.consent(ANNE)
        world.turn()
        skewed = world.hub.clock
        world.hub.clock = type(skewed)(skewed.now() + 3_600_000)
        world.hub.withdraw(ANNE)
        world.hub.consent(BILL)
        world.turn()
        assert world.hub.names() == []
        assert counts(world)[ItemState.PUBLISHABLE] == 1
        assert world.edge.status()["troubles"]["sending"] == "the clock is wrong"
        world.hub.clock = skewed
        world.edge.report()
        world.turn()
        assert counts(world) == {ItemState.WITHDRAWN: 1, ItemState.FILED: 1}
