"""The pages of a PDF or a TIFF, counted and drawn one by one, in a process that may do little else.

Run as a program it answers requests on its standard input until that ends: eight bytes of length, one
of what is asked, two of the page, two of the longest side in pixels, then the file; the answer is eight
bytes of length and JSON or a PNG, or length zero where the file cannot be opened in bounds. What a
hospital sends may come from anywhere, so the process has a ceiling of memory, writes no file and holds
no key. Nothing of a page acts: neither forms nor scripts are drawn, and no text of it is handed on.
"""

from __future__ import annotations

import io
import json
import resource
import struct
import sys
from collections.abc import Callable

import pypdfium2
from PIL import Image, ImageOps

REQUEST = struct.Struct(">QcHH")
ANSWER = struct.Struct(">Q")
SIZES, PAGE = b"s", b"p"
MEMORY_CEILING = 1536 * 1024 * 1024
"""Bytes of address space, libraries included."""
MOST_PAGES = 200
PIXELS_CEILING = 64 * 1024 * 1024
LARGEST_SIDE = 4000
_PDF = b"%PDF-"


def sizes(content: bytes) -> bytes:
    """Return `{"pages": count, "sizes": [[width, height], …]}` of the first pages; raises as libraries do.

    Sizes are in points or pixels: only their relation is of use.
    """
    count, found = _of_pdf(content) if content.startswith(_PDF) else _of_picture(content)
    if not found:
        raise ValueError("a paper has a page")
    return json.dumps(
        {"pages": count, "sizes": [[max(1, round(side)) for side in one] for one in found]}
    ).encode()


def page(content: bytes, number: int, side: int) -> bytes:
    """Return page `number`, from 1, as a PNG of at most `side` pixels a side; raises as libraries do."""
    if not 1 <= number <= MOST_PAGES:
        raise ValueError("no such page")
    side = min(side, LARGEST_SIDE)
    drawn = _drawn_pdf(content, number, side) if content.startswith(_PDF) else _drawn(content, number, side)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def _of_pdf(content: bytes) -> tuple[int, list[tuple[float, float]]]:
    document = pypdfium2.PdfDocument(content)
    try:
        return len(document), [
            document.get_page_size(place) for place in range(min(len(document), MOST_PAGES))
        ]
    finally:
        document.close()


def _of_picture(content: bytes) -> tuple[int, list[tuple[float, float]]]:
    image = Image.open(io.BytesIO(content), formats=("TIFF", "JPEG", "PNG"))
    count = int(getattr(image, "n_frames", 1))
    found: list[tuple[float, float]] = []
    for place in range(min(count, MOST_PAGES)):
        image.seek(place)
        found.append(image.size)
    return count, found


def _drawn_pdf(content: bytes, number: int, side: int) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    try:
        sheet = document[number - 1]
        longest = max(sheet.get_size())
        if not longest > 0:
            raise ValueError("a page has a size")
        drawn: Image.Image = sheet.render(scale=side / longest, may_draw_forms=False).to_pil()
        return drawn.convert("RGB")
    finally:
        document.close()


def _drawn(content: bytes, number: int, side: int) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=("TIFF", "JPEG", "PNG"))
    image.seek(number - 1)
    if image.width * image.height > PIXELS_CEILING:
        raise ValueError("too large to draw")
    drawn = ImageOps.exif_transpose(image).convert("RGB")
    drawn.thumbnail((side, side))
    return drawn


def answer(asked: bytes, number: int, side: int, content: bytes) -> bytes:
    """Return the answer to one request, or nothing where there is none."""
    what: dict[bytes, Callable[[], bytes]] = {
        SIZES: lambda: sizes(content),
        PAGE: lambda: page(content, number, side),
    }
    try:
        return what[asked]()
    except Exception:  # noqa: BLE001  whatever a decoder does to a hostile file, the answer is "no paper"
        return b""


def main() -> None:
    """Answer requests until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_CEILING, MEMORY_CEILING))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    while len(head := incoming.read(REQUEST.size)) == REQUEST.size:
        length, asked, number, side = REQUEST.unpack(head)
        said = answer(asked, number, side, incoming.read(length))
        outgoing.write(ANSWER.pack(len(said)) + said)
        outgoing.flush()


if __name__ == "__main__":
    main()
