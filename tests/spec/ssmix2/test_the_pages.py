"""The pages of the data kinds say what the tests say, and every kind has its examples."""

import pytest

from hie.record.entry import EntryStatus
from ssmix2.kinds import KINDS
from tests.spec.ssmix2.example import read
from tests.spec.ssmix2.page import FOLDER, examples_of, pages


def test_the_pages_are_what_the_examples_make() -> None:
    made = pages()
    assert {path.name for path in FOLDER.iterdir()} == set(made), "stale: python -m tests.spec.ssmix2.page"
    for name, text in made.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, "stale: python -m tests.spec.ssmix2.page"


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_kind_shows_what_it_holds_and_how_it_is_taken_back(code: str) -> None:
    examples = examples_of(code)
    assert {example.name.split("_")[2] for example in examples} == {code}
    states = {read(example).facts.status for example in examples if example.records or example.facts}
    assert {EntryStatus.APPROVED, EntryStatus.WITHDRAWN} <= states
    assert len({example.says for example in examples}) == len(examples)
