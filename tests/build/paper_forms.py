"""Scanned forms for tests: an A4 sheet with the code of a registration, as a picture or a PDF."""

from __future__ import annotations

import io

import segno
from PIL import Image

from hie.exchange.consents.scanning import code_of


def sheet(registration: str, *, turned: int = 0) -> Image.Image:
    """Draw an A4 sheet at 150 dots an inch with the code of a form in a corner, or without one."""
    drawn = io.BytesIO()
    paper = Image.new("RGB", (1240, 1754), "white")
    if registration:
        segno.make(code_of(registration), error="m").save(drawn, "png", scale=5)
        paper.paste(Image.open(drawn), (900, 80))
    return paper.rotate(turned, expand=True, fillcolor="white")


def as_picture(paper: Image.Image, kind: str = "PNG") -> bytes:
    """Write a sheet as a PNG, JPEG or PDF."""
    out = io.BytesIO()
    paper.save(out, kind)
    return out.getvalue()


def as_pdf(*sheets: Image.Image) -> bytes:
    """Write sheets as one PDF, as an office scanner does."""
    out = io.BytesIO()
    sheets[0].save(out, "PDF", resolution=150, save_all=True, append_images=list(sheets[1:]))
    return out.getvalue()
