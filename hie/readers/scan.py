"""A scanned form looked into in a limited process (`hie.readers.limited`): pages, QR codes, pictures."""

from __future__ import annotations

import json
from collections.abc import Callable

import pypdfium2
import zxingcpp
from PIL import Image

from hie.readers.acting import acts
from hie.readers.limited import PDF, REQUEST, as_png, page_of_pdf, page_of_picture, serve

EXAMINE, PICTURE, INSPECT = b"e", b"p", b"i"
MOST_PAGES = 50
KINDS = ("JPEG", "PNG")
SMALL_SIDE = 200
READABLE_SIDE = 2400
"""Pixels at which the code of an A4 page is read: about 200 to the inch."""
LONGEST_CODE = 100


def examine(content: bytes) -> bytes:
    """Return `{"codes": […]}`, the text of the first QR code of each page; raises what libraries raise."""
    pages = _pages(content)
    codes = [_code(_drawn(content, page, READABLE_SIDE)) for page in range(1, pages + 1)]
    return json.dumps({"codes": codes}).encode()


def picture(content: bytes, page: int, side: int) -> bytes:
    """Return a page as a PNG of at most `side` pixels a side, without the metadata of its camera."""
    return as_png(_drawn(content, page, side))


def inspect(content: bytes) -> bytes:
    """Return `{"pages": n, "acts": whether it would do something by itself}`; raises what libraries raise.

    Every page must be one that can be drawn: the first is, small.
    """
    pages = _pages(content)
    _drawn(content, 1, SMALL_SIDE)
    return json.dumps({"pages": pages, "acts": content.startswith(PDF) and _acts(content)}).encode()


def _acts(content: bytes) -> bool:
    """Say whether a PDF runs scripts, starts programs or carries files, also in what is packed in it."""
    document = pypdfium2.PdfDocument(content)
    try:
        if document.count_attachments():
            return True
    finally:
        document.close()
    return acts(content)


def _pages(content: bytes) -> int:
    if not content.startswith(PDF):
        return 1
    document = pypdfium2.PdfDocument(content)
    try:
        pages = len(document)
    finally:
        document.close()
    if not 1 <= pages <= MOST_PAGES:
        raise ValueError("a scan has 1 to 50 pages")
    return pages


def _drawn(content: bytes, page: int, side: int) -> Image.Image:
    if content.startswith(PDF):
        return page_of_pdf(content, page, side)
    if page != 1:
        raise ValueError("no such page")
    return page_of_picture(content, page, side, KINDS)


def _code(image: Image.Image) -> str:
    """Return the text of the first QR code on a page, or nothing."""
    for found in zxingcpp.read_barcodes(
        image.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    ):
        if found.valid and len(found.text) <= LONGEST_CODE:
            return str(found.text)
    return ""


def answer(content: bytes, asked: bytes, page: int, side: int) -> bytes:
    """Return the answer to one request; raises as libraries do."""
    what: dict[bytes, Callable[[], bytes]] = {
        EXAMINE: lambda: examine(content),
        PICTURE: lambda: picture(content, page, side),
        INSPECT: lambda: inspect(content),
    }
    return what[asked]()


if __name__ == "__main__":
    serve(REQUEST, answer)
