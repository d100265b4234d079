"""A small picture of a DICOM instance or of an attached picture, drawn in a process that may do little else.

Run as a program it answers requests on its standard input until that ends: eight bytes of
length, two of the longest side in pixels, then the file; the answer is eight bytes of
length and a PNG, or length zero where no picture can be made. Pixel decoders are the likeliest
part of the house to break on hostile input, so the process has a ceiling of memory and of
processor time and holds no key to anything.
"""

from __future__ import annotations

import io
import resource
import struct
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

from hie.readers.dicom import is_part10

REQUEST = struct.Struct(">QH")
ANSWER = struct.Struct(">Q")
MEMORY_CEILING = 1536 * 1024 * 1024
"""Bytes of address space, libraries included."""
PIXELS_CEILING = 64 * 1024 * 1024
"""Samples of one frame; a larger picture is not drawn."""
WHITE = 255
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")
"""How JPEG, PNG and TIFF files begin; DICOM begins with 128 bytes of its own."""


def draw(content: bytes, side: int) -> bytes:
    """Return a PNG of the first frame, windowed as the file says, at most `side` pixels a side.

    Raises whatever pydicom, numpy or Pillow raise on what they cannot decode.
    """
    if content.startswith(PICTURES) and not is_part10(content):
        return _png(_opened(content), side)
    dataset = dcmread(io.BytesIO(content))
    if int(dataset.Rows) * int(dataset.Columns) * int(dataset.get("SamplesPerPixel", 1)) > PIXELS_CEILING:
        raise ValueError("frame too large to draw")
    return _png(Image.fromarray(_eight_bits(dataset, _first_frame(dataset))), side)


def _opened(content: bytes) -> Image.Image:
    """Open an ordinary picture: its first page, turned as its camera says, without its metadata."""
    image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "TIFF"))
    if image.width * image.height > PIXELS_CEILING:
        raise ValueError("picture too large to draw")
    return ImageOps.exif_transpose(image).convert("RGB")


def _png(image: Image.Image, side: int) -> bytes:
    image.thumbnail((side, side))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _first_frame(dataset: Dataset) -> NDArray[Any]:
    array = dataset.pixel_array
    return array[0] if int(dataset.get("NumberOfFrames", 1) or 1) > 1 else array


def _eight_bits(dataset: Dataset, frame: NDArray[Any]) -> NDArray[np.uint8]:
    if int(dataset.get("SamplesPerPixel", 1)) > 1:
        return frame.astype(np.uint8)
    values = np.asarray(apply_voi_lut(apply_modality_lut(frame, dataset), dataset), dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    grey = (values - low) / ((high - low) or 1.0) * WHITE
    if dataset.get("PhotometricInterpretation") == "MONOCHROME1":
        grey = WHITE - grey
    return grey.astype(np.uint8)


def main() -> None:
    """Answer requests until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_CEILING, MEMORY_CEILING))
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    while len(head := incoming.read(REQUEST.size)) == REQUEST.size:
        length, side = REQUEST.unpack(head)
        content = incoming.read(length)
        try:
            picture = draw(content, side)
        except Exception:  # noqa: BLE001  whatever a decoder does to a hostile file, the answer is "no picture"
            picture = b""
        outgoing.write(ANSWER.pack(len(picture)) + picture)
        outgoing.flush()


if __name__ == "__main__":
    main()
