"""The page of the manual says what the tables say, and every step that can be made has its sentence."""

from __future__ import annotations

import re
from pathlib import Path

from tests.spec.normal.page import PAGE, page
from viewer.locale.english import TEXTS


def test_the_page_is_written_from_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_step_has_its_sentence_and_every_sentence_its_step(repository: Path) -> None:
    code = "".join(path.read_text("utf-8") for path in (repository / "ssmix2/normal").glob("*.py"))
    made = {f"normal.{rule}" for rule in re.findall(r"Step\(\s*\"([a-z_.]+)\"", code)}
    told = {key for key in TEXTS if re.fullmatch(r"normal\.(value|unit|analyte|range)\.[a-z_]+", key)}
    assert made == told
