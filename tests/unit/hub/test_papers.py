"""Pages come from a process that may do little else; what it cannot open has none."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from hie.exchange.feeds.reading import Attached
from hie.hub.papers import Papers
from hie.record.errors import Unavailable
from hie.record.narrative import Attachment
from tests.build.papers import PDF


def _file(content: bytes) -> Attached:
    return Attached(Attachment(1, "a", "application/pdf", len(content)), content)


def _written(form: str) -> Attached:
    sheets = [Image.new("RGB", (40, 20), "white"), Image.new("RGB", (20, 40), "red")]
    out = BytesIO()
    sheets[0].save(out, form, save_all=True, append_images=sheets[1:])
    return _file(out.getvalue())


@pytest.fixture(scope="module")
def papers() -> Iterator[Papers]:
    made = Papers()
    yield made
    made.close()


@pytest.mark.parametrize("form", ["PDF", "TIFF"])
def test_every_page_is_counted_and_drawn(papers: Papers, form: str) -> None:
    file = _written(form)
    counted = papers.counted(file)
    assert counted.pages == 2
    assert [size.width > size.height for size in counted.sizes] == [True, False]
    second = Image.open(BytesIO(papers.page(file, 2, 400))).convert("RGB")
    assert second.height > second.width
    red, green, _ = (int(one) for one in second.resize((1, 1)).tobytes())
    assert red > 200
    assert green < 60


def test_a_page_that_is_not_there_is_not_drawn_and_the_next_one_is(papers: Papers) -> None:
    file = _written("PDF")
    with pytest.raises(Unavailable):
        papers.page(file, 3, 400)
    assert papers.page(file, 1, 400).startswith(b"\x89PNG")


@pytest.mark.parametrize("content", [PDF, b"%PDF-1.7 nothing", b"II*\x00nothing", b"", b"GIF89a"])
def test_what_cannot_be_opened_has_no_pages(papers: Papers, content: bytes) -> None:
    with pytest.raises(Unavailable):
        papers.counted(_file(content))
