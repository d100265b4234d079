"""Invented attachments, made by hand: a one-page PDF and a PNG, each with its person's token inside."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

_WIDTH, _HEIGHT = 240, 180
_PAPER, _INK, _MARK = (250, 250, 246), (60, 70, 80), (190, 60, 50)
_LINE = 18
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
    b" /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>"
)


def page(lines: Sequence[str]) -> bytes:
    """Write a page of ASCII lines as a PDF with one font of every reader."""
    shown = "".join(f"({line}) Tj T*\n" for line in map(_ascii, lines))
    stream = f"BT /F1 11 Tf {_LINE} TL 60 780 Td\n{shown}ET".encode("ascii")
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PAGE,
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    written = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = "".join(f"{place:010d} 00000 n \n" for place in places).encode("ascii")
    count = len(parts) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, len(written))
    )


def figure(token: str, turn: int) -> bytes:
    """Draw a body's outline with a mark whose place depends on `turn`, as a PNG.

    Not compressed: the bytes depend on no library's version, and are a large document.
    """
    centre, across = (_WIDTH // 2, _HEIGHT // 2), (_WIDTH // 3, _HEIGHT // 3)
    mark = (centre[0] + turn * 37 % 90 - 45, centre[1] + turn * 23 % 60 - 30)
    rows = bytearray()
    for y in range(_HEIGHT):
        rows.append(0)
        for x in range(_WIDTH):
            rows += bytes(_colour(x, y, centre, across, mark))
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"tEXt", b"Comment\x00" + token.encode("ascii"))
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 0))
        + _chunk(b"IEND", b"")
    )


def _colour(
    x: int, y: int, centre: tuple[int, int], across: tuple[int, int], mark: tuple[int, int]
) -> tuple[int, int, int]:
    from_mark = (x - mark[0]) ** 2 + (y - mark[1]) ** 2
    if from_mark < 64:  # noqa: PLR2004  a mark of eight pixels
        return _MARK
    edge = ((x - centre[0]) * 100 // across[0]) ** 2 + ((y - centre[1]) * 100 // across[1]) ** 2
    return _INK if 9_400 < edge < 10_600 else _PAPER  # noqa: PLR2004  a thin ring


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _ascii(line: str) -> str:
    """Keep what stands in the font, and what ends no string of a PDF."""
    return "".join(letter if " " <= letter <= "~" and letter not in "()\\" else " " for letter in line)
