"""Ten years of results of five hospitals are one look at the findings, as many as one hospital's one year."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from hie.exchange.gate.access import Asked, admit
from hie.exchange.ports import Store
from hie.exchange.records.panels import EVERYTHING, KEY_RESULTS, PANELS, Panel
from hie.exchange.records.results import Results, ResultsRequest, latest, results
from hie.exchange.records.series import SeriesRequest, series
from hie.record.clinical import Coding
from hie.record.identifiers import FacilityCode
from hie.record.people import Facility, FacilityKind
from hie.record.requester import Purpose, Requester, Role
from hie.record.times import ALWAYS
from hie.store.lines import Answer
from hie.store.work import SqlUnitOfWork
from tests import filed as our

WHO = Requester("u1", "見本 医師", our.CLINIC, Role.DOCTOR, Purpose.TREATMENT)
HOSPITALS = tuple(FacilityCode(f"13100000{n:02}") for n in range(1, 6))
YEARS = range(2015, 2025)
CREATININE = Coding("3C015000002327101", "クレアチニン", "JC10")
UREA = Coding("3C025000002327101", "尿素窒素", "JC10")


class StoppedClock:
    """`Clock` at the moment of these tests."""

    def now(self) -> int:
        """Return the moment."""
        return our.NOW

    def new_id(self) -> str:
        """Return a number."""
        return "0" * 32


def _region(store: Store, hospitals: Iterable[FacilityCode], years: Iterable[int]) -> None:
    """File two items for each hospital, year and quarter, each hospital in one of two units."""
    with store.work() as work:
        our.members(work)
        known = {one.code for one in work.directory.all()}
        for mark, code in enumerate(HOSPITALS):
            if code not in known:
                work.directory.add(Facility(code, f"見本{mark}", FacilityKind.HOSPITAL, f"院{mark}", mark))
        our.linked(work, our.CLINIC, "7001")
        our.consented(work)
        for number, hospital in enumerate(hospitals):
            local = our.linked(work, hospital, f"1000{number}")
            value, unit = ("0.80", "mg/dL") if number % 2 else ("70.7", "μmol/L")
            filings = [
                our.a_filing(
                    store,
                    our.facts(day := year * 10000 + month * 100 + 1 + number, order=f"{number}{day}"),
                    f"{hospital} {day}".encode(),
                    [
                        our.an_observation(CREATININE, value, f"{day}0900", unit=unit),
                        our.an_observation(UREA, "14", f"{day}0900", unit="mg/dL"),
                    ],
                )
                for year in years
                for month in (1, 4, 7, 10)
            ]
            work.registry.register(our.to_publish(work, hospital), local, filings)


class Heard:
    """Every statement that was run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Listen to what units of work ask of the database."""
        self.statements: list[str] = []
        for name in ("read", "execute"):
            monkeypatch.setattr(SqlUnitOfWork, name, self._listening(getattr(SqlUnitOfWork, name)))

    def _listening(self, asked: Callable[..., Answer]) -> Callable[..., Answer]:
        def listening(work: SqlUnitOfWork, statement: str, parameters: Iterable[object] = ()) -> Answer:
            self.statements.append(statement)
            return asked(work, statement, parameters)

        return listening

    def of(self, table: str) -> int:
        """Count the statements that read a table."""
        return sum(f" {table} e " in one for one in self.statements)


@pytest.fixture
def durable(reopened: Callable[[], Store]) -> Iterator[Store]:
    """A store on SQLite, and on PostgreSQL."""
    opened = reopened()
    yield opened
    opened.close()


def _seen(store: Store, panel: Panel) -> Results:
    return results(store, StoppedClock(), ResultsRequest(WHO, our.HANAKO, panel))


@pytest.mark.parametrize("panel", [PANELS["kidney"], EVERYTHING], ids=lambda panel: panel.key)
def test_ten_years_of_five_hospitals_are_one_query(
    durable: Store, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    _region(durable, HOSPITALS[:1], YEARS[:1])
    few = _seen(durable, panel)
    heard = Heard(monkeypatch)
    _seen(durable, panel)
    asked_for_few = len(heard.statements)
    _region(durable, HOSPITALS[1:], YEARS)
    heard.statements.clear()
    found = _seen(durable, panel)
    assert heard.of("observation") == 1
    assert heard.of("medication") == (1 if panel.fronts else 0)
    assert len(heard.statements) == asked_for_few
    assert [(item.name, len(item.points)) for item in few.items] == [("クレアチニン", 4), ("尿素窒素", 4)]
    (creatinine, urea) = found.items
    assert len(creatinine.points) == len(urea.points) == 4 + 4 * len(YEARS) * 4
    assert {one.written.custodian for one in creatinine.points} == set(HOSPITALS)
    assert {str(one.normal.number) for one in creatinine.points if one.normal} == {"0.80", "0.800"}
    assert {one.normal.unit for one in creatinine.points if one.normal} == {"mg/dL"}


def test_one_item_and_the_newest_of_all_are_one_query_each(
    durable: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _region(durable, HOSPITALS, YEARS)
    heard = Heard(monkeypatch)
    found = series(durable, StoppedClock(), SeriesRequest(WHO, our.HANAKO, CREATININE.code, ALWAYS))
    assert len(found.points) == len(HOSPITALS) * len(YEARS) * 4
    assert heard.of("observation") == 1
    with durable.work() as work:
        (answer,) = admit(work, our.NOW, [Asked(WHO, our.HANAKO, "view")])
        work.commit()
        assert answer.grant is not None
        heard.statements.clear()
        newest = latest(work, answer.grant, KEY_RESULTS)
    assert heard.of("observation") == 1
    assert len(heard.statements) == 1
    assert [(one.item.name, one.day) for one in newest] == [("クレアチニン", 20241005)]
