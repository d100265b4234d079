"""The promises of `ImagingIndex`."""

from __future__ import annotations

import pytest

from consent.model import Provision
from hie.exchange.ports import Store
from hie.record.entry import DocumentClass
from hie.record.errors import Refused
from hie.record.identifiers import content_hash
from hie.record.times import ALWAYS, UNKNOWN_DAY, Day, Period
from tests import filed as our

NAME = content_hash(b"bytes of an image")


def test_an_instance_comes_back_with_its_header(store: Store) -> None:
    image = our.an_image("1.2.3.1.1")
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        assert work.imaging.register(our.to_publish(work), local, [(image, NAME, 512)]) == 1
    with store.look() as work:
        (filed,) = work.imaging.instances(our.to_view(work), "1.2.3")
        assert filed == (local, our.HOSPITAL, image, NAME, 512)
        assert work.imaging.instances(our.to_view(work), "9.9") == []


def test_registering_again_adds_nothing(store: Store) -> None:
    images = [(our.an_image("1.2.3.1.1"), NAME, 512), (our.an_image("1.2.3.1.2", number=2), NAME, 512)]
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        assert work.imaging.register(our.to_publish(work), local, images[:1]) == 1
        assert work.imaging.register(our.to_publish(work), local, images) == 1
        assert work.imaging.register(our.to_publish(work), local, images) == 0


def test_a_study_counts_its_series_and_instances(store: Store) -> None:
    report = our.an_image("1.2.3.2.1", series="1.2.3.2")._replace(modality="SR", series_number=2)
    images = [our.an_image(f"1.2.3.1.{number}", number=number) for number in (3, 1, 2)]
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        work.imaging.register(our.to_publish(work), local, [(image, NAME, 1) for image in (report, *images)])
        grant = our.to_view(work)
        (study,) = work.imaging.studies(grant, ALWAYS)
        filed = work.imaging.instances(grant, "1.2.3")
    assert (study.series_count, study.instance_count, study.modalities) == (2, 4, ("CT", "SR"))
    assert (study.custodian, study.accession_number, study.description) == (our.HOSPITAL, "A1", "胸部")
    assert [one.instance.sop_instance_uid for one in filed] == [
        *("1.2.3.1.1", "1.2.3.1.2", "1.2.3.1.3"),
        "1.2.3.2.1",
    ]


def test_studies_are_newest_first_and_inside_the_period(store: Store) -> None:
    days = (20250401, 20250403, 20250402, 20250405)
    images = [our.an_image(f"1.{day}.1", study=f"1.{day}", day=day) for day in days]
    with store.work() as work:
        our.consented(work)
        work.imaging.register(our.to_publish(work), our.linked(work), [(image, NAME, 1) for image in images])
        found = work.imaging.studies(our.to_view(work), Period(Day(20250401), Day(20250403)))
    assert [study.study_day for study in found] == [20250403, 20250402, 20250401]


def test_images_pass_the_gate_as_images_of_their_day(store: Store) -> None:
    with store.work() as work:
        our.consented(work, Provision(recipients=frozenset({our.OTHER_CLINIC})))
        reports = frozenset({DocumentClass.LABORATORY_RESULT})
        our.consented(work, Provision(recipients=frozenset({our.CLINIC}), classes=reports))
        local = our.linked(work)
        work.imaging.register(our.to_publish(work), local, [(our.an_image("1.2.3.1.1"), NAME, 1)])
        assert work.imaging.studies(our.to_view(work), ALWAYS) == []
        assert work.imaging.instances(our.to_view(work), "1.2.3") == []
        assert len(work.imaging.studies(our.to_view(work, our.OTHER_CLINIC), ALWAYS)) == 1


def test_what_the_grant_does_not_cover_is_refused(store: Store) -> None:
    undated = our.an_image("1.2.3.1.1")._replace(study_day=UNKNOWN_DAY)
    with store.work() as work:
        our.consented(work)
        local = our.linked(work)
        with pytest.raises(Refused):
            work.imaging.register(our.to_publish(work), local, [(undated, NAME, 1)])
        with pytest.raises(Refused):
            work.imaging.register(our.to_publish(work, our.OTHER_HOSPITAL), local, [])
