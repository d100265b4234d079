"""A region is founded once, with an audit record of everything, or with one clear line of what is wrong."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from consent.model import EventKind, Withdrawal
from hie.cli.__main__ import app
from hie.cli.found import fill
from hie.clock import SystemClock
from hie.exchange.consents.consenting import withdraw
from hie.exchange.ports import AuditEvent, Store
from hie.hub.settings import Settings
from hie.hub.wiring import stored_by
from hie.record.errors import Conflict
from hie.record.identifiers import FacilityCode
from hie.record.requester import Purpose, Requester, Role
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import SampleRegion, load

DESK = Requester("desk", "Desk", FacilityCode("1310000001"), Role.CLERK, Purpose.ADMINISTRATION)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> SampleRegion:
    """A small invented region."""
    folder = tmp_path_factory.mktemp("found") / "region"
    for _ in generate(RegionPlan(patients=8), folder):
        pass
    return load(folder)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store that `hie` finds in the environment."""
    monkeypatch.setenv("HIE_DATA_DIR", str(tmp_path / "data"))
    return stored_by(Settings())


def _hie_found(folder: Path) -> Result:
    return CliRunner().invoke(app, ["found", str(folder), "--password", "a first password"])


def test_a_second_founding_is_refused_and_changes_nothing(region: SampleRegion, store: Store) -> None:
    fill(store, region, "first")
    patient = next(event.patient for event in region.consents() if event.kind is EventKind.GIVEN)
    withdraw(store, SystemClock(), DESK, patient, Withdrawal(), "form 9")
    login = region.members[0].login
    with store.look() as work:
        before = (work.consents.events([patient]), work.accounts.find(login), work.audit.count())
    with pytest.raises(Conflict):
        fill(store, region, "second")
    done = _hie_found(region.folder)
    assert (done.exit_code, done.stderr) == (2, "hie found: a region is founded here already\n")
    with store.look() as work:
        assert (work.consents.events([patient]), work.accounts.find(login), work.audit.count()) == before


def test_everything_that_is_founded_has_its_audit_record(region: SampleRegion, store: Store) -> None:
    assert _hie_found(region.folder).exit_code == 0
    links, consents = list(region.links()), list(region.consents())
    given = sum(event.kind is EventKind.GIVEN for event in consents)
    expected = {
        "facility-added": len(region.facilities),
        "account-added": len(region.members),
        "patient-added": 8,
        "link": len(links),
        "consent-given": given,
        "consent-withdrawn": len(consents) - given,
    }
    with store.look() as work:
        rows: list[AuditEvent] = [*work.audit.find("", 10_000)]  # type: ignore[arg-type]  # of nobody
        for patient in region.patients():
            rows += work.audit.find(patient.id, 10_000)
        assert work.audit.count() == len(rows)
    assert Counter(row.action for row in rows) == Counter(expected)
    assert {(row.requester.user, row.requester.role) for row in rows} == {("hie found", Role.SYSTEM)}


def _spoil(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("region.json", "{", "no sample region lies in"),
        ("region.json", "[]", "this region was made by another version"),
        ("region.json", '{"format": 2}', "region.json does not say"),
        ("patients.jsonl", '{"id": "R1", "name": "試験"', "patients.jsonl: line 1 does not say"),
        ("patients.jsonl", '{"id": "R\\u0000"}', "patients.jsonl: line 1 does not say"),
        ("links.jsonl", "[]", "links.jsonl: line 1 does not say"),
        ("consents.jsonl", '{"patient": "R1"}', "consents.jsonl: line 1 does not say"),
    ],
)
def test_what_is_no_region_is_said_in_one_line_and_nothing_is_written(
    region: SampleRegion, store: Store, tmp_path: Path, name: str, text: str, said: str
) -> None:
    folder = tmp_path / "spoilt"
    folder.mkdir()
    for file in region.folder.glob("*.json*"):
        (folder / file.name).write_bytes(file.read_bytes())
    _spoil(folder, name, text)
    done = _hie_found(folder)
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"hie found: {said}")
    assert "試験" not in line
    with store.look() as work:
        assert (work.directory.all(), work.audit.count()) == ([], 0)


def test_a_list_that_is_missing_is_named(region: SampleRegion, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "short"
    folder.mkdir()
    (folder / "region.json").write_text(json.dumps(json.loads((region.folder / "region.json").read_text())))
    done = _hie_found(folder)
    assert (done.exit_code, done.stderr) == (2, "hie found: patients.jsonl cannot be read\n")
    with store.look() as work:
        assert work.directory.all() == []
