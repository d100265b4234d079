"""Scans are looked into by a process that may die: its code is read, or the file is refused in bounds."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from collections.abc import Iterator

import pypdfium2
import pytest
import segno
from PIL import Image

from hie.exchange.consents.scanning import code_of, media_type_of, registration_of
from hie.hub.scans import Scans
from hie.record.errors import Invalid, Unavailable

FIRST, SECOND = "0123456789abcdef" * 2, "f" * 32


@pytest.fixture(scope="module")
def scans() -> Iterator[Scans]:
    """The process that is asked."""
    running = Scans()
    yield running
    running.close()


def _sheet(number: str, *, turned: int = 0) -> Image.Image:
    """Draw an A4 sheet at 150 dots an inch with the code of a form in a corner."""
    drawn = io.BytesIO()
    segno.make(code_of(number), error="m").save(drawn, "png", scale=5)
    sheet = Image.new("RGB", (1240, 1754), "white")
    if number:
        sheet.paste(Image.open(drawn), (900, 80))
    return sheet.rotate(turned, expand=True, fillcolor="white")


def _bytes(sheet: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    sheet.save(out, kind)
    return out.getvalue()


def _pdf(*sheets: Image.Image) -> bytes:
    out = io.BytesIO()
    sheets[0].save(out, "PDF", resolution=150, save_all=True, append_images=list(sheets[1:]))
    return out.getvalue()


def test_a_code_says_an_opaque_id_and_is_checked() -> None:
    code = code_of(FIRST)
    assert registration_of(code) == registration_of(f" {code}\n") == FIRST
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for text in ("", wrong, code.replace("HIE1", "HIE2"), code.replace("0", "O", 1), "https://a/b", "::" * 9):
        assert registration_of(text) == ""


@pytest.mark.parametrize("turned", [0, 3, 90, 180])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PDF"])
def test_the_code_of_a_scanned_page_is_read(scans: Scans, kind: str, turned: int) -> None:
    examined = scans.examine(_bytes(_sheet(FIRST, turned=turned), kind))
    assert [registration_of(code) for code in examined.codes] == [FIRST]


def test_every_page_of_a_stack_has_its_own_code(scans: Scans) -> None:
    examined = scans.examine(_pdf(_sheet(FIRST), _sheet(""), _sheet(SECOND)))
    assert examined.pages == 3
    assert [registration_of(code) for code in examined.codes] == [FIRST, "", SECOND]


def test_a_page_is_drawn_in_the_size_asked_for(scans: Scans) -> None:
    stack = _pdf(_sheet(FIRST), _sheet(SECOND))
    drawn = Image.open(io.BytesIO(scans.picture(stack, 2, 800)))
    assert (drawn.format, max(drawn.size)) == ("PNG", 800)
    with pytest.raises(Invalid):
        scans.picture(stack, 3, 800)


def _huge_png() -> bytes:
    """Say 30,000 pixels a side in a few bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    lines = zlib.compress(bytes(30_001 * 300), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def _many_pages() -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(51):
        document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\nnothing",
        b"%PDF-1.7\n" + b"1 0 obj<</Kids[1 0 R]/Type/Pages>>endobj trailer<</Root 1 0 R>>" * 50,
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff" + bytes(1000),
        _huge_png(),
        _many_pages(),
        b"<svg onload='alert(1)'/>",
    ],
    ids=["no-pdf", "loop", "no-png", "no-jpeg", "pixels", "pages", "svg"],
)
def test_a_hostile_file_is_refused_and_the_next_is_read(scans: Scans, content: bytes) -> None:
    with pytest.raises(Invalid):
        scans.examine(content)
    assert scans.examine(_bytes(_sheet(FIRST), "PNG")).pages == 1


def test_a_process_that_hangs_is_given_up() -> None:
    hanging = Scans((sys.executable, "-c", "import time; time.sleep(600)"), patience=0.3)
    with pytest.raises(Invalid):
        hanging.examine(b"%PDF-")
    hanging.close()


def test_only_pdf_png_and_jpeg_are_scans() -> None:
    assert media_type_of(b"%PDF-1.4") == "application/pdf"
    assert media_type_of(_bytes(_sheet(""), "PNG")) == "image/png"
    assert media_type_of(_bytes(_sheet(""), "JPEG")) == "image/jpeg"
    for content in (b"", b"<html>", b"GIF89a", b"PK\x03\x04", b" %PDF-", b"MZ", b"II*\x00"):
        assert media_type_of(content) == ""


class Seconds:
    """A steady clock on which every answer takes `step` seconds."""

    def __init__(self, step: float) -> None:
        """Start at nothing."""
        self.at, self.step = 0.0, step

    def __call__(self) -> float:
        """Return the second, and let time go by."""
        self.at += self.step
        return self.at


def test_one_account_uses_the_process_up_for_itself_alone() -> None:
    steady = Seconds(30)
    running = Scans(steady=steady)
    sheet = _bytes(_sheet(FIRST), "PNG")
    try:
        for _ in range(3):
            assert running.examine(sheet, "slow").pages == 1
        with pytest.raises(Unavailable):
            running.examine(sheet, "slow")
        with pytest.raises(Unavailable):
            running.picture(sheet, 1, 100, "slow")
        assert running.examine(sheet, "other").pages == 1
        steady.at += 300
        assert running.examine(sheet, "slow").pages == 1
    finally:
        running.close()
