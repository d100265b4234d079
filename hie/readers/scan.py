"""A scanned form looked into, in a process that may do little else: pages, QR codes, pictures.

Run as a program it answers requests on its standard input until that ends: eight bytes of length, one
of what is asked, two of the page, two of the longest side in pixels, then the file; the answer is eight
bytes of length and JSON or a PNG, or length zero where the file cannot be opened in bounds. A scan may
come from anywhere, so the process has a ceiling of memory, writes no file and holds no key.
"""

from __future__ import annotations

import io
import json
import re
import resource
import struct
import sys
import zlib
from collections.abc import Callable

import pypdfium2
import zxingcpp
from PIL import Image, ImageOps

REQUEST = struct.Struct(">QcHH")
ANSWER = struct.Struct(">Q")
EXAMINE, PICTURE, INSPECT = b"e", b"p", b"i"
MEMORY_CEILING = 1536 * 1024 * 1024
"""Bytes of address space, libraries included."""
MOST_PAGES = 50
PIXELS_CEILING = 64 * 1024 * 1024
LARGEST_SIDE = 4000
SMALL_SIDE = 200
READABLE_SIDE = 2400
"""Pixels at which the code of an A4 page is read: about 200 to the inch."""
LONGEST_CODE = 100
_PDF = b"%PDF-"
MOST_INFLATED = 32 * 1024 * 1024
"""Bytes of packed objects that are looked through for what acts."""
_ACTING = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|XFA|EmbeddedFiles?|SubmitForm|ImportData)\b")
"""Names of a PDF's objects that do something by themselves, or bring something along (ISO 32000-1)."""
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PACKED = re.compile(rb"/ObjStm\b[^>]{0,400}>>\s*stream\r?\n")


def examine(content: bytes) -> bytes:
    """Return `{"codes": […]}`, the text of the first QR code of each page; raises what libraries raise."""
    pages = _pages(content)
    codes = [_code(_drawn(content, page, READABLE_SIDE)) for page in range(1, pages + 1)]
    return json.dumps({"codes": codes}).encode()


def picture(content: bytes, page: int, side: int) -> bytes:
    """Return a page as a PNG of at most `side` pixels a side, without the metadata of its camera."""
    out = io.BytesIO()
    _drawn(content, page, min(side, LARGEST_SIDE)).save(out, "PNG")
    return out.getvalue()


def inspect(content: bytes) -> bytes:
    """Return `{"pages": n, "acts": whether it would do something by itself}`; raises what libraries raise.

    Every page must be one that can be drawn: the first is, small.
    """
    pages = _pages(content)
    _drawn(content, 1, SMALL_SIDE)
    return json.dumps({"pages": pages, "acts": content.startswith(_PDF) and _acts(content)}).encode()


def _acts(content: bytes) -> bool:
    """Say whether a PDF runs scripts, starts programs or carries files, also in what is packed in it."""
    document = pypdfium2.PdfDocument(content)
    try:
        if document.count_attachments():
            return True
    finally:
        document.close()
    if _ACTING.search(_unescaped(content)):
        return True
    left = MOST_INFLATED
    for found in _PACKED.finditer(content):
        inflating = zlib.decompressobj()
        try:
            text = inflating.decompress(content[found.end() :], left)
        except zlib.error:
            continue
        left -= len(text)
        if left <= 0 or _ACTING.search(_unescaped(text)):
            return True
    return False


def _unescaped(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)


def _pages(content: bytes) -> int:
    if not content.startswith(_PDF):
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
    if content.startswith(_PDF):
        return _of_pdf(content, page, side)
    image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    if page != 1 or image.width * image.height > PIXELS_CEILING:
        raise ValueError("no such page, or too large to draw")
    drawn = ImageOps.exif_transpose(image).convert("RGB")
    drawn.thumbnail((side, side))
    return drawn


def _of_pdf(content: bytes, page: int, side: int) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    try:
        sheet = document[page - 1]
        longest = max(sheet.get_size())
        if not longest > 0:
            raise ValueError("a page has a size")
        drawn: Image.Image = sheet.render(scale=side / longest, may_draw_forms=False).to_pil()
        return drawn.convert("RGB")
    finally:
        document.close()


def _code(image: Image.Image) -> str:
    """Return the text of the first QR code on a page, or nothing."""
    for found in zxingcpp.read_barcodes(
        image.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    ):
        if found.valid and len(found.text) <= LONGEST_CODE:
            return str(found.text)
    return ""


def answer(asked: bytes, page: int, side: int, content: bytes) -> bytes:
    """Return the answer to one request, or nothing where there is none."""
    what: dict[bytes, Callable[[], bytes]] = {
        EXAMINE: lambda: examine(content),
        PICTURE: lambda: picture(content, page, side),
        INSPECT: lambda: inspect(content),
    }
    try:
        return what[asked]()
    except Exception:  # noqa: BLE001  whatever a decoder does to a hostile file, the answer is "no scan"
        return b""


def main() -> None:
    """Answer requests until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_CEILING, MEMORY_CEILING))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    while len(head := incoming.read(REQUEST.size)) == REQUEST.size:
        length, asked, page, side = REQUEST.unpack(head)
        said = answer(asked, page, side, incoming.read(length))
        outgoing.write(ANSWER.pack(len(said)) + said)
        outgoing.flush()


if __name__ == "__main__":
    main()
