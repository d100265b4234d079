"""A signed form as a scanner sees it, drawn for the demo: boxes, a scribble, its registration's code.

Invented, and without a word of Japanese: the drawing needs no font that a machine may lack.
"""

from __future__ import annotations

import io

import segno
from PIL import Image, ImageDraw

from hie.exchange.consents.scanning import code_of

_SHEET, _INK, _GREY, _BLUE = (1240, 1754), (40, 44, 52), (150, 156, 166), (38, 62, 140)
"""A4 at 150 dots an inch, and colours."""
_LEFT, _RIGHT = 120, 1120
_LINES = (360, 440, 520, 680, 760, 840, 920)
_SIGNATURE = (
    *((640, 1320), (670, 1262), (702, 1330), (726, 1274), (760, 1336), (800, 1290)),
    *((836, 1328), (866, 1280), (912, 1338), (960, 1300), (1030, 1322)),
)


def signed_form(registration: str, kind: str = "PNG") -> bytes:
    """Draw the scan of a registration's signed form, as PNG or PDF."""
    sheet = Image.new("RGB", _SHEET, (253, 253, 250))
    pen = ImageDraw.Draw(sheet)
    pen.text((_LEFT, 110), "CONSENT FORM (invented sample)", fill=_INK, font_size=38)
    pen.text((_LEFT, 180), registration[:8].upper(), fill=_GREY, font_size=28)
    sheet.paste(_code(registration), (880, 80))
    for number, y in enumerate(_LINES):
        pen.rectangle((_LEFT, y, _LEFT + 36, y + 36), outline=_INK, width=3)
        pen.line((_LEFT + 70, y + 34, _RIGHT, y + 34), fill=_GREY, width=2)
        if number % 2 == 0:
            pen.line(((_LEFT + 6, y + 18), (_LEFT + 16, y + 30), (_LEFT + 40, y - 6)), fill=_BLUE, width=6)
    pen.rectangle((600, 1220, _RIGHT, 1370), outline=_INK, width=3)
    pen.line(_SIGNATURE, fill=_BLUE, width=7, joint="curve")
    out = io.BytesIO()
    sheet.rotate(0.6, fillcolor="white").save(out, kind, resolution=150)
    return out.getvalue()


def _code(registration: str) -> Image.Image:
    drawn = io.BytesIO()
    segno.make(code_of(registration), error="q", micro=False).save(drawn, "png", scale=6)
    return Image.open(drawn)
