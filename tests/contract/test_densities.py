"""The promises of `Densities`."""

from __future__ import annotations

import pytest

from consent.model import Provision
from hie.exchange.ports import Store, UnitOfWork
from hie.exchange.ports.densities import Density, Month
from hie.exchange.ports.looks import Unseen
from hie.record.entry import DocumentClass, EntryFacts, EntryStatus
from hie.record.identifiers import EntryId
from hie.record.times import ALWAYS, Day
from tests import filed as our

LABORATORY, PRESCRIPTION = DocumentClass.LABORATORY_RESULT, DocumentClass.PRESCRIPTION


def _facts(number: int, day: int, kind: DocumentClass = LABORATORY, abnormal: int = 0) -> EntryFacts:
    facts = our.facts()
    key = facts.key._replace(order_number=str(number))
    return facts._replace(
        key=key, service_day=Day(day), document_class=kind, abnormal_count=abnormal, department="08"
    )


def _filed(store: Store, work: UnitOfWork, *facts: EntryFacts) -> None:
    our.consented(work)
    local = our.linked(work)
    work.registry.register(our.to_publish(work), local, [our.a_filing(store, one) for one in facts])


def test_entries_are_counted_by_month_class_and_department(store: Store) -> None:
    with store.work() as work:
        _filed(
            store,
            work,
            _facts(1, 20240501, abnormal=3),
            _facts(2, 20240531),
            _facts(3, 20240430),
            _facts(4, 20240501, PRESCRIPTION),
        )
    with store.look() as work:
        found = work.densities.of(our.to_view(work), Unseen())
    by_class = sorted(found, key=lambda one: (-one.month, one.document_class))
    assert by_class == [
        Density(202405, our.HOSPITAL, LABORATORY, "08", 2, 1, 2),
        Density(202405, our.HOSPITAL, PRESCRIPTION, "08", 1, 0, 1),
        Density(202404, our.HOSPITAL, LABORATORY, "08", 1, 0, 1),
    ]
    assert [one.month for one in found] == [202405, 202405, 202404]


def test_months_are_the_sums_of_what_is_counted(store: Store) -> None:
    with store.work() as work:
        _filed(store, work, _facts(1, 20240501), _facts(2, 20240531, PRESCRIPTION), _facts(3, 20240430))
    with store.look() as work:
        grant = our.to_view(work)
        seen = max(line.id for line in work.registry.find(grant, ALWAYS)) - 1
        assert work.densities.months(grant, Unseen()) == [Month(202405, 2, 2), Month(202404, 1, 1)]
        assert sum(one.new for one in work.densities.months(grant, Unseen(seen))) == 1


def test_what_was_filed_after_the_one_seen_last_is_new(store: Store) -> None:
    with store.work() as work:
        _filed(store, work, _facts(1, 20240501), _facts(2, 20240502), _facts(3, 20240503))
    with store.look() as work:
        grant = our.to_view(work)
        numbers = sorted(line.id for line in work.registry.find(grant, ALWAYS))
        (count,) = work.densities.of(grant, Unseen(numbers[0]))
        assert (count.entries, count.new) == (3, 2)
        (count,) = work.densities.of(grant, Unseen(numbers[-1]))
        assert (count.entries, count.new) == (3, 0)


def test_what_is_of_an_earlier_day_is_not_new_to_who_never_looked(store: Store) -> None:
    with store.work() as work:
        _filed(store, work, _facts(1, 20240430), _facts(2, 20240502), _facts(3, 20240503))
    with store.look() as work:
        grant, unseen = our.to_view(work), Unseen(0, Day(20240502))
        assert work.densities.months(grant, unseen) == [Month(202405, 2, 2), Month(202404, 1, 0)]
        assert [one.new for one in work.densities.of(grant, unseen)] == [2, 0]


def test_what_the_grant_does_not_cover_is_not_counted(store: Store) -> None:
    with store.work() as work:
        part = Provision(recipients=frozenset({our.CLINIC}), classes=frozenset({PRESCRIPTION}))
        our.consented(work, part, Provision(recipients=frozenset({our.OTHER_CLINIC})))
        local = our.linked(work)
        facts = (_facts(1, 20240501), _facts(2, 20240502, PRESCRIPTION))
        work.registry.register(our.to_publish(work), local, [our.a_filing(store, one) for one in facts])
    with store.look() as work:
        found = work.densities.of(our.to_view(work), Unseen())
        assert [(one.document_class, one.entries) for one in found] == [(PRESCRIPTION, 1)]
        assert work.densities.months(our.to_view(work), Unseen()) == [Month(202405, 1, 1)]


def test_what_is_superseded_is_not_counted(store: Store) -> None:
    with store.work() as work:
        _filed(store, work, _facts(1, 20240501), _facts(2, 20240502))
        line = work.registry.find(our.to_view(work), ALWAYS)[0]
        work.registry.amend(our.to_publish(work), {EntryId(line.id): EntryStatus.DEPRECATED})
    with store.look() as work:
        assert [one.entries for one in work.densities.of(our.to_view(work), Unseen())] == [1]


def test_what_waits_in_the_transaction_is_counted(store: Store) -> None:
    with store.work() as work:
        _filed(store, work, _facts(1, 20240501))
        assert [one.entries for one in work.densities.of(our.to_view(work), Unseen())] == [1]


def test_only_a_grant_opens_the_counts(store: Store) -> None:
    with store.look() as work, pytest.raises(TypeError):
        work.densities.of(object(), Unseen())  # type: ignore[arg-type]
    with store.look() as work, pytest.raises(TypeError):
        work.densities.months(object(), Unseen())  # type: ignore[arg-type]
