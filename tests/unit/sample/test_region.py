"""The sample region: the same from the same seed, coherent, readable, and findable byte for byte."""

import gc
import hashlib
import json
import subprocess
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model import EventKind, decisions_of
from hie.record.clinical import AllergyIntolerance, Condition, MedicationRequest, Observation
from hie.record.errors import Invalid
from hie.record.findings import Severity
from hie.record.identifiers import FacilityCode, LocalPatientId
from hie.record.times import UNKNOWN_DAY
from hie.sample.awkward import HALF_WIDTH_TEXT, INDEXED, QUARANTINED, SKIPPED
from hie.sample.facilities import invented_region
from hie.sample.generate import generate, tales
from hie.sample.names import TOKEN_PATTERN
from hie.sample.plan import RegionPlan, moment
from hie.sample.region import SampleRegion, load
from hie.sample.stories import STORIES
from hie.sample.stories.kanji import DELIMITER_KANJI
from ssmix2 import parse_name, read
from ssmix2.kinds import KINDS
from ssmix2.layout import FileName
from ssmix2.validation import check_storage

PLAN = RegionPlan(patients=14, years=1)


def told(plan: RegionPlan, folder: Path) -> Path:
    for _ in generate(plan, folder):
        pass
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return told(PLAN, tmp_path_factory.mktemp("sample") / "region")


@pytest.fixture(scope="module")
def region(folder: Path) -> SampleRegion:
    return load(folder)


def tree_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        if path.is_file():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def files(region: SampleRegion) -> Iterator[tuple[FacilityCode, Path, str]]:
    """Facility, path and locator below the storage of every SS-MIX2 file."""
    for storage in region.storages:
        assert storage.ssmix2 is not None
        for path in sorted(storage.ssmix2.rglob("*")):
            if path.is_file():
                yield storage.facility, path, path.relative_to(storage.ssmix2).as_posix()


def files_of(region: SampleRegion, story: str, kind: str) -> Iterator[tuple[FacilityCode, Path, FileName]]:
    """Give the current files of one kind of a story's patient."""
    numbers = set(region.stories[story].numbers)
    for facility, path, _ in files(region):
        name = parse_name(path.name)
        if name and name.data_kind == kind and name.flag == "1" and (facility, name.patient_id) in numbers:
            yield facility, path, name


def test_the_same_plan_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    assert tree_hash(told(PLAN, tmp_path / "again")) == tree_hash(folder)


def test_another_seed_gives_other_people_but_the_same_stories(region: SampleRegion, tmp_path: Path) -> None:
    other = load(told(RegionPlan(patients=9, years=1, seed=2), tmp_path / "other"))
    assert set(other.stories) == set(region.stories) == {story.name for story in STORIES}
    assert not {token for _, token in other.tokens()} & {token for _, token in region.tokens()}


def test_a_larger_region_begins_like_a_smaller_one() -> None:
    small, large = PLAN, PLAN._replace(patients=30)
    begin = [tale.person for tale in tales(small, invented_region(small))]
    assert [tale.person for tale in tales(large, invented_region(large))][: len(begin)] == begin


def test_who_was_told_is_forgotten() -> None:
    plan = RegionPlan(patients=20, years=1)
    alive: weakref.WeakSet[object] = weakref.WeakSet()
    most = 0
    for tale in tales(plan, invented_region(plan)):
        alive.add(tale.charts)
        for _ in tale.documents:
            pass
        gc.collect()
        most = max(most, len(alive))
    assert most <= 2


def test_every_file_not_listed_as_awkward_reads_without_an_error(region: SampleRegion) -> None:
    awkward = {(oddity.facility, oddity.locator) for oddity in region.oddities()}
    wrong = Counter[str]()
    count = 0
    for facility, path, locator in files(region):
        if (facility, locator) in awkward:
            continue
        name = parse_name(path.name)
        assert name is not None
        assert name.locator() == locator
        reading = read(name, path.read_bytes(), facility)
        assert reading.facts.service_day != UNKNOWN_DAY
        wrong.update(finding.code for finding in reading.findings if finding.severity is Severity.ERROR)
        count += 1
    assert count > 500
    assert not wrong


def test_all_data_kinds_stand_in_a_region_and_the_checker_finds_nothing_wrong(tmp_path: Path) -> None:
    region = load(told(PLAN._replace(patients=60), tmp_path / "region"))
    awkward = {(oddity.facility, oddity.locator) for oddity in region.oddities()}
    told_files: dict[str, dict[str, int]] = {kind: Counter() for kind in KINDS}
    for facility, path, locator in files(region):
        name = parse_name(path.name)
        if (facility, locator) not in awkward and name:
            told_files[name.data_kind][name.flag] += 1
    wrong = [
        (one.path, one.finding.code)
        for storage in region.storages
        if storage.ssmix2
        for one in check_storage(storage.ssmix2)
        if (storage.facility, one.path) not in awkward and one.finding.severity is not Severity.INFORMATION
    ]
    assert wrong == []
    assert [kind for kind, flags in told_files.items() if not flags["1"]] == []
    assert told_files["ADT-42"]["2"]  # two transfers of one day
    assert all(told_files[kind]["0"] for kind in ("ADT-21", "ADT-51", "OML-01"))  # taken back
    assert told_files["OML-01"]["1"] > told_files["OML-11"]["1"] / 3


def test_awkward_files_stand_where_the_list_says_and_all_outcomes_occur(
    region: SampleRegion, folder: Path
) -> None:
    oddities = region.oddities()
    for oddity in oddities:
        assert (folder / "facilities" / oddity.facility / oddity.area / oddity.locator).is_file(), oddity.what
    outcomes = Counter(oddity.expected for oddity in oddities)
    assert set(outcomes) == {INDEXED, QUARANTINED, SKIPPED, "withheld"}
    assert {parse_name(one.locator.rpartition("/")[2]) for one in oddities if one.expected == SKIPPED} == {
        None
    }


def test_awkward_files_that_are_to_be_indexed_name_their_patient(region: SampleRegion, folder: Path) -> None:
    for oddity in region.oddities():
        if oddity.area == "ssmix2" and oddity.expected == INDEXED:
            path = folder / "facilities" / oddity.facility / "ssmix2" / oddity.locator
            name = parse_name(path.name)
            assert name is not None
            reading = read(name, path.read_bytes(), oddity.facility)
            assert reading.patient is not None, oddity.what
            assert reading.patient.source in region.stories["storage"].numbers, oddity.what


def test_half_width_kana_stand_in_one_file_as_bytes(region: SampleRegion) -> None:
    text = HALF_WIDTH_TEXT.encode("iso2022_jp_ext")
    assert sum(text in path.read_bytes() for _, path, _ in files(region)) == 1


def test_the_diabetic_has_data_of_three_hospitals_and_the_clinic(region: SampleRegion) -> None:
    for kind in ("OML-11", "OMP-01", "ADT-12"):
        seen = {facility for facility, _, _ in files_of(region, "diabetic", kind)}
        assert len(seen) == 4
        assert region.demo_clinic in seen
    for kind in ("ADT-22", "ADT-52", "OMP-02", "OMG-11"):
        assert list(files_of(region, "diabetic", kind))


def test_three_hospitals_write_one_test_in_different_units(region: SampleRegion) -> None:
    units: dict[str, set[str]] = {}
    for facility, path, name in files_of(region, "units", "OML-11"):
        for record in read(name, path.read_bytes(), facility).records:
            if isinstance(record, Observation):
                units.setdefault(record.code.code[:5], set()).add(record.unit)
    assert units["5C070"] == {"mg/dL", "mg/L", "mg/dl"}
    assert len(units["2A050"]) == 3


def test_kanji_whose_bytes_hold_delimiters_survive(region: SampleRegion) -> None:
    conditions, names = set(), set()
    for facility, path, name in files_of(region, "kanji", "OMP-01"):
        reading = read(name, path.read_bytes(), facility)
        assert reading.patient is not None
        names.add(reading.patient.name.kanji)
        conditions |= {
            record.condition for record in reading.records if isinstance(record, MedicationRequest)
        }
    assert DELIMITER_KANJI in conditions
    assert names == {"高崎 愛右"}


def test_every_message_holds_the_token_of_its_patient_only(region: SampleRegion) -> None:
    token_of = dict(region.tokens())
    owner = {local: token_of[patient] for local, patient in region.links()}
    awkward = {oddity.locator for oddity in region.oddities()}
    for facility, path, locator in files(region):
        name = parse_name(path.name)
        if locator not in awkward and name:
            found = set(TOKEN_PATTERN.findall(path.read_bytes().decode("iso2022_jp")))
            assert found == {owner[LocalPatientId(facility, name.patient_id)]}


def test_no_reader_of_demographics_sees_a_token(region: SampleRegion) -> None:
    seen = 0
    for facility, path, _ in files(region):
        name = parse_name(path.name)
        if name and name.data_kind == "ADT-00":
            for record in read(name, path.read_bytes(), facility).records:
                seen += 1
                assert not TOKEN_PATTERN.search(str(tuple(record)))
    assert seen


def test_no_token_and_no_local_number_is_given_twice() -> None:
    plan = RegionPlan(patients=3000)
    people = list(tales(plan, invented_region(plan)))
    assert len({tale.person.token for tale in people}) == plan.patients
    assert len({tale.person.patient.id for tale in people}) == plan.patients
    numbers = [chart.local for tale in people for chart in tale.charts.opened()]
    assert len(set(numbers)) == len(numbers)


def test_consents_come_back_as_they_were_told_and_most_people_consent(region: SampleRegion) -> None:
    told_events = [event for tale in tales(PLAN, invented_region(PLAN)) for event in tale.consents]
    assert list(region.consents()) == told_events
    by_patient = {line.patient: name for name, line in region.stories.items()}
    kinds: dict[str, list[EventKind]] = {name: [] for name in region.stories}
    for event in region.consents():
        if event.patient in by_patient:
            kinds[by_patient[event.patient]].append(event.kind)
    assert kinds["refused"] == []
    assert kinds["withdrew"] == [EventKind.GIVEN, EventKind.WITHDRAWN]
    assert kinds["diabetic"] == [EventKind.GIVEN]


def test_the_share_of_consents_is_that_of_a_real_network() -> None:
    plan = RegionPlan(patients=3000)
    open_ones = 0
    varied = Counter[bool]()
    for tale in tales(plan, invented_region(plan)):
        decided = decisions_of(
            event._replace(sequence=number) for number, event in enumerate(tale.consents, 1)
        )
        in_force = [p for given in decided.given for p in given.provisions if p.ends_at > moment(plan.last)]
        taken_back = any(one.withdrawal.disclosers is None for one in decided.withdrawn)
        open_ones += bool(in_force) and not taken_back
        varied[any(p.classes or p.recipients or p.disclosers for p in in_force)] += 1
    assert 0.53 < open_ones / plan.patients < 0.60
    assert varied[True] > 300


def test_a_region_is_written_into_a_new_folder_only(folder: Path) -> None:
    with pytest.raises(Invalid, match="new one"):
        told(PLAN, folder)


def test_a_region_holds_all_stories_and_three_hospitals(tmp_path: Path) -> None:
    for plan in (PLAN._replace(patients=3), PLAN._replace(hospitals=2), PLAN._replace(years=0)):
        with pytest.raises(Invalid, match="at least"):
            told(plan, tmp_path / "none")


def test_an_unfinished_region_is_not_loaded(tmp_path: Path) -> None:
    for _ in generate(PLAN, tmp_path / "half"):
        break
    with pytest.raises(Invalid):
        load(tmp_path / "half")


def test_the_command_writes_a_region_and_says_how_much(tmp_path: Path, repository: Path) -> None:
    command = [
        str(repository / ".venv/bin/hie"),
        "sample",
        "--patients",
        "8",
        "--hospitals",
        "3",
        "--years",
        "1",
    ]
    out = tmp_path / "region"
    done = subprocess.run(
        [*command, "--until", "2025-12-31", "--out", str(out)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("8 patients, ")
    head = json.loads((out / "region.json").read_text("utf-8"))
    assert head["plan"]["until"] == "2025-12-31"
    again = subprocess.run([*command, "--out", str(out)], capture_output=True, text=True, check=False)
    assert again.returncode == 1


def test_some_people_have_allergies_and_are_given_nothing_they_do_not_bear(region: SampleRegion) -> None:
    with_allergies = set[str]()
    for story in ("diabetic", "stroke"):
        for facility, path, name in files_of(region, story, "ADT-00"):
            records = read(name, path.read_bytes(), facility).records
            assert any(isinstance(record, AllergyIntolerance) for record in records)
            with_allergies.add(story)
    assert with_allergies == {"diabetic", "stroke"}
    for facility, path, name in files_of(region, "diabetic", "OMP-02"):
        for record in read(name, path.read_bytes(), facility).records:
            assert isinstance(record, MedicationRequest)
            assert "ペニシリン" not in record.medication.text


def test_about_a_quarter_of_all_people_have_an_allergy() -> None:
    plan = RegionPlan(patients=400)
    count = sum(bool(tale.charts.allergies) for tale in tales(plan, invented_region(plan)))
    assert 0.18 < count / plan.patients < 0.32


def test_pneumonia_stands_in_the_problem_list_of_the_stay_and_as_cured_in_the_later_one(
    region: SampleRegion,
) -> None:
    lists: list[dict[str, Condition]] = []
    for facility, path, name in files_of(region, "diabetic", "PPR-01"):
        if facility == region.facilities[0].code:
            reading = read(name, path.read_bytes(), facility)
            lists.append({one.name: one for one in reading.records if isinstance(one, Condition)})
    at_admission, later = sorted(lists, key=lambda one: bool(one["肺炎"].end))
    assert at_admission["肺炎"].end == ""
    assert later["肺炎"].outcome.text == "治癒"
    assert at_admission["肺炎"].instance == later["肺炎"].instance


def test_no_problem_list_knows_what_came_later(region: SampleRegion) -> None:
    for facility, path, _ in files(region):
        name = parse_name(path.name)
        if name and name.data_kind == "PPR-01":
            for record in read(name, path.read_bytes(), facility).records:
                if isinstance(record, Condition):
                    assert record.onset <= name.timestamp[:8]
                    assert record.end <= name.timestamp[:8]


def test_most_patients_of_the_demo_clinic_show_something_of_it_and_of_a_hospital() -> None:
    plan = RegionPlan()
    region = invented_region(plan)
    clinic = region.demo_clinic.code
    patients, own, elsewhere, closed = 0, 0, 0, 0
    for tale in tales(plan, region):
        visited = {document.facility for document in tale.documents if "/OMP-01/" in document.locator}
        if clinic not in {chart.site.code for chart in tale.charts.opened()}:
            continue
        patients += 1
        log = decisions_of(event._replace(sequence=n) for n, event in enumerate(tale.consents, 1))
        given = [provision for one in log.given for provision in one.provisions]
        open_to_it = [
            p for p in given if p.ends_at > 2**60 and (p.recipients is None or clinic in p.recipients)
        ]
        if any(one.withdrawal.disclosers is None for one in log.withdrawn) or not open_to_it:
            closed += 1
            continue
        taken_back = {code for one in log.withdrawn for code in one.withdrawal.disclosers or ()}
        disclosed = {
            code
            for code in visited - taken_back
            for p in given
            if p.disclosers is None or code in p.disclosers
        }
        own += clinic in disclosed
        elsewhere += bool(disclosed - {clinic})
    assert patients >= 30
    assert own > 0.8 * patients
    assert elsewhere > 0.75 * patients
    assert 3 <= closed <= 0.2 * patients


def test_a_small_region_shows_forms_of_every_kind() -> None:
    plan = RegionPlan(patients=60, years=1, feeds=False)
    events = [event for tale in tales(plan, invented_region(plan)) for event in tale.consents]
    given = [event for event in events if event.kind is EventKind.GIVEN]
    clauses = [one for event in given for one in event.provisions]
    closed = [event.restriction for event in events if event.restriction]
    assert 0.3 < sum(one.emergency for one in clauses) / len(clauses) < 0.7
    assert {bool(one.labels) for one in clauses} == {True, False}
    assert any(one.later_members for one in clauses)
    assert {"patient", "family"} <= {event.paper.signer for event in given}
    assert {one.by_discloser for one in closed} == {True, False}
    assert any(event.kind is EventKind.WITHDRAWN for event in events)
