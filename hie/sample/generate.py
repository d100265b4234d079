"""Tell a whole region, one person at a time: memory does not grow with the number of patients."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from hie.record.errors import Invalid
from hie.record.times import Day, date_from_day
from hie.sample import feeds
from hie.sample.background import background
from hie.sample.facilities import Region, invented_region
from hie.sample.names import known_person
from hie.sample.plan import FEWEST_HOSPITALS, RegionPlan
from hie.sample.region import RegionWriter
from hie.sample.stories import STORIES, Story
from hie.sample.tale import Charts, Tale
from hie.sample.tree import Tree


class Progress(NamedTuple):
    """How far the telling is: counts since the start."""

    patients: int
    files: int
    bytes: int


def tales(plan: RegionPlan, region: Region) -> Iterator[Tale]:
    """Tell the stories, then the background, up to the plan's number of people."""
    for index in range(plan.patients):
        yield (
            _story(plan, region, index, STORIES[index])
            if index < len(STORIES)
            else background(plan, region, index)
        )


def generate(plan: RegionPlan, folder: Path) -> Iterator[Progress]:
    """Write a region into an empty or new folder; yields after each person.

    Raises `Invalid` for a plan that cannot hold the stories and for a folder that holds something.
    """
    if plan.patients < len(STORIES) or plan.hospitals < FEWEST_HOSPITALS or plan.years < 1:
        raise Invalid(
            f"a region has at least {len(STORIES)} patients, {FEWEST_HOSPITALS} hospitals and one year"
        )
    if folder.exists() and any(folder.iterdir()):
        raise Invalid("the folder holds something already; a region is written into a new one")
    folder.mkdir(parents=True, exist_ok=True)
    region = invented_region(plan)
    tree = Tree(folder)
    with RegionWriter(folder, plan, region) as lists:
        for number, tale in enumerate(tales(plan, region), 1):
            for document in tale.documents:
                tree.write(document)
                lists.met(document)
            lists.add(tale)
            tree.next_person()
            yield Progress(number, tree.files, tree.bytes)
        if plan.feeds:
            for site in region.storages:
                feeds.write(folder / "facilities" / site.code, site, plan.last)
                yield Progress(plan.patients, tree.files, tree.bytes)


def _story(plan: RegionPlan, region: Region, index: int, story: Story) -> Tale:
    born = date_from_day(Day(story.born))
    person = known_person(plan, index, story.person, story.sex, born)
    random = Random(f"{plan.seed}/{story.name}")
    return story.tell(Charts(plan, region, person, random))
