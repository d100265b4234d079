"""What all programs share that open files of strangers: their loop, their ceilings, and how a page is drawn.

Each answers requests on its standard input until that ends: eight bytes of length, what is asked of the
file, then the file; the answer is eight bytes of length and JSON or a PNG, or length zero where the file
cannot be opened in bounds. Decoders are the likeliest part of the house to break on hostile input, so such
a process has a ceiling of memory, writes no file and holds no key. Nothing of a page acts: neither forms
nor scripts are drawn, and no text of it is handed on.
"""

from __future__ import annotations

import io
import resource
import struct
import sys
from collections.abc import Callable

import pypdfium2
from PIL import Image, ImageOps

REQUEST = struct.Struct(">QcHH")
"""Length of the file, what is asked of it, the page, and the longest side in pixels."""
ANSWER = struct.Struct(">Q")
MEMORY_CEILING = 1536 * 1024 * 1024
"""Bytes of address space, libraries included."""
PIXELS_CEILING = 64 * 1024 * 1024
"""Of one picture; a larger one is not drawn."""
LARGEST_SIDE = 4000
PDF = b"%PDF-"
"""How a PDF begins."""


def serve(request: struct.Struct, answer: Callable[..., bytes]) -> None:
    """Answer requests until standard input ends.

    A request is packed as `request`, the file's length first; `answer` is given the file and the rest.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_CEILING, MEMORY_CEILING))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    while len(head := incoming.read(request.size)) == request.size:
        length, *asked = request.unpack(head)
        content = incoming.read(length)
        try:
            said = answer(content, *asked)
        except Exception:  # noqa: BLE001  whatever a decoder does to a hostile file, the answer is "nothing"
            said = b""
        outgoing.write(ANSWER.pack(len(said)) + said)
        outgoing.flush()


def page_of_pdf(content: bytes, number: int, side: int) -> Image.Image:
    """Draw page `number`, from 1, at most `side` pixels a side, without forms; raises as libraries do."""
    document = pypdfium2.PdfDocument(content)
    try:
        sheet = document[number - 1]
        longest = max(sheet.get_size())
        if not longest > 0:
            raise ValueError("a page has a size")
        scale = min(side, LARGEST_SIDE) / longest
        drawn: Image.Image = sheet.render(scale=scale, may_draw_forms=False).to_pil()
        return drawn.convert("RGB")
    finally:
        document.close()


def page_of_picture(content: bytes, number: int, side: int, kinds: tuple[str, ...]) -> Image.Image:
    """Draw page `number` of a picture, turned as its camera says, without its metadata; raises likewise."""
    image = Image.open(io.BytesIO(content), formats=kinds)
    image.seek(number - 1)
    if image.width * image.height > PIXELS_CEILING:
        raise ValueError("too large to draw")
    drawn = ImageOps.exif_transpose(image).convert("RGB")
    drawn.thumbnail((min(side, LARGEST_SIDE),) * 2)
    return drawn


def as_png(image: Image.Image) -> bytes:
    """Write a picture as a PNG."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
