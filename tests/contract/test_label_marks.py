"""Labels put on by hand: a log that every version of a document obeys, on every store."""

import pytest

from consent.model import Action, Provision
from hie.exchange.ports import Store, UnitOfWork
from hie.exchange.ports.labels import MarkEvent, named
from hie.record.entry import DocumentEntry, Label
from hie.record.errors import Refused
from hie.record.times import ALWAYS
from tests import filed as our

PSYCHIATRY, NOT_TOLD = int(Label.PSYCHIATRY), int(Label.NOT_TOLD)


def _file(store: Store, work: UnitOfWork, version: str, labels: int = 0) -> int:
    local = our.linked(work)
    filing = our.a_filing(
        store,
        our.facts(version=version, labels=labels),
        version.encode(),
        [our.an_observation(our.AST, "1")],
        [our.a_drug("見本錠")],
    )
    work.registry.register(our.to_publish(work), local, [filing])
    return local


def _newest(work: UnitOfWork) -> DocumentEntry:
    grant = our.granted(work, Action.VIEW, our.HOSPITAL)
    return work.registry.get(grant, max(line.id for line in work.registry.find(grant, ALWAYS)))


def _seen(work: UnitOfWork) -> tuple[int, int]:
    grant = our.to_view(work)
    return len(work.registry.find(grant, ALWAYS)), len(work.findings.observations(grant, ALWAYS, frozenset()))


def _record(work: UnitOfWork, local: int, kind: str, label: int, by: str = "ada") -> None:
    entry = _newest(work)
    work.labels.record(MarkEvent(0, local, named(entry.facts.key), kind, label, by, 5))


@pytest.fixture
def local(store: Store) -> int:
    with store.work() as work:
        our.linked(work)
        our.consented(work)
        return _file(store, work, "20250402101500000")


def test_the_log_says_what_is_on_and_what_off(store: Store, local: int) -> None:
    with store.work() as work:
        document = named(_newest(work).facts.key)
        assert document not in work.labels.of(local)
        _record(work, local, "marked", NOT_TOLD)
        _record(work, local, "asked", PSYCHIATRY)
    with store.look() as work:
        mark = work.labels.of(local)[document]
        assert (mark.on, mark.off, mark.asked) == (NOT_TOLD, 0, ((PSYCHIATRY, "ada"),))
    with store.work() as work:
        _record(work, local, "unmarked", PSYCHIATRY, "bob")
        _record(work, local, "unmarked", NOT_TOLD, "bob")
        _record(work, local, "marked", PSYCHIATRY)
    with store.look() as work:
        mark = work.labels.of(local)[document]
        assert (mark.on, mark.off, mark.asked) == (PSYCHIATRY, NOT_TOLD, ())


def test_a_label_that_is_applied_closes_the_entry_and_its_findings(store: Store, local: int) -> None:
    del local
    with store.work() as work:
        assert _seen(work) == (1, 1)
        work.labels.apply(our.granted(work, Action.VIEW, our.HOSPITAL), _newest(work), PSYCHIATRY)
        assert _newest(work).facts.labels == PSYCHIATRY
        assert _seen(work) == (0, 0)


def test_only_the_facility_that_wrote_it_applies_one(store: Store, local: int) -> None:
    del local
    with store.work() as work, pytest.raises(Refused):
        work.labels.apply(our.to_view(work), _newest(work), NOT_TOLD)


def test_a_later_version_bears_what_was_put_on_and_not_what_was_taken_off(store: Store, local: int) -> None:
    with store.work() as work:
        our.consented(work, Provision(labels=PSYCHIATRY | int(Label.HIV)))
        _record(work, local, "marked", NOT_TOLD)
        _record(work, local, "unmarked", PSYCHIATRY, "bob")
        _file(store, work, "20250403101500000", labels=PSYCHIATRY | int(Label.HIV))
    with store.look() as work:
        assert _newest(work).facts.labels == NOT_TOLD | int(Label.HIV)
