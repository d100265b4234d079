"""The page of the checker says what the catalogue says."""

from ssmix2.validation.catalogue import members
from tests.spec.checker.page import PAGE, page


def test_the_page_is_written_from_the_catalogue() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: python -m tests.spec.checker.page"


def test_every_single_id_stands_on_the_page() -> None:
    words = set(page().replace("|", " ").split())
    assert set(members()) <= words
