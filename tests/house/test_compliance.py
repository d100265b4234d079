"""The compliance sheet has its sixty lines, and what it names as evidence is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

NAMED = re.compile(r"`((?:[\w.\-]+/)*[\w.\-]+\.(?:py|ts|md|html|lock))`")
LINE = re.compile(r"\| (\d+) \| ([^|]+) \| ([^|]+) \| ([○△×–]) \| ([^|]+) \|")


@pytest.fixture(scope="module")
def lines(repository: Path) -> list[tuple[str, ...]]:
    """The lines of the sheet: number, source, requirement, status, evidence."""
    return LINE.findall((repository / "docs/compliance.md").read_text("utf-8"))


def test_all_sixty_lines_are_there_once(lines: list[tuple[str, ...]]) -> None:
    assert [int(line[0]) for line in lines] == list(range(1, 61))


@pytest.mark.parametrize("page", ["docs/compliance.md", "docs/hardening.md"])
def test_every_file_that_is_named_is_there(page: str, repository: Path) -> None:
    named = NAMED.findall((repository / page).read_text("utf-8"))
    assert named
    missing = [name for name in named if not (repository / name).is_file()]
    assert [name for name in missing if not (repository / "docs" / name).is_file()] == []


def test_what_is_called_fulfilled_names_its_test(lines: list[tuple[str, ...]]) -> None:
    fulfilled = [line for line in lines if line[3] == "○"]
    assert fulfilled
    for number, *_, evidence in fulfilled:
        assert NAMED.findall(evidence), number
    untested = [line[0] for line in fulfilled if not re.search(r"`(?:tests|benchmarks)/", line[4])]
    assert untested == ["22"]  # that something is not needed has no test


def test_what_is_not_fulfilled_says_what_is_missing(lines: list[tuple[str, ...]]) -> None:
    for number, *_, status, evidence in lines:
        if status in "△×–":
            plain = NAMED.sub("", evidence)
            assert re.search(r"[a-z]{3}", plain), number
