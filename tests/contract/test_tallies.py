"""The promises of `Tallies`."""

from __future__ import annotations

from consent.model import Provision
from hie.exchange.ports import Store, Tally
from hie.record.entry import Confidentiality, DocumentClass, EntryStatus, Label
from hie.record.identifiers import LocalPatientId
from hie.record.times import Day
from tests import filed as our

LAB = DocumentClass.LABORATORY_RESULT


def _file(store: Store) -> None:
    with store.work() as work:
        our.consented(work, Provision(labels=int(Label.PSYCHIATRY)))
        local = our.linked(work)
        filings = [
            our.a_filing(store, our.facts(order="1"), b"1"),
            our.a_filing(store, our.facts(order="2"), b"2"),
            our.a_filing(store, our.facts(20250403, order="3"), b"3"),
            our.a_filing(store, our.facts(order="4", labels=int(Label.PSYCHIATRY)), b"4"),
            our.a_filing(store, our.facts(order="5", labels=int(Label.STAFF)), b"5"),
            our.a_filing(store, our.facts(order="6")._replace(status=EntryStatus.DEPRECATED), b"6"),
        ]
        work.registry.register(our.to_publish(work), local, filings)


def test_current_documents_are_counted_by_what_the_gate_asks_and_labelled_ones_never(store: Store) -> None:
    _file(store)
    with store.look() as work:
        assert work.tallies.of(our.HANAKO) == [
            Tally(our.HOSPITAL, LAB, Day(20250402), Confidentiality.NORMAL, 2),
            Tally(our.HOSPITAL, LAB, Day(20250403), Confidentiality.NORMAL, 1),
        ]
        assert work.tallies.of(our.TARO) == []


def test_under_an_ended_link_nothing_is_counted(store: Store) -> None:
    _file(store)
    with store.work() as work:
        work.patients.unlink(LocalPatientId(our.HOSPITAL, "00012345"), "clerk", our.NOW)
        assert work.tallies.of(our.HANAKO) == []
