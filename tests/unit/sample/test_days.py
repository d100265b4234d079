"""Days that go by in a region: the same from the same seed, written rudely, and still a storage."""

import hashlib
import shutil
from collections import Counter
from pathlib import Path

import pytest

from hie.record.errors import Invalid
from hie.record.findings import Severity
from hie.sample.days import CORRECTED, DELETED, LATE, REWRITTEN, WRITTEN, next_day
from hie.sample.generate import generate
from hie.sample.names import TOKEN_PATTERN
from hie.sample.plan import RegionPlan
from hie.sample.region import load
from ssmix2 import parse_name
from ssmix2.index import Index
from ssmix2.transactions import NO_LIMIT, read_after
from ssmix2.validation import check_index, check_storage, check_transactions
from ssmix2.volumes import as_volumes

PLAN = RegionPlan(patients=30, years=1)


@pytest.fixture
def folder(told: Path, tmp_path: Path) -> Path:
    return shutil.copytree(told, tmp_path / "region")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "region"
    for _ in generate(PLAN, folder):
        pass
    return folder


def content(folder: Path) -> dict[str, str]:
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_a_day_says_what_it_did_and_did_no_more(folder: Path) -> None:
    before = content(folder)
    kinds = Counter[str]()
    for _ in range(4):
        day = next_day(folder)
        kinds.update(change.what for change in day.changes)
        after = content(folder)
        written = {f"facilities/{one.facility}/{one.area}/{one.locator}" for one in day.changes}
        new = {name for name, digest in after.items() if before.get(name) != digest}
        moved = {name for name in new - written if after[name] in before.values()}
        feeds = {name for name in new if "/transactions/" in name or name.endswith("index.sqlite3")}
        assert new - written - moved - feeds == {"days.json"}
        assert written <= after.keys()
        assert not [name for name in new if name.endswith(".tmp")]
        before = after
    assert set(kinds) == {WRITTEN, CORRECTED, DELETED, REWRITTEN, LATE}
    assert day.date.toordinal() == PLAN.last + 4


def test_the_same_region_tells_the_same_days(told: Path, folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(told, tmp_path / "other")
    assert [next_day(folder) for _ in range(2)] == [next_day(other) for _ in range(2)]
    assert content(folder) == content(other)


def test_a_storage_its_log_and_its_index_still_agree(folder: Path) -> None:
    for _ in range(4):
        next_day(folder)
    region = load(folder)
    awkward = {(one.facility, one.locator) for one in region.oddities()}
    feeds = Counter[bool]()
    for storage in region.storages:
        assert storage.ssmix2 is not None
        found = [one for one in check_storage(storage.ssmix2) if (storage.facility, one.path) not in awkward]
        volumes = as_volumes([storage.ssmix2], [storage.extended] if storage.extended else [])
        if storage.index:
            with Index(storage.index, read_only=True) as index:
                found += check_index(index, volumes)
        if storage.transactions:
            found += check_transactions(storage.transactions, as_volumes([storage.ssmix2]))
        feeds[bool(storage.index)] += 1
        feeds[bool(storage.transactions)] += 1
        assert [one for one in found if one.finding.severity is not Severity.INFORMATION] == []
    assert feeds[True] >= 4
    assert feeds[False] >= 4


def test_a_log_tells_every_message_in_the_order_in_which_they_were_sent(told: Path) -> None:
    region = load(told)
    for storage in region.storages:
        if storage.transactions and storage.ssmix2:
            records = list(read_after(storage.transactions, settled_before_ns=NO_LIMIT))
            sent = [record.header.timestamp for record in records if record.header]
            assert len(sent) == len(records)
            assert sent == sorted(sent)
            named = [path for path in storage.ssmix2.rglob("*_*") if path.is_file() and parse_name(path.name)]
            assert len(records) == len(named)


def test_what_a_day_writes_bears_the_token_of_its_patient(folder: Path) -> None:
    tokens = {token for _, token in load(folder).tokens()}
    for change in next_day(folder).changes:
        path = folder / "facilities" / change.facility / change.area / change.locator
        found = set(TOKEN_PATTERN.findall(path.read_bytes().decode("latin-1")))
        assert len(found) == 1
        assert found <= tokens


def test_no_day_goes_by_where_no_region_is(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no sample region"):
        next_day(tmp_path)


def test_a_region_without_feeds_has_none(tmp_path: Path) -> None:
    for _ in generate(PLAN._replace(patients=8, feeds=False), tmp_path / "region"):
        pass
    storages = load(tmp_path / "region").storages
    assert {(storage.transactions, storage.index) for storage in storages} == {(None, None)}
