"""A short run of the fuzzers with fixed seeds; `python -m tests.fuzz.million` is the long one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from ssmix2.encoding import LARGEST_MESSAGE
from tests.build.records import drug
from tests.build.world import CENTRAL
from tests.fuzz.mutations import MESSAGE_MUTATIONS, Mutation, spoilt_name
from tests.fuzz.outside import around, fed_from_disk, fed_from_memory, leads_out, settled
from tests.fuzz.seeds import messages
from tests.fuzz.targets import TARGETS


def test_spoilt_input_is_read_or_refused_within_its_memory(repository: Path) -> None:
    """In a process of its own: the command limits the memory of its workers."""
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.million",
        "--count",
        "4000",
        "--seed",
        "20",
        "--stores",
        "1",
        "--deadline",
        "60",
    ]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("4000 cases of seed 20 ")
    assert "outside changed: []" in done.stdout
    for target in TARGETS:
        assert f" {target}: " in done.stdout


def test_spoilt_names_and_files_change_nothing_outside_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, somebody = settled(tmp_path)
    monkeypatch.chdir(tmp_path / "outside")
    before = around(tmp_path)
    tally = fed_from_memory(world, Random(1), 300) + fed_from_disk(world, Random(2), 300)
    # Of a patient whose spoilt demographics name somebody else the link is doubted, and the rest withheld.
    assert tally["indexed"] > 20
    assert tally["quarantined"] > 50
    assert around(tmp_path) == before
    assert leads_out(tmp_path / "region/hub") == []
    assert somebody.patient.id == "R000000001"


def test_what_was_taken_once_is_taken_once(tmp_path: Path) -> None:
    world, _ = settled(tmp_path)
    first, again = (fed_from_memory(world, Random(3), 200) for _ in range(2))
    assert first["indexed"] > 0
    assert again["indexed"] == 0
    kept = ("indexed", "unchanged", "quarantined", "withheld")
    assert sum(again[name] for name in kept) == sum(first[name] for name in kept)


@pytest.mark.parametrize("mutation", MESSAGE_MUTATIONS, ids=lambda one: one.__name__)
def test_each_way_of_spoiling_spoils_and_can_be_made_again(mutation: Mutation) -> None:
    content = messages()[0][1]
    made = [mutation(content, Random(seed)) for seed in range(40)]
    assert made == [mutation(content, Random(seed)) for seed in range(40)]
    assert sum(one != content for one in made) > 20


def test_names_are_spoilt_in_every_way_that_a_path_can_be() -> None:
    made = [spoilt_name(messages()[0][0], Random(seed)) for seed in range(3000)]
    for sign in ("..", "/", "\x00", "\ud800", "CON", "A" * 300, "\\"):
        assert any(sign in one for one in made), ascii(sign)


def test_a_file_too_large_for_a_message_is_laid_aside_and_the_others_are_not(tmp_path: Path) -> None:
    world, somebody = settled(tmp_path)
    world.file(CENTRAL, somebody, "OMP-01", [drug("見本降圧錠５ｍｇ")])
    (small,) = (path for path in world.storage(CENTRAL).rglob("*") if path.is_file())
    large = small.with_name(small.name.replace("_OMP-01_000000000000001_", "_OMP-01_000000000000002_"))
    with large.open("wb") as file:
        file.truncate(LARGEST_MESSAGE + 1)  # a hole: the disk holds nothing of it
    tally = world.feed(CENTRAL)
    assert (tally["indexed"], tally["quarantined"]) == (1, 1)
    with world.store.look() as work:
        assert [one.reason for one in work.feeds.quarantined(CENTRAL)] == ["READ-02"]
