"""`hie link import`: a table of links of an index that was used before."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hie.cli.__main__ import app
from hie.clock import SystemClock
from hie.exchange.founding import operator
from hie.exchange.linking import identity
from hie.exchange.linking.link_table import Names, Why, apply, plan, read_table
from hie.exchange.ports import LinkKind, Store
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.identifiers import LocalPatientId, PatientId
from hie.sample.lookalikes import people
from tests import storages
from tests.storages import CLINIC, HOSPITAL

PEOPLE = 30
HEADING = (
    "facility",
    "number",
    "person",
    "family",
    "given",
    "kana_family",
    "kana_given",
    "birth_date",
    "sex",
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A hub with one hospital and one clinic."""
    monkeypatch.setenv("HIE_DATA_DIR", str(tmp_path / "data"))
    opened = stored_by(Settings())
    storages.people(opened, [], [])
    yield opened
    opened.close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Thirty people at two facilities, one line that conflicts and one that is none."""
    lines: list[tuple[object, ...]] = [
        (facility, f"{at:06d}", f"K{at}", *one.name, one.birth_day, one.sex)
        for at, one in enumerate(person.patient for person in people(PEOPLE))
        for facility in (HOSPITAL, CLINIC)
    ]
    first = people(PEOPLE)[0].patient
    lines.append((HOSPITAL, "X1", "K0", "手本", "別人", "テホン", "ベツジン", "S25.1.1", first.sex.value))
    lines.append((HOSPITAL, "X2", "K1", "手本", "別人", "テホン", "ベツジン", "someday", "M"))
    path = tmp_path / "links.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADING, *lines])
    return path


def _hie(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["link", "import", *arguments])


def _linked(store: Store) -> int:
    with store.look() as work:
        numbers = [f"{position:06d}" for position in range(PEOPLE)]
        return sum(len(work.patients.resolve(facility, numbers)) for facility in (HOSPITAL, CLINIC))


def test_a_dry_run_writes_nothing_and_says_what_would_become_of_each_line(
    store: Store, table: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.csv"
    with store.look() as work:
        before = work.consents.position()
    done = _hie(str(table), "--by", "移行 担当", "--dry-run", "--report", str(report))
    assert done.exit_code == 0, done.output
    assert "nothing was written" in done.stdout
    for line in (
        f"new-person: {PEOPLE}",
        f"links: {PEOPLE}",
        "conflict: 1",
        "invalid: 1",
        "invalid birth: 1",
    ):
        assert line in done.stdout
    rows = list(csv.DictReader(report.read_text("utf-8").splitlines()))
    assert [row["line"] for row in rows] == [str(place) for place in range(2, 2 + 2 * PEOPLE + 2)]
    assert (rows[-2]["outcome"], rows[-2]["reason"]) == ("conflict", "differs")
    assert _linked(store) == 0
    with store.look() as work:
        assert work.consents.position() == before


def test_two_named_people_make_links_and_what_conflicts_waits(store: Store, table: Path) -> None:
    done = _hie(str(table), "--by", "移行 担当", "--confirmed-by", "確認 担当")
    assert done.exit_code == 0, done.output
    assert _linked(store) == 2 * PEOPLE
    with store.look() as work:
        (case,) = work.link_cases.all("", 99)
        assert (case.local, case.reason, case.kind) == (
            LocalPatientId(HOSPITAL, "X1"),
            "differs",
            LinkKind.PROPOSED,
        )
        number = work.links.find(LocalPatientId(HOSPITAL, "000000"))
        assert number is not None
        history = work.links.history(number.surrogate)
    assert [(event.kind, event.by) for event in history] == [
        (LinkKind.PROPOSED, "移行 担当"),
        (LinkKind.LINKED, "確認 担当"),
    ]
    again = _hie(str(table), "--by", "移行 担当", "--confirmed-by", "確認 担当")
    assert f"duplicate: {2 * PEOPLE + 1}" in again.stdout
    assert "new-person: 0" in again.stdout


def test_one_named_person_makes_proposals_only(store: Store, table: Path) -> None:
    done = _hie(str(table), "--by", "移行 担当")
    assert done.exit_code == 0, done.output
    assert "proposed" in done.stdout
    assert _linked(store) == 0
    with store.look() as work:
        assert len(work.link_cases.all("", 999)) == 2 * PEOPLE + 1


@pytest.mark.parametrize(
    ("by", "again"), [("移行 担当", "移行 担当"), ("移行 担当", "移行担当"), ("Sato", "ｓａｔｏ ")]
)
def test_the_same_person_twice_is_refused(store: Store, table: Path, by: str, again: str) -> None:
    done = _hie(str(table), "--by", by, "--confirmed-by", again)
    assert done.exit_code == 2
    assert _linked(store) == 0


def test_nobody_is_enrolled_of_whom_no_number_could_be_written(store: Store, table: Path) -> None:
    clock, (by, other) = SystemClock(), (operator("移行 担当"), operator("確認 担当"))
    with store.look() as work:
        planned = plan(work, list(read_table(table.read_bytes())), clock.new_id)
    claims = [one.claim for one in planned if one.claim is not None]
    first, second, both = claims[0], claims[1], claims[2:4]
    assert first.patient == second.patient
    meanwhile = PatientId("0" * 31 + "9")
    with store.work() as work:
        identity.enrol(work, 1, by, [people(PEOPLE)[0].patient._replace(id=meanwhile)])
        for taken in (first.local, *(one.local for one in both)):
            work.patients.link(taken, meanwhile, "desk", 1)
    done = {one.place: one for one in apply(store, clock, Names(by, other), planned)}
    assert [done[place].why for place in (2, 3, 4, 5)] == [Why.MEANWHILE, Why.NOTHING, *[Why.MEANWHILE] * 2]
    with store.look() as work:
        known = work.patients.files([first.patient, both[0].patient])
    assert set(known) == {first.patient}
    assert [one.facility for one in known[first.patient].numbers] == [second.local.facility]
