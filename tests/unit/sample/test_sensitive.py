"""What is told to be sensitive is labelled so: measured against the intent of who tells it (D26).

The truth is `Document.labels`, said by the generator where it tells a document; the labels come from
reading its bytes as an edge does. The words are invented ones of `hie.sample.sensitive_words`: the rate
says that no rule is missing for them, not how free text of a real hospital fares.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from random import Random

import pytest

from hie.exchange.feeds.reading import read_document
from hie.record.entry import NO_LABELS, Format, Label
from hie.sample import sensitive
from hie.sample.chart import Document
from hie.sample.facilities import invented_region
from hie.sample.generate import generate, tales
from hie.sample.names import invented_person
from hie.sample.plan import RegionPlan, working_day
from hie.sample.region import load
from hie.sample.tale import Charts
from ssmix2 import parse_name
from ssmix2.extended import pack_folder

PLAN = RegionPlan(patients=60, years=1)
PEOPLE = 130
MOST_MISSED = 0.005
FOLDER = 6
"""Parts of a locator down to the content folder."""


class Rates:
    """How often each label was told, missed, and given without having been told."""

    def __init__(self) -> None:
        self.documents = 0
        self.told: Counter[Label] = Counter()
        self.missed: Counter[Label] = Counter()
        self.over: Counter[Label] = Counter()

    def count(self, told: int, found: int) -> None:
        """Count one document."""
        self.documents += 1
        for label in Label:
            self.told[label] += bool(told & label)
            self.missed[label] += bool(told & ~found & label)
            self.over[label] += bool(found & ~told & label)

    def __str__(self) -> str:
        """Write a line a label."""
        lines = [
            f"{label.name}: told {self.told[label]}, missed {self.missed[label]}"
            f" ({self.missed[label] / max(self.told[label], 1):.2%}), over {self.over[label]}"
            f" ({self.over[label] / max(self.documents - self.told[label], 1):.2%})"
            for label in Label
        ]
        return "\n".join((f"{self.documents} documents", *lines))


def _read(documents: Iterable[Document]) -> Iterator[tuple[int, int]]:
    """Read each document as an edge does; yield what was told and what was found."""
    for locator, group in groupby(documents, key=_locator):
        files = list(group)
        name, content, how = parse_name(locator.rpartition("/")[2]), files[0].content, Format.SSMIX2
        if files[0].area == "dicom" or name is None:
            continue
        if files[0].area == "extended":
            how = Format.CONTENT_FOLDER
            content = pack_folder({one.locator.removeprefix(f"{locator}/"): one.content for one in files})
        yield files[0].labels, read_document(name, content, files[0].facility, how).facts.labels


def _locator(document: Document) -> str:
    parts = document.locator.split("/")
    return "/".join(parts[:FOLDER] if document.area == "extended" else parts)


def _everything_sensitive() -> Iterator[Document]:
    """Tell every kind of many people, at each of the five hospitals in turn."""
    region = invented_region(PLAN)
    for position in range(PEOPLE):
        random = Random(position)
        charts = Charts(PLAN, region, invented_person(PLAN, position, random), random)
        for turn, kind in enumerate(sensitive.KINDS):
            first = PLAN.first + 20 + turn * 30
            days = (working_day(first + 5 * number) for number in range(60))
            yield from sensitive.told(kind, charts.hospital(position), days, Random(f"{position}/{kind}"))


def test_hardly_a_psychiatric_or_hiv_document_is_missed() -> None:
    rates = Rates()
    for told, found in _read(_everything_sensitive()):
        rates.count(told, found)
    sys.stdout.write(f"{rates}\n")
    assert sum(rates.told[label] for label in Label) >= 2000
    for label in (Label.PSYCHIATRY, Label.HIV):
        assert rates.told[label] >= 1000
        assert rates.missed[label] <= MOST_MISSED * rates.told[label], label.name


def test_hardly_an_ordinary_document_is_labelled() -> None:
    rates = Rates()
    for tale in tales(PLAN._replace(patients=30), invented_region(PLAN)):
        if tale.story != "storage":  # awkward files, which nobody may read
            for told, found in _read(tale.documents):
                rates.count(told, found)
    sys.stdout.write(f"{rates}\n")
    assert rates.documents >= 2000
    assert sum(rates.missed.values()) == 0
    assert sum(rates.over.values()) <= MOST_MISSED * rates.documents


def test_a_region_lists_what_it_told_to_be_sensitive(tmp_path: Path) -> None:
    for _ in generate(PLAN, tmp_path / "region"):
        pass
    region = load(tmp_path / "region")
    listed = list(region.sensitive())
    found = 0
    for label in (Label.PSYCHIATRY, Label.HIV, Label.GENETICS, Label.NOT_TOLD, Label.VIOLENCE):
        found |= label
        assert any(one.labels & label for one in listed), label.name
    assert all(one.labels != NO_LABELS for one in listed)
    for one in listed:
        assert (region.folder / "facilities" / one.facility / one.area / one.locator).exists()


@pytest.mark.parametrize("kind", sensitive.KINDS)
def test_the_same_person_is_told_the_same(kind: str) -> None:
    def told() -> list[Document]:
        charts = Charts(PLAN, invented_region(PLAN), invented_person(PLAN, 3, Random(3)), Random(3))
        days = (working_day(PLAN.first + 20 + 5 * number) for number in range(60))
        return list(sensitive.told(kind, charts.hospital(0), days, Random(kind)))

    first = told()
    assert first == told()
    assert first
