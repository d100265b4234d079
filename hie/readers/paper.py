"""The pages of a PDF or a TIFF, counted and drawn one by one in a limited process (`hie.readers.limited`)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pypdfium2
from PIL import Image

from hie.readers.limited import PDF, REQUEST, as_png, page_of_pdf, page_of_picture, serve

SIZES, PAGE = b"s", b"p"
MOST_PAGES = 200
KINDS = ("TIFF", "JPEG", "PNG")


def sizes(content: bytes) -> bytes:
    """Return `{"pages": count, "sizes": [[width, height], …]}` of the first pages; raises as libraries do.

    Sizes are in points or pixels: only their relation is of use.
    """
    count, found = _of_pdf(content) if content.startswith(PDF) else _of_picture(content)
    if not found:
        raise ValueError("a paper has a page")
    return json.dumps(
        {"pages": count, "sizes": [[max(1, round(side)) for side in one] for one in found]}
    ).encode()


def page(content: bytes, number: int, side: int) -> bytes:
    """Return page `number`, from 1, as a PNG of at most `side` pixels a side; raises as libraries do."""
    if not 1 <= number <= MOST_PAGES:
        raise ValueError("no such page")
    if content.startswith(PDF):
        return as_png(page_of_pdf(content, number, side))
    return as_png(page_of_picture(content, number, side, KINDS))


def _of_pdf(content: bytes) -> tuple[int, list[tuple[float, float]]]:
    document = pypdfium2.PdfDocument(content)
    try:
        return len(document), [
            document.get_page_size(place) for place in range(min(len(document), MOST_PAGES))
        ]
    finally:
        document.close()


def _of_picture(content: bytes) -> tuple[int, list[tuple[float, float]]]:
    image = Image.open(io.BytesIO(content), formats=KINDS)
    count = int(getattr(image, "n_frames", 1))
    found: list[tuple[float, float]] = []
    for place in range(min(count, MOST_PAGES)):
        image.seek(place)
        found.append(image.size)
    return count, found


def answer(content: bytes, asked: bytes, number: int, side: int) -> bytes:
    """Return the answer to one request; raises as libraries do."""
    what: dict[bytes, Callable[[], bytes]] = {
        SIZES: lambda: sizes(content),
        PAGE: lambda: page(content, number, side),
    }
    return what[asked]()


if __name__ == "__main__":
    serve(REQUEST, answer)
