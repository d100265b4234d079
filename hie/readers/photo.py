"""Photographs without what their camera says of places and people: JPEG and PNG, the picture untouched.

A phone writes where a picture was taken, when, and with whose device (Exif, XMP, IPTC, comments). All of
it goes, and so does whatever somebody appended behind the picture. Of Exif only the orientation stays.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from hie.record.errors import Unreadable
from hie.record.findings import Finding, Severity

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
MOST_PIXELS = 64 * 1024 * 1024
"""Width times height; beyond it a picture is no photograph but an attack."""

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_APPS = range(_APP0, 0xF0)
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length: TEM and restarts."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF: where the size of the picture stands."""
_EXIF, _PROFILE = b"Exif\0\0", b"ICC_PROFILE\0"
_ORIENTATION, _SHORT = 0x0112, 3
_ORIENTATIONS = range(2, 9)
_ENTRY = 12
_MOST_ENTRIES = 512
_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"})
_CHUNK = struct.Struct(">I4s")


def bare(content: bytes) -> bytes:
    """Return a JPEG or PNG without metadata; raises `Unreadable` for what is neither, or too many pixels."""
    try:
        if content.startswith(JPEG):
            return _bare_jpeg(content)
        if content.startswith(PNG):
            return _bare_png(content)
    except (IndexError, struct.error) as error:
        raise Unreadable(_broken("The picture ends too early.")) from error
    raise Unreadable(_broken("The bytes are neither JPEG nor PNG."))


def _bare_jpeg(content: bytes) -> bytes:
    out = [content[:2]]
    turned, seen = b"", False
    for marker, start, end in _segments(content):
        body = content[start:end]
        if marker == _APP1 and body[4:].startswith(_EXIF):
            turned = turned or _orientation(body[4 + len(_EXIF) :])
            continue
        if _is_private(marker, body[4:]):
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", body, 5)
            _check_size(width, height)
            seen = True
        out.append(body)
    if not seen:
        raise Unreadable(_broken("The picture has no size."))
    if turned:
        out.insert(1, turned)
    return b"".join(out)


def _is_private(marker: int, said: bytes) -> bool:
    """Say whether a segment is neither the picture nor its colours."""
    if marker in {_APP0, _APP14}:
        return False
    if marker == _APP2:
        return not said.startswith(_PROFILE)
    return marker in _APPS or marker == _COMMENT


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, first byte and the byte behind each segment; coded data belong to their scan."""
    at = 2
    while True:
        if content[at] != 0xFF:  # noqa: PLR2004  every segment begins so
            raise Unreadable(_broken("A segment of the picture does not begin where it should."))
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  fill bytes
            at += 1
            continue
        if marker == _EOI:
            yield marker, at, at + 2
            return
        if marker in _ALONE:
            yield marker, at, at + 2
            at += 2
            continue
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content) or marker == _SOI:  # noqa: PLR2004  its own two bytes
            raise Unreadable(_broken("A segment of the picture is longer than the file."))
        if marker == _SOS:
            end = _coded(content, end)
        yield marker, at, end
        at = end


def _coded(content: bytes, at: int) -> int:
    """Return where coded data end: at the next marker that is no restart and no stuffed byte."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise Unreadable(_broken("The picture ends too early."))
        if content[at + 1] not in {0x00, *range(0xD0, 0xD8)}:
            return at
        at += 2


def _orientation(tiff: bytes) -> bytes:
    """Return an Exif segment that says the orientation and nothing else; empty for an upright picture."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:  # noqa: PLR2004  head of a TIFF
        return b""
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    if first + 2 > len(tiff):
        return b""
    (count,) = struct.unpack_from(f"{order}H", tiff, first)
    for number in range(min(count, _MOST_ENTRIES)):
        place = first + 2 + number * _ENTRY
        if place + _ENTRY > len(tiff):
            break
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
        if tag == _ORIENTATION and kind == _SHORT and value in _ORIENTATIONS:
            said = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, value, 0, 0)
            return struct.pack(">BBH", 0xFF, _APP1, 2 + len(_EXIF) + len(said)) + _EXIF + said
    return b""


def _bare_png(content: bytes) -> bytes:
    out = [PNG]
    at = len(PNG)
    while True:
        length, kind = _CHUNK.unpack_from(content, at)
        end = at + _CHUNK.size + length + 4
        if end > len(content):
            raise Unreadable(_broken("The picture ends too early."))
        body = content[at + 4 : end - 4]
        (check,) = struct.unpack_from(">I", content, end - 4)
        if check != zlib.crc32(body):
            raise Unreadable(_broken("A part of the picture is damaged."))
        if (at == len(PNG)) != (kind == b"IHDR"):
            raise Unreadable(_broken("The picture has no size."))
        if kind == b"IHDR":
            _check_size(*struct.unpack_from(">II", body, 4))
        if kind in _KEPT:
            out.append(content[at:end])
        if kind == b"IEND":
            return b"".join(out)
        at = end


def _check_size(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise Unreadable(Finding("PHOTO-02", Severity.ERROR, "file", "The picture has too many pixels."))


def _broken(message: str) -> Finding:
    return Finding("PHOTO-01", Severity.ERROR, "file", message)
