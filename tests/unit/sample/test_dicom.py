"""DICOM of the sample region: opens, carries Japanese names, and joins to the orders."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.errors import InvalidDicomError

from hie.record.clinical import DiagnosticReport, ServiceRequest
from hie.sample.awkward import INDEXED
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.region import SampleRegion, load
from hie.sample.stories import STORIES
from ssmix2 import parse_name, read


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> SampleRegion:
    folder = tmp_path_factory.mktemp("sample") / "region"
    for _ in generate(RegionPlan(patients=len(STORIES), years=1), folder):
        pass
    return load(folder)


def images(region: SampleRegion, token: str) -> list[pydicom.FileDataset]:
    listed = {oddity.locator for oddity in region.oddities()}
    found = []
    for storage in region.storages:
        for path in sorted(storage.dicom.rglob("*.dcm")) if storage.dicom else ():
            if path.relative_to(storage.dicom).as_posix() not in listed:  # type: ignore[arg-type]
                dataset = pydicom.dcmread(path)
                if dataset.PatientComments == token:
                    found.append(dataset)
    return found


def test_the_diabetic_has_a_ct_series_and_chest_x_rays_under_her_name(region: SampleRegion) -> None:
    told = images(region, region.stories["diabetic"].token)
    modalities = [dataset.Modality for dataset in told]
    assert modalities.count("CT") == 24
    assert modalities.count("CR") == 3
    for dataset in told:
        assert list(dataset.SpecificCharacterSet) == ["", "ISO 2022 IR 87"]
        assert dataset.PatientName.alphabetic == "SAEKI^SETSUKO"
        assert dataset.PatientName.ideographic == "佐伯^節子"
        assert dataset.PatientName.phonetic == "サエキ^セツコ"
        assert str(dataset.PatientBirthDate) == "19510312"
    slices = [dataset for dataset in told if dataset.Modality == "CT"]
    assert len({dataset.SOPInstanceUID for dataset in slices}) == 24
    assert {dataset.pixel_array.shape for dataset in slices} == {(256, 256)}
    assert int(np.ptp(slices[0].pixel_array)) > 1000


def test_order_performance_and_images_of_an_examination_bear_one_accession_number(
    region: SampleRegion,
) -> None:
    story = region.stories["diabetic"]
    told = {(one.AccessionNumber, one.StudyInstanceUID) for one in images(region, story.token)}
    assert told
    links: dict[str, set[str]] = {"OMG-01": set(), "OMG-11": set()}
    performed = set()
    for storage in region.storages:
        for path in storage.ssmix2.rglob("*_OMG-?1_*") if storage.ssmix2 else ():
            name = parse_name(path.name)
            assert name is not None
            if (storage.facility, name.patient_id) in story.numbers:
                content = path.read_bytes()
                reading = read(name, content, storage.facility)
                heads = (ServiceRequest, DiagnosticReport)
                assert any(isinstance(record, heads) for record in reading.records)
                link = reading.facts.link
                links[name.data_kind].add(link)
                performed |= {pair for pair in told if pair[1].encode() in content and pair[0] == link}
    assert performed == told
    assert {accession for accession, _ in told} <= links["OMG-01"] == links["OMG-11"]


def test_a_study_says_in_japanese_what_it_shows(region: SampleRegion) -> None:
    shown = {one.StudyDescription for one in images(region, region.stories["diabetic"].token)}
    assert shown == {"胸部単純X線", "胸部単純CT"}


def test_somebody_without_consent_has_an_image_too(region: SampleRegion) -> None:
    assert images(region, region.stories["refused"].token)


def test_awkward_images_are_unknown_cut_or_noise(region: SampleRegion) -> None:
    known = {local.value for local, _ in region.links()}
    folders = {storage.facility: storage.dicom for storage in region.storages}
    outcomes = []
    for oddity in region.oddities():
        if oddity.area == "dicom":
            path = Path(folders[oddity.facility] or "") / oddity.locator
            outcomes.append(oddity.expected)
            assert oddity.expected != INDEXED
            if "linked to nobody" in oddity.what:
                assert pydicom.dcmread(path).PatientID not in known
            elif path.name == "noise.dcm":
                with pytest.raises(InvalidDicomError):
                    pydicom.dcmread(path)
    assert sorted(outcomes) == ["quarantined", "skipped", "withheld", "withheld"]
