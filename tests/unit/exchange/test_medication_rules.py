"""Rule tables of other distributions: the reference's example works, and what is no table stops the start."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from hie.exchange.records.medication_rules import GROUP, SAMPLE, Rules, tables_of
from hie.record.clinical import Coding
from hie.record.errors import Misconfigured


def test_the_distribution_of_the_reference_adds_its_table(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (repository / "docs/reference/medication-rules.md").read_text("utf-8")
    project, module = re.findall(r"```(?:toml|python)\n(.*?)```", page, re.DOTALL)
    (tmp_path / "example_medication_rules.py").write_text(module, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    named = tomllib.loads(project)["project"]["entry-points"][GROUP]
    tables = tables_of(EntryPoint(name, value, GROUP) for name, value in named.items())
    rules = Rules((*tables, SAMPLE))
    known = rules.ingredient_of(Coding("X1", "見本ロキシナール錠６０ｍｇ", "99DRG"))
    assert known is not None
    assert f"medication rules: {', '.join(one.key for one in rules.tables)}" in page
    assert rules.author_of(known) == tables[0].key
    assert rules.concerned("見本の痛み止めで発疹", known) == "見本NSAIDs"


@pytest.mark.parametrize(
    "value",
    [
        "there_is_no_such_module:TABLE",
        "hie.exchange.records.medication_rules:NOTHING",
        "hie.exchange.records.medication_rules:GROUP",
        "hie.exchange.records.medication_rules:SAMPLE",
    ],
)
def test_what_is_no_table_or_has_a_key_twice_is_no_setting_to_start_with(value: str) -> None:
    with pytest.raises(Misconfigured, match=f"{GROUP}: region"):
        tables_of([EntryPoint("region", value, GROUP)])
