"""A pushed message of a sample region: of the minute, of the patient, and one that can be filed."""

from datetime import datetime

import pytest

from hie.record.errors import NotFound
from hie.record.times import JST
from hie.sample.generate import generate
from hie.sample.plan import RegionPlan
from hie.sample.pushed import prescription
from hie.sample.region import SampleRegion, load
from ssmix2.encoding import decode
from ssmix2.er7 import parse
from ssmix2.layout import FileName
from ssmix2.naming import name_of

AT = datetime(2026, 11, 2, 9, 15, 30, tzinfo=JST)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> SampleRegion:
    folder = tmp_path_factory.mktemp("sample") / "region"
    for _ in generate(RegionPlan(patients=10, years=1), folder):
        pass
    return load(folder)


def _named(content: bytes) -> FileName:
    return name_of(parse(decode(content)[0]), "20261102091531000")


def test_a_prescription_says_by_itself_where_it_is_filed(region: SampleRegion) -> None:
    local = region.stories["diabetic"].numbers[0]
    name = _named(prescription(region, local, AT))
    assert (name.patient_id, name.care_date, name.data_kind) == (local.value, "20261102", "OMP-01")


def test_each_second_has_an_order_of_its_own(region: SampleRegion) -> None:
    local = region.stories["diabetic"].numbers[0]
    numbers = {
        _named(prescription(region, local, AT.replace(second=second))).order_number for second in (1, 2, 3)
    }
    assert len(numbers) == 3


def test_a_number_nobody_has_gets_no_prescription(region: SampleRegion) -> None:
    with pytest.raises(NotFound):
        prescription(region, region.stories["diabetic"].numbers[0]._replace(value="none"), AT)
